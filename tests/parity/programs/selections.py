"""Selections: every factory of ``BackupResource`` with what it can be given, tags, names and roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.parity.programs.program import Program, Programs, custom, plan, selection

VAULT = "existing-vault"
OURS = plan(Preset="daily35DayRetention", BackupVault=VAULT)
ACCOUNT = "111122223333"


def _plan(stack: Any, cdk: Any) -> Any:
    vault = cdk.backup.BackupVault.from_backup_vault_name(stack, "V", VAULT)
    return cdk.backup.BackupPlan.daily35_day_retention(stack, "Plan", vault)


type Given = Callable[[Any, Any], Any]
"""Makes the ``BackupResource``."""


def _table(stack: Any, cdk: Any) -> Any:
    key = cdk.dynamodb.CfnTable.KeySchemaProperty(attribute_name="id", key_type="HASH")
    attribute = cdk.dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name="id", attribute_type="S")
    return cdk.dynamodb.CfnTable(
        stack, "Thing", billing_mode="PAY_PER_REQUEST", key_schema=[key], attribute_definitions=[attribute]
    )


TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
}
REF = {"Ref": "Thing"}


def _resource(factory: str, *arguments: Any) -> Given:
    """The resource from a factory; arguments that are functions get the stack and the CDK."""

    def make(stack: Any, cdk: Any) -> Any:
        given = [argument(stack, cdk) if callable(argument) else argument for argument in arguments]
        return getattr(cdk.backup.BackupResource, factory)(*given)

    return make


FACTORIES: Mapping[str, tuple[Given, Any, Mapping[str, Any]]] = {
    "arn": (
        _resource("from_arn", "arn:aws:dynamodb:us-east-1:111122223333:table/a"),
        "arn:aws:dynamodb:us-east-1:111122223333:table/a",
        {},
    ),
    "arn-map": (
        _resource("from_arn", "arn:aws:dynamodb:us-east-1:111122223333:table/a"),
        {"Arn": "arn:aws:dynamodb:us-east-1:111122223333:table/a"},
        {},
    ),
    "arn-wildcard": (_resource("from_arn", "arn:aws:ec2:*:*:volume/*"), "arn:aws:ec2:*:*:volume/*", {}),
    "table-arn": (
        _resource("from_dynamo_db_table", lambda s, c: c.dynamodb.Table.from_table_arn(
            s, "Thing", "arn:aws:dynamodb:us-east-1:111122223333:table/a")),
        {"DynamoDBTable": "arn:aws:dynamodb:us-east-1:111122223333:table/a"},
        {},
    ),
    "table-name": (
        _resource("from_dynamo_db_table", lambda s, c: c.dynamodb.Table.from_table_name(s, "Thing", "orders")),
        {"DynamoDBTable": "orders"},
        {},
    ),
    "table-new": (
        _resource(
            "from_dynamo_db_table",
            lambda s, c: c.dynamodb.Table(
                s,
                "Thing",
                partition_key=c.dynamodb.Attribute(name="id", type=c.dynamodb.AttributeType.STRING),
                removal_policy=c.RemovalPolicy.DESTROY,
                billing_mode=c.dynamodb.BillingMode.PAY_PER_REQUEST,
            ),
        ),
        {"DynamoDBTable": {"Fn::GetAtt": ["Thing", "Arn"]}},
        {"Thing": {**TABLE, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}},
    ),
    "table-global": (
        _resource("from_arn", lambda s, c: c.dynamodb.TableV2(
            s, "Thing",
            partition_key=c.dynamodb.Attribute(name="id", type=c.dynamodb.AttributeType.STRING)).table_arn),
        None,
        {},
    ),
    "instance": (
        _resource("from_ec2_instance", lambda s, c: c.ec2.CfnInstance(s, "Thing", image_id="ami-0a1b2c3d4e5f60718")),
        {"Ec2Instance": REF},
        {"Thing": {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": "ami-0a1b2c3d4e5f60718"}}},
    ),
    "file-system": (
        _resource("from_efs_file_system", lambda s, c: c.efs.CfnFileSystem(s, "Thing")),
        {"EfsFileSystem": REF},
        {"Thing": {"Type": "AWS::EFS::FileSystem"}},
    ),
    "file-system-id": (
        _resource("from_efs_file_system", lambda s, c: c.efs.FileSystem.from_file_system_attributes(
            s, "Thing", file_system_id="fs-0123456789abcdef0",
            security_group=c.ec2.SecurityGroup.from_security_group_id(s, "Sg", "sg-0123456789abcdef0"))),
        {"EfsFileSystem": "fs-0123456789abcdef0"},
        {},
    ),
    "database": (
        _resource("from_rds_database_instance", lambda s, c: c.rds.DatabaseInstance.from_database_instance_attributes(
            s, "Thing", instance_identifier="orders", instance_endpoint_address="a", port=5432, security_groups=[])),
        {"RdsDatabaseInstance": "orders"},
        {},
    ),
    "database-ref": (
        _resource("from_rds_database_instance", lambda s, c: c.rds.CfnDBInstance(s, "Thing", engine="mysql")),
        {"RdsDatabaseInstance": {"Fn::GetAtt": ["Thing", "DBInstanceArn"]}},
        {"Thing": {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "mysql"}}},
    ),
    "cluster": (
        _resource("from_rds_database_cluster", lambda s, c: c.rds.CfnDBCluster(s, "Thing", engine="aurora-mysql")),
        {"RdsDatabaseCluster": REF},
        {"Thing": {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql"}}},
    ),
    "cluster-id": (
        _resource("from_rds_database_cluster", lambda s, c: c.rds.DatabaseCluster.from_database_cluster_attributes(
            s, "Thing", cluster_identifier="orders")),
        {"RdsDatabaseCluster": "orders"},
        {},
    ),
    "serverless": (
        _resource("from_rds_serverless_cluster", lambda s, c: c.rds.ServerlessCluster.from_serverless_cluster_attributes(
            s, "Thing", cluster_identifier="orders")),
        {"RdsServerlessCluster": "orders"},
        {},
    ),
    "serverless-arn": (
        _resource("from_rds_serverless_cluster", lambda s, c: c.rds.CfnDBCluster(s, "Thing", engine="aurora-mysql")),
        {"RdsServerlessCluster": {"Fn::GetAtt": ["Thing", "DBClusterArn"]}},
        {"Thing": {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql"}}},
    ),
    "tag": (_resource("from_tag", "stage", "prod"), {"Tag": {"Key": "stage", "Value": "prod"}}, {}),
    "construct": (
        _resource("from_construct", _table),
        {"Stack": {"Ref": "AWS::StackName"}},
        {"Thing": TABLE},
    ),
    "construct-volume": (
        _resource("from_construct", lambda s, c: c.ec2.CfnVolume(s, "Thing", availability_zone="us-east-1a", size=10)),
        {"Stack": {"Ref": "AWS::StackId"}},
        {"Thing": {"Type": "AWS::EC2::Volume", "Properties": {"AvailabilityZone": "us-east-1a", "Size": 10}}},
    ),
}  # fmt: skip
"""The factory's result, what is written here, and the resources that it takes."""

