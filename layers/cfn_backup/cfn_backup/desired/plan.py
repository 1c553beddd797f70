"""The plan that must exist, with its default vault, the role that its selections share, and the
selections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cfn_backup.desired.arns import is_arn
from cfn_backup.desired.document import document, lift
from cfn_backup.desired.owner import NAME_LIMIT, Owner
from cfn_backup.desired.role import Role, role_for
from cfn_backup.desired.selection import (
    Found,
    Selection,
    asked,
    can_match_a_bucket,
    flat,
    selection_members,
    stacks_named,
)
from cfn_backup.desired.text import concat, cut_in_the_middle, in_branches, is_choice
from cfn_backup.desired.vault import Vault, expand_vault, merged_tags
from cfn_backup.presets import PLANS, RULES, PresetRule, preset_name
from cfn_backup.symbolic.values import Choice, Intrinsic, Place, Str, Sym
from cfn_backup.written import plan as written
from cfn_backup.written import selection as written_selection
from cfn_backup.written.vault import BackupVault

CONTINUOUS_BACKUP_DAYS = 35
"""What the CDK gives a continuous rule without a retention; the service refuses such a rule (rule B25)."""


@dataclass(frozen=True)
class Plan:
    """A backup plan. ``document`` is the API's ``BackupPlanInput``."""

    name: Str
    document: Mapping[str, Any]
    tags: Mapping[str, Str] | Intrinsic
    vault: Vault | None
    """The default vault, if some rule needs it."""
    vault_name: Str
    """Of the plan's vault or the default vault; empty if every rule brings its own."""
    role: Role | None
    """The role that is made for the selections that bring none."""
    selections: tuple[Sym[Selection], ...]


def expand_plan(given: written.BackupPlan, owner: Owner, place: Place, found: Found | None = None) -> Plan:
    """The plan that ``Custom::BackupPlan`` stands for; ``found`` is what the stacks that its selections name
    contain."""
    rules = rules_of(given)
    tags = given.backup_plan_tags
    vault = _default_vault(given, rules, owner)
    name = given.backup_plan_name or owner.generated_name()
    vault_name = vault.name if vault else name_of_vault(given.backup_vault) if given.backup_vault else ""
    role = _shared_role(given, owner, place, found or {})
    return Plan(
        name=name,
        document=_document(given, rules, name, vault_name),
        tags=merged_tags(tags, owner.tags),
        vault=vault,
        vault_name=vault_name,
        role=role,
        selections=_selections(given, place, role, found or {}),
    )


def rules_of(given: written.BackupPlan) -> Sym[tuple[Sym[written.Rule], ...]]:
    """The preset's rules and then the written ones, each with its own preset's values filled in."""
    ready: tuple[Sym[written.Rule], ...] = ()
    if isinstance(given.preset, str):
        ready = tuple(written.Rule(preset=name) for name in PLANS.get(preset_name(given.preset), ()))

    def all_rules(rules: tuple[Sym[written.Rule], ...]) -> tuple[Sym[written.Rule], ...]:
        return tuple(lift(rule, _with_defaults) for rule in (*ready, *rules))

    rules = given.backup_plan_rules
    if rules is None:
        return all_rules(())
    if isinstance(rules, Choice):
        # an absent branch still has the preset's rules
        return Choice(
            rules.condition, lift(rules.then or (), all_rules), lift(rules.otherwise or (), all_rules)
        )
    result: Sym[tuple[Sym[written.Rule], ...]] = lift(rules, all_rules)
    return result


def _with_defaults(rule: written.Rule) -> written.Rule:
    ready = RULES.get(preset_name(rule.preset)) if isinstance(rule.preset, str) else None
    return _with_retention(_with_preset(rule, ready) if ready else rule)


def _with_preset(rule: written.Rule, ready: PresetRule) -> written.Rule:
    def with_preset_days(lifecycle: written.Lifecycle) -> written.Lifecycle:
        cold = lifecycle.move_to_cold_storage_after_days
        return replace(
            lifecycle,
            delete_after_days=ready.delete_after_days
            if lifecycle.delete_after_days is None
            else lifecycle.delete_after_days,
            move_to_cold_storage_after_days=ready.move_to_cold_storage_after_days if cold is None else cold,
        )

    return replace(
        rule,
        preset=None,
        rule_name=ready.rule_name if rule.rule_name is None else rule.rule_name,
        schedule_expression=rule.schedule_expression or ready.schedule_expression,
        lifecycle=lift(_in_every_branch(rule.lifecycle), with_preset_days),
    )


def _with_retention(rule: written.Rule) -> written.Rule:
    if rule.enable_continuous_backup is not True:
        return rule

    def with_days(lifecycle: written.Lifecycle) -> written.Lifecycle:
        return (
            lifecycle
            if lifecycle.delete_after_days is not None
            else replace(lifecycle, delete_after_days=CONTINUOUS_BACKUP_DAYS)
        )

    return replace(rule, lifecycle=lift(_in_every_branch(rule.lifecycle), with_days))


def _in_every_branch(lifecycle: Sym[written.Lifecycle] | None) -> Sym[written.Lifecycle]:
    """A lifecycle also where a condition chooses none: defaults hold there, too."""
    if isinstance(lifecycle, Choice):
        branches = (_in_every_branch(branch) for branch in (lifecycle.then, lifecycle.otherwise))
        return Choice(lifecycle.condition, *branches)
    return written.Lifecycle() if lifecycle is None else lifecycle


def _default_vault(given: written.BackupPlan, rules: Any, owner: Owner) -> Vault | None:
    needed = given.backup_vault is None and any(
        isinstance(rule, written.Rule) and rule.target_backup_vault is None for rule in flat(rules)
    )
    if not needed:
        return None
    properties = given.default_vault if isinstance(given.default_vault, BackupVault) else BackupVault()
    return expand_vault(properties, owner, inherited=given.backup_plan_tags)


