"""``Custom::BackupPlan`` against the strict AWS Backup, read back as somebody else would."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cfn_backup.aws import selections
from cfn_backup.aws.errors import (
    AlreadyExists,
    InvalidRequest,
    NotFound,
    NotStabilized,
    ResourceConflict,
    ServiceLimitExceeded,
)
from cfn_backup.desired.owner import LOGICAL_ID_TAG, SELECTIONS_FROM_TAG, STACK_ID_TAG
from cfn_backup.written.findings import InvalidProperties
from cfn_backup.written.plan import BackupPlan
from local_aws.strict_backup.clock import ManualClock
from local_aws.strict_backup.recovery_point_store import RecoveryPoint
from local_aws.strict_backup.service import StrictBackupService
from local_aws.strict_backup.switches import Switches
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.changes import PLAN_CHANGES, RULE_CHANGES, SCANNER_ROLE
from tests.reconcile.stack import ACCOUNT, REGION, STACK_ID, FakeCloudFormation, Resource, Stack, resource_of

NAME = "shop-Plan-0a1b2c3d"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/cfn-backup-provider/{NAME}"
OWNER = {STACK_ID_TAG: STACK_ID, LOGICAL_ID_TAG: "Plan"}
BACKUP = "service-role/AWSBackupServiceRolePolicyForBackup"
RESTORES = "service-role/AWSBackupServiceRolePolicyForRestores"
TABLES = {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}
BASE: dict[str, Any] = {
    "BackupVault": "theirs",
    "BackupPlanRules": [{"RuleName": "r", "ScheduleExpression": "cron(0 1 * * ? *)"}],
}


def rule_with(**members: Any) -> dict[str, Any]:
    return {"BackupPlanRules": [{**BASE["BackupPlanRules"][0], **members}]}


def test_a_preset_alone_makes_the_plan_and_its_default_vault(stack: Stack, account: Account) -> None:
    result = stack.create("Plan", {"Preset": "dailyMonthly1YearRetention"})

    plan = account.plan(result.physical_id)
    assert (plan["BackupPlanName"], plan["tags"]) == (NAME, {**OWNER, SELECTIONS_FROM_TAG: "Account"})
    assert {
        name: (r["TargetBackupVaultName"], r["Lifecycle"])
        for name, r in account.rules(result.physical_id).items()
    } == {
        "Daily": (NAME, {"DeleteAfterDays": 35}),
        "Monthly1Year": (NAME, {"DeleteAfterDays": 365, "MoveToColdStorageAfterDays": 30}),
    }
    assert account.vault_names() == [NAME]
    assert account.role_names() == []


def test_the_attributes_of_a_plan_with_everything(stack: Stack, account: Account) -> None:
    properties = {"Preset": "daily35DayRetention", "Selections": [TABLES]}
    result = stack.create("Plan", properties)

    found = account.backup.get_backup_plan(BackupPlanId=result.physical_id)
    assert result.attributes == {
        "BackupPlanId": result.physical_id,
        "BackupPlanArn": found["BackupPlanArn"],
        "VersionId": found["VersionId"],
        "BackupPlanName": NAME,
        "BackupVaultName": NAME,
        "BackupVaultArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{NAME}",
        "RoleArn": ROLE_ARN,
        "RoleName": NAME,
    }
    assert result.attributes.keys() == BackupPlan.attributes.keys()
    assert stack.update("Plan", properties) == result


def test_what_a_plan_does_not_have_is_the_empty_string(stack: Stack) -> None:
    rules = rule_with(TargetBackupVault="theirs")
    created = stack.create("Plan", rules)
    updated = stack.update("Plan", rules)
    empty = {"BackupVaultName", "BackupVaultArn", "RoleArn", "RoleName"}
    assert {name for name, value in created.attributes.items() if value == ""} == empty
    assert updated == created


@pytest.mark.parametrize("name", PLAN_CHANGES)
def test_each_property_of_a_plan_comes_and_goes_and_nothing_else_changes(
    name: str, stack: Stack, account: Account
) -> None:
    # GIVEN
    properties, seen = PLAN_CHANGES[name]
    plan_id = stack.create("Plan", BASE).physical_id
    without = account.plan(plan_id)

    # WHEN it comes, THEN that has changed; asked again, nothing is written; WHEN it goes, all is as before
    result = stack.update("Plan", {**BASE, **properties})
    assert account.plan(plan_id) == {**without, **seen}
    assert stack.update("Plan", {**BASE, **properties}) == result
    assert stack.work
    assert stack.work.session.writes == 0
    assert stack.update("Plan", BASE).physical_id == plan_id
    assert account.plan(plan_id) == without


@pytest.mark.parametrize("name", RULE_CHANGES)
def test_each_member_of_a_rule_comes_and_goes_and_nothing_else_changes(
    name: str, stack: Stack, account: Account
) -> None:
    # GIVEN
    members, seen = RULE_CHANGES[name]
    plan_id = stack.create("Plan", BASE).physical_id
    without = account.plan(plan_id)

    # WHEN, THEN as above
    properties = {**BASE, **rule_with(**members)}
    result = stack.update("Plan", properties)
    assert account.plan(plan_id) == {**without, "Rules": [{**without["Rules"][0], **seen}]}
    assert stack.update("Plan", properties) == result
    assert stack.work
    assert stack.work.session.writes == 0
    stack.update("Plan", BASE)
    assert account.plan(plan_id) == without


def test_opting_in_to_the_archive_is_a_change_of_its_own(stack: Stack, account: Account) -> None:
    days = {"DeleteAfterDays": 130, "MoveToColdStorageAfterDays": 40}
    plan_id = stack.create("Plan", {**BASE, **rule_with(Lifecycle=days)}).physical_id
    opted_in = {**days, "OptInToArchiveForSupportedResources": True}
    stack.update("Plan", {**BASE, **rule_with(Lifecycle=opted_in)})
    assert account.rules(plan_id)["r"]["Lifecycle"] == opted_in


def test_scan_actions_go_with_scan_settings(stack: Stack, account: Account) -> None:
    actions = [{"MalwareScanner": "GUARDDUTY", "ScanMode": "FULL_SCAN"}]
    settings = [{"MalwareScanner": "GUARDDUTY", "ResourceTypes": ["EBS"], "ScannerRoleArn": SCANNER_ROLE}]
    properties = {**BASE, **rule_with(ScanActions=actions), "ScanSettings": settings}
    plan_id = stack.create("Plan", properties).physical_id
    assert account.rules(plan_id)["r"]["ScanActions"] == actions
    stack.update("Plan", properties)
    assert stack.work
    assert stack.work.session.writes == 0


@pytest.mark.parametrize(
    "same",
    [
        rule_with(ScheduleExpressionTimezone="UTC"),
        rule_with(ScheduleExpressionTimezone="Etc/UTC"),
        rule_with(StartWindowMinutes=480, CompletionWindowMinutes=10080),
        rule_with(Lifecycle={"DeleteAfterDays": -1, "MoveToColdStorageAfterDays": -1}),
        rule_with(EnableContinuousBackup=False),
        {"WindowsVss": False},
        {"BackupVault": f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:theirs"},
    ],
    ids=json.dumps,
)
def test_a_document_that_means_the_same_makes_no_call_and_no_version(
    same: dict[str, Any], stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    # GIVEN
    created = stack.create("Plan", BASE)
    backup.switches = Switches(rules_read_back_complete=True, same_document_update_refused=True)

    # WHEN, THEN
    assert stack.update("Plan", {**BASE, **same}) == created
    assert stack.work
    assert stack.work.session.writes == 0


def test_the_order_of_rules_selections_and_resources_means_nothing(stack: Stack) -> None:
    # GIVEN
    rules = [{"Preset": "daily"}, {"Preset": "weekly"}]
    resources = [{"DynamoDBTable": "a"}, {"DynamoDBTable": "b"}]
    selections = [{"SelectionName": "One", "Resources": resources}, {**TABLES, "SelectionName": "Two"}]
    created = stack.create("Plan", {"BackupPlanRules": rules, "Selections": selections})

    # WHEN
    turned = [selections[1], {"SelectionName": "One", "Resources": resources[::-1]}]
    updated = stack.update("Plan", {"BackupPlanRules": rules[::-1], "Selections": turned})

    # THEN
    assert updated == created
    assert stack.work
    assert stack.work.session.writes == 0


# ----------------------------------------------------------------------------------------- the default vault


def test_the_default_vault_has_the_properties_that_it_is_given(stack: Stack, account: Account) -> None:
    vault = {"BackupVaultName": "mine", "RemovalPolicy": "DESTROY", "BackupVaultTags": {"a": "b"}}
    properties = {"Preset": "daily35DayRetention", "DefaultVault": vault, "BackupPlanTags": {"team": "red"}}
    plan_id = stack.create("Plan", properties).physical_id

    tags = account.vault("mine")["tags"]
    assert (tags["a"], tags["team"]) == ("b", "red")
    assert account.rules(plan_id)["Daily"]["TargetBackupVaultName"] == "mine"


def test_another_key_for_the_default_vault_makes_another_and_points_the_rules_to_it(
    stack: Stack, account: Account
) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f0f0f0f-0000-4000-8000-000000000000"
    first = stack.create("Plan", {"Preset": "daily35DayRetention"})
    properties = {"Preset": "daily35DayRetention", "DefaultVault": {"EncryptionKeyArn": key}}
    result = stack.update("Plan", properties)

    vault = result.attributes["BackupVaultName"]
    assert (result.physical_id, account.vault(vault)["key"]) == (first.physical_id, key)
    assert account.rules(result.physical_id)["Daily"]["TargetBackupVaultName"] == vault
    assert account.vault_names() == sorted([NAME, vault])
    assert stack.update("Plan", properties) == result
    assert stack.work
    assert stack.work.session.writes == 0


def test_a_default_vault_that_no_rule_needs_any_more_goes_by_its_removal_policy(
    stack: Stack, account: Account
) -> None:
    stack.create("Plan", {"Preset": "daily35DayRetention", "DefaultVault": {"RemovalPolicy": "DESTROY"}})
    stack.update("Plan", {"Preset": "daily35DayRetention", "BackupVault": "theirs"})
    assert account.vault_names() == []


def test_another_key_for_a_default_vault_with_a_fixed_name_is_refused_with_its_path(stack: Stack) -> None:
    fixed = {"BackupVaultName": "mine"}
    stack.create("Plan", {"Preset": "daily35DayRetention", "DefaultVault": fixed})
    other = {**fixed, "EncryptionKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"}
    with pytest.raises(InvalidProperties, match=r"^DefaultVault\.EncryptionKeyArn: "):
        stack.update("Plan", {"Preset": "daily35DayRetention", "DefaultVault": other})


# --------------------------------------------------------------------------------------- selections and role


def test_selections_come_change_and_go_and_the_role_with_them(stack: Stack, account: Account) -> None:
    # GIVEN
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    assert account.role(NAME) == {
        "path": "/cfn-backup-provider/",
        "trust": account.role(NAME)["trust"],
        "tags": OWNER,
        "policies": [BACKUP],
    }
    [(first_id, first)] = account.selections_with_ids(plan_id).values()
    assert first["IamRoleArn"] == ROLE_ARN

    # WHEN another comes, THEN the first is left alone, and the role gets what buckets need
    buckets = {"SelectionName": "Buckets", "Resources": [{"S3Bucket": "invoices"}]}
    stack.update("Plan", {**BASE, "Selections": [TABLES, buckets], "AllowRestores": True})
    assert account.selections_with_ids(plan_id)["Tables"] == (first_id, first)
    assert account.role(NAME)["policies"] == [
        "AWSBackupServiceRolePolicyForS3Backup",
        "AWSBackupServiceRolePolicyForS3Restore",
        BACKUP,
        RESTORES,
    ]

    # WHEN they go, THEN the role does, too
    stack.update("Plan", {**BASE, "Selections": [TABLES], "AllowRestores": False})
    assert account.role(NAME)["policies"] == [BACKUP]
    result = stack.update("Plan", BASE)
    assert (account.selections(plan_id), account.role_names()) == ({}, [])
    assert result.attributes["RoleArn"] == ""


def test_a_changed_selection_is_made_before_the_old_one_goes(
    stack: Stack, account: Account, calls: Calls
) -> None:
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    calls.begin()
    stack.update("Plan", {**BASE, "Selections": [{**TABLES, "Resources": [{"DynamoDBTable": "new"}]}]})
    assert calls.writes() == ["CreateBackupSelection", "DeleteBackupSelection"]
    assert account.selections(plan_id)["Tables"]["Resources"] == [
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/new"
    ]


def test_a_changed_selection_does_not_depend_on_whether_a_name_can_be_had_twice(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    backup.switches = Switches(selection_names_unique=True)
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    changed = {**BASE, "Selections": [{**TABLES, "Resources": [{"DynamoDBTable": "new"}]}]}
    result = stack.update("Plan", changed)
    [selection] = account.selections(plan_id).values()
    assert selection["Resources"] == [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/new"]
    assert stack.update("Plan", changed) == result
    assert stack.work
    assert stack.work.session.writes == 0


def test_the_default_policy_can_be_left_out(stack: Stack, account: Account) -> None:
    stack.create(
        "Plan",
        {**BASE, "Selections": [TABLES], "DisableDefaultBackupPolicy": True, "AllowRestores": True},
    )
    assert account.role(NAME)["policies"] == [RESTORES]


def test_a_role_with_which_recovery_points_were_made_stays_and_is_tagged(
    stack: Stack, account: Account, backup: StrictBackupService, caplog: pytest.LogCaptureFixture
) -> None:
    # GIVEN
    stack.create("Plan", {"Preset": "daily35DayRetention", "Selections": [TABLES]})
    stack.clock.advance(days=1)
    backup.put_recovery_points(NAME, RecoveryPoint(iam_role_arn=ROLE_ARN))

    # WHEN
    stack.delete("Plan")

    # THEN
    assert account.role(NAME)["policies"] == [BACKUP]
    assert "cfn-backup-provider:retained" in account.role(NAME)["tags"]
    assert f"the role {NAME} stays: AWS Backup needs it for recovery points in {NAME}" in caplog.text

    # AND it is met again when the resource comes back
    stack.create("Plan", {"Preset": "daily35DayRetention", "Selections": [TABLES]})
    assert account.role(NAME)["tags"] == OWNER


@pytest.mark.parametrize("given", ["inline", "managed"])
def test_a_role_to_which_somebody_gave_policies_stays_with_all_of_them(
    given: str, stack: Stack, account: Account
) -> None:
    stack.create("Plan", {**BASE, "Selections": [TABLES]})
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    if given == "inline":
        account.iam.put_role_policy(RoleName=NAME, PolicyName="p", PolicyDocument=document)
    else:
        arn = account.iam.create_policy(PolicyName="theirs", PolicyDocument=document)["Policy"]["Arn"]
        account.iam.attach_role_policy(RoleName=NAME, PolicyArn=arn)
    before = account.role(NAME)["policies"]
    stack.delete("Plan")
    assert account.role(NAME)["policies"] == before


def test_a_role_that_is_not_ours_is_left_alone(stack: Stack, account: Account) -> None:
    account.iam.create_role(RoleName=NAME, AssumeRolePolicyDocument="{}", Path="/cfn-backup-provider/")
    before = account.everything()
    with pytest.raises(AlreadyExists, match=f"The role {NAME} exists and does not belong"):
        stack.create("Plan", {**BASE, "Selections": [TABLES]})
    assert account.everything() == before


@pytest.mark.parametrize("switch", ["role_assumable_lag_seconds", "role_permission_lag_seconds"])
def test_a_role_that_cannot_be_assumed_for_a_while_is_waited_for(
    switch: str, stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    backup.switches = Switches(**{switch: 60})  # type: ignore[arg-type]
    tags = {
        "SelectionName": "Tagged",
        "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}],
    }
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES, tags]}).physical_id
    assert account.selections(plan_id).keys() == {"Tables", "Tagged"}


def test_a_role_that_never_can_be_assumed_is_an_error_that_says_what_to_do(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    backup.switches = Switches(role_assumable_lag_seconds=600)
    before = account.everything()
    with pytest.raises(
        NotStabilized, match=r"cannot be assumed .* trust policy must allow backup\.amazonaws"
    ):
        stack.create("Plan", {**BASE, "Selections": [TABLES]})
    assert account.everything() == before


def test_iam_that_does_not_find_the_new_role_yet_is_waited_for(
    stack: Stack, account: Account, calls: Calls
) -> None:
    left = 2

    def lag(operation: str, parameters: dict[str, Any]) -> None:
        nonlocal left
        if operation == "AttachRolePolicy" and left:
            left -= 1
            raise NotFound(f"The role with name {NAME} cannot be found.")

    calls.before = lag
    stack.create("Plan", {**BASE, "Selections": [TABLES]})
    assert account.role(NAME)["policies"] == [BACKUP]


def test_selections_that_cannot_be_read_for_a_while_are_waited_for(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    backup.switches = Switches(selection_read_lag_seconds=20)
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    assert account.selections(plan_id).keys() == {"Tables"}


def test_a_plan_that_refuses_to_go_for_a_while_after_its_selections_is_waited_for(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    backup.switches = Switches(plan_deletion_lag_seconds=30)
    stack.create("Plan", {**BASE, "Selections": [TABLES]})
    stack.delete("Plan")
    assert account.everything()["plans"] == []


# ----------------------------------------------------------------------------- what belongs to somebody else


def test_the_plan_of_somebody_else_is_neither_changed_nor_deleted(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    theirs = account.new_plan("theirs")
    stack.create("Plan", BASE)
    cloudformation.resources["Plan"].physical_id = theirs
    before = account.plan(theirs)
    with pytest.raises(AlreadyExists, match=f"The backup plan {theirs} exists and does not belong"):
        stack.update("Plan", {"Preset": "daily35DayRetention"})
    stack.delete("Plan", theirs)
    assert account.plan(theirs) == before


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE"])
def test_the_clean_up_of_a_plan_that_somebody_deleted_leaves_the_one_in_its_place(
    status: str, stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    properties = {"Preset": "daily35DayRetention", "Selections": [TABLES]}
    old = stack.create("Plan", properties).physical_id
    for selection_id, _ in account.selections_with_ids(old).values():
        account.backup.delete_backup_selection(BackupPlanId=old, SelectionId=selection_id)
    account.backup.delete_backup_plan(BackupPlanId=old)
    new = stack.send_update("Plan", properties).physical_id
    before = account.everything()

    # WHEN what the stack shows of the resource is the Delete itself
    cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    cloudformation.resources["Plan"] = Resource(old, status)
    resource_of("Plan").delete(stack.begin("Plan", {}, old))

    # THEN
    assert new != old
    assert account.everything() == before


def test_a_plan_that_an_update_took_out_goes_with_all_that_is_its_own(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    before = account.everything()
    vault = {"RemovalPolicy": "DESTROY"}
    plan_id = stack.create(
        "Plan", {"Preset": "daily35DayRetention", "DefaultVault": vault, "Selections": [TABLES]}
    ).physical_id
    cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    cloudformation.resources["Plan"].status = "DELETE_IN_PROGRESS"
    resource_of("Plan").delete(stack.begin("Plan", {}, plan_id))
    assert account.everything() == before


def test_a_selection_of_others_that_is_gone_and_still_listed_keeps_no_plan(
    stack: Stack, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    gone = {"SelectionId": "3e0b7c1a-0000-4000-8000-000000000000", "SelectionName": "Gone"}
    listed = selections.list_selections
    monkeypatch.setattr(selections, "list_selections", lambda session, plan: [*listed(session, plan), gone])

    # WHEN
    stack.delete("Plan")

    # THEN
    assert plan_id not in [p["BackupPlanId"] for p in account.backup.list_backup_plans()["BackupPlansList"]]


def test_a_plan_with_selections_of_others_stays_and_they_are_named(stack: Stack, account: Account) -> None:
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    document = {"SelectionName": "Theirs", "IamRoleArn": account.new_role("theirs"), "Resources": ["*"]}
    account.backup.create_backup_selection(BackupPlanId=plan_id, BackupSelection=document)
    with pytest.raises(ResourceConflict, match=r"selections that were not made with it .*: Theirs\."):
        stack.delete("Plan")
    assert account.selections(plan_id).keys() == {"Tables", "Theirs"}


def test_a_selection_of_its_own_in_the_plan_is_not_touched_by_the_plans_update(
    stack: Stack, account: Account
) -> None:
    plan_id = stack.create("Plan", {**BASE, "Selections": [TABLES]}).physical_id
    stack.create("Selection", {"BackupPlanId": plan_id, "Resources": ["*"]})
    stack.update("Plan", BASE)
    assert account.selections(plan_id).keys() == {"Selection"}


def test_a_plan_with_the_same_name_and_content_is_an_error_that_says_what_to_do(
    stack: Stack, account: Account
) -> None:
    rules = [{"RuleName": "r", "TargetBackupVaultName": "theirs", "ScheduleExpression": "cron(0 1 * * ? *)"}]
    account.backup.create_backup_plan(BackupPlan={"BackupPlanName": "taken", "Rules": rules})
    with pytest.raises(
        AlreadyExists, match=r"^BackupPlanName: there is a backup plan taken .* choose another"
    ):
        stack.create("Plan", {**BASE, "BackupPlanName": "taken"})


# ------------------------------------------------------------------------------------- repeated, late, lost


def test_the_same_creation_twice_also_at_the_same_time_makes_one_of_each_and_answers_the_same(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN
    properties = {"Preset": "daily35DayRetention", "Selections": [TABLES]}
    expected = stack.create("Plan", properties)
    stack.delete("Plan")
    stack.delete("Plan")
    cloudformation.resources["Plan"] = Resource("", "CREATE_IN_PROGRESS")
    cloudformation.status = "CREATE_IN_PROGRESS"
    works = [stack.begin("Plan", properties) for _ in range(3)]
    for work in works:
        work.request_id = "the same"

    # WHEN
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(resource_of("Plan").create, works[:2])
    third = resource_of("Plan").create(works[2])

    # THEN
    assert first == second == third
    assert first.attributes.keys() == expected.attributes.keys()
    everything = account.everything()
    assert len(everything["plans"]) == len(everything["vaults"]) == len(everything["roles"]) == 1
    assert account.selections(first.physical_id).keys() == {"Tables"}


def test_a_creation_delivered_after_its_answer_does_nothing_and_answers_what_there_is(
    stack: Stack, account: Account
) -> None:
    created = stack.create("Plan", {**BASE, "Selections": [TABLES]})
    stack.update("Plan", {**BASE, "Selections": []})
    before = account.everything()

    work = stack.begin("Plan", {**BASE, "Selections": [TABLES]})
    late = resource_of("Plan").create(work)

    assert (late.physical_id, work.session.writes) == (created.physical_id, 0)
    assert account.everything() == before


def test_a_creation_that_was_cancelled_meanwhile_takes_everything_back(
    stack: Stack, account: Account, calls: Calls, cloudformation: FakeCloudFormation
) -> None:
    def cancel(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "CreateBackupPlan":
            cloudformation.resources["Plan"].status = "DELETE_IN_PROGRESS"

    calls.before = cancel
    with pytest.raises(ResourceConflict, match="cancelled"):
        stack.create("Plan", {"Preset": "daily35DayRetention", "Selections": [TABLES]})
    assert account.everything() == {"vaults": {}, "plans": [], "roles": {}, "topics": {}}


def test_a_delete_that_comes_while_the_resource_is_created_anew_does_nothing(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    created = stack.create("Plan", BASE)
    cloudformation.resources["Plan"].status = "CREATE_IN_PROGRESS"
    resource_of("Plan").delete(stack.begin("Plan", {}, created.physical_id))
    assert account.plan(created.physical_id)


@pytest.mark.parametrize("physical_id", ["create-failed:1", "shop-Plan-1A2B3C", "0" * 8, "x/y", "a_b"])
def test_a_delete_of_any_other_id_removes_what_the_owner_has_when_the_stack_goes(
    physical_id: str, stack: Stack, account: Account
) -> None:
    stack.create("Plan", {"Preset": "daily35DayRetention", "Selections": [TABLES]})
    stack.delete("Plan", physical_id)
    assert account.everything() == {"vaults": {}, "plans": [], "roles": {}, "topics": {}}


def test_a_delete_of_any_other_id_in_a_clean_up_leaves_what_the_stack_has_now(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    stack.create("Plan", {"Preset": "daily35DayRetention", "Selections": [TABLES]})
    before = account.everything()
    cloudformation.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    for physical_id in ("create-failed:1", "shop-Plan-1A2B3C"):
        resource_of("Plan").delete(stack.begin("Plan", {}, physical_id))
    assert account.everything() == before


def test_a_plan_that_somebody_deleted_is_made_again_and_only_once(stack: Stack, account: Account) -> None:
    # GIVEN
    old = stack.create("Plan", BASE).physical_id
    account.backup.delete_backup_plan(BackupPlanId=old)

    # WHEN the answer of the first update is lost, and the update is rolled back
    made = stack.send_update("Plan", BASE)
    rolled_back = stack.roll_back("Plan", BASE)

    # THEN
    assert made.physical_id == rolled_back.physical_id != old
    assert len(account.everything()["plans"]) == 1


def test_the_default_vault_is_kept_when_the_plan_goes_unless_it_says_otherwise(
    stack: Stack, account: Account
) -> None:
    stack.create("Plan", {"Preset": "daily35DayRetention"})
    stack.delete("Plan")
    stack.delete("Plan")
    assert account.vault_names() == [NAME]


def test_recovery_points_in_a_default_vault_that_is_to_go_fail_the_delete_until_they_are_gone(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    stack.create("Plan", {"Preset": "daily35DayRetention", "DefaultVault": {"RemovalPolicy": "DESTROY"}})
    [arn] = backup.put_recovery_points(NAME, RecoveryPoint())
    with pytest.raises(InvalidRequest, match="1 recovery point and"):
        stack.delete("Plan")
    account.backup.delete_recovery_point(BackupVaultName=NAME, RecoveryPointArn=arn)
    stack.delete("Plan")
    assert account.vault_names() == []


# ----------------------------------------------------------------------------------- what only AWS can tell


def test_a_retention_outside_the_lock_of_a_named_vault_is_refused_before_anything_is_written(
    stack: Stack, account: Account, calls: Calls
) -> None:
    # GIVEN
    account.backup.create_backup_vault(BackupVaultName="theirs")
    account.backup.put_backup_vault_lock_configuration(BackupVaultName="theirs", MinRetentionDays=60)

    # WHEN
    with pytest.raises(InvalidProperties) as refused:
        stack.create("Plan", {**BASE, "Preset": "daily35DayRetention"})

    # THEN
    [problem] = refused.value.findings
    assert (problem.code, problem.path) == ("E9229", "Preset.Lifecycle.DeleteAfterDays")
    assert "at least 60 days" in problem.message
    assert calls.writes() == []


def test_a_type_that_is_not_opted_in_is_a_warning(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    stack.create(
        "Plan", {**BASE, "Selections": [{"SelectionName": "s", "Resources": [{"FsxFileSystem": "fs-1"}]}]}
    )
    assert "not opted in to FSx" in caplog.text


def test_settings_that_cannot_be_read_do_not_fail_anything(
    stack: Stack, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    calls.refused = {"DescribeRegionSettings": "AccessDeniedException"}
    stack.create("Plan", {**BASE, "Selections": [TABLES]})
    assert "could not be read" in caplog.text


@pytest.mark.parametrize("name", ["Backup", "zzz"])
def test_a_given_role_is_looked_at_beside_one_that_is_made(
    name: str, stack: Stack, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    buckets = {"Resources": [{"S3Bucket": "b"}]}
    given = {**buckets, "SelectionName": "given", "IamRoleArn": account.new_role(name, BACKUP)}
    stack.create("Plan", {**BASE, "Selections": [{**buckets, "SelectionName": "made"}, given]})
    warned = [line for line in caplog.messages if "[W9503]" in line]
    assert [f"role/{name}," in line for line in warned] == [True]


@pytest.mark.parametrize("has_it", [True, False])
def test_a_given_role_without_the_policy_for_buckets_is_a_warning(
    has_it: bool, stack: Stack, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    role = account.new_role("theirs", BACKUP, *(["AWSBackupServiceRolePolicyForS3Backup"] if has_it else []))
    selection = {"SelectionName": "s", "Resources": [{"S3Bucket": "b"}], "IamRoleArn": role}
    result = stack.create("Plan", {**BASE, "Selections": [selection]})
    assert ("AWSBackupServiceRolePolicyForS3Backup" in caplog.text) is not has_it
    assert result.attributes["RoleArn"] == ""


# ------------------------------------------------------------------------------- vaults that others make


def test_a_vault_that_does_not_exist_is_a_warning_and_no_failure(
    stack: Stack, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    began = clock.now()
    stack.create("Plan", {"BackupVault": "elsewhere", "Preset": "daily35DayRetention"})
    assert stack.work
    [warning] = stack.work.warnings
    assert "there is no backup vault elsewhere in this account and Region, which Preset names" in warning
    assert warning in caplog.text
    assert 2 <= clock.now() - began < 20


def test_a_vault_that_is_made_side_by_side_is_waited_for_and_its_lock_counts(
    stack: Stack, account: Account, clock: ManualClock, calls: Calls
) -> None:
    # GIVEN a vault that comes while the plan is looked at
    def make(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "DescribeBackupVault" and calls.operations().count(operation) == 2:
            account.backup.create_backup_vault(BackupVaultName="elsewhere")
            account.backup.put_backup_vault_lock_configuration(
                BackupVaultName="elsewhere", MaxRetentionDays=7
            )

    calls.before = make

    # WHEN, THEN
    with pytest.raises(InvalidProperties, match=r"allows at most 7 days.*\(vault elsewhere\)"):
        stack.create("Plan", {"BackupVault": "elsewhere", "Preset": "daily35DayRetention"})


# ------------------------------------------------------------------------------- the limit of selections


def many(count: int, suffix: str) -> dict[str, Any]:
    tables = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t{n}" for n in range(count)]
    listed = [
        {"SelectionName": f"s{n}", "Resources": [table, f"{table}-{suffix}"]}
        for n, table in enumerate(tables)
    ]
    return {"BackupVault": "elsewhere", "BackupPlanRules": [{"RuleName": "r"}], "Selections": listed}


def test_more_than_half_of_the_limit_of_selections_is_changed_in_portions_and_nothing_is_unprotected(
    stack: Stack, account: Account, backup: StrictBackupService, calls: Calls
) -> None:
    # GIVEN
    plan_id = stack.create("Plan", many(52, "one")).physical_id
    place = backup._state.place(ACCOUNT, REGION)
    gaps: list[set[str]] = []

    def look(operation: str, parameters: dict[str, Any]) -> None:
        if operation == "DeleteBackupSelection":
            present = list(place.plans[plan_id].selections.values())
            selected = {arn.rpartition("/")[2] for one in present for arn in one.document["Resources"]}
            gaps.append({f"t{n}" for n in range(52)} - selected)

    calls.before = look

    # WHEN, which more than the limit at once would make fail
    stack.update("Plan", many(52, "two"))

    # THEN
    assert [gap for gap in gaps if gap] == []
    found = account.selections(plan_id)
    assert len(found) == 52
    assert all(any(arn.endswith("-two") for arn in one["Resources"]) for one in found.values())


def test_a_change_of_selections_for_which_there_is_no_room_is_refused_and_none_is_touched(
    stack: Stack, account: Account
) -> None:
    # GIVEN a plan that is full
    plan_id = stack.create("Plan", many(100, "one")).physical_id
    before = account.selections(plan_id)

    # WHEN, THEN
    with pytest.raises(ServiceLimitExceeded, match="Change fewer in one update"):
        stack.update("Plan", many(100, "two"))
    assert account.selections(plan_id) == before
