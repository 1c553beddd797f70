"""What keeps a vault from being emptied is said before anything goes: in words, with counts, the first points
and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cfn_backup.desired.owner import ACCESS_POLICY_TAG
from cfn_backup.desired.policies import policy_digest
from cfn_backup.desired.vault import BLOCK_STATEMENT

from .simulation import ACCOUNT, REGION, VAULT, World
from .test_kinds_of_points import is_emptied, why

ARN = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{VAULT}"
BLOCKING = {"Version": "2012-10-17", "Statement": [dict(BLOCK_STATEMENT)]}


def lock(world: World, **days: int) -> None:
    world.invoke("PutBackupVaultLockConfiguration", BackupVaultName=VAULT, **days)


def hold(world: World, **selection: Any) -> str:
    made = world.invoke(
        "CreateLegalHold", Title="Case 7", Description="Case 7", RecoveryPointSelection=selection
    )
    return str(made["LegalHoldId"])


def put_policy(world: World, policy: dict[str, Any], *, own: bool = False) -> None:
    world.invoke("PutBackupVaultAccessPolicy", BackupVaultName=VAULT, Policy=json.dumps(policy))
    if own:
        world.invoke("TagResource", ResourceArn=ARN, Tags={ACCESS_POLICY_TAG: policy_digest(policy)})


def assert_nothing_went(world: World, count: int) -> None:
    assert len(world.left()) == count
    assert world.session.writes == 0
    assert world.session.made["DeleteRecoveryPoint"] == 0


def test_a_lock_in_governance_mode(world: World) -> None:
    # GIVEN
    world.put(7)
    lock(world, MinRetentionDays=1)

    # WHEN
    world.run()

    # THEN
    assert "a vault lock protects its recovery points (7 recovery points, the first: arn:" in why(world)
    assert "Take the lock away (LockConfiguration), then try again" in why(world)
    assert_nothing_went(world, 7)


def test_a_lock_in_compliance_mode_says_until_when_it_can_be_taken_away(world: World) -> None:
    world.put(7)
    lock(world, MinRetentionDays=1, ChangeableForDays=3)

    world.run()

    assert "It is a compliance lock, which can be taken away until 2027-01-1" in why(world)
    assert_nothing_went(world, 7)


def test_a_lock_does_not_keep_an_empty_vault(world: World) -> None:
    """V18"""
    lock(world, MinRetentionDays=1)

    world.run()

    assert is_emptied(world)


def test_a_legal_hold_on_the_vault(world: World) -> None:
    # GIVEN
    world.put(2500)
    hold_id = hold(world, VaultNames=["other", VAULT])

    # WHEN
    world.run()

    # THEN
    assert f'the legal hold "Case 7" ({hold_id}) keeps recovery points of it (2500 recovery points' in why(
        world
    )
    assert "Have the hold cancelled, then try again" in why(world)
    assert len(why(world)) < 1500
    assert_nothing_went_of_many(world, 2500)


def assert_nothing_went_of_many(world: World, count: int) -> None:
    shown = world.invoke("DescribeBackupVault", BackupVaultName=VAULT)["NumberOfRecoveryPoints"]
    assert (shown, world.session.made["DeleteRecoveryPoint"]) == (count, 0)


def test_a_legal_hold_on_a_resource(world: World) -> None:
    world.put(10)
    held = world.put_one(resource_arn="arn:aws:ec2:eu-west-1:123456789012:volume/vol-1")
    hold(world, ResourceIdentifiers=["arn:aws:ec2:eu-west-1:123456789012:volume/vol-1"])

    world.run()

    assert f"(1 recovery point, the first: {held})" in why(world)
    assert_nothing_went(world, 11)


@pytest.mark.parametrize("selection", [{"VaultNames": ["other"]}, {"ResourceIdentifiers": ["arn:other"]}])
def test_a_hold_on_something_else_is_no_reason(world: World, selection: dict[str, Any]) -> None:
    world.put(10)
    hold(world, **selection)

    world.run()

    assert is_emptied(world)


def test_a_hold_that_was_cancelled_is_no_reason(world: World) -> None:
    world.put(10)
    hold_id = hold(world, VaultNames=[VAULT])
    world.invoke("CancelLegalHold", LegalHoldId=hold_id, CancelDescription="closed")

    world.run()

    assert is_emptied(world)


def test_an_access_point(world: World) -> None:
    world.put(10)
    read = world.put_one(access_point=True)

    world.run()

    assert "backup access points read recovery points of it (1 recovery point" in why(world)
    assert read in why(world)
    assert_nothing_went(world, 11)


def test_where_there_are_no_access_points_nobody_misses_them() -> None:
    """Not every Region has the operation."""
    world = World(faulty_operations=["ListBackupAccessPoints"])
    world.put(10)

    world.run()

    assert is_emptied(world)


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (BLOCKING, "it has an access policy that denies something"),
        (
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "backup:CopyIntoBackupVault",
                    "Resource": "*",
                },
            },
            "it has an access policy that the provider did not put there",
        ),
    ],
)
def test_a_policy_that_is_somebody_elses(world: World, policy: dict[str, Any], text: str) -> None:
    world.put(10)
    put_policy(world, policy)

    world.run()

    assert text in why(world)
    assert "Whoever put it there must take it away" in why(world)
    assert_nothing_went(world, 10)


def test_the_templates_own_deny_is_lifted(world: World) -> None:
    """BlockRecoveryPointDeletion and EmptyOnDelete together: people may not, the stack's deletion does."""
    world.put(10)
    put_policy(world, BLOCKING, own=True)

    world.run()

    assert is_emptied(world)


