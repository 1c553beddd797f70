"""Promises of the documentation about resources, each shown on an account with the strict AWS Backup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from cfn_backup.aws.errors import AccessDenied
from cfn_backup.reconcile.plan import BackupPlanResource
from cfn_backup.reconcile.selection import BackupSelectionResource
from cfn_backup.reconcile.vault import BackupVaultResource
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.conftest import account, backup, calls, clock, cloudformation, stack
from tests.reconcile.stack import Stack

if TYPE_CHECKING:
    from cfn_backup.reconcile.work import CustomResource

__all__ = ["account", "backup", "calls", "clock", "cloudformation", "stack"]

NONSENSE: Mapping[str, Any] = {
    "BackupVaultName": ["of", "another", "age"],
    "Preset": {"hourly": "true"},
    "RemovalPolicy": "NEVER",
    "Selections": "all",
    "BackupPlanId": "",
}
SELECTED = {"SelectionName": "Tables", "Resources": ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]}


def _properties(kind: str, account: Account) -> dict[str, Any]:
    if kind == "Plan":
        return {
            "Preset": "daily35DayRetention",
            "DefaultVault": {"RemovalPolicy": "DESTROY"},
            "Selections": [SELECTED],
        }
    if kind == "Vault":
        return {"RemovalPolicy": "DESTROY"}
    return {"BackupPlanId": account.new_plan("of-somebody"), **SELECTED}


RESOURCES: Mapping[str, type[CustomResource]] = {
    "Plan": BackupPlanResource,
    "Vault": BackupVaultResource,
    "Selection": BackupSelectionResource,
}


@pytest.mark.parametrize("kind", RESOURCES)
def test_a_delete_with_properties_of_no_version_works(kind: str, stack: Stack, account: Account) -> None:
    # GIVEN a resource
    made = stack.create(kind, _properties(kind, account))

    # WHEN it is deleted with properties that no version of the provider accepts
    stack.cloudformation.resources[kind].status = "DELETE_IN_PROGRESS"
    stack.cloudformation.status = "DELETE_IN_PROGRESS"
    RESOURCES[kind]().delete(stack.begin(kind, NONSENSE, made.physical_id))

    # THEN everything of its is gone
    left = account.everything()
    assert (left["vaults"], left["roles"]) == ({}, {})
    assert [plan["selections"] for plan in left["plans"]] == ([{}] if kind == "Selection" else [])


@pytest.mark.parametrize("kind", RESOURCES)
def test_an_update_gives_the_attributes_of_a_create(kind: str, stack: Stack, account: Account) -> None:
    properties = _properties(kind, account)
    created = stack.create(kind, properties)
    updated = stack.update(kind, properties)
    assert updated == created
    assert updated.attributes.keys() == created.attributes.keys()


@pytest.mark.parametrize("kind", ["Plan", "Vault"])
def test_writing_out_a_default_makes_no_writing_call(
    kind: str, stack: Stack, account: Account, calls: Calls
) -> None:
    # GIVEN
    properties = _properties(kind, account)
    stack.create(kind, properties)
    calls.begin()

    # WHEN
    default = {"AllowRestores": False} if kind == "Plan" else {"BlockRecoveryPointDeletion": False}
    stack.update(kind, {**properties, **default})

    # THEN
    assert calls.writes() == []


def test_a_vault_that_may_not_be_read_is_not_taken_for_gone(
    stack: Stack, account: Account, calls: Calls
) -> None:
    # GIVEN a vault of ours that nobody lets us read any more
    made = stack.create("Vault", {"RemovalPolicy": "DESTROY"})

    def refuse(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "DescribeBackupVault":
            raise AccessDenied("Insufficient privileges to perform this action.")

    calls.before = refuse

    # WHEN, THEN it is not said to be deleted
    with pytest.raises(AccessDenied, match=f"The vault {made.physical_id} exists"):
        stack.delete("Vault")
    assert account.vault_names() == [made.physical_id]
