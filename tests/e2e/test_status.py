"""``cfn-backup status`` as an author runs it, of stacks that the provider deployed on the local AWS."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.instance import ROOT, Instance
from local_aws.stacks import Stacks
from tests.e2e.conftest import Cli, ask_strict_backup

pytestmark = pytest.mark.e2e

TEMPLATE = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      Preset: daily35DayRetention
      DefaultVault: {RemovalPolicy: DESTROY}
      Selections:
        - SelectionName: all
          Resources: [{DynamoDBTable: !Ref Table}, {S3Bucket: !Ref Bucket}]
Outputs:
  Bucket: {Value: !Ref Bucket}
"""


@pytest.fixture
def jobs_run(local: Instance) -> Iterator[None]:
    ask_strict_backup(local, "switches", "PUT", b'{"scheduled_jobs": true}')
    yield
    ask_strict_backup(local, "switches", "PUT", b'{"scheduled_jobs": false}')


def status(local: Instance, *arguments: str) -> tuple[int, Any]:
    command = [str(Path(ROOT, ".venv", "bin", "cfn-backup")), "status", *arguments, "--json"]
    answer = subprocess.run(command, env=local.environment(), capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr
    return answer.returncode, json.loads(answer.stdout)


def test_a_deployed_stack_is_well_until_its_bucket_loses_its_versions(
    local: Instance, stacks: Stacks, aws: Cli, jobs_run: None
) -> None:
    # GIVEN
    bucket = stacks.create("status", TEMPLATE)["Bucket"]
    ask_strict_backup(local, "clock", "POST", json.dumps({"Days": 1}).encode())

    # WHEN
    well = status(local, "status")
    suspended = ("--versioning-configuration", "Status=Suspended")
    aws("s3api", "put-bucket-versioning", "--bucket", bucket, *suspended, parsed=False)
    ask_strict_backup(local, "clock", "POST", json.dumps({"Days": 1}).encode())
    bad = status(local, "status")

    # THEN
    assert well[0] == 0, well[1]
    assert {row["lastJob"]["state"] for row in well[1]["resources"]} == {"COMPLETED"}
    assert bad[0] == 1
    assert [finding["kind"] for finding in bad[1]["findings"]] == ["VersioningOff"]
    assert bad[1]["findings"][0]["logicalId"] == "Plan"
