"""An event in another stack's name does nothing: only what CloudFormation says is happening is done."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied, AlreadyExists, ResourceConflict
from cfn_backup.desired.owner import LOGICAL_ID_TAG, REMOVAL_POLICY_TAG, SELECTIONS_FROM_TAG, STACK_ID_TAG
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.stack import STACK_ID, FakeCloudFormation, Stack, resource_of

DESTROY = {"RemovalPolicy": "DESTROY"}
PROPERTIES: dict[str, dict[str, Any]] = {
    "Plan": {"Preset": "daily35DayRetention", "DefaultVault": DESTROY},
    "Vault": DESTROY,
}
KINDS = pytest.mark.parametrize("kind", PROPERTIES)


@KINDS
@pytest.mark.parametrize("stack_status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_IN_PROGRESS"])
def test_a_delete_does_nothing_while_the_resource_is_not_being_deleted(
    kind: str,
    stack_status: str,
    stack: Stack,
    account: Account,
    calls: Calls,
    cloudformation: FakeCloudFormation,
) -> None:
    # GIVEN
    physical_id = stack.create(kind, PROPERTIES[kind]).physical_id
    cloudformation.status = stack_status
    before = account.everything()
    calls.begin()

    # WHEN
    with pytest.raises(ResourceConflict, match=r"This deletion is refused: CloudFormation does not say"):
        resource_of(kind).delete(stack.begin(kind, {}, physical_id))

    # THEN
    assert (calls.writes(), account.everything()) == ([], before)


def test_a_lock_is_not_set_while_the_stack_updates_something_else(
    stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    physical_id = stack.create("Vault", DESTROY).physical_id
    cloudformation.status = "UPDATE_IN_PROGRESS"
    locked = {**DESTROY, "LockConfiguration": {"MinRetentionDays": 36500, "ChangeableForDays": 3}}
    calls.begin()
    with pytest.raises(ResourceConflict, match="This update is refused"):
        resource_of("Vault").update(stack.begin("Vault", locked, physical_id))
    assert calls.writes() == []


@KINDS
def test_a_create_for_a_resource_that_the_stack_does_not_have_makes_nothing(
    kind: str, stack: Stack, calls: Calls
) -> None:
    with pytest.raises(ResourceConflict, match="shows no such resource"):
        resource_of(kind).create(stack.begin(kind, PROPERTIES[kind]))
    assert calls.writes() == []


@KINDS
@pytest.mark.parametrize("request_type", ["create", "update", "delete"])
def test_a_stack_that_cannot_be_seen_is_a_refusal_after_repeated_looks(
    kind: str, request_type: str, stack: Stack, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    physical_id = stack.create(kind, PROPERTIES[kind]).physical_id
    cloudformation.resources.clear()
    cloudformation.status = ""
    calls.begin()

    # WHEN
    given = None if request_type == "create" else physical_id
    with pytest.raises(ResourceConflict, match="shows no such resource"):
        getattr(resource_of(kind), request_type)(stack.begin(kind, PROPERTIES[kind], given))

    # THEN
    assert calls.writes() == []
    assert calls.operations().count("DescribeStackResource") == 3


def test_a_vault_with_the_owners_tags_and_another_token_is_not_the_owners(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault that somebody tagged as if the stack had made it
    owner = {STACK_ID_TAG: STACK_ID, LOGICAL_ID_TAG: "Vault", REMOVAL_POLICY_TAG: "DESTROY"}
    account.backup.create_backup_vault(BackupVaultName="theirs", BackupVaultTags=owner)
    before = account.everything()

    # WHEN the resource that it names is made, and deleted
    with pytest.raises(AlreadyExists, match="its creation token"):
        stack.create("Vault", {"BackupVaultName": "theirs", **DESTROY})
    stack.delete("Vault", "theirs")

    # THEN
    assert account.everything() == before


def test_a_plan_with_the_owners_tags_and_another_token_is_not_the_owners(
    stack: Stack, account: Account
) -> None:
    plan_id = account.new_plan("theirs")
    arn = account.backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlanArn"]
    account.backup.tag_resource(ResourceArn=arn, Tags={STACK_ID_TAG: STACK_ID, LOGICAL_ID_TAG: "Plan"})
    stack.delete("Plan", plan_id)
    assert account.plan(plan_id)


@pytest.mark.parametrize(("allowed", "made"), [("Account", 1), ("Stack", 0)])
def test_a_selection_goes_into_another_stacks_plan_only_if_its_owner_allows_that(
    allowed: str, made: int, stack: Stack, account: Account
) -> None:
    # GIVEN a plan of another stack
    plan_id = account.new_plan("theirs")
    arn = account.backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlanArn"]
    other = {STACK_ID_TAG: f"{STACK_ID}-of-others", SELECTIONS_FROM_TAG: allowed}
    account.backup.tag_resource(ResourceArn=arn, Tags=other)
    selection = {"BackupPlanId": plan_id, "Resources": [{"DynamoDBTable": "orders"}]}

    # WHEN
    if made:
        stack.create("Selection", selection)
    else:
        with pytest.raises(AccessDenied, match="AllowSelectionsFrom: Account"):
            stack.create("Selection", selection)

    # THEN
    assert (len(account.selections(plan_id)), len(account.role_names())) == (made, made)


def test_a_plan_says_who_may_put_selections_into_it_and_its_own_stack_always_may(
    stack: Stack, account: Account
) -> None:
    properties = {"Preset": "daily35DayRetention"}
    plan_id = stack.create("Plan", properties).physical_id
    assert account.plan(plan_id)["tags"][SELECTIONS_FROM_TAG] == "Account"
    stack.update("Plan", {**properties, "AllowSelectionsFrom": "Stack"})
    assert account.plan(plan_id)["tags"][SELECTIONS_FROM_TAG] == "Stack"
    stack.create("Selection", {"BackupPlanId": plan_id, "Resources": [{"DynamoDBTable": "orders"}]})
    assert len(account.selections(plan_id)) == 1
