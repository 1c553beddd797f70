"""Selections. There is no update: every change is a deletion and a new selection (S13)."""

from __future__ import annotations

import re
from typing import Any

from .errors import already_exists, invalid_parameter, limit_exceeded, missing_parameter, not_found
from .operations import Call, operation, page
from .roles import Role
from .rules import keeps
from .state import Document, Plan, Selection, new_id

_CONDITION_KINDS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
_SERVICE = "backup.amazonaws.com"


@operation("CreateBackupSelection", checks_itself=["BackupSelection.ListOfTags[].ConditionType"])
@keeps("S13")
def create_backup_selection(call: Call) -> Document:
    """A repeat with the same CreatorRequestId gets the first answer; that is an inference from the model's
    prose."""
    plan, document, token = _known_plan(call), call["BackupSelection"], call.get("CreatorRequestId")
    for earlier in plan.selections.values():
        if token and earlier.creator_request_id == token:
            return _identity(plan, earlier)
    selection = Selection(new_id(), token or "", call.now, document)
    _check_content(document)
    _check_tags(call, document)
    _check_resources(call, document.get("Resources", []))
    _check_limits(document)
    _check_role(call, selection)
    _check_plan_has_room(call, plan, selection)
    plan.selections[selection.selection_id] = selection
    return _identity(plan, selection)


@keeps("S2")
def _known_plan(call: Call) -> Plan:
    """The operations on selections know no ResourceNotFoundException for the plan
    (turbot/steampipe-plugin-aws)."""
    plan = call.place.plans.get(call["BackupPlanId"])
    if plan is None or plan.deleted:
        raise invalid_parameter(f"Cannot find Backup plan with ID {call['BackupPlanId']}")
    return plan


@keeps("S7", "S8")
def _check_content(document: Document) -> None:
    """A selection by tags alone is usual, so S8's text is kept for a selection that says nothing at all.

    Texts: lgallard/terraform-aws-backup #38, ministryofjustice/modernisation-platform-terraform-baselines
    #90.
    """
    if all(document.get(member) is None for member in ("Resources", "ListOfTags", "Conditions")):
        raise missing_parameter("Either Resources or Conditions must not be null", code="ERROR_4301")
    if not document.get("Resources") and not document.get("ListOfTags"):
        raise invalid_parameter(
            "Invalid backup selection. Either 'ListOfTags' or 'Resources' section must be non-empty."
        )


@keeps("S16")
def _check_tags(call: Call, document: Document) -> None:
    for condition in document.get("ListOfTags", []):
        kind = condition.get("ConditionType")
        if (kind or "").upper() != "STRINGEQUALS" or not (
            kind == "STRINGEQUALS" or call.switches.condition_type_any_case
        ):
            raise invalid_parameter(f"Invalid ConditionType: {kind}")


@keeps("S9")
def _check_resources(call: Call, resources: list[str]) -> None:
    """Text: hashicorp/terraform-provider-aws PR #7382. Region and account may be wildcards or empty.

    A service alone, ``arn:aws:ec2:*``, is in the developer guide (DG:assigning-resources-json, Selection by
    service name).
    """
    for arn in resources:
        if arn == "*" or re.fullmatch(r"arn:[^:]+:[^:]+:\*", arn):
            continue
        found = re.fullmatch(r"arn:[^:]+:[^:]+:([^:]*):([^:]*):.+", arn)
        if not found:
            raise invalid_parameter(f"Invalid ARN: {arn}")
        region, account = found.groups()
        if region and "*" not in region and region != call.place.region:
            raise invalid_parameter(f"Invalid ARN: {arn}. Expected region is {call.place.region}")
        if account and "*" not in account and account != call.place.account:
            raise invalid_parameter(f"Invalid ARN: {arn}. Expected account is {call.place.account}")


@keeps("S10")
def _check_limits(document: Document) -> None:
    """DG:assigning-resources and the limits page; class and text are inferences."""
    for member in ("Resources", "NotResources"):
        arns = document.get(member, [])
        if len(arns) > 500 or sum("*" in arn for arn in arns) > 30:
            raise invalid_parameter(f"{member} can have 500 ARNs, 30 of them with wildcards.")
    conditions = document.get("Conditions", {})
    if sum(len(conditions.get(kind, [])) for kind in _CONDITION_KINDS) > 30:
        raise invalid_parameter("A selection can have 30 conditions.")
    if len(document.get("ListOfTags", [])) > 30:
        raise invalid_parameter("A selection can have 30 tags.")


