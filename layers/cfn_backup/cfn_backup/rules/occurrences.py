"""The rules about schedules that are correct and still do not run as people expect."""

# ruff: noqa: PLC0415 - most plans are made of presets, and every cold start counts
from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cfn_backup.rules.asking import is_true, number, text
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import LifecycleSubject, RuleSubject

if TYPE_CHECKING:
    from cfn_backup.desired.rules import PlannedRule
    from cfn_backup.written.schedule import Schedule

YEARS_TO_LOOK = 12
"""Every day of the calendar comes in so many years, 29 February too."""
FULL_BACKUP_DAYS = 7


def _schedule(planned: PlannedRule, *, written_only: bool = True) -> Schedule | None:
    """The rule's schedule; None if it is unknown or wrong, or, if asked so, a preset's."""
    source = planned.written if written_only else planned.rule
    expression = text(source.schedule_expression) if source is not None else None
    if expression is None:
        return None
    from cfn_backup.written.schedule import BadSchedule, parse

    try:
        return parse(expression)
    except BadSchedule:
        return None


def _today() -> date:
    return date.today()  # noqa: DTZ011 - a day more or less makes no difference


@rule(
    "W9238",
    subject=RuleSubject,
    title="Schedule that never comes",
    explanation="The expression is correct, but no day from today on matches it: its years are over, or its "
    "months do not have such a day. Nothing is ever backed up.",
    way_out="Correct the day, the month or the year.",
    source="Amazon EventBridge: Cron expressions reference",
)
def never_comes(subject: RuleSubject) -> Iterator[Fault]:
    schedule = _schedule(subject.planned)
    if schedule is None:
        return
    from cfn_backup.written.occurrences import dates

    today, at = _today(), subject.planned.at / "ScheduleExpression"
    if schedule.years[-1] < today.year:
        yield Fault(
            at, f"runs for the last time in {schedule.years[-1]}, which is over: give a later year, or *"
        )
        return
    first = max(today, date(schedule.years[0], 1, 1))
    last = date(min(first.year + YEARS_TO_LOOK, 9999), 12, 31)
    if next(dates(schedule, first, last), None) is None:
        yield Fault(at, "never comes: no month that it names has such a day. Correct the day or the month")


@rule(
    "W9237",
    subject=RuleSubject,
    title="Run in the hour that daylight saving skips",
    explanation="When the clock goes forward, the hour in between does not exist, and a run in it is "
    "skipped: on that day there is no backup.",
    way_out="Use an hour outside 01:00 to 03:00, or the timezone `Etc/UTC`.",
    source="AWS Backup Developer Guide: Backup plan options and configuration; Amazon EventBridge "
    "Scheduler: Schedule types, Daylight savings time",
)
def skipped_by_daylight_saving(subject: RuleSubject) -> Iterator[Fault]:
    zone_name = text(subject.planned.rule.schedule_expression_timezone)
    schedule = _schedule(subject.planned, written_only=False)
    if zone_name is None or schedule is None:
        return
    from zoneinfo import ZoneInfo

    from cfn_backup.rules.timezones import timezones
    from cfn_backup.written.occurrences import Clock, dates

    if zone_name not in timezones():
        return
    clock, first = Clock(ZoneInfo(zone_name)), _today()
    for on in dates(schedule, first, first + timedelta(days=2 * 366)):
        for hour in schedule.hours if clock.offset_of_day(on) is None else ():
            if clock.offset(on, hour * 60 + schedule.minute) is None:
                message = (
                    f"runs at {hour:02}:{schedule.minute:02}, which {zone_name} skips on {on}, when daylight "
                    "saving begins, so that day has no backup: use an hour outside 01:00 to 03:00, or "
                    "Etc/UTC"
                )
                yield Fault(subject.planned.origin("schedule_expression"), message)
                return


@rule(
    "W9235",
    subject=LifecycleSubject,
    title="Retention of less than a week",
    explanation="For resource types with incremental backups AWS Backup needs a recovery point of at most a "
    "week ago to build on. With a shorter retention it may make, and charge, a full backup each time.",
    way_out="Keep recovery points for 7 days or longer, unless everything that is selected is backed up in "
    "full anyway, as DynamoDB is.",
    source="AWS Backup Developer Guide: Metering and billing",
)
def less_than_a_week(subject: LifecycleSubject) -> Iterator[Fault]:
    days = number(subject.lifecycle.delete_after_days)
    if subject.of_copy or days is None or not 1 <= days < FULL_BACKUP_DAYS:
        return
    if not is_true(subject.rule.rule.enable_continuous_backup):
        message = (
            f"is {days}, and with less than {FULL_BACKUP_DAYS} days each backup of an incremental type may "
            f"be a full one, at its price: give {FULL_BACKUP_DAYS} or more"
        )
        yield Fault(subject.at("DeleteAfterDays"), message)


@rule(
    "W9236",
    subject=LifecycleSubject,
    title="Archive of volumes more often than monthly",
    explanation="Snapshots of EBS volumes move to archive storage only from rules that run monthly or rarer.",
    way_out="Archive by a monthly rule, and leave `OptInToArchiveForSupportedResources` out of the others.",
    source="AWS Backup Developer Guide: Backup plan options and configuration",
)
def archive_too_often(subject: LifecycleSubject) -> Iterator[Fault]:
    if subject.of_copy or not is_true(subject.lifecycle.opt_in_to_archive_for_supported_resources):
        return
    schedule = _schedule(subject.rule, written_only=False) or _default_schedule(subject.rule)
    if schedule is None or not _more_often_than_monthly(schedule):
        return
    message = (
        "is true, but snapshots of EBS volumes are archived only by rules that run monthly or rarer, and "
        "this one runs more often: archive by a monthly rule"
    )
    yield Fault(subject.lifecycle.at / "OptInToArchiveForSupportedResources", message)


def _default_schedule(planned: PlannedRule) -> Schedule | None:
    if planned.rule.schedule_expression is not None:
        return None
    from cfn_backup.written.schedule import DEFAULT_EXPRESSION, parse

    return parse(DEFAULT_EXPRESSION)


def _more_often_than_monthly(schedule: Schedule) -> bool:
    from cfn_backup.written.occurrences import days_of

    year = max(schedule.years[0], _today().year)
    if len(schedule.hours) > 1:
        return True
    return any(len(days_of(schedule, year, month)) > 1 for month in schedule.months)
