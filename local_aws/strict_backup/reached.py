"""Which resources a selection reaches."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping

from .job_records import Document, Resource
from .rules import keeps

_TAG_PREFIX = "aws:ResourceTag/"
_OF_SHARED_FORM = ("Aurora", "DocumentDB", "FSx", "Neptune")


def reached(
    selection: Document, resources: Iterable[Resource], opted_in: Mapping[str, bool]
) -> list[Resource]:
    """The resources that exist and that the selection reaches, in the order given."""
    return [item for item in resources if reaches(selection, item) and _counts(selection, item, opted_in)]


@keeps("S14", "S19")
def reaches(selection: Document, resource: Resource) -> bool:
    """`Resources` or `ListOfTags` takes it in, every condition holds, and `NotResources` does not take it out
    (DG:assigning-resources)."""
    if not resource.kind or _any_matches(selection.get("NotResources"), resource.arn):
        return False
    tagged = any(
        resource.tags.get(condition["ConditionKey"]) == condition["ConditionValue"]
        for condition in selection.get("ListOfTags") or ()
    )
    named = _any_matches(selection.get("Resources"), resource.arn)
    return (named or tagged) and all(_holds(*condition, resource) for condition in _conditions(selection))


@keeps("S15")
def _counts(selection: Document, resource: Resource, opted_in: Mapping[str, bool]) -> bool:
    """The Region's opt-in counts unless an ARN names the type (API: UpdateRegionSettings). A service alone
    does not, nor does an ARN of which several types have the form (DG:assigning-resources-json)."""
    naming = [pattern for pattern in selection.get("Resources") or () if pattern.split(":")[-1] != "*"]
    named = resource.kind not in _OF_SHARED_FORM and _any_matches(naming, resource.arn)
    return named or opted_in.get(resource.kind, True)


def _conditions(selection: Document) -> Iterator[tuple[str, str, str]]:
    """Kind, tag key and value of each."""
    for kind, conditions in (selection.get("Conditions") or {}).items():
        for condition in conditions:
            yield kind, condition["ConditionKey"].removeprefix(_TAG_PREFIX), condition["ConditionValue"]


def _holds(kind: str, key: str, wanted: str, resource: Resource) -> bool:
    actual = resource.tags.get(key)
    match kind:
        case "StringEquals":
            return actual == wanted
        case "StringNotEquals":
            return actual != wanted
        case "StringLike":
            return actual is not None and _matches(wanted, actual)
    return actual is None or not _matches(wanted, actual)


def _any_matches(patterns: Iterable[str] | None, arn: str) -> bool:
    return any(_matches(pattern, arn) for pattern in patterns or ())


def _matches(pattern: str, text: str) -> bool:
    """`*` stands for anything but white space (DG:troubleshooting, formatting errors)."""
    if "*" not in pattern or re.search(r"\s", text):
        return pattern == text
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))
