"""Schedules: how they read in words."""

from __future__ import annotations

import pytest

from cfn_backup.rules.schedule_words import describe


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
        ("cron(0 5 15W * ? *)", "on the weekday nearest to the 15th of every month at 05:00 UTC"),
        ("cron(0 5 1,15,L * ? *)", "on the 1st, 15th and last day of every month at 05:00 UTC"),
        ("cron(0 5 L-3 * ? *)", "on the 3rd day before the last day of every month at 05:00 UTC"),
        ("cron(0 5 1-7 * ? *)", "on the 1st to 7th of every month at 05:00 UTC"),
        ("cron(0 5 ? * MON,6L *)", "every Monday and on the last Friday of every month at 05:00 UTC"),
        ("cron(0 5 ? * FRI-MON *)", "every Friday to Monday at 05:00 UTC"),
        ("cron(0 5 1/2 * ? *)", "cron(0 5 1/2 * ? *) (UTC)"),
        ("cron(0 5 * * ? 2030)", "every day at 05:00 UTC in 2030"),
        ("cron(0 5 * * ? 2030/1)", "every day at 05:00 UTC from 2030"),
        ("rate(1 day)", "rate(1 day)"),
    ],
)
def test_in_words(expression: str | None, words: str) -> None:
    assert describe(expression) == words


def test_in_words_with_a_timezone() -> None:
    assert describe("cron(0 5 * * ? *)", "Europe/Zurich") == "every day at 05:00 Europe/Zurich"
    assert describe("cron(0 5 * * ? *)", "Etc/UTC") == "every day at 05:00 UTC"
