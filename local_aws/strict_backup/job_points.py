"""The recovery points that jobs make, and the end of their lifecycles."""

from __future__ import annotations

import heapq

from .job_records import BackupJob, CopyJob
from .new_recovery_points import completed
from .plan_rules import FOREVER
from .recovery_point_store import RecoveryPoint
from .rules import keeps
from .state import Place, Vault

_DAY = 86400.0


def put_point(place: Place, vault: Vault, job: BackupJob) -> str:
    """A continuous backup keeps its one point, so long as it is there (DG:point-in-time-recovery)."""
    plan_id = (job.created_by or {}).get("BackupPlanId")
    kept = _continuous_point(place, vault, job.resource_arn) if job.continuous else None
    if kept is not None:
        return kept
    point = completed(
        RecoveryPoint(
            resource_arn=job.resource_arn,
            resource_type=job.resource_type,
            creation_date=job.created,
            iam_role_arn=job.role_arn,
            lifecycle=job.lifecycle,
            backup_plan_id=plan_id,
            continuous=job.continuous,
        ),
        place,
        job.created,
    )
    vault.recovery_points.put(point)
    if not job.continuous:
        _willexpire(place, vault, point)
    return point.recovery_point_arn


def _continuous_point(place: Place, vault: Vault, resource_arn: str) -> str | None:
    for job in place.jobs.backup.values():
        arn = job.recovery_point_arn
        if job.continuous and job.resource_arn == resource_arn and arn and vault.recovery_points.find(arn):
            return arn
    return None


def put_copy(place: Place, vault: Vault, copy: CopyJob) -> str:
    point = completed(
        RecoveryPoint(
            resource_arn=copy.resource_arn,
            resource_type=copy.resource_type,
            creation_date=copy.ends_at,
            iam_role_arn=copy.role_arn,
            lifecycle=copy.lifecycle,
        ),
        place,
        copy.ends_at,
    )
    vault.recovery_points.put(point)
    _willexpire(place, vault, point)
    return point.recovery_point_arn


def _willexpire(place: Place, vault: Vault, point: RecoveryPoint) -> None:
    days = (point.lifecycle or {}).get("DeleteAfterDays", FOREVER)
    if days != FOREVER:
        due = point.creation_date + days * _DAY
        heapq.heappush(place.jobs.expiring, (due, vault.name, point.recovery_point_arn))


@keeps("R12")
def expire(place: Place, now: float) -> None:
    """Points go when their lifecycle ends; AWS takes up to eight hours for it, this service none."""
    while place.jobs.expiring and place.jobs.expiring[0][0] <= now:
        due, vault_name, arn = heapq.heappop(place.jobs.expiring)
        vault = place.vaults.get(vault_name)
        if vault is not None and vault.recovery_points.find(arn) is not None:
            vault.recovery_points.remove(arn, due)
