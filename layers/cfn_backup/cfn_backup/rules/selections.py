"""The rules about a selection as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.rules.asking import is_empty, is_given, known_items, listed_items
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import SelectionSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Sym, Unknown
from cfn_backup.written.selection import (
    ConditionParameter,
    Conditions,
    MatchAllTags,
    Resource,
    Selection,
    Tag,
)

MOST_ARNS = 500
MOST_WILDCARDS = 30
MOST_CONDITIONS = 30
QUOTAS = "AWS Backup Developer Guide: Backup plan resource assignments quotas"
OPERATORS = {
    "StringEquals": "string_equals",
    "StringNotEquals": "string_not_equals",
    "StringLike": "string_like",
    "StringNotLike": "string_not_like",
}


def parameters(conditions: Sym[Conditions] | None, at: Path) -> Iterator[tuple[Path, ConditionParameter]]:
    """Every known comparison of ``Conditions``, with its path."""
    known = decided(conditions)
    if isinstance(known, Conditions):
        for operator, member in OPERATORS.items():
            yield from known_items(getattr(known, member), at / operator)


def entries(selection: Selection) -> Iterator[tuple[Path, Any]]:
    """The known entries of ``Resources``, with their paths."""
    return known_items(selection.resources, selection.at / "Resources")


def selects_by_tags(selection: Selection) -> bool:
    """Whether tags decide what is selected."""
    if not is_empty(selection.list_of_tags) or any(parameters(selection.conditions, Path())):
        return True
    return any(isinstance(entry, Tag | MatchAllTags) for _, entry in entries(selection))


@rule(
    "E9304",
    subject=SelectionSubject,
    title="Nothing selected",
    explanation="A selection needs `Resources` or `ListOfTags`. In `Custom::BackupPlan` and `Custom::BackupSelection` "
    '`Conditions` alone get `Resources: ["*"]`; AWS Backup itself refuses them alone. What is left out with '
    "`NotResources` does not select. During a deployment: the stacks that it names contain nothing that AWS "
    "Backup supports.",
    way_out='Name resources, or select by tags. `Resources: ["*"]` selects everything that the account has '
    "opted in to.",
    source="AWS Backup API: BackupSelection; observed: «Invalid backup selection. Either 'ListOfTags' or "
    "'Resources' section must be non-empty.»",
)
def nothing_selected(subject: SelectionSubject) -> Iterator[Fault]:
    selection = subject.selection
    if selection.unfinished or not _selects_nothing(selection):
        return
    if subject.native:
        if _requires_something(selection.conditions):
            message = (
                "stand alone, and AWS Backup refuses a selection without Resources and ListOfTags: add "
                'Resources: ["*"]'
            )
            yield Fault(selection.at / "Conditions", message, of_name=True)
            return
        at = selection.at / "Resources" if is_given(selection.resources) else selection.at
        yield Fault(at, f"selects nothing: give Resources or ListOfTags, such as {_EXAMPLE_NATIVE}")
    elif not _requires_something(selection.conditions) and not selection.extra:
        message = (
            f"selects nothing: give at least one of Resources, ListOfTags and Conditions, such as {_EXAMPLE}"
        )
        yield Fault(selection.at, message)


_EXAMPLE = 'Resources: [{Tag: {Key: backup, Value: "true"}}]'
_EXAMPLE_NATIVE = 'ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: backup, ConditionValue: "true"}]'


def _selects_nothing(selection: Selection) -> bool:
    resources = decided(selection.resources)
    if isinstance(resources, Unknown) or not is_empty(selection.list_of_tags):
        return False
    return all(_is_empty_match(entry) for _, entry in listed_items(resources, Path()))


def _is_empty_match(entry: object) -> bool:
    return isinstance(entry, MatchAllTags) and is_empty(entry.tags)


def _requires_something(conditions: Sym[Conditions] | None) -> bool:
    known = decided(conditions)
    if not isinstance(known, Conditions):
        return known is not None
    return not all(is_empty(getattr(known, member)) for member in OPERATORS.values())


@rule(
    "W9322",
    subject=SelectionSubject,
    title="Resources or tags",
    explanation="`Resources` and `ListOfTags` are ORed: everything that is named is selected whatever its "
    "tags, and everything with one of the tags, of any type. People who write both often mean AND.",
    way_out="To select only what has the tags, move them to `Conditions` with the prefix "
    "`aws:ResourceTag/`. If OR is meant, write two selections, which says so.",
    source="AWS Backup Developer Guide: Assign resources with AWS CLI; aws/aws-cdk issues 18911 and 37771",
)
def resources_or_tags(subject: SelectionSubject) -> Iterator[Fault]:
    selection = subject.selection
    if is_empty(selection.list_of_tags):
        return
    wide = [entry for _, entry in entries(selection) if isinstance(entry, Resource) and _is_wide(entry)]
    if wide:
        message = (
            "selects what has one of these tags in addition to everything that Resources names, not only "
            "within it: for AND move the tags to Conditions with the prefix aws:ResourceTag/"
        )
        yield Fault(selection.at / "ListOfTags", message, of_name=True)


def _is_wide(entry: Resource) -> bool:
    from cfn_backup.rules.arns import known_text  # noqa: PLC0415 - few selections have both

    return "*" in (known_text(decided(entry.value)) or "")


def _too_many(number: int, most: int, what: str, at: Path) -> Iterator[Fault]:
    if number > most:
        message = f"has {number} {what}, and a selection can have {most}: split it, or select by tags"
        yield Fault(at, message)


def _arns(selection: Selection) -> Iterator[tuple[Path, list[Any]]]:
    named = [e.value for _, e in entries(selection) if isinstance(e, Resource)]
    excluded = [value for _, value in listed_items(selection.not_resources, Path())]
    yield selection.at / "Resources", named
    yield selection.at / "NotResources", excluded


@rule(
    "E9305",
    subject=SelectionSubject,
    title="Too many ARNs",
    explanation="A selection can have 500 ARNs.",
    way_out="Split it into several selections, or select by tags.",
    source="AWS Backup API: BackupSelection, Resources",
)
def too_many_arns(subject: SelectionSubject) -> Iterator[Fault]:
    for at, arns in _arns(subject.selection):
        yield from _too_many(len(arns), MOST_ARNS, "ARNs", at)


@rule(
    "E9306",
    subject=SelectionSubject,
    title="Too many ARNs with wildcards",
    explanation="A selection can have 30 ARNs with wildcards.",
    way_out="Split it into several selections, or select by tags.",
    source="AWS Backup API: BackupSelection, Resources",
)
def too_many_wildcards(subject: SelectionSubject) -> Iterator[Fault]:
    for at, arns in _arns(subject.selection):
        wildcards = sum(isinstance(arn, str) and "*" in arn for arn in arns)
        yield from _too_many(wildcards, MOST_WILDCARDS, "ARNs with wildcards", at)


@rule(
    "E9307",
    subject=SelectionSubject,
    title="Too many conditions",
    explanation="A selection can have 30 conditions and 30 tags.",
    way_out="Split it into several selections.",
    source=QUOTAS,
)
def too_many_conditions(subject: SelectionSubject) -> Iterator[Fault]:
    selection = subject.selection
    tags = len(list(listed_items(selection.list_of_tags, Path())))
    tags += sum(isinstance(entry, Tag) for _, entry in entries(selection))
    yield from _too_many(tags, MOST_CONDITIONS, "tags", selection.at / "ListOfTags")
    conditions = len(list(parameters(selection.conditions, Path())))
    conditions += sum(len(entry.tags) for _, entry in entries(selection) if _has_known_tags(entry))
    yield from _too_many(conditions, MOST_CONDITIONS, "conditions", selection.at / "Conditions")


def _has_known_tags(entry: object) -> bool:
    return isinstance(entry, MatchAllTags) and isinstance(entry.tags, Mapping)
