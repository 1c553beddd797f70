"""The next runs, and which of them another rule suppresses."""

from __future__ import annotations

from datetime import UTC, datetime

from cfn_backup_tools.preview.plan import Life, Plan, Rule
from cfn_backup_tools.preview.runs import next_runs
from tests.preview.plans import HOURLY_AND_EVERY_12_HOURS, VAULT, preset

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_run_is_shown_with_its_window_on_the_clock_of_its_zone() -> None:
    # GIVEN
    plan = preset("daily35DayRetention", "Europe/Zurich")

    # WHEN, over the night in which the clock goes back
    runs = next_runs(plan, plan.rules[0], datetime(2026, 10, 24, 3, 1, tzinfo=UTC), 2)

    # THEN
    assert [(run.start.isoformat(), run.window_end.isoformat()) for run in runs] == [
        ("2026-10-25T05:00:00+01:00", "2026-10-25T13:00:00+01:00"),
        ("2026-10-26T05:00:00+01:00", "2026-10-26T13:00:00+01:00"),
    ]


def test_a_window_is_as_long_as_it_says_where_the_clock_moves_in_it() -> None:
    # GIVEN
    rule = Rule("Night", "cron(0 0 * * ? *)", Life(35), VAULT, "Europe/Zurich")

    # WHEN
    [run] = next_runs(Plan((rule,)), rule, datetime(2026, 3, 28, 23, 0, tzinfo=UTC), 1)

    # THEN eight hours later the clock shows nine
    assert run.start.isoformat() == "2026-03-29T00:00:00+01:00"
    assert run.window_end.isoformat() == "2026-03-29T09:00:00+02:00"


def test_a_run_at_the_very_start_is_the_first() -> None:
    plan = preset("daily35DayRetention")
    [run] = next_runs(plan, plan.rules[0], datetime(2026, 11, 24, 5, 0, tzinfo=UTC), 1)
    assert run.start == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def test_the_example_of_24_hours_run_by_run() -> None:
    # WHEN
    hourly, every_12_hours = HOURLY_AND_EVERY_12_HOURS.rules
    runs = next_runs(HOURLY_AND_EVERY_12_HOURS, hourly, MIDNIGHT, 24)

    # THEN
    assert [run.start.hour for run in runs if not run.suppressed_by] == [8, 9, 10, 11, 20, 21, 22, 23]
    assert {run.suppressed_by for run in runs} == {None, every_12_hours.name}


def test_the_rule_with_the_longest_retention_is_named() -> None:
    # GIVEN the first of the month, which is a Saturday
    plan = preset("dailyWeeklyMonthly7YearRetention")

    # WHEN
    [run] = next_runs(plan, plan.rules[0], datetime(2027, 5, 1, tzinfo=UTC), 1)

    # THEN
    assert run.suppressed_by == "Monthly7Year"


def test_a_schedule_that_is_over_has_no_runs() -> None:
    rule = Rule("Past", "cron(0 5 * * ? 2025)", Life(35), VAULT)
    assert next_runs(Plan((rule,)), rule, MIDNIGHT, 3) == ()


def test_the_next_run_may_be_years_away() -> None:
    rule = Rule("LeapDay", "cron(0 5 29 2 ? *)", Life(35), VAULT)
    [run] = next_runs(Plan((rule,)), rule, datetime(2096, 3, 1, tzinfo=UTC), 1)
    assert run.start.year == 2104


def test_a_window_of_a_hundred_years_covers_what_comes_after_its_only_run() -> None:
    # GIVEN
    once = Rule("Once", "cron(0 5 1 1 ? 2020)", Life(), VAULT, start_window_minutes=52_560_000)
    daily = Rule("Daily", "cron(0 5 * * ? *)", Life(35), VAULT)

    # WHEN
    [run] = next_runs(Plan((once, daily)), daily, MIDNIGHT, 1)

    # THEN
    assert run.suppressed_by == "Once"
