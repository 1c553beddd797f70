"""``Custom::BackupRegionSettings`` against the strict AWS Backup: only what is named, and back again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from cfn_backup.aws.errors import AccessDenied, AlreadyExists
from cfn_backup.written.findings import InvalidProperties
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls, Killed
from tests.reconcile.stack import FakeCloudFormation, Resource, Stack, resource_of

ID = "shop-Settings-0a1b2c3d"
TYPE = "DynamoDB"


def opted_in(account: Account) -> dict[str, bool]:
    return dict(account.backup.describe_region_settings()["ResourceTypeOptInPreference"])


def opting(value: bool, **more: object) -> dict[str, object]:
    return {"ResourceTypeOptInPreference": {TYPE: value}, **more}


@pytest.fixture
def before(account: Account) -> dict[str, bool]:
    return opted_in(account)


def test_only_what_is_named_is_changed_and_by_default_it_stays(
    stack: Stack, account: Account, before: dict[str, bool]
) -> None:
    result = stack.create("Settings", opting(not before[TYPE]))
    assert result.physical_id == ID
    expected = {**before, TYPE: not before[TYPE]}
    assert result.attributes["OptedInResourceTypes"] == ",".join(sorted(n for n, v in expected.items() if v))
    assert opted_in(account) == expected
    stack.delete("Settings")
    assert opted_in(account) == expected


def test_what_was_there_before_is_put_back_where_that_is_asked_for(
    stack: Stack, account: Account, before: dict[str, bool]
) -> None:
    stack.create("Settings", opting(not before[TYPE], RemovalPolicy="RESTORE"))
    stack.delete("Settings")
    assert opted_in(account) == before


def test_what_somebody_changed_since_is_not_put_back(
    stack: Stack, account: Account, before: dict[str, bool]
) -> None:
    stack.create("Settings", opting(before[TYPE], RemovalPolicy="RESTORE"))
    account.backup.update_region_settings(ResourceTypeOptInPreference={TYPE: not before[TYPE]})
    stack.delete("Settings")
    assert opted_in(account)[TYPE] is not before[TYPE]


def test_an_update_keeps_what_was_there_first_and_gives_up_what_is_no_longer_named(
    stack: Stack, account: Account, before: dict[str, bool]
) -> None:
    # GIVEN
    stack.create("Settings", opting(not before[TYPE], RemovalPolicy="RESTORE"))

    # WHEN another type takes its place, THEN the first is as it was
    other = {"ResourceTypeOptInPreference": {"EBS": not before["EBS"]}, "RemovalPolicy": "RESTORE"}
    assert stack.update("Settings", other).physical_id == ID
    assert opted_in(account) == {**before, "EBS": not before["EBS"]}

    # AND at the end all is
    stack.delete("Settings")
    assert opted_in(account) == before


def test_an_update_that_says_the_same_writes_nothing(
    stack: Stack, calls: Calls, before: dict[str, bool]
) -> None:
    stack.create("Settings", opting(not before[TYPE]))
    calls.begin()
    stack.update("Settings", opting(not before[TYPE]))
    assert calls.writes() == []


def test_two_resources_that_name_the_same_type_refuse_each_other(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation, before: dict[str, bool]
) -> None:
    # GIVEN
    stack.create("Settings", opting(not before[TYPE]))
    cloudformation.resources["Other"] = Resource("", "CREATE_IN_PROGRESS")

    # WHEN
    with pytest.raises(AlreadyExists, match=f"{TYPE}: is set by the resource Settings of the stack arn:"):
        resource_of("Settings").create(stack.begin("Other", opting(before[TYPE])))

    # THEN
    assert opted_in(account)[TYPE] is not before[TYPE]


def test_the_same_creation_twice_is_one(stack: Stack, account: Account, before: dict[str, bool]) -> None:
    stack.cloudformation.resources["Settings"] = Resource("", "CREATE_IN_PROGRESS")
    work = stack.begin("Settings", opting(not before[TYPE], RemovalPolicy="RESTORE"))
    first = resource_of("Settings").create(work)
    assert resource_of("Settings").create(replace(work)) == first
    stack.settle("Settings", "CREATE_COMPLETE", first, {})
    stack.delete("Settings")
    assert opted_in(account) == before


def test_a_failed_creation_takes_back_what_it_made(
    stack: Stack, account: Account, calls: Calls, before: dict[str, bool]
) -> None:
    calls.refused["UpdateRegionSettings"] = "AccessDeniedException"
    with pytest.raises(AccessDenied):
        stack.create("Settings", opting(not before[TYPE]))
    calls.refused.clear()
    assert opted_in(account) == before
    stack.cloudformation.status = "CREATE_IN_PROGRESS"
    stack.create("Settings", opting(not before[TYPE]))


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("removal_policy", ["RETAIN", "RESTORE"])
def test_killed_at_any_call_and_delivered_again_it_ends_as_if_nothing_had_happened(
    removal_policy: str, number: int, stack: Stack, account: Account, calls: Calls, before: dict[str, bool]
) -> None:
    # GIVEN a creation that is killed at a writing call
    properties = {
        "ResourceTypeOptInPreference": {TYPE: not before[TYPE], "EBS": not before["EBS"]},
        "RemovalPolicy": removal_policy,
    }
    stack.cloudformation.resources["Settings"] = Resource("", "CREATE_IN_PROGRESS")
    work = stack.begin("Settings", properties)
    calls.kill_after = number
    with suppress(Killed):
        resource_of("Settings").create(work)
    calls.begin()

    # WHEN it is delivered again, and the resource is deleted at last
    result = resource_of("Settings").create(work)
    assert opted_in(account) == {**before, TYPE: not before[TYPE], "EBS": not before["EBS"]}
    stack.settle("Settings", "CREATE_COMPLETE", result, {})
    stack.delete("Settings")

    # THEN
    kept = {TYPE: not before[TYPE], "EBS": not before["EBS"]}
    assert opted_in(account) == {**before, **({} if removal_policy == "RESTORE" else kept)}


def test_a_type_that_the_service_does_not_know_is_refused_with_the_nearest(stack: Stack) -> None:
    with pytest.raises(InvalidProperties, match="DynamoDB"):
        stack.create("Settings", {"ResourceTypeOptInPreference": {"DynamoDb": True}})
