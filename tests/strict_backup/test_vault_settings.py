"""Locks, access policies, notifications: rules L1 to L11, P1 to P5, N1 to N5."""

from __future__ import annotations

import datetime as dt
import json
import logging

import pytest

from local_aws.strict_backup import ManualClock, RecoveryPoint, StrictBackupService

from .conftest import Client, Refused, SwitchSetter

TOPIC = "arn:aws:sns:eu-west-1:123456789012:backups"


def test_l1_l10_governance_mode(backup: Client, vault: str) -> None:
    """L1, L10"""
    # GIVEN an unlocked vault
    before = backup.describe_backup_vault(BackupVaultName=vault)
    assert before["Locked"] is False
    assert not {"MinRetentionDays", "MaxRetentionDays", "LockDate"} & set(before)

    # WHEN
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, MinRetentionDays=7, MaxRetentionDays=30)

    # THEN
    locked = backup.describe_backup_vault(BackupVaultName=vault)
    assert (locked["Locked"], locked["MinRetentionDays"], locked["MaxRetentionDays"]) == (True, 7, 30)
    assert "LockDate" not in locked


def test_l1_l5_l10_compliance_mode_has_a_lock_date(backup: Client, vault: str, clock: ManualClock) -> None:
    """L1, L5, L10"""
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)

    locked = backup.describe_backup_vault(BackupVaultName=vault)
    expected = dt.datetime.fromtimestamp(clock.now(), dt.UTC) + dt.timedelta(days=3)
    assert abs(locked["LockDate"] - expected) < dt.timedelta(seconds=1)
    assert "ChangeableForDays" not in locked


@pytest.mark.parametrize("days", [0, 2, 36_501])
def test_l2_the_grace_time_has_bounds(backup: Client, vault: str, refused: Refused, days: int) -> None:
    """L2"""
    with refused("InvalidParameterValueException"):
        backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=days)


@pytest.mark.parametrize("limits", [{"MinRetentionDays": 0}, {"MaxRetentionDays": 36_501}])
def test_l3_retentions_have_bounds(
    backup: Client, vault: str, refused: Refused, limits: dict[str, int]
) -> None:
    """L3"""
    with refused("InvalidParameterValueException"):
        backup.put_backup_vault_lock_configuration(BackupVaultName=vault, **limits)


def test_l4_the_minimum_is_not_above_the_maximum(backup: Client, vault: str, refused: Refused) -> None:
    """L4: equal is in use"""
    backup.put_backup_vault_lock_configuration(
        BackupVaultName=vault, MinRetentionDays=30, MaxRetentionDays=30
    )

    with refused("InvalidParameterValueException"):
        backup.put_backup_vault_lock_configuration(
            BackupVaultName=vault, MinRetentionDays=31, MaxRetentionDays=30
        )


def test_l6_the_lock_is_immutable_from_its_date_on(
    backup: Client, vault: str, clock: ManualClock, refused: Refused
) -> None:
    """L6"""
    # GIVEN a lock that was still changed in its grace time
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)
    clock.advance(days=2)
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)

    # WHEN
    clock.advance(days=3)

    # THEN
    with refused("InvalidRequestException"):
        backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)
    with refused("InvalidRequestException"):
        backup.delete_backup_vault_lock_configuration(BackupVaultName=vault)


def test_l6_the_lock_can_be_removed_before(backup: Client, vault: str) -> None:
    """L6"""
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)

    backup.delete_backup_vault_lock_configuration(BackupVaultName=vault)

    assert backup.describe_backup_vault(BackupVaultName=vault)["Locked"] is False


@pytest.mark.parametrize("lock", [{"MinRetentionDays": 1}, {"ChangeableForDays": 3}])
def test_l7_r5_a_locked_vault_keeps_its_points(
    backup: Client, service: StrictBackupService, vault: str, refused: Refused, lock: dict[str, int]
) -> None:
    """L7, R5: in the grace time too"""
    # GIVEN
    (arn,) = service.put_recovery_points(vault, RecoveryPoint())
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, **lock)
    point = {"BackupVaultName": vault, "RecoveryPointArn": arn}

    # WHEN / THEN
    with refused("InvalidRequestException"):
        backup.delete_recovery_point(**point)
    with refused("InvalidRequestException"):
        backup.update_recovery_point_lifecycle(**point, Lifecycle={"DeleteAfterDays": 1})


@pytest.mark.parametrize("survives", [False, True])
def test_l11_put_again_without_grace_time(
    backup: Client, vault: str, set_switches: SwitchSetter, survives: bool
) -> None:
    """L11"""
    # GIVEN
    set_switches(lock_date_survives_reput=survives)
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)

    # WHEN
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, MinRetentionDays=7)

    # THEN
    assert ("LockDate" in backup.describe_backup_vault(BackupVaultName=vault)) is survives


