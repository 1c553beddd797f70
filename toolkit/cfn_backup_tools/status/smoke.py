"""``--start`` and ``--wait``: one backup on demand, followed to its end. The smoke test of an account."""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable

from cfn_backup_tools.account.calls import Calls, CannotLook, Refused
from cfn_backup_tools.account.findings import Finding, Report
from cfn_backup_tools.account.resources import Resource
from cfn_backup_tools.status.facts import DONE_WELL, Facts, PlanFacts, job_of
from cfn_backup_tools.status.messages import explained

_POLL_SECONDS = 15.0
_KEPT_DAYS = 1


def start(
    calls: Calls, facts: Facts, report: Report, options: argparse.Namespace, say: Callable[[str], None]
) -> Report:
    """Starts a backup of ``--resource``, or of the first resource that a plan reaches; with ``--wait``
    follows it to the end. The recovery point is kept for a day.

    :raises CannotLook: there is nothing to back up, or AWS Backup refuses the job.
    """
    plan, resource = _chosen(facts, options.resource)
    role = next(
        s.role_arn for s in plan.plan.selections if resource in plan.reached[s.selection_id].resources
    )
    vault = plan.plan.rules[0].vault.name
    try:
        job_id = calls.call(
            "backup",
            "StartBackupJob",
            BackupVaultName=vault,
            ResourceArn=resource.arn,
            IamRoleArn=role,
            Lifecycle={"DeleteAfterDays": _KEPT_DAYS},
        )["BackupJobId"]
    except Refused as refusal:
        raise CannotLook(f"AWS Backup does not start a job for {resource.arn}: {refusal}") from None
    say(f"started job {job_id} for {resource.arn}")
    more = {**report.more, "started": {"id": job_id, "resource": resource.arn, "vault": vault}}
    report = dataclasses.replace(report, more=more)
    if not options.wait:
        return report
    return _followed(calls, report, plan, job_id, options.wait_minutes * 60, say)


def _chosen(facts: Facts, wanted: str | None) -> tuple[PlanFacts, Resource]:
    for plan in facts.plans:
        for arn, resource in plan.resources().items():
            if wanted in (None, arn):
                return plan, resource
    raise CannotLook(
        f"no plan reaches {wanted}" if wanted else "no plan reaches anything that could be backed up"
    )


def _followed(
    calls: Calls, report: Report, plan: PlanFacts, job_id: str, seconds: float, say: Callable[[str], None]
) -> Report:
    deadline = time.monotonic() + seconds
    while True:
        job = job_of(calls.call("backup", "DescribeBackupJob", BackupJobId=job_id))
        if not job.under_way:
            break
        if time.monotonic() > deadline:
            raise CannotLook(f"job {job_id} is still {job.state} after {seconds / 60:.0f} minutes")
        say(f"job {job_id} is {job.state}")
        time.sleep(min(_POLL_SECONDS, max(0.1, deadline - time.monotonic())))
    more = {**report.more, "started": {**report.more["started"], "state": job.state}}
    findings = report.findings
    if job.state != DONE_WELL:
        known = explained(job.message)
        finding = Finding(
            plan.plan.logical_id,
            f"Job{job.state.capitalize()}",
            f"the job that was started is {job.state}"
            + (f": {known.cause}" if known else "")
            + f". AWS Backup says: {job.message}",
            known.fix if known else "",
            resource=job.resource,
            expected=DONE_WELL,
            actual=job.state,
        )
        findings = (*findings, finding)
    return dataclasses.replace(report, findings=findings, more=more)
