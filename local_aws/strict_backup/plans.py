"""Plans and their versions."""

from __future__ import annotations

import base64

from .authorization import condition_keys
from .errors import already_exists, invalid_request, limit_exceeded, not_found
from .operations import Call, operation, page
from .plan_rules import check_plan, same_content, with_defaults
from .rules import keeps
from .schedule_runs import next_run
from .state import Document, Plan, PlanVersion, new_id

_CHECKED_BY_THE_RULES = ("BackupPlan.Rules[].TargetBackupVaultName",)


@operation("CreateBackupPlan", checks_itself=_CHECKED_BY_THE_RULES)
@keeps("B3", "B4", "B32")
def create_backup_plan(call: Call) -> Document:
    """A plan with the same CreatorRequestId is returned, whatever the document says; deleted plans do not
    count."""
    token = call.get("CreatorRequestId")
    for plan in call.place.plans_in_use():
        if token and plan.creator_request_id == token:
            return _created(plan)
    document = _accepted_document(call)
    _refuse_duplicate(call, document, call.place.plans_in_use())
    if len(call.place.plans_in_use()) >= call.switches.plan_quota:
        raise limit_exceeded("The limit of backup plans is reached.")
    return _created(_new_plan(call, document, token or ""))


def _new_plan(call: Call, document: Document, token: str) -> Plan:
    plan_id = new_id()
    arn = call.place.arn("backup-plan", plan_id)
    if call.get("BackupPlanTags"):
        call.require("backup:TagResource", arn, condition_keys(call.parameters))
    plan = Plan(plan_id, arn, token, [_version(call, document)], dict(call.get("BackupPlanTags", {})))
    call.place.plans[plan_id] = plan
    return plan


def _accepted_document(call: Call) -> Document:
    check_plan(call["BackupPlan"], call.switches, call.place.partition)
    return with_defaults(call["BackupPlan"])


@keeps("B2", "B2a")
def _refuse_duplicate(call: Call, document: Document, others: list[Plan]) -> None:
    """Text: ministryofjustice/modernisation-platform PR #4909."""
    for other in others:
        theirs = other.current.document
        same_name = theirs["BackupPlanName"] == document["BackupPlanName"]
        if same_content(theirs) == same_content(document) or (same_name and call.switches.plan_names_unique):
            raise already_exists(
                "Backup plan with the same plan document already exists",
                arn=other.arn,
                creator_request_id=other.creator_request_id,
            )


@keeps("B7")
def _version(call: Call, document: Document) -> PlanVersion:
    """The id is the base64 of a UUID's text, 48 characters (`aws backup` examples)."""
    version_id = base64.b64encode(new_id().encode()).decode()
    return PlanVersion(version_id, call.now, document)


def _created(plan: Plan) -> Document:
    return {**_identity(plan, plan.current), "AdvancedBackupSettings": _advanced(plan.current)}


def _identity(plan: Plan, version: PlanVersion) -> Document:
    return {
        "BackupPlanId": plan.plan_id,
        "BackupPlanArn": plan.arn,
        "CreationDate": version.creation_date,
        "VersionId": version.version_id,
    }


def _advanced(version: PlanVersion) -> list[Document] | None:
    return version.document.get("AdvancedBackupSettings") or None


@operation("GetBackupPlan")
@keeps("B7", "B10", "B11", "B20")
def get_backup_plan(call: Call) -> Document:
    """The advanced settings are at the top level only; hashicorp/terraform-provider-aws plan.go reads them
    there because those in the document are always nil."""
    plan, version = _found_version(call)
    document = {name: part for name, part in version.document.items() if name != "AdvancedBackupSettings"}
    if call.switches.rules_read_back_complete:
        empty = {"CopyActions": [], "RecoveryPointTags": {}, "EnableContinuousBackup": False}
        document["Rules"] = [{**empty, **rule} for rule in document["Rules"]]
    return {
        **_identity(plan, version),
        "BackupPlan": document,
        "AdvancedBackupSettings": _advanced(version),
        "CreatorRequestId": plan.creator_request_id or None,
        "DeletionDate": plan.deletion_date,
        "LastExecutionDate": call.place.jobs.last_execution.get(plan.plan_id),
        "ScheduledRunsPreview": _next_runs(call, version, call.get("MaxScheduledRunsPreview", 0)) or None,
    }


