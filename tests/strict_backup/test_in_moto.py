"""The mount in moto."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local_aws.strict_backup import StrictBackupService, Switches
from local_aws.strict_backup.in_moto import strict_backup

from .conftest import REGION, TRUSTS_BACKUP, Client, plan_document


def test_it_takes_the_place_of_moto_and_gives_it_back(clients: dict[str, Client]) -> None:
    backup = clients["backup"]
    with mock_aws():
        # GIVEN
        with strict_backup(), pytest.raises(ClientError, match="AccessDenied"):
            backup.describe_backup_vault(BackupVaultName="nowhere")

        # WHEN it has ended THEN moto answers
        with pytest.raises(ClientError, match="ResourceNotFound"):
            backup.describe_backup_vault(BackupVaultName="nowhere")


def test_each_use_begins_empty(clients: dict[str, Client]) -> None:
    for _ in range(2):
        with mock_aws(), strict_backup() as service:
            clients["backup"].create_backup_vault(BackupVaultName="daily")
            assert len(service.calls) == 1


@mock_aws
@strict_backup(switches=Switches(vault_quota=0))
def test_it_is_a_decorator_with_switches() -> None:
    with pytest.raises(ClientError, match="LimitExceeded"):
        boto3.client("backup", region_name=REGION).create_backup_vault(BackupVaultName="daily")


def test_regions_are_those_of_the_client(session: boto3.Session) -> None:
    with mock_aws(), strict_backup():
        # GIVEN
        ireland, china = session.client("backup"), session.client("backup", region_name="cn-north-1")

        # WHEN
        arn = china.create_backup_vault(BackupVaultName="daily")["BackupVaultArn"]

        # THEN
        assert arn.startswith("arn:aws-cn:backup:cn-north-1:")
        assert ireland.list_backup_vaults()["BackupVaultList"] == []


def test_accounts_are_those_of_the_credentials(session: boto3.Session) -> None:
    with mock_aws(), strict_backup() as service:
        # GIVEN
        other = session.client("sts").assume_role(
            RoleArn="arn:aws:iam::111122223333:role/other", RoleSessionName="test"
        )["Credentials"]

        # WHEN
        made = boto3.client(
            "backup",
            region_name=REGION,
            aws_access_key_id=other["AccessKeyId"],
            aws_secret_access_key=other["SecretAccessKey"],
            aws_session_token=other["SessionToken"],
        ).create_backup_vault(BackupVaultName="daily")

        # THEN
        assert made["BackupVaultArn"] == f"arn:aws:backup:{REGION}:111122223333:backup-vault:daily"
        assert [call.account for call in service.calls] == ["111122223333"]


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("service-role/AWSBackupServiceRolePolicyForBackup", True),
        ("AWSBackupServiceRolePolicyForS3Backup", False),
    ],
)
def test_managed_policies_of_aws_count(clients: dict[str, Client], policy: str, allowed: bool) -> None:
    """S5"""
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}), strict_backup():
        # GIVEN
        backup, iam = clients["backup"], clients["iam"]
        trust = json.dumps(TRUSTS_BACKUP)
        role = iam.create_role(RoleName="backup", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.attach_role_policy(RoleName="backup", PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        plan = backup.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"]
        tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}
        selection = {"SelectionName": "all", "IamRoleArn": role, "ListOfTags": [tag]}

        # WHEN / THEN
        if allowed:
            backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection)
        else:
            with pytest.raises(ClientError, match="not authorized to call tag:GetResources"):
                backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection)


def test_customer_managed_policies_count(
    backup: Client, service: StrictBackupService, clients: dict[str, Client], plan: str
) -> None:
    """S5"""
    # GIVEN
    iam = clients["iam"]
    role = iam.create_role(RoleName="backup", AssumeRolePolicyDocument=json.dumps(TRUSTS_BACKUP))["Role"][
        "Arn"
    ]
    statement = {"Effect": "Allow", "Action": ["tag:Get*"], "Resource": ["*"]}
    policy = iam.create_policy(
        PolicyName="tags", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement})
    )
    iam.attach_role_policy(RoleName="backup", PolicyArn=policy["Policy"]["Arn"])
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}

    # WHEN / THEN
    backup.create_backup_selection(
        BackupPlanId=plan,
        BackupSelection={"SelectionName": "all", "IamRoleArn": role, "ListOfTags": [tag]},
    )
