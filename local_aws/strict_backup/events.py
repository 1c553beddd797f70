"""The events that AWS Backup sends to EventBridge, in the shape of the examples of DG:eventbridge.

AWS sends them every five minutes and as well as it can. Here each is sent once and at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .job_records import BackupJob, CopyJob, Document
from .state import Place, Plan, Vault, new_id


@dataclass(frozen=True)
class Event:
    """`entry` is the whole event, as a rule's pattern is matched against it."""

    account: str
    region: str
    entry: Document


Emit = Callable[[Place, Event], None]


def backup_job_changed(place: Place, job: BackupJob, state: str, at: float) -> Event:
    """The detail of a new job says little (DG:eventbridge, State: CREATED)."""
    detail: Document = {"backupJobId": job.job_id, "state": state, "creationDate": _date(job.created)}
    if state != "CREATED":
        detail |= {
            "backupVaultArn": job.vault_arn,
            "backupVaultName": job.vault_name,
            "iamRoleArn": job.role_arn,
            "resourceArn": job.resource_arn,
            "resourceType": job.resource_type,
            "statusMessage": f'"{job.message}"' if job.message else None,
            "completionDate": _date(job.ends_at),
            "startBy": _date(job.start_by),
            "percentDone": 100 if state == "COMPLETED" else 0,
            "createdBy": _created_by(job.created_by),
        }
    resources = [job.recovery_point_arn] if job.recovery_point_arn else []
    return _event(place, "Backup Job State Change", detail, resources, at)


def copy_job_changed(place: Place, copy: CopyJob, state: str, at: float) -> Event:
    detail: Document = {
        "copyJobId": copy.job_id,
        "state": state,
        "creationDate": _date(copy.created),
        "iamRoleArn": copy.role_arn,
        "resourceArn": copy.resource_arn,
        "resourceType": copy.resource_type,
        "sourceBackupVaultArn": copy.source_vault_arn,
        "destinationBackupVaultArn": copy.destination_vault_arn,
        "statusMessage": copy.message,
    }
    return _event(place, "Copy Job State Change", detail, [copy.source_point_arn], at)


def plan_changed(place: Place, plan: Plan, state: str, at: float) -> Event:
    """`state` is CREATED, MODIFIED or DELETED."""
    dates = {"CREATED": "creationDate", "MODIFIED": "modifiedAt", "DELETED": "deletionDate"}
    detail = {
        "backupPlanId": plan.plan_id,
        "versionId": plan.current.version_id,
        dates[state]: _date(at),
        "state": state,
    }
    return _event(place, "Backup Plan State Change", detail, [plan.arn], at)


def vault_changed(place: Place, vault: Vault, state: str, at: float) -> Event:
    """`state` is CREATED, MODIFIED or DELETED; a modification says whether the vault is locked."""
    detail: Document = {"backupVaultName": vault.name, "state": state}
    if state == "MODIFIED":
        detail["isLocked"] = "true" if vault.lock else "false"
    return _event(place, "Backup Vault State Change", detail, [vault.arn], at)


_PLAN_STATES = {"CreateBackupPlan": "CREATED", "UpdateBackupPlan": "MODIFIED", "DeleteBackupPlan": "DELETED"}
_VAULT_STATES = {
    "CreateBackupVault": "CREATED",
    "DeleteBackupVault": "DELETED",
    "PutBackupVaultLockConfiguration": "MODIFIED",
    "DeleteBackupVaultLockConfiguration": "MODIFIED",
}


def changes(
    operation: str,
    place: Place,
    vault: Vault | None,
    output: Document,
    parameters: Mapping[str, Any],
    at: float,
) -> list[Event]:
    """The events of a call that succeeded. There is none for selections (DG:eventbridge lists none).

    :param vault: the vault that the call names, as it was before the call.
    """
    if operation in _PLAN_STATES:
        return [plan_changed(place, place.plans[output["BackupPlanId"]], _PLAN_STATES[operation], at)]
    if operation in _VAULT_STATES:
        named = vault or place.vaults[parameters["BackupVaultName"]]
        return [vault_changed(place, named, _VAULT_STATES[operation], at)]
    return []


def _created_by(creator: Document | None) -> Document | None:
    if creator is None:
        return None
    return {
        "backupPlanId": creator["BackupPlanId"],
        "backupPlanArn": creator["BackupPlanArn"],
        "backupPlanVersion": creator["BackupPlanVersion"],
        "backupPlanRuleId": creator["BackupRuleId"],
    }


def _event(place: Place, kind: str, detail: Document, resources: list[str], at: float) -> Event:
    entry = {
        "version": "0",
        "id": new_id(),
        "detail-type": kind,
        "source": "aws.backup",
        "account": place.account,
        "time": dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": place.region,
        "resources": resources,
        "detail": {name: value for name, value in detail.items() if value is not None},
    }
    return Event(place.account, place.region, entry)


def _date(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
