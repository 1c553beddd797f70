"""The preview as JSON: what programs read. Times are ISO 8601 with the offset of the rule's timezone; counts
are those of one resource that is always backed up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cfn_backup_tools.preview import cost as costs
from cfn_backup_tools.preview.cost import MONTHS, Cost, Line
from cfn_backup_tools.preview.plan import Life, Vault
from cfn_backup_tools.preview.report import CopyReport, Planned, PlanReport, RuleReport
from cfn_backup_tools.preview.runs import ASSUMPTIONS, Run
from cfn_backup_tools.preview.simulation import Range, Settled
from cfn_backup_tools.preview.storage import GbDays

type Json = dict[str, Any]


def as_json(reports: Sequence[PlanReport]) -> str:
    """The document, with every assumption that AWS does not document."""
    document = {"plans": [_plan(report) for report in reports], "assumptions": list(ASSUMPTIONS)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _plan(report: PlanReport) -> Json:
    planned = report.planned
    found: Json = {
        "logicalId": planned.logical_id,
        "type": planned.resource_type,
        "name": planned.name,
        "from": report.start.isoformat(),
        "rules": [_rule(rule) for rule in report.rules],
        "settled": _settled(report.settled),
        **_made(planned),
    }
    if report.cost:
        found["cost"] = _cost(report.cost)
    return found


def _made(planned: Planned) -> Json:
    return {
        "selections": [asdict(selection) for selection in planned.selections],
        "vaults": [asdict(vault) for vault in planned.vaults],
        "roles": [asdict(role) for role in planned.roles],
        "controls": [asdict(verdict) for verdict in planned.verdicts],
        "notes": list(planned.notes),
    }


def _rule(report: RuleReport) -> Json:
    rule = report.rule
    return {
        "name": rule.name,
        "schedule": rule.expression,
        "timezone": rule.timezone,
        "words": report.words,
        "startWindowMinutes": rule.start_window_minutes,
        "completionWindowMinutes": rule.completion_window_minutes,
        "continuous": rule.continuous,
        "vault": _vault(rule.vault),
        **_life(rule.life),
        "nextRuns": [_run(run) for run in report.next_runs],
        "runsInAYear": report.runs_in_a_year,
        "suppressedInAYear": report.suppressed_in_a_year,
        "clockChanges": [
            {
                "date": change.on.isoformat(),
                "time": "{:02}:{:02}".format(*divmod(change.minute, 60)),
                "effect": "skipped" if change.skipped else "once",
            }
            for change in report.clock_changes
        ],
        "settled": _settled(report.settled),
        "copies": [_copy(copy) for copy in report.copies],
    }


def _run(run: Run) -> Json:
    found = {"start": run.start.isoformat(), "windowEnd": run.window_end.isoformat()}
    return {**found, "suppressedBy": run.suppressed_by} if run.suppressed_by else found


def _copy(report: CopyReport) -> Json:
    return {
        "vault": _vault(report.copy.vault),
        **_life(report.copy.life),
        "settled": _settled(report.settled),
    }


def _life(life: Life) -> Json:
    return {"moveToColdStorageAfterDays": life.cold_after_days, "deleteAfterDays": life.delete_after_days}


def _vault(vault: Vault) -> Json:
    found = {"name": vault.name, "region": vault.region or None}
    return {**found, "account": vault.account} if vault.account else found


def _settled(settled: Settled) -> Json:
    return {
        "total": _range(settled.total),
        "warm": _range(settled.warm),
        "cold": _range(settled.cold),
        "afterDays": settled.after_days,
    }


def _range(found: Range) -> Json:
    return {"min": found.least, "max": found.most}


def _cost(cost: Cost) -> Json:
    """GB-days are those of an average month of the last simulated year."""
    return {
        "estimate": True,
        "currency": cost.currency,
        "perMonth": _rounded(cost.per_month),
        "gbDaysPerMonth": _gb_days(cost.stored, MONTHS),
        "resources": [_line(line) for line in cost.lines],
        "withoutPrice": cost.without_price,
        "leftOut": list(costs.LEFT_OUT),
        "assumptions": list(costs.ASSUMPTIONS),
    }


def _line(line: Line) -> Json:
    return {
        "resource": line.resource,
        "type": line.resource_type,
        "vault": _vault(line.vault),
        "gbDaysPerMonth": _gb_days(line.settled_year, MONTHS),
        "gbDaysFirstYear": _gb_days(line.first_year, 1),
        "gbDaysSettledYear": _gb_days(line.settled_year, 1),
        "pricePerGbMonth": {"warm": line.price.warm, "cold": line.price.cold},
        "perMonth": _rounded(line.per_month),
    }


def _gb_days(stored: GbDays, parts: int) -> Json:
    return {"warm": round(stored.warm / parts, 3), "cold": round(stored.cold / parts, 3)}


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)
