"""Settings, tags and legal holds: rules G1 to G6."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from local_aws.strict_backup import ManualClock, RecoveryPoint, StrictBackupService

from .conftest import Client, Refused, SwitchSetter

if TYPE_CHECKING:
    import boto3


def test_g1_an_unknown_type_is_refused(backup: Client, refused: Refused) -> None:
    """G1"""
    text = "Element present in resource type opt in preference has invalid values."
    with refused("InvalidParameterValueException", text):
        backup.update_region_settings(ResourceTypeOptInPreference={"Floppy": True})


def test_g2_types_have_their_display_names(backup: Client) -> None:
    """G2"""
    types = backup.get_supported_resource_types()["ResourceTypes"]

    assert set(types) == set(backup.describe_region_settings()["ResourceTypeOptInPreference"])
    assert "SAP HANA on Amazon EC2" in types


def test_g3_g4_an_update_merges_in_its_region(backup: Client, session: boto3.Session) -> None:
    """G3, G4"""
    # GIVEN
    before = backup.describe_region_settings()["ResourceTypeOptInPreference"]
    assert (before["EFS"], before["Aurora"], before["FSx"]) == (True, False, False)

    # WHEN
    backup.update_region_settings(ResourceTypeOptInPreference={"EFS": False})

    # THEN
    after = backup.describe_region_settings()["ResourceTypeOptInPreference"]
    assert after == {**before, "EFS": False}
    elsewhere = session.client("backup", region_name="us-east-1")
    assert elsewhere.describe_region_settings()["ResourceTypeOptInPreference"] == before


def test_g5_management_is_for_two_types(backup: Client, refused: Refused) -> None:
    """G5"""
    backup.update_region_settings(ResourceTypeManagementPreference={"DynamoDB": True})

    settings = backup.describe_region_settings()["ResourceTypeManagementPreference"]
    assert settings == {"DynamoDB": True, "EFS": False}
    with refused("InvalidParameterValueException"):
        backup.update_region_settings(ResourceTypeManagementPreference={"RDS": True})


def test_g6_global_settings_need_an_organization(
    backup: Client, set_switches: SwitchSetter, refused: Refused
) -> None:
    """G6"""
    # GIVEN no organization
    change = {"GlobalSettings": {"isCrossAccountBackupEnabled": "true"}}
    text = "Your account is not a member of an organization."
    with refused("InvalidRequestException", text, code="ERROR_9601"):
        backup.describe_global_settings()
    with refused("InvalidRequestException", text):
        backup.update_global_settings(**change)

    # WHEN a member THEN it may only read
    set_switches(organization_role="member")
    assert backup.describe_global_settings()["GlobalSettings"]["isCrossAccountBackupEnabled"] == "false"
    with refused("InvalidRequestException"):
        backup.update_global_settings(**change)

    # WHEN the management account THEN it may update
    set_switches(organization_role="management")
    backup.update_global_settings(**change)
    assert backup.describe_global_settings()["GlobalSettings"]["isCrossAccountBackupEnabled"] == "true"
    with refused("InvalidParameterValueException"):
        backup.update_global_settings(GlobalSettings={"isFast": "true"})


@pytest.mark.parametrize("kind", ["vault", "plan", "recovery point", "legal hold"])
def test_tags_are_put_listed_and_removed(
    backup: Client, service: StrictBackupService, vault: str, plan: str, kind: str
) -> None:
    # GIVEN
    arns: dict[str, Callable[[], str]] = {
        "vault": lambda: backup.describe_backup_vault(BackupVaultName=vault)["BackupVaultArn"],
        "plan": lambda: backup.get_backup_plan(BackupPlanId=plan)["BackupPlanArn"],
        "recovery point": lambda: service.put_recovery_points(vault, RecoveryPoint())[0],
        "legal hold": lambda: backup.create_legal_hold(Title="t", Description="d")["LegalHoldArn"],
    }
    arn = arns[kind]()

    # WHEN
    backup.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    backup.untag_resource(ResourceArn=arn, TagKeyList=["a", "c"])

    # THEN
    assert backup.list_tags(ResourceArn=arn)["Tags"] == {"b": "2"}


def test_tags_given_at_creation(backup: Client, set_switches: SwitchSetter, refused: Refused) -> None:
    # GIVEN
    made = backup.create_backup_vault(BackupVaultName="daily", BackupVaultTags={"a": "1"})
    assert backup.list_tags(ResourceArn=made["BackupVaultArn"])["Tags"] == {"a": "1"}

    # WHEN the caller may not tag
    set_switches(caller_lacks=["backup:TagResource"])

    # THEN it may only create without
    with refused("AccessDeniedException", "backup:TagResource", status=403):
        backup.create_backup_vault(BackupVaultName="weekly", BackupVaultTags={"a": "1"})
    backup.create_backup_vault(BackupVaultName="weekly")


def test_tags_of_what_is_not_there(backup: Client, vault: str, refused: Refused) -> None:
    arn = backup.describe_backup_vault(BackupVaultName=vault)["BackupVaultArn"]
    backup.delete_backup_vault(BackupVaultName=vault)

    with refused("ResourceNotFoundException"):
        backup.list_tags(ResourceArn=arn)


def test_tag_keys_of_aws_are_refused(backup: Client, vault: str, refused: Refused) -> None:
    arn = backup.describe_backup_vault(BackupVaultName=vault)["BackupVaultArn"]

    with refused("InvalidParameterValueException"):
        backup.tag_resource(ResourceArn=arn, Tags={"aws:mine": ""})


def test_a_legal_hold_from_creation_to_cancellation(
    backup: Client, clock: ManualClock, refused: Refused
) -> None:
    # GIVEN
    first = backup.create_legal_hold(Title="case", Description="d", IdempotencyToken="token")
    again = backup.create_legal_hold(Title="case", Description="d", IdempotencyToken="token")
    assert again["LegalHoldId"] == first["LegalHoldId"]
    hold = {"LegalHoldId": first["LegalHoldId"]}
    assert backup.get_legal_hold(**hold)["Status"] == "ACTIVE"

    # WHEN
    cancelled = backup.cancel_legal_hold(**hold, CancelDescription="closed", RetainRecordInDays=1)

    # THEN
    assert cancelled["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert [found["Status"] for found in backup.list_legal_holds()["LegalHolds"]] == ["CANCELED"]
    assert backup.get_legal_hold(**hold)["CancelDescription"] == "closed"
    with refused("InvalidResourceStateException"):
        backup.cancel_legal_hold(**hold, CancelDescription="again")
    with refused("ResourceNotFoundException"):
        backup.get_legal_hold(LegalHoldId="none")


def test_an_account_has_50_legal_holds(raw: Client, refused: Refused) -> None:
    for number in range(50):
        raw.create_legal_hold(Title=f"case {number}", Description="d")

    with refused("LimitExceededException"):
        raw.create_legal_hold(Title="one more", Description="d")
