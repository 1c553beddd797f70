"""An account under moto with the strict AWS Backup in it, whose jobs run, and stacks made up by tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3

from cfn_backup_tools.account.calls import Calls, Pace, Refused
from local_aws.strict_backup import ManualClock, Resource, StrictBackupService

ACCOUNT, REGION = "123456789012", "eu-west-1"
BACKUP_POLICY = "service-role/AWSBackupServiceRolePolicyForBackup"
S3_POLICY = "AWSBackupServiceRolePolicyForS3Backup"
START = datetime(2027, 1, 1, tzinfo=UTC)
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
Member = tuple[str, str, str]
_clients: dict[str, Any] = {}
"""Made once, under moto: that costs more than most tests."""


def client(name: str) -> Any:
    if name not in _clients:
        _clients[name] = boto3.client(name, region_name=REGION)  # type: ignore[call-overload]
    return _clients[name]


class CallsOfStacks(Calls):
    """Calls to moto, but for CloudFormation, which tells of the stacks that a test made up."""

    def __init__(self, stacks: Mapping[str, Any], statuses: Mapping[str, str] | None = None) -> None:
        super().__init__(REGION, pace=Pace(sleep=lambda _: None))
        self._clients = _clients
        self._stacks = stacks
        self._statuses = statuses or {}

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        if (service, operation) != ("cloudformation", "DescribeStacks"):
            return super().call(service, operation, **parameters)
        name = parameters["StackName"]
        name = name.split("/")[1] if "/" in name else name
        if name not in self._stacks:
            raise Refused("ValidationError", f"Stack with id {name} does not exist")
        arn = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/0a1b2c3d-0000-1111-2222-333344445555"
        return {"Stacks": [{"StackName": name, "StackId": arn, "StackStatus": self.status_of(name)}]}

    def status_of(self, name: str) -> str:
        return self._statuses.get(name, "UPDATE_COMPLETE")

    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        if (service, operation) != ("cloudformation", "ListStackResources"):
            yield from super().pages(service, operation, **parameters)
            return
        members = self._stacks[parameters["StackName"].split("/")[1]]
        yield {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": logical_id,
                    "ResourceType": kind,
                    "PhysicalResourceId": physical_id,
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for logical_id, kind, physical_id in members
            ]
        }


@dataclass
class World:
    """Makes what a story needs, both in moto and for the jobs of the strict service."""

    service: StrictBackupService
    clock: ManualClock
    stacks: dict[str, list[Member]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)

    def client(self, name: str) -> Any:
        return client(name)

    def calls(self) -> CallsOfStacks:
        return CallsOfStacks(self.stacks, self.statuses)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def days_pass(self, days: float = 1) -> None:
        """Time goes by, and what was due happens."""
        self.clock.advance(days=days)
        self.client("backup").list_backup_vaults()

    def table(self, name: str = "orders", *, tags: Mapping[str, str] | None = None, **backup: Any) -> str:
        """A DynamoDB table; ``backup`` says how a backup of it goes."""
        self.client("dynamodb").create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=_listed(tags or {}),
        )
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
        self._known(Resource(arn, dict(tags or {}), **backup))
        return arn

    def bucket(self, name: str = "photos", *, versioned: bool = True, events: bool = True) -> str:
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        if events:
            s3.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )
        arn = f"arn:aws:s3:::{name}"
        self._known(Resource(arn, versioned=versioned))
        return arn

    def _known(self, resource: Resource) -> None:
        self.service.put_resources(resource, account=ACCOUNT, region=REGION)

    def role(self, name: str = "backup", *policies: str, trust: Any = _TRUST) -> str:
        iam = self.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        for policy in policies or (BACKUP_POLICY, S3_POLICY):
            iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        return arn

    def vault(self, name: str = "daily") -> str:
        """With a key of its own: moto's KMS has no ``aws/backup``."""
        key = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.client("backup").create_backup_vault(BackupVaultName=name, EncryptionKeyArn=key)
        return name

    def plan(self, *rules: Mapping[str, Any], name: str = "plan") -> str:
        document = {"BackupPlanName": name, "Rules": [dict(rule) for rule in rules or (rule(),)]}
        plan_id: str = self.client("backup").create_backup_plan(BackupPlan=document)["BackupPlanId"]
        return plan_id

    def selection(self, plan_id: str, role: str, **document: Any) -> str:
        whole = {"SelectionName": "all", "IamRoleArn": role, **document}
        made = self.client("backup").create_backup_selection(BackupPlanId=plan_id, BackupSelection=whole)
        return f"{made['SelectionId']}_{plan_id}"

    def stack(self, plan_id: str, name: str = "shop") -> None:
        self.stacks[name] = [("Plan", "Custom::BackupPlan", plan_id)]


def rule(**members: Any) -> dict[str, Any]:
    """The preset rule Daily, with other members over it."""
    return {
        "RuleName": "Daily",
        "TargetBackupVaultName": "daily",
        "ScheduleExpression": "cron(0 5 * * ? *)",
        "Lifecycle": {"DeleteAfterDays": 35},
        **members,
    }


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
