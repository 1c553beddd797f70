"""Backup jobs of the local AWS: they find its own resources, and their events reach its EventBridge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from local_aws.instance import REGION, Instance
from tests.e2e.conftest import ask_strict_backup

TRUSTS_BACKUP = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
BACKUP_POLICY = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"


@pytest.fixture
def session(local: Instance, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    return boto3.Session(region_name=REGION)


@pytest.fixture
def jobs_run(local: Instance) -> Iterator[None]:
    ask_strict_backup(local, "switches", "PUT", json.dumps({"scheduled_jobs": True}).encode())
    yield
    ask_strict_backup(local, "switches", "PUT", json.dumps({"scheduled_jobs": False}).encode())


@pytest.mark.e2e
def test_a_table_is_backed_up_and_a_bucket_is_not(
    local: Instance, session: boto3.Session, jobs_run: None
) -> None:
    # GIVEN a role without the policy for S3
    iam, backup = session.client("iam"), session.client("backup")
    session.client("dynamodb").create_table(
        TableName="jobs",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "jobs", "Value": "yes"}],
    )
    s3 = session.client("s3")
    s3.create_bucket(Bucket="jobs-bucket")
    s3.put_bucket_tagging(Bucket="jobs-bucket", Tagging={"TagSet": [{"Key": "jobs", "Value": "yes"}]})
    role = iam.create_role(RoleName="jobs", AssumeRolePolicyDocument=json.dumps(TRUSTS_BACKUP))["Role"]["Arn"]
    iam.attach_role_policy(RoleName="jobs", PolicyArn=BACKUP_POLICY)
    backup.create_backup_vault(BackupVaultName="jobs")
    rule: Any = {
        "RuleName": "Daily",
        "TargetBackupVaultName": "jobs",
        "ScheduleExpression": "cron(0 5 * * ? *)",
    }
    plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "jobs", "Rules": [rule]})["BackupPlanId"]
    backup.create_backup_selection(
        BackupPlanId=plan,
        BackupSelection={
            "SelectionName": "tagged",
            "IamRoleArn": role,
            "ListOfTags": [
                {"ConditionType": "STRINGEQUALS", "ConditionKey": "jobs", "ConditionValue": "yes"}
            ],
        },
    )
    sqs, events = session.client("sqs"), session.client("events")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    pattern = {"source": ["aws.backup"], "detail": {"state": ["COMPLETED", "FAILED"]}}
    events.put_rule(Name="jobs", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="jobs", Targets=[{"Id": "queue", "Arn": queue_arn}])

    # WHEN
    ask_strict_backup(local, "clock", "POST", json.dumps({"Days": 1}).encode())
    jobs = backup.list_backup_jobs(ByBackupVaultName="jobs")["BackupJobs"]

    # THEN
    assert {(job["ResourceType"], job["State"]) for job in jobs} == {
        ("DynamoDB", "COMPLETED"),
        ("S3", "FAILED"),
    }
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    seen = {json.loads(message["Body"])["detail"]["state"] for message in received}
    assert seen == {"COMPLETED", "FAILED"}