ROLES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "default": ({}, {}),
    "restores": ({"allow_restores": True}, {"AllowRestores": "true"}),
    "no-policy": ({"disable_default_backup_policy": True}, {"DisableDefaultBackupPolicy": True}),
    "restores-only": (
        {"disable_default_backup_policy": True, "allow_restores": True},
        {"DisableDefaultBackupPolicy": "true", "AllowRestores": True},
    ),
}

DISCOVERED = ("construct", "construct-volume")
BUCKETS = ("tag",)


def programs() -> Programs:
    """Each factory with each kind of role, inside a plan and on its own; several entries; given roles; names."""
    for what, (make, entry, resources) in FACTORIES.items():
        for how, (arguments, written) in ROLES.items():
            yield from _selections(what, how, [make], [entry], arguments, written, resources)
    yield from _several()
    yield from _given_roles()
    yield from _names()


def _differences(what: str, roles: Mapping[str, Any], *, inline: bool) -> tuple[str, ...]:
    found = ["generated-names"]
    if inline:
        found += ["shared-role", "selection-ids"]
    if what in BUCKETS and not (
        roles.get("disable_default_backup_policy") and not roles.get("allow_restores")
    ):
        found.append("policies-for-buckets")
    if what in DISCOVERED:
        found.append("discovery-written-down")
    return tuple(found)


