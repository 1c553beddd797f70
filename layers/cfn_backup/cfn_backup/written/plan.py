"""What authors write for ``Custom::BackupPlan``."""

# ruff: noqa: RUF009 - prop makes a dataclass field
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cfn_backup.symbolic.values import Bool, Int, Str, Sym
from cfn_backup.written.declarations import Listed, Part, ResourceProperties, TextMap, prop
from cfn_backup.written.selection import NAME, NAME_IN_WORDS, Selection
from cfn_backup.written.vault import BackupVault

PRESET = "Preset"
"""The path of the rules that a plan's preset brings."""


@dataclass(frozen=True, kw_only=True)
class Lifecycle(Part):
    """When recovery points move to cold storage and when they are deleted."""

    service_shape: ClassVar[str] = "Lifecycle"

    delete_after_days: Int | None = prop(
        "Days from creation to deletion.", default="kept for ever", minimum=1, maximum=36500
    )
    move_to_cold_storage_after_days: Int | None = prop(
        "Days from creation to the move to cold storage.", minimum=1, maximum=36500
    )
    opt_in_to_archive_for_supported_resources: Bool | None = prop(
        "Whether resources that need it (Amazon EBS) go to archive storage."
    )
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class CopyAction(Part):
    """A copy of each recovery point, in another vault."""

    service_shape: ClassVar[str] = "CopyAction"

    destination_backup_vault_arn: Str = prop(
        "The vault that gets the copy, of any account and Region.", required=True
    )
    lifecycle: Sym[Lifecycle] | None = prop("The life of the copy.", default="that of the original")
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class IndexAction(Part):
    """Which resource types get a backup index."""

    resource_types: Listed[str] | None = prop("One of `EBS` and `S3`.")


@dataclass(frozen=True, kw_only=True)
class ScanAction(Part):
    """How recovery points are scanned for malware."""

    malware_scanner: Str | None = prop("The scanner.", allowed=("GUARDDUTY",), code="E9008")
    scan_mode: Str | None = prop(
        "How much is scanned.", allowed=("FULL_SCAN", "INCREMENTAL_SCAN"), code="E9008"
    )


