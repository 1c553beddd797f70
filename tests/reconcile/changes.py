"""Each property of each type: how a template says it, and what the AWS API then shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.desired.owner import LOGICAL_ID_TAG, SELECTIONS_FROM_TAG, STACK_ID_TAG
from cfn_backup.desired.vault import BLOCK_STATEMENT
from cfn_backup.written.vault import SUPPORTED_EVENTS
from tests.reconcile.stack import ACCOUNT, REGION, STACK_ID

TOPIC = "<topic>"
"""Stands for the ARN of a topic, which has to be there."""

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
            "Action": "backup:DeleteRecoveryPoint",
            "Resource": "*",
        }
    ],
}

VAULT_CHANGES: Mapping[str, tuple[dict[str, Any], Mapping[str, Any]]] = {
    "AccessPolicy": ({"AccessPolicy": POLICY}, {"policy": POLICY}),
    "BlockRecoveryPointDeletion": (
        {"BlockRecoveryPointDeletion": True},
        {"policy": {"Version": "2012-10-17", "Statement": [dict(BLOCK_STATEMENT)]}},
    ),
    "both policies": (
        {"AccessPolicy": POLICY, "BlockRecoveryPointDeletion": True},
        {"policy": {**POLICY, "Statement": [*POLICY["Statement"], dict(BLOCK_STATEMENT)]}},
    ),
    "Notifications": (
        {"Notifications": {"SNSTopicArn": TOPIC, "BackupVaultEvents": ["BACKUP_JOB_FAILED"]}},
        {"notifications": (TOPIC, ["BACKUP_JOB_FAILED"])},
    ),
    "Notifications of all events": (
        {"Notifications": {"SNSTopicArn": TOPIC}},
        {"notifications": (TOPIC, sorted(SUPPORTED_EVENTS))},
    ),
    "LockConfiguration": (
        {"LockConfiguration": {"MinRetentionDays": 7, "MaxRetentionDays": 70}},
        {"lock": {"Locked": True, "MinRetentionDays": 7, "MaxRetentionDays": 70}},
    ),
    "LockConfiguration with ChangeableForDays": (
        {"LockConfiguration": {"ChangeableForDays": 3}},
        {"lock": {"Locked": True}, "permanent": True},
    ),
    "BackupVaultTags": (
        {"BackupVaultTags": {"team": "red"}},
        {
            "tags": {
                "team": "red",
                STACK_ID_TAG: STACK_ID,
                LOGICAL_ID_TAG: "Vault",
                "cfn-backup-provider:removal-policy": "DESTROY",
            }
        },
    ),
    "RemovalPolicy": (
        {"RemovalPolicy": "RETAIN_ON_UPDATE_OR_DELETE"},
        {
            "tags": {
                STACK_ID_TAG: STACK_ID,
                LOGICAL_ID_TAG: "Vault",
                "cfn-backup-provider:removal-policy": "RETAIN_ON_UPDATE_OR_DELETE",
            }
        },
    ),
}

SCANNER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/scanner"
COPIES = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:copies"

PLAN_CHANGES: Mapping[str, tuple[dict[str, Any], Mapping[str, Any]]] = {
    "BackupPlanName": ({"BackupPlanName": "mine"}, {"BackupPlanName": "mine"}),
    "WindowsVss": (
        {"WindowsVss": True},
        {"AdvancedBackupSettings": [{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}]},
    ),
    "AdvancedBackupSettings": (
        {"AdvancedBackupSettings": [{"ResourceType": "S3", "BackupOptions": {"BackupACLs": "disabled"}}]},
        {"AdvancedBackupSettings": [{"ResourceType": "S3", "BackupOptions": {"BackupACLs": "disabled"}}]},
    ),
    "ScanSettings": (
        {
            "ScanSettings": [
                {"MalwareScanner": "GUARDDUTY", "ResourceTypes": ["EBS"], "ScannerRoleArn": SCANNER_ROLE}
            ]
        },
        {
            "ScanSettings": [
                {"MalwareScanner": "GUARDDUTY", "ResourceTypes": ["EBS"], "ScannerRoleArn": SCANNER_ROLE}
            ]
        },
    ),
    "BackupPlanTags": (
        {"BackupPlanTags": {"team": "red"}},
        {
            "tags": {
                STACK_ID_TAG: STACK_ID,
                LOGICAL_ID_TAG: "Plan",
                SELECTIONS_FROM_TAG: "Account",
                "team": "red",
            }
        },
    ),
}

RULE_CHANGES: Mapping[str, tuple[dict[str, Any], Mapping[str, Any]]] = {
    "TargetBackupVault": ({"TargetBackupVault": "mine"}, {"TargetBackupVaultName": "mine"}),
    "ScheduleExpression": (
        {"ScheduleExpression": "cron(0 9 * * ? *)"},
        {"ScheduleExpression": "cron(0 9 * * ? *)"},
    ),
    "ScheduleExpressionTimezone": (
        {"ScheduleExpressionTimezone": "Europe/Berlin"},
        {"ScheduleExpressionTimezone": "Europe/Berlin"},
    ),
    "a time zone behind UTC in the alphabet": (
        {"ScheduleExpressionTimezone": "W-SU"},
        {"ScheduleExpressionTimezone": "W-SU"},
    ),
    "StartWindowMinutes": ({"StartWindowMinutes": 60}, {"StartWindowMinutes": 60}),
    "CompletionWindowMinutes": ({"CompletionWindowMinutes": 600}, {"CompletionWindowMinutes": 600}),
    "DeleteAfterDays": ({"Lifecycle": {"DeleteAfterDays": 9}}, {"Lifecycle": {"DeleteAfterDays": 9}}),
    "Lifecycle": (
        {
            "Lifecycle": {
                "DeleteAfterDays": 130,
                "MoveToColdStorageAfterDays": 40,
                "OptInToArchiveForSupportedResources": True,
            }
        },
        {
            "Lifecycle": {
                "DeleteAfterDays": 130,
                "MoveToColdStorageAfterDays": 40,
                "OptInToArchiveForSupportedResources": True,
            }
        },
    ),
    "CopyActions": (
        {"CopyActions": [{"DestinationBackupVaultArn": COPIES, "Lifecycle": {"DeleteAfterDays": 9}}]},
        {"CopyActions": [{"DestinationBackupVaultArn": COPIES, "Lifecycle": {"DeleteAfterDays": 9}}]},
    ),
    "EnableContinuousBackup": (
        {"EnableContinuousBackup": True},
        {"EnableContinuousBackup": True, "Lifecycle": {"DeleteAfterDays": 35}},
    ),
    "RecoveryPointTags": ({"RecoveryPointTags": {"a": "b"}}, {"RecoveryPointTags": {"a": "b"}}),
    "IndexActions": (
        {"IndexActions": [{"ResourceTypes": ["S3"]}]},
        {"IndexActions": [{"ResourceTypes": ["S3"]}]},
    ),
    "TargetLogicallyAirGappedBackupVaultArn": (
        {"TargetLogicallyAirGappedBackupVaultArn": COPIES},
        {"TargetLogicallyAirGappedBackupVaultArn": COPIES},
    ),
    "Preset": (
        {"Preset": "weekly"},
        {"ScheduleExpression": "cron(0 1 * * ? *)", "Lifecycle": {"DeleteAfterDays": 90}},
    ),
}

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"

S3_POLICY = ["AWSBackupServiceRolePolicyForS3Backup"]

BACKUP_POLICY = ["service-role/AWSBackupServiceRolePolicyForBackup"]

CONDITION = {"ConditionKey": "aws:ResourceTag/stage", "ConditionValue": "prod"}

SELECTION_CHANGES: Mapping[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "SelectionName": ({"SelectionName": "Mine"}, {"SelectionName": "Mine"}, BACKUP_POLICY),
    "Resources": (
        {"Resources": [{"S3Bucket": "b"}]},
        {"Resources": ["arn:aws:s3:::b"]},
        S3_POLICY + BACKUP_POLICY,
    ),
    "Tag": (
        {"Resources": [{"Tag": {"Key": "a", "Value": "b"}}]},
        {
            "Resources": [],
            "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}],
        },
        S3_POLICY + BACKUP_POLICY,
    ),
    "MatchAllTags": (
        {"Resources": [{"MatchAllTags": {"stage": "prod"}}]},
        {
            "Resources": ["*"],
            "Conditions": {
                "StringEquals": [CONDITION],
                "StringNotEquals": [],
                "StringLike": [],
                "StringNotLike": [],
            },
        },
        S3_POLICY + BACKUP_POLICY,
    ),
    "NotResources": ({"NotResources": [TABLE]}, {"NotResources": [TABLE]}, BACKUP_POLICY),
    "ListOfTags": (
        {"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}]},
        {"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}]},
        S3_POLICY + BACKUP_POLICY,
    ),
    "Conditions": (
        {"Conditions": {"StringNotLike": [CONDITION]}},
        {
            "Conditions": {
                "StringEquals": [],
                "StringNotEquals": [],
                "StringLike": [],
                "StringNotLike": [CONDITION],
            }
        },
        BACKUP_POLICY,
    ),
}