def _selections(
    what: str,
    how: str,
    makers: list[Given],
    entries: list[Any],
    arguments: Mapping[str, Any],
    written: Mapping[str, Any],
    resources: Mapping[str, Any],
) -> Programs:
    def build(stack: Any, cdk: Any) -> None:
        made = _plan(stack, cdk)
        made.add_selection("Selection", resources=[make(stack, cdk) for make in makers], **arguments)

    def build_own(stack: Any, cdk: Any) -> None:
        made = _plan(stack, cdk)
        given = [make(stack, cdk) for make in makers]
        cdk.backup.BackupSelection(stack, "Selection", backup_plan=made, resources=given, **arguments)

    if None in entries:
        yield Program(f"factory-{what}-{how}", build)
        return
    inline = plan(
        Preset="daily35DayRetention",
        BackupVault=VAULT,
        Selections=[{"SelectionName": "Selection", "Resources": entries}],
        **written,
    )
    yield Program(
        f"inline-{what}-{how}",
        build,
        {**resources, "Plan": inline},
        _differences(what, arguments, inline=True),
    )
    own = selection(Resources=entries, **written)
    yield Program(
        f"own-{what}-{how}",
        build_own,
        {**resources, "Plan": OURS, "Selection": own},
        _differences(what, arguments, inline=False),
    )


