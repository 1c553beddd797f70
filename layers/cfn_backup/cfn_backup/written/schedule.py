"""The schedules of AWS Backup: ``cron(minute hour day-of-month month day-of-week year)``.

Grammar: Amazon EventBridge, Cron expressions reference, which the AWS Backup developer guide (Backup plan
options and configuration) points to. At most hourly: there, and the service's own «The interval between
backup jobs shouldn't be less than 60 minutes.»
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from cfn_backup.written.recast import shown

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FORM = "cron(<minute> <hour> <day of month> <month> <day of week> <year>), such as cron(0 5 * * ? *)"
DEFAULT_EXPRESSION = "cron(0 5 ? * * *)"
"""What AWS Backup uses for a rule without a schedule (API: BackupRuleInput)."""


class BadSchedule(Exception):
    """Raised for a schedule that AWS Backup does not understand. The message continues a sentence that
    begins with the property."""


class Malformed(BadSchedule):
    """The expression has another form, or a field has a value that it cannot have."""


class DayFields(BadSchedule):
    """Both of day of month and day of week are given, or neither is."""


class TooOften(BadSchedule):
    """The schedule runs more often than hourly."""


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
DAY_OF_WEEK = Field("day of week", 1, 7, WEEKDAYS)
YEAR = Field("year", 1970, 2199, wraps=False)


class DayKind(StrEnum):
    """How a part of a day field chooses days of a month."""

    DATES = "dates"
    """``1``, ``1-15/2``, ``*``: the days of these numbers."""
    FROM_END = "days before the last day"
    """``L``, ``L-3``: the last day of the month, or the day so many days before it."""
    LAST_WORKDAY = "last workday"
    """``LW``: the last day of the month that is no Saturday or Sunday."""
    NEAREST_WORKDAY = "nearest workday"
    """``15W``: the workday of the same month that is nearest to this day."""
    WEEKDAYS = "weekdays"
    """``MON-FRI``, ``L``: every such day of the week; 1 is Sunday, 7 is Saturday."""
    LAST_WEEKDAY = "last weekday"
    """``6L``: the last Friday of the month."""
    NTH_WEEKDAY = "nth weekday"
    """``3#2``: the second Tuesday of the month."""


@dataclass(frozen=True)
class DayPart:
    """One part between the commas of a day field."""

    kind: DayKind
    values: tuple[int, ...] = ()
    """The numbers of the kind: days, days of the week, or the day of the week and which one of them."""


@dataclass(frozen=True)
class Schedule:
    """A schedule that AWS Backup understands: one minute of some hours of some days."""

    minute: int
    hours: tuple[int, ...]
    days: tuple[DayPart, ...]
    """From the one of the two day fields that is not ``?``."""
    months: tuple[int, ...]
    years: tuple[int, ...]

    @property
    def every_day(self) -> bool:
        """Whether every day of its months runs, whichever of the two fields says so."""
        return self.days in ((EVERY_DATE,), (EVERY_WEEKDAY,))


EVERY_DATE = DayPart(DayKind.DATES, DAY_OF_MONTH.all())
EVERY_WEEKDAY = DayPart(DayKind.WEEKDAYS, DAY_OF_WEEK.all())


def parse(expression: str) -> Schedule:
    """The schedule of a ``cron(…)`` expression; raises BadSchedule."""
    fields = _fields(expression)
    minutes = _values(fields[0], MINUTE)
    hours = _values(fields[1], HOUR)
    months = _values(fields[3], MONTH)
    years = _values(fields[5], YEAR)
    days = _days(fields[2], fields[4])
    if len(minutes) != 1:
        raise TooOften(
            f"is {shown(expression)}, which is more often than hourly: the minute must be a single one, "
            "such as 0"
        )
    return Schedule(minutes[0], hours, days, months, years)


def _fields(expression: str) -> list[str]:
    matched = re.fullmatch(r"cron\((.*)\)", expression, re.DOTALL)
    if not matched:
        raise Malformed(f"is {shown(expression)}; a schedule is written as {FORM}")
    fields = matched[1].upper().split()
    if len(fields) != 6:
        raise Malformed(f"is {shown(expression)} with {len(fields)} fields; six are needed: {FORM}")
    return fields


def _days(day_of_month: str, day_of_week: str) -> tuple[DayPart, ...]:
    if "#" in day_of_week and "," in day_of_week:
        # documented: with # there can be only one expression in the field
        raise _wrong(day_of_week, DAY_OF_WEEK)
    of_month = () if day_of_month == "?" else tuple(map(_of_month, day_of_month.split(",")))
    of_week = () if day_of_week == "?" else tuple(map(_of_week, day_of_week.split(",")))
    if bool(of_month) == bool(of_week):
        both = "both" if of_month else "neither"
        raise DayFields(
            f"has {both} of day of month ({day_of_month}) and day of week ({day_of_week}); exactly one of "
            "them must be ?, such as cron(0 5 * * ? *) for every day"
        )
    return of_month or of_week


def _of_month(part: str) -> DayPart:
    """One part of the day of the month."""
    if part == "LW":
        return DayPart(DayKind.LAST_WORKDAY)
    if from_end := re.fullmatch(r"L(?:-([12]?\d|30))?", part, re.ASCII):
        return DayPart(DayKind.FROM_END, (int(from_end[1] or 0),))
    if part.endswith("W"):
        return DayPart(DayKind.NEAREST_WORKDAY, (_value(part[:-1], DAY_OF_MONTH),))
    return DayPart(DayKind.DATES, _part(part, DAY_OF_MONTH))


def _of_week(part: str) -> DayPart:
    """One part of the day of the week. ``L`` alone is Saturday, the last day of the week."""
    if part == "L":
        return DayPart(DayKind.WEEKDAYS, (DAY_OF_WEEK.highest,))
    name, sharp, which = part.partition("#")
    if sharp:
        if which not in ("1", "2", "3", "4", "5"):
            raise _wrong(part, DAY_OF_WEEK)
        return DayPart(DayKind.NTH_WEEKDAY, (_value(name, DAY_OF_WEEK), int(which)))
    if part.endswith("L"):
        return DayPart(DayKind.LAST_WEEKDAY, (_value(part[:-1], DAY_OF_WEEK),))
    return DayPart(DayKind.WEEKDAYS, _part(part, DAY_OF_WEEK))


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


def _wrong(written: str, field: Field) -> Malformed:
    names = f" or {field.names[0]}-{field.names[-1]}" if field.names else ""
    return Malformed(
        f"has {shown(written)} as {field.title}, where {field.lowest}-{field.highest}{names} is possible"
    )
