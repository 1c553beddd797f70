"""Backup and copy jobs on a clock that the test moves: rules L8, B26, B35, S14, S15, S19, R12, G7."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws.strict_backup import ManualClock, Resource, StrictBackupService
from local_aws.strict_backup.state import Vault

from .conftest import ACCOUNT, REGION, Client, Refused, RoleMaker, SwitchSetter

BUCKET = "arn:aws:s3:::orders"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
VOLUME = f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-1"
ALLOWS_BACKUP = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["tag:GetResources", "dynamodb:*", "ec2:*", "s3:*", "rds:*"],
            "Resource": "*",
        }
    ],
}
DAILY = {
    "RuleName": "Daily",
    "TargetBackupVaultName": "daily",
    "ScheduleExpression": "cron(0 5 * * ? *)",
    "Lifecycle": {"DeleteAfterDays": 35},
}
Put = Callable[..., None]
Planned = Callable[..., str]


@pytest.fixture
def midnight(clock: ManualClock) -> ManualClock:
    """The clock at the beginning of Friday, 1 January 2027."""
    clock.advance(seconds=dt.datetime(2027, 1, 1, tzinfo=dt.UTC).timestamp() - clock.now())
    return clock


@pytest.fixture
def put(service: StrictBackupService) -> Put:
    return lambda *resources: service.put_resources(*resources, account=ACCOUNT, region=REGION)


@pytest.fixture
def backup_role(make_role: RoleMaker) -> str:
    return make_role("backup-jobs", policy=ALLOWS_BACKUP)


@pytest.fixture
def planned(
    midnight: ManualClock,
    set_switches: SwitchSetter,
    backup: Client,
    vault: str,
    backup_role: str,
) -> Planned:
    """Makes a plan with a selection while jobs run; the plan's id."""
    set_switches(scheduled_jobs=True)

    def make(*rules: dict[str, Any], role: str | None = None, **selection: Any) -> str:
        document = {"BackupPlanName": "plan", "Rules": list(rules) or [DAILY]}
        plan_id: str = backup.create_backup_plan(BackupPlan=document)["BackupPlanId"]
        chosen = {
            "SelectionName": "all",
            "IamRoleArn": role or backup_role,
            **(selection or {"Resources": ["*"]}),
        }
        backup.create_backup_selection(BackupPlanId=plan_id, BackupSelection=chosen)
        return plan_id

    return make


