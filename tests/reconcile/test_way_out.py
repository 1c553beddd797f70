"""What the Reason says of a vault that is to go and has recovery points: only what can be done then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cfn_backup.aws.vaults import VaultState
from cfn_backup.reconcile.way_out import refusal

VAULT = VaultState("shop-Vault", "arn", "key", 3, False, None, None, None, "token")
RETAIN = "aws cloudformation delete-stack --stack-name shop --retain-resources Vault."


def said(status: str, vault: VaultState = VAULT) -> str:
    return refusal(vault, "shop", status, "Vault")


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", ""])
def test_a_stack_that_will_be_in_delete_failed_is_told_to_retain_the_vault_and_not_to_update(
    status: str,
) -> None:
    text = said(status)
    assert "3 recovery points" in text
    assert RETAIN in text
    assert "cannot be updated" in text
    assert "set RemovalPolicy" not in text


def test_a_stack_whose_creation_is_rolled_back_has_to_be_deleted_once_more_first() -> None:
    assert "Delete the stack again, which fails with DELETE_FAILED. A stack" in said("ROLLBACK_IN_PROGRESS")
    assert "which fails with DELETE_FAILED. A stack" not in said("DELETE_IN_PROGRESS")


@pytest.mark.parametrize(
    "status", ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"]
)
def test_an_update_goes_on_without_the_vault(status: str) -> None:
    text = said(status)
    assert "The update ends without that: the vault stays, and no stack has it any more" in text
    assert "--retain-resources" not in text


def test_a_lock_that_can_be_removed_is_to_be_removed_first() -> None:
    text = said("DELETE_IN_PROGRESS", replace(VAULT, locked=True))
    assert "delete-backup-vault-lock-configuration --backup-vault-name shop-Vault" in text


def test_a_lock_with_a_date_can_be_removed_until_then_only() -> None:
    date = datetime(2026, 12, 1, tzinfo=UTC)
    text = said("DELETE_IN_PROGRESS", replace(VAULT, locked=True, lock_date=date))
    assert "Until 2026-12-01T00:00:00+00:00 the lock can be removed; from then on nobody can" in text


def test_a_single_recovery_point_is_one() -> None:
    assert "has 1 recovery point and" in said("", replace(VAULT, recovery_points=0))
