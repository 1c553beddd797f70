"""A desired vault as a native ``AWS::Backup::BackupVault``, with the topic policy that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.desired.vault import Topic, Vault
from cfn_backup.symbolic import Unknown, each_known, filled, leaves, may_be_absent
from cfn_backup_tools.eject.native import Native, get_att
from cfn_backup_tools.eject.topics import Topics

DELETION_POLICIES: Mapping[str, tuple[str, str]] = {
    "RETAIN": ("Retain", "Retain"),
    "DESTROY": ("Delete", "Delete"),
    "RETAIN_ON_UPDATE_OR_DELETE": ("RetainExceptOnCreate", "Retain"),
}
"""``DeletionPolicy`` and ``UpdateReplacePolicy``, as the CDK renders each removal policy."""


@dataclass(frozen=True)
class WrittenPolicies:
    """What the author wrote about the life of a custom vault resource."""

    removal_policy: str | None
    deletion: Any = None
    update_replace: Any = None


def add_vault(
    native: Native, logical_id: str, vault: Vault, policies: WrittenPolicies, topics: Topics
) -> None:
    """Adds the vault, and its topic's policy."""
    native.resources[logical_id] = {
        "Type": "AWS::Backup::BackupVault",
        **_deletion_policies(vault, policies),
        "Properties": _properties(native, logical_id, vault),
    }
    if vault.empty_on_delete:
        native.losses.append(
            f"{logical_id}: EmptyOnDelete has no native counterpart; a vault with recovery points cannot be "
            "deleted, so the deletion of the stack will fail until they are gone"
        )
    if isinstance(vault.notifications, Topic):
        topics.allow_publishing(native, logical_id, vault.notifications)


def vault_attributes(native: Native, logical_id: str, vault: Vault) -> dict[str, Any]:
    """What stands for each return value of ``Custom::BackupVault``."""
    if vault.key_arn is None:
        native.lost_attributes["EncryptionKeyArn"] = (
            "the vault is encrypted with the account's AWS Backup key, whose ARN a native vault does not "
            "return"
        )
    if _can_be_permanent(vault.lock):
        native.lost_attributes["LockDate"] = "a native vault does not return when its lock becomes permanent"
    return {
        "BackupVaultName": get_att(logical_id, "BackupVaultName"),
        "BackupVaultArn": get_att(logical_id, "BackupVaultArn"),
        "EncryptionKeyArn": "" if vault.key_arn is None else vault.key_arn,
        "LockDate": "",
    }


def _properties(native: Native, logical_id: str, vault: Vault) -> dict[str, Any]:
    members = {
        "BackupVaultName": vault.name,
        "EncryptionKeyArn": vault.key_arn,
        "AccessPolicy": vault.access_policy,
        "LockConfiguration": each_known(vault.lock, lambda days: _lock(native, logical_id, days)),
        "Notifications": _notifications(vault.notifications),
        "BackupVaultTags": vault.tags or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _deletion_policies(vault: Vault, written: WrittenPolicies) -> dict[str, Any]:
    deletion, update_replace = DELETION_POLICIES[vault.removal_policy]
    if written.removal_policy is None:
        # written on the resource itself, in CloudFormation's own terms
        deletion, update_replace = written.deletion or deletion, written.update_replace or update_replace
    elif written.deletion in ("Retain", "RetainExceptOnCreate"):
        # then CloudFormation never asks for the deletion, whatever the removal policy
        deletion = written.deletion
    if written.removal_policy is not None and written.update_replace == "Retain":
        update_replace = "Retain"
    return {"DeletionPolicy": deletion, "UpdateReplacePolicy": update_replace}


def _lock(native: Native, logical_id: str, days: Mapping[str, Any]) -> Mapping[str, Any]:
    shortest = days.get("MinRetentionDays")
    if may_be_absent(shortest):
        native.losses.append(
            f"{logical_id}: a native lock needs MinRetentionDays; it is 1 now, the shortest retention that "
            "there is"
        )
    return {
        "MinRetentionDays": filled(shortest, 1),
        **{n: d for n, d in days.items() if n != "MinRetentionDays"},
    }


def _can_be_permanent(lock: Any) -> bool:
    return any(isinstance(days, Unknown) or "ChangeableForDays" in days for days in leaves(lock))


def _notifications(topic: Topic | Unknown | None) -> dict[str, Any] | Unknown | None:
    if not isinstance(topic, Topic):
        return topic
    events = list(topic.events) if isinstance(topic.events, tuple) else topic.events
    return {"SNSTopicArn": topic.arn, "BackupVaultEvents": events}
