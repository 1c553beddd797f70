"""Runs the jobs that the plans' schedules ask for, up to the present of the service's clock.

Nothing happens between two calls of the service, so the jobs that were due in between are made up for before
the second one is answered, in the order of their times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .due_runs import Run, due
from .events import Emit, backup_job_changed, copy_job_changed
from .job_ends import Attempt, Copy, End, copy_end, failure, never_started, success, too_long
from .job_points import expire, put_copy, put_point
from .job_records import BackupJob, CopyJob, Document, Inventory, Resource
from .reached import reached
from .roles import RoleDirectory
from .rules import keeps
from .state import Place, State, Vault, new_id
from .switches import Switches

CONTINUOUS_TYPES = ("Aurora", "RDS", "S3", "SAP HANA on Amazon EC2")  # DG:point-in-time-recovery
_COPY_SECONDS = 300.0


class Scheduler:
    """The jobs of all accounts and Regions of one service."""

    def __init__(
        self, state: State, switches: Switches, inventory: Inventory, emit: Emit, since: float
    ) -> None:
        self._state = state
        self.switches = switches
        self._inventory = inventory
        self._emit = emit
        self._reached_time = since

    def catch_up(self, now: float, roles: RoleDirectory) -> None:
        """Everything that was due since the last time."""
        since, self._reached_time = self._reached_time, max(now, self._reached_time)
        if self.switches.scheduled_jobs and now > since:
            for run in due(self._state, since, now):
                self.settle(run.at)
                self._execute(run, roles)
        self.settle(now)

    def _execute(self, run: Run, roles: RoleDirectory) -> None:
        """One job for each resource that the plan's selections reach at this time, whichever reaches it
        first."""
        run.place.jobs.last_execution[run.plan.plan_id] = run.at
        done: set[str] = set()
        for selection in run.plan.selections.values():
            if selection.creation_date > run.at:
                continue
            for resource_arn, resource in self._reached(run.place, selection.document):
                if resource_arn not in done:
                    done.add(resource_arn)
                    role_arn = selection.document["IamRoleArn"]
                    self._start(run, resource_arn, resource, role_arn, roles)

    def _reached(self, place: Place, selection: Document) -> Iterator[tuple[str, Resource | None]]:
        """What exists, and what is named but does not exist."""
        resources = self.resources(place)
        for resource in reached(selection, resources.values(), place.opted_in):
            yield resource.arn, resource
        for arn in selection.get("Resources") or ():
            if "*" not in arn and arn not in resources:
                yield arn, None

    def resources(self, place: Place) -> dict[str, Resource]:
        """By ARN: what tests put, and what the emulator around has, without what was said to be gone."""
        found = {item.arn: item for item in self._inventory.resources(place.account, place.region)}
        whole = found | place.resources
        return {arn: item for arn, item in whole.items() if arn not in place.removed_resources}

    def _start(
        self, run: Run, resource_arn: str, resource: Resource | None, role_arn: str, roles: RoleDirectory
    ) -> None:
        rule = run.rule
        request = JobRequest(
            at=run.at,
            vault_name=rule["TargetBackupVaultName"],
            resource_arn=resource_arn,
            resource=resource,
            role_arn=role_arn,
            lifecycle=rule.get("Lifecycle"),
            start_minutes=rule["StartWindowMinutes"],
            completion_minutes=rule["CompletionWindowMinutes"],
            created_by=_creator(run),
            copy_actions=rule.get("CopyActions") or [],
            continuous=bool(rule.get("EnableContinuousBackup")),
        )
        self.start(run.place, request, roles)

    def start(self, place: Place, request: JobRequest, roles: RoleDirectory) -> BackupJob:
        """Makes the job; how it will end is decided here, its recovery point comes at its end."""
        job = _planned(place, request, roles)
        place.jobs.backup[job.job_id] = job
        self._emit(place, backup_job_changed(place, job, "CREATED", job.created))
        if job.done(request.at):
            self._settle_backup(place, job)
        return job

    def settle(self, now: float) -> None:
        """What has come to its end by now: backup jobs, copy jobs, and the lifecycles of their points."""
        for place in list(self._state.places.values()):
            for job in sorted(_unsettled(place), key=lambda job: job.ends_at):
                if job.done(now):
                    self._settle_backup(place, job)
            for copy in list(place.jobs.copies.values()):
                if not copy.settled and copy.done(now):
                    self._settle_copy(place, copy)
            expire(place, now)

    def _settle_backup(self, place: Place, job: BackupJob) -> None:
        job.settled = True
        vault = place.vaults.get(job.vault_name)
        if job.end_state == "COMPLETED" and vault is not None:
            job.recovery_point_arn = put_point(place, vault, job)
            for action in job.copy_actions:
                self._copy(place, vault, job, action)
        self._emit(place, backup_job_changed(place, job, job.end_state, job.ends_at))

    def _copy(self, place: Place, vault: Vault, job: BackupJob, action: Document) -> None:
        """A copy without a lifecycle of its own is kept as long as the backup (B30)."""
        lifecycle = action.get("Lifecycle") or job.lifecycle
        end, _ = copy_end(
            Copy(place, vault, action["DestinationBackupVaultArn"], job.role_arn, lifecycle),
            self._state,
            self.switches,
        )
        copy = CopyJob(
            job_id=new_id().upper(),
            source_vault_arn=vault.arn,
            source_point_arn=job.recovery_point_arn or "",
            destination_vault_arn=action["DestinationBackupVaultArn"],
            resource_arn=job.resource_arn,
            resource_type=job.resource_type,
            role_arn=job.role_arn,
            created=job.ends_at,
            ends_at=job.ends_at + _COPY_SECONDS,
            end_state=end.state,
            message=end.message,
            category=end.category,
            created_by=job.created_by,
            created_by_job_id=job.job_id,
            lifecycle=lifecycle,
        )
        place.jobs.copies[copy.job_id] = copy
        self._emit(place, copy_job_changed(place, copy, "CREATED", copy.created))

    def _settle_copy(self, place: Place, copy: CopyJob) -> None:
        copy.settled = True
        region, account, _, name = copy.destination_vault_arn.split(":")[3:7]
        destination = self._state.places.get((account, region))
        vault = destination.vaults.get(name) if destination else None
        if copy.end_state == "COMPLETED" and destination is not None and vault is not None:
            copy.destination_point_arn = put_copy(destination, vault, copy)
        self._emit(place, copy_job_changed(place, copy, copy.end_state, copy.ends_at))


@dataclass(frozen=True)
class JobRequest:
    """What a backup job is started with, by a rule or by StartBackupJob. `at` is in seconds since the
    epoch."""

    at: float
    vault_name: str
    resource_arn: str
    resource: Resource | None
    role_arn: str
    lifecycle: Document | None
    start_minutes: float
    completion_minutes: float
    created_by: Document | None = None
    copy_actions: list[Document] | None = None
    continuous: bool = False


@keeps("B26")
def _planned(place: Place, request: JobRequest, roles: RoleDirectory) -> BackupJob:
    """A resource has one job at a time: the others wait for it as long as their start window is open. A
    continuous rule makes snapshots of the types that cannot be continuous."""
    resource = request.resource
    kind = resource.kind if resource else ""
    start_by = request.at + request.start_minutes * 60
    starts_at: float | None = max(request.at, place.jobs.busy_until.get(request.resource_arn, request.at))
    attempt = Attempt(
        place,
        request.vault_name,
        resource,
        request.resource_arn,
        request.role_arn,
        request.lifecycle,
        request.completion_minutes,
    )
    end, ends_at = failure(attempt, roles), request.at
    if starts_at is not None and starts_at > start_by:
        starts_at, end, ends_at = None, never_started(), start_by
    elif end is None and resource is not None and starts_at is not None:
        end, ends_at = _run_of(resource, starts_at, request.completion_minutes)
        place.jobs.busy_until[request.resource_arn] = ends_at
    end = end or End("FAILED")
    return BackupJob(
        job_id=new_id().upper(),
        vault_name=request.vault_name,
        vault_arn=place.arn("backup-vault", request.vault_name),
        resource_arn=request.resource_arn,
        resource_type=kind,
        role_arn=request.role_arn,
        created=request.at,
        start_by=start_by,
        starts_at=starts_at,
        ends_at=ends_at,
        end_state=end.state,
        message=end.message,
        category=end.category,
        created_by=request.created_by,
        lifecycle=request.lifecycle,
        copy_actions=list(request.copy_actions or []),
        continuous=request.continuous and kind in CONTINUOUS_TYPES,
    )


def _run_of(resource: Resource, starts_at: float, completion_minutes: float) -> tuple[End, float]:
    if resource.backup_minutes > completion_minutes:
        return too_long(), starts_at + completion_minutes * 60
    return success(resource), starts_at + resource.backup_minutes * 60


def _creator(run: Run) -> Document:
    return {
        "BackupPlanId": run.plan.plan_id,
        "BackupPlanArn": run.plan.arn,
        "BackupPlanName": run.plan.current.document["BackupPlanName"],
        "BackupPlanVersion": run.plan.current.version_id,
        "BackupRuleId": run.rule["RuleId"],
        "BackupRuleName": run.rule["RuleName"],
        "BackupRuleCron": run.rule["ScheduleExpression"],
        "BackupRuleTimezone": run.rule["ScheduleExpressionTimezone"],
    }


def _unsettled(place: Place) -> list[BackupJob]:
    return [job for job in place.jobs.backup.values() if not job.settled]