def _several() -> Programs:
    arns = [f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{name}" for name in ("b", "a", "b")]
    makers = [_resource("from_arn", arn) for arn in arns]
    yield from _selections("several-arns", "default", makers, list(arns), {}, {}, {})
    mixed = [
        makers[0],
        _resource("from_tag", "stage", "prod"),
        makers[1],
        _resource("from_tag", "cost center", "x"),
    ]
    entries = [
        arns[0],
        {"Tag": {"Key": "stage", "Value": "prod"}},
        arns[1],
        {"Tag": {"Key": "cost center", "Value": "x", "Operation": "STRINGEQUALS"}},
    ]
    yield from _selections("tag", "mixed", mixed, entries, {}, {}, {})

    def two(stack: Any, cdk: Any) -> None:
        made = _plan(stack, cdk)
        for name, arn in (("One", arns[0]), ("Two", arns[1])):
            made.add_selection(name, resources=[cdk.backup.BackupResource.from_arn(arn)])

    ours = plan(
        Preset="daily35DayRetention",
        BackupVault=VAULT,
        Selections=[
            {"SelectionName": "One", "Resources": [arns[0]]},
            {"SelectionName": "Two", "Resources": [arns[1]]},
        ],
    )
    yield Program("inline-two", two, {"Plan": ours}, ("generated-names", "shared-role", "selection-ids"))


def _given_roles() -> Programs:
    arn = f"arn:aws:iam::{ACCOUNT}:role/existing"
    entry = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/a"

    def imported(stack: Any, cdk: Any) -> None:
        role = cdk.iam.Role.from_role_arn(stack, "Role", arn)
        _plan(stack, cdk).add_selection(
            "Selection", resources=[cdk.backup.BackupResource.from_arn(entry)], role=role, allow_restores=True
        )

    given: dict[str, Any] = {"SelectionName": "Selection", "Resources": [entry], "IamRoleArn": arn}
    ours = plan(Preset="daily35DayRetention", BackupVault=VAULT, AllowRestores=True, Selections=[given])
    yield Program("role-imported", imported, {"Plan": ours}, ("generated-names", "selection-ids"))

    def own(stack: Any, cdk: Any) -> None:
        role = cdk.iam.CfnRole(
            stack, "Role", assume_role_policy_document={"Version": "2012-10-17", "Statement": []}
        )
        imported_role = cdk.iam.Role.from_role_arn(stack, "Imported", role.attr_arn, mutable=False)
        _plan(stack, cdk).add_selection(
            "Selection", resources=[cdk.backup.BackupResource.from_arn(entry)], role=imported_role
        )

    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    }
    given = {
        "SelectionName": "Selection",
        "Resources": [entry],
        "IamRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    ours = plan(Preset="daily35DayRetention", BackupVault=VAULT, Selections=[given])
    yield Program(
        "role-of-the-template", own, {"Role": role, "Plan": ours}, ("generated-names", "selection-ids")
    )

    def grantable(stack: Any, cdk: Any) -> None:
        made = cdk.backup.BackupSelection(
            stack,
            "Selection",
            backup_plan=_plan(stack, cdk),
            resources=[cdk.backup.BackupResource.from_arn(entry)],
        )
        cdk.kms.Key.from_key_arn(
            stack, "Key", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
        ).grant_decrypt(made)

    policy: dict[str, Any] = {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "SelectionRoleDefaultPolicy",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Action": "kms:Decrypt",
                        "Effect": "Allow",
                        "Resource": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000",
                    }
                ],
            },
            "Roles": [{"Fn::GetAtt": ["Selection", "RoleName"]}],
        },
    }
    yield Program(
        "role-grantable",
        grantable,
        {"Plan": OURS, "Selection": selection(Resources=[entry]), "SelectionRoleDefaultPolicy": policy},
        ("generated-names",),
    )


def _names() -> Programs:
    entry = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/a"

    def named(stack: Any, cdk: Any) -> None:
        _plan(stack, cdk).add_selection(
            "Selection", backup_selection_name="tables", resources=[cdk.backup.BackupResource.from_arn(entry)]
        )

    ours = plan(
        Preset="daily35DayRetention",
        BackupVault=VAULT,
        Selections=[{"SelectionName": "tables", "Resources": [entry]}],
    )
    yield Program(
        "selection-named", named, {"Plan": ours}, ("generated-names", "shared-role", "selection-ids")
    )

    def native_plan(stack: Any, cdk: Any) -> None:
        rule = cdk.backup.CfnBackupPlan.BackupRuleResourceTypeProperty(
            rule_name="daily", target_backup_vault=VAULT, schedule_expression="cron(0 5 * * ? *)"
        )
        made = cdk.backup.CfnBackupPlan(
            stack,
            "Native",
            backup_plan=cdk.backup.CfnBackupPlan.BackupPlanResourceTypeProperty(
                backup_plan_name="native", backup_plan_rule=[rule]
            ),
        )
        cdk.backup.BackupSelection(
            stack, "Selection", backup_plan=made, resources=[cdk.backup.BackupResource.from_arn(entry)]
        )

    native = {
        "Type": "AWS::Backup::BackupPlan",
        "Properties": {
            "BackupPlan": {
                "BackupPlanName": "native",
                "BackupPlanRule": [
                    {
                        "RuleName": "daily",
                        "TargetBackupVault": VAULT,
                        "ScheduleExpression": "cron(0 5 * * ? *)",
                    }
                ],
            }
        },
    }
    of_native = custom("BackupSelection", {"BackupPlanId": {"Ref": "Native"}, "Resources": [entry]})
    yield Program(
        "selection-of-native-plan",
        native_plan,
        {"Native": native, "Selection": of_native},
        ("generated-names",),
    )
