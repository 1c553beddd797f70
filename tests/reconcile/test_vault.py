"""``Custom::BackupVault`` against the strict AWS Backup, read back as somebody else would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied, AlreadyExists, InvalidRequest, NotStabilized
from cfn_backup.desired.owner import LOCK_TAG, LOGICAL_ID_TAG, STACK_ID_TAG
from cfn_backup.written.findings import InvalidProperties
from cfn_backup.written.vault import BackupVault
from local_aws.strict_backup.clock import ManualClock
from local_aws.strict_backup.recovery_point_store import RecoveryPoint
from local_aws.strict_backup.service import StrictBackupService
from local_aws.strict_backup.switches import Switches
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.changes import POLICY, TOPIC, VAULT_CHANGES
from tests.reconcile.stack import ACCOUNT, REGION, STACK_ID, FakeCloudFormation, Stack, resource_of

GENERATED = "shop-Vault-0a1b2c3d"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f0f0f0f-0000-4000-8000-000000000000"
BASE: dict[str, Any] = {"RemovalPolicy": "DESTROY"}


def test_a_vault_without_properties_is_made_with_a_generated_name_and_the_ownership_tags(
    stack: Stack, account: Account
) -> None:
    result = stack.create("Vault", {})

    assert result.physical_id == GENERATED
    assert result.attributes == {
        "BackupVaultName": GENERATED,
        "BackupVaultArn": f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{GENERATED}",
        "EncryptionKeyArn": account.vault(GENERATED)["key"],
        "LockDate": "",
    }
    tags = account.vault(GENERATED)["tags"]
    assert (tags[STACK_ID_TAG], tags[LOGICAL_ID_TAG]) == (STACK_ID, "Vault")


def with_topic(value: Any, topic: str) -> Any:
    if isinstance(value, dict):
        return {name: with_topic(member, topic) for name, member in value.items()}
    if isinstance(value, tuple):
        return tuple(with_topic(item, topic) for item in value)
    return topic if value == TOPIC else value


@pytest.mark.parametrize("name", VAULT_CHANGES)
def test_each_property_is_there_after_a_creation_and_comes_and_goes_with_updates(
    name: str, stack: Stack, account: Account
) -> None:
    # GIVEN
    topic = account.new_topic("events")
    properties, seen = with_topic(VAULT_CHANGES[name][0], topic), with_topic(VAULT_CHANGES[name][1], topic)
    plain = {**stack.create("Vault", BASE).attributes, "LockDate": ""}
    without = account.vault(GENERATED)

    # WHEN it is added
    result = stack.update("Vault", {**BASE, **properties})

    # THEN exactly that has changed
    assert account.vault(GENERATED) == {**without, **seen}
    assert {**result.attributes, "LockDate": ""} == plain
    assert result.attributes.keys() == BackupVault.attributes.keys()

    # WHEN the same is asked again, THEN nothing is written
    assert stack.update("Vault", {**BASE, **properties}) == result
    assert stack.work
    assert stack.work.session.writes == 0

    # WHEN it is taken away again, THEN all is as before
    stack.update("Vault", BASE)
    assert account.vault(GENERATED) == without

    # AND a creation gives the same as the update did
    stack.delete("Vault")
    stack.create("Vault", {**BASE, **properties})
    assert account.vault(GENERATED) == {**without, **seen}


def test_another_name_makes_another_vault_and_the_old_one_goes_by_its_removal_policy(
    stack: Stack, account: Account
) -> None:
    stack.create("Vault", {"BackupVaultName": "first", "RemovalPolicy": "DESTROY"})
    result = stack.update("Vault", {"BackupVaultName": "second", "RemovalPolicy": "RETAIN"})
    assert (result.physical_id, account.vault_names()) == ("second", ["second"])

    stack.update("Vault", {"BackupVaultName": "third"})
    assert account.vault_names() == ["second", "third"]


def test_another_key_makes_another_vault_where_the_name_is_generated(stack: Stack, account: Account) -> None:
    stack.create("Vault", BASE)
    result = stack.update("Vault", {**BASE, "EncryptionKeyArn": KEY})

    assert result.physical_id.startswith(f"{GENERATED}-")
    assert result.attributes["EncryptionKeyArn"] == KEY
    assert account.vault_names() == [result.physical_id]


@pytest.mark.parametrize("name", ["aaa", "zzz"])
def test_a_name_that_goes_is_replaced_by_the_generated_one(name: str, stack: Stack, account: Account) -> None:
    stack.create("Vault", {**BASE, "BackupVaultName": name})
    assert stack.update("Vault", BASE).physical_id == GENERATED
    assert account.vault_names() == [GENERATED]


def test_a_lock_becomes_permanent_by_its_days_of_grace_alone(stack: Stack, account: Account) -> None:
    lock = {"MinRetentionDays": 7, "MaxRetentionDays": 70}
    stack.create("Vault", {"LockConfiguration": lock})
    assert account.records(GENERATED)[LOCK_TAG] == "7:70:"
    stack.update("Vault", {"LockConfiguration": {**lock, "ChangeableForDays": 3}})
    assert account.vault(GENERATED)["permanent"]


def lock_date(account: Account) -> datetime:
    date: datetime = account.backup.describe_backup_vault(BackupVaultName=GENERATED)["LockDate"]
    return date


def test_other_days_of_grace_move_the_date_on_which_the_lock_becomes_permanent(
    stack: Stack, account: Account, clock: ManualClock
) -> None:
    # GIVEN
    lock = {"MinRetentionDays": 7, "ChangeableForDays": 3}
    stack.create("Vault", {"LockConfiguration": lock})
    clock.advance(days=1)
    before = lock_date(account)

    # WHEN the days of grace are raised
    result = stack.update("Vault", {"LockConfiguration": {**lock, "ChangeableForDays": 30}})

    # THEN they count from now on, and the answer says so
    assert lock_date(account) == before + timedelta(days=28)
    assert result.attributes["LockDate"] == lock_date(account).isoformat()
    assert account.records(GENERATED)[LOCK_TAG] == "7::30"


def test_an_update_that_says_the_same_does_not_move_the_date_of_the_lock(
    stack: Stack, account: Account, clock: ManualClock
) -> None:
    lock = {"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 30}}
    stack.create("Vault", lock)
    before = lock_date(account)
    clock.advance(days=1)
    stack.update("Vault", {**lock, "BackupVaultTags": {"a": "b"}})
    assert lock_date(account) == before


def test_other_days_of_grace_for_a_lock_that_is_permanent_are_refused_and_rolled_back(
    stack: Stack, account: Account, clock: ManualClock
) -> None:
    # GIVEN
    lock = {"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 3}}
    created = stack.create("Vault", lock)
    clock.advance(days=4)

    # WHEN
    with pytest.raises(InvalidRequest, match="immutable"):
        stack.update("Vault", {"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 30}})

    # THEN
    assert stack.roll_back("Vault", lock) == created
    assert account.records(GENERATED)[LOCK_TAG] == "7::3"


def test_a_lock_whose_record_does_not_tell_its_days_of_grace_is_put_again_while_it_can_be(
    stack: Stack, account: Account, clock: ManualClock
) -> None:
    # GIVEN a record of a version that wrote no days of grace
    lock = {"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 3}}
    stack.create("Vault", lock)
    arn = account.backup.describe_backup_vault(BackupVaultName=GENERATED)["BackupVaultArn"]
    account.backup.tag_resource(ResourceArn=arn, Tags={LOCK_TAG: "7:"})
    before = lock_date(account)
    clock.advance(days=1)

    # WHEN, THEN
    stack.update("Vault", {**lock, "BackupVaultTags": {"a": "b"}})
    assert lock_date(account) == before + timedelta(days=1)
    assert account.records(GENERATED)[LOCK_TAG] == "7::3"

    # AND one that is permanent is no reason to fail
    account.backup.tag_resource(ResourceArn=arn, Tags={LOCK_TAG: "7:"})
    clock.advance(days=4)
    stack.update("Vault", lock)


def test_back_to_the_old_key_and_the_old_vault_is_used_again(stack: Stack, account: Account) -> None:
    first = stack.create("Vault", {})
    second = stack.update("Vault", {"EncryptionKeyArn": KEY})
    assert stack.update("Vault", {}).physical_id == first.physical_id
    assert account.vault_names() == sorted([first.physical_id, second.physical_id])


def test_another_key_for_a_fixed_name_is_refused_and_nothing_is_written(
    stack: Stack, account: Account
) -> None:
    stack.create("Vault", {"BackupVaultName": "first"})
    with pytest.raises(InvalidProperties, match=r"EncryptionKeyArn: .* Change BackupVaultName too"):
        stack.update("Vault", {"BackupVaultName": "first", "EncryptionKeyArn": KEY})
    assert stack.work
    assert stack.work.session.writes == 0


def test_a_key_and_its_alias_are_the_same_key(stack: Stack, account: Account) -> None:
    # GIVEN
    key = account.kms.create_key()["KeyMetadata"]
    account.kms.create_alias(AliasName="alias/backups", TargetKeyId=key["KeyId"])
    stack.create("Vault", {"EncryptionKeyArn": key["Arn"]})

    # WHEN
    alias = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/backups"
    result = stack.update("Vault", {"EncryptionKeyArn": alias})

    # THEN
    assert (result.physical_id, account.vault_names()) == (GENERATED, [GENERATED])


def test_a_generated_name_stays_when_its_key_is_only_spelled_otherwise(
    stack: Stack, account: Account
) -> None:
    # GIVEN a vault that was replaced for a key, named by its alias
    key = account.kms.create_key()["KeyMetadata"]
    account.kms.create_alias(AliasName="alias/other", TargetKeyId=key["KeyId"])
    stack.create("Vault", BASE)
    alias = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/other"
    replaced = stack.update("Vault", {**BASE, "EncryptionKeyArn": alias})

    # WHEN, THEN
    assert stack.update("Vault", {**BASE, "EncryptionKeyArn": key["Arn"]}).physical_id == replaced.physical_id
    assert account.vault_names() == [replaced.physical_id]


def test_an_update_rolled_back_after_a_replacement_returns_to_the_first_vault(
    stack: Stack, account: Account
) -> None:
    # GIVEN
    old = {"BackupVaultName": "first", "RemovalPolicy": "DESTROY"}
    created = stack.create("Vault", old)
    new = {"BackupVaultName": "second", "RemovalPolicy": "DESTROY"}
    result = stack.send_update("Vault", new)
    stack.settle("Vault", "UPDATE_COMPLETE", result, new)

    # WHEN
    rolled_back = stack.roll_back("Vault", old)

    # THEN
    assert rolled_back == created
    assert account.vault_names() == ["first"]


def test_the_vault_of_somebody_else_is_left_as_it_is(stack: Stack, account: Account) -> None:
    account.backup.create_backup_vault(BackupVaultName="theirs")
    before = account.everything()
    with pytest.raises(AlreadyExists, match="The vault theirs exists and does not belong"):
        stack.create("Vault", {"BackupVaultName": "theirs", "RemovalPolicy": "DESTROY"})
    stack.delete("Vault", "theirs")
    assert account.everything() == before


@pytest.mark.parametrize("policy", ["RETAIN", "RETAIN_ON_UPDATE_OR_DELETE"])
def test_a_vault_that_is_to_be_kept_stays_when_the_stack_is_deleted(
    policy: str, stack: Stack, account: Account
) -> None:
    stack.create("Vault", {"RemovalPolicy": policy})
    stack.delete("Vault")
    stack.delete("Vault")
    assert account.vault_names() == [GENERATED]


@pytest.mark.parametrize(
    ("policy", "left"), [("RETAIN", [GENERATED]), ("RETAIN_ON_UPDATE_OR_DELETE", []), ("DESTROY", [])]
)
def test_when_the_creation_of_the_stack_is_rolled_back(
    policy: str, left: list[str], stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault that was made, and a failure elsewhere in the stack
    result = stack.create("Vault", {"RemovalPolicy": policy})
    cloudformation.status = "ROLLBACK_IN_PROGRESS"
    cloudformation.resources["Vault"].status = "DELETE_IN_PROGRESS"

    # WHEN
    resource_of("Vault").delete(stack.begin("Vault", {}, result.physical_id))

    # THEN
    assert account.vault_names() == left


@pytest.mark.parametrize(
    "status", ["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"]
)
@pytest.mark.parametrize(("policy", "left"), [("RETAIN", [GENERATED]), ("RETAIN_ON_UPDATE_OR_DELETE", [])])
def test_when_the_update_that_made_it_is_rolled_back(
    policy: str,
    left: list[str],
    status: str,
    stack: Stack,
    account: Account,
    cloudformation: FakeCloudFormation,
) -> None:
    # GIVEN a vault that an update added, and a failure elsewhere in the stack
    cloudformation.status = "UPDATE_IN_PROGRESS"
    result = stack.create("Vault", {"RemovalPolicy": policy})
    cloudformation.status = status
    cloudformation.resources["Vault"].status = "DELETE_IN_PROGRESS"

    # WHEN
    resource_of("Vault").delete(stack.begin("Vault", {}, result.physical_id))

    # THEN it is as with DeletionPolicy: RetainExceptOnCreate
    assert account.vault_names() == left


def test_a_vault_that_was_kept_earlier_stays_when_the_creation_that_met_it_is_rolled_back(
    stack: Stack, account: Account, cloudformation: FakeCloudFormation
) -> None:
    # GIVEN a vault that outlived its resource, and the resource again
    properties = {"RemovalPolicy": "RETAIN_ON_UPDATE_OR_DELETE"}
    stack.create("Vault", properties)
    stack.delete("Vault")
    cloudformation.status = "UPDATE_IN_PROGRESS"
    result = stack.create("Vault", properties)

    # WHEN
    cloudformation.status = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    cloudformation.resources["Vault"].status = "DELETE_IN_PROGRESS"
    resource_of("Vault").delete(stack.begin("Vault", {}, result.physical_id))

    # THEN
    assert account.vault_names() == [GENERATED]


def test_recovery_points_keep_a_vault_and_the_message_has_their_number_and_the_property(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    stack.create("Vault", {**BASE, "AccessPolicy": POLICY})
    backup.put_recovery_points(GENERATED, RecoveryPoint(), RecoveryPoint())
    before = account.everything()

    with pytest.raises(
        InvalidRequest,
        match=r"2 recovery points .*RemovalPolicy.*EmptyOnDelete.*--stack-name shop --retain-resources Vault",
    ):
        stack.delete("Vault")

    assert account.everything() == before


def test_a_vault_that_reports_points_which_are_gone_is_deleted_after_a_while(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    stack.create("Vault", BASE)
    [arn] = backup.put_recovery_points(GENERATED, RecoveryPoint())
    backup.switches = Switches(vault_not_empty_lag_seconds=20)
    account.backup.delete_recovery_point(BackupVaultName=GENERATED, RecoveryPointArn=arn)
    stack.delete("Vault")
    assert account.vault_names() == []


def test_a_locked_vault_whose_policy_denies_its_deletion_is_deleted(stack: Stack, account: Account) -> None:
    deny = {**POLICY["Statement"][0], "Principal": "*", "Action": ["backup:DeleteBackupVault"]}  # type: ignore[dict-item]
    lock = {"MinRetentionDays": 1}
    stack.create("Vault", {**BASE, "AccessPolicy": {"Statement": [deny]}, "LockConfiguration": lock})
    stack.delete("Vault")
    assert account.vault_names() == []


def test_a_policy_that_denies_its_own_removal_is_named_as_the_reason(stack: Stack, account: Account) -> None:
    actions = ["backup:DeleteBackupVault", "backup:DeleteBackupVaultAccessPolicy"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*"}
    stack.create("Vault", {**BASE, "AccessPolicy": {"Version": "2012-10-17", "Statement": [deny]}})
    with pytest.raises(AccessDenied, match=f"The access policy of the vault {GENERATED} denies"):
        stack.delete("Vault")


def test_a_vault_that_somebody_deleted_is_made_again_by_an_update(stack: Stack, account: Account) -> None:
    result = stack.create("Vault", BASE)
    account.backup.delete_backup_vault(BackupVaultName=GENERATED)
    assert stack.update("Vault", BASE).physical_id == result.physical_id
    assert account.vault_names() == [GENERATED]


def test_a_vault_that_was_kept_is_met_again_when_its_resource_comes_back(
    stack: Stack, account: Account
) -> None:
    stack.create("Vault", {"BackupVaultTags": {"a": "b"}})
    stack.delete("Vault")
    assert stack.create("Vault", {}).physical_id == GENERATED
    assert "a" not in account.vault(GENERATED)["tags"]


def test_a_name_that_is_taken_by_a_vault_which_does_not_exist_is_tried_a_few_times_and_no_more(
    stack: Stack, calls: Calls
) -> None:
    # GIVEN a service that contradicts itself
    calls.refused["CreateBackupVault"] = "AlreadyExistsException"

    # WHEN, THEN
    with pytest.raises(NotStabilized, match="could not be made"):
        stack.create("Vault", {})
    assert calls.operations().count("CreateBackupVault") <= 3


def test_a_kept_vault_with_another_key_is_not_taken_for_the_new_one(stack: Stack, account: Account) -> None:
    stack.create("Vault", {})
    stack.delete("Vault")
    result = stack.create("Vault", {"EncryptionKeyArn": KEY})
    assert result.physical_id != GENERATED
    assert result.attributes["EncryptionKeyArn"] == KEY


def test_a_lock_in_compliance_mode_becomes_one_that_can_be_removed(
    stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    backup.switches = Switches(lock_date_survives_reput=True)
    stack.create("Vault", {"LockConfiguration": {"MinRetentionDays": 1, "ChangeableForDays": 3}})
    result = stack.update("Vault", {"LockConfiguration": {"MinRetentionDays": 1}})
    assert result.attributes["LockDate"] == ""
    assert not account.vault(GENERATED)["permanent"]


def test_a_lock_that_has_become_permanent_is_left_alone_by_an_update_that_does_not_change_it(
    stack: Stack, clock: ManualClock
) -> None:
    lock = {"LockConfiguration": {"MinRetentionDays": 1, "ChangeableForDays": 3}}
    result = stack.create("Vault", lock)
    assert result.attributes["LockDate"]
    clock.advance(days=4)
    assert stack.update("Vault", {**lock, "BackupVaultTags": {"a": "b"}}) == result
    with pytest.raises(InvalidRequest, match="immutable"):
        stack.update("Vault", {})


# ---------------------------------------------------------------------------------------------- notifications


def test_the_topic_lets_backup_publish_beside_what_it_allowed_before_and_not_any_more_afterwards(
    stack: Stack, account: Account
) -> None:
    # GIVEN
    topic = account.new_topic("events")
    before = account.topic_policy(topic)

    # WHEN
    stack.create("Vault", {**BASE, "Notifications": {"SNSTopicArn": topic}})

    # THEN
    [added] = [s for s in account.topic_policy(topic) if s not in before]
    assert (added["Principal"], added["Action"], added["Resource"]) == (
        {"Service": "backup.amazonaws.com"},
        "SNS:Publish",
        topic,
    )
    stack.delete("Vault")
    assert account.topic_policy(topic) == before


def test_another_topic_takes_the_statement_over(stack: Stack, account: Account) -> None:
    one, two = account.new_topic("one"), account.new_topic("two")
    before = account.topic_policy(one)
    stack.create("Vault", {"Notifications": {"SNSTopicArn": one}})
    stack.update("Vault", {"Notifications": {"SNSTopicArn": two}})
    assert account.topic_policy(one) == before
    assert len(account.topic_policy(two)) == len(before) + 1


def test_a_topic_policy_that_is_not_to_be_managed_stays_as_it_is(stack: Stack, account: Account) -> None:
    topic = account.new_topic("events")
    before = account.topic_policy(topic)
    unmanaged = {"SNSTopicArn": topic, "ManageTopicPolicy": False}
    stack.create("Vault", {"Notifications": unmanaged})
    assert account.topic_policy(topic) == before

    stack.update("Vault", {"Notifications": {"SNSTopicArn": topic}})
    stack.update("Vault", {"Notifications": unmanaged})
    assert account.topic_policy(topic) == before


def test_somebody_else_who_writes_the_topic_policy_at_the_same_moment_does_not_win(
    stack: Stack, account: Account, calls: Calls
) -> None:
    # GIVEN somebody who writes an older policy back just after ours
    topic = account.new_topic("events")
    older = account.sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    overwrites = 2

    def overwrite(operation: str, parameters: dict[str, Any]) -> None:
        nonlocal overwrites
        if operation == "GetTopicAttributes" and "SetTopicAttributes" in calls.operations() and overwrites:
            overwrites -= 1
            account.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=older)

    calls.before = overwrite

    # WHEN
    stack.create("Vault", {"Notifications": {"SNSTopicArn": topic}})

    # THEN the statement is there, and the author learns of the other one
    assert len(account.topic_policy(topic)) == 2
    assert stack.work
    assert "ManageTopicPolicy: false" in stack.work.warnings[0]


def test_a_statement_that_somebody_took_out_between_two_updates_is_put_back_with_a_warning(
    stack: Stack, account: Account
) -> None:
    # GIVEN a topic policy that replaced the provider's statement
    topic = account.new_topic("events")
    older = account.sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    notified = {**BASE, "Notifications": {"SNSTopicArn": topic}}
    stack.create("Vault", notified)
    assert stack.work
    assert stack.work.warnings == []
    account.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=older)

    # WHEN
    stack.update("Vault", {**notified, "BackupVaultTags": {"a": "b"}})

    # THEN
    assert len(account.topic_policy(topic)) == 2
    assert stack.work
    assert "An AWS::SNS::TopicPolicy replaces the whole policy" in stack.work.warnings[0]


def test_a_topic_that_does_not_exist_is_named_and_the_vault_is_taken_back(
    stack: Stack, account: Account
) -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:nowhere"
    with pytest.raises(InvalidRequest, match=f"Notifications.SNSTopicArn: there is no topic {topic}"):
        stack.create("Vault", {"Notifications": {"SNSTopicArn": topic}})
    assert account.vault_names() == []


def test_a_topic_that_is_gone_does_not_keep_the_vault(stack: Stack, account: Account) -> None:
    topic = account.new_topic("events")
    stack.create("Vault", {**BASE, "Notifications": {"SNSTopicArn": topic}})
    account.sns.delete_topic(TopicArn=topic)
    stack.delete("Vault")
    assert account.vault_names() == []


# --------------------------------------------------------------------------------------- what can go wrong


def test_all_problems_are_reported_at_once_before_any_call(stack: Stack, calls: Calls) -> None:
    properties = {
        "BackupVaultName": "x",
        "RemovalPolicy": "KEEP",
        "LockConfiguration": {"MinRetentionDays": 0},
    }
    with pytest.raises(InvalidProperties) as refused:
        stack.create("Vault", properties)
    assert {p.path for p in refused.value.findings} == {
        "BackupVaultName",
        "RemovalPolicy",
        "LockConfiguration.MinRetentionDays",
    }
    assert calls.writes() == []


@pytest.mark.parametrize("answer", ["AccessDenied", "ResourceNotFound"])
def test_a_vault_that_is_gone_is_no_error_whatever_the_service_calls_it(
    answer: Any, stack: Stack, account: Account, backup: StrictBackupService
) -> None:
    stack.create("Vault", BASE)
    account.backup.delete_backup_vault(BackupVaultName=GENERATED)
    backup.switches = Switches(missing_vault_answers=answer)
    stack.delete("Vault")


def test_a_new_vault_may_refuse_its_parts_for_a_while(stack: Stack, account: Account, calls: Calls) -> None:
    # GIVEN
    left = 2

    def refuse(operation: str, parameters: dict[str, Any]) -> None:
        nonlocal left
        if operation == "PutBackupVaultAccessPolicy" and left:
            left -= 1
            raise AccessDenied("Insufficient privileges to perform this action.")

    calls.before = refuse

    # WHEN, THEN
    stack.create("Vault", {"AccessPolicy": POLICY})
    assert account.vault(GENERATED)["policy"] == POLICY


def test_without_permission_to_make_a_vault_the_service_is_quoted(
    stack: Stack, backup: StrictBackupService
) -> None:
    backup.switches = Switches(caller_lacks=("kms:CreateGrant",))
    with pytest.raises(AccessDenied, match="Insufficient privileges to create a backup vault"):
        stack.create("Vault", {})
