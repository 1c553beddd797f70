"""What a plan document may say: rules B1, B12 to B19, B21 to B25, B28, B30, B31, B33, B38."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from local_aws.strict_backup import StrictBackupService

from .conftest import Client, Refused, SwitchSetter, plan_document

PREFIX = "Error in some rules due to : "
APART = "Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays"
RANGE = "Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than 36500 days"


@pytest.mark.parametrize("name", ["a", "x" * 200, "a.b-c_d"])
def test_b1_plan_names_up_to_200_are_accepted(
    backup: Client, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """B1: with a warning above 50"""
    with caplog.at_level(logging.WARNING):
        backup.create_backup_plan(BackupPlan=plan_document(name))

    assert ("longer than 50" in caplog.text) == (len(name) > 50)


@pytest.mark.parametrize("name", ["", "x" * 201, "a b", "a/b"])
def test_b1_other_plan_names_are_refused(backup: Client, refused: Refused, name: str) -> None:
    """B1"""
    with refused("InvalidParameterValueException"):
        backup.create_backup_plan(BackupPlan=plan_document(name))


def test_b12_a_plan_has_a_rule(backup: Client, refused: Refused) -> None:
    """B12"""
    with refused("InvalidParameterValueException"):
        backup.create_backup_plan(BackupPlan={"BackupPlanName": "plan", "Rules": []})


@pytest.mark.parametrize("unique", [False, True])
def test_b13_rule_names_are_a_switch(
    backup: Client, set_switches: SwitchSetter, refused: Refused, unique: bool
) -> None:
    """B13"""
    # GIVEN
    set_switches(rule_names_unique=unique)
    document = plan_document()
    document["Rules"] *= 2

    # WHEN / THEN
    if unique:
        with refused("InvalidParameterValueException"):
            backup.create_backup_plan(BackupPlan=document)
    else:
        backup.create_backup_plan(BackupPlan=document)


@pytest.mark.parametrize("name", ["", "x" * 51, "a b"])
def test_b14_rule_names_have_a_pattern(backup: Client, refused: Refused, name: str) -> None:
    """B14"""
    with refused("InvalidParameterValueException"):
        backup.create_backup_plan(BackupPlan=plan_document(RuleName=name))


def test_b15_a_rule_has_a_vault(raw: Client, refused: Refused) -> None:
    """B15"""
    document = {"BackupPlanName": "plan", "Rules": [{"RuleName": "daily"}]}

    with refused("InvalidParameterValueException", PREFIX + "Backup vault name is null"):
        raw.create_backup_plan(BackupPlan=document)


WRONG_RULES = [
    pytest.param({"ScheduleExpression": "rate(1 day)"}, "", id="B17 rate"),
    pytest.param({"ScheduleExpression": "cron(0/30 * ? * * *)"}, "", id="B17 half-hourly"),
    pytest.param({"StartWindowMinutes": 30}, "", id="B18 low"),
    pytest.param({"StartWindowMinutes": 52_560_001}, "", id="B18 high"),
    pytest.param({"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 119}}, APART, id="B21"),
    pytest.param(
        {
            "CopyActions": [
                {
                    "DestinationBackupVaultArn": "arn:aws:backup:eu-west-1:123456789012:backup-vault:other",
                    "Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 40},
                }
            ]
        },
        APART,
        id="B21 in a copy",
    ),
    pytest.param({"Lifecycle": {"DeleteAfterDays": 0}}, RANGE, id="B22 low"),
    pytest.param({"Lifecycle": {"DeleteAfterDays": 36_501}}, RANGE, id="B22 high"),
    pytest.param(
        {"Lifecycle": {"MoveToColdStorageAfterDays": 0, "DeleteAfterDays": 90}}, RANGE, id="B22 cold"
    ),
    pytest.param({"Lifecycle": {"DeleteAfterDays": -1}}, RANGE, id="B23 one alone"),
    pytest.param(
        {"EnableContinuousBackup": True},
        "Lifecycle must be specified for backup rule enabled continuous backup",
        id="B25 no lifecycle",
    ),
    pytest.param(
        {"EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 36}}, "", id="B25 over 35 days"
    ),
    pytest.param(
        {
            "EnableContinuousBackup": True,
            "Lifecycle": {"DeleteAfterDays": 35, "MoveToColdStorageAfterDays": 1},
        },
        "Invalid lifecycle. MoveToColdStorageAfterDays is unavailable",
        id="B25 cold storage",
    ),
    pytest.param({"CopyActions": [{"DestinationBackupVaultArn": "other"}]}, "", id="B30 no ARN"),
]


@pytest.mark.parametrize(("rule", "reason"), WRONG_RULES)
@pytest.mark.parametrize("operation", ["create", "update"])
def test_b16_wrong_rules_are_refused_with_the_prefix(
    backup: Client, plan: str, refused: Refused, operation: str, rule: dict[str, Any], reason: str
) -> None:
    """B16, B17, B18, B21, B22, B23, B25, B30"""
    document = plan_document("wrong", **rule)

    with refused("InvalidParameterValueException", PREFIX + reason, code="ERROR_3015"):
        if operation == "create":
            backup.create_backup_plan(BackupPlan=document)
        else:
            backup.update_backup_plan(BackupPlanId=plan, BackupPlan=document)


RIGHT_RULES = [
    pytest.param({"ScheduleExpression": "cron(0 * ? * * *)"}, id="B17 hourly"),
    pytest.param({"StartWindowMinutes": 60}, id="B18"),
    pytest.param({"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 120}}, id="B21"),
    pytest.param({"Lifecycle": {"DeleteAfterDays": 36_500}}, id="B22"),
    pytest.param({"Lifecycle": {"MoveToColdStorageAfterDays": -1, "DeleteAfterDays": -1}}, id="B23 both"),
    pytest.param({}, id="B24 no lifecycle"),
    pytest.param({"Lifecycle": {}}, id="B24 an empty one"),
    pytest.param({"EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 35}}, id="B25"),
    pytest.param({"TargetBackupVaultName": "not-there-yet"}, id="V19"),
]


@pytest.mark.parametrize("rule", RIGHT_RULES)
def test_b24_right_rules_are_accepted(backup: Client, rule: dict[str, Any]) -> None:
    """B17, B18, B21, B22, B23, B24, B25, V19"""
    backup.create_backup_plan(BackupPlan=plan_document(**rule))


def test_b19_the_completion_window_is_a_switch(
    backup: Client, set_switches: SwitchSetter, refused: Refused
) -> None:
    """B19"""
    # GIVEN a window that is accepted by default
    rule = {"StartWindowMinutes": 60, "CompletionWindowMinutes": 60}
    backup.create_backup_plan(BackupPlan=plan_document("before", **rule))

    # WHEN
    set_switches(completion_after_start=True)

    # THEN
    with refused("InvalidParameterValueException", PREFIX):
        backup.create_backup_plan(BackupPlan=plan_document("after", **rule))


def test_b28_ebs_archive_is_refused_where_it_is_not_there(
    backup: Client, set_switches: SwitchSetter, refused: Refused
) -> None:
    """B28"""
    # GIVEN
    lifecycle = {
        "OptInToArchiveForSupportedResources": True,
        "MoveToColdStorageAfterDays": 1,
        "DeleteAfterDays": 91,
    }
    backup.create_backup_plan(BackupPlan=plan_document("before", Lifecycle=lifecycle))

    # WHEN
    set_switches(partitions_without_ebs_archive=["aws"])

    # THEN
    with refused("InvalidParameterValueException", "EBS Cold Tier is not yet supported."):
        backup.create_backup_plan(BackupPlan=plan_document("after", Lifecycle=lifecycle))


def test_b30_an_empty_lifecycle_of_a_copy_stays_empty(backup: Client) -> None:
    """B30"""
    copy = {
        "DestinationBackupVaultArn": "arn:aws:backup:us-east-1:999999999999:backup-vault:other",
        "Lifecycle": {},
    }
    plan = backup.create_backup_plan(BackupPlan=plan_document(CopyActions=[copy]))

    (rule,) = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
    assert rule["CopyActions"] == [copy]


def test_b31_policy_quotas_are_a_switch(
    backup: Client, set_switches: SwitchSetter, refused: Refused, service: StrictBackupService
) -> None:
    """B31"""
    # GIVEN
    arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:other"
    eleven = plan_document("rules")
    eleven["Rules"] = [{**eleven["Rules"][0], "RuleName": f"rule-{number}"} for number in range(11)]
    documents = [
        eleven,
        plan_document("copies", CopyActions=[{"DestinationBackupVaultArn": arn}] * 6),
        plan_document("tags", RecoveryPointTags={str(number): "" for number in range(11)}),
    ]

    for document in documents:
        # WHEN off THEN accepted
        set_switches(policy_quotas_enforced=False)
        plan = backup.create_backup_plan(BackupPlan=document)["BackupPlanId"]
        backup.delete_backup_plan(BackupPlanId=plan)

        # WHEN on THEN refused
        set_switches(policy_quotas_enforced=True)
        with refused("InvalidParameterValueException", PREFIX):
            backup.create_backup_plan(BackupPlan=document)


@pytest.mark.parametrize(
    "setting",
    [
        {"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "Enabled"}},
        {"ResourceType": "EC2", "BackupOptions": {"BackupACLs": "disabled"}},
        {"ResourceType": "EFS", "BackupOptions": {"WindowsVSS": "enabled"}},
    ],
)
def test_b33_advanced_settings_are_checked(
    backup: Client, refused: Refused, setting: dict[str, object]
) -> None:
    """B33"""
    document = {**plan_document(), "AdvancedBackupSettings": [setting]}

    with refused("InvalidParameterValueException", f"Invalid Resource Type : {setting['ResourceType']}"):
        backup.create_backup_plan(BackupPlan=document)


def test_b38_continuous_rules_share_a_vault(backup: Client, refused: Refused) -> None:
    """B38"""
    # GIVEN
    continuous: dict[str, Any] = {"EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 35}}
    document = plan_document(**continuous)
    second = {"RuleName": "second", "TargetBackupVaultName": "daily", **continuous}

    # WHEN / THEN the same vault is fine, another is not
    backup.create_backup_plan(BackupPlan={**document, "Rules": [*document["Rules"], second]})
    other = {**second, "TargetBackupVaultName": "other"}
    with refused("InvalidParameterValueException"):
        backup.create_backup_plan(BackupPlan={**document, "Rules": [*document["Rules"], other]})