def jobs(backup: Client, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = backup.list_backup_jobs(**filters)["BackupJobs"]
    return found


def test_a_job_runs_when_the_schedule_says(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    # GIVEN
    put(Resource(TABLE))
    plan_id = planned()

    # WHEN
    midnight.advance(seconds=5 * 3600)
    running = jobs(backup)
    midnight.advance(seconds=3600)
    done = jobs(backup)

    # THEN
    assert [job["State"] for job in running] == ["RUNNING"]
    assert [job["State"] for job in done] == ["COMPLETED"]
    assert done[0]["CreatedBy"]["BackupPlanId"] == plan_id
    assert done[0]["CreationDate"] == dt.datetime(2027, 1, 1, 5, tzinfo=dt.UTC)
    points = backup.list_recovery_points_by_resource(ResourceArn=TABLE)["RecoveryPoints"]
    assert [point["RecoveryPointArn"] for point in points] == [done[0]["RecoveryPointArn"]]
    assert backup.get_backup_plan(BackupPlanId=plan_id)["LastExecutionDate"] == done[0]["CreationDate"]


def test_no_job_runs_unless_the_switch_says_so(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock, set_switches: SwitchSetter
) -> None:
    put(Resource(TABLE))
    planned()
    set_switches(scheduled_jobs=False)

    midnight.advance(days=3)

    assert jobs(backup) == []


@pytest.mark.parametrize(
    ("selection", "reached"),
    [
        pytest.param({"Resources": [TABLE]}, {TABLE}, id="by ARN"),
        pytest.param({"Resources": ["arn:aws:dynamodb:*:*:table/*"]}, {TABLE}, id="by type"),
        pytest.param({"Resources": ["*"], "NotResources": [TABLE]}, {VOLUME, BUCKET}, id="all but one"),
        pytest.param(
            {
                "ListOfTags": [
                    {"ConditionType": "STRINGEQUALS", "ConditionKey": "team", "ConditionValue": "a"}
                ]
            },
            {TABLE, BUCKET},
            id="by tag",
        ),
        pytest.param(
            {
                "Resources": ["*"],
                "Conditions": {
                    "StringEquals": [{"ConditionKey": "aws:ResourceTag/team", "ConditionValue": "a"}],
                    "StringNotLike": [{"ConditionKey": "aws:ResourceTag/tier", "ConditionValue": "te*"}],
                },
            },
            {TABLE},
            id="all that meet both conditions",
        ),
    ],
)
def test_selections_reach_what_they_say(
    planned: Planned,
    put: Put,
    backup: Client,
    midnight: ManualClock,
    selection: dict[str, Any],
    reached: set[str],
) -> None:
    """S14"""
    put(
        Resource(TABLE, {"team": "a", "tier": "prod"}),
        Resource(VOLUME, {"team": "b"}),
        Resource(BUCKET, {"team": "a", "tier": "test"}),
    )
    planned(**selection)

    midnight.advance(days=1)

    assert {job["ResourceArn"] for job in jobs(backup)} == reached


def test_a_wildcard_does_not_match_white_space(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    """S19"""
    put(Resource(f"{TABLE} of today"), Resource(TABLE))
    planned(Resources=["arn:aws:dynamodb:*:*:table/*"])

    midnight.advance(days=1)

    assert [job["ResourceArn"] for job in jobs(backup)] == [TABLE]


@pytest.mark.parametrize(
    ("selection", "made"),
    [
        ({"Resources": ["*"]}, 0),
        ({"Resources": [TABLE]}, 1),
        ({"Resources": ["arn:aws:dynamodb:*:*:table/*"]}, 1),
        ({"Resources": ["arn:aws:dynamodb:*"]}, 0),
    ],
)
def test_the_opt_in_counts_unless_the_type_is_named(
    planned: Planned,
    put: Put,
    backup: Client,
    midnight: ManualClock,
    selection: dict[str, Any],
    made: int,
) -> None:
    """S15"""
    put(Resource(TABLE))
    planned(**selection)
    backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})

    midnight.advance(days=1)

    assert len(jobs(backup)) == made


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (Resource(BUCKET, versioned=False), f"Versioning is not enabled on the bucket {BUCKET}."),
        (
            Resource(TABLE, key_usable=False),
            "KMS key is either disabled or pending deletion or access to KMS key is denied",
        ),
        (Resource(TABLE, fails_with="Table not found."), "Table not found."),
    ],
)
def test_a_job_fails_for_its_resource(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock, resource: Resource, message: str
) -> None:
    put(resource)
    planned()

    midnight.advance(days=1)

    (job,) = jobs(backup)
    assert (job["State"], job["StatusMessage"]) == ("FAILED", message)
    assert job["MessageCategory"] != "SUCCESS"
    assert "RecoveryPointArn" not in job


def test_a_job_fails_without_the_policy_for_the_type(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock, role: str
) -> None:
    put(Resource(BUCKET))
    planned(role=role)

    midnight.advance(days=1)

    (job,) = jobs(backup)
    assert job["State"] == "FAILED"
    assert "does not have permission to describe resource" in job["StatusMessage"]


def test_a_job_fails_when_the_vault_or_the_resource_is_gone(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    # GIVEN a table that is named before it is there
    planned(Resources=[TABLE])
    midnight.advance(days=1)
    (first,) = jobs(backup)

    # WHEN
    put(Resource(TABLE))
    backup.delete_backup_vault(BackupVaultName="daily")
    midnight.advance(days=1)

    # THEN
    second, _ = jobs(backup)
    assert first["StatusMessage"] == f"Could not find resource {TABLE}."
    assert second["StatusMessage"].endswith("does not exist.")


@pytest.mark.parametrize(("days", "state"), [(29, "FAILED"), (30, "COMPLETED"), (91, "FAILED")])
def test_l8_a_retention_outside_the_lock_fails_the_job(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock, days: int, state: str
) -> None:
    """L8"""
    put(Resource(TABLE))
    planned({**DAILY, "Lifecycle": {"DeleteAfterDays": days}})
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="daily", MinRetentionDays=30, MaxRetentionDays=90
    )

    midnight.advance(days=1)

    assert [job["State"] for job in jobs(backup)] == [state]


