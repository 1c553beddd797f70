"""What matters to whoever empties a vault: rates, composites, continuous backups, arrivals. Rules R3, R6, R7,
R11, G13."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.strict_backup import ManualClock, RecoveryPoint, StrictBackupService

from .conftest import ACCOUNT, REGION, Client, Refused, SwitchSetter

Put = Callable[..., dict[str, str]]

COMPOSITE = f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:composite:eks/prod-1"
DATABASE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:orders"


@pytest.fixture
def put(service: StrictBackupService, vault: str) -> Put:
    def put_one(**members: Any) -> dict[str, str]:
        (arn,) = service.put_recovery_points(vault, RecoveryPoint(**members))
        return {"BackupVaultName": vault, "RecoveryPointArn": arn}

    return put_one


def listed(backup: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = backup.list_recovery_points_by_backup_vault(BackupVaultName="daily")[
        "RecoveryPoints"
    ]
    return found


def answered(call: Callable[[], object], times: int) -> int:
    """How many of so many calls were not throttled."""
    throttled = 0
    for _ in range(times):
        try:
            call()
        except ClientError as error:
            throttled += error.response["Error"]["Code"] == "ThrottlingException"
    return times - throttled


def test_g13_ten_deletions_a_second_are_answered(
    raw: Client,
    vault: str,
    service: StrictBackupService,
    clock: ManualClock,
    set_switches: SwitchSetter,
) -> None:
    """G13"""
    # GIVEN
    service.put_recovery_point_block(vault, 100)
    points = iter(raw.list_recovery_points_by_backup_vault(BackupVaultName=vault)["RecoveryPoints"])
    set_switches(rates_enforced=True)

    def delete_next() -> None:
        raw.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=next(points)["RecoveryPointArn"])

    # WHEN / THEN what one second holds at once, then what each second brings
    assert answered(delete_next, 15) == 10
    clock.advance(seconds=0.5)
    assert answered(delete_next, 15) == 5
    clock.advance(seconds=60)
    assert answered(delete_next, 15) == 10


def test_g13_all_calls_together_have_a_rate_of_their_own(
    raw: Client, vault: str, clock: ManualClock, set_switches: SwitchSetter
) -> None:
    """G13"""
    set_switches(rates_enforced=True)

    assert answered(raw.list_legal_holds, 60) == 50
    clock.advance(seconds=0.1)
    assert answered(raw.list_legal_holds, 60) == 5


def test_g13_no_rate_unless_it_is_asked_for(raw: Client, vault: str) -> None:
    """G13"""
    assert answered(lambda: raw.describe_backup_vault(BackupVaultName=vault), 60) == 60


def test_r6_the_cluster_state_of_eks_goes_with_its_composite(
    backup: Client, put: Put, refused: Refused
) -> None:
    """R6"""
    # GIVEN
    composite = put(recovery_point_arn=COMPOSITE, resource_type="EKS", is_parent=True)
    state = put(resource_type="EKS", parent_recovery_point_arn=COMPOSITE)
    volume = put(resource_type="EBS", parent_recovery_point_arn=COMPOSITE)
    assert ":recovery-point:eks/" in state["RecoveryPointArn"]
    with refused("InvalidRequestException"):
        backup.delete_recovery_point(**state)
    with refused("InvalidRequestException"):
        backup.disassociate_recovery_point_from_parent(**state)
    with refused("InvalidRequestException", "nested"):
        backup.delete_recovery_point(**composite)

    # WHEN
    backup.delete_recovery_point(**volume)
    backup.delete_recovery_point(**composite)

    # THEN
    assert listed(backup) == []


def test_r6_the_other_sentence_lets_the_cluster_state_be_deleted(
    backup: Client, put: Put, set_switches: SwitchSetter, refused: Refused
) -> None:
    """R6"""
    # GIVEN
    set_switches(eks_state_point_deletable=True)
    composite = put(recovery_point_arn=COMPOSITE, resource_type="EKS", is_parent=True)
    state = put(resource_type="EKS", parent_recovery_point_arn=COMPOSITE)
    with refused("InvalidRequestException"):
        backup.delete_recovery_point(**composite)

    # WHEN
    backup.delete_recovery_point(**state)

    # THEN the composite has gone with its last nested point
    assert listed(backup) == []


def test_r7_the_deletion_of_a_point_of_rds_is_on_record(
    backup: Client, put: Put, service: StrictBackupService
) -> None:
    """R7"""
    point = put(resource_type="RDS", resource_arn=DATABASE, continuous=True)
    assert backup.describe_recovery_point(**point)["Status"] == "AVAILABLE"

    backup.delete_recovery_point(**point)

    assert service.point_in_time_recovery_off(ACCOUNT, REGION) == [DATABASE]


def test_r7_a_snapshot_of_rds_and_a_disassociation_cost_nothing(
    backup: Client, put: Put, service: StrictBackupService
) -> None:
    """R7"""
    backup.delete_recovery_point(**put(resource_type="RDS"))
    backup.disassociate_recovery_point(**put(resource_type="RDS", continuous=True))

    assert listed(backup) == []
    assert service.point_in_time_recovery_off(ACCOUNT, REGION) == []


def test_r7_a_continuous_point_of_aurora_stays_while_its_cluster_does(
    backup: Client, put: Put, service: StrictBackupService, refused: Refused
) -> None:
    """R7"""
    # GIVEN
    point = put(resource_type="Aurora", resource_arn=CLUSTER, continuous=True)
    with refused("InvalidRequestException"):
        backup.disassociate_recovery_point(**point)
    backup.delete_recovery_point(**point)
    assert [found["Status"] for found in listed(backup)] == ["AVAILABLE"]

    # WHEN
    service.remove_resource(CLUSTER, account=ACCOUNT, region=REGION)
    backup.delete_recovery_point(**point)

    # THEN
    assert listed(backup) == []


def test_r7_aurora_can_be_disassociated_where_the_switch_says_so(
    backup: Client, put: Put, set_switches: SwitchSetter
) -> None:
    """R7"""
    set_switches(aurora_disassociation_accepted=True)

    backup.disassociate_recovery_point(**put(resource_type="Aurora", continuous=True))

    assert listed(backup) == []


def test_r3_a_point_that_is_being_made_is_ready_one_day(
    backup: Client, put: Put, clock: ManualClock, refused: Refused
) -> None:
    """R3"""
    # GIVEN
    point = put(status="CREATING", ready_at=clock.now() + 60)
    with refused("InvalidResourceStateException"):
        backup.delete_recovery_point(**point)

    # WHEN
    clock.advance(seconds=60)

    # THEN
    backup.delete_recovery_point(**point)
    assert listed(backup) == []


def test_r11_a_locked_snapshot_expires_again_and_again(backup: Client, put: Put) -> None:
    """R11"""
    point = put(snapshot_locked=True)

    for _ in range(3):
        backup.delete_recovery_point(**point)
        (found,) = listed(backup)
        assert (found["Status"], bool(found["StatusMessage"])) == ("EXPIRED", True)


def test_r1_the_deletion_of_one_point_can_take_longer(backup: Client, put: Put, clock: ManualClock) -> None:
    """R1"""
    point = put(deletion_seconds=3600)

    backup.delete_recovery_point(**point)
    clock.advance(seconds=3599)
    assert [found["Status"] for found in listed(backup)] == ["DELETING"]
    clock.advance(seconds=1)

    assert listed(backup) == []


def test_a_plan_keeps_filling_a_vault(
    backup: Client, vault: str, service: StrictBackupService, clock: ManualClock
) -> None:
    # GIVEN
    template = RecoveryPoint(resource_type="EFS", backup_plan_id="their-plan")
    service.put_arrivals(vault, 60, template, count=3)

    # WHEN
    clock.advance(seconds=121)

    # THEN
    assert [point["CreatedBy"]["BackupPlanId"] for point in listed(backup)] == ["their-plan"] * 2
    clock.advance(seconds=3600)
    assert len(listed(backup)) == 3
    for point in listed(backup):
        backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=point["RecoveryPointArn"])
    backup.delete_backup_vault(BackupVaultName=vault)


def test_points_cannot_arrive_in_no_time(service: StrictBackupService, vault: str) -> None:
    with pytest.raises(ValueError, match="every 0 seconds"):
        service.put_arrivals(vault, 0)


def test_r4_the_points_of_a_hold_are_listed_over_vaults(
    backup: Client, put: Put, service: StrictBackupService, refused: Refused
) -> None:
    """R4"""
    # GIVEN
    arns = [put(resource_arn="arn:held")["RecoveryPointArn"] for _ in range(3)]
    put(resource_arn="arn:free")
    backup.create_backup_vault(BackupVaultName="weekly")
    arns += service.put_recovery_points("weekly", RecoveryPoint(resource_arn="arn:held"))
    hold = backup.create_legal_hold(
        Title="case", Description="case", RecoveryPointSelection={"ResourceIdentifiers": ["arn:held"]}
    )["LegalHoldId"]

    # WHEN
    pages = backup.get_paginator("list_recovery_points_by_legal_hold").paginate(
        LegalHoldId=hold, PaginationConfig={"PageSize": 2}
    )

    # THEN
    found = [point for page in pages for point in page["RecoveryPoints"]]
    assert [point["RecoveryPointArn"] for point in found] == arns
    assert [point["BackupVaultName"] for point in found] == ["daily"] * 3 + ["weekly"]
    with refused("InvalidParameterValueException"):
        backup.list_recovery_points_by_legal_hold(LegalHoldId="nothing")


def test_points_with_an_access_point_are_found(backup: Client, put: Put) -> None:
    put()
    point = put(access_point=True)

    (found,) = backup.list_backup_access_points()["BackupAccessPoints"]

    assert found["RecoveryPointArn"] == point["RecoveryPointArn"]
    assert found["BackupVaultName"] == "daily"


def test_a_vault_can_say_that_it_is_air_gapped(backup: Client, service: StrictBackupService) -> None:
    service.put_service_vault(
        "gapped", account=ACCOUNT, region=REGION, vault_type="LOGICALLY_AIR_GAPPED_BACKUP_VAULT"
    )

    described = backup.describe_backup_vault(BackupVaultName="gapped")

    assert described["VaultType"] == "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"
