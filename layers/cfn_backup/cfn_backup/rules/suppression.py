"""The rule about rules of a plan that never make a recovery point, since another always goes first.

Source of the fact: AWS Backup Developer Guide, Backup plan options and configuration: where the time frames of two
rules overlap, AWS Backup takes a backup for the rule with the longer retention time, over the full start window.
"""

# ruff: noqa: PLC0415 - needed for plans with several rules only, and every cold start counts
from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cfn_backup.desired.rules import PlannedRule
from cfn_backup.rules.asking import is_given, is_true
from cfn_backup.rules.plans import all_rules
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import PlanSubject
from cfn_backup.rules.windows import DEFAULT_START_WINDOW
from cfn_backup.symbolic.asking import NotKnown, decided, needed
from cfn_backup.written.plan import Lifecycle

REASON = "when rules run"
YEARS = 2


@dataclass(frozen=True)
class Timing:
    """When a rule runs and how long its recovery points are kept."""

    planned: PlannedRule
    expression: str
    timezone: str
    window: int
    """Minutes."""
    retention: float
    """Days; infinite for ever."""
    vault: object


@rule(
    "W9234",
    subject=PlanSubject,
    title="Rule that another rule always suppresses",
    explanation="Where the start window of a rule covers the run of another one, AWS Backup makes one "
    "recovery point only: that of the rule with the longer retention. A rule whose every run is covered "
    "never makes any.",
    way_out="Move the rule out of the other's start window, shorten that window (`StartWindowMinutes`, 480 "
    "if none is given), or leave the rule out.",
    source="AWS Backup Developer Guide: Backup plan options and configuration",
)
def suppressed_rule(subject: PlanSubject) -> Iterator[Fault]:
    rules = all_rules(subject)
    timings = [timing for planned in rules if (timing := _timing(planned, subject))] if len(rules) > 1 else []
    for one in timings:
        longer = [other for other in timings if other.retention > one.retention and other.vault == one.vault]
        for other in longer:
            if _always_covers(other, one):
                message = (
                    f"runs only while the start window of {_name(other)} is open, {other.window} minutes "
                    "long, and that rule keeps recovery points longer, so AWS Backup never makes any for "
                    "this one: use an hour outside that window, or shorten it with StartWindowMinutes"
                )
                yield Fault(one.planned.origin("schedule_expression"), message)
                break


def _name(timing: Timing) -> str:
    name = timing.planned.rule.rule_name
    return f"the rule {name}" if isinstance(name, str) else "another rule"


def _timing(planned: PlannedRule, subject: PlanSubject) -> Timing | None:
    given = planned.rule
    try:
        lifecycle = needed(given.lifecycle, REASON)
        days = needed(lifecycle.delete_after_days, REASON) if isinstance(lifecycle, Lifecycle) else None
        expression = needed(given.schedule_expression, REASON) or _default_expression()
        zone = needed(given.schedule_expression_timezone, REASON) or "Etc/UTC"
        window = needed(given.start_window_minutes, REASON)
    except NotKnown:
        return None
    if is_true(given.enable_continuous_backup) or is_given(
        given.target_logically_air_gapped_backup_vault_arn
    ):
        return None
    vault = given.target_backup_vault if given.target_backup_vault is not None else subject.plan.backup_vault
    retention = float("inf") if days in (None, -1) else float(days or 0)
    return Timing(
        planned,
        expression,
        zone,
        DEFAULT_START_WINDOW if window is None else window,
        retention,
        decided(vault),
    )


def _default_expression() -> str:
    from cfn_backup.written.schedule import DEFAULT_EXPRESSION

    return DEFAULT_EXPRESSION


def _always_covers(longer: Timing, shorter: Timing) -> bool:
    starts, of_shorter = _runs(longer), _runs(shorter)
    return (
        bool(starts)
        and bool(of_shorter)
        and all(_is_covered(run, starts, longer.window) for run in of_shorter)
    )


def _is_covered(run: int, starts: Sequence[int], window: int) -> bool:
    before = bisect.bisect_right(starts, run) - 1
    return before >= 0 and run < starts[before] + window


def _runs(timing: Timing) -> list[int]:
    """The runs of two years, in minutes; the first days are left out of the shorter rule by nobody, since both begin
    on the same day."""
    from datetime import UTC, date, timedelta, tzinfo
    from zoneinfo import ZoneInfo

    from cfn_backup.rules.timezones import timezones
    from cfn_backup.written.occurrences import runs
    from cfn_backup.written.schedule import BadSchedule, parse

    if timing.timezone not in timezones():
        return []
    zone: tzinfo = UTC if timing.timezone in ("UTC", "Etc/UTC") else ZoneInfo(timing.timezone)
    first = date.today()  # noqa: DTZ011 - any day serves: the runs of two years are compared
    try:
        schedule = parse(timing.expression)
    except BadSchedule:
        return []
    return [minute for _, minute in runs(schedule, zone, first, first + timedelta(days=YEARS * 366))]
