"""What is correct is never refused: shapes as the CDK, the guides and public templates write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cfn_backup.rules import read_plan, read_selection, read_vault
from cfn_backup.written.findings import Findings
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import load
from cfn_backup_tools.validate.checking import check
from tests.rules.reading import HERE, codes, found_in_plan, found_in_selection, found_in_vault

ROOT = Path(__file__).resolve().parents[2]
VAULT = {"Fn::GetAtt": ["Vault1A2B3C4D", "BackupVaultName"]}
ACCOUNT_ROOT = {
    "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::", {"Ref": "AWS::AccountId"}, ":root"]]
}
READERS: dict[str, Any] = {
    "Custom::BackupPlan": read_plan,
    "Custom::BackupVault": read_vault,
    "Custom::BackupSelection": read_selection,
}

PLANS = [
    {
        "BackupPlanName": "Plan",
        "BackupPlanRules": [
            {"RuleName": "PlanRule0", "TargetBackupVault": VAULT},
            {
                "RuleName": "Daily",
                "ScheduleExpression": "cron(0 5 * * ? *)",
                "Lifecycle": {"DeleteAfterDays": 35},
                "TargetBackupVault": VAULT,
            },
            {
                "RuleName": "everything",
                "ScheduleExpression": "cron(30 2 ? * SUN *)",
                "ScheduleExpressionTimezone": "America/New_York",
                "StartWindowMinutes": 60,
                "CompletionWindowMinutes": 180,
                "Lifecycle": {"DeleteAfterDays": 120, "MoveToColdStorageAfterDays": 30},
                "CopyActions": [
                    {
                        "DestinationBackupVaultArn": {"Fn::GetAtt": ["Copy", "BackupVaultArn"]},
                        "Lifecycle": {"DeleteAfterDays": 200, "MoveToColdStorageAfterDays": 110},
                    }
                ],
                "EnableContinuousBackup": False,
                "RecoveryPointTags": {"env": "prod", "n": 1},
                "IndexActions": [{"ResourceTypes": ["S3"]}],
                "TargetBackupVault": VAULT,
            },
            {"RuleName": "empty-lists", "CopyActions": [], "IndexActions": [], "RecoveryPointTags": {}},
            {
                "RuleName": "retention",
                "Lifecycle": {"DeleteAfterDays": {"Ref": "Days"}},
                "TargetBackupVault": "Default",
            },
        ],
        "AdvancedBackupSettings": [{"BackupOptions": {"WindowsVSS": "enabled"}, "ResourceType": "EC2"}],
        "BackupPlanTags": {"team": "data"},
    },
    {
        # retention that both sides of a condition give
        "BackupPlanRules": [
            {
                "RuleName": {"Fn::Sub": "${AWS::StackName}-rule"},
                "Lifecycle": {"Fn::If": ["Prod", {"DeleteAfterDays": 365}, {"Ref": "AWS::NoValue"}]},
                "TargetBackupVault": {"Fn::If": ["Prod", "prod-vault", {"Ref": "Vault"}]},
            }
        ]
    },
    # completion window shorter than start window plus an hour: only doubtful elsewhere; lists of everything
    # that is empty
    {"Preset": "daily35DayRetention", "Selections": [], "ScanSettings": [], "AdvancedBackupSettings": []},
    {"Preset": "dailyWeeklyMonthly7YearRetention", "BackupVault": {"Fn::ImportValue": "central-vault"}},
]

SELECTIONS = [
    {"Resources": [{"Fn::GetAtt": ["Table", "Arn"]}], "IamRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
    {"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": True}]},
    {"Resources": ["*"], "NotResources": ["arn:aws:ec2:*:*:volume/*", "arn:aws:fsx:*"], "Conditions": {}},
    {
        "Resources": [
            "arn:aws:fsx:*",
            "arn:aws:rds:*:*:cluster:my-aurora-cluster",
            "arn:aws:s3:::my-bucket-*",
        ],
        "Conditions": {
            "StringNotEquals": [{"ConditionKey": "aws:ResourceTag/stage", "ConditionValue": "test"}],
            "StringLike": [{"ConditionKey": "aws:ResourceTag/key1", "ConditionValue": "*include*"}],
        },
    },
    {"Resources": ["arn:aws:ec2:::instance/*", "arn:aws:rds:::cluster:*"]},
    {"Resources": {"Fn::Split": [",", {"Ref": "Arns"}]}},
    {"Resources": [{"Fn::Sub": "arn:${AWS::Partition}:ec2:*:*:volume/*"}, {"Fn::ImportValue": "orders"}]},
]

VAULTS = [
    {"BackupVaultName": "SVaultB6D50ADD"},
    {
        "BackupVaultName": "everything",
        "EncryptionKeyArn": {"Fn::GetAtt": ["Key", "Arn"]},
        "LockConfiguration": {"MinRetentionDays": 30, "MaxRetentionDays": 30},
        "Notifications": {"SNSTopicArn": {"Ref": "Topic"}, "BackupVaultEvents": ["BACKUP_JOB_COMPLETED"]},
        "AccessPolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
                    "Resource": "*",
                },
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": ACCOUNT_ROOT},
                    "Action": "backup:CopyIntoBackupVault",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
                },
                {
                    "Fn::If": [
                        "Cond",
                        {"Effect": "Deny", "Action": "backup:DeleteRecoveryPoint"},
                        {"Ref": "AWS::NoValue"},
                    ]
                },
            ],
        },
    },
    {
        "BackupVaultTags": {"a": "b"},
        "Notifications": {"Fn::If": ["C", {"SNSTopicArn": {"Ref": "Topic"}}, {"Ref": "AWS::NoValue"}]},
    },
]


@pytest.mark.parametrize("properties", PLANS)
def test_plans(properties: Any) -> None:
    assert found_in_plan(properties, symbolic=True).errors == ()


@pytest.mark.parametrize("properties", SELECTIONS)
def test_selections(properties: Any) -> None:
    written = {"BackupPlanId": {"Ref": "Plan"}, "SelectionName": "resources", **properties}
    assert codes(found_in_selection(written, symbolic=True)) == []


@pytest.mark.parametrize("properties", VAULTS)
def test_vaults(properties: Any) -> None:
    assert codes(found_in_vault(properties, symbolic=True)) == []


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda file: file.stem)
def test_examples(example: Path) -> None:
    template = load(str(example))

    checked = check(template, Resolver(template, {}))

    assert checked.resources
    assert [str(one) for one in checked.findings if one.is_error] == []


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_values_arrive_as_strings(reader: Any) -> None:
    # GIVEN ServiceToken and ServiceTimeout among the properties, as CloudFormation sends them
    properties = {
        "ServiceToken": "arn",
        "ServiceTimeout": "600",
        "BackupPlanId": "p",
        "Preset": "daily35DayRetention",
    }
    known = {"ServiceToken", "ServiceTimeout"} | (
        {"Preset"} if reader is read_plan else {"BackupPlanId"} if reader is read_selection else set()
    )

    # THEN they are nobody's business
    findings = Findings()
    reader({name: value for name, value in properties.items() if name in known}, HERE, findings)
    assert not [problem for problem in findings.found if problem.code == "E9001"]
