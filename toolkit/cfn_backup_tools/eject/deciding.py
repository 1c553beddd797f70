"""Which conditions decide what an expansion makes, so that both ways of each have to be worked out.

Where ``Fn::If`` only chooses a value, it stays where it stands. It decides where native resources have no
such property, where something else stands in for what is absent, and where the expansion joins what
conditions choose with something beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cfn_backup_tools.template.document import Path
from cfn_backup_tools.template.intrinsics import NO_VALUE, is_intrinsic

DECIDING = frozenset(
    {
        "Preset",
        "WindowsVss",
        "AllowRestores",
        "DisableDefaultBackupPolicy",
        "BlockRecoveryPointDeletion",
        "RemovalPolicy",
        "EmptyOnDelete",
        "ManageTopicPolicy",
    }
)
"""Properties whose value has to be known, because native resources have no such property."""

OPTIONAL = frozenset(
    {
        "BackupPlanName",
        "BackupVault",
        "BackupVaultEvents",
        "BackupVaultName",
        "DefaultVault",
        "EncryptionKeyArn",
        "IamRoleArn",
        "LockConfiguration",
        "MinRetentionDays",
        "Notifications",
        "RuleName",
        "SelectionName",
        "TargetBackupVault",
    }
)
"""Properties of which it matters whether they are there: if not, something else stands in."""

WHOLE = frozenset({"AccessPolicy", "BackupPlanTags", "BackupVaultTags", "DefaultVault", "Selections"})
"""Properties that an expansion looks into or adds to."""

BY_AUTHOR = frozenset(
    {
        "AccessPolicy",
        "BackupOptions",
        "BackupPlanTags",
        "BackupVaultTags",
        "MatchAllTags",
        "RecoveryPointTags",
    }
)
"""Maps whose names are the author's, and mean nothing here: a tag may be called ``Preset``."""

type Chosen = tuple[Any, tuple[str, ...]]
"""What conditions can choose (perhaps ``AWS::NoValue``), and which conditions."""


def deciding_conditions(properties: Mapping[str, Any]) -> Iterator[str]:
    """The names of the conditions, some more than once."""
    yield from _by_name(properties, ())
    yield from _of_tags(properties)
    yield from _of_settings(properties)
    yield from _of_rules(properties)
    for vault in _vaults(properties):
        yield from _of_topics(vault)
    for selection in _selections(properties):
        yield from _of_selection(selection)


def emptying_conditions(properties: Mapping[str, Any]) -> Iterator[str]:
    """The names of the conditions that can leave a selection nothing but comparisons.

    A deployment puts ``*`` beside them. Without it the service refuses the selection, so these matter less
    than the others.
    """
    for selection in _selections(properties):
        yield from _of_narrowed(selection)


