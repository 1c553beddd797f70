"""The Delete in a stack's clean-up takes what was replaced, whatever the stack shows of the resource then."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reconcile.account import Account
from tests.reconcile.stack import FakeCloudFormation, Stack, resource_of

CLEAN_UPS = ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
DESTROY = {"RemovalPolicy": "DESTROY"}
SHOWN = ("DELETE_IN_PROGRESS", "UPDATE_COMPLETE")


def clean_up(
    stack: Stack, cloudformation: FakeCloudFormation, logical_id: str, physical_id: str, shown: str
) -> None:
    """The stack shows the id that is being deleted, in place of the one that it keeps."""
    resource = cloudformation.resources[logical_id]
    resource.physical_id, resource.status = physical_id, shown
    for _ in range(2):
        resource_of(logical_id).delete(stack.begin(logical_id, {}, physical_id))


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("status", CLEAN_UPS)
def test_the_vault_that_stands_stays(
    status: str, shown: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault, and another one that an update made in its place
    stack.create("Vault", {"BackupVaultName": "first", **DESTROY})
    stack.send_update("Vault", {"BackupVaultName": "second", **DESTROY})
    assert account.vault_names() == ["first", "second"]

    # WHEN either of them is deleted in a clean-up, twice
    cloudformation.status = status
    gone, stays = ("first", "second") if status == CLEAN_UPS[0] else ("second", "first")
    clean_up(stack, cloudformation, "Vault", gone, shown)

    # THEN the other one stays
    assert account.vault_names() == [stays]


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("status", CLEAN_UPS)
def test_the_selection_that_stands_stays_with_its_role(
    status: str, shown: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    plan = account.new_plan("theirs")
    base: dict[str, Any] = {"BackupPlanId": plan, "Resources": [{"DynamoDBTable": "orders"}]}
    first = stack.create("Selection", base).physical_id
    second = stack.send_update("Selection", {**base, "Resources": [{"DynamoDBTable": "carts"}]}).physical_id
    role = account.everything()["roles"]

    # WHEN
    cloudformation.status = status
    gone, stays = (first, second) if status == CLEAN_UPS[0] else (second, first)
    clean_up(stack, cloudformation, "Selection", gone, shown)

    # THEN
    [(selection_id, _)] = account.selections_with_ids(plan).values()
    assert f"{selection_id}_{plan}" == stays
    assert account.everything()["roles"] == role


@pytest.mark.parametrize("physical_id", ["create-failed:r", "shop-Vault-1A2B3C4D5E6F"])
def test_a_vault_that_was_never_answered_goes_with_the_id_that_stands_for_it(
    physical_id: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault that an update added, and whose answer never arrived
    stack.create("Vault", DESTROY)
    cloudformation.status = CLEAN_UPS[1]

    # WHEN
    clean_up(stack, cloudformation, "Vault", physical_id, "DELETE_IN_PROGRESS")

    # THEN
    assert account.vault_names() == []


def test_the_role_of_a_selection_that_an_update_took_out_goes_with_it(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    plan = account.new_plan("theirs")
    created = stack.create("Selection", {"BackupPlanId": plan, "Resources": [{"DynamoDBTable": "orders"}]})
    cloudformation.status = CLEAN_UPS[0]
    clean_up(stack, cloudformation, "Selection", created.physical_id, "DELETE_IN_PROGRESS")
    assert (account.selections(plan), account.role_names()) == ({}, [])
