"""Rules and plans member by member, alone and together."""

# ruff: noqa: ARG005 - every maker gets the stack and the CDK
from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from tests.parity.programs.program import Program, Programs, plan, vault

COPIES = "arn:aws:backup:us-west-2:999988887777:backup-vault:central"

type Arguments = Callable[[Any, Any], Mapping[str, Any]]


def _copy(stack: Any, cdk: Any, **lifecycle: int) -> Any:
    destination = stack.node.try_find_child("Central") or cdk.backup.BackupVault.from_backup_vault_arn(
        stack, "Central", COPIES
    )
    days = {name: cdk.Duration.days(number) for name, number in lifecycle.items()}
    return cdk.backup.BackupPlanCopyActionProps(destination_backup_vault=destination, **days)


MEMBERS: Mapping[str, tuple[Arguments, Mapping[str, Any]]] = {
    "name": (lambda s, c: {"rule_name": "a.B-c_1"}, {"RuleName": "a.B-c_1"}),
    "cron": (
        lambda s, c: {"schedule_expression": c.events.Schedule.cron(day="15", hour="3", minute="30")},
        {"ScheduleExpression": "cron(30 3 15 * ? *)"},
    ),
    "expression": (
        lambda s, c: {"schedule_expression": c.events.Schedule.expression("cron(0 0/4 ? * MON-FRI *)")},
        {"ScheduleExpression": "cron(0 0/4 ? * MON-FRI *)"},
    ),
    "timezone": (
        lambda s, c: {"schedule_expression_timezone": c.TimeZone.ASIA_TOKYO},
        {"ScheduleExpressionTimezone": "Asia/Tokyo"},
    ),
    "start": (lambda s, c: {"start_window": c.Duration.minutes(90)}, {"StartWindowMinutes": "90"}),
    "completion": (
        lambda s, c: {"completion_window": c.Duration.hours(20)},
        {"CompletionWindowMinutes": 1200},
    ),
    "delete": (
        lambda s, c: {"delete_after": c.Duration.days(365)},
        {"Lifecycle": {"DeleteAfterDays": "365"}},
    ),
    "cold": (
        lambda s, c: {"move_to_cold_storage_after": c.Duration.days(30)},
        {"Lifecycle": {"MoveToColdStorageAfterDays": 30}},
    ),
    "not-continuous": (lambda s, c: {"enable_continuous_backup": False}, {"EnableContinuousBackup": "false"}),
    "tags": (
        lambda s, c: {"recovery_point_tags": {"stage": "prod", "cost center": "cloud"}},
        {"RecoveryPointTags": {"stage": "prod", "cost center": "cloud"}},
    ),
    "copy": (
        lambda s, c: {"copy_actions": [_copy(s, c)]},
        {"CopyActions": [{"DestinationBackupVaultArn": COPIES}]},
    ),
    "index": (
        lambda s, c: {
            "index_actions": [
                c.backup.BackupPlanIndexActionProps(resource_types=[c.backup.IndexActionResourceType.S3])
            ]
        },
        {"IndexActions": [{"ResourceTypes": ["S3"]}]},
    ),
}
"""Each member as the CDK has it and as it is written here."""

SPECIAL: Mapping[str, tuple[Arguments, Mapping[str, Any]]] = {
    "bare": (lambda s, c: {}, {}),
    "continuous": (lambda s, c: {"enable_continuous_backup": True}, {"EnableContinuousBackup": True}),
    "continuous-14": (
        lambda s, c: {"enable_continuous_backup": True, "delete_after": c.Duration.days(14)},
        {"EnableContinuousBackup": "true", "Lifecycle": {"DeleteAfterDays": 14}},
    ),
    "copy-lifecycle": (
        lambda s, c: {"copy_actions": [_copy(s, c, delete_after=120, move_to_cold_storage_after=30)]},
        {
            "CopyActions": [
                {
                    "DestinationBackupVaultArn": COPIES,
                    "Lifecycle": {"DeleteAfterDays": 120, "MoveToColdStorageAfterDays": 30},
                }
            ]
        },
    ),
    "copy-twice": (
        lambda s, c: {"copy_actions": [_copy(s, c, delete_after=10), _copy(s, c, delete_after=20)]},
        {
            "CopyActions": [
                {"DestinationBackupVaultArn": COPIES, "Lifecycle": {"DeleteAfterDays": days}}
                for days in (10, 20)
            ]
        },
    ),
    "index-ebs": (
        lambda s, c: {
            "index_actions": [
                c.backup.BackupPlanIndexActionProps(resource_types=[c.backup.IndexActionResourceType.EBS])
            ]
        },
        {"IndexActions": [{"ResourceTypes": ["EBS"]}]},
    ),
}


def programs() -> Programs:
    """Each member, each pair of members, the special rules, and plans of several rules."""
    for name, (arguments, written) in {**MEMBERS, **SPECIAL}.items():
        yield _rule(name, [arguments], written)
    for (one, (first, a)), (other, (second, b)) in combinations(MEMBERS.items(), 2):
        if {one, other} == {"cron", "expression"}:
            continue
        yield _rule(f"{one}-{other}", [first, second], _merged(a, b))
    yield from _plans()
    yield from _references()


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    if "Lifecycle" in one and "Lifecycle" in other:
        return {"Lifecycle": {**one["Lifecycle"], **other["Lifecycle"]}}
    return {**one, **other}


