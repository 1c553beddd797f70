"""The plan that must exist, with its default vault, the role that its selections share, and the selections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cfn_backup.desired.arns import is_arn
from cfn_backup.desired.document import document
from cfn_backup.desired.owner import FROM_ACCOUNT, NAME_LIMIT, SELECTIONS_FROM_TAG, Owner
from cfn_backup.desired.place import Place
from cfn_backup.desired.role import Role, role_for
from cfn_backup.desired.rules import PlannedRule, rules_of
from cfn_backup.desired.selection import (
    Found,
    Selection,
    asked,
    can_match_a_bucket,
    selection_members,
    stacks_named,
)
from cfn_backup.desired.text import cut_in_the_middle
from cfn_backup.desired.vault import Vault, expand_vault, merged_tags
from cfn_backup.symbolic.asking import decided, may_be_absent, needed, present
from cfn_backup.symbolic.functions import reference_of
from cfn_backup.symbolic.text import concat
from cfn_backup.symbolic.values import Choice, Str, Sym, Unknown, each, each_known, filled, items, leaves
from cfn_backup.written import plan as written
from cfn_backup.written import selection as written_selection
from cfn_backup.written.declarations import Listed, TextMap
from cfn_backup.written.vault import BackupVault


@dataclass(frozen=True)
class Plan:
    """A backup plan. ``document`` is the API's ``BackupPlanInput``."""

    name: Str
    document: Mapping[str, Any]
    tags: TextMap
    vault: Vault | None
    """The default vault, if some rule needs it."""
    vault_name: Str
    """Of the plan's vault or the default vault; empty if every rule brings its own."""
    role: Role | None
    """The role that is made for the selections that bring none."""
    selections: tuple[Selection, ...]


def expand_plan(given: written.BackupPlan, owner: Owner, place: Place, found: Found | None = None) -> Plan:
    """The plan that ``Custom::BackupPlan`` stands for; ``found`` is what the stacks that its selections name
    contain. Raises Undecided and NotKnown where it has to be known what there is."""
    rules = rules_of(given)
    given_vault = present(given.backup_vault, "otherwise there is a default vault")
    vault = _default_vault(given, rules, owner) if given_vault is None else None
    name = present(given.backup_plan_name, "otherwise a name is generated")
    if name is None:
        name = owner.generated_name()
    vault_name = vault.name if vault else "" if given_vault is None else name_of_vault(given_vault)
    selections = _sure_selections(given)
    role = _shared_role(given, selections, owner, place, found or {})
    return Plan(
        name=name,
        document=_document(given, rules, name, vault_name),
        tags=merged_tags(given.backup_plan_tags, owner.tags, _selections_tag(given, owner)),
        vault=vault,
        vault_name=vault_name,
        role=role,
        selections=tuple(_expanded(one, place, role, found or {}) for one in selections),
    )


def _selections_tag(given: written.BackupPlan, owner: Owner) -> dict[str, Str]:
    """Says who may put selections into the plan; a native plan, which eject makes, has no such thing."""
    return {SELECTIONS_FROM_TAG: given.allow_selections_from or FROM_ACCOUNT} if owner.tags else {}


def _default_vault(given: written.BackupPlan, rules: Listed[PlannedRule], owner: Owner) -> Vault | None:
    if not _is_vault_needed(rules):
        return None
    properties = needed(given.default_vault, "it becomes a resource") or BackupVault()
    return expand_vault(properties, owner, inherited=given.backup_plan_tags)


def _is_vault_needed(rules: Listed[PlannedRule]) -> bool:
    """Whether some rule has no vault of its own; asked only where that depends on conditions."""
    reason = "it decides whether there is a default vault"
    if any(_may_need_vault(rule) for rule in items(rules)):
        rules = decided(rules, reason) or ()
    if not isinstance(rules, tuple):
        return False
    if any(isinstance(rule, PlannedRule) and rule.rule.target_backup_vault is None for rule in rules):
        return True
    found = [needed(rule, reason) for rule in rules if any(_may_need_vault(leaf) for leaf in leaves(rule))]
    return any(rule is not None and present(rule.rule.target_backup_vault, reason) is None for rule in found)


def _may_need_vault(rule: PlannedRule | Unknown) -> bool:
    return isinstance(rule, PlannedRule) and may_be_absent(rule.rule.target_backup_vault)


def name_of_vault(vault: Str) -> Str:
    """The vault's name, given its name or ARN (``arn:…:backup-vault:<name>``)."""
    name: Str = each(vault, _name_of_vault)
    return name


