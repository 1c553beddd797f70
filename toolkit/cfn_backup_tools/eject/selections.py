"""Desired selections and roles as native resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfn_backup.desired.document import template_node
from cfn_backup.desired.role import TRUST_POLICY, Role
from cfn_backup.desired.text import in_branches
from cfn_backup.symbolic.values import Intrinsic
from cfn_backup_tools.eject.native import Native
from cfn_backup_tools.template.intrinsics import attribute_of

if TYPE_CHECKING:
    from cfn_backup.desired.selection import Selection
    from cfn_backup.symbolic.values import Str


def add_role(native: Native, logical_id: str, role: Role) -> None:
    """Adds the role. CloudFormation names it, so that the stack needs no CAPABILITY_NAMED_IAM."""
    properties: dict[str, Any] = {"AssumeRolePolicyDocument": template_node(TRUST_POLICY)}
    if role.policy_arns:
        properties["ManagedPolicyArns"] = [template_node(arn) for arn in role.policy_arns]
    if role.tags:
        properties["Tags"] = [{"Key": key, "Value": template_node(value)} for key, value in role.tags.items()]
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
                "SelectionName": template_node(selection.name),
                "IamRoleArn": {"Fn::GetAtt": [role_id, "Arn"]} if made else template_node(selection.role_arn),
                **{name: template_node(member) for name, member in selection.members.items()},
            },
        },
    }


def role_attributes(native: Native, role_id: str | None, given: Str | None = None) -> dict[str, Any]:
    """What stands for ``RoleArn`` and ``RoleName``: the role that was made, or the one that was given."""
    if role_id is not None:
        return {"RoleArn": {"Fn::GetAtt": [role_id, "Arn"]}, "RoleName": {"Ref": role_id}}
    if given is None:
        return {"RoleArn": "", "RoleName": ""}

    def name(arn: Str) -> Str:
        found = _name_of_role(arn)
        if found is None:
            native.lost_attributes["RoleName"] = "no function takes the name out of a role's ARN"
        return found or ""

    return {"RoleArn": template_node(given), "RoleName": template_node(in_branches(given, name))}


def _name_of_role(arn: Str) -> Str | None:
    """The role's name, as far as the form of its ARN tells."""
    if not isinstance(arn, Intrinsic):
        return arn.rpartition("/")[2]
    found = attribute_of(arn.node["Fn::GetAtt"]) if "Fn::GetAtt" in arn.node else None
    return Intrinsic({"Ref": found[0]}) if found and found[1] == "Arn" else None