def test_a_logically_air_gapped_vault(world: World) -> None:
    # GIVEN one that is the owner's in everything else
    world.put(10)
    world.service._state.place(ACCOUNT, REGION).vaults[VAULT].vault_type = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"

    # WHEN
    world.run()

    # THEN
    assert "LOGICALLY_AIR_GAPPED_BACKUP_VAULT, whose recovery points nobody can delete" in why(world)
    assert_nothing_went(world, 10)


def test_everything_that_blocks_is_said_at_once(world: World) -> None:
    world.put(10)
    lock(world, MinRetentionDays=1)
    hold(world, VaultNames=[VAULT])
    put_policy(world, BLOCKING)

    world.run()

    assert all(text in why(world) for text in ("vault lock", "legal hold", "access policy"))


def during(world: World, after: int, event: Callable[[], object]) -> None:
    """Lets something happen after so many deletions."""

    def look(operation: str, parameters: object) -> None:
        if world.session.made["DeleteRecoveryPoint"] == after and operation == "DeleteRecoveryPoint":
            event()

    world.session.before = look


def test_a_hold_that_comes_during_the_work_ends_it(world: World) -> None:
    # GIVEN
    world.put(500)
    during(world, 100, lambda: hold(world, VaultNames=[VAULT]))

    # WHEN
    world.run()

    # THEN a few calls that were under way, and no more
    assert 'the legal hold "Case 7"' in why(world)
    assert world.session.made["DeleteRecoveryPoint"] <= 104
    assert len(world.left()) >= 396


def test_a_lock_that_comes_during_the_work_ends_it(world: World) -> None:
    world.put(500)
    during(world, 100, lambda: lock(world, MinRetentionDays=1))

    world.run()

    assert "a vault lock protects its recovery points" in why(world)
    assert world.session.made["DeleteRecoveryPoint"] <= 104


def test_a_policy_that_comes_during_the_work_ends_it(world: World) -> None:
    world.put(500)
    during(world, 100, lambda: put_policy(world, BLOCKING))

    world.run()

    assert "it has an access policy that denies something" in why(world)
    assert world.session.made["DeleteRecoveryPoint"] <= 104


def test_a_hold_that_is_lifted_lets_the_next_request_finish(world: World) -> None:
    # GIVEN
    world.put(50)
    hold_id = hold(world, VaultNames=[VAULT])
    world.run()
    assert "legal hold" in why(world)

    # WHEN
    world.invoke("CancelLegalHold", LegalHoldId=hold_id, CancelDescription="closed")
    world.run(world.order(request_id="request-2"))

    # THEN
    assert is_emptied(world)


def test_a_point_whose_hold_no_list_shows_does_not_keep_the_others(world: World) -> None:
    held = world.put_one(legal_hold=True)
    world.put(200)

    world.run()

    assert f"1 recovery point cannot be deleted, the first of them: {held}" in why(world)
    assert "it has active legal hold(s)" in why(world)
    assert len(world.left()) == 1


def test_many_refusals_end_the_work(world: World) -> None:
    world.put(5000, legal_hold=True)

    world.run()

    assert "100 deletions were refused" in why(world)
    assert world.session.made["DeleteRecoveryPoint"] <= 104
