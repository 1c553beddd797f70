"""Vaults: rules V1 to V22."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.strict_backup import ManualClock, RecoveryPoint, StrictBackupService

from .conftest import ACCOUNT, REGION, Client, Refused, SwitchSetter

if TYPE_CHECKING:
    import boto3


@pytest.mark.parametrize("name", ["ab", "A" * 50, "daily_backups-2"])
def test_v1_names_of_the_pattern_are_accepted(backup: Client, name: str) -> None:
    """V1"""
    made = backup.create_backup_vault(BackupVaultName=name)

    assert made["BackupVaultArn"] == f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{name}"


@pytest.mark.parametrize("name", ["a", "a" * 51, "a b!", "ä_ö", "a.b"])
def test_v1_other_names_are_refused(backup: Client, refused: Refused, name: str) -> None:
    """V1"""
    with refused("InvalidParameterValueException"):
        backup.create_backup_vault(BackupVaultName=name)


def test_v1_names_are_case_sensitive_and_per_region(backup: Client, session: boto3.Session) -> None:
    """V1"""
    # GIVEN
    backup.create_backup_vault(BackupVaultName="daily")

    # WHEN
    backup.create_backup_vault(BackupVaultName="Daily")
    session.client("backup", region_name="us-east-1").create_backup_vault(BackupVaultName="daily")

    # THEN
    names = [vault["BackupVaultName"] for vault in backup.list_backup_vaults()["BackupVaultList"]]
    assert names == ["Daily", "daily"]


def test_v2_a_service_made_vault_can_be_described_and_listed(
    backup: Client, service: StrictBackupService
) -> None:
    """V2"""
    name = "aws/efs/automatic-backup-vault"
    service.put_service_vault(name, account=ACCOUNT, region=REGION)

    assert backup.describe_backup_vault(BackupVaultName=name)["BackupVaultName"] == name
    assert backup.list_backup_vaults()["BackupVaultList"][0]["BackupVaultName"] == name


def test_v3_a_second_vault_of_one_name_is_refused(backup: Client, vault: str, refused: Refused) -> None:
    """V3"""
    with refused("AlreadyExistsException", "Backup vault with the same name already exists"):
        backup.create_backup_vault(BackupVaultName=vault)


def test_v3_the_refusal_says_who_owns_the_name(backup: Client) -> None:
    """V3"""
    # GIVEN
    backup.create_backup_vault(BackupVaultName="daily", CreatorRequestId="first")

    # WHEN
    with pytest.raises(backup.exceptions.AlreadyExistsException) as caught:
        backup.create_backup_vault(BackupVaultName="daily", CreatorRequestId="second")

    # THEN
    assert caught.value.response["CreatorRequestId"] == "first"
    assert caught.value.response["Arn"].endswith(":backup-vault:daily")


def test_v4_a_repeat_with_the_same_token_gets_the_first_answer(backup: Client, clock: ManualClock) -> None:
    """V4"""
    # GIVEN
    first = backup.create_backup_vault(BackupVaultName="daily", CreatorRequestId="token")
    clock.advance(seconds=60)

    # WHEN
    second = backup.create_backup_vault(BackupVaultName="daily", CreatorRequestId="token")

    # THEN
    assert second["CreationDate"] == first["CreationDate"]


def test_v5_without_a_key_the_vault_has_the_key_of_the_account(backup: Client, vault: str) -> None:
    """V5"""
    key = backup.describe_backup_vault(BackupVaultName=vault)["EncryptionKeyArn"]

    assert key.startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")


def test_v5_a_given_key_is_kept(backup: Client) -> None:
    """V5, V7: a key of another account too"""
    key = f"arn:aws:kms:{REGION}:999999999999:key/1234"
    backup.create_backup_vault(BackupVaultName="daily", EncryptionKeyArn=key)

    assert backup.describe_backup_vault(BackupVaultName="daily")["EncryptionKeyArn"] == key


@pytest.mark.parametrize("lacking", ["backup-storage:MountCapsule", "kms:CreateGrant"])
def test_v8_a_caller_without_storage_or_key_permissions_is_refused(
    backup: Client, set_switches: SwitchSetter, refused: Refused, lacking: str
) -> None:
    """V8"""
    set_switches(caller_lacks=[lacking])

    with refused("AccessDeniedException", "requires backup-storage and KMS permissions", status=403):
        backup.create_backup_vault(BackupVaultName="daily")


def test_v10_create_answers_three_members(backup: Client) -> None:
    """V10"""
    made = backup.create_backup_vault(BackupVaultName="daily")

    assert set(made) - {"ResponseMetadata"} == {"BackupVaultName", "BackupVaultArn", "CreationDate"}


def test_v11_a_vault_that_does_not_exist_is_access_denied(backup: Client, refused: Refused) -> None:
    """V11"""
    with refused("AccessDeniedException", "Insufficient privileges to perform this action.", status=403):
        backup.describe_backup_vault(BackupVaultName="nowhere")


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("put_backup_vault_lock_configuration", {}),
        ("delete_backup_vault_lock_configuration", {}),
        ("get_backup_vault_access_policy", {}),
        ("put_backup_vault_access_policy", {"Policy": '{"Statement": []}'}),
        ("delete_backup_vault_access_policy", {}),
        (
            "put_backup_vault_notifications",
            {"SNSTopicArn": "arn", "BackupVaultEvents": ["BACKUP_JOB_FAILED"]},
        ),
        ("get_backup_vault_notifications", {}),
        ("delete_backup_vault_notifications", {}),
        ("delete_backup_vault", {}),
    ],
)
def test_v12_v15_other_calls_on_a_missing_vault_can_be_switched(
    backup: Client,
    set_switches: SwitchSetter,
    refused: Refused,
    operation: str,
    parameters: dict[str, object],
) -> None:
    """V12, V15"""
    # GIVEN the default
    with refused("AccessDeniedException", status=403):
        getattr(backup, operation)(BackupVaultName="nowhere", **parameters)

    # WHEN
    set_switches(missing_vault_answers="ResourceNotFound")

    # THEN
    with refused("ResourceNotFoundException"):
        getattr(backup, operation)(BackupVaultName="nowhere", **parameters)


def test_v13_a_vault_with_recovery_points_is_not_deleted(
    backup: Client, service: StrictBackupService, vault: str, refused: Refused
) -> None:
    """V13"""
    service.put_recovery_points(vault, RecoveryPoint())

    with refused("InvalidRequestException", "because it contains recovery points.", code="ERROR_9101"):
        backup.delete_backup_vault(BackupVaultName=vault)


def test_v14_v21_a_vault_reports_its_last_point_for_a_while(
    backup: Client,
    service: StrictBackupService,
    vault: str,
    set_switches: SwitchSetter,
    clock: ManualClock,
    refused: Refused,
) -> None:
    """V14, V21"""
    # GIVEN
    set_switches(vault_not_empty_lag_seconds=30)
    (arn,) = service.put_recovery_points(vault, RecoveryPoint())

    # WHEN
    backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=arn)

    # THEN the list is exact, the vault is not
    assert not backup.list_recovery_points_by_backup_vault(BackupVaultName=vault)["RecoveryPoints"]
    assert backup.describe_backup_vault(BackupVaultName=vault)["NumberOfRecoveryPoints"] == 1
    with refused("InvalidRequestException", code="ERROR_9101"):
        backup.delete_backup_vault(BackupVaultName=vault)
    clock.advance(seconds=30)
    backup.delete_backup_vault(BackupVaultName=vault)


def test_v16_the_efs_vault_is_not_deleted(
    backup: Client, service: StrictBackupService, refused: Refused
) -> None:
    """V16"""
    name = "aws/efs/automatic-backup-vault"
    service.put_service_vault(name, account=ACCOUNT, region=REGION)

    with refused("InvalidRequestException"):
        backup.delete_backup_vault(BackupVaultName=name)


def test_v18_an_empty_locked_vault_is_deleted(
    backup: Client, vault: str, clock: ManualClock, refused: Refused
) -> None:
    """V18: in compliance mode after the lock date too"""
    # GIVEN
    backup.put_backup_vault_lock_configuration(BackupVaultName=vault, ChangeableForDays=3)
    clock.advance(days=4)

    # WHEN
    backup.delete_backup_vault(BackupVaultName=vault)

    # THEN
    with refused("AccessDeniedException", status=403):
        backup.describe_backup_vault(BackupVaultName=vault)


def test_v17_a_vault_that_a_plan_points_to_is_deleted(backup: Client, vault: str, plan: str) -> None:
    """V17"""
    backup.delete_backup_vault(BackupVaultName=vault)


def test_v20_the_type_is_backup_vault(backup: Client, vault: str) -> None:
    """V20"""
    described = backup.describe_backup_vault(BackupVaultName=vault)

    assert described["VaultType"] == "BACKUP_VAULT"
    assert described["NumberOfRecoveryPoints"] == 0


def test_v22_the_quota_is_a_switch(
    raw: Client, vault: str, set_switches: SwitchSetter, refused: Refused
) -> None:
    """V22"""
    set_switches(vault_quota=1)

    with refused("LimitExceededException"):
        raw.create_backup_vault(BackupVaultName="weekly")


def test_vaults_are_listed_in_pages(backup: Client) -> None:
    # GIVEN
    for number in range(5):
        backup.create_backup_vault(BackupVaultName=f"vault-{number}")

    # WHEN
    pages = list(backup.get_paginator("list_backup_vaults").paginate(PaginationConfig={"PageSize": 2}))

    # THEN
    assert [len(page["BackupVaultList"]) for page in pages] == [2, 2, 1]


def test_vaults_are_listed_by_type(backup: Client, vault: str) -> None:
    air_gapped = backup.list_backup_vaults(ByVaultType="LOGICALLY_AIR_GAPPED_BACKUP_VAULT")

    assert air_gapped["BackupVaultList"] == []
    assert backup.list_backup_vaults(ByShared=True)["BackupVaultList"] == []
