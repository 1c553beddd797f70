"""The ready-made rules and plans of the AWS CDK's ``aws-backup`` library,
as it renders them (aws-cdk-lib 2.275.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PresetRule:
    """A ready-made rule; days as AWS Backup counts them, from the creation of the recovery point."""

    rule_name: str
    schedule_expression: str
    delete_after_days: int
    move_to_cold_storage_after_days: int | None = None


RULES: Mapping[str, PresetRule] = {
    "daily": PresetRule("Daily", "cron(0 5 * * ? *)", 35),
    "weekly": PresetRule("Weekly", "cron(0 5 ? * SAT *)", 90),
    "monthly1Year": PresetRule("Monthly1Year", "cron(0 5 1 * ? *)", 365, 30),
    "monthly5Year": PresetRule("Monthly5Year", "cron(0 5 1 * ? *)", 1825, 90),
    "monthly7Year": PresetRule("Monthly7Year", "cron(0 5 1 * ? *)", 2555, 90),
}

PLANS: Mapping[str, tuple[str, ...]] = {
    "daily35DayRetention": ("daily",),
    "dailyMonthly1YearRetention": ("daily", "monthly1Year"),
    "dailyWeeklyMonthly5YearRetention": ("daily", "weekly", "monthly5Year"),
    "dailyWeeklyMonthly7YearRetention": ("daily", "weekly", "monthly7Year"),
}

PYTHON_SPELLINGS: Mapping[str, str] = {
    "daily35_day_retention": "daily35DayRetention",
    "daily_monthly1_year_retention": "dailyMonthly1YearRetention",
    "daily_weekly_monthly5_year_retention": "dailyWeeklyMonthly5YearRetention",
    "daily_weekly_monthly7_year_retention": "dailyWeeklyMonthly7YearRetention",
    "monthly1_year": "monthly1Year",
    "monthly5_year": "monthly5Year",
    "monthly7_year": "monthly7Year",
}
"""How the CDK for Python spells the same names."""


def preset_name(text: str) -> str:
    """The preset's name for either spelling; any other text is returned as it is."""
    return PYTHON_SPELLINGS.get(text, text)
