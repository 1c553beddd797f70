"""The IAM policy that each command prints is enough for it, where IAM is enforced."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_aws import read_back
from local_aws.instance import ROOT, Instance
from local_aws.stacks import Stacks

pytestmark = pytest.mark.e2e
CFN_BACKUP = str(Path(ROOT, ".venv", "bin", "cfn-backup"))
TEMPLATE = """
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Vault:
    Type: Custom::BackupVault
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupVault
      RemovalPolicy: DESTROY
      Notifications: {SNSTopicArn: !Ref Topic, ManageTopicPolicy: false}
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      BackupVault: !Ref Vault
      Preset: daily35DayRetention
      Selections: [{SelectionName: all, Resources: ["*"]}]
"""
Allowed = Callable[[str], dict[str, str]]


@pytest.fixture
def allowed(local: Instance) -> Allowed:
    """The environment of a user who may do what a policy says, and nothing else."""
    iam = read_back.client(local, "iam")

    def user(policy: str) -> dict[str, str]:
        name = f"author-{os.urandom(4).hex()}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="printed", PolicyDocument=policy)
        key: Any = iam.create_access_key(UserName=name)["AccessKey"]
        return {
            **local.environment(),
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    return user


def cfn_backup(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CFN_BACKUP, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def stack(stacks: Stacks) -> str:
    stacks.create("policies", TEMPLATE)
    return "policies"


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "policies"),
        ("coverage",),
        ("drift", "policies"),
        ("drift", "policies", "--repair"),
        ("adopt", "--all"),
    ],
    ids=" ".join,
)
def test_the_printed_policy_is_enough(
    local: Instance, stack: str, allowed: Allowed, arguments: tuple[str, ...]
) -> None:
    # GIVEN
    policy = cfn_backup(local.environment(), *arguments, "--policy").stdout

    # WHEN
    answer = cfn_backup(allowed(policy), *arguments)

    # THEN
    assert answer.returncode in (0, 1), answer.stderr
    assert "not allowed" not in answer.stdout + answer.stderr
    assert "not looked at" not in answer.stdout


def test_without_it_nothing_can_be_looked_at(local: Instance, stack: str, allowed: Allowed) -> None:
    nothing = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}

    answer = cfn_backup(allowed(json.dumps(nothing)), "status", "policies")

    assert answer.returncode == 2
    assert "is not allowed" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
