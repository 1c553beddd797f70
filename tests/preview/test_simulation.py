"""How many recovery points a plan keeps, against a brute force that makes and deletes them one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cfn_backup.presets import PLANS
from cfn_backup_tools.preview.plan import Life, Plan, Rule
from cfn_backup_tools.preview.simulation import NINE_YEARS, Range, settled, settled_plan, simulate
from tests.preview import brute_force
from tests.preview.plans import HOURLY_AND_EVERY_12_HOURS, VAULT, preset, random_plan

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RANDOM_PLANS = 300
GROUPS = 20


def _assert_equal_to_brute_force(plan: Plan, start: datetime) -> None:
    # WHEN
    history = simulate(plan, start)

    # THEN every rule has the same warm and cold points at the end of each day
    days = list(brute_force.live(plan, start, NINE_YEARS))
    for number, of_rule in enumerate(history.rules):
        counts = of_rule.counts()
        found = list(zip(counts.warm, counts.cold, strict=True))
        assert found == [day[number] for day in days], plan


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("timezone", ["Etc/UTC", "Europe/Zurich"])
def test_presets_equal_the_brute_force_over_nine_years(name: str, timezone: str) -> None:
    _assert_equal_to_brute_force(preset(name, timezone), START)


@pytest.mark.parametrize("group", range(GROUPS))
def test_random_plans_equal_the_brute_force_over_nine_years(group: int) -> None:
    for seed in range(group, RANDOM_PLANS, GROUPS):
        _assert_equal_to_brute_force(random_plan(seed), START)


def test_the_example_of_24_hours() -> None:
    """Developer guide, Overlapping backup rules: 2 of the longer rule and 8 of the other, not 24."""
    # WHEN
    hourly, every_12_hours = simulate(HOURLY_AND_EVERY_12_HOURS, datetime(2026, 11, 24, tzinfo=UTC)).rules

    # THEN
    assert (hourly.started[0], hourly.suppressed[0]) == (8, 16)
    assert (every_12_hours.started[0], every_12_hours.suppressed[0]) == (2, 0)


@pytest.mark.parametrize(
    ("name", "total", "after_days"),
    [
        ("daily35DayRetention", Range(35, 35), 35),
        ("dailyMonthly1YearRetention", Range(45, 46), 365),
        ("dailyWeeklyMonthly5YearRetention", Range(99, 102), 1825),
        ("dailyWeeklyMonthly7YearRetention", Range(123, 126), 2555),
    ],
)
def test_where_the_presets_settle(name: str, total: Range, after_days: int) -> None:
    found = settled_plan(simulate(preset(name), START))
    assert (found.total, found.after_days) == (total, after_days)


def test_rules_at_distinct_times_keep_both_backups() -> None:
    # GIVEN the way out of the overlap: an hour's window, and hours that differ
    daily = Rule("Daily", "cron(0 5 * * ? *)", Life(35), VAULT, start_window_minutes=60)
    weekly = Rule("Weekly", "cron(0 6 ? * SAT *)", Life(90), VAULT, start_window_minutes=60)

    # WHEN
    history = simulate(Plan((daily, weekly)), START)

    # THEN
    assert not any(history.rules[0].suppressed)


def test_equal_retentions_suppress_nothing() -> None:
    rules = tuple(Rule(name, "cron(0 5 * * ? *)", Life(35), VAULT) for name in ("One", "Two"))
    assert settled_plan(simulate(Plan(rules), START)).total == Range(70, 70)


def test_a_window_that_was_open_at_the_start_suppresses_too() -> None:
    # GIVEN a weekly window of 24 hours that opens two hours before the start, on Tuesday
    weekly = Rule("Weekly", "cron(0 10 ? * TUE *)", Life(90), VAULT, start_window_minutes=1440)
    hourly = Rule("Hourly", "cron(30 * * * ? *)", Life(1), VAULT, start_window_minutes=60)

    # WHEN
    history = simulate(Plan((weekly, hourly)), START)

    # THEN Wednesday's runs until 10:00 are suppressed, too
    assert list(history.rules[1].started[:2]) == [0, 14]


def test_what_is_kept_for_ever_grows() -> None:
    found = settled_plan(simulate(Plan((Rule("Daily", "cron(0 5 * * ? *)", Life(), VAULT),)), START))
    assert found.after_days is None
    assert found.total == Range(NINE_YEARS - 1 - 364, NINE_YEARS - 1)


def test_a_continuous_rule_keeps_one_point() -> None:
    rule = Rule("Continuous", "cron(0 5 * * ? *)", Life(35), VAULT, continuous=True)
    assert settled_plan(simulate(Plan((rule,)), START)).total == Range(1, 1)


def test_a_retention_of_ten_years_is_simulated_to_its_end() -> None:
    # GIVEN a yearly backup
    rule = Rule("Yearly", "cron(0 5 1 1 ? *)", Life(3650, 365), VAULT)

    # WHEN
    history = simulate(Plan((rule,)), START)

    # THEN
    found = settled(history.rules[0].counts(), 3650)
    assert history.days > 3650
    assert (found.total, found.warm, found.cold) == (Range(9, 10), Range(0, 1), Range(8, 9))