def _name_of_vault(vault: str | Unknown) -> Str:
    if isinstance(vault, str):
        return vault.rpartition(":backup-vault:")[2]
    if not is_arn(vault, Place("", "", "")):
        return vault
    reference = reference_of(vault)
    if reference is not None and reference.attribute == "BackupVaultArn":
        return Unknown({"Fn::GetAtt": [reference.logical_id, "BackupVaultName"]})
    return Unknown({"Fn::Select": [6, {"Fn::Split": [":", vault.node]}]})


def _document(
    given: written.BackupPlan, rules: Listed[PlannedRule], name: Str, vault_name: Str
) -> dict[str, Any]:
    def rule_documents(listed: tuple[Sym[PlannedRule] | None, ...]) -> list[Any]:
        if any(one is None or isinstance(one, Choice) for one in listed) and _any_unnamed(listed):
            listed = tuple(needed(one, "rules without a name are counted") for one in listed)
        there = [one for one in listed if one is not None]
        return [
            each_known(one, lambda planned, n=number: _rule_document(planned.rule, n, name, vault_name))  # type: ignore[misc]
            for number, one in enumerate(there)
        ]

    members = {
        "BackupPlanName": name,
        "Rules": each_known(rules, rule_documents),
        "AdvancedBackupSettings": _advanced_settings(given),
        "ScanSettings": document(given.scan_settings),
        **document(given.extra),
    }
    return {member: value for member, value in members.items() if value is not None}


def _any_unnamed(rules: tuple[Sym[PlannedRule] | None, ...]) -> bool:
    return any(isinstance(one, PlannedRule) and may_be_absent(one.rule.rule_name) for one in items(rules))


def _rule_document(rule: written.Rule, number: int, plan_name: Str, vault_name: Str) -> dict[str, Any]:
    members: dict[str, Any] = document(rule)
    target = members.pop("TargetBackupVault", None)
    lifecycle = members.pop("Lifecycle", None)
    return {
        "RuleName": filled(members.pop("RuleName", None), _rule_name(plan_name, number)),
        "TargetBackupVaultName": filled(name_of_vault(target), vault_name),
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

    def named(branch: str | Unknown) -> Str:
        suffix = f"Rule{number}"
        if isinstance(branch, Unknown):
            return concat(branch, suffix)
        return cut_in_the_middle(branch, NAME_LIMIT - len(suffix)) + suffix

    name: Str = each(plan_name, named)
    return name


def _advanced_settings(given: written.BackupPlan) -> Any:
    settings = given.advanced_backup_settings
    if needed(given.windows_vss, "it becomes an advanced setting") is not True:
        return document(settings)
    reason = "WindowsVss is added to it"
    listed = [one for item in needed(settings, reason) or () if (one := needed(item, reason)) is not None]
    of_ec2 = [one for one in listed if needed(one.resource_type, reason) == "EC2"]
    options = {
        option: value
        for one in of_ec2
        for option, value in (needed(one.backup_options, reason) or {}).items()
    }
    vss = {"ResourceType": "EC2", "BackupOptions": {**options, "WindowsVSS": "enabled"}}
    return [*(document(one) for one in listed if one not in of_ec2), vss]


def _shared_role(
    given: written.BackupPlan,
    selections: list[written_selection.Selection],
    owner: Owner,
    place: Place,
    found: Found,
) -> Role | None:
    without_role = [
        one for one in selections if present(one.iam_role_arn, "otherwise a role is made") is None
    ]
    if not without_role:
        return None
    reason = "a role takes its tags as a list"
    tags = {
        key: present(value, reason) for key, value in (needed(given.backup_plan_tags, reason) or {}).items()
    }
    return role_for(
        owner,
        place,
        allow_restores=given.allow_restores,
        disable_default_backup_policy=given.disable_default_backup_policy,
        buckets=any(can_match_a_bucket(selection_members(one, place, found), place) for one in without_role),
        tags={key: value for key, value in tags.items() if value is not None},
    )


def _sure_selections(given: written.BackupPlan) -> list[written_selection.Selection]:
    reason = "each selection becomes a resource"
    listed = needed(given.selections, reason) or ()
    return [one for item in listed if (one := needed(item, reason)) is not None]


def stacks_of_plan(given: written.BackupPlan) -> tuple[Str, ...]:
    """The stacks whose contents the plan's selections name, each once."""
    return tuple(dict.fromkeys(stack for one in _sure_selections(given) for stack in stacks_named(one)))


def _expanded(given: written_selection.Selection, place: Place, role: Role | None, found: Found) -> Selection:
    name = present(given.selection_name, "each selection needs a name")
    role_arn = present(given.iam_role_arn, "otherwise a role is made")
    if role_arn is None:
        role_arn = role.arn if role else ""
    return Selection(
        "" if name is None else name,
        selection_members(given, place, found),
        role_arn,
        asked=asked(given, place),
    )
