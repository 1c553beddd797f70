"""A Create that Lambda delivers twice: the second delivery takes nothing away from the first."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied, InvalidRequest
from cfn_backup.aws.session import Session
from cfn_backup.model.problems import InvalidProperties
from cfn_backup.reconcile.work import Work
from local_aws.strict_backup.clock import ManualClock
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.stack import ACCOUNT, REGION, FakeCloudFormation, Resource, Stack, resource_of

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f0f0f0f-0000-4000-8000-000000000000"
TABLES = {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}
PLAN: dict[str, Any] = {
    "Preset": "daily35DayRetention",
    "DefaultVault": {"RemovalPolicy": "DESTROY"},
    "Selections": [TABLES],
}
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "Plan": (PLAN, "GetBackupSelection"),
    "Vault": (
        {"RemovalPolicy": "DESTROY", "LockConfiguration": {"MinRetentionDays": 1}},
        "PutBackupVaultLockConfiguration",
    ),
    "Selection": (
        {"BackupPlanId": "<plan>", "Resources": [{"DynamoDBTable": "orders"}]},
        "GetBackupSelection",
    ),
}


def delivered_again(work: Work) -> Work:
    return Work(
        work.owner, work.place, work.request_id, work.properties, work.physical_id, Session(), work.deadline
    )


@pytest.mark.parametrize("kind", CASES)
def test_a_second_delivery_that_fails_leaves_what_the_first_made(
    kind: str, stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    properties, refused = CASES[kind]
    plan = account.new_plan("theirs")
    properties = {name: plan if value == "<plan>" else value for name, value in properties.items()}
    cloudformation.resources[kind] = Resource("", "CREATE_IN_PROGRESS")
    first = stack.begin(kind, properties)
    result = resource_of(kind).create(first)
    before = account.everything()

    # WHEN
    second = delivered_again(first)
    calls.refused = {refused: "InvalidParameterValueException"}
    with pytest.raises(InvalidRequest):
        resource_of(kind).create(second)

    # THEN the Delete that follows, if the first one did not answer, finds it
    assert account.everything() == before
    assert second.identified == result.physical_id


def test_whatever_goes_wrong_while_undoing_the_first_failure_is_answered(
    stack: Stack, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    def fail(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "ListBackupVaults":
            raise RuntimeError("a mistake of ours")
        if operation == "TagResource":
            raise AccessDenied("the failure")

    calls.before = fail
    cloudformation.resources["Vault"] = Resource("", "CREATE_IN_PROGRESS")
    work = stack.begin("Vault", {})
    with pytest.raises(AccessDenied, match="the failure"):
        resource_of("Vault").create(work)
    assert work.identified == "shop-Vault-0a1b2c3d"


@pytest.mark.parametrize("kind", ["Plan", "Selection"])
def test_a_stack_that_grows_between_two_deliveries_is_still_selected_once(
    kind: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    cloudformation.contents["other"] = [("AWS::DynamoDB::Table", "orders", "CREATE_COMPLETE")]
    cloudformation.resources[kind] = Resource("", "CREATE_IN_PROGRESS")
    plan = account.new_plan("theirs")
    given = {
        "Plan": {**PLAN, "Selections": [{"SelectionName": "All", "Resources": [{"Stack": "other"}]}]},
        "Selection": {"BackupPlanId": plan, "Resources": [{"Stack": "other"}]},
    }
    first = stack.begin(kind, given[kind])
    made = resource_of(kind).create(first)

    # WHEN
    cloudformation.contents["other"].append(("AWS::S3::Bucket", "invoices", "CREATE_COMPLETE"))
    again = resource_of(kind).create(delivered_again(first))

    # THEN
    assert again == made
    assert len(account.selections(made.physical_id if kind == "Plan" else plan)) == 1


def test_a_vault_that_cannot_be_is_found_out_before_an_update_changes_the_role(
    stack: Stack, calls: Calls
) -> None:
    named = {"BackupVaultName": "fixed"}
    stack.create("Plan", {**PLAN, "DefaultVault": named})
    calls.begin()
    with pytest.raises(InvalidProperties, match="E9501"):
        stack.send_update(
            "Plan", {**PLAN, "DefaultVault": {**named, "EncryptionKeyArn": KEY}, "AllowRestores": True}
        )
    assert calls.writes() == []


def test_a_long_search_for_recovery_points_leaves_time_for_the_vault(
    stack: Stack, account: Account, clock: ManualClock, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    # GIVEN pages that take most of the time that there is
    stack.create("Plan", PLAN)

    def slow(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "ListRecoveryPointsByBackupVault" and "ByCreatedAfter" in parameters:
            clock.advance(seconds=400)

    calls.before = slow
    for name in range(12):
        account.backup.create_backup_vault(BackupVaultName=f"theirs-{name}")

    # WHEN
    stack.delete("Plan")

    # THEN
    assert "shop-Plan-0a1b2c3d" not in account.vault_names()
    assert "cfn-backup-provider:retained" in account.role("shop-Plan-0a1b2c3d")["tags"]
    assert "there was no time" in caplog.text
