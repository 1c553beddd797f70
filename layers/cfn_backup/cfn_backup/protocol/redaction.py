"""Keeps what an author wrote out of the log: a property can hold a secret,
and an exception's text can quote it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import Any

SHORTEST = 8
"""Characters. What is shorter is taken out where it stands as a word of its own, not within other words."""

BEGINNING = 60
"""Characters. A message may quote as little as this of a long value, and cut off the rest."""

LONGEST_TEXT = 8_000
"""Characters of one text of a line; the rest is cut off before anybody looks for values in it."""

LONGEST_LINE = 24_000
"""Characters of all texts of a line together."""

MOST_ITEMS = 100
"""Of one list or map in a line."""

VALUE, NAME = "<value>", "<name>"
"""What stands in the place of an author's value, and of a name that an author gave, such as a tag's key."""


class Redaction:
    """Knows what an author wrote, and takes it out of texts. The time it takes grows with the text alone."""

    def __init__(self, properties: Mapping[str, Any] | None = None) -> None:
        self._marks: dict[str, str] = {}
        """Of everything that may be quoted as a whole: short texts, and the beginnings of long ones."""
        self._wholes: dict[str, list[str]] = {}
        """By their beginning, the long texts, sorted."""
        for text, mark in _written(properties or {}):
            beginning = text[:BEGINNING]
            if mark == VALUE or beginning not in self._marks:
                self._marks[beginning] = mark
            if len(text) > BEGINNING:
                self._wholes.setdefault(beginning, []).append(text)
        for texts in self._wholes.values():
            texts.sort()
        lengths = sorted({len(text) for text in self._marks}, reverse=True)
        self._lengths = [length for length in lengths if length >= SHORTEST]
        self._lengths_of_words = [length for length in lengths if length < SHORTEST]
        self._beginnings = {text[:SHORTEST] for text in self._marks if len(text) >= SHORTEST}

    def of(self, value: Any) -> Any:
        """The value, redacted wherever there is text in it, and cut to what a line may be."""
        return self._of(value, _Room())

    def of_fields(self, fields: Mapping[str, Any], untouched: Container[str]) -> dict[str, Any]:
        """The fields of a line, cut to what it may be; names of fields are ours."""
        room = _Room()
        return {n: value if n in untouched else self._of(value, room) for n, value in fields.items()}

    def _of(self, value: Any, room: _Room) -> Any:
        if isinstance(value, str):
            return self._text(value, room.take(len(value)))
        if isinstance(value, Mapping):
            items = list(value.items())[:MOST_ITEMS]
            return {self._of(str(name), room): self._of(item, room) for name, item in items}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._of(item, room) for item in list(value)[:MOST_ITEMS]]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._of(str(value), room)

    def _text(self, text: str, room: int) -> str:
        """The text's first ``room`` characters, with marks in the place of what an author wrote."""
        whole_length, text = len(text), text[: room + BEGINNING]
        shown: list[str] = []
        kept = at = 0
        while at < min(room, len(text)):
            found = self._at(text, at)
            if found is None:
                at += 1
                continue
            length, mark = found
            shown += [text[kept:at], mark]
            kept = at = at + length
        end = max(min(room, len(text)), kept)
        cut = whole_length - end
        return "".join([*shown, text[kept:end]]) + (f"… ({cut} more characters)" if cut else "")

    def _at(self, text: str, at: int) -> tuple[int, str] | None:
        """The longest thing of the author's that stands at this place: its length, and its mark."""
        # few places of a text look like the beginning of anything that was written
        lengths = self._lengths if text[at : at + SHORTEST] in self._beginnings else []
        if at == 0 or not _in_word(text[at - 1]):
            lengths = lengths + self._lengths_of_words
        for length in lengths:
            candidate = text[at : at + length]
            mark = self._marks.get(candidate)
            if mark is None or len(candidate) < length:
                continue
            if length < SHORTEST and not _is_word(text, at, length):
                continue
            if mark == VALUE or not is_declared(candidate):
                return self._whole(text, at, candidate), mark
        return None

    def _whole(self, text: str, at: int, beginning: str) -> int:
        """How much of a long text follows its beginning."""
        wholes = self._wholes.get(beginning)
        if wholes is None:
            return len(beginning)
        rest = text[at:]
        place = bisect_left(wholes, rest)
        # of a sorted list the neighbours have the most in common with it
        nearest = wholes[max(place - 1, 0) : place + 1]
        return max(_shared(whole, rest) for whole in nearest)


class _Room:
    """What is left of a line."""

    def __init__(self) -> None:
        self._left = LONGEST_LINE

    def take(self, wanted: int) -> int:
        given = min(wanted, LONGEST_TEXT, self._left)
        self._left -= given
        return given


@cache
def _declared() -> frozenset[str]:
    """The names of properties: they are the same in everybody's template."""
    from cfn_backup.written.declarations import properties_of  # noqa: PLC0415 - few lines quote a name
    from cfn_backup.written.plan import BackupPlan  # noqa: PLC0415
    from cfn_backup.written.selection import BackupSelection  # noqa: PLC0415
    from cfn_backup.written.vault import BackupVault  # noqa: PLC0415

    names: set[str] = set()
    left: list[type] = [BackupPlan, BackupSelection, BackupVault]
    while left:
        for name, known in properties_of(left.pop()).items():
            kind = known.kind.item if known.kind.form == "list" and known.kind.item else known.kind
            if name not in names and kind.form == "object":
                left.append(kind.cls)
            names.add(name)
    return frozenset(names)


def is_declared(name: str) -> bool:
    """Whether the name is that of a property, and so says nothing about an author."""
    try:
        return name in _declared()
    except Exception:
        # a layer that is broken must not cost the stack its answer
        return False


def _shared(one: str, another: str) -> int:
    """How many characters the two have in common from the beginning."""
    pairs = enumerate(zip(one, another, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(another)))


def _is_word(text: str, at: int, length: int) -> bool:
    """Whether the part of the text is a word of its own, and no index such as ``[0]``."""
    before, after = text[at - 1 : at] if at else "", text[at + length : at + length + 1]
    if (before and _in_word(before)) or (after and _in_word(after)):
        return False
    return not (before == "[" and after == "]" and text[at : at + length].isdigit())


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_-"


def _written(properties: Any) -> Iterator[tuple[str, str]]:
    """Every text, number and name that an author wrote, those of JSON in a string too, with its mark."""
    # no recursion: what nests deeper than Python can recurse has to get its answer as well
    left = [properties]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            yield from ((str(name), NAME) for name in value if str(name))
            left += value.values()
        elif isinstance(value, list):
            left += value
        elif value is not None and str(value):
            yield str(value), VALUE
            left.append(_parsed(value))


def _parsed(value: Any) -> Any:
    """What a string holds that is a JSON map or list, as a policy can be; else None."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
