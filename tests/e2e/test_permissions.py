"""The functions' roles allow what the functions do and are refused anything else."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_aws import read_back
from local_aws.instance import Instance
from local_aws.read_back import Clients
from tests.e2e.conftest import zipped

pytestmark = pytest.mark.e2e

# Runs under the role of a function of the provider and says how each call was answered.
PROBE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    answers = []
    for service, operation, parameters in event:
        try:
            getattr(boto3.client(service), operation)(**parameters)
            answers.append("allowed")
        except ClientError as error:
            answers.append(error.response["Error"]["Code"])
    return answers
"""
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}
OURS = "cfn-backup-provider"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})

Call = tuple[str, str, dict[str, Any]]
Probe = Callable[[str, list[Call]], list[str]]


@pytest.fixture(scope="module")
def probe(local: Instance, clients: Clients) -> Iterator[Probe]:
    """Make calls with the permissions of one of the provider's functions."""
    lambda_ = read_back.client(local, "lambda")
    resources = clients.cloudformation.describe_stack_resources(StackName=OURS)["StackResources"]
    functions = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources}
    made = []

    def call(function: str, calls: list[Call]) -> list[str]:
        role = lambda_.get_function(FunctionName=functions[function])["Configuration"]["Role"]
        name = f"probe-of-{function}"
        if name not in made:
            lambda_.create_function(
                FunctionName=name, Role=role, Runtime="python3.13", Handler="probe.handler", Timeout=60,
                Code={"ZipFile": zipped("probe.py", PROBE)},
            )  # fmt: skip
            made.append(name)
        answer = lambda_.invoke(FunctionName=name, Payload=json.dumps(calls).encode())
        answers: list[str] = json.load(answer["Payload"])
        assert "FunctionError" not in answer, answers
        return answers

    yield call
    for name in made:
        lambda_.delete_function(FunctionName=name)


def test_a_function_is_refused_what_is_outside_its_policy(probe: Probe, clients: Clients) -> None:
    calls: list[Call] = [
        ("dynamodb", "delete_table", {"TableName": "anything"}),
        ("backup", "delete_recovery_point", {
            "BackupVaultName": "vault",
            "RecoveryPointArn": "arn:aws:backup:us-east-1:000000000000:recovery-point:1"}),
        ("backup", "start_backup_job", {
            "BackupVaultName": "vault", "ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/t",
            "IamRoleArn": "arn:aws:iam::000000000000:role/r"}),
        ("s3", "list_buckets", {}),
        ("iam", "create_role", {"RoleName": "outside", "AssumeRolePolicyDocument": TRUST}),
        ("iam", "create_user", {"UserName": "anybody"}),
        ("iam", "put_role_policy", {"RoleName": "outside", "PolicyName": "p", "PolicyDocument": TRUST}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::000000000000:role/r", "RoleSessionName": "session"}),
    ]  # fmt: skip
    answers = probe("BackupPlanFunction", calls)
    assert dict(zip([f"{c[0]}:{c[1]}" for c in calls], [a in DENIED for a in answers], strict=True)) == {
        f"{service}:{operation}": True for service, operation, _ in calls
    }, answers


def test_a_role_of_ours_can_be_given_policies_of_backup_and_no_other(probe: Probe, clients: Clients) -> None:
    backup = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
    resources = clients.cloudformation.describe_stack_resources(StackName=OURS)["StackResources"]
    [boundary] = [
        r["PhysicalResourceId"] for r in resources if r["LogicalResourceId"] == "BackupRoleBoundary"
    ]
    stack = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1"
    tags = {"cfn-backup-provider:stack-id": stack, "cfn-backup-provider:logical-id": "Plan"}
    name = "probed"
    answers = probe(
        "BackupPlanFunction",
        [
            (
                "iam",
                "create_role",
                {
                    "RoleName": name,
                    "Path": f"/{OURS}/",
                    "AssumeRolePolicyDocument": TRUST,
                    "PermissionsBoundary": boundary,
                    "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                },
            ),
            ("iam", "attach_role_policy", {"RoleName": name, "PolicyArn": backup}),
            ("iam", "attach_role_policy", {"RoleName": name, "PolicyArn": ADMINISTRATOR}),
            ("iam", "detach_role_policy", {"RoleName": name, "PolicyArn": backup}),
            ("iam", "delete_role", {"RoleName": name}),
        ],
    )
    assert answers == ["allowed", "allowed", "AccessDenied", "allowed", "allowed"]


def test_the_vault_function_touches_neither_plans_nor_roles(probe: Probe) -> None:
    answers = probe(
        "BackupVaultFunction",
        [
            ("backup", "list_backup_vaults", {}),
            ("backup", "delete_backup_plan", {"BackupPlanId": "any"}),
            ("iam", "create_role", {"RoleName": "r", "Path": f"/{OURS}/", "AssumeRolePolicyDocument": TRUST}),
        ],
    )
    assert answers[0] == "allowed"
    assert set(answers[1:]) <= DENIED


def test_the_failure_responder_may_do_nothing_with_backup(probe: Probe) -> None:
    answers = probe(
        "FailureResponderFunction", [("backup", "list_backup_vaults", {}), ("iam", "list_roles", {})]
    )
    assert set(answers) <= DENIED