@dataclass(frozen=True, kw_only=True)
class Rule(Part):
    """When backups are made, where they go and how long they live."""

    service_shape: ClassVar[str] = "BackupRuleInput"

    preset: Str | None = prop(
        "A preset rule; the rule's other members override its values.",
        native=None,
        allowed=("daily", "weekly", "monthly1Year", "monthly5Year", "monthly7Year"),
        spelling="snake case",
        code="E9202",
    )
    rule_name: Str | None = prop(
        "The rule's name.",
        default="the preset's, else `<BackupPlanName>Rule<n>`",
        pattern=NAME,
        explained=NAME_IN_WORDS,
        code="E9204",
    )
    target_backup_vault: Str | None = prop(
        "Name or ARN of the vault, of this account and Region.",
        default="the plan's `BackupVault`, else the default vault",
    )
    schedule_expression: Str | None = prop(
        "A `cron(…)` expression with six fields.", default="`cron(0 5 ? * * *)`, by AWS Backup"
    )
    schedule_expression_timezone: Str | None = prop("An IANA timezone.", default="`Etc/UTC`, by AWS Backup")
    start_window_minutes: Int | None = prop(
        "Minutes within which a job must start.",
        default="480, by AWS Backup",
        minimum=60,
        maximum=52_560_000,
        code="E9212",
    )
    completion_window_minutes: Int | None = prop(
        "Minutes within which a job must end.", default="10080, by AWS Backup", minimum=1, code="E9232"
    )
    lifecycle: Sym[Lifecycle] | None = prop(
        "The life of the recovery points.", default="kept for ever; 35 days with continuous backup"
    )
    copy_actions: Listed[CopyAction] | None = prop("Copies to other vaults.")
    enable_continuous_backup: Bool | None = prop(
        "Whether point-in-time restore is possible, where the resource supports it."
    )
    recovery_point_tags: TextMap | None = prop("Tags of the recovery points.")
    index_actions: Listed[IndexAction] | None = prop("Which recovery points get a backup index.")
    scan_actions: Listed[ScanAction] | None = prop("How recovery points are scanned for malware.")
    target_logically_air_gapped_backup_vault_arn: Str | None = prop(
        "A logically air-gapped vault of this account and Region that gets the recovery points as well."
    )
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class AdvancedBackupSetting(Part):
    """Options for one resource type."""

    service_shape: ClassVar[str] = "AdvancedBackupSetting"

    resource_type: Str | None = prop("`EC2` or `S3`.", required=True)
    backup_options: TextMap | None = prop("Option and value, e.g. `WindowsVSS: enabled`.", required=True)
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScanSetting(Part):
    """Which resource types are scanned for malware, by which role."""

    service_shape: ClassVar[str] = "ScanSetting"

    malware_scanner: Str | None = prop("The scanner.", allowed=("GUARDDUTY",), code="E9008")
    resource_types: Listed[str] | None = prop("Of `EBS`, `EC2`, `S3`, `ALL`.")
    scanner_role_arn: Str | None = prop("The role that the scanner assumes.")
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class BackupPlan(ResourceProperties):
    """A backup plan with its rules, and where they are asked for, its vault, role and selections."""

    resource_type: ClassVar[str] = "Custom::BackupPlan"
    native_type: ClassVar[str] = "AWS::Backup::BackupPlan"
    ref: ClassVar[str] = "The id of the plan."
    attributes: ClassVar[Mapping[str, str]] = {
        "BackupPlanId": "The id of the plan.",
        "BackupPlanArn": "The ARN of the plan.",
        "VersionId": "The version of the plan's document.",
        "BackupPlanName": "The name of the plan.",
        "BackupVaultName": "The name of the plan's vault or default vault; empty if every rule names its "
        "own.",
        "BackupVaultArn": "The ARN of the plan's vault or default vault; empty if every rule names its own.",
        "RoleArn": "The ARN of the role that the plan's selections share; empty if none was made.",
        "RoleName": "The name of that role; empty if none was made.",
    }
    service_shape: ClassVar[str] = "BackupPlanInput"

    preset: Str | None = prop(
        "A preset plan; its rules come first. The CDK's Python spelling is accepted, too.",
        native=None,
        allowed=(
            "daily35DayRetention",
            "dailyMonthly1YearRetention",
            "dailyWeeklyMonthly5YearRetention",
            "dailyWeeklyMonthly7YearRetention",
        ),
        spelling="snake case",
        code="E9202",
    )
    backup_plan_rules: Listed[Rule] | None = prop(
        "More rules; a plan needs at least one, from here or from `Preset`.", native="BackupPlanRule"
    )
    backup_plan_name: Str | None = prop(
        "The plan's name, 1 to 200 characters; the console shows 50.",
        default="generated",
        pattern=r"^[a-zA-Z0-9\-_.]{1,200}$",
        explained="1 to 200 letters, digits, - _ and .",
        code="E9205",
    )
    copy_actions: Listed[CopyAction] | None = prop(
        "Copies of the recovery points of every rule, the preset's too. A rule's own `CopyActions` take their "
        "place; `[]` there opts out.",
        native=None,
    )
    recovery_point_tags: TextMap | None = prop(
        "Tags of the recovery points of every rule. A rule's own `RecoveryPointTags` take their place; `{}` there "
        "opts out.",
        native=None,
    )
    schedule_expression_timezone: Str | None = prop(
        "The timezone of every rule that brings none.", default="`Etc/UTC`, by AWS Backup", native=None
    )
    start_window_minutes: Int | None = prop(
        "`StartWindowMinutes` of every rule that brings none.",
        default="480, by AWS Backup",
        native=None,
        minimum=60,
        maximum=52_560_000,
        code="E9212",
    )
    completion_window_minutes: Int | None = prop(
        "`CompletionWindowMinutes` of every rule that brings none.",
        default="10080, by AWS Backup",
        native=None,
        minimum=1,
        code="E9232",
    )
    backup_vault: Str | None = prop(
        "Name or ARN of a vault in this account and Region, for every rule that names none.", native=None
    )
    default_vault: Sym[BackupVault] | None = prop(
        "How to make the default vault, which exists only if some rule has no vault otherwise: the "
        "properties of `Custom::BackupVault`. An error together with `BackupVault`.",
        default="`{}`",
        native=None,
    )
    windows_vss: Bool | None = prop(
        "Whether Windows instances are backed up with VSS.", default="false", native=None
    )
    advanced_backup_settings: Listed[AdvancedBackupSetting] | None = prop(
        "Options by resource type, as native."
    )
    scan_settings: Listed[ScanSetting] | None = prop("Malware scanning, as native.")
    backup_plan_tags: TextMap | None = prop("Tags of the plan, the default vault and the role.", native=None)
    selections: Listed[Selection] | None = prop("Selections that are made with the plan.", native=None)
    allow_selections_from: Str | None = prop(
        "Who may put a `Custom::BackupSelection` into this plan: only its own stack, or every stack of the account.",
        default="Account",
        native=None,
        allowed=("Stack", "Account"),
        code="E9008",
    )
    allow_restores: Bool | None = prop(
        "Whether the role that the plan's selections share may restore, too.", default="false", native=None
    )
    disable_default_backup_policy: Bool | None = prop(
        "Whether the role that the plan's selections share goes without the managed policy for backups. A "
        "selection by tags cannot be created with such a role: give it `IamRoleArn`.",
        default="false",
        native=None,
    )
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)
