"""The IAM policy that each command needs, as ``--policy`` prints it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from cfn_backup_tools.account.resources import KINDS

_TAGS = "tag:GetResources"
INVENTORY = (*sorted({kind.action for kind in KINDS}), _TAGS)
STACKS = ("cloudformation:DescribeStacks", "cloudformation:ListStackResources")
PLANS = ("backup:GetBackupPlan", "backup:GetBackupSelection", "backup:ListBackupSelections")
STATUS = (
    *STACKS,
    *PLANS,
    *INVENTORY,
    "backup:DescribeBackupVault",
    "backup:DescribeRegionSettings",
    "backup:GetBackupVaultNotifications",
    "backup:ListBackupJobs",
    "backup:ListBackupPlans",
    "backup:ListCopyJobs",
    "backup:ListProtectedResourcesByBackupVault",
    "iam:GetRole",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "kms:DescribeKey",
    "s3:GetBucketNotification",
    "s3:GetBucketVersioning",
    "sns:GetTopicAttributes",
)
START = ("backup:DescribeBackupJob", "backup:StartBackupJob", "iam:PassRole")
COVERAGE = (
    *PLANS,
    *INVENTORY,
    "backup:DescribeRegionSettings",
    "backup:ListBackupPlans",
)

DRIFT = (
    *STACKS,
    *PLANS,
    "backup:DescribeBackupVault",
    "backup:GetBackupVaultAccessPolicy",
    "backup:GetBackupVaultNotifications",
    "backup:ListTags",
    "iam:GetRole",
    "iam:ListAttachedRolePolicies",
    "kms:DescribeKey",
    "sns:GetTopicAttributes",
    "ssm:GetParametersByPath",
)
REPAIR = (
    "backup:CreateBackupSelection",
    "backup:PutBackupVaultAccessPolicy",
    "backup:PutBackupVaultLockConfiguration",
    "backup:PutBackupVaultNotifications",
    "backup:TagResource",
    "backup:UpdateBackupPlan",
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:PassRole",
    "iam:TagRole",
    "iam:UpdateAssumeRolePolicy",
    "sns:SetTopicAttributes",
)

ADOPT = (
    *PLANS,
    "backup:DescribeBackupVault",
    "backup:GetBackupVaultAccessPolicy",
    "backup:GetBackupVaultNotifications",
    "backup:ListBackupPlans",
    "backup:ListBackupVaults",
    "backup:ListTags",
    "kms:DescribeKey",
)


def policy(actions: Sequence[str]) -> str:
    """An IAM policy document that allows these actions, as JSON."""
    statement = {"Effect": "Allow", "Action": sorted(set(actions)), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def of_command(command: str, options: argparse.Namespace) -> Sequence[str]:
    """What a command needs with these options."""
    if command == "status":
        return (*STATUS, *START) if options.start else STATUS
    if command == "drift":
        return (*DRIFT, *REPAIR) if options.repair else DRIFT
    return ADOPT if command == "adopt" else COVERAGE
