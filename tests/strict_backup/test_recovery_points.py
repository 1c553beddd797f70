"""Recovery points: rules R1 to R10, R14."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from local_aws.strict_backup import ManualClock, RecoveryPoint, StrictBackupService

from .conftest import Client, Refused, SwitchSetter, plan_document

Put = Callable[..., dict[str, str]]

COMPOSITE = "arn:aws:backup:eu-west-1:123456789012:recovery-point:composite"


@pytest.fixture
def put(service: StrictBackupService, vault: str) -> Put:
    """Puts a point into the vault; the parameters that name it in calls."""

    def put_one(**members: Any) -> dict[str, str]:
        (arn,) = service.put_recovery_points(vault, RecoveryPoint(**members))
        return {"BackupVaultName": vault, "RecoveryPointArn": arn}

    return put_one


def listed(backup: Client, **filters: object) -> list[str]:
    pages = backup.get_paginator("list_recovery_points_by_backup_vault").paginate(
        BackupVaultName="daily", **filters
    )
    return [point["RecoveryPointArn"] for page in pages for point in page["RecoveryPoints"]]


def test_r1_deletion_runs_in_the_background(
    backup: Client, put: Put, set_switches: SwitchSetter, clock: ManualClock, refused: Refused
) -> None:
    """R1"""
    # GIVEN
    set_switches(recovery_point_deletion_seconds=60)
    point = put()

    # WHEN
    backup.delete_recovery_point(**point)

    # THEN
    assert backup.describe_recovery_point(**point)["Status"] == "DELETING"
    clock.advance(seconds=60)
    assert listed(backup) == []
    with refused("ResourceNotFoundException"):
        backup.describe_recovery_point(**point)


def test_r1_an_arn_with_a_slash_arrives_whole(backup: Client, put: Put) -> None:
    """R1"""
    point = put(resource_type="EBS")
    assert "/" in point["RecoveryPointArn"]

    backup.delete_recovery_point(**point)

    assert listed(backup) == []


def test_r2_a_point_without_its_role_expires_and_goes_the_second_time(backup: Client, put: Put) -> None:
    """R2"""
    # GIVEN
    point = put(expires_on_delete=True)

    # WHEN
    backup.delete_recovery_point(**point)

    # THEN the answer was 200, the point is not gone
    described = backup.describe_recovery_point(**point)
    assert described["Status"] == "EXPIRED"
    assert described["StatusMessage"]
    backup.delete_recovery_point(**point)
    assert listed(backup) == []


def test_r2_not_without_the_permission_for_the_service_linked_role(
    backup: Client, put: Put, set_switches: SwitchSetter
) -> None:
    """R2"""
    # GIVEN
    set_switches(caller_lacks=["iam:CreateServiceLinkedRole"])
    point = put(status="EXPIRED")

    # WHEN
    backup.delete_recovery_point(**point)

    # THEN
    assert backup.describe_recovery_point(**point)["Status"] == "EXPIRED"


@pytest.mark.parametrize("members", [{"busy": True}, {"status": "CREATING"}, {"status": "DELETING"}])
def test_r3_while_another_action_runs(
    backup: Client, put: Put, refused: Refused, members: dict[str, object]
) -> None:
    """R3"""
    with refused("InvalidResourceStateException"):
        backup.delete_recovery_point(**put(**members))


def test_r4_a_point_on_hold_is_kept(backup: Client, put: Put, refused: Refused) -> None:
    """R4"""
    with refused("InvalidRequestException", "because it has active legal hold(s)"):
        backup.delete_recovery_point(**put(legal_hold=True))


def test_r4_a_legal_hold_keeps_what_it_selects(backup: Client, put: Put, refused: Refused) -> None:
    """R4"""
    # GIVEN
    point, other = put(resource_arn="arn:held"), put(resource_arn="arn:free")
    hold = backup.create_legal_hold(
        Title="case",
        Description="case",
        RecoveryPointSelection={"VaultNames": ["daily"], "ResourceIdentifiers": ["arn:held"]},
    )
    backup.delete_recovery_point(**other)
    with refused("InvalidRequestException", "because it has active legal hold(s)"):
        backup.delete_recovery_point(**point)

    # WHEN
    backup.cancel_legal_hold(LegalHoldId=hold["LegalHoldId"], CancelDescription="closed")

    # THEN
    backup.delete_recovery_point(**point)


def test_an_access_point_keeps_its_recovery_point(backup: Client, put: Put, refused: Refused) -> None:
    with refused("InvalidRequestException"):
        backup.delete_recovery_point(**put(access_point=True))


def test_r6_a_composite_goes_with_its_last_nested_point(backup: Client, put: Put, refused: Refused) -> None:
    """R6"""
    # GIVEN
    composite = put(recovery_point_arn=COMPOSITE, resource_type="CloudFormation", is_parent=True)
    nested = [put(parent_recovery_point_arn=COMPOSITE) for _ in range(2)]
    assert listed(backup, ByParentRecoveryPointArn=COMPOSITE) == [
        point["RecoveryPointArn"] for point in nested
    ]
    with refused("InvalidRequestException"):
        backup.delete_recovery_point(**composite)

    # WHEN one is deleted and the other taken from its parent
    backup.delete_recovery_point(**nested[0])
    assert backup.describe_recovery_point(**composite)["IsParent"] is True
    backup.disassociate_recovery_point_from_parent(**nested[1])

    # THEN
    assert listed(backup) == [nested[1]["RecoveryPointArn"]]


def test_r6_a_composite_that_is_being_deleted_can_go_with_a_nested_point(
    backup: Client, put: Put, set_switches: SwitchSetter, clock: ManualClock
) -> None:
    """R6"""
    # GIVEN
    set_switches(recovery_point_deletion_seconds=60)
    backup.delete_recovery_point(**put(recovery_point_arn=COMPOSITE, is_parent=True))
    nested = put(parent_recovery_point_arn=COMPOSITE)

    # WHEN
    backup.disassociate_recovery_point_from_parent(**nested)
    clock.advance(seconds=60)

    # THEN
    assert listed(backup) == [nested["RecoveryPointArn"]]


def test_r6_only_a_nested_point_has_a_parent(backup: Client, put: Put, refused: Refused) -> None:
    """R6"""
    with refused("InvalidRequestException"):
        backup.disassociate_recovery_point_from_parent(**put())


@pytest.mark.parametrize(("kind", "left"), [("RDS", []), ("S3", ["STOPPED"])])
def test_r7_disassociation_of_a_continuous_point(
    backup: Client, put: Put, kind: str, left: list[str]
) -> None:
    """R7: that of S3 does not empty the vault"""
    # GIVEN
    point = put(resource_type=kind, continuous=True)

    # WHEN
    backup.disassociate_recovery_point(**point)

    # THEN
    points = backup.list_recovery_points_by_backup_vault(BackupVaultName="daily")["RecoveryPoints"]
    assert [found["Status"] for found in points] == left


def test_r7_on_an_expired_point_of_s3_it_does_nothing(backup: Client, put: Put) -> None:
    """R7"""
    point = put(resource_type="S3", continuous=True, status="EXPIRED")

    backup.disassociate_recovery_point(**point)

    assert backup.describe_recovery_point(**point)["Status"] == "EXPIRED"


def test_r7_a_snapshot_is_not_disassociated(backup: Client, put: Put, refused: Refused) -> None:
    """R7"""
    with refused("InvalidRequestException"):
        backup.disassociate_recovery_point(**put())


def test_r7_a_continuous_point_is_deleted(backup: Client, put: Put) -> None:
    """R7"""
    backup.delete_recovery_point(**put(resource_type="S3", continuous=True))

    assert listed(backup) == []


def test_r8_a_lifecycle_is_updated_and_removed(backup: Client, put: Put) -> None:
    """R8"""
    # GIVEN
    point = put()

    # WHEN
    updated = backup.update_recovery_point_lifecycle(**point, Lifecycle={"DeleteAfterDays": 10})

    # THEN
    described = backup.describe_recovery_point(**point)
    assert updated["CalculatedLifecycle"] == described["CalculatedLifecycle"]
    assert (described["CalculatedLifecycle"]["DeleteAt"] - described["CreationDate"]).days == 10
    backup.update_recovery_point_lifecycle(
        **point, Lifecycle={"DeleteAfterDays": -1, "MoveToColdStorageAfterDays": -1}
    )
    assert not backup.describe_recovery_point(**point)["Lifecycle"]


def test_r8_a_lifecycle_keeps_90_days(backup: Client, put: Put, refused: Refused) -> None:
    """R8"""
    with refused("InvalidParameterValueException", "90 days apart"):
        backup.update_recovery_point_lifecycle(
            **put(), Lifecycle={"DeleteAfterDays": 100, "MoveToColdStorageAfterDays": 11}
        )


def test_r8_not_for_a_continuous_point(backup: Client, put: Put, refused: Refused) -> None:
    """R8"""
    with refused("InvalidRequestException"):
        backup.update_recovery_point_lifecycle(**put(continuous=True), Lifecycle={"DeleteAfterDays": 1})


def test_r10_points_outlive_their_plan(backup: Client, put: Put) -> None:
    """R10"""
    # GIVEN
    plan = backup.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"]
    point = put(backup_plan_id=plan)

    # WHEN
    backup.delete_backup_plan(BackupPlanId=plan)

    # THEN
    assert listed(backup, ByBackupPlanId=plan) == [point["RecoveryPointArn"]]


def test_r14_points_of_an_unknown_vault(backup: Client, refused: Refused) -> None:
    """R14"""
    with refused("AccessDeniedException", status=403):
        backup.describe_recovery_point(BackupVaultName="nowhere", RecoveryPointArn=COMPOSITE)
    with refused("AccessDeniedException", status=403):
        backup.list_recovery_points_by_backup_vault(BackupVaultName="nowhere")


def test_points_are_listed_in_pages(backup: Client, put: Put) -> None:
    # GIVEN
    arns = [put()["RecoveryPointArn"] for _ in range(5)]

    # WHEN one of the next page is deleted meanwhile
    first = backup.list_recovery_points_by_backup_vault(BackupVaultName="daily", MaxResults=2)
    backup.delete_recovery_point(BackupVaultName="daily", RecoveryPointArn=arns[2])
    second = backup.list_recovery_points_by_backup_vault(
        BackupVaultName="daily", MaxResults=2, NextToken=first["NextToken"]
    )

    # THEN
    shown = [point["RecoveryPointArn"] for page in (first, second) for point in page["RecoveryPoints"]]
    assert shown == [arns[0], arns[1], arns[3], arns[4]]
    assert "NextToken" not in second


def test_points_are_filtered(backup: Client, put: Put) -> None:
    # GIVEN
    first = put(resource_type="RDS", resource_arn="arn:db", creation_date=1_700_000_000)["RecoveryPointArn"]
    second = put(resource_type="EBS", resource_arn="arn:disk", creation_date=1_800_000_000)[
        "RecoveryPointArn"
    ]

    # WHEN / THEN
    assert listed(backup, ByResourceType="RDS") == [first]
    assert listed(backup, ByResourceArn="arn:disk") == [second]
    assert listed(backup, ByCreatedBefore=1_750_000_000) == [first]
    assert listed(backup, ByCreatedAfter=1_750_000_000) == [second]


def test_points_of_a_resource_are_listed_over_vaults(
    backup: Client, put: Put, service: StrictBackupService
) -> None:
    # GIVEN
    arns = [put(resource_arn="arn:disk")["RecoveryPointArn"] for _ in range(2)]
    put(resource_arn="arn:other")
    backup.create_backup_vault(BackupVaultName="weekly")
    arns += service.put_recovery_points("weekly", RecoveryPoint(resource_arn="arn:disk"))

    # WHEN
    pages = backup.get_paginator("list_recovery_points_by_resource").paginate(
        ResourceArn="arn:disk", PaginationConfig={"PageSize": 2}
    )

    # THEN
    assert [point["RecoveryPointArn"] for page in pages for point in page["RecoveryPoints"]] == arns


def test_a_bad_token_is_refused(backup: Client, vault: str, refused: Refused) -> None:
    with refused("InvalidParameterValueException"):
        backup.list_recovery_points_by_backup_vault(BackupVaultName=vault, NextToken="made-up")


def test_a_million_points_cost_little(backup: Client, vault: str, service: StrictBackupService) -> None:
    # GIVEN
    tracemalloc.start()
    service.put_recovery_point_block(vault, 1_000_000, RecoveryPoint(resource_type="EBS"))
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert memory < 4_000_000
    assert backup.describe_backup_vault(BackupVaultName=vault)["NumberOfRecoveryPoints"] == 1_000_000

    # WHEN the first page is deleted and the next is read
    start = time.monotonic()
    first = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault, MaxResults=10)
    for point in first["RecoveryPoints"]:
        backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=point["RecoveryPointArn"])
    second = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault, MaxResults=10)

    # THEN
    assert time.monotonic() - start < 2
    shown = [point["RecoveryPointArn"] for page in (first, second) for point in page["RecoveryPoints"]]
    assert len(set(shown)) == 20
    assert backup.describe_backup_vault(BackupVaultName=vault)["NumberOfRecoveryPoints"] == 999_990
    assert listed(backup, ByResourceType="RDS") == []


def test_blocks_and_points_stand_side_by_side(backup: Client, put: Put, service: StrictBackupService) -> None:
    # GIVEN
    before = put()["RecoveryPointArn"]
    service.put_recovery_point_block("daily", 3, RecoveryPoint(resource_type="RDS", is_parent=False))
    service.put_recovery_point_block("daily", 2)
    after = put()["RecoveryPointArn"]

    # WHEN
    arns = listed(backup, PaginationConfig={"PageSize": 2})

    # THEN
    assert (len(arns), arns[0], arns[-1]) == (7, before, after)
    assert len(listed(backup, ByResourceType="RDS")) == 3
    for arn in arns:
        backup.delete_recovery_point(BackupVaultName="daily", RecoveryPointArn=arn)
    backup.delete_backup_vault(BackupVaultName="daily")


def test_a_point_of_a_block_can_change(backup: Client, vault: str, service: StrictBackupService) -> None:
    # GIVEN
    service.put_recovery_point_block(vault, 3, RecoveryPoint(parent_recovery_point_arn=COMPOSITE))
    arn = listed(backup)[1]

    # WHEN
    backup.disassociate_recovery_point_from_parent(BackupVaultName=vault, RecoveryPointArn=arn)

    # THEN
    assert arn in listed(backup)
    assert len(listed(backup, ByParentRecoveryPointArn=COMPOSITE)) == 2
    assert len(listed(backup, ByParentRecoveryPointArn="arn:other")) == 0


def test_a_point_is_put_into_a_vault_once(service: StrictBackupService, vault: str) -> None:
    point = RecoveryPoint(recovery_point_arn=COMPOSITE)
    service.put_recovery_points(vault, point)

    with pytest.raises(ValueError, match="already in the vault"):
        service.put_recovery_points(vault, point)
    with pytest.raises(LookupError):
        service.put_recovery_points("nowhere", point)
    with pytest.raises(ValueError, match="0 points"):
        service.put_recovery_point_block(vault, 0)


def test_a_filter_passes_over_a_million_points(
    backup: Client, vault: str, service: StrictBackupService, set_switches: SwitchSetter
) -> None:
    # GIVEN a block in which some points have changed
    set_switches(recovery_point_deletion_seconds=60)
    service.put_recovery_point_block(vault, 1_000_000)
    page = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault, MaxResults=20)
    for point in page["RecoveryPoints"][::2]:
        backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=point["RecoveryPointArn"])
    last = service.put_recovery_points(vault, RecoveryPoint(resource_type="RDS"))

    # WHEN
    start = time.monotonic()
    found = listed(backup, ByResourceType="RDS")

    # THEN
    assert found == last
    assert time.monotonic() - start < 0.5
