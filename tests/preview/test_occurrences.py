"""When schedules run, by our own calendar and by a walk over every minute."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cfn_backup.written.occurrences import ClockChange, clock_changes, runs
from cfn_backup.written.schedule import parse
from tests.preview.minute_walk import MONTHS, WEEKDAYS, clock, clock_jumps, walk

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ZONES = (
    "Europe/Zurich",
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "Australia/Lord_Howe",  # the clock moves by half an hour
    "Australia/Sydney",
    "America/Sao_Paulo",  # no change any more
    "America/Santiago",  # the clock moves at midnight
    "Africa/Cairo",  # at midnight, too
    "Asia/Beirut",
    "Atlantic/Azores",  # midnight comes twice
    "Asia/Kathmandu",
    "Etc/UTC",
)
EXPRESSIONS = 500


def _times(expression: str, zone: str, first: date, last: date) -> list[datetime]:
    found = runs(parse(expression), ZoneInfo(zone), first, last)
    return [EPOCH + timedelta(minutes=minutes) for _, minutes in found]


def _random_expression(chance: random.Random) -> str:
    minute = chance.choice(["0", "30", "15", str(chance.randrange(60))])
    hour = chance.choice(
        ["*", "2", "1,2,3", "0-4", "22-3", "*/2", "0/6", "1/3", "23", "0", str(chance.randrange(24))]
    )
    month = chance.choice(["*", "*", "*", "*/2", "JAN-JUN", "NOV-APR", "3,4,9,10,11", chance.choice(MONTHS)])
    year = chance.choice(["*", "*", "*", "2026", "2025/2", "2020-2030", "2027,2026"])
    of_month = chance.choice(
        ["*", "*", "L", "LW", "L-3", "15W", "1W", "31W", "*/2", "1/10", "1,15,L", "28-31", "25-5",
         str(chance.randrange(1, 32))]
    )  # fmt: skip
    of_week = chance.choice(
        ["*", "*", "SUN", "L", "1L", "7L", "SUN#1", "1#2", "1#5", "MON-FRI", "FRI-MON", "2/2", "SAT,SUN",
         chance.choice(WEEKDAYS)]
    )  # fmt: skip
    days = (of_month, "?") if chance.random() < 0.5 else ("?", of_week)
    return f"cron({minute} {hour} {days[0]} {month} {days[1]} {year})"


def _expressions(number: int) -> list[str]:
    return [_random_expression(random.Random(seed)) for seed in range(number)]  # noqa: S311 - the same every time


def _changes(zone: ZoneInfo) -> list[date]:
    """The days of both changes of the clock in 2026; those of Europe where a zone has none."""
    changes = [change.astimezone(zone).date() for change in clock_jumps(zone, 2026)]
    return changes or [date(2026, 3, 29), date(2026, 10, 25)]


@pytest.mark.parametrize("name", ZONES)
def test_500_schedules_equal_a_walk_over_every_minute_around_both_changes_of_the_clock(name: str) -> None:
    # GIVEN
    zone = ZoneInfo(name)
    changes = _changes(zone)
    assert len(changes) == 2

    for change in changes:
        first, last = change - timedelta(days=2), change + timedelta(days=2)
        shown = clock(zone, first, last)
        for expression in _expressions(EXPRESSIONS):
            # WHEN
            found = _times(expression, name, first, last)

            # THEN
            assert found == walk(expression, shown), expression


def test_schedules_equal_the_walk_over_two_years_with_a_leap_day() -> None:
    # GIVEN
    first, last = date(2027, 7, 1), date(2029, 6, 30)
    shown = clock(ZoneInfo("Europe/Zurich"), first, last)

    for expression in _expressions(60):
        # WHEN
        found = _times(expression, "Europe/Zurich", first, last)

        # THEN
        assert found == walk(expression, shown), expression


def test_a_run_in_the_hour_that_is_skipped_does_not_take_place() -> None:
    found = _times("cron(30 2 * * ? *)", "Europe/Zurich", date(2026, 3, 28), date(2026, 3, 30))
    assert [time.isoformat() for time in found] == ["2026-03-28T01:30:00+00:00", "2026-03-30T00:30:00+00:00"]


def test_a_run_in_the_hour_that_comes_twice_takes_place_the_first_time() -> None:
    found = _times("cron(30 2 * * ? *)", "Europe/Zurich", date(2026, 10, 25), date(2026, 10, 25))
    assert [time.isoformat() for time in found] == ["2026-10-25T00:30:00+00:00"]


def test_what_a_change_of_the_clock_does_to_a_schedule_is_told() -> None:
    # WHEN
    found = clock_changes(
        parse("cron(30 1-3 * * ? *)"), ZoneInfo("Europe/Zurich"), date(2026, 1, 1), date(2026, 12, 31)
    )

    # THEN
    assert list(found) == [
        ClockChange(date(2026, 3, 29), 150, skipped=True),
        ClockChange(date(2026, 10, 25), 150, skipped=False),
    ]


def test_every_twelve_hours_from_13_o_clock_is_once_a_day() -> None:
    """Developer guide, Backup plan options and configuration: evaluated between 00:00 and 23:59."""
    found = _times("cron(0 13/12 * * ? *)", "Etc/UTC", date(2026, 1, 1), date(2026, 1, 2))
    assert [time.hour for time in found] == [13, 13]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("31W * ?", [30, 31]),  # January and March 2026, no such day in February
        ("L-30 * ?", [1, 1]),
        ("? * 1#5", [29]),  # a fifth Sunday
    ],
)
def test_a_day_that_a_month_does_not_have_does_not_run(days: str, expected: list[int]) -> None:
    found = _times(f"cron(0 5 {days} *)", "Etc/UTC", date(2026, 1, 1), date(2026, 3, 31))
    assert [time.day for time in found] == expected
