"""The Delete in a stack's clean-up takes what was replaced, whatever the stack shows of the resource then."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.aws.errors import InvalidRequest
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.stack import FakeCloudFormation, Resource, Stack, resource_of

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


@pytest.mark.parametrize("stem", ["vault", "shop-Vault"])
@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("status", CLEAN_UPS)
def test_the_vault_that_stands_stays(
    status: str, shown: str, stem: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault, and another one that an update made in its place
    first, second = f"{stem}-1", f"{stem}-2"
    stack.create("Vault", {"BackupVaultName": first, **DESTROY})
    stack.send_update("Vault", {"BackupVaultName": second, **DESTROY})
    assert account.vault_names() == [first, second]

    # WHEN either of them is deleted in a clean-up, twice
    cloudformation.status = status
    gone, stays = (first, second) if status == CLEAN_UPS[0] else (second, first)
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


def test_the_role_that_only_the_replaced_selection_had_goes(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a selection that is replaced by one with a given role
    plan = account.new_plan("theirs")
    given = account.new_role("given")
    base: dict[str, Any] = {"BackupPlanId": plan, "Resources": [{"DynamoDBTable": "orders"}]}
    first = stack.create("Selection", base).physical_id
    stack.send_update("Selection", {**base, "IamRoleArn": given})

    # WHEN
    cloudformation.status = CLEAN_UPS[0]
    clean_up(stack, cloudformation, "Selection", first, "DELETE_IN_PROGRESS")

    # THEN
    assert account.role_names() == ["given"]
    assert len(account.selections(plan)) == 1


@pytest.mark.parametrize("kind", ["Plan", "Vault"])
def test_a_late_creation_takes_nothing_from_what_was_kept(
    kind: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a resource that its DeletionPolicy keeps
    properties: dict[str, Any] = {"Plan": {"Preset": "daily35DayRetention"}, "Vault": {}}[kind]
    created = stack.create(kind, properties)
    before = account.everything()
    cloudformation.resources[kind].status = "DELETE_SKIPPED"
    cloudformation.status = "DELETE_COMPLETE"

    # WHEN its Create is delivered once more
    late = resource_of(kind).create(stack.begin(kind, properties))

    # THEN
    assert late.physical_id == created.physical_id
    assert account.everything() == before


def test_a_vault_that_was_kept_stays_when_the_creation_that_met_it_fails(
    stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault that was kept when its resource went
    stack.create("Vault", {})
    stack.delete("Vault")
    [kept] = account.vault_names()

    # WHEN its resource comes back, to be deleted one day, and fails
    cloudformation.status = "CREATE_IN_PROGRESS"
    cloudformation.resources["Vault"] = Resource("", "CREATE_IN_PROGRESS")
    calls.refused = {"PutBackupVaultLockConfiguration": "InvalidParameterValueException"}
    work = stack.begin("Vault", {**DESTROY, "LockConfiguration": {"MinRetentionDays": 1}})
    with pytest.raises(InvalidRequest):
        resource_of("Vault").create(work)

    # THEN
    assert account.vault_names() == [kept]


def test_what_is_made_beside_a_default_vault_that_was_kept_goes_when_the_creation_fails(
    stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a default vault that was kept when its plan went
    tables = {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}
    properties = {"Preset": "daily35DayRetention", "Selections": [tables]}
    stack.create("Plan", properties)
    stack.delete("Plan")
    before = account.everything()
    assert (before["plans"], before["roles"]) == ([], {})

    # WHEN the plan comes back and fails
    cloudformation.status = "CREATE_IN_PROGRESS"
    cloudformation.resources["Plan"] = Resource("", "CREATE_IN_PROGRESS")
    calls.refused = {"CreateBackupSelection": "InvalidParameterValueException"}
    with pytest.raises(InvalidRequest):
        resource_of("Plan").create(stack.begin("Plan", properties))

    # THEN
    after = account.everything()
    assert (after["plans"], after["roles"], [*after["vaults"]]) == ([], {}, [*before["vaults"]])