def _policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_p1_get_without_a_policy(backup: Client, vault: str, refused: Refused) -> None:
    """P1"""
    # GIVEN a policy that was put and removed again
    text = _policy(Effect="Allow", Principal="*", Action="backup:CopyIntoBackupVault", Resource="*")
    backup.put_backup_vault_access_policy(BackupVaultName=vault, Policy=text)
    assert backup.get_backup_vault_access_policy(BackupVaultName=vault)["Policy"] == text
    backup.delete_backup_vault_access_policy(BackupVaultName=vault)

    # WHEN / THEN
    with refused("ResourceNotFoundException"):
        backup.get_backup_vault_access_policy(BackupVaultName=vault)


@pytest.mark.parametrize("action", ["*", "backup:*", ["backup:CopyIntoBackupVault", "backup:Delete*"]])
def test_p2_no_wildcard_in_an_action(backup: Client, vault: str, refused: Refused, action: object) -> None:
    """P2"""
    with refused("InvalidParameterValueException"):
        backup.put_backup_vault_access_policy(
            BackupVaultName=vault, Policy=_policy(Effect="Deny", Principal="*", Action=action, Resource="*")
        )


@pytest.mark.parametrize(
    "text", ["not a policy", "[]", "{}", '{"Statement": 5}', '{"Statement": "x"}', '{"Statement": [1]}']
)
def test_p2_the_policy_is_a_policy(backup: Client, vault: str, refused: Refused, text: str) -> None:
    """P2"""
    with refused("InvalidParameterValueException"):
        backup.put_backup_vault_access_policy(BackupVaultName=vault, Policy=text)


def test_p5_a_policy_may_deny_its_own_account(backup: Client, vault: str, refused: Refused) -> None:
    """P5"""
    # GIVEN
    denial = _policy(Effect="Deny", Principal={"AWS": "*"}, Action="backup:DeleteBackupVault", Resource="*")
    backup.put_backup_vault_access_policy(BackupVaultName=vault, Policy=denial)

    # WHEN / THEN
    with refused("AccessDeniedException", status=403):
        backup.delete_backup_vault(BackupVaultName=vault)
    backup.delete_backup_vault_access_policy(BackupVaultName=vault)
    backup.delete_backup_vault(BackupVaultName=vault)


def test_p5_statements_with_a_condition_are_not_evaluated(backup: Client, vault: str) -> None:
    """P5"""
    denial = _policy(
        Effect="Deny",
        Principal="*",
        Action="backup:DeleteBackupVault",
        Resource="*",
        Condition={"StringNotEquals": {"aws:userId": ["AROA:*"]}},
    )
    backup.put_backup_vault_access_policy(BackupVaultName=vault, Policy=denial)

    backup.delete_backup_vault(BackupVaultName=vault)


def test_n1_only_events_of_the_list(backup: Client, vault: str, refused: Refused) -> None:
    """N1"""
    with refused("InvalidParameterValueException", "Please select from the following list of notifications"):
        backup.put_backup_vault_notifications(
            BackupVaultName=vault, SNSTopicArn=TOPIC, BackupVaultEvents=["BACKUP_JOB_ENDED"]
        )


def test_n2_undocumented_events_are_warned_of(
    backup: Client, vault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """N2"""
    with caplog.at_level(logging.WARNING):
        backup.put_backup_vault_notifications(
            BackupVaultName=vault, SNSTopicArn=TOPIC, BackupVaultEvents=["BACKUP_PLAN_CREATED"]
        )

    assert "BACKUP_PLAN_CREATED" in caplog.text


def test_n4_n5_put_replaces_and_get_without_any_is_not_found(
    backup: Client, vault: str, refused: Refused
) -> None:
    """N4, N5"""
    # GIVEN
    for event in ("BACKUP_JOB_FAILED", "COPY_JOB_FAILED"):
        backup.put_backup_vault_notifications(
            BackupVaultName=vault, SNSTopicArn=TOPIC, BackupVaultEvents=[event]
        )
    shown = backup.get_backup_vault_notifications(BackupVaultName=vault)
    assert (shown["SNSTopicArn"], shown["BackupVaultEvents"]) == (TOPIC, ["COPY_JOB_FAILED"])

    # WHEN
    backup.delete_backup_vault_notifications(BackupVaultName=vault)

    # THEN
    with refused("ResourceNotFoundException"):
        backup.get_backup_vault_notifications(BackupVaultName=vault)
