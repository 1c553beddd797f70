"""A Create that Lambda delivers twice: the second delivery takes nothing away from the first."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied, InvalidRequest, ResourceConflict
from cfn_backup.aws.session import Session
from cfn_backup.reconcile.work import Result, Work
from cfn_backup.written.findings import InvalidProperties
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
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "plan": ("Plan", PLAN, "GetBackupSelection"),
    "plan with nothing of its own": (
        "Plan",
        {"Preset": "daily35DayRetention", "BackupVault": "theirs"},
        "CreateBackupPlan",
    ),
    "vault": (
        "Vault",
        {"RemovalPolicy": "DESTROY", "LockConfiguration": {"MinRetentionDays": 1}},
        "PutBackupVaultLockConfiguration",
    ),
    "vault, at the end": ("Vault", {"RemovalPolicy": "DESTROY"}, "TagResource"),
    "selection": (
        "Selection",
        {"BackupPlanId": "<plan>", "Resources": [{"DynamoDBTable": "orders"}]},
        "GetBackupSelection",
    ),
    "selection with a given role": (
        "Selection",
        {"BackupPlanId": "<plan>", "IamRoleArn": "<role>", "Resources": [{"DynamoDBTable": "orders"}]},
        "CreateBackupSelection",
    ),
}


def with_things_of_others(properties: dict[str, Any], account: Account) -> dict[str, Any]:
    """The properties with a plan and a role that somebody else made."""
    given = {"<plan>": account.new_plan("theirs"), "<role>": account.new_role("theirs")}
    return {
        name: given.get(value, value) if isinstance(value, str) else value
        for name, value in properties.items()
    }


def delivered_again(work: Work) -> Work:
    return Work(
        work.owner, work.place, work.request_id, work.properties, work.physical_id, Session(), work.deadline
    )


@pytest.mark.parametrize("case", CASES)
def test_a_second_delivery_that_fails_leaves_what_the_first_made(
    case: str, stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    kind, properties, refused = CASES[case]
    properties = with_things_of_others(properties, account)
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
        if operation == "ListBackupVaults" and "TagResource" in calls.operations():
            raise RuntimeError("a mistake of ours")
        if operation == "TagResource":
            raise AccessDenied("the failure")

    calls.before = fail
    cloudformation.resources["Vault"] = Resource("", "CREATE_IN_PROGRESS")
    work = stack.begin("Vault", {})
    with pytest.raises(AccessDenied, match="the failure"):
        resource_of("Vault").create(work)
    assert work.identified == "shop-Vault-0a1b2c3d"


def test_a_delivery_that_fails_beside_one_that_answered_takes_nothing_away(
    stack: Stack,
    account: Account,
    calls: Calls,
    cloudformation: FakeCloudFormation,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # GIVEN a delivery that answers between the first call and the last of another
    account.backup.create_backup_vault(BackupVaultName="theirs")
    answered: list[Result] = []

    def serve_the_other(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "CreateBackupPlan" and not answered:
            calls.before = None
            answered.append(resource_of("Plan").create(delivered_again(work)))
            calls.before = fail

    def fail(operation: str, parameters: dict[str, Any]) -> None:
        calls.before = None
        raise AccessDenied("the failure")

    def show_the_answer(seconds: float) -> None:
        if seconds:
            cloudformation.resources["Plan"] = Resource(answered[0].physical_id, "CREATE_COMPLETE")

    monkeypatch.setattr(clock, "sleep", show_the_answer)
    cloudformation.resources["Plan"] = Resource("", "CREATE_IN_PROGRESS")
    work = stack.begin("Plan", {"Preset": "daily35DayRetention", "BackupVault": "theirs"})
    calls.before = serve_the_other

    # WHEN
    with pytest.raises(AccessDenied, match="the failure"):
        resource_of("Plan").create(work)

    # THEN
    assert account.plan(answered[0].physical_id)


def test_a_vault_that_another_delivery_completed_and_did_not_answer_yet_stays(
    stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a delivery that gets to its end within another one, which then fails
    def serve_the_other(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "PutBackupVaultLockConfiguration":
            calls.before = None
            resource_of("Vault").create(delivered_again(work))
            raise InvalidRequest("the failure")

    cloudformation.resources["Vault"] = Resource("", "CREATE_IN_PROGRESS")
    lock = {"MinRetentionDays": 7, "MaxRetentionDays": 70}
    work = stack.begin("Vault", {"RemovalPolicy": "DESTROY", "LockConfiguration": lock})
    calls.before = serve_the_other

    # WHEN
    with pytest.raises(InvalidRequest, match="the failure"):
        resource_of("Vault").create(work)

    # THEN it stays, for the Delete that follows if the answer never comes
    assert account.vault("shop-Vault-0a1b2c3d")["lock"] == {"Locked": True, **lock}
    assert work.identified == "shop-Vault-0a1b2c3d"


@pytest.mark.parametrize("case", CASES)
def test_a_delivery_that_comes_when_the_creation_is_given_up_makes_nothing(
    case: str, stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    kind, properties, _ = CASES[case]
    properties = with_things_of_others(properties, account)
    before = account.everything()
    cloudformation.resources[kind] = Resource("shop-Thing-1A2B", "DELETE_COMPLETE")

    # WHEN
    with pytest.raises(ResourceConflict, match="does not wait for it any more"):
        resource_of(kind).create(stack.begin(kind, properties))

    # THEN
    assert not [name for name in calls.writes() if name.startswith("Create")]
    assert account.everything() == before


def test_a_delivery_makes_nothing_when_the_stack_has_forgotten_the_resource(
    stack: Stack, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    cloudformation.status = "UPDATE_ROLLBACK_COMPLETE"
    with pytest.raises(ResourceConflict, match="does not wait for it any more"):
        resource_of("Vault").create(stack.begin("Vault", {}))
    assert calls.writes() == []


def test_a_delivery_that_comes_too_late_takes_away_what_an_earlier_one_made_after_the_delete(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    before = account.everything()
    cloudformation.resources["Plan"] = Resource("", "CREATE_IN_PROGRESS")
    first = stack.begin("Plan", PLAN)
    resource_of("Plan").create(first)
    cloudformation.resources["Plan"] = Resource("shop-Thing-1A2B", "DELETE_COMPLETE")

    # WHEN
    with pytest.raises(ResourceConflict):
        resource_of("Plan").create(delivered_again(first))

    # THEN
    assert account.everything() == before


def test_a_status_of_an_earlier_life_that_is_read_once_more_refuses_nothing(
    stack: Stack, cloudformation: FakeCloudFormation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arrive(seconds: float) -> None:
        if seconds:
            cloudformation.resources["Vault"].status = "CREATE_IN_PROGRESS"

    monkeypatch.setattr(clock, "sleep", arrive)
    cloudformation.resources["Vault"] = Resource("shop-Vault-0a1b2c3d", "DELETE_COMPLETE")
    assert resource_of("Vault").create(stack.begin("Vault", {})).physical_id == "shop-Vault-0a1b2c3d"


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "UPDATE_FAILED", "DELETE_COMPLETE"])
def test_an_update_is_refused_when_only_others_are_still_rolled_back(
    status: str, stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    created = stack.create("Vault", {"BackupVaultTags": {"a": "old"}})
    before = account.everything()
    cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
    cloudformation.resources["Vault"].status = status
    calls.begin()

    # WHEN
    late = stack.begin("Vault", {"BackupVaultTags": {"a": "new"}}, created.physical_id)
    with pytest.raises(ResourceConflict, match="does not wait for it any more"):
        resource_of("Vault").update(late)

    # THEN
    assert calls.writes() == []
    assert account.everything() == before


def test_an_update_whose_status_arrives_a_little_later_is_carried_out(
    stack: Stack,
    account: Account,
    cloudformation: FakeCloudFormation,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # GIVEN a resource whose last update failed, and that shows it at two looks more
    waited: list[float] = []

    def arrive(seconds: float) -> None:
        waited.extend([seconds] if seconds else [])
        if len(waited) == 2:
            cloudformation.resources["Vault"].status = "UPDATE_IN_PROGRESS"

    created = stack.create("Vault", {})
    cloudformation.resources["Vault"].status = "UPDATE_FAILED"
    monkeypatch.setattr(clock, "sleep", arrive)

    # WHEN it is updated, THEN
    cloudformation.status = "UPDATE_IN_PROGRESS"
    resource_of("Vault").update(stack.begin("Vault", {"BackupVaultTags": {"a": "b"}}, created.physical_id))
    assert account.vault(created.physical_id)["tags"]["a"] == "b"
    assert len(waited) == 2


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


@pytest.mark.parametrize("kind", ["Plan", "Vault", "Selection"])
def test_what_somebody_else_made_is_no_earlier_delivery(
    kind: str, stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN things of others, with tokens before and behind ours
    plan = account.new_plan("theirs")
    role = account.new_role("theirs")
    for token in ("!", "~"):
        account.backup.create_backup_vault(BackupVaultName=f"theirs{ord(token)}", CreatorRequestId=token)
        rules = [{"RuleName": "r", "TargetBackupVaultName": "theirs33"}]
        account.backup.create_backup_plan(
            BackupPlan={"BackupPlanName": f"theirs{ord(token)}", "Rules": rules}, CreatorRequestId=token
        )
        selection = {
            "SelectionName": f"theirs{ord(token)}",
            "IamRoleArn": role,
            "Resources": ["arn:aws:s3:::b"],
        }
        account.backup.create_backup_selection(
            BackupPlanId=plan, BackupSelection=selection, CreatorRequestId=token
        )
    before = account.everything()
    properties = {"Plan": PLAN, "Vault": {}, "Selection": {"BackupPlanId": plan, **TABLES}}

    # WHEN a creation fails at its end
    cloudformation.resources[kind] = Resource("", "CREATE_IN_PROGRESS")
    last = "TagResource" if kind == "Vault" else "GetBackupSelection"
    calls.refused = {last: "InvalidParameterValueException"}
    work = stack.begin(kind, properties[kind])
    with pytest.raises(InvalidRequest):
        resource_of(kind).create(work)

    # THEN it takes everything back
    assert account.everything() == before
    assert not work.met_earlier
