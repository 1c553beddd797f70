"""When schedule expressions run, in words of the calendar."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from local_aws.strict_backup.schedule_runs import next_run, runs

NEW_YEAR = dt.datetime(2027, 1, 1, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("cron(0 5 * * ? *)", "2027-01-01 05:00"),
        ("cron(15 * ? * * *)", "2027-01-01 00:15"),
        ("cron(0 5 ? * SAT *)", "2027-01-02 05:00"),
        ("cron(0 5 ? * 6L *)", "2027-01-29 05:00"),
        ("cron(0 5 ? * L *)", "2027-01-02 05:00"),
        ("cron(0 5 ? * 2#2 *)", "2027-01-11 05:00"),
        ("cron(0 5 L * ? *)", "2027-01-31 05:00"),
        ("cron(0 5 L-3 * ? *)", "2027-01-28 05:00"),
        ("cron(0 5 LW * ? *)", "2027-01-29 05:00"),
        ("cron(0 5 2W * ? *)", "2027-01-01 05:00"),
        ("cron(0 5 3W * ? *)", "2027-01-04 05:00"),
        ("cron(0 5 29 2 ? *)", "2028-02-29 05:00"),
        ("cron(0 22-2/2 1 MAR ? 2030)", "2030-03-01 00:00"),
    ],
)
def test_the_next_run(expression: str, first: str) -> None:
    at = next_run(expression, "Etc/UTC", NEW_YEAR)

    assert at is not None
    assert f"{dt.datetime.fromtimestamp(at, dt.UTC):%Y-%m-%d %H:%M}" == first


def test_a_schedule_of_the_past_has_no_next_run() -> None:
    assert next_run("cron(0 5 1 1 ? 2020)", "Etc/UTC", NEW_YEAR) is None


def test_a_skipped_hour_does_not_run_and_a_repeated_one_runs_once() -> None:
    zone = ZoneInfo("Europe/Berlin")

    def days_of(expression: str, month: int) -> list[int]:
        start = dt.datetime(2027, month, 25, tzinfo=zone).timestamp()
        end = dt.datetime(2027, month + 1, 1, tzinfo=zone).timestamp()
        return [dt.datetime.fromtimestamp(at, zone).day for at in runs(expression, zone.key, start, end)]

    assert days_of("cron(30 2 * * ? *)", 3) == [25, 26, 27, 29, 30, 31], (
        "on the 28th there is no half past two"
    )
    assert days_of("cron(30 2 * * ? *)", 10) == [25, 26, 27, 28, 29, 30, 31], "on the 31st there are two"
