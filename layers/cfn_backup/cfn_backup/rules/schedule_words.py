"""A schedule in words: ``cron(0 5 ? * SAT *)`` is «every Saturday at 05:00 UTC»."""

from __future__ import annotations

from itertools import pairwise

from cfn_backup.rules.schedule import BadSchedule, Schedule, parse

DEFAULT_EXPRESSION = "cron(0 5 ? * * *)"
"""What AWS Backup uses for a rule without a schedule (API: BackupRuleInput)."""
UNIVERSAL = ("UTC", "Etc/UTC")

WEEKDAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def describe(expression: str | None, timezone: str | None = None) -> str:
    """The schedule in words; the expression itself where it says more than a sentence can, or is wrong."""
    try:
        schedule = parse(expression or DEFAULT_EXPRESSION)
    except BadSchedule:
        return str(expression)
    zone = "UTC" if timezone in (None, "", *UNIVERSAL) else timezone
    days, times = _days(schedule), _times(schedule)
    if days is None or len(schedule.years) < 230:
        return f"{expression} ({zone})"
    return f"{days}{' ' if times.startswith('at') else ', '}{times} {zone}"


def _times(schedule: Schedule) -> str:
    if len(schedule.hours) == 24:
        return f"hourly at minute {schedule.minute}"
    step = _step(schedule.hours)
    if step and len(schedule.hours) > 3:
        return f"every {step} hours from {schedule.hours[0]:02}:{schedule.minute:02}"
    return "at " + _listed([f"{hour:02}:{schedule.minute:02}" for hour in schedule.hours])


def _step(hours: tuple[int, ...]) -> int | None:
    """The distance of hours that are evenly spread over the day."""
    steps = {later - earlier for earlier, later in pairwise(hours)}
    if len(steps) != 1:
        return None
    [step] = steps
    return step if 24 % step == 0 and len(hours) == 24 // step else None


def _days(schedule: Schedule) -> str | None:
    months = (
        "" if len(schedule.months) == 12 else _listed([MONTH_NAMES[month - 1] for month in schedule.months])
    )
    if schedule.day_of_week == "?":
        return _days_of_month(schedule.day_of_month, months)
    return _days_of_week(schedule.day_of_week, months)


def _days_of_month(written: str, months: str) -> str | None:
    if written == "*":
        return f"every day in {months}" if months else "every day"
    of = f"of {months}" if months else "of every month"
    if written == "L":
        return f"on the last day {of}"
    if written == "LW":
        return f"on the last weekday {of}"
    if all(part.isdecimal() for part in written.split(",")):
        return f"on the {_listed([_ordinal(int(part)) for part in written.split(',')])} {of}"
    return None


def _days_of_week(written: str, months: str) -> str | None:
    within = f" in {months}" if months else ""
    if written in ("*", "L"):
        return f"every {'day' if written == '*' else 'Saturday'}{within}"
    name, sharp, which = written.partition("#")
    if sharp:
        return f"on the {_ordinal(int(which))} {_weekday(name)} of {months or 'every month'}"
    if written.endswith("L"):
        return f"on the last {_weekday(written[:-1])} of {months or 'every month'}"
    spans = [] if "/" in written else [_span_of_weekdays(part) for part in written.split(",")]
    return f"every {_listed(spans)}{within}" if spans else None


def _span_of_weekdays(written: str) -> str:
    first, dash, last = written.partition("-")
    return f"{_weekday(first)} to {_weekday(last)}" if dash else _weekday(first)


def _weekday(written: str) -> str:
    if written.isdecimal():
        return WEEKDAY_NAMES[int(written) - 1]
    return next(name for name in WEEKDAY_NAMES if name[:3].upper() == written)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
