"""The schedules of AWS Backup: ``cron(minute hour day-of-month month day-of-week year)``.

Grammar: Amazon EventBridge, Cron expressions reference, which the AWS Backup developer guide (Backup plan
options and configuration) points to. At most hourly: there, and the service's own «The interval between
backup jobs shouldn't be less than 60 minutes.»
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from cfn_backup.model.problems import Findings
from cfn_backup.model.recast import shown

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FURTHEST_YEARS = 28
"""How far the next run is looked for: every combination of day and weekday comes back within 28 years."""

FORM = "cron(<minute> <hour> <day of month> <month> <day of week> <year>), such as cron(0 5 * * ? *)"

type DayTest = Callable[[date], bool]


class BadSchedule(Exception):
    """Raised for a schedule that AWS Backup does not understand; carries the code of the rule that it
    breaks."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Field:
    """One field of the expression: what it is called and which values it can have."""

    title: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    wraps: bool = True
    """Whether a range may run over the end, such as ``FRI-MON``."""

    def all(self) -> tuple[int, ...]:
        return tuple(range(self.lowest, self.highest + 1))


MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
DAY_OF_MONTH = Field("day of month", 1, 31)
MONTH = Field("month", 1, 12, MONTHS)
DAY_OF_WEEK = Field("day of week", 1, 7, DAYS)
YEAR = Field("year", 1970, 2199, wraps=False)


@dataclass(frozen=True)
class Schedule:
    """A schedule that AWS Backup understands: one minute of some hours of some days."""

    minute: int
    hours: tuple[int, ...]
    day_of_month: str
    """The field as written, in capitals; ``?`` where the day of the week decides."""
    months: tuple[int, ...]
    day_of_week: str
    years: tuple[int, ...]

    def runs_on(self, day: date) -> bool:
        """Whether there is a run on that day."""
        if day.year not in self.years or day.month not in self.months:
            return False
        if self.day_of_week == "?":
            return any(test(day) for test in _days_of_month(self.day_of_month))
        return any(test(day) for test in _days_of_week(self.day_of_week))

    def next_runs(self, after: datetime, timezone: tzinfo) -> Iterator[datetime]:
        """The runs after a moment, in the timezone of the schedule."""
        today = after.astimezone(timezone).date()
        for offset in range(FURTHEST_YEARS * 366):
            day = today + timedelta(days=offset)
            if not self.runs_on(day):
                continue
            for hour in self.hours:
                run = datetime.combine(day, time(hour, self.minute), timezone)
                if run > after:
                    yield run


def parse(expression: str) -> Schedule:
    """The schedule of a ``cron(…)`` expression; raises BadSchedule."""
    fields = _fields(expression)
    minutes = _values(fields[0], MINUTE)
    hours = _values(fields[1], HOUR)
    months = _values(fields[3], MONTH)
    years = _values(fields[5], YEAR)
    _check_days(fields[2], fields[4])
    if len(minutes) != 1:
        raise BadSchedule(
            "E9210",
            f"is {shown(expression)}, which is more often than hourly: the minute must be a single one, "
            "such as 0",
        )
    return Schedule(minutes[0], hours, fields[2], months, fields[4], years)


def check_schedule(expression: str, findings: Findings, path: str) -> None:
    """Reports an expression that AWS Backup would refuse."""
    try:
        parse(expression)
    except BadSchedule as problem:
        findings.add(problem.code, path, problem.message)


def _fields(expression: str) -> list[str]:
    matched = re.fullmatch(r"cron\((.*)\)", expression, re.DOTALL)
    if not matched:
        raise BadSchedule("E9208", f"is {shown(expression)}; a schedule is written as {FORM}")
    fields = matched[1].upper().split()
    if len(fields) != 6:
        raise BadSchedule(
            "E9208", f"is {shown(expression)} with {len(fields)} fields; six are needed: {FORM}"
        )
    return fields


def _check_days(day_of_month: str, day_of_week: str) -> None:
    for written, tests in ((day_of_month, _days_of_month), (day_of_week, _days_of_week)):
        if written != "?":
            tests(written)
    if (day_of_month == "?") == (day_of_week == "?"):
        both = "neither" if day_of_month == "?" else "both"
        raise BadSchedule(
            "E9209",
            f"has {both} of day of month ({day_of_month}) and day of week ({day_of_week}); exactly one of "
            "them must be ?, "
            "such as cron(0 5 * * ? *) for every day",
        )


