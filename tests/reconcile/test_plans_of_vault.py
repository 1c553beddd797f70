"""A lock that the plans of the account do not fit: every job of theirs would fail, so it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.written.findings import InvalidProperties
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.stack import ACCOUNT, REGION, FakeCloudFormation, Stack

VAULT = {"BackupVaultName": "daily", "RemovalPolicy": "DESTROY"}
RULE = {"RuleName": "Nightly", "Lifecycle": {"DeleteAfterDays": 35}}
PLAN = {
    "BackupVault": "daily",
    "BackupPlanRules": [{"RuleName": "Nightly", "Lifecycle": {"DeleteAfterDays": 35}}],
}


def locked(**days: int) -> dict[str, Any]:
    return {**VAULT, "LockConfiguration": days}


@pytest.mark.parametrize(
    ("days", "words"),
    [({"MinRetentionDays": 90}, "at least 90 days"), ({"MaxRetentionDays": 30}, "at most 30 days")],
)
def test_a_lock_that_a_plan_of_the_stack_does_not_fit_is_refused_and_nothing_is_changed(
    days: dict[str, int], words: str, stack: Stack, account: Account
) -> None:
    # GIVEN
    stack.create("Vault", locked(MinRetentionDays=7))
    stack.create("Plan", PLAN)
    before = account.everything()

    # WHEN
    with pytest.raises(
        InvalidProperties, match=f"rule Nightly of the backup plan .* is 35, .*{words}.*E9229"
    ):
        stack.update("Vault", locked(**days))

    # THEN
    assert account.everything() == before


def test_a_lock_that_every_plan_fits_is_set(stack: Stack, account: Account) -> None:
    stack.create("Vault", VAULT)
    stack.create("Plan", PLAN)
    stack.update("Vault", locked(MinRetentionDays=7, MaxRetentionDays=35))
    assert account.vault("daily")["lock"]["MaxRetentionDays"] == 35


def test_a_new_vault_that_a_plan_named_before_it_was_there_is_checked_too(
    stack: Stack, account: Account
) -> None:
    stack.create("Plan", PLAN)
    with pytest.raises(InvalidProperties, match="at most 30 days"):
        stack.create("Vault", locked(MaxRetentionDays=30))
    assert "daily" not in account.vault_names()


def test_a_plan_that_the_old_lock_refused_already_is_no_reason(stack: Stack, account: Account) -> None:
    stack.create("Vault", locked(MinRetentionDays=40))
    rules = [{**RULE, "TargetBackupVaultName": "daily"}]
    account.backup.create_backup_plan(BackupPlan={"BackupPlanName": "theirs", "Rules": rules})
    stack.update("Vault", locked(MinRetentionDays=50))
    assert account.vault("daily")["lock"]["MinRetentionDays"] == 50


def test_copies_into_the_vault_count(stack: Stack, account: Account) -> None:
    stack.create("Vault", VAULT)
    copy = {"DestinationBackupVaultArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:daily"}
    rules = [{"RuleName": "Copied", "TargetBackupVaultName": "elsewhere", "CopyActions": [copy]}]
    account.backup.create_backup_plan(BackupPlan={"BackupPlanName": "theirs", "Rules": rules})
    with pytest.raises(
        InvalidProperties, match="copy of the rule Copied of the backup plan theirs is missing"
    ):
        stack.update("Vault", locked(MaxRetentionDays=30))


def test_a_rollback_is_never_refused(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a lock that was loosened, and a plan that has made use of it
    old = locked(MaxRetentionDays=30)
    stack.create("Vault", old)
    result = stack.send_update("Vault", VAULT)
    stack.settle("Vault", "UPDATE_COMPLETE", result, VAULT)
    account.backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "theirs",
            "Rules": [{"RuleName": "Long", "TargetBackupVaultName": "daily"}],
        }
    )

    # WHEN
    stack.roll_back("Vault", old)

    # THEN
    assert account.vault("daily")["lock"]["MaxRetentionDays"] == 30
    assert stack.work
    assert "rule Long of the backup plan theirs" in stack.work.warnings[0]


def test_plans_are_read_only_when_the_lock_changes(stack: Stack, calls: Calls) -> None:
    lock = locked(MinRetentionDays=7)
    stack.create("Vault", lock)
    calls.begin()
    stack.update("Vault", {**lock, "BackupVaultTags": {"a": "b"}})
    assert "ListBackupPlans" not in calls.operations()
