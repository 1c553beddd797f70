"""Backup, copy and restore jobs: start, stop, describe, list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import invalid_parameter, invalid_request, not_found
from .job_ends import SERVICE
from .job_records import KEPT_SECONDS, SUCCESS, BackupJob, CopyJob, Document, RestoreJob, type_of
from .operations import Call, operation, page
from .plan_rules import RULE_DEFAULTS
from .recovery_point_store import RecoveryPoint
from .scheduled_jobs import JobRequest
from .state import new_id
from .vaults import existing_vault

_RESTORE_SECONDS = 600.0


@operation("StartBackupJob")
def start_backup_job(call: Call) -> Document:
    """The job starts at once. Its role is asked for when it runs, but iam:PassRole now."""
    existing_vault(call)
    call.require("iam:PassRole", call["IamRoleArn"], {"iam:PassedToService": SERVICE})
    token = call.get("IdempotencyToken")
    earlier = call.place.jobs.backup.get(call.place.jobs.tokens.get(token or "", ""))
    job = earlier or _started(call)
    if token:
        call.place.jobs.tokens[token] = job.job_id
    return {
        "BackupJobId": job.job_id,
        "CreationDate": job.created,
        "RecoveryPointArn": job.recovery_point_arn,
        "IsParent": False,
    }


def _started(call: Call) -> BackupJob:
    arn = call["ResourceArn"]
    if not type_of(arn) and arn not in call.scheduler.resources(call.place):
        raise invalid_parameter(f"Unsupported resource type: {arn}")
    request = JobRequest(
        at=call.now,
        vault_name=call["BackupVaultName"],
        resource_arn=arn,
        resource=call.scheduler.resources(call.place).get(arn),
        role_arn=call["IamRoleArn"],
        lifecycle=call.get("Lifecycle"),
        start_minutes=call.get("StartWindowMinutes", RULE_DEFAULTS["StartWindowMinutes"]),
        completion_minutes=call.get("CompleteWindowMinutes", RULE_DEFAULTS["CompletionWindowMinutes"]),
    )
    return call.scheduler.start(call.place, request, call.roles)


@operation("StopBackupJob")
def stop_backup_job(call: Call) -> Document:
    """The text is that of DG:eventbridge, State: ABORTED."""
    job = _existing(call, call.place.jobs.backup, "BackupJobId")
    if job.done(call.now):
        raise invalid_request(f"Backup job {job.job_id} has already ended.")
    job.end_state, job.ends_at, job.settled = "ABORTED", call.now, True
    job.message, job.category = "Backup job was stopped by user.", "Aborted"
    return {}


@operation("DescribeBackupJob")
def describe_backup_job(call: Call) -> Document:
    return _shown(call, _existing(call, call.place.jobs.backup, "BackupJobId"))


@operation("ListBackupJobs")
def list_backup_jobs(call: Call) -> Document:
    """Of the last 30 days, the newest first."""
    wanted = _Filter(
        call,
        {
            "ByResourceArn": "ResourceArn",
            "ByState": "State",
            "ByBackupVaultName": "BackupVaultName",
            "ByResourceType": "ResourceType",
            "ByAccountId": "AccountId",
            "ByParentJobId": "ParentJobId",
            "ByMessageCategory": "MessageCategory",
        },
    )
    shown = (_shown(call, job) for job in _recent(call, call.place.jobs.backup))
    return page(call, [job for job in shown if wanted(job)], "BackupJobs", lambda job: job)


def _shown(call: Call, job: BackupJob) -> Document:
    done = job.done(call.now)
    state = job.state(call.now)
    vault = call.place.vaults.get(job.vault_name)
    return {
        "AccountId": call.place.account,
        "BackupJobId": job.job_id,
        "BackupVaultName": job.vault_name,
        "BackupVaultArn": job.vault_arn,
        "RecoveryPointArn": job.recovery_point_arn,
        "RecoveryPointLifecycle": job.lifecycle,
        "EncryptionKeyArn": vault.encryption_key_arn if vault else None,
        "IsEncrypted": True,
        "ResourceArn": job.resource_arn,
        "ResourceType": job.resource_type or None,
        "CreationDate": job.created,
        "InitiationDate": job.starts_at if job.starts_at is None or job.starts_at <= call.now else None,
        "StartBy": job.start_by,
        "CompletionDate": job.ends_at if done else None,
        "State": state,
        "StatusMessage": job.message if done else None,
        "MessageCategory": (job.category if done else None) or SUCCESS,
        "PercentDone": "100.0" if state == "COMPLETED" else "0.0",
        "IamRoleArn": job.role_arn,
        "CreatedBy": job.created_by,
        "IsParent": False,
    }


@operation("DescribeCopyJob")
def describe_copy_job(call: Call) -> Document:
    return {"CopyJob": _shown_copy(call, _existing(call, call.place.jobs.copies, "CopyJobId"))}


@operation("ListCopyJobs")
def list_copy_jobs(call: Call) -> Document:
    """Of the last 30 days, the newest first."""
    wanted = _Filter(
        call,
        {
            "ByResourceArn": "ResourceArn",
            "ByState": "State",
            "ByResourceType": "ResourceType",
            "ByDestinationVaultArn": "DestinationBackupVaultArn",
            "ByAccountId": "AccountId",
            "ByParentJobId": "ParentJobId",
            "ByMessageCategory": "MessageCategory",
            "BySourceRecoveryPointArn": "SourceRecoveryPointArn",
        },
    )
    shown = (_shown_copy(call, copy) for copy in _recent(call, call.place.jobs.copies))
    return page(call, [copy for copy in shown if wanted(copy)], "CopyJobs", lambda copy: copy)


def _shown_copy(call: Call, copy: CopyJob) -> Document:
    done = copy.done(call.now)
    return {
        "AccountId": call.place.account,
        "CopyJobId": copy.job_id,
        "SourceBackupVaultArn": copy.source_vault_arn,
        "SourceRecoveryPointArn": copy.source_point_arn,
        "DestinationBackupVaultArn": copy.destination_vault_arn,
        "DestinationRecoveryPointArn": copy.destination_point_arn,
        "ResourceArn": copy.resource_arn,
        "ResourceType": copy.resource_type,
        "CreationDate": copy.created,
        "CompletionDate": copy.ends_at if done else None,
        "State": copy.state(call.now),
        "StatusMessage": copy.message if done else None,
        "MessageCategory": (copy.category if done else None) or SUCCESS,
        "IamRoleArn": copy.role_arn,
        "CreatedBy": copy.created_by,
        "CreatedByBackupJobId": copy.created_by_job_id,
        "IsParent": False,
    }


@operation("StartRestoreJob")
def start_restore_job(call: Call) -> Document:
    """The job completes; no resource is made that could be used."""
    point = _point(call, call["RecoveryPointArn"])
    job = RestoreJob(
        job_id=new_id().upper(),
        recovery_point_arn=point.recovery_point_arn,
        resource_arn=point.resource_arn,
        resource_type=point.resource_type,
        role_arn=call.get("IamRoleArn"),
        created=call.now,
        ends_at=call.now + _RESTORE_SECONDS,
        end_state="COMPLETED",
        created_resource_arn=f"{point.resource_arn}-restored",
    )
    call.place.jobs.restores[job.job_id] = job
    return {"RestoreJobId": job.job_id}


def _point(call: Call, arn: str) -> RecoveryPoint:
    for vault in call.place.vaults.values():
        if point := vault.recovery_points.find(arn):
            return point
    raise not_found(f"Cannot find recovery point {arn}")


@operation("DescribeRestoreJob")
def describe_restore_job(call: Call) -> Document:
    return _shown_restore(call, _existing(call, call.place.jobs.restores, "RestoreJobId"))


@operation("ListRestoreJobs")
def list_restore_jobs(call: Call) -> Document:
    wanted = _Filter(
        call, {"ByAccountId": "AccountId", "ByResourceType": "ResourceType", "ByStatus": "Status"}
    )
    shown = (_shown_restore(call, job) for job in _recent(call, call.place.jobs.restores))
    return page(call, [job for job in shown if wanted(job)], "RestoreJobs", lambda job: job)


def _shown_restore(call: Call, job: RestoreJob) -> Document:
    done = call.now >= job.ends_at
    return {
        "AccountId": call.place.account,
        "RestoreJobId": job.job_id,
        "RecoveryPointArn": job.recovery_point_arn,
        "SourceResourceArn": job.resource_arn,
        "CreationDate": job.created,
        "CompletionDate": job.ends_at if done else None,
        "Status": job.state(call.now),
        "StatusMessage": job.message if done else None,
        "PercentDone": "100.0" if done else "0.0",
        "IamRoleArn": job.role_arn,
        "CreatedResourceArn": job.created_resource_arn if done else None,
        "ResourceType": job.resource_type,
    }


def _existing[Job](call: Call, jobs: Mapping[str, Job], member: str) -> Job:
    job = jobs.get(call[member])
    if job is None:
        raise not_found(f"Cannot find job {call[member]}")
    return job


def _recent[Job: BackupJob | CopyJob | RestoreJob](call: Call, jobs: Mapping[str, Job]) -> Iterator[Job]:
    for job in reversed(list(jobs.values())):
        if job.created > call.now - KEPT_SECONDS:
            yield job


class _Filter:
    """The `By…` parameters of a list: equal members, and the four that bound the dates."""

    def __init__(self, call: Call, members: Mapping[str, str]) -> None:
        self._equal = {
            member: call.get(name) for name, member in members.items() if call.get(name) is not None
        }
        self._created = (call.get("ByCreatedAfter"), call.get("ByCreatedBefore"))
        self._completed = (call.get("ByCompleteAfter"), call.get("ByCompleteBefore"))

    def __call__(self, job: Mapping[str, Any]) -> bool:
        return (
            all(job.get(member) == value for member, value in self._equal.items())
            and _between(job["CreationDate"], *self._created)
            and _between(job.get("CompletionDate"), *self._completed)
        )


def _between(at: float | None, after: float | None, before: float | None) -> bool:
    if at is None:
        return after is None and before is None
    return (after is None or at > after) and (before is None or at < before)
