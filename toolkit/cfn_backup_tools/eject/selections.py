"""Desired selections and roles as native resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfn_backup.desired.role import TRUST_POLICY, Role
from cfn_backup.symbolic import Unknown, each
from cfn_backup.symbolic.functions import reference_of
from cfn_backup_tools.eject.native import Native, get_att, ref

if TYPE_CHECKING:
    from cfn_backup.desired.selection import Selection
    from cfn_backup.symbolic import Str


def add_role(native: Native, logical_id: str, role: Role) -> None:
    """Adds the role. CloudFormation names it, so that the stack needs no CAPABILITY_NAMED_IAM."""
    properties: dict[str, Any] = {"AssumeRolePolicyDocument": TRUST_POLICY}
    if role.policy_arns:
        properties["ManagedPolicyArns"] = list(role.policy_arns)
    if role.tags:
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in role.tags.items()]
    native.resources[logical_id] = {"Type": "AWS::IAM::Role", "Properties": properties}


def add_selection(
    native: Native,
    logical_id: str,
    selection: Selection,
    *,
    plan_id: Any,
    role_id: str | None,
    role: Role | None,
) -> None:
    """Adds the selection, of the plan with this id; ``role`` is the role that is made under ``role_id``."""
    made = role is not None and selection.role_arn == role.arn
    native.resources[logical_id] = {
        "Type": "AWS::Backup::BackupSelection",
        "Properties": {
            "BackupPlanId": plan_id,
            "BackupSelection": {
                "SelectionName": selection.name,
                "IamRoleArn": get_att(role_id, "Arn") if made and role_id else selection.role_arn,
                **selection.members,
            },
        },
    }


def role_attributes(native: Native, role_id: str | None, given: Str | None = None) -> dict[str, Any]:
    """What stands for ``RoleArn`` and ``RoleName``: the role that was made, or the one that was given."""
    if role_id is not None:
        return {"RoleArn": get_att(role_id, "Arn"), "RoleName": ref(role_id)}
    if given is None:
        return {"RoleArn": "", "RoleName": ""}

    def name(arn: str | Unknown) -> str | Unknown:
        found = _name_of_role(arn)
        if found is None:
            native.lost_attributes["RoleName"] = "no function takes the name out of a role's ARN"
        return found or ""

    return {"RoleArn": given, "RoleName": each(given, name)}


def _name_of_role(arn: str | Unknown) -> str | Unknown | None:
    """The role's name, as far as the form of its ARN tells."""
    if isinstance(arn, str):
        return arn.rpartition("/")[2]
    reference = reference_of(arn)
    return ref(reference.logical_id) if reference is not None and reference.attribute == "Arn" else None
