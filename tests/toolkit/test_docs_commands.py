"""The commands that the pages show print what the pages say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("validate.md", "preview.md", "init.md", "eject.md", "from-cdk.md")
PROGRAMS = {
    "cfn-backup": ["-m", "cfn_backup_tools.cli"],
    "cfn-lint": ["-c", "from cfnlint.runner import main; main()"],
}

_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command of a page, the lines that it is said to print, and the files that the page has shown."""

    page: str
    command: str
    lines: tuple[str, ...]
    files: tuple[tuple[str, str], ...]


def shown_commands() -> Iterator[Shown]:
    """Every command of every page."""
    for page in PAGES:
        files: dict[str, str] = {}
        for language, file, body in _BLOCK.findall((ROOT / "docs" / page).read_text()):
            if file:
                files[file] = body
            if language == "console":
                command, *lines = body.rstrip("\n").split("\n")
                yield Shown(page, command.removeprefix("$ "), tuple(lines), tuple(files.items()))


@pytest.mark.parametrize("shown", list(shown_commands()), ids=lambda shown: f"{shown.page}: {shown.command}")
def test_a_command_prints_what_the_page_says(shown: Shown, tmp_path: Path) -> None:
    # GIVEN the files of the page
    for name, text in shown.files:
        (tmp_path / name).write_text(text)

    # WHEN its command runs
    program, *arguments = shlex.split(shown.command)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "cfn_backup")]),
    }
    run = subprocess.run(
        [sys.executable, *PROGRAMS[program], *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    # THEN every line is printed as it is shown, where … stands for anything
    printed = f"{run.stdout}{run.stderr}"
    pattern = "\n".join(
        r"(?:.*\n)*?.*" if line == "…" else re.escape(line).replace("…", ".*") for line in shown.lines
    )
    assert re.search(f"^{pattern}$", printed, re.MULTILINE), printed


def test_every_page_shows_a_command() -> None:
    assert {shown.page for shown in shown_commands()} == set(PAGES)
