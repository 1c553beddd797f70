"""Desired selections and roles as native resources."""

from __future__ import annotations

from typing import Any

from cfn_backup.desired.document import template_node
from cfn_backup.desired.role import TRUST_POLICY, Role
from cfn_backup.desired.selection import Selection
from cfn_backup.model.values import Intrinsic

from toolkit.ejecting.native import Native


def add_role(native: Native, logical_id: str, role: Role) -> None:
    """Adds the role. CloudFormation names it, so that the stack needs no CAPABILITY_NAMED_IAM."""
    properties: dict[str, Any] = {"AssumeRolePolicyDocument": template_node(TRUST_POLICY)}
    if role.policy_arns:
        properties["ManagedPolicyArns"] = [template_node(arn) for arn in role.policy_arns]
    if role.tags:
        properties["Tags"] = [{"Key": key, "Value": template_node(value)} for key, value in role.tags.items()]
    native.resources[logical_id] = {"Type": "AWS::IAM::Role", "Properties": properties}


def add_selection(
    native: Native, logical_id: str, selection: Selection, *, plan_id: Any, role_id: str | None, role: Role | None
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


def role_attributes(role_id: str | None, given: Any = None) -> dict[str, Any]:
    """What stands for ``RoleArn`` and ``RoleName``: the role that was made, or the one that was given."""
    if role_id is not None:
        return {"RoleArn": {"Fn::GetAtt": [role_id, "Arn"]}, "RoleName": {"Ref": role_id}}
    arn = template_node(given) if isinstance(given, Intrinsic) else given
    return {"RoleArn": arn or "", "RoleName": _name_of_role(arn) if arn else ""}


def _name_of_role(arn: Any) -> Any:
    return arn.rpartition("/")[2] if isinstance(arn, str) else ""
