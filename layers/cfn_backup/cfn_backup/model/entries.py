"""Reads the entries of a selection's ``Resources``: an ARN, or a map with one key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cfn_backup.model.declarations import Chosen, Object, Scalar, TextMap
from cfn_backup.model.recast import shown
from cfn_backup.model.selection import (
    TYPED_ENTRIES,
    Entry,
    MatchAllTags,
    Resource,
    StackContents,
    Tag,
)
from cfn_backup.model.unknown_members import nearest_of
from cfn_backup.model.values import UNREADABLE, Choice, Intrinsic, Prop

if TYPE_CHECKING:
    from cfn_backup.model.reader import Reader

KINDS = (*TYPED_ENTRIES, "Tag", "MatchAllTags", "Stack")
VALUE = Prop("")


def read_entry(reader: Reader, raw: object, path: str) -> Entry | Choice[Entry]:
    """One entry; an intrinsic function stands for an ARN."""
    if isinstance(raw, Intrinsic):
        return Resource("Arn", raw)
    if not isinstance(raw, Mapping):
        return _arn(reader, raw, path)
    if len(raw) != 1:
        reader.findings.add("E9313", path, f"has {len(raw)} keys; an entry is an ARN or a map with one key")
        return UNREADABLE
    [(kind, value)] = raw.items()
    return _typed(reader, str(kind), value, f"{path}.{kind}")


def _arn(reader: Reader, raw: object, path: str) -> Entry:
    if isinstance(raw, list) or raw is None:
        reader.findings.add("E9313", path, f"is {shown(raw)}; an entry is an ARN or a map with one key")
        return UNREADABLE
    return Resource("Arn", reader.read(Scalar(str), raw, path, VALUE))


def _typed(reader: Reader, kind: str, value: object, path: str) -> Entry | Choice[Entry]:
    if kind == "Tag":
        tag = reader.read(Chosen(Object(Tag)), value, path, VALUE)
        return Intrinsic({"Tag": tag.node}) if isinstance(tag, Intrinsic) and tag.node else _given(tag)
    if kind == "MatchAllTags":
        tags = reader.read(TextMap(), value, path, VALUE)
        return MatchAllTags(_given(tags))
    if kind == "Stack":
        return StackContents(_given(reader.read(Scalar(str), value, path, VALUE)))
    if kind in TYPED_ENTRIES:
        return Resource(kind, _given(reader.read(Scalar(str), value, path, VALUE)))
    nearest = nearest_of(kind, KINDS)
    hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(KINDS)}"
    reader.findings.add("E9313", path, f"is no kind of entry; {hint}")
    return UNREADABLE


def _given(value: Any) -> Any:
    """An entry without a value (``AWS::NoValue``) selects nothing that could be known."""
    return UNREADABLE if value is None else value
