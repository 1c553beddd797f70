"""What a check asks about a value: each question needs to know which branch of an ``Fn::If`` holds.

Each raises Undecided where that is not known yet; the check is then called again for each branch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Bool, Int, Str, Sym, Unknown, is_plain


def number(value: Int | None) -> int | None:
    """The number; None if it is absent or unknown."""
    found = decided(value)
    return found if isinstance(found, int) else None


def text(value: Str | None) -> str | None:
    """The text; None if it is absent or unknown."""
    found = decided(value)
    return found if isinstance(found, str) else None


def is_true(value: Bool | None) -> bool:
    """Whether the value is known to be true."""
    return decided(value) is True


def is_given(value: Sym[Any] | None) -> bool:
    """Whether there is a value, known or not."""
    return decided(value) is not None


def is_empty(value: Sym[Any] | None) -> bool:
    """Whether a list or map is absent, or known to have nothing in it."""
    found = decided(value)
    if isinstance(found, tuple):
        return all(decided(item) is None for item in found)
    return found is None or (is_plain(found) and not found)


def known_items(values: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    """The known items of a list, with their paths; nothing of a list that is absent or unknown."""
    for where, item in listed_items(values, at):
        if not isinstance(item, Unknown):
            yield where, item


def listed_items(values: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a list that are there, known or not, with their paths."""
    listed = decided(values)
    if isinstance(listed, tuple | list):
        for index, value in enumerate(listed):
            item = decided(value)
            if item is not None:
                yield at / index, item
