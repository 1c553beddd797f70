"""When a schedule expression runs.

The expression is expanded on wall-clock time and then placed in the rule's time zone, as EventBridge
Scheduler says it does (Scheduler user guide, schedule types): a time that the clock skips does not run, and
one that it repeats runs once, at the first of the two.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from .schedule import DAY_NAMES, Fields, fields_of

_FAR_ENOUGH = dt.timedelta(days=1)
_SEARCHED_DAYS = 366 * 9  # 29 February may be eight years away


def runs(expression: str, timezone: str, after: float, until: float) -> Iterator[float]:
    """Every run in `after < run <= until`, in seconds since the epoch, in order."""
    fields, zone = fields_of(expression), ZoneInfo(timezone)
    day = dt.datetime.fromtimestamp(after, zone).date() - _FAR_ENOUGH
    last = dt.datetime.fromtimestamp(until, zone).date() + _FAR_ENOUGH
    while day <= last:
        for at in _runs_of(day, fields, zone):
            if after < at <= until:
                yield at
        day += dt.timedelta(days=1)


def next_run(expression: str, timezone: str, after: float) -> float | None:
    """The first run after a time; None if there is none in the nine years that follow."""
    return next(runs(expression, timezone, after, after + _SEARCHED_DAYS * 86400), None)


def _runs_of(day: dt.date, fields: Fields, zone: ZoneInfo) -> Iterator[float]:
    if day.year not in fields.years or day.month not in fields.months or not _on(day, fields):
        return
    for hour in sorted(fields.hours):
        for minute in sorted(fields.minutes):
            local = dt.datetime.combine(day, dt.time(hour, minute), zone)
            at = local.timestamp()
            if dt.datetime.fromtimestamp(at, zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                yield at


def _on(day: dt.date, fields: Fields) -> bool:
    if fields.day_of_month == "?":
        return any(_on_weekday(day, part) for part in fields.day_of_week.split(",")) or (
            _sunday_first(day) in fields.weekdays
        )
    return any(_on_month_day(day, part) for part in fields.day_of_month.split(",")) or (
        day.day in fields.month_days
    )


def _on_weekday(day: dt.date, part: str) -> bool:
    """`L` is Saturday, `6L` the last Friday, `6#2` the second Friday."""
    if part.upper() == "L":
        return _sunday_first(day) == 7
    if found := re.fullmatch(r"(\w+?)L", part, re.IGNORECASE):
        return _sunday_first(day) == _weekday(found[1]) and day.day + 7 > _length(day)
    if found := re.fullmatch(r"(\w+)#(\d)", part):
        return _sunday_first(day) == _weekday(found[1]) and (day.day - 1) // 7 + 1 == int(found[2])
    return False


def _on_month_day(day: dt.date, part: str) -> bool:
    """`L` is the last day, `L-3` three before it, `LW` the last weekday, `15W` the weekday nearest to it."""
    text = part.upper()
    if found := re.fullmatch(r"L(?:-(\d+))?", text):
        return day.day == _length(day) - int(found[1] or 0)
    if text == "LW":
        return day.day == _nearest_weekday(day, _length(day))
    if found := re.fullmatch(r"(\d+)W", text):
        return int(found[1]) <= _length(day) and day.day == _nearest_weekday(day, int(found[1]))
    return False


def _nearest_weekday(day: dt.date, number: int) -> int:
    """In the same month, as Quartz defines `W`."""
    weekday = dt.date(day.year, day.month, number).weekday()
    if weekday == 5:
        return number - 1 if number > 1 else number + 2
    if weekday == 6:
        return number + 1 if number < _length(day) else number - 2
    return number


def _length(day: dt.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _sunday_first(day: dt.date) -> int:
    return day.isoweekday() % 7 + 1


def _weekday(text: str) -> int:
    return int(text) if text.isdecimal() else DAY_NAMES.index(text.upper()) + 1