def _next_runs(call: Call, version: PlanVersion, count: int) -> list[Document]:
    """The next runs over all rules. Whether AWS leaves out those that another rule suppresses is not
    documented; here they are shown."""
    found: list[Document] = []
    for rule in version.document["Rules"]:
        kind = "CONTINUOUS" if rule.get("EnableContinuousBackup") else "SNAPSHOTS"
        after = call.now
        for _ in range(count):
            at = next_run(rule["ScheduleExpression"], rule["ScheduleExpressionTimezone"], after)
            if at is None:
                break
            found.append({"ExecutionTime": at, "RuleId": rule["RuleId"], "RuleExecutionType": kind})
            after = at
    return sorted(found, key=lambda run: run["ExecutionTime"])[:count]


@keeps("B10", "B11")
def _found_version(call: Call) -> tuple[Plan, PlanVersion]:
    plan, wanted = call.place.plans.get(call["BackupPlanId"]), call.get("VersionId")
    if plan and not wanted and not plan.deleted:
        return plan, plan.current
    versions = plan.versions[:-1] if plan and plan.deleted else plan.versions if plan else []
    for version in versions:
        if plan and version.version_id == wanted:
            return plan, version
    raise not_found("Failed reading Backup plan with provided version")


@operation("UpdateBackupPlan", checks_itself=_CHECKED_BY_THE_RULES)
@keeps("B5", "B6", "B7")
def update_backup_plan(call: Call) -> Document:
    """The whole document is replaced, the name too; the date in the answer is the version's."""
    plan = _plan_in_use(call)
    document = _accepted_document(call)
    if call.switches.same_document_update_refused:
        _refuse_duplicate(call, document, call.place.plans_in_use())
    plan.versions.append(_version(call, document))
    return {**_created(plan), "ScanSettings": document.get("ScanSettings")}


def _plan_in_use(call: Call) -> Plan:
    plan = call.place.plans.get(call["BackupPlanId"])
    if plan is None or plan.deleted:
        raise not_found("Failed reading Backup plan with provided version")
    return plan


@operation("DeleteBackupPlan")
@keeps("B9", "B10", "R10")
def delete_backup_plan(call: Call) -> Document:
    """Text: hashicorp/terraform-provider-aws #10414; the lag after the last selection: PR #16476 there."""
    plan = _plan_in_use(call)
    freed = plan.last_selection_deleted
    lagging = freed is not None and call.now < freed + call.switches.plan_deletion_lag_seconds
    if plan.selections or lagging:
        raise invalid_request("Related backup plan selections must be deleted prior to backup plan deletion")
    plan.deletion_date = call.now
    plan.tags.clear()
    return {**_identity(plan, plan.current), "DeletionDate": plan.deletion_date}


@operation("ListBackupPlans")
@keeps("B10")
def list_backup_plans(call: Call) -> Document:
    plans = [plan for plan in call.place.plans.values() if call.get("IncludeDeleted") or not plan.deleted]
    executed = call.place.jobs.last_execution
    return page(
        call,
        plans,
        "BackupPlansList",
        lambda plan: {**_listed(plan, plan.current), "LastExecutionDate": executed.get(plan.plan_id)},
    )


@operation("ListBackupPlanVersions")
@keeps("B7")
def list_backup_plan_versions(call: Call) -> Document:
    plan = _plan_in_use(call)
    return page(call, plan.versions, "BackupPlanVersionsList", lambda version: _listed(plan, version))


def _listed(plan: Plan, version: PlanVersion) -> Document:
    return {
        **_identity(plan, version),
        "BackupPlanName": version.document["BackupPlanName"],
        "CreatorRequestId": plan.creator_request_id or None,
        "DeletionDate": plan.deletion_date,
        "AdvancedBackupSettings": _advanced(version),
    }
