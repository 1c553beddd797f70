"""The four ready-made plans and the five ready-made rules: with their own vault, a given vault, more rules,
overrides."""

# ruff: noqa: ARG005 - every maker gets the stack and the CDK
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.parity.programs.program import Program, Programs, plan, vault

PLANS = {
    "daily35DayRetention": "daily35_day_retention",
    "dailyMonthly1YearRetention": "daily_monthly1_year_retention",
    "dailyWeeklyMonthly5YearRetention": "daily_weekly_monthly5_year_retention",
    "dailyWeeklyMonthly7YearRetention": "daily_weekly_monthly7_year_retention",
}
RULES = {
    "daily": "daily",
    "weekly": "weekly",
    "monthly1Year": "monthly1_year",
    "monthly5Year": "monthly5_year",
    "monthly7Year": "monthly7_year",
}

# What a ready-made rule says; the CDK has no overrides, so a program spells the whole rule out.
VALUES: Mapping[str, tuple[str, Mapping[str, str], int, int | None]] = {
    "daily": ("Daily", {"hour": "5", "minute": "0"}, 35, None),
    "weekly": ("Weekly", {"hour": "5", "minute": "0", "week_day": "SAT"}, 90, None),
    "monthly1Year": ("Monthly1Year", {"day": "1", "hour": "5", "minute": "0"}, 365, 30),
    "monthly5Year": ("Monthly5Year", {"day": "1", "hour": "5", "minute": "0"}, 1825, 90),
    "monthly7Year": ("Monthly7Year", {"day": "1", "hour": "5", "minute": "0"}, 2555, 90),
}

ARN = "arn:aws:backup:eu-west-1:111122223333:backup-vault:given"

type Vault = Callable[[Any, Any], Any]

VAULTS: Mapping[str, tuple[Vault, Any, Mapping[str, Any]]] = {
    "default": (lambda stack, cdk: None, None, {}),
    "new": (lambda stack, cdk: cdk.backup.BackupVault(stack, "Vault"), {"Ref": "Vault"}, {"Vault": vault()}),
    "name": (
        lambda stack, cdk: cdk.backup.BackupVault.from_backup_vault_name(stack, "Given", "given"),
        "given",
        {},
    ),
    "arn": (lambda stack, cdk: cdk.backup.BackupVault.from_backup_vault_arn(stack, "Given", ARN), ARN, {}),
    "parameter": (
        lambda stack, cdk: cdk.backup.BackupVault.from_backup_vault_name(
            stack, "Given", cdk.CfnParameter(stack, "VaultName").value_as_string
        ),
        {"Ref": "VaultName"},
        {},
    ),
}
"""How a vault can be given: the construct, what it is here, and the resources that it takes."""

VAULT_PARAMETER = {"VaultName": {"Type": "String"}}


def programs() -> Programs:
    """Every combination."""
    for preset, python_name in PLANS.items():
        for how in VAULTS:
            yield _preset(preset, python_name, how)
            for rule, python_rule in RULES.items():
                yield _preset(preset, python_name, how, (rule, python_rule))
        yield _preset_with_both_kinds_of_rules(preset, python_name)
    yield from _ready_made_rules()
    yield from _overrides()


def _given(how: str) -> dict[str, Any]:
    value = VAULTS[how][1]
    return {} if value is None else {"BackupVault": value}


def _preset(preset: str, python_name: str, how: str, rule: tuple[str, str] | None = None) -> Program:
    make, _, resources = VAULTS[how]

    def build(stack: Any, cdk: Any) -> None:
        made = getattr(cdk.backup.BackupPlan, python_name)(stack, "Plan", make(stack, cdk))
        if rule:
            made.add_rule(getattr(cdk.backup.BackupPlanRule, rule[1])())

    rules = {"BackupPlanRules": [{"Preset": rule[0]}]} if rule else {}
    name = f"{preset}-{how}" + (f"-and-{rule[0]}" if rule else "")
    return Program(
        name,
        build,
        {**resources, "Plan": plan(Preset=preset, **_given(how), **rules)},
        ("generated-names",),
        VAULT_PARAMETER if how == "parameter" else {},
    )


