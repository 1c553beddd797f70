"""Recovery points: reading them page by page, deleting them, and what keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.aws.errors import NotFound
from cfn_backup.aws.session import Session

PAGE = 1000
"""Recovery points of a page: the most that ListRecoveryPointsByBackupVault returns (API reference)."""


@dataclass(frozen=True)
class RecoveryPoint:
    """One entry of ListRecoveryPointsByBackupVault, as far as emptying needs it. ``created`` is in seconds
    since the epoch."""

    arn: str
    resource_type: str
    resource_arn: str
    status: str
    status_message: str
    parent_arn: str
    is_parent: bool
    backup_plan_id: str
    created: float


@dataclass(frozen=True)
class Page:
    """Some recovery points of a vault, and the token of the page that follows; an empty one on the last."""

    points: tuple[RecoveryPoint, ...]
    next_token: str


@dataclass(frozen=True)
class LegalHold:
    """An active legal hold. ``vault_names`` is empty when it does not select by vault."""

    hold_id: str
    title: str
    vault_names: tuple[str, ...]


def page_of_points(
    session: Session, vault: str, after: str = "", *, size: int = PAGE, **filters: str
) -> Page:
    """One page of a vault's recovery points; ``filters`` are the ``By…`` parameters of the operation."""
    going_on = {"NextToken": after} if after else {}
    answer = session.call(
        "backup",
        "ListRecoveryPointsByBackupVault",
        BackupVaultName=vault,
        MaxResults=size,
        **filters,
        **going_on,
    )
    points = tuple(_point(listed) for listed in answer.get("RecoveryPoints", ()))
    return Page(points, answer.get("NextToken") or "")


def _point(listed: Mapping[str, Any]) -> RecoveryPoint:
    created = listed.get("CreationDate")
    return RecoveryPoint(
        arn=listed["RecoveryPointArn"],
        resource_type=listed.get("ResourceType", ""),
        resource_arn=listed.get("ResourceArn", ""),
        status=listed.get("Status", ""),
        status_message=listed.get("StatusMessage") or "",
        parent_arn=listed.get("ParentRecoveryPointArn") or "",
        is_parent=bool(listed.get("IsParent")),
        backup_plan_id=(listed.get("CreatedBy") or {}).get("BackupPlanId") or "",
        created=created.timestamp() if created else 0.0,
    )


def delete_point(session: Session, vault: str, arn: str) -> None:
    """Asks for a deletion, which AWS Backup does in the background."""
    session.call_once("backup", "DeleteRecoveryPoint", BackupVaultName=vault, RecoveryPointArn=arn)


def disassociate_point(session: Session, vault: str, arn: str) -> None:
    """Takes a continuous recovery point out of AWS Backup; the backed-up service keeps its backups."""
    session.call_once("backup", "DisassociateRecoveryPoint", BackupVaultName=vault, RecoveryPointArn=arn)


def nested_points(session: Session, vault: str, composite: str, size: int) -> tuple[RecoveryPoint, ...]:
    """At most ``size`` of the points that the vault lists below a composite one."""
    return page_of_points(session, vault, size=size, ByParentRecoveryPointArn=composite).points


def is_gone(session: Session, vault: str, arn: str) -> bool:
    """Whether the vault does not have the point any more."""
    try:
        session.call("backup", "DescribeRecoveryPoint", BackupVaultName=vault, RecoveryPointArn=arn)
    except NotFound:
        return True
    return False


def active_holds(session: Session) -> Iterator[LegalHold]:
    """The legal holds that are in force in this account and Region (at most 50, developer guide)."""
    for listed in session.pages("backup", "ListLegalHolds", "LegalHolds"):
        if listed.get("Status") != "ACTIVE":
            continue
        hold = session.call("backup", "GetLegalHold", LegalHoldId=listed["LegalHoldId"])
        selection = hold.get("RecoveryPointSelection") or {}
        yield LegalHold(
            listed["LegalHoldId"], listed.get("Title", ""), tuple(selection.get("VaultNames") or ())
        )


def held_points(session: Session, hold: LegalHold) -> Iterator[tuple[str, str]]:
    """Vault and ARN of what a hold keeps, page after page as they are asked for."""
    listed = session.pages(
        "backup",
        "ListRecoveryPointsByLegalHold",
        "RecoveryPoints",
        LegalHoldId=hold.hold_id,
        MaxResults=PAGE,
    )
    for point in listed:
        yield point.get("BackupVaultName", ""), point.get("RecoveryPointArn", "")


def points_with_access_points(session: Session) -> Iterator[tuple[str, str]]:
    """Vault and ARN of what the account's backup access points read."""
    for listed in session.pages("backup", "ListBackupAccessPoints", "BackupAccessPoints"):
        yield listed.get("BackupVaultName", ""), listed.get("RecoveryPointArn", "")
