"""A desired plan as native resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cfn_backup.desired.arns import is_arn
from cfn_backup.desired.document import template_node
from cfn_backup.desired.selection import Selection
from cfn_backup.desired.text import in_branches
from cfn_backup.rules.plans import VAULT_TYPES
from cfn_backup.symbolic.values import Intrinsic
from cfn_backup_tools.eject.logical_ids import LogicalIds, as_part
from cfn_backup_tools.eject.native import Native
from cfn_backup_tools.eject.selections import add_role, add_selection, role_attributes
from cfn_backup_tools.eject.topics import Topics
from cfn_backup_tools.eject.vaults import WrittenPolicies, add_vault
from cfn_backup_tools.template.intrinsics import attribute_of, is_intrinsic

if TYPE_CHECKING:
    from cfn_backup.desired.plan import Plan
    from cfn_backup.symbolic.values import Place, Str


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
    native = Native(ref={"Ref": logical_id})
    vault_id = ids.of(logical_id, "Vault") if plan.vault else None
    native.resources[logical_id] = {
        "Type": "AWS::Backup::BackupPlan",
        "Properties": {
            "BackupPlan": _document(plan, vault_id),
            **({"BackupPlanTags": template_node(plan.tags)} if plan.tags else {}),
        },
    }
    if plan.vault and vault_id:
        add_vault(native, vault_id, plan.vault, policies, topics)
    role_id = ids.of(logical_id, "Role") if plan.role else None
    if plan.role and role_id:
        add_role(native, role_id, plan.role)
    for selection in plan.selections:
        if not isinstance(selection, Selection):
            raise TypeError(selection)
        add_selection(
            native,
            _id_of_selection(logical_id, selection, ids),
            selection,
            plan_id={"Ref": logical_id},
            role_id=role_id,
            role=plan.role,
        )
    native.attributes = {
        **{
            name: {"Fn::GetAtt": [logical_id, name]}
            for name in ("BackupPlanId", "BackupPlanArn", "VersionId")
        },
        "BackupPlanName": template_node(plan.name),
        **_vault_attributes(plan, vault_id, given_vault, place),
        **role_attributes(native, role_id),
    }
    return native


def _id_of_selection(logical_id: str, selection: Selection, ids: LogicalIds) -> str:
    if isinstance(selection.name, str):
        return ids.of(logical_id, f"Selection{as_part(selection.name)}", selection.name)
    return ids.numbered(logical_id, "Selection", str(template_node(selection.name)))


def _document(plan: Plan, vault_id: str | None) -> dict[str, Any]:
    members: dict[str, Any] = template_node(plan.document)
    default = (
        (template_node(plan.vault_name), {"Fn::GetAtt": [vault_id, "BackupVaultName"]}) if vault_id else None
    )
    renamed = {
        "BackupPlanRule" if name == "Rules" else name: _rules(member, default) if name == "Rules" else member
        for name, member in members.items()
    }
    return {name: renamed[name] for name in sorted(renamed, key=lambda name: name != "BackupPlanName")}


def _rules(value: Any, default: tuple[Any, Any] | None) -> Any:
    """Rules by CloudFormation's names, wherever conditions choose them."""
    if isinstance(value, list):
        return [_rules(item, default) for item in value]
    if not isinstance(value, dict):
        return value
    if is_intrinsic(value):
        branches = value.get("Fn::If")
        if isinstance(branches, list):
            return {"Fn::If": [branches[0], *(_rules(branch, default) for branch in branches[1:])]}
        return value
    return {
        "TargetBackupVault" if name == "TargetBackupVaultName" else name: default[1]
        if name == "TargetBackupVaultName" and default and member == default[0]
        else member
        for name, member in value.items()
    }


def _vault_attributes(plan: Plan, vault_id: str | None, given: Str | None, place: Place) -> Mapping[str, Any]:
    if vault_id:
        return {name: {"Fn::GetAtt": [vault_id, name]} for name in ("BackupVaultName", "BackupVaultArn")}
    if given is None:
        return {"BackupVaultName": "", "BackupVaultArn": ""}
    arn = in_branches(given, lambda chosen: _arn_of_vault(chosen, place))
    return {"BackupVaultName": template_node(plan.vault_name), "BackupVaultArn": template_node(arn)}


def _arn_of_vault(given: Str, place: Place) -> Str:
    """The ARN of a vault that was given by name or ARN."""
    if is_arn(given, place):
        return given
    if isinstance(given, str):
        return _composed_arn(given)
    found = attribute_of(given.node["Fn::GetAtt"]) if "Fn::GetAtt" in given.node else None
    logical_id = found[0] if found and found[1] == "BackupVaultName" else given.node.get("Ref")
    if isinstance(logical_id, str) and place.resource_types.get(logical_id) in VAULT_TYPES:
        return Intrinsic({"Fn::GetAtt": [logical_id, "BackupVaultArn"]})
    return _composed_arn(given)


def _composed_arn(name: Str) -> Intrinsic:
    prefix = "arn:${AWS::Partition}:backup:${AWS::Region}:${AWS::AccountId}:backup-vault:"
    if isinstance(name, str):
        return Intrinsic({"Fn::Sub": prefix + name})
    reference = name.node.get("Ref")
    if isinstance(reference, str):
        return Intrinsic({"Fn::Sub": prefix + "${" + reference + "}"})
    return Intrinsic({"Fn::Sub": [prefix + "${Name}", {"Name": template_node(name)}]})
