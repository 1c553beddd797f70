"""The rules about when a rule of a plan runs."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.asking import text
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import RuleSubject
from cfn_backup.written.recast import shown

# ruff: noqa: PLC0415 - most plans are made of presets, whose schedules need no check, and every cold start counts


def _problem(subject: RuleSubject, kind: str) -> Iterator[Fault]:
    """What is wrong with the schedule that the author wrote, if it is of this kind."""
    written = subject.planned.written
    expression = text(written.schedule_expression) if written is not None else None
    if expression is None:
        return
    from cfn_backup.written.schedule import BadSchedule, parse

    try:
        parse(expression)
    except BadSchedule as problem:
        if type(problem).__name__ == kind:
            yield Fault(subject.planned.at / "ScheduleExpression", str(problem))


@rule(
    "E9208",
    subject=RuleSubject,
    title="Schedule that is no cron expression",
    explanation="A schedule is `cron(<minute> <hour> <day of month> <month> <day of week> <year>)`, with "
    "all six fields and values in their range. `rate(…)` is not supported by AWS Backup.",
    way_out="Write, for instance, `cron(0 5 * * ? *)` for every day at 05:00.",
    source="AWS Backup Developer Guide: Backup plan options and configuration; Amazon EventBridge: Cron "
    "expressions reference",
)
def no_cron_expression(subject: RuleSubject) -> Iterator[Fault]:
    yield from _problem(subject, "Malformed")


@rule(
    "E9209",
    subject=RuleSubject,
    title="Schedule with both days, or with neither",
    explanation="Of day of month and day of week exactly one is `?`: the other says on which days.",
    way_out="Write `?` in one of the two, and `*` or days in the other.",
    source="Amazon EventBridge: Cron expressions reference",
)
def both_day_fields(subject: RuleSubject) -> Iterator[Fault]:
    yield from _problem(subject, "DayFields")


@rule(
    "E9210",
    subject=RuleSubject,
    title="Schedule more often than hourly",
    explanation="AWS Backup runs a rule at most once an hour.",
    way_out="Give a single minute. For less loss of data use `EnableContinuousBackup`.",
    source="AWS Backup Developer Guide: Backup plan options and configuration",
)
def too_often(subject: RuleSubject) -> Iterator[Fault]:
    yield from _problem(subject, "TooOften")


@rule(
    "E9211",
    subject=RuleSubject,
    title="Unknown timezone",
    explanation="`ScheduleExpressionTimezone` is a name of the IANA database, such as `Europe/Zurich`.",
    way_out="Use the name that the message suggests, or `Etc/UTC`.",
    source="AWS Backup API: BackupRuleInput, ScheduleExpressionTimezone",
)
def unknown_timezone(subject: RuleSubject) -> Iterator[Fault]:
    name = text(subject.planned.rule.schedule_expression_timezone)
    if name is None:
        return
    from cfn_backup.rules.timezones import nearest_timezone, timezones

    if name in timezones():
        return
    nearest = nearest_timezone(name)
    hint = f"did you mean {nearest}?" if nearest else "write a name such as Etc/UTC or Europe/Zurich"
    message = f"is {shown(name)}, which is no timezone of the IANA database; {hint}"
    yield Fault(subject.planned.origin("schedule_expression_timezone"), message)
