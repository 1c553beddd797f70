"""Backup selections: reading and changing them. The service has no update for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.aws.deadline import Deadline, until_accepted
from cfn_backup.aws.errors import AccessDenied, InvalidRequest, NotFound, NotStabilized, ProviderError
from cfn_backup.aws.session import Session

ROLE_PROPAGATION = 120.0
"""Seconds until a role that was just made can be assumed everywhere (Terraform's selection.go waits as
long)."""
READ_AFTER_CREATE = 120.0
"""Seconds until a selection that was just made is found (hashicorp/terraform-provider-aws#18474)."""

ROLE_REFUSALS: Mapping[str, str] = {
    "cannot be assumed": "the role must exist, and its trust policy must allow backup.amazonaws.com "
    "sts:AssumeRole",
    "is not authorized to call": "a policy of the role must allow this, as "
    "service-role/AWSBackupServiceRolePolicyForBackup does",
}
"""What CreateBackupSelection says of a role that is new, or wrong; and what is wrong if it does not pass."""


@dataclass(frozen=True)
class SelectionState:
    """A selection as it is. ``document`` is the ``BackupSelection`` of the API."""

    plan_id: str
    selection_id: str
    document: Mapping[str, Any]
    token: str

    @property
    def physical_id(self) -> str:
        """The identifier that the CloudFormation registry uses, too."""
        return f"{self.selection_id}_{self.plan_id}"


def create_selection(
    session: Session, plan_id: str, document: Mapping[str, Any], token: str, deadline: Deadline
) -> str:
    """Makes a selection and gives its id; waits while its role cannot be assumed yet."""

    def transient(error: ProviderError) -> bool:
        # «IAM Role … cannot be assumed by AWS Backup», «IAM Role … is not authorized to call
        # tag:GetResources»
        return isinstance(error, InvalidRequest) and any(words in str(error) for words in ROLE_REFUSALS)

    try:
        response = until_accepted(
            lambda: session.call(
                "backup",
                "CreateBackupSelection",
                BackupPlanId=plan_id,
                BackupSelection=document,
                CreatorRequestId=token,
            ),
            transient,
            deadline,
            seconds=ROLE_PROPAGATION,
        )
    except AccessDenied as refusal:
        if "iam:PassRole" in str(refusal):
            raise
        raise AccessDenied(
            f"BackupPlanId: no selection may be put into the plan {plan_id}. Either there is none, or it was "
            "not made by the provider and lacks the tag cfn-backup-provider:allow-selections-from with the "
            f"value Account, by which its owner allows it ({refusal})",
            operation=refusal.operation,
            code=refusal.code,
        ) from refusal
    except NotStabilized as refusal:
        hint = next(advice for words, advice in ROLE_REFUSALS.items() if words in str(refusal))
        raise NotStabilized(f"{refusal}: {hint}", operation=refusal.operation) from refusal
    return str(response["SelectionId"])


def await_selection(session: Session, plan_id: str, selection_id: str, deadline: Deadline) -> None:
    """Waits until a new selection can be read; reads are eventually consistent."""
    until_accepted(
        lambda: session.call("backup", "GetBackupSelection", BackupPlanId=plan_id, SelectionId=selection_id),
        lambda error: isinstance(error, NotFound),
        deadline,
        seconds=READ_AFTER_CREATE,
    )


def find_selection(session: Session, plan_id: str, selection_id: str) -> SelectionState | None:
    """The selection, or None if it or its plan is gone."""
    try:
        found = session.call("backup", "GetBackupSelection", BackupPlanId=plan_id, SelectionId=selection_id)
    except (NotFound, InvalidRequest) as error:
        if _gone(error):
            return None
        raise
    return SelectionState(plan_id, selection_id, found["BackupSelection"], found.get("CreatorRequestId", ""))


def list_selections(session: Session, plan_id: str) -> list[dict[str, Any]]:
    """The plan's selections, without their documents; none if the plan is gone."""
    try:
        return list(
            session.pages(
                "backup",
                "ListBackupSelections",
                "BackupSelectionsList",
                BackupPlanId=plan_id,
                MaxResults=1000,
            )
        )
    except (NotFound, InvalidRequest) as error:
        if _gone(error):
            return []
        raise


def delete_selection(session: Session, plan_id: str, selection_id: str) -> None:
    """Deletes a selection; one that is gone is no error."""
    try:
        session.call("backup", "DeleteBackupSelection", BackupPlanId=plan_id, SelectionId=selection_id)
    except (NotFound, InvalidRequest) as error:
        if not _gone(error):
            raise


def _gone(error: ProviderError) -> bool:
    # of a plan that does not exist the service says InvalidParameterValueException «Cannot find
    # Backup plan with ID …»
    return (
        isinstance(error, NotFound)
        or "Cannot find Backup plan" in str(error)
        or (error.code == "InvalidParameterValueException" and "organizations" not in str(error))
    )
