"""A desired plan as native resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cfn_backup.desired.arns import is_arn
from cfn_backup.symbolic import Str, Unknown, each, each_known, to_template
from cfn_backup.symbolic.functions import reference_of
from cfn_backup.written.resource_types import VAULT_TYPES
from cfn_backup_tools.eject.logical_ids import LogicalIds, as_part
from cfn_backup_tools.eject.native import Native, get_att, ref
from cfn_backup_tools.eject.selections import add_role, add_selection, role_attributes
from cfn_backup_tools.eject.topics import Topics
from cfn_backup_tools.eject.vaults import WrittenPolicies, add_vault

if TYPE_CHECKING:
    from cfn_backup.desired.place import Place
    from cfn_backup.desired.plan import Plan
    from cfn_backup.desired.selection import Selection


def native_plan(
    logical_id: str,
    plan: Plan,
    given_vault: Str | None,
    place: Place,
    ids: LogicalIds,
    topics: Topics,
    policies: WrittenPolicies,
) -> Native:
    """The native resources of ``Custom::BackupPlan``; ``given_vault`` is its ``BackupVault``."""
    native = Native(ref=ref(logical_id))
    vault_id = ids.of(logical_id, "Vault") if plan.vault else None
    native.resources[logical_id] = {
        "Type": "AWS::Backup::BackupPlan",
        "Properties": {
            "BackupPlan": _document(plan, vault_id),
            **({"BackupPlanTags": plan.tags} if plan.tags else {}),
        },
    }
    if plan.vault and vault_id:
        add_vault(native, vault_id, plan.vault, policies, topics)
    role_id = ids.of(logical_id, "Role") if plan.role else None
    if plan.role and role_id:
        add_role(native, role_id, plan.role)
    for selection in plan.selections:
        add_selection(
            native,
            _id_of_selection(logical_id, selection, ids),
            selection,
            plan_id=ref(logical_id),
            role_id=role_id,
            role=plan.role,
        )
    native.attributes = {
        **{name: get_att(logical_id, name) for name in ("BackupPlanId", "BackupPlanArn", "VersionId")},
        "BackupPlanName": plan.name,
        **_vault_attributes(plan, vault_id, given_vault, place),
        **role_attributes(native, role_id),
    }
    return native


def _id_of_selection(logical_id: str, selection: Selection, ids: LogicalIds) -> str:
    if isinstance(selection.name, str):
        return ids.of(logical_id, f"Selection{as_part(selection.name)}", selection.name)
    return ids.numbered(logical_id, "Selection", str(to_template(selection.name)))


def _document(plan: Plan, vault_id: str | None) -> dict[str, Any]:
    """The native ``BackupPlan``: its name first, members by CloudFormation's names."""
    members = dict(plan.document)
    rules = members.pop("Rules", None)

    def native_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "TargetBackupVault" if name == "TargetBackupVaultName" else name: _target(member, plan, vault_id)
            if name == "TargetBackupVaultName"
            else member
            for name, member in rule.items()
        }

    def native_rules(listed: list[Any]) -> list[Any]:
        return [each_known(rule, native_rule) for rule in listed]

    return {
        "BackupPlanName": members.pop("BackupPlanName"),
        "BackupPlanRule": each_known(rules, native_rules),
        **members,
    }


def _target(vault: Str, plan: Plan, vault_id: str | None) -> Str:
    """The vault of a rule: the default vault is a resource of the template."""
    if vault_id is None:
        return vault
    default = get_att(vault_id, "BackupVaultName")
    if vault == plan.vault_name:
        return default
    target: Str = each(vault, lambda branch: default if branch == plan.vault_name else branch)
    return target


def _vault_attributes(plan: Plan, vault_id: str | None, given: Str | None, place: Place) -> Mapping[str, Any]:
    if vault_id:
        return {name: get_att(vault_id, name) for name in ("BackupVaultName", "BackupVaultArn")}
    if given is None:
        return {"BackupVaultName": "", "BackupVaultArn": ""}
    return {
        "BackupVaultName": plan.vault_name,
        "BackupVaultArn": each(given, lambda vault: _arn_of_vault(vault, place)),
    }


def _arn_of_vault(given: str | Unknown, place: Place) -> str | Unknown:
    """The ARN of a vault that was given by name or ARN."""
    if is_arn(given, place):
        return given
    if isinstance(given, str):
        return _composed_arn(given)
    reference = reference_of(given)
    if (
        reference is not None
        and reference.attribute in ("", "BackupVaultName")
        and place.resource_types.get(reference.logical_id) in VAULT_TYPES
    ):
        return get_att(reference.logical_id, "BackupVaultArn")
    return _composed_arn(given)


def _composed_arn(name: str | Unknown) -> Unknown:
    prefix = "arn:${AWS::Partition}:backup:${AWS::Region}:${AWS::AccountId}:backup-vault:"
    if isinstance(name, str):
        return Unknown({"Fn::Sub": prefix + name})
    reference = reference_of(name)
    if reference is not None and not reference.attribute:
        return Unknown({"Fn::Sub": prefix + "${" + reference.logical_id + "}"})
    return Unknown({"Fn::Sub": [prefix + "${Name}", {"Name": name.node}]})
