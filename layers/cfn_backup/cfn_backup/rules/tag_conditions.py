"""The rules about the tags that select."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfn_backup.rules.asking import known_items, text
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.selections import entries, parameters
from cfn_backup.rules.subjects import SelectionSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str
from cfn_backup.written.recast import shown
from cfn_backup.written.selection import TAG_PREFIX, ConditionParameter, MatchAllTags, Tag


def _bare_keys(subject: SelectionSubject) -> Iterator[tuple[Path, Str]]:
    """The bare tag keys that select, known or not."""
    for at, condition in known_items(subject.selection.list_of_tags, subject.selection.at / "ListOfTags"):
        yield at / "ConditionKey", condition.condition_key
    for _, entry in entries(subject.selection):
        if isinstance(entry, Tag):
            yield entry.at / "Key", entry.key
        elif isinstance(entry, MatchAllTags):
            tags = decided(entry.tags)
            for key in tags if isinstance(tags, Mapping) else ():
                yield entry.at, key


def _values(subject: SelectionSubject) -> Iterator[tuple[Path, Str | None]]:
    for at, condition in known_items(subject.selection.list_of_tags, subject.selection.at / "ListOfTags"):
        yield at / "ConditionValue", condition.condition_value
    for at, parameter in _conditions(subject):
        yield at / "ConditionValue", parameter.condition_value
    for _, entry in entries(subject.selection):
        if isinstance(entry, Tag):
            yield entry.at / "Value", entry.value
        elif isinstance(entry, MatchAllTags):
            tags = decided(entry.tags)
            for key, value in tags.items() if isinstance(tags, Mapping) else ():
                yield entry.at / key, value


def _conditions(subject: SelectionSubject) -> Iterator[tuple[Path, ConditionParameter]]:
    return parameters(subject.selection.conditions, subject.selection.at / "Conditions")


@rule(
    "E9312",
    subject=SelectionSubject,
    title="Condition without prefix",
    explanation="Keys in `Conditions` begin with `aws:ResourceTag/`; without it the condition matches "
    "nothing, and nothing is backed up.",
    way_out="Write `aws:ResourceTag/<tag key>`.",
    source="AWS Backup API: BackupSelection, Conditions",
)
def condition_without_prefix(subject: SelectionSubject) -> Iterator[Fault]:
    for at, parameter in parameters(subject.selection.conditions, subject.selection.at / "Conditions"):
        key = text(parameter.condition_key)
        if key is not None and not key.startswith(TAG_PREFIX):
            wanted = TAG_PREFIX + (key.rpartition("/")[2] if key.startswith("aws:") else key)[:100]
            message = f"is {shown(key)}, which matches nothing: write {wanted}"
            yield Fault(at / "ConditionKey", message)


@rule(
    "W9314",
    subject=SelectionSubject,
    title="Tag key with prefix",
    explanation="`ListOfTags` has bare tag keys; with `aws:ResourceTag/` before it the key is that of a tag "
    "which cannot exist.",
    way_out="Leave the prefix out.",
    source="AWS Backup API: BackupSelection, ListOfTags",
)
def key_with_prefix(subject: SelectionSubject) -> Iterator[Fault]:
    for at, written in _bare_keys(subject):
        key = text(written)
        if key is not None and key.startswith(TAG_PREFIX):
            bare = key.removeprefix(TAG_PREFIX)[:100]
            message = (
                f"is {shown(key)}, which no tag is called: write the bare tag key, {bare}; the prefix is for "
                "Conditions"
            )
            yield Fault(at, message)


@rule(
    "E9319",
    subject=SelectionSubject,
    title="Empty tag key",
    explanation="No tag has an empty key, so nothing is selected, and nothing is backed up.",
    way_out="Name a tag key. If the key comes from a parameter, give the parameter a value.",
    source="AWS General Reference: Tag naming limits and requirements (a key has 1 to 128 characters)",
)
def empty_key(subject: SelectionSubject) -> Iterator[Fault]:
    for at, key in _bare_keys(subject):
        if text(key) == "":
            yield Fault(at, "has an empty tag key, which no tag has, so it selects nothing: name a key")
    for at, parameter in parameters(subject.selection.conditions, subject.selection.at / "Conditions"):
        if text(parameter.condition_key) == TAG_PREFIX:
            yield Fault(
                at / "ConditionKey", "has an empty tag key, which no tag has: name a key after the prefix"
            )


@rule(
    "W9320",
    subject=SelectionSubject,
    title="Empty tag value",
    explanation="A tag can have an empty value, but hardly ever is that what a selection means: mostly the "
    "value comes from a parameter that nobody gave a value.",
    way_out="Give the parameter a value, or leave it out if tags with an empty value are meant.",
    source="AWS Backup API: BackupSelection, Conditions",
)
def empty_value(subject: SelectionSubject) -> Iterator[Fault]:
    for at, value in _values(subject):
        if text(value) == "":
            yield Fault(
                at, "is empty, so only tags without a value are selected: give the value that the tags have"
            )
