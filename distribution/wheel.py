"""Builds the wheel of the command line, the same bytes wherever and whenever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EPOCH = 315_619_200
"""Seconds. 1980-01-02: 1980 is the first year that a zip file can say."""


def build(output: Path) -> Path:
    """The wheel, written into ``output``. Raises CalledProcessError when setuptools fails.

    It is built from a copy: in place, setuptools would also pack what it left in ``build`` before, and the
    permissions that the checkout happens to have.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for source in sources():
            _copy(source, copy / source.relative_to(ROOT))
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
        # setuptools warns of it, though a wheel holds no byte code
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = "import sys, setuptools.build_meta as backend; print(backend.build_wheel(sys.argv[1]))"
        built = subprocess.run(
            # what setuptools says goes to standard output, and its warnings to ours
            [sys.executable, "-P", "-c", command, str(output.resolve())],
            cwd=copy,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            umask=0o022,
            check=True,
        )
    return output / built.stdout.splitlines()[-1]


def sources() -> Iterator[Path]:
    """Every file of the project that the wheel is made from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    settings = project["tool"]["setuptools"]
    yield ROOT / "pyproject.toml"
    yield ROOT / project["project"]["readme"]
    yield from (ROOT / name for name in project["project"]["license-files"])
    for package in settings["packages"]:
        top, *below = package.split(".")
        folder = ROOT.joinpath(settings["package-dir"][top], *below)
        patterns = ["*.py", *settings.get("package-data", {}).get(package, [])]
        yield from sorted(file for pattern in patterns for file in folder.glob(pattern))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
