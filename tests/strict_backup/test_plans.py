"""Plans and their versions: rules B2 to B11, B20, B32."""

from __future__ import annotations

import base64
import datetime as dt
import uuid

import pytest

from local_aws.strict_backup import ManualClock

from .conftest import Client, Refused, SwitchSetter, plan_document


def test_b2_the_same_document_is_refused(backup: Client, plan: str, refused: Refused) -> None:
    """B2"""
    with refused("AlreadyExistsException", "Backup plan with the same plan document already exists"):
        backup.create_backup_plan(BackupPlan=plan_document())


def test_b2_defaults_written_out_are_the_same_document(backup: Client, plan: str, refused: Refused) -> None:
    """B2: on the normalised document"""
    written_out = plan_document(
        ScheduleExpression="cron(0 5 ? * * *)",
        ScheduleExpressionTimezone="Etc/UTC",
        StartWindowMinutes=480,
        CompletionWindowMinutes=10080,
        CopyActions=[],
    )

    with refused("AlreadyExistsException"):
        backup.create_backup_plan(BackupPlan=written_out)


@pytest.mark.parametrize("unique", [False, True])
def test_b2a_a_taken_name_with_another_document_is_a_switch(
    backup: Client, plan: str, set_switches: SwitchSetter, refused: Refused, unique: bool
) -> None:
    """B2a"""
    # GIVEN
    set_switches(plan_names_unique=unique)
    other = plan_document(StartWindowMinutes=60)

    # WHEN / THEN
    if unique:
        with refused("AlreadyExistsException"):
            backup.create_backup_plan(BackupPlan=other)
    else:
        backup.create_backup_plan(BackupPlan=other)


def test_b3_a_deleted_plan_does_not_count(backup: Client, plan: str) -> None:
    """B3"""
    backup.delete_backup_plan(BackupPlanId=plan)

    assert backup.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"] != plan


def test_b4_the_token_of_an_existing_plan_returns_it(backup: Client) -> None:
    """B4"""
    # GIVEN
    first = backup.create_backup_plan(BackupPlan=plan_document(), CreatorRequestId="token")

    # WHEN
    second = backup.create_backup_plan(BackupPlan=plan_document("other"), CreatorRequestId="token")

    # THEN
    assert second["BackupPlanId"] == first["BackupPlanId"]
    assert len(backup.list_backup_plans()["BackupPlansList"]) == 1


@pytest.mark.parametrize("refuses", [False, True])
def test_b5_an_update_that_changes_nothing_is_a_switch(
    backup: Client, plan: str, set_switches: SwitchSetter, refused: Refused, refuses: bool
) -> None:
    """B5"""
    # GIVEN
    set_switches(same_document_update_refused=refuses)

    # WHEN / THEN
    if refuses:
        with refused("AlreadyExistsException"):
            backup.update_backup_plan(BackupPlanId=plan, BackupPlan=plan_document())
    else:
        backup.update_backup_plan(BackupPlanId=plan, BackupPlan=plan_document())


def test_b6_b7_an_update_renames_and_makes_a_version(backup: Client, plan: str, clock: ManualClock) -> None:
    """B6, B7"""
    # GIVEN
    first = backup.get_backup_plan(BackupPlanId=plan)
    clock.advance(seconds=10)

    # WHEN
    updated = backup.update_backup_plan(BackupPlanId=plan, BackupPlan=plan_document("renamed"))

    # THEN the id stays, version and date are new
    assert (updated["BackupPlanId"], updated["BackupPlanArn"]) == (plan, first["BackupPlanArn"])
    assert updated["VersionId"] != first["VersionId"]
    assert updated["CreationDate"] > first["CreationDate"]
    assert backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]["BackupPlanName"] == "renamed"
    old = backup.get_backup_plan(BackupPlanId=plan, VersionId=first["VersionId"])
    assert old["BackupPlan"]["BackupPlanName"] == "plan"
    versions = backup.list_backup_plan_versions(BackupPlanId=plan)["BackupPlanVersionsList"]
    assert {version["VersionId"] for version in versions} == {first["VersionId"], updated["VersionId"]}
    assert not any("BackupPlan" in version for version in versions)


def test_b7_a_version_id_is_the_base64_of_a_uuid(backup: Client, plan: str) -> None:
    """B7"""
    version_id = backup.get_backup_plan(BackupPlanId=plan)["VersionId"]

    assert len(version_id) == 48
    uuid.UUID(base64.b64decode(version_id).decode())


def test_b9_selections_keep_a_plan(
    backup: Client, plan: str, role: str, set_switches: SwitchSetter, clock: ManualClock, refused: Refused
) -> None:
    """B9: and for a moment after the last is gone"""
    # GIVEN
    set_switches(plan_deletion_lag_seconds=20)
    selection = backup.create_backup_selection(
        BackupPlanId=plan, BackupSelection={"SelectionName": "all", "IamRoleArn": role, "Resources": ["*"]}
    )
    text = "Related backup plan selections must be deleted prior to backup plan deletion"
    with refused("InvalidRequestException", text):
        backup.delete_backup_plan(BackupPlanId=plan)

    # WHEN
    backup.delete_backup_selection(BackupPlanId=plan, SelectionId=selection["SelectionId"])

    # THEN
    with refused("InvalidRequestException", text):
        backup.delete_backup_plan(BackupPlanId=plan)
    clock.advance(seconds=20)
    assert backup.delete_backup_plan(BackupPlanId=plan)["DeletionDate"]


