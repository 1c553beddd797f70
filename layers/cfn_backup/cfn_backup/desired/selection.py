"""The selection that must exist, with its role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.desired.arns import arn_of, service_of
from cfn_backup.desired.document import document, if_node
from cfn_backup.desired.owner import NAME_LIMIT, Owner
from cfn_backup.desired.role import Role, role_for
from cfn_backup.desired.text import alternatives_of, shortened
from cfn_backup.symbolic.values import Choice, Intrinsic, Place, Str, Sym
from cfn_backup.written import selection as written
from cfn_backup.written.selection import TAG_PREFIX

type Found = Mapping[str, tuple[str, ...]]
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
    contain."""
    members = selection_members(given, place, found or {})
    role = None
    if given.iam_role_arn is None:
        role = role_for(
            owner,
            place,
            allow_restores=given.allow_restores,
            disable_default_backup_policy=given.disable_default_backup_policy,
            buckets=can_match_a_bucket(members, place),
            tags={},
        )
    role_arn = given.iam_role_arn if role is None else role.arn
    name = given.selection_name or shortened(owner.logical_id, NAME_LIMIT)
    return Selection(name, members, role_arn or "", role, asked(given, place))


def asked(given: written.Selection, place: Place) -> dict[str, Any]:
    """What is selected apart from the contents of stacks, and the stacks."""
    stacks = stacks_named(given)
    return {**selection_members(given, place, {}), **({"Stacks": list(stacks)} if stacks else {})}


def selection_members(given: written.Selection, place: Place, found: Found) -> dict[str, Any]:
    """What is selected, in the service's terms; members that would be empty are left out."""

    def arn(entry: Any) -> Str | None:
        if isinstance(entry, Intrinsic):
            return entry
        return arn_of(entry, place) if isinstance(entry, written.Resource) else None

    resources = _spread(given.resources, arn)
    discovered = [arn for stack in stacks_named(given) for arn in found.get(str(stack), ())]
    members: dict[str, Any] = {
        "Resources": _joined(resources, list(dict.fromkeys(discovered))),
        "NotResources": document(given.not_resources),
        "ListOfTags": _joined(document(given.list_of_tags), _spread(given.resources, _tag_condition)),
        "Conditions": _conditions(given),
        **document(given.extra),
    }
    members = {name: value for name, value in members.items() if value not in (None, [], {})}
    if (
        "Conditions" in members
        and not {"Resources", "ListOfTags"} & members.keys()
        and not stacks_named(given)
    ):
        # «Either 'ListOfTags' or 'Resources' section must be non-empty», also where there are
        # conditions (rule S7)
        members["Resources"] = ["*"]
    return members


def _joined(first: Any, second: Any) -> Any:
    """Two lists as one. Raises TypeError where a function stands for one of two: neither can be left out."""
    if not second:
        return first
    if not first:
        return second
    if not isinstance(first, list) or not isinstance(second, list):
        raise TypeError(first if isinstance(second, list) else second)
    return [*first, *second]


def _spread(entries: Sym[tuple[Sym[Any], ...]] | None, pick: Callable[[Any], Any]) -> Any:
    """The entries that ``pick`` makes something of."""
    if isinstance(entries, Choice):
        picked = [_spread(branch, pick) for branch in (entries.then, entries.otherwise)]
        return (
            if_node(Choice(entries.condition, *picked), lambda branch: branch or None)
            if any(picked)
            else None
        )
    if entries is None or isinstance(entries, Intrinsic):
        return pick(entries) if entries is not None else None
    picked = [_picked(entry, pick) for entry in entries]
    return [entry for entry in picked if entry is not None]


def _picked(entry: Sym[Any], pick: Callable[[Any], Any]) -> Any:
    if not isinstance(entry, Choice):
        return pick(entry)
    branches = [
        _picked(branch, pick) if branch is not None else None for branch in (entry.then, entry.otherwise)
    ]
    return if_node(Choice(entry.condition, *branches), lambda branch: branch) if any(branches) else None


def _tag_condition(entry: Any) -> dict[str, Str] | None:
    if not isinstance(entry, written.Tag):
        return None
    operation = entry.operation or "STRINGEQUALS"
    return {"ConditionType": operation, "ConditionKey": entry.key, "ConditionValue": entry.value}


def _conditions(given: written.Selection) -> Any:
    """The conditions that were written, and the tags that must all match beside them."""
    conditions = document(given.conditions)
    match_all = _spread(given.resources, _match_all)
    if not match_all:
        return conditions
    if isinstance(match_all, list) and all(isinstance(group, list) for group in match_all):
        match_all = [parameter for group in match_all for parameter in group]
    conditions = {} if conditions is None else conditions
    if not isinstance(conditions, dict):
        raise TypeError(conditions)
    return {**conditions, "StringEquals": _joined(conditions.get("StringEquals"), match_all)}


def _match_all(entry: Any) -> list[dict[str, Str]] | None:
    if not isinstance(entry, written.MatchAllTags) or isinstance(entry.tags, Intrinsic):
        return None
    # an empty map asks for nothing
    return [
        {"ConditionKey": _with_prefix(key), "ConditionValue": value} for key, value in entry.tags.items()
    ] or None


def _with_prefix(key: str) -> str:
    return key if key.startswith(TAG_PREFIX) else TAG_PREFIX + key


def stacks_named(given: written.Selection) -> tuple[Str, ...]:
    """The stacks whose contents are selected, in the order written."""
    return tuple(entry.stack for entry in flat(given.resources) if isinstance(entry, written.StackContents))


def flat(items: Any) -> Iterable[Any]:
    """The items of a list, of all branches where conditions choose."""
    if isinstance(items, Choice):
        yield from flat(items.then)
        yield from flat(items.otherwise)
    elif isinstance(items, tuple | list):
        for item in items:
            yield from flat(item)
    elif items is not None:
        yield items


def can_match_a_bucket(members: Mapping[str, Any], place: Place) -> bool:
    """Whether an Amazon S3 bucket can be among what is selected."""
    excluded = members.get("NotResources")
    if isinstance(excluded, list) and any(
        service_of(arn, place) == "s3" and str(arn).endswith(":::*") for arn in excluded
    ):
        return False
    if members.get("ListOfTags"):
        return True
    arns = alternatives_of(members.get("Resources", []))
    # a stack is backed up as a whole, with its buckets; what cannot be told before a deployment can
    # be a bucket
    return any(service_of(arn, place) in ("s3", "*", "cloudformation", None) for arn in arns)
