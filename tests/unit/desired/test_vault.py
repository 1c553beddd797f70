"""From ``Custom::BackupVault`` to the vault that must exist."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.desired.owner import KEY_TAG, REMOVAL_POLICY_TAG
from cfn_backup.desired.vault import BLOCK_STATEMENT, Topic, merged_tags
from cfn_backup.symbolic import NotKnown, Unknown
from cfn_backup.written.vault import SUPPORTED_EVENTS
from tests.unit.desired.builders import owner, vault

TOPIC = "arn:aws:sns:eu-west-1:123456789012:events"
KEY = "arn:aws:kms:eu-west-1:123456789012:alias/backups"


def test_a_vault_without_properties_is_kept_under_a_generated_name() -> None:
    made = vault({})
    assert (made.name, made.generated, made.removal_policy) == ("shop-Vault-0a1b2c3d", True, "RETAIN")
    assert (made.key_arn, made.access_policy, made.notifications, made.lock) == (None, None, None, None)
    assert made.tags == {**owner("Vault").tags, REMOVAL_POLICY_TAG: "RETAIN"}


def test_key_and_removal_policy_are_recorded_on_the_vault_itself() -> None:
    made = vault({"EncryptionKeyArn": KEY, "RemovalPolicy": "DESTROY", "BackupVaultTags": {"a": "b"}})
    assert made.tags == {**owner("Vault").tags, REMOVAL_POLICY_TAG: "DESTROY", KEY_TAG: KEY, "a": "b"}


def test_the_block_statement_comes_after_the_policys_own() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "backup:CopyIntoBackupVault", "Resource": "*"}
    for given in (statement, [statement]):
        made = vault(
            {
                "AccessPolicy": {"Version": "2012-10-17", "Statement": given},
                "BlockRecoveryPointDeletion": "true",
            }
        )
        assert made.access_policy == {
            "Version": "2012-10-17",
            "Statement": [statement, dict(BLOCK_STATEMENT)],
        }
    alone = vault({"BlockRecoveryPointDeletion": True}).access_policy
    assert alone == {"Version": "2012-10-17", "Statement": [dict(BLOCK_STATEMENT)]}


def test_notifications_default_to_all_supported_events_and_a_managed_policy() -> None:
    assert vault({"Notifications": {"SNSTopicArn": TOPIC}}).notifications == Topic(
        TOPIC, SUPPORTED_EVENTS, True
    )
    chosen = {"SNSTopicArn": TOPIC, "BackupVaultEvents": ["BACKUP_JOB_FAILED"], "ManageTopicPolicy": "false"}
    assert vault({"Notifications": chosen}).notifications == Topic(TOPIC, ("BACKUP_JOB_FAILED",), False)


def test_a_lock_has_the_days_that_are_given_as_numbers() -> None:
    assert vault({"LockConfiguration": {"MinRetentionDays": "7"}}).lock == {"MinRetentionDays": 7}
    days = {"MinRetentionDays": 7, "MaxRetentionDays": 70, "ChangeableForDays": 3}
    assert vault({"LockConfiguration": days}).lock == days


UNKNOWN = Unknown({"Ref": "Tags"})


@pytest.mark.parametrize(
    ("maps", "merged"),
    [
        ([], {}),
        ([{"a": "1", "b": "1"}, None, {"b": "2"}], {"a": "1", "b": "2"}),
        ([None, UNKNOWN, {}], UNKNOWN),
    ],
)
def test_tags_of_several_sources(maps: list[Any], merged: Any) -> None:
    assert merged_tags(*maps) == merged


@pytest.mark.parametrize("maps", [[{"a": "1"}, UNKNOWN], [UNKNOWN, {"a": "1"}], [UNKNOWN, UNKNOWN]])
def test_tags_are_not_left_out_beside_tags_that_are_not_known(maps: list[Any]) -> None:
    with pytest.raises(NotKnown):
        merged_tags(*maps)
