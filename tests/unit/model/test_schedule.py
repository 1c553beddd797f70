"""Schedules: when they run, and how they read in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from cfn_backup.model.schedule import parse, weekday
from cfn_backup.model.schedule_words import describe

A_MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("cron(0 5 * * ? *)", ["2026-11-23 05:00", "2026-11-24 05:00"]),
        ("cron(0 2 * * ? *)", ["2026-11-24 02:00", "2026-11-25 02:00"]),
        ("cron(15 * ? * * *)", ["2026-11-23 03:15", "2026-11-23 04:15"]),
        ("cron(0 0/12 * * ? *)", ["2026-11-23 12:00", "2026-11-24 00:00"]),
        ("cron(0 5 ? * SAT *)", ["2026-11-28 05:00", "2026-12-05 05:00"]),
        ("cron(0 5 ? * 7 *)", ["2026-11-28 05:00", "2026-12-05 05:00"]),
        ("cron(0 5 ? * L *)", ["2026-11-28 05:00", "2026-12-05 05:00"]),
        ("cron(0 5 ? * FRI-SUN *)", ["2026-11-27 05:00", "2026-11-28 05:00"]),
        ("cron(0 5 ? * 6L *)", ["2026-11-27 05:00", "2026-12-25 05:00"]),
        ("cron(0 5 ? * 2#1 *)", ["2026-12-07 05:00", "2027-01-04 05:00"]),
        ("cron(0 5 ? * 2#5 *)", ["2026-11-30 05:00", "2027-03-29 05:00"]),
        ("cron(0 5 1 * ? *)", ["2026-12-01 05:00", "2027-01-01 05:00"]),
        ("cron(0 5 31 * ? *)", ["2026-12-31 05:00", "2027-01-31 05:00"]),
        ("cron(0 5 L * ? *)", ["2026-11-30 05:00", "2026-12-31 05:00"]),
        ("cron(0 5 L-1 * ? *)", ["2026-11-29 05:00", "2026-12-30 05:00"]),
        ("cron(0 5 LW * ? *)", ["2026-11-30 05:00", "2026-12-31 05:00"]),
        ("cron(0 5 1W * ? *)", ["2026-12-01 05:00", "2027-01-01 05:00"]),
        ("cron(0 5 1W MAY ? *)", ["2027-05-03 05:00", "2028-05-01 05:00"]),
        ("cron(0 5 31W JAN ? *)", ["2027-01-29 05:00", "2028-01-31 05:00"]),
        ("cron(0 5 29 2 ? *)", ["2028-02-29 05:00", "2032-02-29 05:00"]),
        ("cron(0 5 */10 * ? *)", ["2026-12-01 05:00", "2026-12-11 05:00"]),
        ("cron(0 5 1 1 ? 2030)", ["2030-01-01 05:00"]),
        ("cron(0 5 1 1 ? 2020)", []),
    ],
)
def test_next_runs(expression: str, runs: list[str]) -> None:
    found = islice(parse(expression).next_runs(A_MONDAY, UTC), 2)
    assert [f"{run:%Y-%m-%d %H:%M}" for run in found] == runs


def test_runs_are_in_the_timezone_of_the_schedule() -> None:
    [run] = islice(parse("cron(0 5 * * ? *)").next_runs(A_MONDAY, ZoneInfo("Europe/Zurich")), 1)
    assert run.astimezone(UTC) == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_sunday_is_the_first_day_of_the_week() -> None:
    assert [weekday(date(2026, 11, day)) for day in (22, 23, 28)] == [1, 2, 7]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (None, "every day at 05:00 UTC"),
        ("cron(0 5 * * ? *)", "every day at 05:00 UTC"),
        ("cron(0 5 ? * SAT *)", "every Saturday at 05:00 UTC"),
        ("cron(0 5 1 * ? *)", "on the 1st of every month at 05:00 UTC"),
        ("cron(15 * ? * * *)", "every day, hourly at minute 15 UTC"),
        ("cron(0 */6 * * ? *)", "every day, every 6 hours from 00:00 UTC"),
        ("cron(30 8,12 ? * MON-FRI *)", "every Monday to Friday at 08:30 and 12:30 UTC"),
        ("cron(0 5 ? * MON,THU *)", "every Monday and Thursday at 05:00 UTC"),
        ("cron(0 5 ? * 2#1 *)", "on the 1st Monday of every month at 05:00 UTC"),
        ("cron(0 5 ? * 6L JAN)", "cron(0 5 ? * 6L JAN)"),
        ("cron(0 5 ? JAN 6L *)", "on the last Friday of January at 05:00 UTC"),
        ("cron(0 5 L * ? *)", "on the last day of every month at 05:00 UTC"),
        ("cron(0 5 1,15,22 JAN,JUL ? *)", "on the 1st, 15th and 22nd of January and July at 05:00 UTC"),
        ("cron(0 5 * DEC ? *)", "every day in December at 05:00 UTC"),
        ("cron(0 5 15W * ? *)", "cron(0 5 15W * ? *) (UTC)"),
        ("cron(0 5 * * ? 2030)", "cron(0 5 * * ? 2030) (UTC)"),
        ("rate(1 day)", "rate(1 day)"),
    ],
)
def test_in_words(expression: str | None, words: str) -> None:
    assert describe(expression) == words


def test_in_words_with_a_timezone() -> None:
    assert describe("cron(0 5 * * ? *)", "Europe/Zurich") == "every day at 05:00 Europe/Zurich"
    assert describe("cron(0 5 * * ? *)", "Etc/UTC") == "every day at 05:00 UTC"
