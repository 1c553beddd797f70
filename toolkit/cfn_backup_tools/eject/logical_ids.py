"""Logical ids for the native resources, none of which the template has already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class LogicalIds:
    """Gives out logical ids. The same custom resource asking for the same part gets the same id again."""

    taken: set[str]
    _given: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def of(self, owner: str, part: str, what: str = "") -> str:
        """An id such as ``PlanVault`` for the vault of ``Plan``; ``what`` tells parts apart whose names
        have the same letters and digits."""
        key = (owner, part, what)
        if key not in self._given:
            self._given[key] = self._free(f"{owner}{part}")
        return self._given[key]

    def numbered(self, owner: str, part: str, what: str) -> str:
        """An id with a number, for something without a name of its own; ``what`` tells it from others."""
        found = self._numbers.setdefault((owner, part), [])
        if what not in found:
            found.append(what)
        return self.of(owner, f"{part}{found.index(what) + 1}")

    def _free(self, wanted: str) -> str:
        candidates: Iterable[str] = (
            wanted if number == 1 else f"{wanted}{number}" for number in range(1, 10_000)
        )
        found = next(candidate for candidate in candidates if candidate not in self.taken)
        self.taken.add(found)
        return found


def as_part(name: str) -> str:
    """A name as a part of a logical id: letters and digits, each word beginning with a capital."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
