"""Data goes one way: a module imports only from its own room and those before it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from docs.site.rooms import PROVIDER, ROOMS, ROOT, SHARED, TOOLS, imported_rooms, imports, tools

FUNCTION = "Fn::" + "If"
"""Spelled so that this file does not count."""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_those_before_it(room: str) -> None:
    assert imports()[room] <= set(ROOMS[: ROOMS.index(room)])


@pytest.mark.parametrize("tool", tools())
def test_the_tools_share_only_the_rooms_that_make_no_call_to_aws(tool: str) -> None:
    # `empty` says what the provider would do with the code that does it, and starts it
    more = {"aws", "emptying"} if tool == "empty" else set()
    assert imports()[tool] & set(ROOMS) <= {*SHARED, *more}


def test_relative_imports_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a module of the room written that reaches up by a relative import
    module = PROVIDER / "written" / "plan.py"
    monkeypatch.setattr(Path, "read_text", lambda _: "from ..aws import session\nfrom . import vault")

    assert set(imported_rooms(module)) == {"aws", "written"}


def test_the_shared_rooms_need_nothing_but_the_standard_library() -> None:
    outside = {
        (path.name, name)
        for room in SHARED
        for path in (PROVIDER / room).rglob("*.py")
        for name in _top_level_imports(path)
        if name not in sys.stdlib_module_names and name not in ("cfn_backup", "tzdata")
    }
    assert outside == set()


def test_nothing_imports_a_handler() -> None:
    for path in [*PROVIDER.rglob("*.py"), *TOOLS.rglob("*.py")]:
        assert not re.search(r"^\s*(from|import) functions\b", path.read_text(), re.MULTILINE)


def test_only_the_algebra_and_the_template_reader_look_inside_a_choice() -> None:
    """In strings of the code; docstrings and comments may name it."""
    allowed = (PROVIDER / "symbolic", TOOLS / "template")
    users = set()
    for path in [*PROVIDER.rglob("*.py"), *TOOLS.rglob("*.py")]:
        if any(path.is_relative_to(folder) for folder in allowed):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value == FUNCTION:
                users.add(str(path.relative_to(ROOT)))
    assert users == set()


def _top_level_imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return found
