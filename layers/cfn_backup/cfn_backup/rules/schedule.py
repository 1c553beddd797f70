"""The schedules of AWS Backup: ``cron(minute hour day-of-month month day-of-week year)``.

Grammar: Amazon EventBridge, Cron expressions reference, which the AWS Backup developer guide (Backup plan
options and configuration) points to. At most hourly: there, and the service's own «The interval between
backup jobs shouldn't be less than 60 minutes.»
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cfn_backup.written.problems import Findings
from cfn_backup.written.recast import shown

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FORM = "cron(<minute> <hour> <day of month> <month> <day of week> <year>), such as cron(0 5 * * ? *)"


class BadSchedule(Exception):
    """Raised for a schedule that AWS Backup does not understand;
    carries the code of the rule that it breaks."""

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
    if "#" in day_of_week and "," in day_of_week:
        # documented: with # there can be only one expression in the field
        raise _wrong(day_of_week, DAY_OF_WEEK)
    for written, check in ((day_of_month, _check_day_of_month), (day_of_week, _check_day_of_week)):
        for part in written.split(",") if written != "?" else ():
            check(part)
    if (day_of_month == "?") == (day_of_week == "?"):
        both = "neither" if day_of_month == "?" else "both"
        raise BadSchedule(
            "E9209",
            f"has {both} of day of month ({day_of_month}) and day of week ({day_of_week}); exactly one of "
            "them must be ?, such as cron(0 5 * * ? *) for every day",
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


def _check_day_of_month(part: str) -> None:
    """One part of the day of the month: also ``L``, ``L-3``, ``LW`` and ``15W``."""
    if part in ("L", "LW") or re.fullmatch(r"L-([12]?\d|30)", part, re.ASCII):
        return
    if part.endswith("W"):
        _value(part[:-1], DAY_OF_MONTH)
    else:
        _part(part, DAY_OF_MONTH)


def _check_day_of_week(part: str) -> None:
    """One part of the day of the week: also ``L`` (Saturday),
    ``6L`` (the last Friday) and ``3#2`` (the second Tuesday)."""
    name, sharp, which = part.partition("#")
    if part == "L":
        return
    if sharp:
        _value(name, DAY_OF_WEEK)
        if which not in ("1", "2", "3", "4", "5"):
            raise _wrong(part, DAY_OF_WEEK)
    elif part.endswith("L"):
        _value(part[:-1], DAY_OF_WEEK)
    else:
        _part(part, DAY_OF_WEEK)
