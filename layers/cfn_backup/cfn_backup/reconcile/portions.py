"""In which portions the selections of a plan are changed: pure, no call is made here.

AWS Backup has no update of a selection, so a new one is made before the old one goes, and a plan has 100
selections at most (rule S11). Where the new ones do not all fit beside the old ones, they are made in
portions. An old selection goes only when everything that it selects and that stays selected is in a new one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Self

LIMIT = 100
"""Selections of a plan; the quota cannot be raised (developer guide, AWS Backup quotas)."""


@dataclass(frozen=True)
class Selected:
    """A selection as far as portions are concerned: its name and what it selects."""

    name: str
    entries: frozenset[str]

    @classmethod
    def by(cls, document: Mapping[str, Any]) -> Self:
        """``document`` is the ``BackupSelection`` of the API."""
        narrowed = [document[name] for name in ("Conditions", "NotResources") if _narrows(document.get(name))]
        suffix = f" {json.dumps(narrowed, sort_keys=True)}" if narrowed else ""
        arns = [f"{arn}{suffix}" for arn in document.get("Resources") or ()]
        tags = [json.dumps(tag, sort_keys=True) + suffix for tag in document.get("ListOfTags") or ()]
        return cls(str(document.get("SelectionName", "")), frozenset([*arns, *tags]))

    def shares(self, other: Self) -> bool:
        """Whether something can be selected by both, as far as the entries tell."""
        return any(_overlap(one, two) for one in self.entries for two in other.entries)


def _narrows(value: Any) -> bool:
    return any(value.values()) if isinstance(value, Mapping) else bool(value)


def _overlap(one: str, other: str) -> bool:
    if one == other:
        return True
    if not (one.startswith(("arn:", "*")) and other.startswith(("arn:", "*"))):
        return False
    return ("*" in one and fnmatchcase(other, one)) or ("*" in other and fnmatchcase(one, other))


@dataclass(frozen=True)
class Portion:
    """Numbers of the new selections to make, then numbers of the old ones to delete."""

    make: tuple[int, ...]
    delete: tuple[int, ...]


class NoRoom(Exception):
    """Raised when the change cannot be made without leaving something unselected for a while."""


@dataclass
class _Change:
    """What is still to be done."""

    needs: Mapping[int, frozenset[int]]
    """By old selection: the new ones that must be there before it goes."""
    unmade: set[int]
    undeleted: set[int]
    room: int
    portions: list[Portion] = field(default_factory=list)

    def next(self) -> Portion:
        if len(self.unmade) <= self.room:
            return Portion(tuple(sorted(self.unmade)), tuple(sorted(self.undeleted)))
        chosen: set[int] = set()
        for old in sorted(self.undeleted, key=lambda old: (len(self.needs[old] & self.unmade), old)):
            wanted = self.needs[old] & self.unmade | chosen
            if len(wanted) <= self.room:
                chosen = set(wanted)
        free = {old for old in self.undeleted if not self.needs[old] & (self.unmade - chosen)}
        if not free:
            raise NoRoom
        return Portion(tuple(sorted(chosen)), tuple(sorted(free)))

    def do(self, portion: Portion) -> None:
        self.unmade -= set(portion.make)
        self.undeleted -= set(portion.delete)
        self.room += len(portion.delete) - len(portion.make)
        self.portions.append(portion)


def portions(old: Sequence[Selected], new: Sequence[Selected], room: int) -> list[Portion]:
    """The portions in their order. ``room``: how many selections the plan can have beside those it has.

    Raises NoRoom if there is no such order.
    """
    needs = {
        number: frozenset(
            index for index, wanted in enumerate(new) if wanted.name == one.name or wanted.shares(one)
        )
        for number, one in enumerate(old)
    }
    change = _Change(needs, set(range(len(new))), set(range(len(old))), room)
    while change.unmade or change.undeleted:
        change.do(change.next())
    return change.portions
