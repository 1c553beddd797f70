"""Entries of a selection of which nobody can tell offline whether their value is an id or an ARN."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.desired.arns import is_arn
from cfn_backup.desired.selection import flat
from cfn_backup.model.selection import Resource, Selection
from cfn_backup.model.values import Intrinsic, Place


def ambiguous_entries(selection: Selection, place: Place) -> Iterator[str]:
    """A note for each. A deployment sees the value itself; here the entry is written as if it were an id."""
    for entry in flat(selection.resources):
        if (
            not isinstance(entry, Resource)
            or entry.kind == "Arn"
            or not isinstance(entry.value, Intrinsic)
            or not entry.value.node
        ):
            continue
        if not is_arn(entry.value, place) and not _is_an_id(entry.value, place):
            yield (
                f"{entry.kind}: {_shown(entry.value)} is taken for an id or a name here; where it is an ARN, "
                "write the ARN as an entry of its own"
            )


def _is_an_id(value: Intrinsic, place: Place) -> bool:
    """Whether it is the ``Ref`` of a resource, or text around such, which begins with no ``arn:``."""
    if "Ref" in value.node:
        return str(value.node["Ref"]) in place.resource_types
    return "Fn::Sub" in value.node or "Fn::Join" in value.node


def _shown(value: Intrinsic) -> str:
    (function, argument), *_ = value.node.items()
    return f"{function} {argument}" if isinstance(argument, str) else function