def name_of_vault(vault: Str) -> Str:
    """The vault's name, given its name or ARN (``arn:…:backup-vault:<name>``)."""
    if is_choice(vault):
        return in_branches(vault, name_of_vault)
    if isinstance(vault, str):
        return vault.rpartition(":backup-vault:")[2]
    if not is_arn(vault, Place("", "", "")):
        return vault
    argument = vault.node.get("Fn::GetAtt")
    argument = argument.rsplit(".", 1) if isinstance(argument, str) else argument
    if isinstance(argument, list) and argument[-1] == "BackupVaultArn":
        return Intrinsic({"Fn::GetAtt": [argument[0], "BackupVaultName"]})
    return Intrinsic({"Fn::Select": [6, {"Fn::Split": [":", vault.node]}]})


def _document(given: written.BackupPlan, rules: Any, name: Str, vault_name: Str) -> dict[str, Any]:
    def rule_documents(items: tuple[Sym[written.Rule], ...]) -> list[Any]:
        return [
            document(lift(rule, lambda r, n=number: _rule_document(r, n, name, vault_name)))  # type: ignore[misc]
            for number, rule in enumerate(items)
        ]

    members = {
        "BackupPlanName": name,
        "Rules": document(lift(rules, rule_documents)),
        "AdvancedBackupSettings": _advanced_settings(given),
        "ScanSettings": document(given.scan_settings),
        **document(given.extra),
    }
    return {member: value for member, value in members.items() if value is not None}


def _rule_document(rule: written.Rule, number: int, plan_name: Str, vault_name: Str) -> dict[str, Any]:
    members: dict[str, Any] = document(rule)
    target = members.pop("TargetBackupVault", None)
    lifecycle = members.pop("Lifecycle", None)
    return {
        "RuleName": members.pop("RuleName", None) or _rule_name(plan_name, number),
        "TargetBackupVaultName": vault_name if target is None else name_of_vault(target),
        **members,
        # an empty Lifecycle is not the same as none (hashicorp/terraform-provider-aws#37862)
        **({"Lifecycle": lifecycle} if lifecycle else {}),
    }


def with_vault_name(plan: Plan, name: str) -> Plan:
    """The plan with its default vault under another name, as another key needs another vault."""
    if plan.vault is None or plan.vault.name == name:
        return plan
    rules = [
        {**rule, "TargetBackupVaultName": name} if rule["TargetBackupVaultName"] == plan.vault.name else rule
        for rule in plan.document["Rules"]
    ]
    return replace(
        plan,
        document={**plan.document, "Rules": rules},
        vault=replace(plan.vault, name=name),
        vault_name=name,
    )


def _rule_name(plan_name: Str, number: int) -> Str:
    """``<plan>Rule<n>``, counted over all rules as the CDK does, cut to what a rule's name may have."""
    suffix = f"Rule{number}"
    if isinstance(plan_name, Intrinsic):
        return concat(plan_name, suffix)
    return cut_in_the_middle(plan_name, NAME_LIMIT - len(suffix)) + suffix


def _advanced_settings(given: written.BackupPlan) -> Any:
    settings = document(given.advanced_backup_settings)
    if given.windows_vss is not True:
        return settings
    if settings is not None and not isinstance(settings, list):
        return settings
    of_ec2 = [s for s in settings or () if isinstance(s, dict) and s.get("ResourceType") == "EC2"]
    options = {name: value for s in of_ec2 for name, value in s.get("BackupOptions", {}).items()}
    vss = {"ResourceType": "EC2", "BackupOptions": {**options, "WindowsVSS": "enabled"}}
    return [*(s for s in settings or () if s not in of_ec2), vss]


def _shared_role(given: written.BackupPlan, owner: Owner, place: Place, found: Found) -> Role | None:
    without_role = [s for s in _written_selections(given) if s.iam_role_arn is None]
    if not without_role:
        return None
    return role_for(
        owner,
        place,
        allow_restores=given.allow_restores,
        disable_default_backup_policy=given.disable_default_backup_policy,
        buckets=any(can_match_a_bucket(selection_members(s, place, found), place) for s in without_role),
        tags=given.backup_plan_tags if isinstance(given.backup_plan_tags, Mapping) else {},
    )


def _written_selections(given: written.BackupPlan) -> list[written_selection.Selection]:
    return [s for s in flat(given.selections) if isinstance(s, written_selection.Selection)]


def stacks_of_plan(given: written.BackupPlan) -> tuple[Str, ...]:
    """The stacks whose contents the plan's selections name, each once."""
    return tuple(dict.fromkeys(stack for s in _written_selections(given) for stack in stacks_named(s)))


def _selections(
    given: written.BackupPlan, place: Place, role: Role | None, found: Found
) -> tuple[Sym[Selection], ...]:
    def expanded(selection: written_selection.Selection) -> Selection:
        arn = selection.iam_role_arn or (role.arn if role else "")
        members = selection_members(selection, place, found)
        return Selection(selection.selection_name or "", members, arn, asked=asked(selection, place))

    if isinstance(given.selections, Choice):
        listed = given.selections
        return tuple(Choice(listed.condition, lift(s, expanded), None) for s in listed.then or ()) + tuple(  # type: ignore[union-attr]
            Choice(listed.condition, None, lift(s, expanded))
            for s in listed.otherwise or ()  # type: ignore[union-attr]
        )
    if given.selections is None or isinstance(given.selections, Intrinsic):
        return ()
    return tuple(lift(selection, expanded) for selection in given.selections)