def _rule(name: str, arguments: list[Arguments], written: Mapping[str, Any]) -> Program:
    def build(stack: Any, cdk: Any) -> None:
        given = {key: value for each in arguments for key, value in each(stack, cdk).items()}
        cdk.backup.BackupPlan(stack, "Plan", backup_plan_rules=[cdk.backup.BackupPlanRule(**given)])

    return Program(
        f"member-{name}", build, {"Plan": plan(BackupPlanRules=[dict(written)])}, ("generated-names",)
    )


def _plans() -> Programs:
    def named(stack: Any, cdk: Any) -> None:
        rules = [cdk.backup.BackupPlanRule(), cdk.backup.BackupPlanRule.daily(), cdk.backup.BackupPlanRule()]
        cdk.backup.BackupPlan(stack, "Plan", backup_plan_name="my-plan", backup_plan_rules=rules)

    ours = plan(BackupPlanName="my-plan", BackupPlanRules=[{}, {"Preset": "daily"}, {}])
    yield Program("plan-named", named, {"Plan": ours}, ("generated-names", "rule-names-by-plan-name"))

    def vss(stack: Any, cdk: Any) -> None:
        cdk.backup.BackupPlan(
            stack, "Plan", windows_vss=True, backup_plan_rules=[cdk.backup.BackupPlanRule.daily()]
        )

    for flag in (True, "true", "True"):
        ours = plan(WindowsVss=flag, BackupPlanRules=[{"Preset": "daily"}])
        yield Program(f"plan-vss-{type(flag).__name__}-{flag}", vss, {"Plan": ours}, ("generated-names",))

    def tagged(stack: Any, cdk: Any) -> None:
        made = cdk.backup.BackupPlan.daily35_day_retention(stack, "Plan")
        cdk.Tags.of(made).add("team", "storage")
        cdk.Tags.of(made).add("env", "prod")
        made.add_selection("Selection", resources=[cdk.backup.BackupResource.from_tag("a", "b")])

    ours = plan(
        Preset="daily35DayRetention",
        BackupPlanTags={"team": "storage", "env": "prod"},
        Selections=[{"SelectionName": "Selection", "Resources": [{"Tag": {"Key": "a", "Value": "b"}}]}],
    )
    yield Program(
        "plan-tags",
        tagged,
        {"Plan": ours},
        ("generated-names", "shared-role", "selection-ids", "policies-for-buckets"),
    )

    def precedence(stack: Any, cdk: Any) -> None:
        of_plan, of_rule = (
            cdk.backup.BackupVault(stack, "PlanVault"),
            cdk.backup.BackupVault(stack, "RuleVault"),
        )
        rules = [
            cdk.backup.BackupPlanRule(rule_name="own", backup_vault=of_rule),
            cdk.backup.BackupPlanRule(rule_name="plans"),
        ]
        cdk.backup.BackupPlan(stack, "Plan", backup_vault=of_plan, backup_plan_rules=rules)

    ours = plan(
        BackupVault={"Fn::GetAtt": ["PlanVault", "BackupVaultArn"]},
        BackupPlanRules=[
            {"RuleName": "own", "TargetBackupVault": {"Fn::GetAtt": ["RuleVault", "BackupVaultName"]}},
            {"RuleName": "plans"},
        ],
    )
    yield Program(
        "plan-vault-precedence",
        precedence,
        {"PlanVault": vault(), "RuleVault": vault(), "Plan": ours},
        ("generated-names",),
    )


def _references() -> Programs:
    def parameter_days(stack: Any, cdk: Any) -> None:
        days = cdk.CfnParameter(stack, "Days", type="Number", default=365)
        rule = cdk.backup.BackupPlanRule(
            delete_after=cdk.Duration.days(days.value_as_number),
            move_to_cold_storage_after=cdk.Duration.days(30),
        )
        cdk.backup.BackupPlan(stack, "Plan", backup_plan_rules=[rule])

    lifecycle = {"DeleteAfterDays": {"Ref": "Days"}, "MoveToColdStorageAfterDays": 30}
    yield Program(
        "reference-days",
        parameter_days,
        {"Plan": plan(BackupPlanRules=[{"Lifecycle": lifecycle}])},
        ("generated-names",),
        {"Days": {"Type": "Number", "Default": 365}},
    )

    def copy_in_stack(stack: Any, cdk: Any) -> None:
        other = cdk.backup.BackupVault(stack, "Other")
        copy = cdk.backup.BackupPlanCopyActionProps(
            destination_backup_vault=other, delete_after=cdk.Duration.days(9)
        )
        cdk.backup.BackupPlan(
            stack, "Plan", backup_plan_rules=[cdk.backup.BackupPlanRule(copy_actions=[copy])]
        )

    copies = [
        {
            "DestinationBackupVaultArn": {"Fn::GetAtt": ["Other", "BackupVaultArn"]},
            "Lifecycle": {"DeleteAfterDays": 9},
        }
    ]
    ours = {"Other": vault(), "Plan": plan(BackupPlanRules=[{"CopyActions": copies}])}
    yield Program("reference-copy", copy_in_stack, ours, ("generated-names",))

    def outputs(stack: Any, cdk: Any) -> None:
        made = cdk.backup.BackupPlan.daily35_day_retention(stack, "Plan")
        for name, value in (
            ("Id", made.backup_plan_id),
            ("Arn", made.backup_plan_arn),
            ("Version", made.version_id),
            ("VaultArn", made.backup_vault.backup_vault_arn),
        ):
            cdk.CfnOutput(stack, name, value=value)

    yield Program("reference-outputs", outputs)
