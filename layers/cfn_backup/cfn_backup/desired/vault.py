"""The vault that must exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.desired.owner import EMPTY_ON_DELETE_TAG, KEY_TAG, REMOVAL_POLICY_TAG, Owner
from cfn_backup.symbolic.asking import decided, may_be_absent, needed, present
from cfn_backup.symbolic.values import Int, Str, Sym, Unknown, each_known
from cfn_backup.written.declarations import Document, Listed, TextMap
from cfn_backup.written.vault import (
    DESTROY,
    DISASSOCIATE,
    RETAIN,
    SUPPORTED_EVENTS,
    BackupVault,
    LockConfiguration,
    Notifications,
)

BLOCK_STATEMENT: Mapping[str, Any] = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
    "Resource": "*",
}
"""What the CDK's blockRecoveryPointDeletion adds."""


@dataclass(frozen=True)
class Topic:
    """Where a vault's events go."""

    arn: Str
    events: Listed[str]
    managed: bool
    """Whether the provider keeps the statement that lets AWS Backup publish."""


@dataclass(frozen=True)
class Vault:
    """A vault with everything that belongs to it."""

    name: Str
    generated: bool
    """Whether the name is the provider's own."""
    key_arn: Str | None
    access_policy: Document | None
    notifications: Topic | Unknown | None
    lock: Sym[Mapping[str, Int]] | None
    """``MinRetentionDays``, ``MaxRetentionDays``, ``ChangeableForDays``, as far as given; with the last, compliance
    mode."""
    removal_policy: str
    empty_on_delete: bool
    tags: TextMap = field(default_factory=dict)


def expand_vault(vault: BackupVault, owner: Owner, inherited: TextMap | None = None) -> Vault:
    """The vault that these properties stand for; ``inherited`` are tags of the plan that it is made for.

    Raises Undecided and NotKnown where it has to be known what there is.
    """
    removal_policy = needed(vault.removal_policy, "no function can stand in a DeletionPolicy") or RETAIN
    name = present(vault.backup_vault_name, "otherwise a name is generated")
    key = present(vault.encryption_key_arn, "what EncryptionKeyArn returns")
    return Vault(
        name=owner.generated_name() if name is None else name,
        generated=name is None,
        key_arn=key,
        access_policy=_access_policy(vault),
        notifications=_topic(vault.notifications),
        lock=each_known(vault.lock_configuration, _lock),
        removal_policy=removal_policy,
        empty_on_delete=needed(vault.empty_on_delete, "it decides what a Delete does") is True,
        tags=merged_tags(inherited, vault.backup_vault_tags, _records(owner, vault, removal_policy, key)),
    )


def _records(owner: Owner, vault: BackupVault, removal_policy: str, key_arn: Str | None) -> dict[str, Str]:
    """What is recorded on the vault itself: a Delete trusts that, never the properties that it is sent."""
    if not owner.tags:
        return {}
    records: dict[str, Str] = {**owner.tags, REMOVAL_POLICY_TAG: removal_policy}
    if key_arn:
        # which key was asked for: AWS Backup reports the key's own ARN whatever alias it was given
        records[KEY_TAG] = key_arn
    if vault.empty_on_delete is True and removal_policy == DESTROY:
        rds_points = needed(vault.continuous_rds_points, "it is recorded on the vault")
        records[EMPTY_ON_DELETE_TAG] = rds_points or DISASSOCIATE
    return records


def _access_policy(vault: BackupVault) -> Document | None:
    blocked = needed(vault.block_recovery_point_deletion, "it adds a statement to the access policy")
    if blocked is not True:
        return vault.access_policy
    given = needed(vault.access_policy, "BlockRecoveryPointDeletion adds a statement to it")
    if given is None:
        return {"Version": "2012-10-17", "Statement": [dict(BLOCK_STATEMENT)]}
    statements = needed(given.get("Statement", []), "BlockRecoveryPointDeletion adds a statement")
    statements = statements if isinstance(statements, list) else [statements]
    return {**given, "Statement": [*statements, dict(BLOCK_STATEMENT)]}


def _topic(notifications: Sym[Notifications] | None) -> Topic | Unknown | None:
    given = decided(notifications, "which topic it is whose policy has to let AWS Backup publish")
    if given is None or isinstance(given, Unknown):
        return given
    managed = (
        needed(given.manage_topic_policy, "it decides whether the topic's policy is changed") is not False
    )
    arn = given.sns_topic_arn
    if managed:
        arn = decided(arn, "which topic it is whose policy has to let AWS Backup publish") or ""
    events = present(given.backup_vault_events, "otherwise all events are meant")
    return Topic(arn, SUPPORTED_EVENTS if events is None else events, managed)


def _lock(given: LockConfiguration) -> dict[str, Int]:
    members = {
        "MinRetentionDays": given.min_retention_days,
        "MaxRetentionDays": given.max_retention_days,
        "ChangeableForDays": given.changeable_for_days,
    }
    return {name: days for name, days in members.items() if days is not None}


def merged_tags(*maps: TextMap | None) -> TextMap:
    """Tags of several sources, later ones first in rank. Raises Undecided and NotKnown for a map that does not stand
    alone and is chosen or unknown."""
    given = [tags for tags in maps if tags]
    if len(given) == 1:
        return given[0]
    merged: dict[str, Str] = {}
    for tags in given:
        for key, value in (needed(tags, "the tags of several sources are put together") or {}).items():
            inherited = merged.get(key)
            if inherited is not None and may_be_absent(value):
                own = present(value, f"otherwise the tag {key} has the plan's value")
                merged[key] = inherited if own is None else own
            else:
                merged[key] = value
    return merged
