"""Where templates come from: files, folders, patterns and the standard input."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cfn_backup_tools.template.template import Template, load, parse

STANDARD_INPUT = "-"
SUFFIXES = (".yaml", ".yml", ".json", ".template")
"""Of files that are looked at in a folder."""
NOT_LOOKED_INTO = ("node_modules", "cdk.out.staging", "__pycache__")


class NothingFound(Exception):
    """Raised when a pattern or a folder has no template; the text says which."""


@dataclass(frozen=True)
class Source:
    """One file, or the standard input."""

    name: str
    optional: bool = False
    """Whether it was found in a folder, so that it may be something else than a template."""

    def load(self) -> Template | None:
        """The template; None for an optional file that is none. Raises Unreadable."""
        if self.name == STANDARD_INPUT:
            return parse("<stdin>", sys.stdin.read())
        if self.optional and not _looks_like_a_template(Path(self.name)):
            return None
        return load(self.name)


def sources(names: Sequence[str]) -> Iterator[Source]:
    """The sources that the names stand for, each once. Raises NothingFound."""
    seen: set[str] = set()
    for name in names:
        for source in _sources_of(name):
            if source.name not in seen:
                seen.add(source.name)
                yield source


def _sources_of(name: str) -> list[Source]:
    path = Path(name)
    if name == STANDARD_INPUT or path.is_file():
        return [Source(name)]
    if path.is_dir():
        found = [Source(str(file), optional=True) for file in _files_below(path)]
    elif glob.has_magic(name):
        found = [Source(file) for file in _matching(name)]
    else:
        return [Source(name)]
    if not any(not one.optional or _looks_like_a_template(Path(one.name)) for one in found):
        raise NothingFound(f"{name}: no template was found")
    return found


def _matching(pattern: str) -> Iterator[str]:
    # pathlib takes no absolute patterns
    for file in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207
        if Path(file).is_file():
            yield file


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in NOT_LOOKED_INTO:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files_below(path)
        elif path.suffix in SUFFIXES:
            yield path


def _looks_like_a_template(path: Path) -> bool:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "Resources" in text and ("AWS::" in text or "Custom::" in text)
