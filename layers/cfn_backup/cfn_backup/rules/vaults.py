"""The rules about a vault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.rules.tags import check_tags
from cfn_backup.symbolic.alternatives import alternatives, number, text
from cfn_backup.symbolic.values import Intrinsic, Place
from cfn_backup.written.arns import elsewhere, is_key_arn, is_topic_arn, parse_arn
from cfn_backup.written.problems import Findings
from cfn_backup.written.recast import shown
from cfn_backup.written.unknown_members import members_of, nearest_of
from cfn_backup.written.vault import (
    DESTROY,
    SUPPORTED_EVENTS,
    BackupVault,
    LockConfiguration,
    Notifications,
)

UNDOCUMENTED_EVENTS = (
    "BACKUP_PLAN_CREATED",
    "BACKUP_PLAN_MODIFIED",
    "EKS_RESTORE_MODIFICATION_SUCCESS",
    "EKS_RESTORE_MODIFICATION_FAILED",
)
"""What the API knows and the developer guide does not list."""


def check_vault(vault: BackupVault, place: Place, findings: Findings, path: str = "") -> None:
    """Reports everything about a vault that AWS Backup would refuse, or that does not do what it says."""
    at = f"{path}." if path else ""
    for notifications in alternatives(vault.notifications):
        _check_notifications(notifications, place, findings, f"{at}Notifications")
    for lock in alternatives(vault.lock_configuration):
        _check_lock(lock, findings, f"{at}LockConfiguration")
    _check_key(text(vault.encryption_key_arn), findings, f"{at}EncryptionKeyArn")
    _check_policy(vault.access_policy, findings, f"{at}AccessPolicy")
    _check_emptying(vault, findings, f"{at}EmptyOnDelete")
    check_tags(vault.backup_vault_tags, findings, f"{at}BackupVaultTags")


def _check_notifications(notifications: Notifications, place: Place, findings: Findings, path: str) -> None:
    topic = text(notifications.sns_topic_arn)
    if topic is not None:
        managed = notifications.manage_topic_policy in (None, True)
        _check_topic(topic, place, findings, f"{path}.SNSTopicArn", managed=managed)
    events = notifications.backup_vault_events
    if events is None or isinstance(events, Intrinsic):
        return
    if not events:
        findings.add(
            "W9413",
            f"{path}.BackupVaultEvents",
            "is an empty list, so nothing is published: name events, leave it out for all that are "
            "supported, or leave Notifications out",
        )
    for index, event in enumerate(events):
        if isinstance(event, str):
            _check_event(event, findings, f"{path}.BackupVaultEvents[{index}]")


def _check_topic(topic: str, place: Place, findings: Findings, path: str, *, managed: bool) -> None:
    arn = parse_arn(topic)
    if arn is None or not is_topic_arn(topic):
        findings.add(
            "E9411",
            path,
            f"is {shown(topic)}, which is not the ARN of a topic, such as "
            "arn:aws:sns:eu-west-1:111122223333:Backups",
        )
    elif topic.endswith(".fifo"):
        findings.add("E9411", path, f"is {shown(topic)}; AWS Backup supports standard topics only, no FIFO")
    elif where := elsewhere(arn, place):
        ours = "AWS Backup publishes to topics of the vault's own account and Region only"
        if managed:
            message = f"{where}; {ours}, and the policy of this one cannot be managed from here"
            findings.add("E9411", path, message)
        else:
            findings.add("W9410", path, f"{where}; {ours}")


def _check_key(key: str | None, findings: Findings, path: str) -> None:
    if key is not None and not is_key_arn(key):
        findings.add(
            "E9412",
            path,
            f"is {shown(key)}, which is the ARN neither of a key nor of an alias, such as "
            "arn:aws:kms:eu-west-1:111122223333:alias/backup",
        )


def _check_event(event: str, findings: Findings, path: str) -> None:
    if event in SUPPORTED_EVENTS:
        return
    if event in UNDOCUMENTED_EVENTS:
        message = (
            f"is {event}, which AWS Backup no longer documents as supported; nothing may ever be published "
            "for it"
        )
        findings.add("W9406", path, message)
    elif event not in _events_of_service():
        nearest = nearest_of(event, SUPPORTED_EVENTS)
        hint = f"did you mean {nearest}? " if nearest else ""
        findings.add(
            "E9405", path, f"is {shown(event)}, no event; {hint}allowed are {', '.join(SUPPORTED_EVENTS)}"
        )


def _events_of_service() -> tuple[str, ...]:
    """The events of the bundled service model, which may be newer than the list here."""
    return members_of("PutBackupVaultNotificationsInput")["BackupVaultEvents"].member.enum


def _check_lock(lock: LockConfiguration, findings: Findings, path: str) -> None:
    shortest, longest = number(lock.min_retention_days), number(lock.max_retention_days)
    if shortest is not None and longest is not None and shortest > longest:
        findings.add(
            "E9403",
            f"{path}.MinRetentionDays",
            f"is {shortest}, more than MaxRetentionDays, which is {longest}",
        )
    if lock.changeable_for_days is not None:
        days = number(lock.changeable_for_days)
        findings.add(
            "W9404",
            f"{path}.ChangeableForDays",
            f"makes the lock permanent after {days if days is not None else 'that many'} days: then nobody, "
            "AWS included, can remove it or delete recovery points before they expire. Leave it out for a "
            "lock that can be removed",
        )


def _check_policy(policy: Mapping[str, Any] | Intrinsic | None, findings: Findings, path: str) -> None:
    if not isinstance(policy, Mapping):
        return
    for at, statement in _listed(policy.get("Statement"), f"{path}.Statement"):
        if not isinstance(statement, Mapping):
            continue
        for where, action in _listed(statement.get("Action"), f"{at}.Action"):
            if isinstance(action, str) and "*" in action:
                findings.add(
                    "E9407",
                    where,
                    f"is {shown(action)}; vault access policies know no wildcards in actions, so name each "
                    "one, such as backup:DeleteRecoveryPoint",
                )


def _listed(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The items of what a policy may write as one thing or as a list of them."""
    if isinstance(value, list | tuple):
        yield from ((f"{path}[{index}]", item) for index, item in enumerate(value))
    elif value is not None:
        yield path, value


def _check_emptying(vault: BackupVault, findings: Findings, path: str) -> None:
    if vault.empty_on_delete is not True:
        return
    policy = vault.removal_policy
    if policy is None or (isinstance(policy, str) and policy != DESTROY):
        findings.add(
            "E9408",
            path,
            f"is true, but with RemovalPolicy {policy or 'RETAIN'} the vault is kept: write RemovalPolicy: "
            "DESTROY",
        )
    findings.add(
        "E9409",
        path,
        "is true, but EmptyOnDelete is not available yet: leave it out, and delete the recovery points "
        "before the vault",
    )
