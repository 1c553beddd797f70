"""What the wheel holds and asks for."""

from __future__ import annotations

import os
import tomllib
import zipfile
from pathlib import Path

from distribution import wheel

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers" / "cfn_backup"
TOOLKIT = ROOT / "toolkit"
PACKED = ("symbolic", "written", "presets", "desired", "rules", "aws", "emptying")
ROOMS = [LAYER / "cfn_backup" / room for room in PACKED]
"""Of the provider's rooms, those that the author's tools use: `aws` and `emptying` for `cfn-backup empty` alone."""


def test_every_package_of_the_command_line_is_listed() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])

    tools = {_dotted(file.parent, TOOLKIT) for file in TOOLKIT.rglob("__init__.py")}
    rooms = {_dotted(file.parent, LAYER) for room in ROOMS for file in room.rglob("__init__.py")}

    assert listed == {"cfn_backup"} | rooms | tools


def test_every_file_of_these_packages_is_packed(built_wheel: Path) -> None:
    packed = set(zipfile.ZipFile(built_wheel).namelist())

    tools = {str(file.relative_to(TOOLKIT)) for file in _files(TOOLKIT / "cfn_backup_tools")}
    rooms = {str(file.relative_to(LAYER)) for room in ROOMS for file in _files(room)}

    assert packed >= tools | rooms


def test_it_asks_for_few_distributions(built_wheel: Path) -> None:
    archive = zipfile.ZipFile(built_wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    lines = archive.read(metadata).decode().splitlines()

    assert [line for line in lines if line.startswith("Requires-")] == [
        "Requires-Python: >=3.12",
        "Requires-Dist: ruamel.yaml>=0.18",
        "Requires-Dist: tzdata",
        'Requires-Dist: boto3; extra == "aws"',
    ]


def test_it_is_the_same_whoever_builds_it(built_wheel: Path, tmp_path: Path) -> None:
    # GIVEN somebody whose files nobody else may read
    before = os.umask(0o077)
    try:
        again = wheel.build(tmp_path)
    finally:
        os.umask(before)

    assert again.read_bytes() == built_wheel.read_bytes()


def _dotted(folder: Path, root: Path) -> str:
    return ".".join(folder.relative_to(root).parts)


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