def _preset_with_both_kinds_of_rules(preset: str, python_name: str) -> Program:
    def build(stack: Any, cdk: Any) -> None:
        made = getattr(cdk.backup.BackupPlan, python_name)(stack, "Plan")
        other = cdk.backup.BackupVault(stack, "Other")
        made.add_rule(cdk.backup.BackupPlanRule.weekly(other))
        made.add_rule(cdk.backup.BackupPlanRule(rule_name="own", delete_after=cdk.Duration.days(7)))
        made.add_rule(cdk.backup.BackupPlanRule(delete_after=cdk.Duration.days(8)))

    rules = [
        {"Preset": "weekly", "TargetBackupVault": {"Ref": "Other"}},
        {"RuleName": "own", "Lifecycle": {"DeleteAfterDays": "7"}},
        {"Lifecycle": {"DeleteAfterDays": 8}},
    ]
    ours = {"Other": vault(), "Plan": plan(Preset=python_name, BackupPlanRules=rules)}
    return Program(f"{preset}-with-more-rules", build, ours, ("generated-names",))


def _ready_made_rules() -> Programs:
    for rule, python_rule in RULES.items():
        for how, (make, value, resources) in VAULTS.items():

            def build(stack: Any, cdk: Any, python_rule: str = python_rule, make: Vault = make) -> None:
                given = getattr(cdk.backup.BackupPlanRule, python_rule)(make(stack, cdk))
                cdk.backup.BackupPlan(stack, "Plan", backup_plan_rules=[given])

            target = {} if value is None else {"TargetBackupVault": value}
            ours = {**resources, "Plan": plan(BackupPlanRules=[{"Preset": rule, **target}])}
            parameters = VAULT_PARAMETER if how == "parameter" else {}
            yield Program(f"rule-{rule}-{how}", build, ours, ("generated-names",), parameters)

    def build_all(stack: Any, cdk: Any) -> None:
        rules = [getattr(cdk.backup.BackupPlanRule, name)() for name in RULES.values()]
        cdk.backup.BackupPlan(stack, "Plan", backup_plan_rules=rules)

    every = plan(BackupPlanRules=[{"Preset": name} for name in RULES.values()])
    yield Program("rule-all", build_all, {"Plan": every}, ("generated-names",))


OVERRIDES: Mapping[str, tuple[Callable[[Any], Mapping[str, Any]], Mapping[str, Any]]] = {
    "name": (lambda cdk: {"rule_name": "Mine"}, {"RuleName": "Mine"}),
    "retention": (
        lambda cdk: {"delete_after": cdk.Duration.days(3000)},
        {"Lifecycle": {"DeleteAfterDays": "3000"}},
    ),
    "cold": (
        lambda cdk: {
            "move_to_cold_storage_after": cdk.Duration.days(10),
            "delete_after": cdk.Duration.days(110),
        },
        {"Lifecycle": {"DeleteAfterDays": 110, "MoveToColdStorageAfterDays": 10}},
    ),
    "schedule": (
        lambda cdk: {"schedule_expression": cdk.events.Schedule.cron(hour="2", minute="30")},
        {"ScheduleExpression": "cron(30 2 * * ? *)"},
    ),
    "timezone": (
        lambda cdk: {"schedule_expression_timezone": cdk.TimeZone.EUROPE_BERLIN},
        {"ScheduleExpressionTimezone": "Europe/Berlin"},
    ),
    "windows": (
        lambda cdk: {"start_window": cdk.Duration.hours(2), "completion_window": cdk.Duration.hours(10)},
        {"StartWindowMinutes": 120, "CompletionWindowMinutes": "600"},
    ),
    "tags": (lambda cdk: {"recovery_point_tags": {"a": "1"}}, {"RecoveryPointTags": {"a": 1}}),
}


def _overrides() -> Programs:
    for rule, (name, schedule, delete, cold) in VALUES.items():
        for what, (arguments, written) in OVERRIDES.items():

            def build(
                stack: Any,
                cdk: Any,
                base: tuple[str, Mapping[str, str], int, int | None] = (name, schedule, delete, cold),
                arguments: Callable[[Any], Mapping[str, Any]] = arguments,
            ) -> None:
                ready = {
                    "rule_name": base[0],
                    "schedule_expression": cdk.events.Schedule.cron(**base[1]),
                    "delete_after": cdk.Duration.days(base[2]),
                    **({"move_to_cold_storage_after": cdk.Duration.days(base[3])} if base[3] else {}),
                }
                made = cdk.backup.BackupPlanRule(**{**ready, **arguments(cdk)})
                cdk.backup.BackupPlan(stack, "Plan", backup_plan_rules=[made])

            ours = {"Plan": plan(BackupPlanRules=[{"Preset": rule, **written}])}
            yield Program(f"rule-{rule}-override-{what}", build, ours, ("generated-names",))
