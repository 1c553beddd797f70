"""Plans to preview: the presets, AWS's own example and random ones."""

from __future__ import annotations

import random

from cfn_backup.presets import PLANS, RULES
from cfn_backup_tools.preview.plan import Life, Plan, Rule, Vault

VAULT = Vault("vault", "eu-west-1")


def preset(name: str, timezone: str = "Etc/UTC") -> Plan:
    """The rules of a ready-made plan."""
    ready = [RULES[rule] for rule in PLANS[name]]
    return Plan(
        tuple(
            Rule(
                rule.rule_name,
                rule.schedule_expression,
                Life(rule.delete_after_days, rule.move_to_cold_storage_after_days),
                VAULT,
                timezone,
            )
            for rule in ready
        )
    )


HOURLY_AND_EVERY_12_HOURS = Plan(
    (
        Rule("Hourly", "cron(0 * * * ? *)", Life(1), VAULT, start_window_minutes=60),
        Rule("Every12Hours", "cron(0 0/12 * * ? *)", Life(7), VAULT, start_window_minutes=480),
    )
)
"""The example of the developer guide (Backup plan options and configuration, Overlapping backup rules)."""


def random_plan(seed: int) -> Plan:
    """A plan of one to five rules of all kinds; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same plans every time
    return Plan(tuple(_random_rule(f"Rule{n}", chance) for n in range(chance.randint(1, 5))))


def _random_rule(name: str, chance: random.Random) -> Rule:
    hours = chance.choice(["5", "0", "23", "1-3", "*/6", "4,16", "22-1", str(chance.randrange(24))])
    days = chance.choice(
        ["* * ?", "? * *", "? * SAT", "? * MON-FRI", "1 * ?", "1,15 * ?", "L * ?", "LW * ?", "15W * ?",
         "? * 1#1", "? * 6L", "1 JAN,JUL ?", "*/3 * ?", "29 FEB ?"]
    )  # fmt: skip
    minute = chance.choice(["0", "30", str(chance.randrange(60))])
    cold = chance.choice([None, None, 1, 8, 30, 90])
    kept = None if chance.random() < 0.05 else chance.choice([1, 3, 7, 14, 35, 60, 90, 365, 1000, 1825, 2555])
    if cold is not None and kept is not None and kept < cold + 90:
        cold = None
    return Rule(
        name,
        f"cron({minute} {hours} {days} *)",
        Life(kept, cold),
        VAULT,
        chance.choice(["Etc/UTC", "Etc/UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe"]),
        chance.choice([60, 60, 120, 480, 480, 1440, 10080, 50_000]),
    )
