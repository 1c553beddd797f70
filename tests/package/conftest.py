"""The wheel, installed alone: into an environment that has nothing else."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bootstrap import UV
from distribution import wheel

VERSIONS = ("3.12", "3.13")
"""The Python versions that are tried, where they are found on the machine."""

DEVELOPMENT = Path(sysconfig.get_paths()["purelib"])
"""Where the development environment has cfn-lint and the SAM CLI. It holds no copy of the project itself: an
editable installation is found by a ``.pth`` file, which only an environment's own Python reads."""

KEPT_BY = (Path.home() / ".pyenv" / "versions", Path.home() / ".local" / "share" / "uv" / "python")
"""Where pyenv and uv keep the interpreters that they installed."""


@dataclass(frozen=True)
class Alone:
    """An environment with the wheel, its dependencies, and nothing else."""

    folder: Path

    @property
    def programs(self) -> Path:
        """Where its commands are."""
        return self.folder / "bin"

    def run(
        self, *command: str, cwd: Path, beside: Sequence[Path] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """What one of its programs does in a folder. ``beside``: further folders to import from."""
        return subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            cwd=cwd,
            env={
                "PATH": f"{self.programs}{os.pathsep}{os.defpath}",
                "HOME": str(cwd),
                "PYTHONPATH": os.pathsep.join(map(str, beside)),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def built_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session", params=VERSIONS)
def alone(
    request: pytest.FixtureRequest, built_wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Alone:
    """The wheel in an environment of its own, one for each Python version that is there."""
    python = next((path for path in _candidates(request.param) if _is_python(path, request.param)), None)
    if python is None:
        pytest.skip(f"no Python {request.param} on this machine")
    return install(built_wheel, python, tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="session")
def beside_linters(built_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """The wheel in an environment of the development environment's Python, whose cfn-lint and SAM CLI it can
    import from ``DEVELOPMENT``: parts of them are compiled for one version."""
    return install(built_wheel, Path(sys.executable), tmp_path_factory.mktemp("linters"))


def install(built: Path, python: Path, folder: Path) -> Alone:
    """An environment with the wheel and with what the wheel says that it depends on.

    The dependencies are copied from the development environment, so nothing is fetched.
    """
    uv = str(UV)
    subprocess.run([uv, "venv", "--quiet", "--python", str(python), str(folder / "env")], check=True)
    alone = Alone(folder / "env")
    into = ["--python", str(alone.programs / "python")]
    subprocess.run([uv, "pip", "install", "--quiet", "--offline", "--no-deps", *into, str(built)], check=True)
    (site,) = (alone.folder / "lib").glob("python3.*/site-packages")
    for name in _required_by(next(site.glob("cfn_backup-*.dist-info/METADATA"))):
        _copy_distribution(name, site)
    return alone


def _required_by(metadata: Path) -> list[str]:
    """The names of the distributions that an installation without extras needs."""
    asked = re.findall(r"^Requires-Dist: ([\w.-]+)(.*)$", metadata.read_text("utf-8"), re.MULTILINE)
    return [name for name, more in asked if "extra ==" not in more]


def _copy_distribution(name: str, site: Path) -> None:
    for file in importlib.metadata.distribution(name).files or ():
        if ".." not in file.parts:
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), site / file)


def _candidates(version: str) -> Iterator[Path]:
    """What may be an interpreter of the version."""
    yield Path(sys.executable)
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield Path(on_path)
    for folder in KEPT_BY:
        yield from folder.glob(f"*{version}.*/bin/python3")


def _is_python(path: Path, version: str) -> bool:
    # a name on the path may be a shim of a version that is not switched on
    asked = [str(path), "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version
