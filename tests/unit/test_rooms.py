"""Data goes one way: a module imports only from its own room and those before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "layers" / "cfn_backup" / "cfn_backup"
ROOMS = ("symbolic", "written", "presets", "desired", "rules", "aws", "emptying", "reconcile", "protocol")
OF_THE_TOOLKIT = ("symbolic", "written", "presets", "desired", "rules")


def _imported_rooms(folder: Path) -> Iterator[tuple[str, str]]:
    """Each module below the folder with each room of the package that it imports from."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
            elif isinstance(node, ast.Import):
                modules = [name.name for name in node.names]
            for module in modules:
                parts = module.split(".")
                if parts[0] == "cfn_backup" and len(parts) > 1 and parts[1] in ROOMS:
                    yield str(path), parts[1]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_those_before_it(room: str) -> None:
    allowed = ROOMS[: ROOMS.index(room) + 1]
    assert [found for found in _imported_rooms(PACKAGE / room) if found[1] not in allowed] == []


def test_the_toolkit_makes_no_call_to_aws() -> None:
    toolkit = Path(__file__).parents[2] / "toolkit"
    assert [found for found in _imported_rooms(toolkit) if found[1] not in OF_THE_TOOLKIT] == []


def test_nothing_imports_a_handler() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert "functions." not in path.read_text()