def test_b10_a_deleted_plan_is_listed_when_asked_for(backup: Client, plan: str) -> None:
    """B10: and its earlier versions can be read"""
    # GIVEN
    first = backup.get_backup_plan(BackupPlanId=plan)["VersionId"]
    backup.update_backup_plan(BackupPlanId=plan, BackupPlan=plan_document("renamed"))

    # WHEN
    backup.delete_backup_plan(BackupPlanId=plan)

    # THEN
    assert backup.list_backup_plans()["BackupPlansList"] == []
    (listed,) = backup.list_backup_plans(IncludeDeleted=True)["BackupPlansList"]
    assert listed["BackupPlanId"] == plan
    assert listed["DeletionDate"]
    assert backup.get_backup_plan(BackupPlanId=plan, VersionId=first)["DeletionDate"]


def test_b11_unknown_ids_versions_and_deleted_plans(backup: Client, plan: str, refused: Refused) -> None:
    """B11"""
    text = "Failed reading Backup plan with provided version"
    with refused("ResourceNotFoundException", text):
        backup.get_backup_plan(BackupPlanId=str(uuid.uuid4()))
    with refused("ResourceNotFoundException"):
        backup.get_backup_plan(BackupPlanId=plan, VersionId="none")
    backup.delete_backup_plan(BackupPlanId=plan)
    with refused("ResourceNotFoundException"):
        backup.get_backup_plan(BackupPlanId=plan)
    with refused("ResourceNotFoundException"):
        backup.delete_backup_plan(BackupPlanId=plan)
    with refused("ResourceNotFoundException"):
        backup.update_backup_plan(BackupPlanId=plan, BackupPlan=plan_document())


def test_b20_defaults_and_rule_ids_are_read_back(backup: Client, plan: str) -> None:
    """B20"""
    (rule,) = backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"]

    assert uuid.UUID(rule.pop("RuleId"))
    assert rule == {
        "RuleName": "daily",
        "TargetBackupVaultName": "daily",
        "ScheduleExpression": "cron(0 5 ? * * *)",
        "ScheduleExpressionTimezone": "Etc/UTC",
        "StartWindowMinutes": 480,
        "CompletionWindowMinutes": 10080,
    }


def test_rules_can_be_read_back_with_empty_members(
    backup: Client, plan: str, set_switches: SwitchSetter
) -> None:
    set_switches(rules_read_back_complete=True)

    (rule,) = backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"]

    assert (rule["CopyActions"], rule["RecoveryPointTags"], rule["EnableContinuousBackup"]) == ([], {}, False)


def test_b32_the_quota_is_a_switch(
    raw: Client, plan: str, set_switches: SwitchSetter, refused: Refused
) -> None:
    """B32"""
    set_switches(plan_quota=1)

    with refused("LimitExceededException"):
        raw.create_backup_plan(BackupPlan=plan_document("other"))


def test_advanced_settings_are_at_the_top_level_on_read(backup: Client) -> None:
    # GIVEN
    settings = [{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}]
    document = {**plan_document(), "AdvancedBackupSettings": settings}

    # WHEN
    made = backup.create_backup_plan(BackupPlan=document)

    # THEN
    read = backup.get_backup_plan(BackupPlanId=made["BackupPlanId"])
    assert made["AdvancedBackupSettings"] == read["AdvancedBackupSettings"] == settings
    assert "AdvancedBackupSettings" not in read["BackupPlan"]


def test_the_preview_of_runs_has_the_next_ones_of_all_rules(backup: Client, clock: ManualClock) -> None:
    # GIVEN a Friday, a daily and a weekly rule
    clock.advance(seconds=dt.datetime(2027, 1, 1, tzinfo=dt.UTC).timestamp() - clock.now())
    rules = [
        {"RuleName": "Daily", "TargetBackupVaultName": "daily", "ScheduleExpression": "cron(0 5 * * ? *)"},
        {"RuleName": "Weekly", "TargetBackupVaultName": "daily", "ScheduleExpression": "cron(0 7 ? * 7 *)"},
    ]
    made = backup.create_backup_plan(BackupPlan={"BackupPlanName": "plan", "Rules": rules})

    # WHEN
    read = backup.get_backup_plan(BackupPlanId=made["BackupPlanId"], MaxScheduledRunsPreview=3)

    # THEN
    times = [run["ExecutionTime"].astimezone(dt.UTC) for run in read["ScheduledRunsPreview"]]
    assert [f"{at:%a %d %H:%M}" for at in times] == ["Fri 01 05:00", "Sat 02 05:00", "Sat 02 07:00"]


def test_plans_are_listed_in_pages(backup: Client) -> None:
    # GIVEN
    made = [
        backup.create_backup_plan(BackupPlan=plan_document(f"plan-{number}"))["BackupPlanId"]
        for number in range(3)
    ]

    # WHEN
    pages = backup.get_paginator("list_backup_plans").paginate(PaginationConfig={"PageSize": 2})

    # THEN
    assert [plan["BackupPlanId"] for page in pages for plan in page["BackupPlansList"]] == made