def _selections(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The properties of a selection of its own, or the selections of a plan."""
    yield properties
    for selection, _ in _items(properties.get("Selections")):
        if _is_map(selection):
            yield selection


def _vaults(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The properties of a vault of its own, or what a plan says of its default vault."""
    yield properties
    for vault, _ in _chosen(properties.get("DefaultVault")):
        if _is_map(vault):
            yield vault


def _by_name(value: Any, path: Path) -> Iterator[str]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _by_name(item, (*path, index))
    elif _is_map(value):
        if not path or path[-1] not in BY_AUTHOR:
            for name, member in value.items():
                yield from _by_name(member, (*path, name))
    else:
        chosen = list(_chosen(value))
        if _decides(path):
            yield from _all(chosen)
        elif path and path[-1] in OPTIONAL:
            yield from _absent(value)
        for branch, conditions in chosen:
            if conditions and _is_structure(branch):
                yield from _by_name(branch, path)


def _decides(path: Path) -> bool:
    name = path[-1] if path else None
    return name in DECIDING or name in WHOLE or (len(path) >= 2 and path[-2] == "Selections")


def _of_tags(plan: Mapping[str, Any]) -> Iterator[str]:
    """A role takes its tags as a list, where no value can be absent; a default vault has the plan's tags
    that it does not give a value of its own."""
    inherited: set[str] = set()
    for tags, _ in _chosen(plan.get("BackupPlanTags")):
        inherited |= tags.keys() if _is_map(tags) else set()
        if "Selections" in plan:
            yield from _absent_members(tags)
    for vault in _vaults(plan):
        for tags, _ in _chosen(vault.get("BackupVaultTags")):
            if _is_map(tags):
                yield from _absent_members({key: tags[key] for key in inherited & tags.keys()})


def _of_topics(vault: Mapping[str, Any]) -> Iterator[str]:
    """Which topic it is that gets a policy."""
    for notifications, conditions in _chosen(vault.get("Notifications")):
        if _is_map(notifications) and not _is_plainly_false(notifications.get("ManageTopicPolicy")):
            yield from conditions
            yield from _all(_chosen(notifications.get("SNSTopicArn")))


def _of_settings(plan: Mapping[str, Any]) -> Iterator[str]:
    """``WindowsVss`` is put into the advanced settings."""
    if "WindowsVss" not in plan:
        return
    for setting, conditions in _items(plan.get("AdvancedBackupSettings")):
        yield from conditions
        if _is_map(setting):
            yield from _all(_chosen(setting.get("ResourceType")))
            yield from _all(_chosen(setting.get("BackupOptions")))


def _of_rules(plan: Mapping[str, Any]) -> Iterator[str]:
    rules = list(_items(plan.get("BackupPlanRules")))
    maps = [(rule, conditions) for rule, conditions in rules if _is_map(rule)]
    for rule, conditions in maps:
        if _may_lack(rule, "TargetBackupVault") and _may_lack(plan, "BackupVault"):
            yield from conditions
        yield from _of_rule(rule)
    if any("Preset" not in rule and _may_lack(rule, "RuleName") for rule, _ in maps):
        # such a name has the rule's number
        yield from _all((rule, conditions) for rule, conditions in rules if rule == NO_VALUE)


def _of_rule(rule: Mapping[str, Any]) -> Iterator[str]:
    """Whatever a preset, or continuous backup, gives where the rule itself does not."""
    lifecycles = [lifecycle for lifecycle, _ in _chosen(rule.get("Lifecycle", NO_VALUE))]
    written = [lifecycle for lifecycle in lifecycles if _is_map(lifecycle)]
    if "Preset" in rule:
        yield from _absent(rule.get("ScheduleExpression"))
    if "Preset" in rule or "EnableContinuousBackup" in rule:
        for lifecycle in written:
            yield from _absent_members(lifecycle)
    if NO_VALUE in lifecycles or any(_may_lack(lifecycle, "DeleteAfterDays") for lifecycle in written):
        yield from _all(_chosen(rule.get("EnableContinuousBackup")))


def _of_selection(selection: Mapping[str, Any]) -> Iterator[str]:
    """Entries that go to other members, and what they are joined with there."""
    kinds: set[str] = set()
    for entry, conditions in _items(selection.get("Resources")):
        kinds |= entry.keys() if _is_map(entry) else set()
        if _is_map(entry) and {"MatchAllTags", "Stack"} & entry.keys():
            yield from conditions
            for tags, choosing in _chosen(entry.get("MatchAllTags")):
                yield from (*choosing, *_absent_members(tags))
    if {"Tag", "MatchAllTags", "Stack"} & kinds:
        yield from _of_members(selection)
    if "MatchAllTags" in kinds:
        for comparisons, _ in _chosen(selection.get("Conditions")):
            yield from _all(_chosen(comparisons.get("StringEquals"))) if _is_map(comparisons) else ()


def _of_members(selection: Mapping[str, Any]) -> Iterator[str]:
    for name in ("Resources", "ListOfTags", "Conditions"):
        yield from _all(_chosen(selection.get(name)))


def _of_narrowed(selection: Mapping[str, Any]) -> Iterator[str]:
    entries = list(_items(selection.get("Resources")))
    if "Conditions" in selection or any(_only_narrows(entry) for entry, _ in entries):
        yield from _of_members(selection)
        selecting = [*entries, *_items(selection.get("ListOfTags"))]
        if all(conditions or _only_narrows(entry) for entry, conditions in selecting):
            yield from _all(selecting)


def _only_narrows(entry: Any) -> bool:
    return _is_map(entry) and "MatchAllTags" in entry


# --- what conditions choose -----------------------------------------------------------------------


def _chosen(value: Any, above: tuple[str, ...] = ()) -> Iterator[Chosen]:
    """Everything that can stand in the place of a value; the value itself, if no condition chooses it."""
    branches = value.get("Fn::If") if isinstance(value, Mapping) and len(value) == 1 else None
    if not isinstance(branches, list) or len(branches) != 3 or not isinstance(branches[0], str):
        yield value, above
        return
    for branch in branches[1:]:
        yield from _chosen(branch, (*above, branches[0]))


def _items(value: Any) -> Iterator[Chosen]:
    """Everything that can stand in a list."""
    for items, above in _chosen(value):
        for item in items if isinstance(items, list) else ():
            yield from _chosen(item, above)


def _all(chosen: Iterable[Chosen]) -> Iterator[str]:
    for _, conditions in chosen:
        yield from conditions


def _absent(value: Any) -> Iterator[str]:
    """The conditions under which there is no value, in spite of the property."""
    return _all(found for found in _chosen(value) if found[0] == NO_VALUE)


def _absent_members(value: Any) -> Iterator[str]:
    for member in value.values() if _is_map(value) else ():
        yield from _absent(member)


def _may_lack(properties: Mapping[str, Any], name: str) -> bool:
    return name not in properties or any(value == NO_VALUE for value, _ in _chosen(properties[name]))


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping) and not is_intrinsic(value)


def _is_plainly_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.lower() == "false")


def _is_structure(value: Any) -> bool:
    return isinstance(value, list) or _is_map(value)
