"""What recovery points store and cost, against spreadsheets made by hand."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cfn_backup_tools.preview.cost import Cost, Line, cost
from cfn_backup_tools.preview.plan import Copy, Life, Plan, Rule, Vault
from cfn_backup_tools.preview.prices import Price, Prices
from cfn_backup_tools.preview.simulation import simulate
from cfn_backup_tools.preview.sizes import Resource
from cfn_backup_tools.preview.storage import GbDays, Size

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MAIN, COPIES = Vault("Main", "eu-west-1"), Vault("Copies", "eu-central-1")
FILES = Resource("Files", "EFS", Size(100, 1))
ORDERS = Resource("Orders", "DynamoDB", Size(10))
VOLUME = Resource("Volume", "EBS", Size(500, 10))
PRICES = Prices(
    "USD",
    {
        ("eu-west-1", "EFS"): Price(0.05, 0.01),
        ("eu-west-1", "EBS"): Price(0.05),
        ("eu-central-1", "EBS"): Price(0.054),
    },
)


def _rows(sheet: str) -> list[list[str]]:
    with (Path(__file__).parent / "spreadsheets" / f"{sheet}.csv").open(encoding="utf-8") as file:
        return list(csv.reader(file))


def _sums(sheet: str) -> list[list[float]]:
    """The numbers of each row that sums up the ones before it."""
    return [[float(cell) for cell in row if cell.isdigit()] for row in _rows(sheet) if "sum" in row]


def _cost(rule: Rule, *resources: Resource, prices: Prices | None = None) -> Cost:
    return cost(simulate(Plan((rule,)), START), resources, prices)


def _line(rule: Rule, resource: Resource, vault: Vault = MAIN) -> Line:
    [line] = [line for line in _cost(rule, resource).lines if line.vault == vault]
    return line


DAILY = Rule("Daily", "cron(0 5 * * ? *)", Life(35), MAIN)
MONTHLY = Rule("Monthly", "cron(0 5 1 * ? *)", Life(365, 30), MAIN)
WEEKLY = Rule("Weekly", "cron(0 5 ? * SAT *)", Life(28), MAIN, copies=(Copy(COPIES, Life(56)),))


# ---- the three plans ----


def test_the_daily_plan_equals_the_spreadsheet() -> None:
    # GIVEN
    [[gb_days]] = _sums("daily")

    # WHEN
    found = _cost(DAILY, FILES, prices=PRICES)

    # THEN on average 134 GB
    assert found.stored == GbDays(gb_days)
    assert found.per_month == pytest.approx(gb_days / 365 * 0.05) == pytest.approx(6.70)


def test_the_monthly_plan_equals_the_spreadsheet() -> None:
    # GIVEN
    [[table_warm, table_cold, files_warm, files_all]] = _sums("monthly")

    # WHEN
    table, files = _cost(MONTHLY, ORDERS, FILES, prices=PRICES).lines

    # THEN
    assert table.settled_year == GbDays(table_warm, table_cold)
    assert files.settled_year == GbDays(files_warm, files_all - files_warm)
    assert files.per_month == pytest.approx((files_warm * 0.05 + (files_all - files_warm) * 0.01) / 365)


def test_the_weekly_plan_with_copies_equals_the_spreadsheet() -> None:
    # GIVEN
    [[main], [copies]] = _sums("weekly")

    # WHEN
    found = _cost(WEEKLY, VOLUME, prices=PRICES)

    # THEN
    assert [(line.vault, line.settled_year) for line in found.lines] == [
        (MAIN, GbDays(main)),
        (COPIES, GbDays(copies)),
    ]
    assert found.per_month == pytest.approx((main * 0.05 + copies * 0.054) / 365)


# ---- kinds of resources ----


def test_a_type_without_cold_storage_stays_warm() -> None:
    bucket = Resource("Bucket", "S3", Size(100))
    assert _line(MONTHLY, bucket).settled_year.cold == 0


def test_volumes_are_archived_in_full_on_opting_in() -> None:
    # GIVEN
    archived = Rule("Monthly", "cron(0 5 1 * ? *)", Life(365, 30, archives_volumes=True), MAIN)
    [[_, table_cold, *_]] = _sums("monthly")

    # WHEN, THEN each cold point is the whole volume, which is 50 times the table
    assert _line(archived, VOLUME).settled_year.cold == table_cold * 50
    assert _line(MONTHLY, VOLUME).settled_year.cold == 0


def test_changes_between_backups_are_at_most_the_whole_resource() -> None:
    # GIVEN a file system that changes entirely within a month
    busy = Resource("Busy", "EFS", Size(100, 10))

    # WHEN
    stored = _line(MONTHLY, busy).settled_year

    # THEN it is as if each backup were full
    full = _line(MONTHLY, Resource("Table", "DynamoDB", Size(100))).settled_year
    assert stored.warm + stored.cold == full.warm + full.cold


def test_a_continuous_backup_stores_the_resource_and_its_changes() -> None:
    # GIVEN
    rule = Rule("Continuous", "cron(0 5 * * ? *)", Life(35), MAIN, continuous=True)
    bucket = Resource("Bucket", "S3", Size(100, 1))

    # WHEN, THEN
    assert _line(rule, bucket).settled_year == GbDays(135 * 365)


def test_a_continuous_rule_takes_snapshots_of_what_has_no_point_in_time_restore() -> None:
    rule = Rule("Continuous", "cron(0 5 * * ? *)", Life(35), MAIN, continuous=True)
    assert _line(rule, FILES) == _line(DAILY, FILES)


def test_the_first_year_stores_less() -> None:
    # GIVEN a first job on the second day; the points add up until 35 are kept
    line = _line(DAILY, FILES)

    # THEN on day n of the first 35 there are n points
    assert line.first_year == GbDays(sum(100 + n - 1 for n in range(1, 36)) + 134 * (364 - 35))


def test_two_rules_share_what_did_not_change() -> None:
    # GIVEN the same days kept by two rules of which neither suppresses the other
    rules = (DAILY, Rule("Second", "cron(0 5 * * ? *)", Life(35), MAIN))

    # WHEN
    [line] = cost(simulate(Plan(rules), START), [FILES], None).lines

    # THEN
    assert line.settled_year == GbDays(134 * 365)


# ---- prices that are not there ----


def test_without_prices_there_are_units_only() -> None:
    found = _cost(DAILY, FILES)
    assert (found.currency, found.per_month, found.without_price) == (None, None, [])


def test_what_has_no_price_is_named_and_not_in_the_sum() -> None:
    # WHEN
    found = _cost(WEEKLY, VOLUME, ORDERS, prices=PRICES)

    # THEN
    assert found.without_price == ["DynamoDB in eu-central-1", "DynamoDB in eu-west-1"]
    assert found.per_month == _cost(WEEKLY, VOLUME, prices=PRICES).per_month


def test_a_price_of_cold_storage_is_needed_only_for_what_is_cold() -> None:
    # GIVEN prices for warm storage alone
    prices = Prices("USD", {("eu-west-1", "EFS"): Price(0.05)})

    # WHEN, THEN
    assert _cost(DAILY, FILES, prices=prices).without_price == []
    assert _cost(MONTHLY, FILES, prices=prices).without_price == ["EFS in eu-west-1"]
