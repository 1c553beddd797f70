"""The selection that must exist, with its role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.desired.arns import arn_of, service_of
from cfn_backup.desired.document import document
from cfn_backup.desired.owner import NAME_LIMIT, Owner
from cfn_backup.desired.place import Place
from cfn_backup.desired.role import Role, role_for
from cfn_backup.desired.text import shortened
from cfn_backup.symbolic.asking import decided, may_be_absent, needed, present
from cfn_backup.symbolic.values import Choice, Str, Sym, Unknown, Unreadable, items, leaves
from cfn_backup.written import selection as written
from cfn_backup.written.declarations import Listed

type Found = Mapping[Str, tuple[Str, ...]]
"""What stacks contain: the ARNs by the stack's name or id as it was written."""


@dataclass(frozen=True)
class Selection:
    """A backup selection. ``members`` are ``Resources``, ``NotResources``, ``ListOfTags`` and ``Conditions``
    as the API takes them."""

    name: Str
    members: Mapping[str, Any]
    role_arn: Str
    role: Role | None = None
    """The role that is made for it."""
    asked: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What was written, whatever the stacks that it names contain at the moment."""


def expand_selection(
    given: written.BackupSelection, owner: Owner, place: Place, found: Found | None = None
) -> Selection:
    """The selection that ``Custom::BackupSelection`` stands for; ``found`` is what the stacks it names
    contain. Raises Undecided and NotKnown where it has to be known what there is."""
    members = selection_members(given, place, found or {})
    role_arn = present(given.iam_role_arn, "otherwise a role is made")
    role = None
    if role_arn is None:
        role = role_for(
            owner,
            place,
            allow_restores=given.allow_restores,
            disable_default_backup_policy=given.disable_default_backup_policy,
            buckets=can_match_a_bucket(members, place),
            tags={},
        )
    name = present(given.selection_name, "otherwise the name is the logical id")
    if name is None:
        name = shortened(owner.logical_id, NAME_LIMIT)
    return Selection(name, members, role.arn if role else role_arn or "", role, asked(given, place))


def asked(given: written.Selection, place: Place) -> dict[str, Any]:
    """What is selected apart from the contents of stacks, and the stacks."""
    stacks = stacks_named(given)
    return {**selection_members(given, place, {}), **({"Stacks": list(stacks)} if stacks else {})}


def selection_members(given: written.Selection, place: Place, found: Found) -> dict[str, Any]:
    """What is selected, in the service's terms; members that would be empty are left out."""

    def arn(entry: Any) -> Str | None:
        return arn_of(entry, place) if isinstance(entry, written.Resource) else None

    stacks = stacks_named(given)
    discovered = list(dict.fromkeys(one for stack in stacks for one in found.get(stack, ())))
    members: dict[str, Any] = {
        "Resources": _joined(
            _spread(given.resources, arn), discovered, "the contents of stacks are added to it"
        ),
        "NotResources": document(given.not_resources),
        "ListOfTags": _joined(
            document(given.list_of_tags),
            _spread(given.resources, _tag_condition),
            "the entries with a Tag are added to it",
        ),
        "Conditions": _conditions(given),
        **document(given.extra),
    }
    members = {name: value for name, value in members.items() if value not in (None, [], {})}
    return members if stacks else _with_everything(members)


def _with_everything(members: dict[str, Any]) -> dict[str, Any]:
    """The members, with ``*`` selected where there are comparisons and nothing else selects.

    «Either 'ListOfTags' or 'Resources' section must be non-empty», also where there are conditions (rule S7).
    """
    if "Conditions" not in members:
        return members
    if not _narrows(members["Conditions"]):
        return {name: value for name, value in members.items() if name != "Conditions"}
    reason = "without it * has to be selected"
    listed: dict[str, Any] = {
        name: value if _surely_selects(value) else decided(value, reason)
        for name in ("Resources", "ListOfTags")
        if (value := members.get(name)) is not None
    }
    members = {name: value for name, value in members.items() if listed.get(name, value)}
    if any(_surely_selects(value) for value in listed.values()):
        return members
    resources = listed.get("Resources") or []
    everything: Str | None = "*"
    for item in reversed([*resources, *(listed.get("ListOfTags") or [])]):
        everything = _where_absent(item, everything)
    return {**members, "Resources": [*resources, everything]}


def _narrows(conditions: Any) -> bool:
    """Whether there is a comparison; asked only where that depends on conditions."""
    if _surely_narrows(conditions):
        return True
    reason = "alone they get *"
    there = decided(conditions, reason)
    if not isinstance(there, Mapping):
        return there is not None
    return any(_any_there(listed, reason) for listed in there.values())


def _surely_narrows(conditions: Any) -> bool:
    if isinstance(conditions, Choice):
        return _surely_narrows(conditions.then) and _surely_narrows(conditions.otherwise)
    if isinstance(conditions, Mapping):
        return any(_surely_selects(listed) for listed in conditions.values())
    return conditions is not None


def _surely_selects(listed: Any) -> bool:
    """Whether there is an item, however conditions stand."""
    if isinstance(listed, Choice):
        return _surely_selects(listed.then) and _surely_selects(listed.otherwise)
    if isinstance(listed, list):
        return not all(may_be_absent(item) for item in listed)
    return listed is not None


def _where_absent(item: Any, value: Str | None) -> Str | None:
    """The value where the item is absent, and nothing where it is there."""
    if not isinstance(item, Choice):
        return value if item is None else None
    then, otherwise = _where_absent(item.then, value), _where_absent(item.otherwise, value)
    return None if then is None and otherwise is None else Choice(item.condition, then, otherwise)