def test_a_rule_in_the_start_window_of_a_longer_kept_one_makes_no_job(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    """B35: the example of DG:plan-options-and-configuration, 10 jobs a day and not 26"""
    # GIVEN
    midnight.advance(seconds=86399)
    put(Resource(TABLE, backup_minutes=1))
    hourly = {
        **DAILY,
        "RuleName": "Hourly",
        "ScheduleExpression": "cron(0 * * * ? *)",
        "StartWindowMinutes": 60,
    }
    twice = {**DAILY, "RuleName": "Twice", "ScheduleExpression": "cron(0 0/12 * * ? *)"}
    planned({**hourly, "Lifecycle": {"DeleteAfterDays": 1}}, {**twice, "Lifecycle": {"DeleteAfterDays": 7}})

    # WHEN
    midnight.advance(days=1)

    # THEN
    made = [(job["CreatedBy"]["BackupRuleName"], job["CreationDate"].hour) for job in jobs(backup)]
    assert [hour for rule, hour in reversed(made) if rule == "Twice"] == [0, 12]
    assert [hour for rule, hour in reversed(made) if rule == "Hourly"] == [8, 9, 10, 11, 20, 21, 22, 23]


def test_a_job_expires_when_the_resource_is_busy_for_the_whole_start_window(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    put(Resource(TABLE, backup_minutes=180))
    other = {
        **DAILY,
        "RuleName": "Later",
        "ScheduleExpression": "cron(30 5 * * ? *)",
        "StartWindowMinutes": 60,
    }
    planned({**DAILY, "StartWindowMinutes": 60}, other)

    midnight.advance(days=1)

    later, daily = jobs(backup)
    assert daily["State"] == "COMPLETED"
    assert later["State"] == "EXPIRED"
    assert (
        later["StatusMessage"] == "Backup job failed because there was a running job for the same resource."
    )


def test_a_job_expires_when_it_takes_longer_than_the_completion_window(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    put(Resource(TABLE, backup_minutes=200))
    planned({**DAILY, "CompletionWindowMinutes": 120})

    midnight.advance(days=1)

    (job,) = jobs(backup)
    assert (job["State"], job["StatusMessage"]) == ("EXPIRED", "Backup job expired before completion.")
    assert job["CompletionDate"] == dt.datetime(2027, 1, 1, 7, tzinfo=dt.UTC)


def test_a_warning_comes_with_a_completed_job(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    put(Resource(TABLE, warning="We are unable to copy resource tags to your backup."))
    planned()

    midnight.advance(days=1)

    assert jobs(backup, ByState="COMPLETED", ByMessageCategory="SUCCESS") == []
    assert [job["StatusMessage"][:6] for job in jobs(backup, ByState="COMPLETED")] == ["We are"]


def test_a_continuous_rule_keeps_one_point(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    """B26: of a bucket; a table gets snapshots"""
    put(Resource(BUCKET), Resource(TABLE))
    planned({**DAILY, "EnableContinuousBackup": True})

    midnight.advance(days=3)

    points = backup.list_recovery_points_by_backup_vault(BackupVaultName="daily")["RecoveryPoints"]
    assert sorted(point["ResourceType"] for point in points) == ["DynamoDB"] * 3 + ["S3"]


def test_points_go_when_their_lifecycle_ends(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    """R12"""
    put(Resource(TABLE))
    planned({**DAILY, "Lifecycle": {"DeleteAfterDays": 3}})

    midnight.advance(days=10)

    assert len(jobs(backup)) == 10
    assert backup.describe_backup_vault(BackupVaultName="daily")["NumberOfRecoveryPoints"] == 3


@dataclass(frozen=True)
class Abroad:
    """What a copy into another account needs; `message` is in the answer if it is not given."""

    message: str
    organization: str = "management"
    enabled: bool = True
    policy: bool = True
    own_key: bool = True


@pytest.fixture
def other_account(service: StrictBackupService) -> Vault:
    """A vault of another account."""
    service.put_service_vault("aws-efs", account="999999999999", region=REGION)
    return service._state.place("999999999999", REGION).vaults["aws-efs"]


@pytest.mark.parametrize(
    "needs",
    [
        Abroad("must be a member of the same organization", organization="none", enabled=False),
        Abroad("feature is not enabled", enabled=False),
        Abroad("Access Denied trying to call AWS Backup", policy=False),
        Abroad("default Backup service managed key", own_key=False),
        Abroad(""),
    ],
    ids=lambda needs: needs.message or "all well",
)
def test_a_copy_into_another_account_is_refused_for_a_reason(
    planned: Planned,
    put: Put,
    backup: Client,
    midnight: ManualClock,
    other_account: Vault,
    set_switches: SwitchSetter,
    needs: Abroad,
) -> None:
    """G7"""
    # GIVEN
    if needs.policy:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "backup:CopyIntoBackupVault",
            "Resource": "*",
        }
        other_account.access_policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if needs.own_key:
        other_account.encryption_key_arn = f"arn:aws:kms:{REGION}:999999999999:key/1"
    set_switches(organization_role=needs.organization)
    if needs.enabled:
        backup.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "true"})
    put(Resource(TABLE))
    planned({**DAILY, "CopyActions": [{"DestinationBackupVaultArn": other_account.arn}]})

    # WHEN
    midnight.advance(days=1)

    # THEN
    (copy,) = backup.list_copy_jobs(ByResourceArn=TABLE)["CopyJobs"]
    assert copy["State"] == ("FAILED" if needs.message else "COMPLETED")
    assert needs.message in copy.get("StatusMessage", "")
    assert len(other_account.recovery_points) == (0 if needs.message else 1)


def test_jobs_are_listed_in_pages_newest_first_for_thirty_days(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    put(Resource(TABLE), Resource(VOLUME))
    planned()

    midnight.advance(days=40)

    pages = list(backup.get_paginator("list_backup_jobs").paginate(PaginationConfig={"PageSize": 7}))
    found = [job["CreationDate"] for page in pages for job in page["BackupJobs"]]
    assert len(pages) == 9
    assert len(found) == 60
    assert found == sorted(found, reverse=True)


def test_jobs_are_filtered(planned: Planned, put: Put, backup: Client, midnight: ManualClock) -> None:
    put(Resource(TABLE), Resource(BUCKET, versioned=False))
    planned()

    midnight.advance(days=2)

    assert {job["State"] for job in jobs(backup, ByResourceArn=TABLE)} == {"COMPLETED"}
    assert {job["ResourceArn"] for job in jobs(backup, ByState="FAILED")} == {BUCKET}
    assert len(jobs(backup, ByCreatedAfter=dt.datetime(2027, 1, 2, tzinfo=dt.UTC))) == 2
    assert jobs(backup, ByBackupVaultName="other") == []
    assert (
        len(jobs(backup, ByResourceType="S3", ByCompleteBefore=dt.datetime(2027, 1, 2, tzinfo=dt.UTC))) == 1
    )


def test_a_job_on_demand_runs_at_once_and_can_be_stopped(
    put: Put, backup: Client, vault: str, backup_role: str, clock: ManualClock, refused: Refused
) -> None:
    # GIVEN
    put(Resource(TABLE))
    wanted = {"BackupVaultName": vault, "ResourceArn": TABLE, "IamRoleArn": backup_role}

    # WHEN
    first = backup.start_backup_job(**wanted)["BackupJobId"]
    clock.advance(seconds=600)
    second = backup.start_backup_job(**wanted)["BackupJobId"]
    backup.stop_backup_job(BackupJobId=second)

    # THEN
    assert backup.describe_backup_job(BackupJobId=first)["State"] == "COMPLETED"
    assert backup.describe_backup_job(BackupJobId=second)["State"] == "ABORTED"
    with refused("InvalidRequestException", "already ended"):
        backup.stop_backup_job(BackupJobId=first)


def test_protected_resources_are_those_with_a_point(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock
) -> None:
    put(Resource(TABLE), Resource(BUCKET, versioned=False))
    planned()

    midnight.advance(days=2)

    (protected,) = backup.list_protected_resources()["Results"]
    assert protected["ResourceArn"] == TABLE
    assert protected["LastBackupTime"] == dt.datetime(2027, 1, 2, 5, tzinfo=dt.UTC)
    by_vault = backup.list_protected_resources_by_backup_vault(BackupVaultName="daily")["Results"]
    assert by_vault == [protected]
    described = backup.describe_protected_resource(ResourceArn=TABLE)
    assert described["LastRecoveryPointArn"] == protected["LastRecoveryPointArn"]


def test_a_restore_is_recorded(
    put: Put, backup: Client, vault: str, backup_role: str, clock: ManualClock
) -> None:
    put(Resource(TABLE))
    backup.start_backup_job(BackupVaultName=vault, ResourceArn=TABLE, IamRoleArn=backup_role)
    clock.advance(seconds=600)
    (point,) = backup.list_recovery_points_by_resource(ResourceArn=TABLE)["RecoveryPoints"]

    started = backup.start_restore_job(RecoveryPointArn=point["RecoveryPointArn"], Metadata={})
    clock.advance(seconds=900)

    (job,) = backup.list_restore_jobs(ByStatus="COMPLETED")["RestoreJobs"]
    assert job["RestoreJobId"] == started["RestoreJobId"]


def test_every_change_is_an_event(
    planned: Planned, put: Put, backup: Client, midnight: ManualClock, service: StrictBackupService
) -> None:
    # GIVEN
    seen: list[tuple[str, str]] = []
    service.listeners.append(
        lambda event: seen.append((event.entry["detail-type"], event.entry["detail"]["state"]))
    )
    put(Resource(TABLE))

    # WHEN
    plan_id = planned()
    midnight.advance(days=1)
    backup.update_backup_plan(
        BackupPlanId=plan_id, BackupPlan={"BackupPlanName": "plan", "Rules": [{**DAILY, "RuleName": "New"}]}
    )
    backup.put_backup_vault_lock_configuration(BackupVaultName="daily", MinRetentionDays=1)

    # THEN
    assert seen == [
        ("Backup Plan State Change", "CREATED"),
        ("Backup Job State Change", "CREATED"),
        ("Backup Job State Change", "COMPLETED"),
        ("Backup Plan State Change", "MODIFIED"),
        ("Backup Vault State Change", "MODIFIED"),
    ]
