"""``cfn-backup coverage``."""

from __future__ import annotations

import argparse
from typing import Any

from cfn_backup_tools.account.calls import Calls
from cfn_backup_tools.account.findings import Report
from cfn_backup_tools.account.output import print_json, print_text, say, table
from cfn_backup_tools.account.plans import all_plan_ids, read_plan
from cfn_backup_tools.account.resources import read_inventory
from cfn_backup_tools.coverage.covering import Covered, cover, findings


def run(options: argparse.Namespace, calls: Calls) -> int:
    """Looks, prints, and returns the exit code.

    :raises CannotLook: the account cannot be read.
    """
    say("reading the backup plans")
    plans = [plan for plan_id in all_plan_ids(calls) if (plan := read_plan(calls, plan_id))]
    say("reading the resources of the account")
    inventory = read_inventory(calls)
    opted_in = calls.call("backup", "DescribeRegionSettings")["ResourceTypeOptInPreference"]
    wanted = [r for r in inventory.resources if all(r.tags.get(k) == v for k, v in options.tags)]
    covered = cover(plans, wanted, opted_in)
    more = {"resources": [_as_json(one) for one in covered], "calls": sum(calls.made.values())}
    report = Report(None, tuple(findings(covered)), inventory.not_looked_at, more)
    if options.json:
        print_json(report)
    else:
        print_text(text(report, covered))
    return report.exit_code


def text(report: Report, covered: list[Covered]) -> str:
    """For a person: a line for each resource, those that nothing reaches first."""
    lines = [
        (
            _state(one),
            one.resource.type,
            one.resource.arn,
            ", ".join(f"{by.plan} ({by.selection})" for by in one.by),
        )
        for one in sorted(covered, key=lambda one: (len(one.plans), one.resource.type, one.resource.arn))
    ]
    parts = [table(("STATE", "TYPE", "RESOURCE", "PLAN (SELECTION)"), lines)] if lines else []
    parts += [f"not looked at: {line}" for line in report.not_looked_at]
    counts = {
        state: sum(1 for line in lines if line[0] == state) for state in ("none", "opted out", "several")
    }
    parts.append(
        f"{len(covered)} resource(s): {len(covered) - counts['none'] - counts['opted out']} reached "
        f"({counts['several']} by several plans), {counts['opted out']} opted out, {counts['none']} not "
        "reached"
    )
    return "\n\n".join(parts)


def _state(one: Covered) -> str:
    if not one.by:
        return "opted out" if one.opted_out else "none"
    return "several" if len(one.plans) > 1 else "one"


def _as_json(one: Covered) -> dict[str, Any]:
    return {
        "resource": one.resource.arn,
        "type": one.resource.type,
        "covered": bool(one.by),
        "by": [vars(by) for by in one.by],
        "optedOut": bool(one.opted_out) and not one.by,
    }
