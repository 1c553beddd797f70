"""Which points go, how and in which order, by what AWS Backup documents of each type."""

from __future__ import annotations

import pytest

from local_aws.strict_backup import RecoveryPoint

from .simulation import ACCOUNT, REGION, VAULT, World

COMPOSITE = f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:composite:cloudformation/shop-1"
EKS = f"arn:aws:backup:{REGION}:{ACCOUNT}:recovery-point:composite:eks/prod-1"
DATABASE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:orders"


def is_emptied(world: World) -> bool:
    """Whether the last answer says so and the vault is gone."""
    return world.answers[-1].outcome.emptied and not world.has_vault()


def why(world: World) -> str:
    (answered,) = world.answers
    assert answered.outcome.finished
    assert not answered.outcome.emptied
    return answered.outcome.why


def test_a_composite_of_cloudformation_goes_with_its_last_nested_point(world: World) -> None:
    # GIVEN
    world.put_one(recovery_point_arn=COMPOSITE, resource_type="CloudFormation", is_parent=True)
    for kind in ("EBS", "EFS", "DynamoDB"):
        world.put_one(resource_type=kind, parent_recovery_point_arn=COMPOSITE)

    # WHEN
    world.run()

    # THEN the composite needed no call of its own
    assert is_emptied(world)
    assert world.session.made["DeleteRecoveryPoint"] == 3


@pytest.mark.parametrize("status", ["COMPLETED", "PARTIAL"])
def test_a_composite_without_nested_points_is_deleted(world: World, status: str) -> None:
    world.put_one(recovery_point_arn=COMPOSITE, status=status, is_parent=True)

    world.run()

    assert is_emptied(world)


def test_a_composite_of_eks_goes_with_its_cluster_state(world: World) -> None:
    # GIVEN
    world.put_one(recovery_point_arn=EKS, resource_type="EKS", is_parent=True)
    world.put_one(resource_type="EKS", parent_recovery_point_arn=EKS)
    world.put_one(resource_type="EBS", parent_recovery_point_arn=EKS)

    # WHEN
    world.run()

    # THEN nobody tried to delete the cluster state
    assert is_emptied(world)
    assert world.session.made["DeleteRecoveryPoint"] == 2


def test_the_other_sentence_on_eks_is_as_good() -> None:
    """The guide says both that the cluster state cannot be deleted and that it must be."""
    world = World(eks_state_point_deletable=True)
    world.put_one(recovery_point_arn=EKS, resource_type="EKS", is_parent=True)
    world.put_one(resource_type="EKS", parent_recovery_point_arn=EKS)
    world.put_one(resource_type="EBS", parent_recovery_point_arn=EKS)

    world.run()

    assert is_emptied(world)


def test_a_continuous_point_of_s3_is_deleted(world: World) -> None:
    """A disassociation would leave it in the vault (rule R7)."""
    world.put_one(resource_type="S3", continuous=True)
    world.put_one(resource_type="S3", continuous=True, status="STOPPED")

    world.run()

    assert is_emptied(world)
    assert world.session.made["DisassociateRecoveryPoint"] == 0


def test_no_point_in_time_recovery_of_rds_is_switched_off(world: World) -> None:
    # GIVEN continuous points in every state, and snapshots
    for status in ("AVAILABLE", "STOPPED", "EXPIRED"):
        world.put_one(resource_type="RDS", resource_arn=DATABASE, continuous=True, status=status)
    world.put(5, resource_type="RDS", resource_arn=DATABASE)

    # WHEN
    world.run()

    # THEN
    assert is_emptied(world)
    assert world.session.made["DisassociateRecoveryPoint"] == 3
    assert world.service.point_in_time_recovery_off(ACCOUNT, REGION) == []


def test_it_is_switched_off_where_the_author_says_so() -> None:
    """ContinuousRdsPoints: DELETE"""
    world = World(record="DELETE")
    world.put_one(resource_type="RDS", resource_arn=DATABASE, continuous=True)

    world.run()

    assert is_emptied(world)
    assert world.service.point_in_time_recovery_off(ACCOUNT, REGION) == [DATABASE]


def test_a_continuous_point_of_aurora_stops_the_work_before_anything_goes(world: World) -> None:
    # GIVEN
    world.put(100)
    point = world.put_one(resource_type="Aurora", resource_arn=CLUSTER, continuous=True)

    # WHEN
    world.run()

    # THEN
    assert CLUSTER in why(world)
    assert point in why(world)
    assert len(world.left()) == 101


def test_one_that_can_be_disassociated_does_not() -> None:
    world = World(aurora_disassociation_accepted=True)
    world.put(10)
    world.put_one(resource_type="Aurora", resource_arn=CLUSTER, continuous=True)
    world.put(3, resource_type="Aurora")

    world.run()

    assert is_emptied(world)


