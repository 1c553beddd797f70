"""Which resources a selection reaches, and why not others.

AWS Backup developer guide, Assign resources: ``Resources`` and ``ListOfTags`` each take in, ``Conditions``
narrow, ``NotResources`` take out. The Region's opt-in decides unless the type is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cfn_backup.rules.opt_in import SHARED_ARNS
from cfn_backup.written.resource_types import resource_type_of_arn
from cfn_backup_tools.account.resources import Resource

_TAG = "aws:ResourceTag/"
_EQUAL, _NOT_EQUAL, _LIKE, _NOT_LIKE = "StringEquals", "StringNotEquals", "StringLike", "StringNotLike"


@dataclass(frozen=True)
class Reach:
    """What a selection reaches.

    :param resources: those that are backed up.
    :param opted_out: those that it would reach if their type were opted in.
    :param missing: ARNs that it names, without wildcards, of which no resource is there.
    """

    resources: tuple[Resource, ...]
    opted_out: tuple[Resource, ...]
    missing: tuple[str, ...]


class Matcher:
    """What a selection means, apart from the opt-in. Exact ARNs and patterns are kept apart, since there can
    be five hundred of the one and thirty of the other."""

    def __init__(self, selection: Mapping[str, Any]) -> None:
        self._named = _Arns(selection.get("Resources") or ())
        self._excluded = _Arns(selection.get("NotResources") or ())
        naming = [p for p in selection.get("Resources") or () if p != "*" and p.split(":")[-1] != "*"]
        self._naming = _Arns(naming)
        self._tags = [(t["ConditionKey"], t["ConditionValue"]) for t in selection.get("ListOfTags") or ()]
        self._conditions = [
            (kind, test["ConditionKey"].removeprefix(_TAG), test["ConditionValue"])
            for kind, tests in (selection.get("Conditions") or {}).items()
            for test in tests
        ]

    def takes(self, resource: Resource) -> bool:
        """Whether the selection means the resource, whatever the opt-in."""
        if self._excluded.have(resource.arn):
            return False
        tagged = any(resource.tags.get(key) == value for key, value in self._tags)
        return (tagged or self._named.have(resource.arn)) and all(
            _meets(kind, resource.tags.get(key), value) for kind, key, value in self._conditions
        )

    def counts(self, resource: Resource, opted_in: Mapping[str, bool]) -> bool:
        """Whether the opt-in lets it be backed up. A type that is named counts whatever the setting; ``*``, a
        service alone, a tag, and an ARN of which several types have the form do not name one."""
        if opted_in.get(resource.type, True):
            return True
        return resource.type not in SHARED_ARNS and self._naming.have(resource.arn)


class _Arns:
    """ARNs and patterns of ARNs."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._exact = {text for text in texts if "*" not in text}
        self._patterns = [text for text in texts if "*" in text]

    def have(self, arn: str) -> bool:
        return arn in self._exact or any(matches(pattern, arn) for pattern in self._patterns)


def reach(
    selection: Mapping[str, Any],
    resources: Iterable[Resource],
    opted_in: Mapping[str, bool],
    known_types: Iterable[str],
) -> Reach:
    """:param known_types: the types that were looked for; a named ARN of another type counts as there."""
    everything = {resource.arn: resource for resource in resources}
    named = [arn for arn in selection.get("Resources") or () if "*" not in arn]
    looked_for = set(known_types)
    missing = [arn for arn in named if arn not in everything and type_of(arn) in looked_for]
    unknown = [
        Resource(arn, type_of(arn) or "") for arn in named if arn not in everything and arn not in missing
    ]
    matcher = Matcher(selection)
    taken = [r for r in (*everything.values(), *unknown) if matcher.takes(r)]
    counting = [r for r in taken if matcher.counts(r, opted_in)]
    left_out = [r for r in taken if not matcher.counts(r, opted_in)]
    return Reach(tuple(counting), tuple(left_out), tuple(missing))


def _meets(kind: str, actual: str | None, wanted: str) -> bool:
    if kind in (_EQUAL, _NOT_EQUAL):
        return (actual == wanted) == (kind == _EQUAL)
    return (actual is not None and matches(wanted, actual)) == (kind == _LIKE)


def type_of(arn: str) -> str | None:
    """AWS Backup's name of the type of an ARN; None where several have its form or it is not known."""
    return resource_type_of_arn(arn)


def matches(pattern: str, text: str) -> bool:
    """``*`` stands for any text without white space (developer guide, Troubleshooting formatting errors)."""
    return pattern == text or (
        "*" in pattern and not re.search(r"\s", text) and bool(_compiled(pattern).fullmatch(text))
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")))
