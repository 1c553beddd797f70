"""What somebody else put into or around a vault stays, unless the template speaks of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied
from cfn_backup.written.findings import InvalidProperties
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls, Killed
from tests.reconcile.stack import Stack

NAME = "shop-Vault-0a1b2c3d"
BASE = {"RemovalPolicy": "DESTROY"}


def denying(*actions: str) -> dict[str, Any]:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": [f"backup:{a}" for a in actions],
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


THEIRS = denying("DeleteBackupVault")
OURS = denying("DeleteRecoveryPoint")


def put_policy(account: Account, policy: dict[str, Any]) -> None:
    account.backup.put_backup_vault_access_policy(BackupVaultName=NAME, Policy=json.dumps(policy))


def test_a_policy_that_somebody_else_put_stays_until_the_template_has_one(
    stack: Stack, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    stack.create("Vault", BASE)
    put_policy(account, THEIRS)
    stack.update("Vault", {**BASE, "BackupVaultTags": {"a": "b"}})
    assert account.access_policy(NAME) == THEIRS
    assert f"the access policy of the vault {NAME} stays" in caplog.text

    stack.update("Vault", {**BASE, "AccessPolicy": OURS})
    assert account.access_policy(NAME) == OURS
    stack.update("Vault", BASE)
    assert account.access_policy(NAME) is None


def test_a_vault_whose_deletion_somebody_elses_policy_denies_is_not_deleted_and_keeps_its_notifications(
    stack: Stack, account: Account
) -> None:
    topic = account.new_topic("events")
    stack.create("Vault", {**BASE, "AccessPolicy": OURS, "Notifications": {"SNSTopicArn": topic}})
    put_policy(account, THEIRS)
    before = account.everything()
    with pytest.raises(
        AccessDenied, match=f"vault {NAME} is not deleted: .* access policy that is not the prov"
    ):
        stack.delete("Vault")
    assert account.everything() == before


def test_a_lock_that_somebody_else_put_stays_until_the_template_has_one(
    stack: Stack, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    stack.create("Vault", BASE)
    account.backup.put_backup_vault_lock_configuration(BackupVaultName=NAME, MinRetentionDays=30)
    stack.update("Vault", {**BASE, "BackupVaultTags": {"a": "b"}})
    assert account.vault(NAME)["lock"] == {"Locked": True, "MinRetentionDays": 30}
    assert f"the lock of the vault {NAME} stays" in caplog.text

    stack.update("Vault", {**BASE, "LockConfiguration": {"MinRetentionDays": 7}})
    assert account.vault(NAME)["lock"] == {"Locked": True, "MinRetentionDays": 7}
    stack.update("Vault", BASE)
    assert not account.vault(NAME)["lock"].get("Locked")


def test_an_access_policy_that_the_service_shows_with_other_principals_is_still_the_providers(
    stack: Stack, account: Account
) -> None:
    # GIVEN a policy for an account, which is shown as that account's root
    statement = {"Effect": "Allow", "Action": "backup:CopyIntoBackupVault", "Resource": "*"}
    written = {"Version": "2012-10-17", "Statement": [{**statement, "Principal": {"AWS": "111122223333"}}]}
    stack.create("Vault", {**BASE, "AccessPolicy": written})
    shown = {**statement, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
    account.backup.put_backup_vault_access_policy(
        BackupVaultName=NAME, Policy=json.dumps({**written, "Statement": [shown]})
    )

    # WHEN the same is asked again, THEN nothing is written
    stack.update("Vault", {**BASE, "AccessPolicy": written})
    assert stack.work
    assert stack.work.session.writes == 0

    # AND taken out of the template it goes
    stack.update("Vault", BASE)
    assert account.access_policy(NAME) is None


def test_a_lock_without_days_is_refused_and_locks_nothing(stack: Stack, account: Account) -> None:
    stack.create("Vault", BASE)

    with pytest.raises(InvalidProperties, match="E9414"):
        stack.update("Vault", {**BASE, "LockConfiguration": {}})

    assert not account.vault(NAME)["lock"]["Locked"]


@pytest.mark.parametrize("kind", ["Vault", "Plan"])
def test_tags_that_somebody_else_put_stay_beside_those_of_the_author(
    kind: str, stack: Stack, account: Account
) -> None:
    # GIVEN
    key = f"Backup{kind}Tags"
    properties = BASE if kind == "Vault" else {"Preset": "daily35DayRetention", "BackupVault": "theirs"}
    result = stack.create(kind, {**properties, key: {"one": "1", "two": "2"}})
    arn = result.attributes[f"Backup{kind}Arn"]
    account.backup.tag_resource(ResourceArn=arn, Tags={"cost-center": "7", "two": "changed"})

    # WHEN
    stack.update(kind, {**properties, key: {"two": "2", "three": "3"}})

    # THEN
    tags = {name: value for name, value in account.tags(arn).items() if ":" not in name}
    assert tags == {"two": "2", "three": "3", "cost-center": "7"}

    # AND all fifty of them can be told apart from others
    stack.update(kind, {**properties, key: {f"key {n}": "" for n in range(40)}})
    stack.update(kind, properties)
    assert {name for name in account.tags(arn) if ":" not in name} == {"cost-center"}


def test_an_update_that_is_killed_loses_no_track_of_what_the_provider_put(
    stack: Stack, account: Account, calls: Calls
) -> None:
    # GIVEN an update to another policy and lock that is killed at every call in turn
    for number in range(7):
        stack.create("Vault", {**BASE, "AccessPolicy": THEIRS, "LockConfiguration": {"MinRetentionDays": 3}})
        calls.begin()
        calls.kill_after = number
        other = denying("DeleteBackupVault", "DeleteRecoveryPoint")
        try:
            changed = {"AccessPolicy": other, "LockConfiguration": {"MinRetentionDays": 5}}
            stack.send_update("Vault", {**BASE, **changed})
        except Killed:
            pass
        calls.begin()

        # WHEN it is neither, and the vault goes
        stack.update("Vault", BASE)
        assert (account.access_policy(NAME), account.vault(NAME)["lock"]) == (None, {"Locked": False}), number
        stack.delete("Vault")
        assert account.vault_names() == []


# ------------------------------------------------------------------------------------- topics that refuse


def test_a_topic_that_cannot_be_read_is_refused_before_anything_is_written(
    stack: Stack, account: Account, calls: Calls
) -> None:
    topic = account.new_topic("events")
    calls.refused = {"GetTopicAttributes": "AuthorizationError"}
    with pytest.raises(AccessDenied, match=r"Notifications.SNSTopicArn: .*ManageTopicPolicy: false"):
        stack.create("Vault", {**BASE, "Notifications": {"SNSTopicArn": topic}})
    assert calls.writes() == []


@pytest.mark.parametrize("operation", ["GetTopicAttributes", "SetTopicAttributes"])
@pytest.mark.parametrize("code", ["AuthorizationError", "InternalError", "Throttled", "InvalidParameter"])
def test_a_topic_that_refuses_keeps_no_vault_and_stops_no_update(
    operation: str, code: str, stack: Stack, account: Account, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    topic = account.new_topic("events")
    stack.create("Vault", {**BASE, "Notifications": {"SNSTopicArn": topic}})
    calls.refused = {operation: code}
    stack.update("Vault", BASE)
    assert account.notifications(NAME) is None
    assert f"stays in the policy of the topic {topic}" in caplog.text
    calls.refused = {}
    stack.update("Vault", {**BASE, "Notifications": {"SNSTopicArn": topic}})
    calls.refused = {operation: code}
    stack.delete("Vault")
    assert account.vault_names() == []


def test_a_topic_whose_policy_is_not_managed_is_never_asked(
    stack: Stack, account: Account, calls: Calls
) -> None:
    unmanaged = {**BASE, "Notifications": {"SNSTopicArn": account.new_topic("e"), "ManageTopicPolicy": False}}
    stack.create("Vault", unmanaged)
    stack.update("Vault", unmanaged)
    stack.update("Vault", BASE)
    stack.update("Vault", unmanaged)
    stack.delete("Vault")
    assert not {"GetTopicAttributes", "SetTopicAttributes"} & set(calls.operations())


def test_a_throttled_topic_is_tried_again(stack: Stack, account: Account, calls: Calls) -> None:
    topic, left = account.new_topic("events"), 3

    def once(operation: str, parameters: dict[str, Any]) -> None:
        nonlocal left
        left -= operation == "SetTopicAttributes"
        calls.refused = {"SetTopicAttributes": "Throttled"} if left else {}

    calls.before = once
    stack.create("Vault", {**BASE, "Notifications": {"SNSTopicArn": topic}})
    assert len(account.topic_policy(topic)) == 2
