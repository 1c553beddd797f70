"""The rules about selected databases and file systems that have schedules of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cfn_backup.desired.rules import PlannedRule, rules_of, sure_rules
from cfn_backup.rules.across import ResourceOfPlan, SelectedResource
from cfn_backup.rules.asking import is_true, number, text
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.windows import DEFAULT_START_WINDOW
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import is_plain

WITH_OWN_BACKUPS: Mapping[str, str] = {
    "AWS::RDS::DBInstance": "BackupRetentionPeriod",
    "AWS::RDS::DBCluster": "BackupRetentionPeriod",
}
MAINTENANCE: Mapping[str, tuple[str, int]] = {
    "AWS::RDS::DBInstance": ("PreferredMaintenanceWindow", 60),
    "AWS::RDS::DBCluster": ("PreferredMaintenanceWindow", 60),
    "AWS::DocDB::DBCluster": ("PreferredMaintenanceWindow", 60),
    "AWS::Neptune::DBCluster": ("PreferredMaintenanceWindow", 60),
}
"""The property with the window, and how many minutes before it no backup starts."""
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
DAY = 24 * 60
WEEK = 7 * DAY
_WINDOW = re.compile(r"([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)", re.IGNORECASE)


def _rules(subject: SelectedResource) -> tuple[PlannedRule, ...]:
    return sure_rules(rules_of(subject.plan)) if subject.plan is not None else ()


@rule(
    "W9616",
    subject=SelectedResource,
    title="Continuous backup beside the database's own backups",
    explanation="With a continuous rule AWS Backup takes over the automated backups of the database, and "
    "the `BackupRetentionPeriod` of the template no longer says how long they are kept: the next change of "
    "it in the stack is in conflict.",
    way_out="Leave `BackupRetentionPeriod` out of the template, or `EnableContinuousBackup` out of the plan.",
    source="AWS Backup Developer Guide: Continuous backups and point-in-time recovery (PITR), Amazon RDS",
)
def own_automated_backups(subject: SelectedResource) -> Iterator[Fault]:
    name = WITH_OWN_BACKUPS.get(subject.resource.type)
    days = decided(subject.resource.properties.get(name)) if name else None
    if not is_plain(days) or not str(days).isdecimal() or int(str(days)) == 0:
        return
    if any(is_true(one.rule.enable_continuous_backup) for one in _rules(subject)):
        message = (
            f"selects {subject.resource.logical_id}, whose {name} of {days} days is in conflict with the "
            f"continuous backup that the plan makes of it: leave {name} out of the database, or "
            "EnableContinuousBackup out of the plan"
        )
        yield Fault(subject.at, message)


@rule(
    "W9617",
    subject=ResourceOfPlan,
    title="Start in a maintenance window",
    explanation="AWS Backup cannot start a backup of a database in its maintenance window or in the hour "
    "before it. A start window that ends there leaves the rule without a backup: the job expires.",
    way_out="Start at another time, or give a longer `StartWindowMinutes`.",
    source="AWS Backup Developer Guide: Backup plan options and configuration",
)
def start_in_maintenance_window(subject: ResourceOfPlan) -> Iterator[Fault]:
    property_name, before = MAINTENANCE.get(subject.resource.type, ("", 0))
    written = decided(subject.resource.properties.get(property_name))
    matched = _WINDOW.fullmatch(written) if isinstance(written, str) else None
    if not matched:
        return
    closed_from, closed_to = _minute(*matched.groups()[:3]) - before, _minute(*matched.groups()[3:])
    for planned in sure_rules(rules_of(subject.plan)):
        if _starts_only_within(planned, closed_from, closed_to):
            message = (
                f"starts in the maintenance window of {subject.resource.logical_id} ({written}) or the hour "
                "before it, where AWS Backup cannot start: use another time, or a longer StartWindowMinutes"
            )
            yield Fault(planned.origin("schedule_expression"), message)


def _minute(day: str, hour: str, minute: str) -> int:
    """The minute of the week."""
    return DAYS.index(day.lower()) * DAY + int(hour) * 60 + int(minute) if day.lower() in DAYS else 0


def _starts_only_within(planned: PlannedRule, closed_from: int, closed_to: int) -> bool:
    """Whether some run's start window lies within the closed time as a whole."""
    expression = text(planned.rule.schedule_expression)
    zone = text(planned.rule.schedule_expression_timezone)
    if expression is None or zone not in (None, "UTC", "Etc/UTC"):
        return False
    window = planned.rule.start_window_minutes
    length = DEFAULT_START_WINDOW if window is None else number(window)
    if length is None:
        return False
    return any(
        (start - closed_from) % WEEK + length <= (closed_to - closed_from) % WEEK
        for start in _starts(expression)
    )


def _starts(expression: str) -> Iterator[int]:
    """The minutes of the week at which a schedule runs, where it runs every week."""
    from cfn_backup.written.schedule import (  # noqa: PLC0415 - for selected databases only
        EVERY_DATE,
        BadSchedule,
        DayKind,
        parse,
    )

    try:
        schedule = parse(expression)
    except BadSchedule:
        return
    for part in schedule.days:
        if part == EVERY_DATE:
            days: tuple[int, ...] = tuple(range(7))
        elif part.kind is DayKind.WEEKDAYS:
            days = tuple(day - 1 for day in part.values)
        else:
            continue
        for day in days:
            yield from (day * DAY + hour * 60 + schedule.minute for hour in schedule.hours)
