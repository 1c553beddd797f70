"""A desired vault as a native ``AWS::Backup::BackupVault``, with the topic policy that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.desired.document import template_node
from cfn_backup.desired.vault import Topic, Vault
from cfn_backup.symbolic.values import Choice, Intrinsic
from cfn_backup_tools.eject.native import Native
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
    for topic in _topics_of(vault.notifications):
        topics.allow_publishing(native, logical_id, topic)


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
        "BackupVaultName": {"Fn::GetAtt": [logical_id, "BackupVaultName"]},
        "BackupVaultArn": {"Fn::GetAtt": [logical_id, "BackupVaultArn"]},
        "EncryptionKeyArn": "" if vault.key_arn is None else template_node(vault.key_arn),
        "LockDate": "",
    }


def _properties(native: Native, logical_id: str, vault: Vault) -> dict[str, Any]:
    members = {
        "BackupVaultName": template_node(vault.name),
        "EncryptionKeyArn": template_node(vault.key_arn),
        "AccessPolicy": template_node(vault.access_policy),
        "LockConfiguration": _lock(native, logical_id, template_node(vault.lock)),
        "Notifications": _notifications(vault.notifications),
        "BackupVaultTags": template_node(vault.tags) or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _deletion_policies(vault: Vault, written: WrittenPolicies) -> dict[str, Any]:
    if isinstance(vault.removal_policy, Intrinsic):
        raise TypeError(vault.removal_policy)
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


def _lock(native: Native, logical_id: str, members: Any) -> Any:
    if not isinstance(members, dict):
        return members
    branches = members.get("Fn::If")
    if isinstance(branches, list):
        return {"Fn::If": [branches[0], *(_lock(native, logical_id, branch) for branch in branches[1:])]}
    if "MinRetentionDays" in members or any(name == "Ref" or name.startswith("Fn::") for name in members):
        return members
    native.losses.append(
        f"{logical_id}: a native lock needs MinRetentionDays; it is 1 now, the shortest retention that "
        "there is"
    )
    return {"MinRetentionDays": 1, **members}


def _can_be_permanent(lock: Any) -> bool:
    if isinstance(lock, Choice):
        return _can_be_permanent(lock.then) or _can_be_permanent(lock.otherwise)
    if lock is None:
        return False
    return isinstance(lock, Intrinsic) or "ChangeableForDays" in lock


def _notifications(topic: Any) -> Any:
    if isinstance(topic, Choice):
        branches = (_notifications(branch) for branch in (topic.then, topic.otherwise))
        return {"Fn::If": [topic.condition, *({"Ref": "AWS::NoValue"} if b is None else b for b in branches)]}
    if topic is None or isinstance(topic, Intrinsic):
        return template_node(topic)
    return {"SNSTopicArn": template_node(topic.arn), "BackupVaultEvents": template_node(topic.events)}


def _topics_of(topic: Any) -> list[Topic]:
    if isinstance(topic, Choice):
        return [*_topics_of(topic.then), *_topics_of(topic.otherwise)]
    return [topic] if isinstance(topic, Topic) else []
