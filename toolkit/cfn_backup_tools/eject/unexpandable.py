"""What cannot be expanded, since a function stands where something has to be looked into or added to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cfn_backup.desired.selection import flat
from cfn_backup.symbolic.values import Choice, Intrinsic
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.selection import Conditions, MatchAllTags, Selection, Tag
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools.eject.branches import Undecided
from cfn_backup_tools.template.document import Path
from cfn_backup_tools.template.intrinsics import attribute_of, is_intrinsic, sub_parts


def _is_get_att(argument: Any) -> bool:
    if isinstance(argument, list):
        return len(argument) > 1 and isinstance(argument[0], str)
    return attribute_of(argument) is not None


_WELL_FORMED: Mapping[str, Callable[[Any], bool]] = {
    "Ref": lambda argument: isinstance(argument, str),
    "Fn::GetAtt": _is_get_att,
    "Fn::Sub": lambda argument: sub_parts(argument) is not None,
    "Fn::Join": lambda argument: isinstance(argument, list) and len(argument) == 2,
    "Fn::If": lambda argument: (
        isinstance(argument, list) and len(argument) == 3 and isinstance(argument[0], str)
    ),
}


def refuse_malformed(properties: Any) -> None:
    """Raises Undecided for a function that CloudFormation itself would not take."""
    for path, function in _malformed(properties, ()):
        raise Undecided(
            f"{'.'.join(map(str, path))}: {function} has arguments that CloudFormation does not take"
        )


def _malformed(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _malformed(item, (*path, index))
    elif isinstance(value, dict):
        if is_intrinsic(value):
            ((function, argument),) = value.items()
            if not _WELL_FORMED.get(function, lambda _: True)(argument):
                yield path, function
        for name, member in value.items():
            yield from _malformed(member, (*path, name))


def refuse_unknown_structure(written: Any) -> None:
    """Raises Undecided for a structure that has to be written out."""
    for name, reason in _unknown_structure(written):
        raise Undecided(f"{name} has to be written out here: {reason}")


def _unknown_structure(written: Any) -> Iterator[tuple[str, str]]:
    if isinstance(written, BackupPlan):
        yield from _of_plan(written)
    if isinstance(written, BackupVault):
        yield from _of_vault(written)
    if isinstance(written, Selection):
        yield from _of_selection(written)


def _of_plan(plan: BackupPlan) -> Iterator[tuple[str, str]]:
    if plan.preset is not None and isinstance(plan.backup_plan_rules, Intrinsic):
        yield "BackupPlanRules", "the preset's rules come in front of it"
    if plan.windows_vss is True and not _is_written_out(plan.advanced_backup_settings):
        yield "AdvancedBackupSettings", "WindowsVss is added to it"
    if any(isinstance(selection, Intrinsic) for selection in flat(plan.selections)):
        yield "Selections", "each becomes a resource"
    if isinstance(plan.backup_plan_tags, Intrinsic) and plan.selections is not None:
        yield "BackupPlanTags", "a role takes its tags as a list"
    if isinstance(plan.default_vault, Intrinsic):
        yield "DefaultVault", "it becomes a resource"
    if isinstance(plan.default_vault, BackupVault):
        yield from _of_vault(plan.default_vault)
        yield from _of_inherited_tags(plan.backup_plan_tags, plan.default_vault.backup_vault_tags)
    for selection in flat(plan.selections):
        if isinstance(selection, Selection):
            yield from _of_selection(selection)


def _of_inherited_tags(of_plan: Any, of_vault: Any) -> Iterator[tuple[str, str]]:
    if of_plan and of_vault:
        if isinstance(of_plan, Intrinsic):
            yield "BackupPlanTags", "the default vault has them beside its own"
        if isinstance(of_vault, Intrinsic):
            yield "DefaultVault.BackupVaultTags", "the default vault has the tags of the plan beside them"


def _is_written_out(settings: Any) -> bool:
    """Whether it can be told which settings are those of EC2, and what they say."""
    return not isinstance(settings, Intrinsic) and not any(
        isinstance(part, Intrinsic) and part.node
        for setting in flat(settings)
        for part in (
            setting,
            getattr(setting, "resource_type", None),
            getattr(setting, "backup_options", None),
        )
    )


def _of_vault(vault: BackupVault) -> Iterator[tuple[str, str]]:
    if vault.block_recovery_point_deletion is True and isinstance(vault.access_policy, Intrinsic):
        yield "AccessPolicy", "BlockRecoveryPointDeletion adds a statement to it"


def _of_selection(selection: Selection) -> Iterator[tuple[str, str]]:
    for entry in flat(selection.resources):
        if isinstance(entry, MatchAllTags) and isinstance(entry.tags, Intrinsic):
            yield "MatchAllTags", "its tags become conditions"
        if isinstance(entry, Intrinsic) and "Tag" in entry.node:
            yield "Tag", "it becomes a condition"
    yield from _joined_with_entries(selection)


def _joined_with_entries(selection: Selection) -> Iterator[tuple[str, str]]:
    """What entries are added to, and is not known."""
    entries = list(flat(selection.resources))
    if any(isinstance(entry, Tag) for entry in entries) and _is_unknown(selection.list_of_tags):
        yield "ListOfTags", "the entries with a Tag are added to it"
    if any(isinstance(entry, MatchAllTags) and entry.tags for entry in entries):
        reason = "the tags of MatchAllTags are added to its StringEquals"
        if _is_unknown(selection.conditions):
            yield "Conditions", reason
        if isinstance(selection.conditions, Conditions) and _is_unknown(selection.conditions.string_equals):
            yield "Conditions.StringEquals", reason


def _is_unknown(value: Any) -> bool:
    return isinstance(value, Intrinsic | Choice)
