"""``Custom::BackupSelection`` against the strict AWS Backup, read back as somebody else would."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cfn_backup.aws.errors import AlreadyExists, NotFound
from cfn_backup.written.findings import InvalidProperties
from cfn_backup.written.selection import BackupSelection
from local_aws.strict_backup.clock import ManualClock
from local_aws.strict_backup.recovery_point_store import RecoveryPoint
from local_aws.strict_backup.service import StrictBackupService
from local_aws.strict_backup.switches import Switches
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.changes import BACKUP_POLICY, S3_POLICY, SELECTION_CHANGES, TABLE
from tests.reconcile.stack import ACCOUNT, REGION, FakeCloudFormation, Resource, Stack, resource_of

NAME = "shop-Selection-0a1b2c3d"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/cfn-backup-provider/{NAME}"


@pytest.fixture
def plan(account: Account) -> str:
    return account.new_plan("theirs")


@pytest.fixture
def base(plan: str) -> dict[str, Any]:
    return {"BackupPlanId": plan, "Resources": [TABLE]}


def test_a_selection_with_its_role_and_attributes(
    stack: Stack, account: Account, base: dict[str, Any], plan: str
) -> None:
    result = stack.create("Selection", base)

    selection_id, _, plan_id = result.physical_id.partition("_")
    assert result.attributes == {
        "SelectionId": selection_id,
        "BackupPlanId": plan,
        "Id": result.physical_id,
        "RoleArn": ROLE_ARN,
        "RoleName": NAME,
    }
    assert result.attributes.keys() == BackupSelection.attributes.keys()
    found = account.selection(plan_id, selection_id)
    assert (found["SelectionName"], found["IamRoleArn"], found["Resources"]) == (
        "Selection",
        ROLE_ARN,
        [TABLE],
    )
    assert account.role(NAME)["policies"] == BACKUP_POLICY
    assert stack.update("Selection", base) == result
    assert stack.work
    assert stack.work.session.writes == 0


@pytest.mark.parametrize("name", SELECTION_CHANGES)
def test_each_change_replaces_the_selection_without_a_gap_and_back(
    name: str, stack: Stack, account: Account, calls: Calls, base: dict[str, Any], plan: str
) -> None:
    # GIVEN
    properties, seen, policies = SELECTION_CHANGES[name]
    created = stack.create("Selection", base)
    [without] = account.selections(plan).values()
    calls.begin()

    # WHEN
    result = stack.update("Selection", {**base, **properties})

    # THEN
    assert result.physical_id != created.physical_id
    [found] = account.selections(plan).values()
    assert found == {**without, **seen}
    assert account.role(NAME)["policies"] == policies
    assert calls.writes()[-1] == "DeleteBackupSelection"

    # AND asked again nothing is written, and back again all is as before
    assert stack.update("Selection", {**base, **properties}) == result
    assert stack.work
    assert stack.work.session.writes == 0
    stack.update("Selection", base)
    assert list(account.selections(plan).values()) == [without]
    assert account.role(NAME)["policies"] == BACKUP_POLICY


def test_properties_of_the_role_change_it_and_leave_the_selection_alone(
    stack: Stack, account: Account, base: dict[str, Any]
) -> None:
    created = stack.create("Selection", base)
    changed = {**base, "AllowRestores": True, "DisableDefaultBackupPolicy": True}
    assert stack.update("Selection", changed) == created
    assert account.role(NAME)["policies"] == ["service-role/AWSBackupServiceRolePolicyForRestores"]


def test_to_a_given_role_and_back_the_own_role_goes_and_comes(
    stack: Stack, account: Account, base: dict[str, Any]
) -> None:
    role = account.new_role("theirs")
    stack.create("Selection", base)

    given = stack.update("Selection", {**base, "IamRoleArn": role})
    assert (given.attributes["RoleArn"], given.attributes["RoleName"]) == (role, "theirs")
    assert account.role_names() == ["theirs"]

    assert stack.update("Selection", base).attributes["RoleArn"] == ROLE_ARN
    assert sorted(account.role_names()) == sorted([NAME, "theirs"])


def test_a_given_role_that_does_not_exist_is_refused_within_seconds_and_before_anything_is_made(
    stack: Stack, calls: Calls, clock: ManualClock, base: dict[str, Any]
) -> None:
    began = clock.now()
    role = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    with pytest.raises(NotFound, match=f"^IamRoleArn: there is no role {role}"):
        stack.create("Selection", {**base, "IamRoleArn": role})
    assert clock.now() - began < 10
    assert calls.writes() == []


def test_to_another_plan_and_back_by_a_rollback(
    stack: Stack, account: Account, base: dict[str, Any], plan: str
) -> None:
    # GIVEN
    other = account.new_plan("others")
    created = stack.create("Selection", base)
    result = stack.send_update("Selection", {**base, "BackupPlanId": other})
    assert result.attributes["BackupPlanId"] == other
    stack.settle("Selection", "UPDATE_COMPLETE", result, {})

    # WHEN
    rolled_back = stack.roll_back("Selection", base)

    # THEN
    assert rolled_back == created
    assert (len(account.selections(plan)), account.selections(other)) == (1, {})
    assert account.role_names() == [NAME]


@pytest.mark.parametrize("name", ["Mine", "x" * 50])
def test_a_replacement_works_where_a_name_cannot_be_had_twice(
    name: str, stack: Stack, account: Account, backup: StrictBackupService, base: dict[str, Any], plan: str
) -> None:
    backup.switches = Switches(selection_names_unique=True)
    base = {**base, "SelectionName": name}
    stack.create("Selection", base)
    changed = {**base, "NotResources": [TABLE]}
    result = stack.update("Selection", changed)
    assert len(account.selections(plan)) == 1
    assert stack.update("Selection", changed) == result


def test_the_clean_up_of_the_old_selection_keeps_the_role_when_the_new_one_cannot_be_read_yet(
    stack: Stack, account: Account, backup: StrictBackupService, base: dict[str, Any]
) -> None:
    stack.create("Selection", base)
    before = stack.cloudformation.resources["Selection"].physical_id
    changed = {**base, "NotResources": [TABLE]}
    result = stack.send_update("Selection", changed)
    stack.settle("Selection", "UPDATE_COMPLETE", result, changed)
    backup.switches = Switches(selection_read_lag_seconds=600)
    stack.clean_up("Selection", before)
    assert account.role_names() == [NAME]


def test_a_delete_takes_selection_and_role_and_leaves_the_plan(
    stack: Stack, account: Account, base: dict[str, Any], plan: str
) -> None:
    stack.create("Selection", base)
    stack.delete("Selection")
    stack.delete("Selection")
    assert (account.selections(plan), account.role_names()) == ({}, [])


def test_a_delete_after_the_plan_has_gone_is_no_error(
    stack: Stack, account: Account, base: dict[str, Any], plan: str
) -> None:
    physical_id = stack.create("Selection", base).physical_id
    selection_id = physical_id.partition("_")[0]
    account.backup.delete_backup_selection(BackupPlanId=plan, SelectionId=selection_id)
    account.backup.delete_backup_plan(BackupPlanId=plan)
    stack.delete("Selection")
    assert account.role_names() == []


@pytest.mark.parametrize("physical_id", ["create-failed:1", "shop-Selection-1A2B3C", "a_b", "x"])
def test_a_delete_of_any_other_id_removes_what_the_owner_has_when_the_stack_goes(
    physical_id: str,
    stack: Stack,
    account: Account,
    cloudformation: FakeCloudFormation,
    base: dict[str, Any],
    plan: str,
) -> None:
    stack.create("Selection", base)
    cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    resource_of("Selection").delete(stack.begin("Selection", {}, physical_id))
    assert len(account.selections(plan)) == 1

    stack.delete("Selection", physical_id)
    assert (account.selections(plan), account.role_names()) == ({}, [])


def test_the_selection_of_somebody_else_is_not_deleted(
    stack: Stack, account: Account, base: dict[str, Any], plan: str
) -> None:
    document = {"SelectionName": "Theirs", "IamRoleArn": account.new_role("theirs"), "Resources": ["*"]}
    made = account.backup.create_backup_selection(BackupPlanId=plan, BackupSelection=document)
    stack.delete("Selection", f"{made['SelectionId']}_{plan}")
    assert account.selections(plan).keys() == {"Theirs"}


def test_the_role_of_somebody_else_is_left_as_it_is(
    stack: Stack, account: Account, base: dict[str, Any]
) -> None:
    account.new_role(NAME)
    before = account.everything()
    with pytest.raises(AlreadyExists, match=f"The role {NAME} exists and does not belong"):
        stack.create("Selection", base)
    assert account.everything() == before


def test_a_role_with_which_recovery_points_were_made_stays(
    stack: Stack, account: Account, backup: StrictBackupService, base: dict[str, Any]
) -> None:
    account.backup.create_backup_vault(BackupVaultName="elsewhere")
    stack.create("Selection", base)
    stack.clock.advance(days=1)
    backup.put_recovery_points("elsewhere", RecoveryPoint(iam_role_arn=ROLE_ARN))
    stack.delete("Selection")
    assert "cfn-backup-provider:retained" in account.role(NAME)["tags"]


def test_a_plan_that_does_not_exist_is_named_and_the_role_is_taken_back(
    stack: Stack, account: Account, base: dict[str, Any]
) -> None:
    with pytest.raises(NotFound, match=r"^BackupPlanId: there is no backup plan 11111111-"):
        stack.create("Selection", {**base, "BackupPlanId": "11111111-2222-4333-8444-555555555555"})
    assert account.role_names() == []


def test_the_same_creation_twice_makes_one_selection_and_answers_the_same(
    stack: Stack, account: Account, base: dict[str, Any], plan: str, cloudformation: FakeCloudFormation
) -> None:
    cloudformation.resources["Selection"] = Resource("", "CREATE_IN_PROGRESS")
    first = stack.begin("Selection", base)
    second = stack.begin("Selection", base)
    second.request_id = first.request_id
    assert resource_of("Selection").create(first) == resource_of("Selection").create(second)
    assert len(account.selections(plan)) == 1


def test_a_creation_delivered_after_its_answer_does_nothing(
    stack: Stack, account: Account, base: dict[str, Any], plan: str
) -> None:
    created = stack.create("Selection", base)
    work = stack.begin("Selection", base)
    assert resource_of("Selection").create(work) == created
    assert work.session.writes == 0


# ------------------------------------------------------------------------------------- the contents of stacks

CONTENTS = [
    ("AWS::DynamoDB::Table", "orders", "CREATE_COMPLETE"),
    ("AWS::DynamoDB::GlobalTable", "everywhere", "UPDATE_COMPLETE"),
    ("AWS::EC2::Instance", "i-1", "CREATE_COMPLETE"),
    ("AWS::EC2::Volume", "vol-1", "CREATE_COMPLETE"),
    ("AWS::EFS::FileSystem", "fs-1", "CREATE_COMPLETE"),
    ("AWS::RDS::DBInstance", "single", "CREATE_COMPLETE"),
    ("AWS::RDS::DBInstance", "member", "CREATE_COMPLETE"),
    ("AWS::RDS::DBCluster", "aurora", "CREATE_COMPLETE"),
    ("AWS::DynamoDB::Table", "member", "CREATE_COMPLETE"),
    ("AWS::S3::Bucket", "invoices", "CREATE_COMPLETE"),
    ("AWS::FSx::FileSystem", "fs-2", "CREATE_COMPLETE"),
    ("AWS::DocDB::DBCluster", "documents", "CREATE_COMPLETE"),
    ("AWS::Neptune::DBCluster", "graph", "CREATE_COMPLETE"),
    ("AWS::Redshift::Cluster", "warehouse", "CREATE_COMPLETE"),
    ("AWS::Timestream::Table", "database|table", "CREATE_COMPLETE"),
    ("AWS::SNS::Topic", "arn:aws:sns:x", "CREATE_COMPLETE"),
    ("AWS::DynamoDB::Table", "gone", "DELETE_COMPLETE"),
    ("AWS::DynamoDB::Table", "", "CREATE_IN_PROGRESS"),
    ("Custom::BackupSelection", "", "CREATE_IN_PROGRESS"),
]


def test_everything_of_a_stack_that_backup_supports_is_found(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation, plan: str
) -> None:
    # GIVEN a stack that is still being made, with an instance that belongs to a cluster
    cloudformation.contents = {"data": CONTENTS}
    cloudformation.cluster_members = ("member",)

    # WHEN
    result = stack.create("Selection", {"BackupPlanId": plan, "Resources": [{"Stack": "data"}]})

    # THEN
    here = f"{REGION}:{ACCOUNT}"
    found = account.selection(plan, result.attributes["SelectionId"])["Resources"]
    assert found == [
        f"arn:aws:dynamodb:{here}:table/orders",
        f"arn:aws:dynamodb:{here}:table/everywhere",
        f"arn:aws:ec2:{here}:instance/i-1",
        f"arn:aws:ec2:{here}:volume/vol-1",
        f"arn:aws:elasticfilesystem:{here}:file-system/fs-1",
        f"arn:aws:rds:{here}:db:single",
        f"arn:aws:rds:{here}:cluster:aurora",
        f"arn:aws:dynamodb:{here}:table/member",
        "arn:aws:s3:::invoices",
        f"arn:aws:fsx:{here}:file-system/fs-2",
        f"arn:aws:rds:{here}:cluster:documents",
        f"arn:aws:rds:{here}:cluster:graph",
        f"arn:aws:redshift:{here}:cluster:warehouse",
        f"arn:aws:timestream:{here}:database/database/table/table",
    ]
    assert account.role(NAME)["policies"] == S3_POLICY + BACKUP_POLICY


def test_five_hundred_resources_in_nested_stacks_are_found_within_two_seconds_of_calls(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation, calls: Calls, plan: str
) -> None:
    # GIVEN 20 stacks of 24 in one of 20, at 20 ms a call
    nested = [("AWS::CloudFormation::Stack", f"nested-{n}", "CREATE_COMPLETE") for n in range(20)]
    cloudformation.contents = {"outer": nested}
    for n in range(20):
        tables = [("AWS::DynamoDB::Table", f"t{n}-{m}", "CREATE_COMPLETE") for m in range(24)]
        cloudformation.contents[f"nested-{n}"] = [
            *tables,
            ("AWS::RDS::DBInstance", f"db{n}", "CREATE_COMPLETE"),
        ]
    calls.latency = 0.02

    # WHEN
    began = time.monotonic()
    result = stack.create("Selection", {"BackupPlanId": plan, "Resources": [{"Stack": "outer"}]})
    took = time.monotonic() - began

    # THEN
    assert len(account.selection(plan, result.attributes["SelectionId"])["Resources"]) == 500
    assert calls.rounds() * 0.02 < 2
    assert took < 4


def test_a_stack_that_does_not_exist_is_named(stack: Stack, plan: str, calls: Calls) -> None:
    with pytest.raises(NotFound, match="there is no stack nowhere in this account and Region"):
        stack.create("Selection", {"BackupPlanId": plan, "Resources": [{"Stack": "nowhere"}]})
    assert calls.writes() == []


def test_a_stack_in_which_nothing_is_found_is_an_error_that_says_so(
    stack: Stack, cloudformation: FakeCloudFormation, plan: str, calls: Calls
) -> None:
    cloudformation.contents = {"empty": [("AWS::SNS::Topic", "t", "CREATE_COMPLETE")]}
    with pytest.raises(InvalidProperties, match=r"Resources: nothing is selected: .*DependsOn"):
        stack.create("Selection", {"BackupPlanId": plan, "Resources": [{"Stack": "empty"}]})
    assert calls.writes() == []