def test_an_aurora_point_that_arrives_later_is_named_with_its_cluster(world: World) -> None:
    # GIVEN
    world.put(100)
    arrives = RecoveryPoint(resource_type="Aurora", resource_arn=CLUSTER, continuous=True)
    world.service.put_arrivals(VAULT, 5, arrives, count=1)

    # WHEN
    world.run()

    # THEN
    assert CLUSTER in why(world)
    assert len(world.left()) == 1


def test_a_point_that_is_being_made_is_waited_for(world: World) -> None:
    world.put_one(status="CREATING", ready_at=world.clock.now() + 600)
    world.put(10)

    world.run()

    assert is_emptied(world)


def test_but_not_for_ever(world: World) -> None:
    world.put_one(status="CREATING")
    world.put(10)
    begun = world.clock.now()

    world.run()

    assert "nothing has changed for 30 minutes" in why(world)
    assert "1 of them still being made" in why(world)
    assert 1800 < world.clock.now() - begun < 2000


def test_a_deletion_that_is_stuck_is_bounded_and_reported(world: World) -> None:
    world.put_one(deletion_seconds=1e9)
    world.put(10)

    execution = world.run()

    assert "the vault still lists 1 recovery point that AWS Backup works on" in why(world)
    assert execution.status == "SUCCEEDED"


def test_a_slow_deletion_is_waited_for(world: World) -> None:
    world.put_one(deletion_seconds=1500)

    world.run()

    assert is_emptied(world)


def test_an_expired_point_is_tried_once_more(world: World) -> None:
    """R2: the second deletion works."""
    world.put_one(expires_on_delete=True)
    world.put_one(status="EXPIRED")
    world.put_one(status="EXPIRED", expires_on_delete=True)

    world.run()

    assert is_emptied(world)


def test_one_that_expires_again_is_reported_with_its_status_message(world: World) -> None:
    # GIVEN
    locked = world.put_one(snapshot_locked=True)
    world.put(20)

    # WHEN
    world.run()

    # THEN everything else has gone
    assert f"1 recovery point cannot be deleted, the first of them: {locked}" in why(world)
    assert "The snapshot of this recovery point is locked or in use." in why(world)
    assert len(world.left()) == 1


def test_many_that_expire_do_not_hold_up_the_others(world: World) -> None:
    # GIVEN more of them, in front, than a slice can try
    world.put(7000, snapshot_locked=True)
    world.put(100)

    # WHEN
    world.run()

    # THEN
    assert "7000 recovery points cannot be deleted" in why(world)
    assert len(why(world)) < 2000
    assert {point["Status"] for point in world.left()} == {"EXPIRED"}


def test_a_busy_point_is_waited_for_and_reported(world: World) -> None:
    world.put_one(busy=True)

    world.run()

    assert "nothing has changed for 30 minutes" in why(world)


def test_a_nested_point_that_stays_keeps_its_composite(world: World) -> None:
    # GIVEN
    world.put_one(recovery_point_arn=COMPOSITE, resource_type="CloudFormation", is_parent=True)
    nested = world.put_one(parent_recovery_point_arn=COMPOSITE, snapshot_locked=True)

    # WHEN
    world.run()

    # THEN
    assert nested in why(world)
    assert {point["RecoveryPointArn"] for point in world.left()} == {COMPOSITE, nested}


def test_a_point_that_somebody_else_deletes_meanwhile_is_as_good_as_gone(world: World) -> None:
    # GIVEN
    arns = [world.put_one() for _ in range(10)]

    def delete_another(operation: str, parameters: object) -> None:
        if operation == "DeleteRecoveryPoint" and len(world.left()) > 5:
            world.service.switches = world.service.switches.changed({"recovery_point_deletion_seconds": 0})
            world.invoke("DeleteRecoveryPoint", BackupVaultName=VAULT, RecoveryPointArn=arns.pop())

    world.session.before = delete_another

    # WHEN
    world.run()

    # THEN
    assert is_emptied(world)


def test_a_vault_that_is_gone_is_an_emptied_one(world: World) -> None:
    world.invoke("DeleteBackupVault", BackupVaultName=VAULT)

    world.run()

    assert is_emptied(world)


def test_a_vault_that_goes_while_its_points_are_listed_is_one_too(world: World) -> None:
    # GIVEN
    world.put(20)

    def take_all(operation: str, parameters: object) -> None:
        if operation == "ListRecoveryPointsByBackupVault" and world.session.made["DeleteRecoveryPoint"]:
            world.service.reset()

    world.session.before = take_all

    # WHEN
    world.run()

    # THEN
    assert is_emptied(world)
