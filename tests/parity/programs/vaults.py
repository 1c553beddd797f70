"""Vaults member by member, alone and together."""

# ruff: noqa: ARG005 - every maker gets the stack and the CDK
from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from tests.parity.programs.program import Program, Programs, vault

KEY = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
TOPIC = "arn:aws:sns:us-east-1:111122223333:topic"
DENY = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "backup:StartCopyJob",
    "Resource": "*",
    "Condition": {"StringNotLike": {"aws:userId": ["user1", "user2"]}},
}
TOPIC_POLICY = {
    "Type": "AWS::SNS::TopicPolicy",
    "Properties": {
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "sns:Publish",
                    "Effect": "Allow",
                    "Principal": {"Service": "backup.amazonaws.com"},
                    "Resource": {"Ref": "Topic"},
                    "Sid": "0",
                }
            ],
        },
        "Topics": [{"Ref": "Topic"}],
    },
}

type Arguments = Callable[[Any, Any], Mapping[str, Any]]


def _policy(cdk: Any) -> Any:
    statement = cdk.iam.PolicyStatement(
        effect=cdk.iam.Effect.DENY,
        principals=[cdk.iam.AnyPrincipal()],
        actions=["backup:StartCopyJob"],
        resources=["*"],
        conditions={"StringNotLike": {"aws:userId": ["user1", "user2"]}},
    )
    return cdk.iam.PolicyDocument(statements=[statement])


def _lock(cdk: Any, **days: int) -> Any:
    return cdk.backup.LockConfiguration(**{name: cdk.Duration.days(number) for name, number in days.items()})


def _events(cdk: Any, *names: str) -> list[Any]:
    return [getattr(cdk.backup.BackupVaultEvents, name) for name in names]


MEMBERS: Mapping[str, tuple[Arguments, Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]] = {
    "name": (lambda s, c: {"backup_vault_name": "my_vault-1"}, {"BackupVaultName": "my_vault-1"}, {}, ()),
    "key": (
        lambda s, c: {"encryption_key": c.kms.Key.from_key_arn(s, "Key", KEY)},
        {"EncryptionKeyArn": KEY},
        {},
        (),
    ),
    "policy": (
        lambda s, c: {"access_policy": _policy(c)},
        {"AccessPolicy": {"Version": "2012-10-17", "Statement": [DENY]}},
        {},
        (),
    ),
    "block": (
        lambda s, c: {"block_recovery_point_deletion": True},
        {"BlockRecoveryPointDeletion": "true"},
        {},
        (),
    ),
    "governance": (
        lambda s, c: {"lock_configuration": _lock(c, min_retention=7, max_retention=400)},
        {"LockConfiguration": {"MinRetentionDays": "7", "MaxRetentionDays": 400}},
        {},
        (),
    ),
    "destroy": (
        lambda s, c: {"removal_policy": c.RemovalPolicy.DESTROY},
        {"RemovalPolicy": "DESTROY"},
        {},
        (),
    ),
    "imported-topic": (
        lambda s, c: {
            "notification_topic": c.sns.Topic.from_topic_arn(s, "Topic", TOPIC),
            "notification_events": _events(c, "BACKUP_JOB_FAILED", "COPY_JOB_FAILED"),
        },
        {
            "Notifications": {
                "SNSTopicArn": TOPIC,
                "BackupVaultEvents": ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"],
            }
        },
        {},
        ("policy-of-imported-topic",),
    ),
}

