"""Roles of the same template, and the vaults that outlive them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse
from cfn_backup_tools.validate.checking import check

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POLICY = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"


def template(role: dict[str, Any], vault: dict[str, Any]) -> dict[str, Any]:
    """A plan with a role and a vault of the template."""
    return {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": TRUST, "ManagedPolicyArns": [POLICY]},
                **role,
            },
            "Vault": {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "v1"}, **vault},
            "Plan": {
                "Type": "Custom::BackupPlan",
                "Properties": {
                    "ServiceToken": {"Fn::ImportValue": "cfn-backup-provider-BackupPlan"},
                    "Preset": "daily35DayRetention",
                    "BackupVault": {"Ref": "Vault"},
                    "Selections": [
                        {
                            "SelectionName": "Tables",
                            "Resources": ["arn:aws:dynamodb:*:*:table/*"],
                            "IamRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        }
                    ],
                },
            },
        }
    }


@pytest.mark.parametrize(
    ("role", "vault", "warned"),
    [
        ({}, {"DeletionPolicy": "Retain"}, True),
        ({"DeletionPolicy": "Retain"}, {"DeletionPolicy": "Retain"}, False),
        ({}, {"DeletionPolicy": "Delete"}, False),
    ],
)
def test_a_role_that_goes_while_its_points_stay(
    role: dict[str, Any], vault: dict[str, Any], warned: bool
) -> None:
    parsed = parse("t.json", json.dumps(template(role, vault)))

    found = [one.finding.code for one in check(parsed, Resolver(parsed, {})).findings]

    assert ("W9609" in found) is warned
