"""What authors write for ``Custom::BackupVault``."""

# ruff: noqa: RUF009 - prop makes a dataclass field
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from cfn_backup.symbolic.values import Bool, Int, Str, Sym
from cfn_backup.written.declarations import Document, Listed, Part, ResourceProperties, TextMap, prop

RETAIN = "RETAIN"
DESTROY = "DESTROY"
RETAIN_ON_UPDATE_OR_DELETE = "RETAIN_ON_UPDATE_OR_DELETE"
DISASSOCIATE = "DISASSOCIATE"

SUPPORTED_EVENTS = (
    "BACKUP_JOB_STARTED", "BACKUP_JOB_COMPLETED", "BACKUP_JOB_SUCCESSFUL", "BACKUP_JOB_FAILED",
    "BACKUP_JOB_EXPIRED",
    "RESTORE_JOB_STARTED", "RESTORE_JOB_COMPLETED", "RESTORE_JOB_SUCCESSFUL", "RESTORE_JOB_FAILED",
    "COPY_JOB_STARTED", "COPY_JOB_SUCCESSFUL", "COPY_JOB_FAILED", "RECOVERY_POINT_MODIFIED",
    "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED", "CONTINUOUS_BACKUP_INTERRUPTED",
    "RECOVERY_POINT_INDEX_COMPLETED", "RECOVERY_POINT_INDEX_DELETED", "RECOVERY_POINT_INDEXING_FAILED",
    "EKS_RESTORE_OBJECT_FAILED", "EKS_RESTORE_OBJECT_SKIPPED", "EKS_BACKUP_OBJECT_FAILED",
    "ACCESS_POINT_AVAILABLE", "ACCESS_POINT_CREATION_FAILED", "ACCESS_POINT_DELETED",
    "ACCESS_POINT_DELETION_FAILED",
    "ACCESS_POINT_EXPIRED", "ACCESS_POINT_DISASSOCIATED",
)  # fmt: skip
"""What the developer guide lists as supported (Notification options with AWS Backup)."""


@dataclass(frozen=True, kw_only=True)
class Notifications(Part):
    """Which events of a vault are published, and to which Amazon SNS topic."""

    sns_topic_arn: Str = prop(
        "The topic, of the same account and Region; FIFO topics are not supported by AWS Backup.",
        name="SNSTopicArn",
        required=True,
    )
    backup_vault_events: Listed[str] | None = prop(
        "The events to publish.", default="all events that AWS Backup documents as supported"
    )
    manage_topic_policy: Bool | None = prop(
        "Whether the statement that lets AWS Backup publish is merged into the topic's policy, and taken "
        "out on delete.",
        default="true",
        native=None,
    )


@dataclass(frozen=True, kw_only=True)
class LockConfiguration(Part):
    """An AWS Backup Vault Lock. With ``ChangeableForDays`` it becomes permanent after that many days."""

    min_retention_days: Int | None = prop(
        "The shortest retention, in days, that a job may ask for.", minimum=1, maximum=36500, code="E9402"
    )
    max_retention_days: Int | None = prop(
        "The longest retention, in days, that a job may ask for.", minimum=1, maximum=36500, code="E9402"
    )
    changeable_for_days: Int | None = prop(
        "Compliance mode: the lock cannot be removed by anybody after this many days.",
        minimum=3,
        maximum=36500,
        code="E9402",
    )


@dataclass(frozen=True, kw_only=True)
class BackupVault(ResourceProperties):
    """A vault for recovery points, kept by default when its stack goes."""

    resource_type: ClassVar[str] = "Custom::BackupVault"
    native_type: ClassVar[str] = "AWS::Backup::BackupVault"
    ref: ClassVar[str] = "The name of the vault."
    attributes: ClassVar[Mapping[str, str]] = {
        "BackupVaultName": "The name of the vault.",
        "BackupVaultArn": "The ARN of the vault.",
        "EncryptionKeyArn": "The ARN of the key that the vault encrypts with.",
        "LockDate": "When the vault lock becomes permanent (ISO 8601); empty without a lock in compliance "
        "mode.",
    }

    backup_vault_name: Str | None = prop(
        "The vault's name.",
        default="generated",
        update="Replacement",
        pattern=r"^[a-zA-Z0-9\-_]{2,50}$",
        explained="2 to 50 letters, digits, - and _",
        code="E9401",
    )
    encryption_key_arn: Str | None = prop(
        "The AWS KMS key, as a key or alias ARN.",
        default="the account's AWS Backup key",
        update="Replacement; an error together with a fixed name: change the name too",
    )
    access_policy: Document | None = prop("A resource policy document for the vault.")
    block_recovery_point_deletion: Bool | None = prop(
        "Adds a statement that denies everybody to delete recovery points or to change their lifecycle.",
        default="false",
        native=None,
    )
    notifications: Sym[Notifications] | None = prop("Which events are published to a topic.")
    lock_configuration: Sym[LockConfiguration] | None = prop("A vault lock.")
    removal_policy: Str | None = prop(
        "What a Delete does to the vault. `RETAIN_ON_UPDATE_OR_DELETE` deletes it only when CloudFormation "
        "rolls back what created it: the creation of the stack, or the update that added the vault.",
        default=RETAIN,
        native=None,
        allowed=(RETAIN, DESTROY, RETAIN_ON_UPDATE_OR_DELETE),
        code="E9008",
    )
    empty_on_delete: Bool | None = prop(
        "With `DESTROY` only, and if the installer of the provider allows it: what a Delete does first is to "
        "delete the recovery points.",
        default="false",
        native=None,
    )
    continuous_rds_points: Str | None = prop(
        "What emptying does with continuous recovery points of Amazon RDS. `DELETE` switches off the "
        "point-in-time recovery of the database.",
        default=DISASSOCIATE,
        native=None,
        allowed=(DISASSOCIATE, "DELETE"),
        code="E9008",
    )
    backup_vault_tags: TextMap | None = prop("Tags of the vault.")