def _values(written: str, field: Field) -> tuple[int, ...]:
    """The values that a field without days stands for, ascending."""
    return tuple(sorted({value for part in written.split(",") for value in _part(part, field)}))


def _part(part: str, field: Field) -> tuple[int, ...]:
    """The values of one part between commas: ``*``, ``5``, ``MON-FRI``, ``*/4``, ``8-18/2``."""
    span, slash, step = part.partition("/")
    values = _span(span, field, open_ended=bool(slash))
    if not slash:
        return values
    if not step.isdecimal() or not step.isascii() or int(step[:9]) == 0:
        raise _wrong(part, field)
    if field is MINUTE and int(step[:9]) > field.highest:
        raise _wrong(part, field)
    return values[:: int(step[:9])]


def _span(span: str, field: Field, *, open_ended: bool) -> tuple[int, ...]:
    if span in ("*", "") and (span or open_ended):
        return field.all()
    first, dash, last = span.partition("-")
    start = _value(first, field)
    if not dash:
        return tuple(range(start, field.highest + 1)) if open_ended else (start,)
    end = _value(last, field)
    if start <= end:
        return tuple(range(start, end + 1))
    if not field.wraps:
        raise _wrong(span, field)
    return (*range(start, field.highest + 1), *range(field.lowest, end + 1))


def _value(written: str, field: Field) -> int:
    if written in field.names:
        return field.names.index(written) + field.lowest
    if written.isascii() and written.isdecimal() and len(written) <= 4:
        value = int(written)
        if field.lowest <= value <= field.highest:
            return value
    raise _wrong(written, field)


def _wrong(written: str, field: Field) -> BadSchedule:
    names = f" or {field.names[0]}-{field.names[-1]}" if field.names else ""
    return BadSchedule(
        "E9208",
        f"has {shown(written)} as {field.title}, where {field.lowest}-{field.highest}{names} is possible",
    )


def _days_of_month(written: str) -> tuple[DayTest, ...]:
    return tuple(_day_of_month(part) for part in written.split(","))


def _day_of_month(part: str) -> DayTest:
    """One part of the day of the month: also ``L``, ``L-3``, ``LW`` and ``15W``."""
    if part == "LW":
        return lambda day: day == _nearest_weekday(_last_day(day))
    if part == "L" or re.fullmatch(r"L-([12]?\d|30)", part, re.ASCII):
        before = int(part[2:] or 0)
        return lambda day: day == _last_day(day) - timedelta(days=before)
    if part.endswith("W"):
        number = _value(part[:-1], DAY_OF_MONTH)
        return lambda day: day == _nearest_weekday(_day_in_month(day, number))
    values = _part(part, DAY_OF_MONTH)
    return lambda day: day.day in values


def _days_of_week(written: str) -> tuple[DayTest, ...]:
    if "#" in written and "," in written:
        # documented: with # there can be only one expression in the field
        raise _wrong(written, DAY_OF_WEEK)
    return tuple(_day_of_week(part) for part in written.split(","))


def _day_of_week(part: str) -> DayTest:
    """One part of the day of the week: also ``L`` (Saturday), ``6L`` (the last Friday) and ``3#2`` (the
    second Tuesday)."""
    if part == "L":
        return lambda day: weekday(day) == 7
    name, sharp, which = part.partition("#")
    if sharp:
        if which not in ("1", "2", "3", "4", "5"):
            raise _wrong(part, DAY_OF_WEEK)
        number = _value(name, DAY_OF_WEEK)
        return lambda day: weekday(day) == number and (day.day - 1) // 7 + 1 == int(which)
    if part.endswith("L"):
        last = _value(part[:-1], DAY_OF_WEEK)
        return lambda day: weekday(day) == last and day.day > _last_day(day).day - 7
    values = _part(part, DAY_OF_WEEK)
    return lambda day: weekday(day) in values


def weekday(day: date) -> int:
    """The day of the week as the expressions count: Sunday is 1."""
    return day.isoweekday() % 7 + 1


def _last_day(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _day_in_month(day: date, number: int) -> date:
    return day.replace(day=min(number, _last_day(day).day))


def _nearest_weekday(day: date) -> date:
    """The weekday nearest to a day, within its month."""
    if weekday(day) == 7:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if weekday(day) == 1:
        return day + timedelta(days=1) if day != _last_day(day) else day - timedelta(days=2)
    return day
