"""The vault that must exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.desired.document import lift
from cfn_backup.desired.owner import KEY_TAG, REMOVAL_POLICY_TAG, Owner
from cfn_backup.symbolic.values import Int, Intrinsic, Str, Sym
from cfn_backup.written.vault import RETAIN, SUPPORTED_EVENTS, BackupVault, LockConfiguration, Notifications

BLOCK_STATEMENT: Mapping[str, Any] = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
    "Resource": "*",
}
"""What the CDK's blockRecoveryPointDeletion adds."""


@dataclass(frozen=True)
class Topic:
    """Where a vault's events go. ``managed``: the provider keeps the statement that lets AWS Backup
    publish."""

    arn: Str
    events: tuple[Str, ...] | Intrinsic
    managed: bool


@dataclass(frozen=True)
class Vault:
    """A vault with everything that belongs to it."""

    name: Str
    generated: bool
    """Whether the name is the provider's own."""
    key_arn: Str | None
    access_policy: Mapping[str, Any] | Intrinsic | None
    notifications: Sym[Topic] | None
    lock: Sym[Mapping[str, Int]] | None
    """``MinRetentionDays``, ``MaxRetentionDays``, ``ChangeableForDays``, as far as given; with the last,
    compliance mode."""
    removal_policy: Str
    empty_on_delete: bool
    tags: Mapping[str, Str] | Intrinsic = field(default_factory=dict)


def expand_vault(
    vault: BackupVault, owner: Owner, inherited: Mapping[str, Str] | Intrinsic | None = None
) -> Vault:
    """The vault that these properties stand for; ``inherited`` are tags of the plan that it is made for."""
    removal_policy = vault.removal_policy or RETAIN
    return Vault(
        name=vault.backup_vault_name or owner.generated_name(),
        generated=vault.backup_vault_name is None,
        key_arn=vault.encryption_key_arn,
        access_policy=_access_policy(vault),
        notifications=lift(vault.notifications, _topic),
        lock=lift(vault.lock_configuration, _lock),
        removal_policy=removal_policy,
        empty_on_delete=vault.empty_on_delete is True,
        tags=merged_tags(
            inherited, vault.backup_vault_tags, _records(owner, removal_policy, vault.encryption_key_arn)
        ),
    )


def _records(owner: Owner, removal_policy: Str, key_arn: Str | None) -> dict[str, Str]:
    """What is recorded on the vault itself: a Delete trusts that, never the properties that it is sent."""
    if not owner.tags:
        return {}
    # which key was asked for: AWS Backup reports the key's own ARN whatever alias it was given
    return {**owner.tags, REMOVAL_POLICY_TAG: removal_policy, **({KEY_TAG: key_arn} if key_arn else {})}


def _access_policy(vault: BackupVault) -> Mapping[str, Any] | Intrinsic | None:
    given = vault.access_policy
    if vault.block_recovery_point_deletion is not True or isinstance(given, Intrinsic):
        return given
    if given is None:
        return {"Version": "2012-10-17", "Statement": [dict(BLOCK_STATEMENT)]}
    statements = given.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    return {**given, "Statement": [*statements, dict(BLOCK_STATEMENT)]}


def _topic(given: Notifications) -> Topic:
    events = given.backup_vault_events
    return Topic(
        arn=given.sns_topic_arn,
        events=SUPPORTED_EVENTS if events is None else events,
        managed=given.manage_topic_policy is not False,
    )


def _lock(given: LockConfiguration) -> dict[str, Int]:
    members = {
        "MinRetentionDays": given.min_retention_days,
        "MaxRetentionDays": given.max_retention_days,
        "ChangeableForDays": given.changeable_for_days,
    }
    return {name: days for name, days in members.items() if days is not None}


def merged_tags(*maps: Mapping[str, Str] | Intrinsic | None) -> Mapping[str, Str] | Intrinsic:
    """Tags of several sources, later ones first in rank. Raises TypeError for a map that is not known yet and
    does not stand alone."""
    given = [tags for tags in maps if tags]
    if len(given) == 1:
        return given[0]
    merged: dict[str, Str] = {}
    for tags in given:
        if isinstance(tags, Intrinsic):
            raise TypeError(tags)
        merged.update(tags)
    return merged
