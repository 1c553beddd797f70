"""What is there, read back through the AWS API."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.instance import REGION, Instance
from local_aws.promises import Rule

if TYPE_CHECKING:
    from mypy_boto3_backup import BackupClient
    from mypy_boto3_backup.type_defs import GetBackupPlanOutputTypeDef
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iam import IAMClient


@dataclass(frozen=True)
class Clients:
    """boto3 clients of one instance."""

    backup: "BackupClient"
    cloudformation: "CloudFormationClient"
    dynamodb: "DynamoDBClient"
    iam: "IAMClient"


def clients(instance: Instance) -> Clients:
    """Clients with the instance's own credentials, whatever the caller's environment says."""
    return Clients(
        backup=client(instance, "backup"),
        cloudformation=client(instance, "cloudformation"),
        dynamodb=client(instance, "dynamodb"),
        iam=client(instance, "iam"),
    )


def client(instance: Instance, service: str) -> Any:
    """A client of that service of the instance, past any proxy."""
    variables = instance.variables()
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=instance.url,
        verify=variables["AWS_CA_BUNDLE"],
        region_name=REGION,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        config=Config(proxies={}, retries={"mode": "standard"}),
    )


@dataclass(frozen=True)
class Plan:
    """A backup plan with its rules."""

    plan_id: str
    arn: str
    name: str
    version_id: str
    rules: tuple[Rule, ...]
    vaults: frozenset[str]


@dataclass(frozen=True)
class Role:
    """A role with the policies attached to it."""

    arn: str
    name: str
    trusted: frozenset[str]
    policies: frozenset[str]


@dataclass(frozen=True)
class Selection:
    """A selection of a plan; tags are `key=value`."""

    selection_id: str
    name: str
    role_arn: str
    resources: frozenset[str]
    tags: frozenset[str]


def plan(backup: "BackupClient", plan_id: str) -> Plan | None:
    """The plan, or None if it is gone."""
    try:
        found: GetBackupPlanOutputTypeDef = backup.get_backup_plan(BackupPlanId=plan_id)
    except backup.exceptions.ResourceNotFoundException:
        return None
    document = found["BackupPlan"]
    rules = []
    for rule in document["Rules"]:
        lifecycle = rule.get("Lifecycle", {})
        delete, cold = lifecycle.get("DeleteAfterDays"), lifecycle.get("MoveToColdStorageAfterDays")
        rules.append(Rule(rule["RuleName"], rule.get("ScheduleExpression", ""), delete, cold))
    return Plan(
        found["BackupPlanId"],
        found["BackupPlanArn"],
        document["BackupPlanName"],
        found["VersionId"],
        tuple(rules),
        frozenset(rule["TargetBackupVaultName"] for rule in document["Rules"]),
    )


def vault_arn(backup: "BackupClient", name: str) -> str | None:
    """The vault's ARN, or None if there is none of that name."""
    listed = backup.get_paginator("list_backup_vaults").paginate()
    arns = {
        vault["BackupVaultName"]: vault["BackupVaultArn"]
        for page in listed
        for vault in page["BackupVaultList"]
    }
    return arns.get(name)


def selections(backup: "BackupClient", plan_id: str) -> list[Selection]:
    """The plan's selections, by name."""
    found = []
    for page in backup.get_paginator("list_backup_selections").paginate(BackupPlanId=plan_id):
        for listed in page["BackupSelectionsList"]:
            selection_id = listed["SelectionId"]
            selection = backup.get_backup_selection(BackupPlanId=plan_id, SelectionId=selection_id)[
                "BackupSelection"
            ]
            tags = {
                f"{tag['ConditionKey']}={tag['ConditionValue']}" for tag in selection.get("ListOfTags", [])
            }
            found.append(
                Selection(
                    selection_id,
                    selection["SelectionName"],
                    selection["IamRoleArn"],
                    frozenset(selection.get("Resources", [])),
                    frozenset(tags),
                )
            )
    return sorted(found, key=lambda selection: selection.name)


def role(iam: "IAMClient", name: str) -> Role | None:
    """The role, or None if it is gone."""
    try:
        found = iam.get_role(RoleName=name)["Role"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            return None
        raise
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    # boto3 decodes the document, which its stubs describe as one of an identity policy.
    trust: Any = found["AssumeRolePolicyDocument"]
    trusted = frozenset(statement["Principal"]["Service"] for statement in trust["Statement"])
    return Role(
        found["Arn"], found["RoleName"], trusted, frozenset(policy["PolicyArn"] for policy in attached)
    )
