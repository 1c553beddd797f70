"""When a schedule runs: its days on the calendar, and its times on the clock of its timezone.

A schedule is placed on wall-clock time. Where the clock goes forward, a run in the hour that does not exist
is skipped; where it goes back, a run in the hour that comes twice runs once, the first time. That is what
Amazon EventBridge Scheduler documents (Schedule types, Daylight savings time), which the AWS Backup
developer guide points to (Backup plan options and configuration).

AWS documents neither ``L-3`` nor ``15W`` at the edge of a month. Here, a day that a month does not have does
not run, and the workday nearest to a day is one of the same month.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from cfn_backup.written.schedule import DayKind, DayPart, Schedule

MINUTES_A_DAY = 24 * 60
EPOCH = date(1970, 1, 1).toordinal()


def days_of(schedule: Schedule, year: int, month: int) -> tuple[int, ...]:
    """The days of this month on which the schedule runs, ascending."""
    if month not in schedule.months or year not in schedule.years:
        return ()
    first_weekday, length = monthrange(year, month)
    # Monday is 0 in Python's calendar, Sunday is 1 in the expression
    first = (first_weekday + 1) % 7 + 1
    chosen = {day for part in schedule.days for day in _days_of_part(part, first, length)}
    return tuple(sorted(day for day in chosen if 1 <= day <= length))


def dates(schedule: Schedule, first: date, last: date) -> Iterator[date]:
    """The dates on which the schedule runs, from the first to the last, both included."""
    for year in range(max(first.year, schedule.years[0]), min(last.year, schedule.years[-1]) + 1):
        for month in schedule.months:
            if (year, month) < (first.year, first.month) or (year, month) > (last.year, last.month):
                continue
            for day in days_of(schedule, year, month):
                if first <= (on := date(year, month, day)) <= last:
                    yield on


def runs(schedule: Schedule, zone: tzinfo, first: date, last: date) -> Iterator[tuple[date, int]]:
    """The runs from the first to the last date on the clock of the zone, both included, ascending: the
    date there, and the minutes since 1970-01-01T00:00Z."""
    clock = Clock(zone)
    for on in dates(schedule, first, last):
        midnight = (on.toordinal() - EPOCH) * MINUTES_A_DAY
        offset = clock.offset_of_day(on)
        for hour in schedule.hours:
            minute = hour * 60 + schedule.minute
            shift = offset if offset is not None else clock.offset(on, minute)
            if shift is not None:
                yield on, midnight + minute - shift


@dataclass(frozen=True)
class ClockChange:
    """A run at a wall time that a change of the clock skips or repeats."""

    on: date
    minute: int
    """Of the day, as the expression says it."""
    skipped: bool
    """Whether the clock never shows this time on this day, so that nothing runs; else it shows it twice, and
    the rule runs once."""


def clock_changes(schedule: Schedule, zone: tzinfo, first: date, last: date) -> Iterator[ClockChange]:
    """The runs from the first to the last date whose wall time there is not exactly once."""
    clock = Clock(zone)
    for on in dates(schedule, first, last):
        if clock.offset_of_day(on) is not None:
            continue
        for hour in schedule.hours:
            minute = hour * 60 + schedule.minute
            if clock.offset(on, minute) is None:
                yield ClockChange(on, minute, skipped=True)
            elif clock.is_repeated(on, minute):
                yield ClockChange(on, minute, skipped=False)


class Clock:
    """The clock of one timezone: how many minutes it is ahead of UTC."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._at_midnight: tuple[int, int] | None = None
        """The ordinal of the day whose beginning was looked at last, and the offset then."""

    def offset_of_day(self, on: date) -> int | None:
        """The offset that holds on the whole day; None where it changes on that day."""
        today = on.toordinal()
        before = self._known(today)
        after = self._minutes(datetime(on.year, on.month, on.day, tzinfo=self._zone) + timedelta(days=1))
        self._at_midnight = (today + 1, after)
        return before if before == after else None

    def offset(self, on: date, minute: int) -> int | None:
        """The offset at this minute of the day; None where the clock skips it, and the earlier where the
        clock shows it twice."""
        wall = datetime(on.year, on.month, on.day, *divmod(minute, 60), tzinfo=self._zone)
        exists = wall.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
        return self._minutes(wall) if exists else None

    def is_repeated(self, on: date, minute: int) -> bool:
        """Whether the clock shows this minute of the day, which exists, twice."""
        wall = datetime(on.year, on.month, on.day, *divmod(minute, 60), tzinfo=self._zone)
        return wall.utcoffset() != wall.replace(fold=1).utcoffset()

    def _known(self, ordinal: int) -> int:
        if self._at_midnight and self._at_midnight[0] == ordinal:
            return self._at_midnight[1]
        on = date.fromordinal(ordinal)
        return self._minutes(datetime(on.year, on.month, on.day, tzinfo=self._zone))

    @staticmethod
    def _minutes(wall: datetime) -> int:
        offset = wall.utcoffset()
        return int(offset.total_seconds()) // 60 if offset else 0


def _days_of_part(part: DayPart, first: int, length: int) -> Iterator[int]:
    """The days that a part chooses in a month of this length that begins on this day of the week; some
    may lie outside the month."""
    match part.kind, part.values:
        case DayKind.DATES, days:
            yield from days
        case DayKind.FROM_END, (days_before,):
            yield length - days_before
        case DayKind.LAST_WORKDAY, _:
            yield _nearest_workday(length, first, length)
        case DayKind.NEAREST_WORKDAY, (day,) if day <= length:
            yield _nearest_workday(day, first, length)
        case DayKind.WEEKDAYS, weekdays:
            for weekday in weekdays:
                yield from range(_first(weekday, first), length + 1, 7)
        case DayKind.LAST_WEEKDAY, (weekday,):
            yield range(_first(weekday, first), length + 1, 7)[-1]
        case DayKind.NTH_WEEKDAY, (weekday, which):
            yield _first(weekday, first) + 7 * (which - 1)


def _first(weekday: int, first: int) -> int:
    """The first such day of the week in a month that begins on ``first``."""
    return (weekday - first) % 7 + 1


def _nearest_workday(day: int, first: int, length: int) -> int:
    weekday = (first + day - 2) % 7 + 1
    if weekday == 7:
        return day - 1 if day > 1 else day + 2
    if weekday == 1:
        return day + 1 if day < length else day - 2
    return day
