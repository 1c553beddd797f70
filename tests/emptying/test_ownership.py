"""A vault is emptied only for its owner, by its creation token and its tags, and only with the record,
whatever the execution's input says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cfn_backup.desired.owner import (
    EMPTY_ON_DELETE_TAG,
    LOGICAL_ID_TAG,
    REMOVAL_POLICY_TAG,
    STACK_ID_TAG,
    Owner,
)
from local_aws.strict_backup import RecoveryPoint

from .simulation import ACCOUNT, LOGICAL_ID, OWNER, REGION, STACK_ID, VAULT, World
from .test_kinds_of_points import why
from .test_refused_early import ARN

OTHER_STACK = STACK_ID.replace("shop", "bank")
TWIN_STACK = STACK_ID.replace("1111", "9999")


def test_the_owners_own_vault_is_emptied(world: World) -> None:
    world.put(10)

    world.run()

    assert world.answers[-1].outcome.emptied


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"stack_id": OTHER_STACK}, id="another stack"),
        pytest.param({"stack_id": TWIN_STACK}, id="a later stack of the same name"),
        pytest.param({"stack_id": STACK_ID.replace(ACCOUNT, "999999999999")}, id="another account"),
        pytest.param({"stack_id": STACK_ID.replace(REGION, "us-east-1")}, id="another Region"),
        pytest.param({"stack_id": ""}, id="no stack"),
        pytest.param({"stack_id": "*"}, id="every stack"),
        pytest.param({"stack_id": "shop"}, id="a name in place of an id"),
        pytest.param({"logical_id": "OtherVault"}, id="another resource of the stack"),
        pytest.param({"logical_id": ""}, id="no resource"),
        pytest.param({"logical_id": LOGICAL_ID.lower()}, id="the logical id in another case"),
    ],
)
def test_an_order_in_a_false_name_empties_nothing(world: World, changes: Mapping[str, Any]) -> None:
    world.put(10)

    world.run(world.order(**changes))

    assert "is not emptied" in why(world)
    assert_untouched(world)


def assert_untouched(world: World, vault: str = VAULT, count: int = 10) -> None:
    assert len(world.left(vault)) == count
    assert world.has_vault(vault)
    assert world.session.writes == 0


def _untag(*keys: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.invoke("UntagResource", ResourceArn=ARN, TagKeyList=list(keys))

    return change


def _tag(**tags: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.invoke("TagResource", ResourceArn=ARN, Tags=tags)

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_untag(EMPTY_ON_DELETE_TAG), id="no record"),
        pytest.param(_tag(**{EMPTY_ON_DELETE_TAG: ""}), id="an empty record"),
        pytest.param(_tag(**{EMPTY_ON_DELETE_TAG: "true"}), id="a record in words of somebody else"),
        pytest.param(_tag(**{EMPTY_ON_DELETE_TAG: "delete"}), id="a record in another case"),
        pytest.param(_tag(**{REMOVAL_POLICY_TAG: "RETAIN"}), id="to be retained"),
        pytest.param(
            _tag(**{REMOVAL_POLICY_TAG: "RETAIN_ON_UPDATE_OR_DELETE"}), id="to go with a failed creation only"
        ),
        pytest.param(_untag(REMOVAL_POLICY_TAG), id="no removal policy"),
        pytest.param(_untag(STACK_ID_TAG), id="no stack"),
        pytest.param(_tag(**{STACK_ID_TAG: OTHER_STACK}), id="another stack"),
        pytest.param(_tag(**{LOGICAL_ID_TAG: "OtherVault"}), id="another resource"),
    ],
)
def test_a_vault_whose_tags_say_otherwise_is_not_emptied(
    world: World, change: Callable[[World], None]
) -> None:
    world.put(10)
    change(world)

    world.run()

    assert "is not emptied" in why(world)
    assert_untouched(world)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="made by hand"),
        pytest.param("their-token", id="made by another tool"),
        pytest.param(Owner(OTHER_STACK, "bank", LOGICAL_ID).token("vault"), id="made by another stack"),
        pytest.param(Owner(STACK_ID, "shop", "OtherVault").token("vault"), id="made by another resource"),
        pytest.param(OWNER.token_prefix.rstrip("."), id="made with the beginning of our token"),
    ],
)
def test_forged_tags_do_not_make_a_vault_the_owners(world: World, token: str) -> None:
    # GIVEN every tag as the owner's own vault has it; the creation token nobody can change
    tags = {**OWNER.tags, REMOVAL_POLICY_TAG: "DESTROY", EMPTY_ON_DELETE_TAG: "DISASSOCIATE"}
    given = {"CreatorRequestId": token} if token else {}
    world.invoke("CreateBackupVault", BackupVaultName="victim", BackupVaultTags=tags, **given)
    world.put(10, "victim")

    # WHEN
    world.run(world.order(vault_name="victim"))

    # THEN
    assert "it was not made by this resource of this stack" in why(world)
    assert_untouched(world, "victim")


def test_a_vault_of_the_service_is_not_emptied(world: World) -> None:
    world.service.put_service_vault("aws/efs/automatic-backup-vault", account=ACCOUNT, region=REGION)
    world.service.put_recovery_points("aws/efs/automatic-backup-vault", RecoveryPoint())

    world.run(world.order(vault_name="aws/efs/automatic-backup-vault"))

    assert "is not emptied" in why(world)
    assert world.session.writes == 0


def test_only_the_vault_that_is_named_is_emptied(world: World) -> None:
    # GIVEN another vault of the same owner, with the same record
    world.make_vault("shop-vault-2")
    world.put(10, "shop-vault-2")
    world.put(10)

    # WHEN
    world.run()

    # THEN
    assert world.answers[-1].outcome.emptied
    assert len(world.left("shop-vault-2")) == 10


def test_a_record_that_is_taken_away_ends_the_work_with_the_next_slice(world: World) -> None:
    """The way to stop it without touching the machine."""
    # GIVEN
    world.put(20_000)
    slices = iter(range(100))

    def take_away(do: str) -> None:
        if do == "slice" and next(slices) == 1:
            world.invoke("UntagResource", ResourceArn=ARN, TagKeyList=[EMPTY_ON_DELETE_TAG])

    world.before_task = take_away

    # WHEN
    world.run()

    # THEN
    assert "does not carry the record of EmptyOnDelete" in why(world)
    assert len(world.left()) == 1000
    assert (
        13_000 < world.invoke("DescribeBackupVault", BackupVaultName=VAULT)["NumberOfRecoveryPoints"] < 15_000
    )


def test_the_order_does_not_choose_what_happens_to_rds(world: World) -> None:
    """Only the record does, which the template's own request wrote."""
    world.put_one(resource_type="RDS", continuous=True)

    world.run(world.order(continuous_rds="DELETE", rds="DELETE"))

    assert world.service.point_in_time_recovery_off(ACCOUNT, REGION) == []


@pytest.mark.parametrize("order", [{}, {"vault_name": VAULT}, {"vault_name": 7, "stack_id": STACK_ID}])
def test_an_order_that_is_none_touches_nothing(world: World, order: dict[str, Any]) -> None:
    world.put(10)

    with pytest.raises((TypeError, KeyError)):
        world.task({"do": "slice", "state": {"order": order}})

    assert_untouched(world)
