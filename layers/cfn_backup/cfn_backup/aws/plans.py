"""Backup plans: reading and changing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.aws.deadline import Deadline, until_accepted
from cfn_backup.aws.errors import AlreadyExists, InvalidRequest, NotFound, ProviderError
from cfn_backup.aws.session import Session
from cfn_backup.aws.vaults import tags_of

AFTER_THE_SELECTIONS = 120.0
"""Seconds for which a plan may still refuse to go after its selections went
(hashicorp/terraform-provider-aws#10414)."""


@dataclass(frozen=True)
class PlanState:
    """A plan as it is. ``document`` is the current version's, with the defaults that the service adds."""

    plan_id: str
    arn: str
    version_id: str
    document: Mapping[str, Any]
    tags: Mapping[str, str]
    creator_request_id: str


def create_plan(
    session: Session, document: Mapping[str, Any], tags: Mapping[str, str], token: str
) -> PlanState:
    """Makes a plan; the same token again gives the plan that it made (API:CreateBackupPlan)."""
    try:
        response = session.call(
            "backup",
            "CreateBackupPlan",
            BackupPlan=document,
            BackupPlanTags=dict(tags),
            CreatorRequestId=token,
        )
    except AlreadyExists as error:
        raise AlreadyExists(
            f"BackupPlanName: there is a backup plan {document['BackupPlanName']} with the same content "
            "in this account and Region, and AWS Backup makes no second one; choose another name, or "
            f"leave it out ({error})",
            operation=error.operation,
            code=error.code,
        ) from error
    return PlanState(
        response["BackupPlanId"], response["BackupPlanArn"], response["VersionId"], document, tags, token
    )


def read_plan(session: Session, plan_id: str) -> PlanState | None:
    """The plan with its tags, or None if it is gone."""
    found = _get(session, plan_id)
    if found is None:
        return None
    arn = found["BackupPlanArn"]
    return PlanState(
        plan_id,
        arn,
        found["VersionId"],
        _document(found),
        tags_of(session, arn),
        found.get("CreatorRequestId", ""),
    )


def read_document(session: Session, plan_id: str) -> dict[str, Any] | None:
    """The document of the plan's current version, or None if the plan is gone."""
    found = _get(session, plan_id)
    return None if found is None else _document(found)


def _get(session: Session, plan_id: str) -> dict[str, Any] | None:
    try:
        found = session.call("backup", "GetBackupPlan", BackupPlanId=plan_id)
    except NotFound:
        return None
    except InvalidRequest as error:
        # an id that cannot be a plan's, or «Cannot find Backup plan with ID …»
        if error.code == "InvalidParameterValueException":
            return None
        raise
    return None if found.get("DeletionDate") else found


def _document(found: Mapping[str, Any]) -> dict[str, Any]:
    document = dict(found["BackupPlan"])
    # inside the plan it is always empty; the response's top level has it (Terraform's plan.go)
    if found.get("AdvancedBackupSettings"):
        document["AdvancedBackupSettings"] = found["AdvancedBackupSettings"]
    return document


def update_plan(session: Session, plan_id: str, document: Mapping[str, Any]) -> str:
    """Replaces the whole document and gives the new version's id."""
    return str(
        session.call("backup", "UpdateBackupPlan", BackupPlanId=plan_id, BackupPlan=document)["VersionId"]
    )


def list_plans(session: Session) -> Iterator[dict[str, Any]]:
    return session.pages("backup", "ListBackupPlans", "BackupPlansList", MaxResults=1000)


def delete_plan(
    session: Session, plan_id: str, deadline: Deadline, empty: Callable[[], None] = lambda: None
) -> None:
    """Deletes a plan; one that is gone is no error. ``empty`` deletes its selections, before each try."""

    def attempt() -> None:
        # a selection that was just made may not have been listed the last time (rule S18)
        empty()
        session.call("backup", "DeleteBackupPlan", BackupPlanId=plan_id)

    def transient(error: ProviderError) -> bool:
        # «Related backup plan selections must be deleted prior to backup plan deletion», also for a
        # while after
        return "selections must be deleted prior" in str(error)

    try:
        until_accepted(attempt, transient, deadline, seconds=AFTER_THE_SELECTIONS)
    except (NotFound, InvalidRequest) as error:
        if "organizations" in str(error) or read_plan(session, plan_id) is not None:
            raise