@keeps("S4", "S5")
def _check_role(call: Call, selection: Selection) -> None:
    """Texts: hashicorp/terraform-provider-aws #9297 and #10511; vinycoolguy2015/awslambda #1 for the
    permission."""
    arn = selection.document["IamRoleArn"]
    call.require("iam:PassRole", arn, {"iam:PassedToService": _SERVICE})
    role = call.roles.find(arn)
    if role is None or not role.trusts(_SERVICE) or _not_yet_assumable(call, role):
        raise invalid_parameter(f"IAM Role {arn} cannot be assumed by AWS Backup")
    asked = selection.uses_tags or call.switches.tag_permission_always_checked
    if asked and (not role.may_get_resources() or _not_yet_permitted(call, role)):
        message = f"IAM Role {arn} is not authorized to call tag:GetResources"
        raise invalid_parameter(message, code="ERROR_3018", context=arn)


@keeps("S6")
def _not_yet_assumable(call: Call, role: Role) -> bool:
    """New roles take up to two minutes to be known everywhere."""
    switches = call.switches
    return _too_early(
        call, "assume", role, switches.role_assumable_lag_seconds, switches.role_assumable_attempts
    )


@keeps("S6")
def _not_yet_permitted(call: Call, role: Role) -> bool:
    switches = call.switches
    return _too_early(
        call, "permission", role, switches.role_permission_lag_seconds, switches.role_permission_attempts
    )


def _too_early(call: Call, what: str, role: Role, lag_seconds: float, refused_attempts: int) -> bool:
    """Counts the attempt; whether the role is too young for it, or it is among the first that are refused."""
    call.place.role_attempts[what, role.arn] += 1
    too_young = lag_seconds > 0 and call.now < role.created + lag_seconds
    return too_young or call.place.role_attempts[what, role.arn] <= refused_attempts


@keeps("S11", "S12", "B31")
def _check_plan_has_room(call: Call, plan: Plan, new: Selection) -> None:
    """100 is not adjustable; the 10 that use tags are in the table of policy quotas."""
    if len(plan.selections) >= 100:
        raise limit_exceeded("A backup plan can have 100 selections.")
    others = list(plan.selections.values())
    if call.switches.policy_quotas_enforced and new.uses_tags and sum(s.uses_tags for s in others) >= 10:
        raise limit_exceeded("A backup plan can have 10 selections that use tags.")
    for other in others if call.switches.selection_names_unique else ():
        if other.name == new.name:
            raise already_exists(
                "Backup selection with the same name already exists",
                arn=plan.arn,
                creator_request_id=other.creator_request_id,
            )


def _identity(plan: Plan, selection: Selection) -> Document:
    return {
        "SelectionId": selection.selection_id,
        "BackupPlanId": plan.plan_id,
        "CreationDate": selection.creation_date,
    }


@operation("GetBackupSelection")
@keeps("S3", "S17")
def get_backup_selection(call: Call) -> Document:
    """Every container is there, empty or not (amazon.aws backup_selection.py and its integration tests)."""
    plan = _known_plan(call)
    selection = plan.selections.get(call["SelectionId"])
    if selection is None or not _visible(call, selection):
        raise _missing_selection(call)
    document = selection.document
    conditions: dict[str, Any] = document.get("Conditions", {})
    return {
        **_identity(plan, selection),
        "CreatorRequestId": selection.creator_request_id or None,
        "BackupSelection": {
            **document,
            "Resources": document.get("Resources", []),
            "NotResources": document.get("NotResources", []),
            "ListOfTags": document.get("ListOfTags", []),
            "Conditions": {kind: conditions.get(kind, []) for kind in _CONDITION_KINDS},
        },
    }


@keeps("S18")
def _visible(call: Call, selection: Selection) -> bool:
    return call.now >= selection.creation_date + call.switches.selection_read_lag_seconds


def _missing_selection(call: Call) -> Exception:
    return not_found(f"Cannot find Backup selection with ID {call['SelectionId']}")


@operation("DeleteBackupSelection")
@keeps("S3", "R10")
def delete_backup_selection(call: Call) -> Document:
    plan = _known_plan(call)
    if plan.selections.pop(call["SelectionId"], None) is None:
        raise _missing_selection(call)
    plan.last_selection_deleted = call.now
    return {}


@operation("ListBackupSelections")
@keeps("S2")
def list_backup_selections(call: Call) -> Document:
    plan = _known_plan(call)
    visible = [selection for selection in plan.selections.values() if _visible(call, selection)]

    def show(selection: Selection) -> Document:
        return {
            **_identity(plan, selection),
            "SelectionName": selection.name,
            "CreatorRequestId": selection.creator_request_id or None,
            "IamRoleArn": selection.document["IamRoleArn"],
        }

    return page(call, visible, "BackupSelectionsList", show)