def _joined(first: Any, second: Any, reason: str) -> Any:
    """Two lists as one. Raises Undecided and NotKnown where one of two is chosen or unknown."""
    if not second:
        return first
    if not first:
        return second
    return [*(needed(first, reason) or ()), *(needed(second, reason) or ())]


def _spread(entries: Listed[Any] | None, pick: Callable[[Any], Any]) -> Any:
    """The entries that ``pick`` makes something of; None if there are none."""
    if isinstance(entries, Choice):
        then, otherwise = _spread(entries.then, pick), _spread(entries.otherwise, pick)
        return Choice(entries.condition, then or None, otherwise or None) if then or otherwise else None
    if isinstance(entries, Unknown):
        return pick(written.Resource("Arn", entries))
    picked = (_picked(entry, pick) for entry in entries or ())
    return [entry for entry in picked if entry is not None] or None


def _picked(entry: Sym[Any] | None, pick: Callable[[Any], Any]) -> Any:
    if isinstance(entry, Choice):
        then, otherwise = _picked(entry.then, pick), _picked(entry.otherwise, pick)
        return None if then is None and otherwise is None else Choice(entry.condition, then, otherwise)
    if isinstance(entry, Unreadable):
        return pick(written.Resource("Arn", entry))
    if isinstance(entry, Unknown):
        needed(entry, "it becomes a condition")
    return None if entry is None else pick(entry)


def _tag_condition(entry: Any) -> dict[str, Str] | None:
    if not isinstance(entry, written.Tag):
        return None
    operation = entry.operation or "STRINGEQUALS"
    return {"ConditionType": operation, "ConditionKey": entry.key, "ConditionValue": entry.value}


def _conditions(given: written.Selection) -> Any:
    """The conditions that were written, and the tags that must all match beside them."""
    match_all = [one for entry in _sure(given, written.MatchAllTags) for one in _match_all(entry)]
    if not match_all:
        return document(given.conditions)
    reason = "the tags of MatchAllTags are added to its StringEquals"
    conditions = document(needed(given.conditions, reason)) or {}
    return {
        **conditions,
        "StringEquals": [*(needed(conditions.get("StringEquals"), reason) or ()), *match_all],
    }


def _match_all(entry: written.MatchAllTags) -> list[dict[str, Str]]:
    tags = needed(entry.tags, "its tags become conditions") or {}
    given = {key: present(value, "otherwise the tag is not asked for") for key, value in tags.items()}
    return [
        {"ConditionKey": _with_prefix(key), "ConditionValue": value}
        for key, value in given.items()
        if value is not None
    ]


def _with_prefix(key: str) -> str:
    return key if key.startswith(written.TAG_PREFIX) else written.TAG_PREFIX + key


def stacks_named(given: written.Selection) -> tuple[Str, ...]:
    """The stacks whose contents are selected, in the order written."""
    return tuple(entry.stack for entry in _sure(given, written.StackContents))


def _sure[E](given: written.Selection, kind: type[E]) -> list[E]:
    """The entries of a kind, once it is decided whether they are there. Asks for nothing if there can be none."""
    if not any(isinstance(entry, kind) for entry in items(given.resources)):
        return []
    listed = decided(given.resources, "what goes beside Resources is in it")
    if isinstance(listed, Unknown) or listed is None:
        return []
    found = (
        decided(entry, "it goes beside Resources")
        if any(isinstance(leaf, kind) for leaf in leaves(entry))
        else None
        for entry in listed
    )
    return [entry for entry in found if isinstance(entry, kind)]


def can_match_a_bucket(members: Mapping[str, Any], place: Place) -> bool:
    """Whether an Amazon S3 bucket can be among what is selected."""
    excluded = members.get("NotResources")
    if isinstance(excluded, list) and any(
        service_of(arn, place) == "s3" and str(arn).endswith(":::*") for arn in excluded
    ):
        return False
    if _any_there(members.get("ListOfTags"), "what has a tag can be a bucket"):
        return True
    reason = "a bucket needs further policies in the role"
    listed = members.get("Resources")
    if any(_can_be_bucket(arn, place) for arn in items(listed)) and not isinstance(listed, Unknown):
        sure = [one for item in needed(listed, reason) or () for one in _decided_bucket(item, place, reason)]
        return any(_can_be_bucket(arn, place) for arn in sure)
    return isinstance(listed, Unknown)


def _any_there(listed: Any, reason: str) -> bool:
    """Whether a list has an item; asked only where that depends on conditions."""
    if _surely_selects(listed):
        return True
    there = decided(listed, reason)
    if not isinstance(there, list):
        return bool(there)
    return any(present(item, reason) is not None for item in there)


def _decided_bucket(item: Str | None, place: Place, reason: str) -> list[Any]:
    """The item, once it is decided which it is if only some branches of it can be a bucket."""
    found = {_can_be_bucket(leaf, place) for leaf in leaves(item)}
    if len(found) > 1 or (found == {True} and may_be_absent(item)):
        item = decided(item, reason)
    return list(leaves(item))[:1]


def _can_be_bucket(arn: Any, place: Place) -> bool:
    """A stack is backed up as a whole, with its buckets; what cannot be told before a deployment can be a bucket."""
    return service_of(arn, place) in ("s3", "*", "cloudformation", None)
