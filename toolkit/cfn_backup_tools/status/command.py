"""``cfn-backup status``."""

from __future__ import annotations

import argparse
import pathlib
from datetime import UTC, datetime
from typing import Any

from cfn_backup_tools.account.calls import Calls, CannotLook
from cfn_backup_tools.account.findings import Report
from cfn_backup_tools.account.output import print_json, print_text, say, table, told, when
from cfn_backup_tools.account.plans import LivePlan, all_plan_ids, read_plan
from cfn_backup_tools.account.stacks import read_stack
from cfn_backup_tools.status.facts import Job, PlanFacts
from cfn_backup_tools.status.judging import Row, judge
from cfn_backup_tools.status.reading import read_facts


def run(options: argparse.Namespace, calls: Calls) -> int:
    """Looks, prints, and returns the exit code.

    :raises CannotLook: the account cannot be read.
    """
    now = options.at or datetime.now(UTC)
    plans, missing, stack = _plans(calls, options)
    facts = read_facts(calls, plans, missing, now, say)
    now = max([now, *_newest(facts.plans)])
    findings, rows = judge(facts, now)
    report = Report(
        stack, tuple(findings), facts.not_looked_at, {"resources": [_row_as_json(row) for row in rows]}
    )
    if options.start:
        from cfn_backup_tools.status.smoke import start  # noqa: PLC0415

        report = start(calls, facts, report, options, say)
    if options.json:
        print_json(report)
    else:
        print_text(text(report, rows))
    if options.html:
        from cfn_backup_tools.status.page import page  # noqa: PLC0415

        _write(options.html, page(report, rows, now))
    return report.exit_code


def _plans(calls: Calls, options: argparse.Namespace) -> tuple[list[LivePlan], dict[str, str], str | None]:
    """The plans to judge, those that are gone, and the stack's name."""
    if options.all:
        found = [read_plan(calls, plan_id) for plan_id in all_plan_ids(calls)]
        return [plan for plan in found if plan], {}, None
    stack = read_stack(calls, options.stack)
    ids = {member.physical_id: member.logical_id for member in stack.of_kind("plan")}
    selecting = {
        member.physical_id.partition("_")[2]: member.logical_id for member in stack.of_kind("selection")
    }
    whole = {**selecting, **ids}
    if not whole:
        raise CannotLook(f"stack {stack.name} has no backup plan and no selection")
    read = {plan_id: read_plan(calls, plan_id, logical_id) for plan_id, logical_id in whole.items()}
    missing = {whole[plan_id]: plan_id for plan_id, plan in read.items() if plan is None}
    return [plan for plan in read.values() if plan], missing, stack.name


def _newest(plans: tuple[PlanFacts, ...]) -> list[datetime]:
    """What the account's clock has reached at least: the clock of this machine may be behind it."""
    return [
        moment for facts in plans for moment in (facts.plan.changed, *(job.created for job in facts.jobs))
    ]


def text(report: Report, rows: list[Row]) -> str:
    """For a person."""
    parts = []
    if rows:
        header = ("PLAN", "RESOURCE", "LAST JOB", "LAST COPY", "LAST POINT", "NEXT DUE")
        lines = [
            (
                row.logical_id,
                row.resource.arn,
                _job(row.last_job),
                _job(row.last_copy),
                when(row.last_point),
                when(row.next_due),
            )
            for row in rows
        ]
        parts.append(table(header, lines))
    if report.findings:
        parts.append(told(report.findings))
    parts += [f"not looked at: {line}" for line in report.not_looked_at]
    parts.append(_summary(report, rows))
    return "\n\n".join(parts)


def _summary(report: Report, rows: list[Row]) -> str:
    whose = report.stack or "the account"
    resources = len({row.resource.arn for row in rows})
    if report.ok:
        waiting = sum(1 for row in rows if row.last_job is None)
        rest = f"; {waiting} wait for their first run" if waiting else ""
        return f"{whose}: all well, {resources} resource(s) are backed up{rest}"
    return f"{whose}: {len(report.findings)} finding(s), {resources} resource(s) reached"


def _job(job: Job | None) -> str:
    return "-" if job is None else f"{job.state} {when(job.created)}"


def _row_as_json(row: Row) -> dict[str, Any]:
    return {
        "logicalId": row.logical_id,
        "plan": row.plan,
        "resource": row.resource.arn,
        "type": row.resource.type,
        "ok": row.well,
        "lastJob": _job_as_json(row.last_job),
        "lastCopy": _job_as_json(row.last_copy),
        "lastRecoveryPoint": row.last_point,
        "nextDue": row.next_due,
    }


def _job_as_json(job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None
    return {
        "id": job.job_id,
        "state": job.state,
        "created": job.created,
        "rule": job.rule or None,
        "vault": job.vault,
        "message": job.message or None,
    }


def _write(name: str, content: str) -> None:
    try:
        pathlib.Path(name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise CannotLook(f"{name} cannot be written: {error.strerror or error}") from None
