"""A process that is killed at any call, before it or after it: what CloudFormation sends next puts
everything right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest

from cfn_backup.aws.errors import ProviderError
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls, Killed
from tests.reconcile.stack import ACCOUNT, REGION, FakeCloudFormation, Resource, Stack, resource_of

TOPICS = [f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}" for name in ("one", "two")]
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f0f0f0f-0000-4000-8000-000000000000"

PLAN: dict[str, Any] = {
    "Preset": "daily35DayRetention",
    "BackupPlanTags": {"team": "red"},
    "DefaultVault": {"Notifications": {"SNSTopicArn": TOPICS[0]}, "RemovalPolicy": "DESTROY"},
    "Selections": [
        {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]},
        {"SelectionName": "Files", "Resources": [{"EfsFileSystem": "fs-1"}]},
    ],
}
VAULT: dict[str, Any] = {
    "BackupVaultName": "first",
    "AccessPolicy": {"Version": "2012-10-17", "Statement": []},
    "Notifications": {"SNSTopicArn": TOPICS[0], "BackupVaultEvents": ["BACKUP_JOB_FAILED"]},
    "LockConfiguration": {"MinRetentionDays": 7},
    "RemovalPolicy": "DESTROY",
}
SELECTION: dict[str, Any] = {"BackupPlanId": "<plan>", "Resources": [{"DynamoDBTable": "orders"}]}

UPDATES: Mapping[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "plan, another preset and other selections": (
        "Plan",
        PLAN,
        {
            **PLAN,
            "Preset": "dailyMonthly1YearRetention",
            "BackupPlanTags": {"team": "blue"},
            "AllowRestores": True,
            "Selections": [
                {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "customers"}]},
                {"SelectionName": "Buckets", "Resources": [{"S3Bucket": "invoices"}]},
            ],
        },
    ),
    "plan, default vault with another key": (
        "Plan",
        PLAN,
        {**PLAN, "DefaultVault": {"EncryptionKeyArn": KEY, "RemovalPolicy": "DESTROY"}},
    ),
    "plan, without vault and selections": (
        "Plan",
        PLAN,
        {"Preset": "daily35DayRetention", "BackupVault": "theirs"},
    ),
    "plan, with vault and selections": (
        "Plan",
        {"Preset": "daily35DayRetention", "BackupVault": "theirs"},
        PLAN,
    ),
    "vault, in place": (
        "Vault",
        VAULT,
        {
            "BackupVaultName": "first",
            "BlockRecoveryPointDeletion": True,
            "Notifications": {"SNSTopicArn": TOPICS[1]},
            "RemovalPolicy": "DESTROY",
            "BackupVaultTags": {"a": "b"},
        },
    ),
    "vault, replaced": ("Vault", VAULT, {**VAULT, "BackupVaultName": "second"}),
    "vault that is kept, replaced": (
        "Vault",
        {**VAULT, "RemovalPolicy": "RETAIN"},
        {**VAULT, "BackupVaultName": "second", "RemovalPolicy": "RETAIN"},
    ),
    "selection, replaced": ("Selection", SELECTION, {**SELECTION, "Resources": [{"S3Bucket": "invoices"}]}),
    "selection, to another plan": ("Selection", SELECTION, {**SELECTION, "BackupPlanId": "<other plan>"}),
    "selection, to a role of its own": ("Selection", {**SELECTION, "IamRoleArn": "<role>"}, SELECTION),
    "selection, to a given role": ("Selection", SELECTION, {**SELECTION, "IamRoleArn": "<role>"}),
}

CREATIONS = ("plan, with vault and selections", "vault that is kept, replaced", "selection, replaced")
"""Those of which the new properties have everything."""


@pytest.fixture
def given(account: Account) -> Mapping[str, str]:
    """What others made, and the templates refer to."""
    for topic in ("one", "two"):
        account.new_topic(topic)
    plans = {"<plan>": account.new_plan("theirs"), "<other plan>": account.new_plan("others")}
    return {**plans, "<role>": account.new_role("theirs")}


def filled(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(member, given) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(item, given) for item in value]
    return given.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("scenario", UPDATES)
def test_an_update_killed_at_any_call_is_rolled_back_to_what_there_was(
    scenario: str,
    stack: Stack,
    calls: Calls,
    account: Account,
    given: Mapping[str, str],
    cloudformation: FakeCloudFormation,
) -> None:
    # GIVEN
    logical_id, old, new = UPDATES[scenario]
    old, new = filled(old, given), filled(new, given)
    empty = account.everything()
    created = stack.create(logical_id, old)
    original = account.everything()

    for number in count():
        # WHEN
        cloudformation.status = "UPDATE_IN_PROGRESS"
        calls.begin()
        calls.kill_after = number
        killed = _is_killed(stack.send_update, logical_id, new)
        calls.begin()
        rolled_back = stack.roll_back(logical_id, old)

        # THEN
        assert (account.everything(), number) == (original, number)
        assert rolled_back.physical_id == created.physical_id
        if not killed:
            break

    # AND in the end nothing is left but what is kept on purpose
    stack.delete(logical_id)
    left = account.everything()
    kept = "RETAIN" in str(old)
    assert (left == empty) is not kept


@pytest.mark.parametrize("scenario", CREATIONS)
def test_a_creation_killed_at_any_call_leaves_nothing_when_its_delete_comes(
    scenario: str,
    stack: Stack,
    calls: Calls,
    account: Account,
    given: Mapping[str, str],
    cloudformation: FakeCloudFormation,
) -> None:
    # GIVEN
    logical_id, _, properties = UPDATES[scenario]
    properties = filled(properties, given)
    empty = account.everything()

    for number in count():
        # WHEN no answer arrives, CloudFormation invents an id for the Delete
        calls.begin()
        calls.kill_after = number
        killed = _is_killed(_create, stack, cloudformation, logical_id, properties)
        calls.begin()
        stack.delete(logical_id, "shop-Thing-1A2B3C4D5E6F")

        # THEN
        assert (account.everything(), number) == (empty, number)
        if not killed:
            break


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("scenario", CREATIONS)
def test_a_creation_that_is_refused_a_call_leaves_nothing(
    scenario: str,
    lasting: bool,
    stack: Stack,
    calls: Calls,
    account: Account,
    given: Mapping[str, str],
    cloudformation: FakeCloudFormation,
) -> None:
    # GIVEN
    logical_id, _, properties = UPDATES[scenario]
    properties = filled(properties, given)
    empty = account.everything()

    for number in count():
        # WHEN
        calls.begin()
        calls.refuse_at, calls.refuse_all_after = number, lasting
        refusal = _refusal(_create, stack, cloudformation, logical_id, properties)
        if refusal is None:
            break
        assert "refused by the test" in refusal
        calls.begin()
        assert stack.work
        if lasting:
            # then it could not be undone, and the Delete that follows does it
            stack.delete(logical_id, stack.work.identified or "create-failed:1")
        else:
            assert stack.work.identified is None

        # THEN
        assert (account.everything(), number) == (empty, number)


def _is_killed(call: Callable[..., object], *arguments: Any) -> bool:
    try:
        call(*arguments)
    except Killed:
        return True
    return False


def _refusal(call: Callable[..., object], *arguments: Any) -> str | None:
    try:
        call(*arguments)
    except ProviderError as error:
        return str(error)
    return None


def _create(
    stack: Stack, cloudformation: FakeCloudFormation, logical_id: str, properties: dict[str, Any]
) -> None:
    cloudformation.status = "CREATE_IN_PROGRESS"
    cloudformation.resources[logical_id] = Resource("", "CREATE_IN_PROGRESS")
    resource_of(logical_id).create(stack.begin(logical_id, properties))