ALONE: Mapping[str, tuple[Arguments, Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]] = {
    "bare": (lambda s, c: {}, {}, {}, ()),
    "compliance": (
        lambda s, c: {"lock_configuration": _lock(c, min_retention=30, max_retention=365, changeable_for=7)},
        {"LockConfiguration": {"MinRetentionDays": 30, "MaxRetentionDays": "365", "ChangeableForDays": 7}},
        {},
        (),
    ),
    "lock-minimum": (
        lambda s, c: {"lock_configuration": _lock(c, min_retention=30)},
        {"LockConfiguration": {"MinRetentionDays": 30}},
        {},
        (),
    ),
    "retain": (lambda s, c: {"removal_policy": c.RemovalPolicy.RETAIN}, {"RemovalPolicy": "RETAIN"}, {}, ()),
    "retain-except-on-create": (
        lambda s, c: {"removal_policy": c.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE},
        {"RemovalPolicy": "RETAIN_ON_UPDATE_OR_DELETE"},
        {},
        (),
    ),
    "topic": (
        lambda s, c: {
            "notification_topic": c.sns.Topic(s, "Topic"),
            "notification_events": _events(c, "BACKUP_JOB_COMPLETED"),
        },
        {"Notifications": {"SNSTopicArn": {"Ref": "Topic"}, "BackupVaultEvents": ["BACKUP_JOB_COMPLETED"]}},
        {"Topic": {"Type": "AWS::SNS::Topic"}},
        (),
    ),
    "topic-default-events": (
        lambda s, c: {"notification_topic": c.sns.Topic(s, "Topic")},
        {"Notifications": {"SNSTopicArn": {"Ref": "Topic"}}},
        {"Topic": {"Type": "AWS::SNS::Topic"}},
        ("default-events",),
    ),
    "topic-with-policy": (
        lambda s, c: {
            "notification_topic": c.sns.Topic(s, "Topic"),
            "notification_events": _events(c, "BACKUP_JOB_COMPLETED"),
        },
        {"Notifications": {"SNSTopicArn": {"Ref": "Topic"}, "BackupVaultEvents": ["BACKUP_JOB_COMPLETED"]}},
        {"Topic": {"Type": "AWS::SNS::Topic"}, "TopicPolicy": TOPIC_POLICY},
        (),
    ),
    "alias": (
        lambda s, c: {"encryption_key": c.kms.Alias.from_alias_name(s, "Key", "alias/backups")},
        {
            "EncryptionKeyArn": {
                "Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/backups"
            }
        },
        {},
        (),
    ),
    "key-of-the-template": (
        lambda s, c: {
            "encryption_key": c.kms.CfnKey(s, "Key", key_policy={"Version": "2012-10-17", "Statement": []})
        },
        {"EncryptionKeyArn": {"Fn::GetAtt": ["Key", "Arn"]}},
        {
            "Key": {
                "Type": "AWS::KMS::Key",
                "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}},
            }
        },
        (),
    ),
}
"""The CDK's arguments, what is written here, the resources that it takes, and the deliberate differences."""


def programs() -> Programs:
    """Each member, each pair of them, three at once, and tags."""
    for name, member in {**MEMBERS, **ALONE}.items():
        yield _vault(f"member-{name}", [member])
    for number in (2, 3):
        for chosen in combinations(MEMBERS.items(), number):
            yield _vault("members-" + "-".join(name for name, _ in chosen), [member for _, member in chosen])

    def tagged(stack: Any, cdk: Any) -> None:
        cdk.Tags.of(cdk.backup.BackupVault(stack, "Vault")).add("k", "v")

    yield Program("vault-tags", tagged, {"Vault": vault(BackupVaultTags={"k": "v"})}, ("generated-names",))

    def two_on_one_topic(stack: Any, cdk: Any) -> None:
        topic = cdk.sns.Topic(stack, "Topic")
        for name in ("One", "Two"):
            cdk.backup.BackupVault(
                stack, name, notification_topic=topic, notification_events=_events(cdk, "BACKUP_JOB_FAILED")
            )

    notify = {"Notifications": {"SNSTopicArn": {"Ref": "Topic"}, "BackupVaultEvents": ["BACKUP_JOB_FAILED"]}}
    ours = {"Topic": {"Type": "AWS::SNS::Topic"}, "One": vault(**notify), "Two": vault(**notify)}
    yield Program("vault-two-on-one-topic", two_on_one_topic, ours, ("generated-names",))


def _vault(
    name: str, members: list[tuple[Arguments, Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]]
) -> Program:
    def build(stack: Any, cdk: Any) -> None:
        arguments = {key: value for member in members for key, value in member[0](stack, cdk).items()}
        cdk.backup.BackupVault(stack, "Vault", **arguments)

    written = {key: value for member in members for key, value in member[1].items()}
    resources = {key: value for member in members for key, value in member[2].items()}
    found = dict.fromkeys(difference for member in members for difference in member[3])
    return Program(name, build, {**resources, "Vault": vault(**written)}, ("generated-names", *found))
