"""The request that makes something true records it, and only the resource's own deletion forgets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3

from cfn_backup.aws.errors import Throttling
from cfn_backup.aws.session import Session
from cfn_backup.desired.intention import Intention, parameter_path, read
from cfn_backup.reconcile.intention import forget, record
from tests.reconcile.calls import Calls
from tests.reconcile.stack import REGION, STACK_ID, Stack

if TYPE_CHECKING:
    import pytest

VAULT = {"LockConfiguration": {"MinRetentionDays": 7}, "BackupVaultTags": {"team": "a"}}


def recorded(logical_id: str) -> Intention | None:
    ssm: Any = boto3.client("ssm", region_name=REGION)
    found = ssm.get_parameters_by_path(Path=parameter_path(STACK_ID, logical_id))["Parameters"]
    return read([parameter["Value"] for parameter in found]) if found else None


def test_a_creation_records_what_it_made(stack: Stack, calls: Calls) -> None:
    # GIVEN
    result = stack.create("Vault", VAULT)
    assert stack.work is not None

    # WHEN
    record(stack.work, "Custom::BackupVault", result)

    # THEN
    found = recorded("Vault")
    assert found is not None
    assert (found.type, found.physical_id) == ("Custom::BackupVault", result.physical_id)
    assert found.request_id == stack.work.request_id
    vault = found.state["vault"]
    assert vault["LockConfiguration"] == {"MinRetentionDays": 7}
    assert vault["Tags"]["team"] == "a"
    assert vault["Notifications"] is None


def test_a_plan_records_all_that_belongs_to_it(stack: Stack) -> None:
    properties = {
        "Preset": "daily35DayRetention",
        "Selections": [{"SelectionName": "all", "Resources": [{"DynamoDBTable": "orders"}]}],
    }

    result = stack.create("Plan", properties)

    assert result.state is not None
    assert result.state["plan"]["BackupPlanId"] == result.physical_id
    assert result.state["vault"]["BackupVaultName"] == result.attributes["BackupVaultName"]
    assert result.state["role"]["RoleName"] == result.attributes["RoleName"]
    (selection,) = result.state["selections"]
    assert selection["BackupSelection"]["IamRoleArn"] == result.attributes["RoleArn"]


def test_a_delivery_after_the_answer_records_nothing(stack: Stack) -> None:
    """A late Create says what was wanted before an update that may have come since."""
    stack.create("Vault", VAULT)
    stack.cloudformation.status = "CREATE_COMPLETE"
    resource = stack.cloudformation.resources["Vault"]
    work = stack.begin("Vault", VAULT)
    resource.status = "CREATE_COMPLETE"

    from tests.reconcile.stack import resource_of  # noqa: PLC0415

    assert resource_of("Vault").create(work).state is None


def test_an_update_records_anew_and_a_clean_up_leaves_it(stack: Stack) -> None:
    # GIVEN
    first = stack.create("Vault", {**VAULT, "BackupVaultName": "one"})
    second = stack.update("Vault", {**VAULT, "BackupVaultName": "two"})
    assert stack.work is not None
    record(stack.work, "Custom::BackupVault", second)

    # WHEN the Delete comes that follows a replacement
    forget(stack.begin("Vault", {}, first.physical_id))

    # THEN
    found = recorded("Vault")
    assert found is not None
    assert found.physical_id == "two"


def test_a_deletion_forgets(stack: Stack) -> None:
    result = stack.create("Vault", VAULT)
    assert stack.work is not None
    record(stack.work, "Custom::BackupVault", result)

    forget(stack.begin("Vault", {}, result.physical_id))

    assert recorded("Vault") is None


def test_a_record_that_cannot_be_written_fails_nothing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    result = stack.create("Vault", VAULT)
    assert stack.work is not None

    def throttled(*_: object, **__: object) -> None:
        raise Throttling("PutParameter: Rate exceeded")

    monkeypatch.setattr(Session, "call", throttled)

    record(stack.work, "Custom::BackupVault", result)
    forget(stack.work)

    assert "cannot compare it until its next update" in caplog.text
