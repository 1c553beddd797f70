"""From ``Custom::BackupPlan`` to the plan document, the default vault and the role."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.desired.plan import with_vault_name
from cfn_backup.presets import PLANS, RULES, preset_name
from cfn_backup.symbolic import Undecided, to_template
from tests.unit.desired.builders import TEMPLATE, owner, plan, rule, rules

DAILY = {
    "RuleName": "Daily",
    "TargetBackupVaultName": "theirs",
    "ScheduleExpression": "cron(0 5 * * ? *)",
    "Lifecycle": {"DeleteAfterDays": 35},
}


@pytest.mark.parametrize(
    ("preset", "names"),
    [
        ("daily35DayRetention", ["Daily"]),
        ("dailyMonthly1YearRetention", ["Daily", "Monthly1Year"]),
        ("dailyWeeklyMonthly5YearRetention", ["Daily", "Weekly", "Monthly5Year"]),
        ("dailyWeeklyMonthly7YearRetention", ["Daily", "Weekly", "Monthly7Year"]),
        ("daily_weekly_monthly7_year_retention", ["Daily", "Weekly", "Monthly7Year"]),
    ],
)
def test_a_plan_preset_has_its_rules(preset: str, names: list[str]) -> None:
    assert [r["RuleName"] for r in rules({"Preset": preset})] == names


@pytest.mark.parametrize(
    ("preset", "schedule", "delete", "cold"),
    [
        ("daily", "cron(0 5 * * ? *)", 35, None),
        ("weekly", "cron(0 5 ? * SAT *)", 90, None),
        ("monthly1Year", "cron(0 5 1 * ? *)", 365, 30),
        ("monthly5Year", "cron(0 5 1 * ? *)", 1825, 90),
        ("monthly7_year", "cron(0 5 1 * ? *)", 2555, 90),
    ],
)
def test_a_rule_preset_has_the_values_of_the_cdk(
    preset: str, schedule: str, delete: int, cold: int | None
) -> None:
    expanded = rule(Preset=preset)
    assert expanded["ScheduleExpression"] == schedule
    assert expanded["Lifecycle"].get("DeleteAfterDays") == delete
    assert expanded["Lifecycle"].get("MoveToColdStorageAfterDays") == cold


def test_every_preset_is_made_of_known_rules() -> None:
    assert {name for names in PLANS.values() for name in names} <= RULES.keys()


def test_a_name_that_is_no_preset_stays_as_it_is() -> None:
    assert preset_name("hourly") == "hourly"


def test_what_a_rule_says_itself_overrides_its_preset() -> None:
    expanded = rule(
        Preset="daily", RuleName="Mine", ScheduleExpression="cron(0 1 * * ? *)", StartWindowMinutes=60
    )
    assert expanded == {
        **DAILY,
        "RuleName": "Mine",
        "ScheduleExpression": "cron(0 1 * * ? *)",
        "StartWindowMinutes": 60,
    }


@pytest.mark.parametrize(
    ("lifecycle", "merged"),
    [
        ({"DeleteAfterDays": 400}, {"DeleteAfterDays": 400, "MoveToColdStorageAfterDays": 30}),
        ({"MoveToColdStorageAfterDays": 40}, {"DeleteAfterDays": 365, "MoveToColdStorageAfterDays": 40}),
        (
            {"OptInToArchiveForSupportedResources": True},
            {
                "DeleteAfterDays": 365,
                "MoveToColdStorageAfterDays": 30,
                "OptInToArchiveForSupportedResources": True,
            },
        ),
    ],
)
def test_a_lifecycle_is_merged_with_that_of_the_preset(
    lifecycle: dict[str, Any], merged: dict[str, Any]
) -> None:
    assert rule(Preset="monthly1Year", Lifecycle=lifecycle)["Lifecycle"] == merged


@pytest.mark.parametrize(
    ("members", "days"),
    [({}, 35), ({"Lifecycle": {"DeleteAfterDays": 7}}, 7), ({"Preset": "daily"}, 35)],
)
def test_a_continuous_rule_keeps_35_days_unless_it_says_otherwise(members: dict[str, Any], days: int) -> None:
    assert rule(EnableContinuousBackup=True, **members)["Lifecycle"] == {"DeleteAfterDays": days}


def test_a_rule_without_a_lifecycle_gets_none() -> None:
    assert "Lifecycle" not in rule(RuleName="r")


def test_rules_without_a_name_are_numbered_over_all_rules() -> None:
    properties = {
        "BackupPlanName": "mine",
        "Preset": "daily35DayRetention",
        "BackupPlanRules": [{}, {"RuleName": "r"}, {}],
    }
    assert [r["RuleName"] for r in rules(properties)] == ["Daily", "mineRule1", "r", "mineRule3"]


def test_the_name_of_a_rule_is_cut_in_the_middle_to_fifty_characters() -> None:
    [expanded] = rules({"BackupPlanName": "a" * 60 + "z" * 60, "BackupPlanRules": [{}]})
    assert expanded["RuleName"] == "a" * 22 + "z" * 23 + "Rule0"
    assert len(expanded["RuleName"]) <= 50


def test_the_vault_of_a_rule_is_its_own_then_the_plans_then_the_default_vault() -> None:
    arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:own"
    both = [{"RuleName": "a", "TargetBackupVault": arn}, {"RuleName": "b"}]

    given = plan({"BackupVault": "plans", "BackupPlanRules": both})
    assert [r["TargetBackupVaultName"] for r in given.document["Rules"]] == ["own", "plans"]
    assert (given.vault, given.vault_name) == (None, "plans")

    default = plan({"BackupPlanRules": both})
    assert [r["TargetBackupVaultName"] for r in default.document["Rules"]] == ["own", "shop-Plan-0a1b2c3d"]
    assert default.vault

    own = plan({"BackupPlanRules": both[:1]})
    assert (own.vault, own.vault_name) == (None, "")


def test_the_plans_vault_can_be_an_arn() -> None:
    arn = "arn:aws-cn:backup:cn-north-1:123456789012:backup-vault:theirs"
    assert (
        plan(
            {
                "Preset": "daily35DayRetention",
                "BackupVault": arn.replace("aws-cn", "aws").replace("cn-north-1", "eu-west-1"),
            }
        ).vault_name
        == "theirs"
    )


def test_a_default_vault_under_another_name_is_the_target_of_its_rules_only() -> None:
    expanded = plan({"BackupPlanRules": [{"RuleName": "a", "TargetBackupVault": "own"}, {"RuleName": "b"}]})
    renamed = with_vault_name(expanded, "other")
    assert [r["TargetBackupVaultName"] for r in renamed.document["Rules"]] == ["own", "other"]
    assert renamed.vault
    assert (renamed.vault.name, renamed.vault_name) == ("other", "other")
    assert with_vault_name(expanded, expanded.vault_name) is expanded  # type: ignore[arg-type]


def test_windows_vss_is_the_advanced_setting_of_ec2() -> None:
    vss = {"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}
    s3 = {"ResourceType": "S3", "BackupOptions": {"BackupACLs": "disabled"}}
    off = {"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "disabled"}}
    base = {"Preset": "daily35DayRetention"}

    assert "AdvancedBackupSettings" not in plan(base).document
    assert "AdvancedBackupSettings" not in plan({**base, "WindowsVss": "false"}).document
    assert plan({**base, "WindowsVss": "true"}).document["AdvancedBackupSettings"] == [vss]
    both = plan({**base, "WindowsVss": True, "AdvancedBackupSettings": [off, s3]})
    assert both.document["AdvancedBackupSettings"] == [s3, vss]
    assert plan({**base, "AdvancedBackupSettings": [off]}).document["AdvancedBackupSettings"] == [off]


def test_tags_go_to_plan_vault_and_role_beside_the_ownership() -> None:
    expanded = plan(
        {
            "Preset": "daily35DayRetention",
            "BackupPlanTags": {"team": "red", "stage": "prod"},
            "DefaultVault": {"BackupVaultTags": {"team": "blue"}},
            "Selections": [{"SelectionName": "s", "Resources": ["*"]}],
        }
    )
    own = owner().tags
    tags = {"team": "red", "stage": "prod", **own}
    assert expanded.tags == {**tags, "cfn-backup-provider:allow-selections-from": "Account"}
    assert expanded.role
    assert expanded.role.tags == tags
    assert expanded.vault
    assert expanded.vault.tags == {
        "team": "blue",
        "stage": "prod",
        **own,
        "cfn-backup-provider:removal-policy": "RETAIN",
    }


def test_selections_share_one_role_unless_they_bring_their_own() -> None:
    role = "arn:aws:iam::123456789012:role/theirs"
    selections = [
        {"SelectionName": "a", "Resources": ["*"]},
        {"SelectionName": "b", "Resources": ["*"], "IamRoleArn": role},
    ]
    expanded = plan({"Preset": "daily35DayRetention", "Selections": selections})
    assert expanded.role
    assert [s.role_arn for s in expanded.selections] == [expanded.role.arn, role]
    assert plan({"Preset": "daily35DayRetention", "Selections": selections[1:]}).role is None


# --------------------------------------------------------------------------------------- templates, not
# stacks


def test_in_a_template_generated_names_are_joined_of_pseudo_parameters() -> None:
    expanded = plan({"Preset": "daily35DayRetention"}, TEMPLATE)
    joined = to_template(expanded.name)
    assert joined["Fn::Join"][1][:2] == [{"Ref": "AWS::StackName"}, "-Plan-"]
    assert to_template(expanded.vault_name) == joined
    assert expanded.tags == {}


def test_in_a_template_rules_that_a_condition_chooses_are_expanded_in_both_branches() -> None:
    rules_node = {"Fn::If": ["Prod", [{"Preset": "monthly1Year"}], {"Ref": "AWS::NoValue"}]}
    document = to_template(
        plan(
            {"Preset": "daily35DayRetention", "BackupVault": "v1", "BackupPlanRules": rules_node}, TEMPLATE
        ).document
    )
    condition, then, otherwise = document["Rules"]["Fn::If"]
    assert condition == "Prod"
    assert [r["RuleName"] for r in then] == ["Daily", "Monthly1Year"]
    assert [r["RuleName"] for r in otherwise] == ["Daily"]


def test_in_a_template_a_condition_can_choose_one_rule_and_values_stay_intrinsic() -> None:
    days = {"Ref": "Days"}
    one = {
        "Fn::If": [
            "Prod",
            {"Preset": "daily", "Lifecycle": {"DeleteAfterDays": days}},
            {"Ref": "AWS::NoValue"},
        ]
    }
    [expanded] = to_template(plan({"BackupVault": "v1", "BackupPlanRules": [one]}, TEMPLATE).document)[
        "Rules"
    ]
    assert expanded["Fn::If"][1]["Lifecycle"] == {"DeleteAfterDays": days}
    assert expanded["Fn::If"][2] == {"Ref": "AWS::NoValue"}


def test_in_a_template_the_presets_days_hold_also_where_a_condition_gives_no_lifecycle() -> None:
    lifecycle = {"Fn::If": ["Prod", {"DeleteAfterDays": 90}, {"Ref": "AWS::NoValue"}]}
    properties = {"BackupVault": "v1", "BackupPlanRules": [{"Preset": "daily", "Lifecycle": lifecycle}]}
    [expanded] = to_template(plan(properties, TEMPLATE).document)["Rules"]
    assert expanded["Lifecycle"] == {"Fn::If": ["Prod", {"DeleteAfterDays": 90}, {"DeleteAfterDays": 35}]}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"Ref": "Vault"}, {"Ref": "Vault"}),
        ({"Fn::GetAtt": ["Vault", "BackupVaultArn"]}, {"Fn::GetAtt": ["Vault", "BackupVaultName"]}),
        ({"Fn::GetAtt": ["Vault", "BackupVaultName"]}, {"Fn::GetAtt": ["Vault", "BackupVaultName"]}),
        (
            {"Fn::Sub": "arn:aws:backup:${AWS::Region}:1:backup-vault:v"},
            {
                "Fn::Select": [
                    6,
                    {"Fn::Split": [":", {"Fn::Sub": "arn:aws:backup:${AWS::Region}:1:backup-vault:v"}]},
                ]
            },
        ),
    ],
)
def test_in_a_template_the_name_of_a_vault_comes_from_its_name_or_arn(given: Any, name: Any) -> None:
    expanded = plan({"Preset": "daily35DayRetention", "BackupVault": given}, TEMPLATE)
    assert to_template(expanded.document)["Rules"][0]["TargetBackupVaultName"] == name


def test_in_a_template_a_condition_that_chooses_selections_is_asked_about() -> None:
    chosen = {"Fn::If": ["Prod", [{"SelectionName": "s", "Resources": ["*"]}], {"Ref": "AWS::NoValue"}]}

    with pytest.raises(Undecided) as asked:
        plan({"Preset": "daily35DayRetention", "Selections": chosen}, TEMPLATE)

    assert (asked.value.condition, asked.value.reason) == ("Prod", "each selection becomes a resource")
