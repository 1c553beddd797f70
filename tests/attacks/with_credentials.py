"""What somebody could do who runs code in a function of the provider: IAM alone stands in the way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cfn_backup.desired.owner import LOGICAL_ID_TAG, STACK_ID_TAG
from tests.attacks.arena import ADMIN, NOBODYS_TOPIC, NOBODYS_VAULT, TABLE, Arena
from tests.attacks.attempt import (
    ADMINISTRATOR,
    BACKUPS_POLICY,
    DENIED,
    IAM,
    Attempt,
    Json,
    Told,
)
from tests.e2e.life import ACCOUNT, REGION


def with_credentials() -> Iterator[Attempt]:
    """What somebody could do who runs code in a function of the provider."""
    place = f"{REGION}:{ACCOUNT}"
    vault_arn = f"arn:aws:backup:{place}:backup-vault:{NOBODYS_VAULT}"
    point = f"arn:aws:backup:{place}:recovery-point:1"
    named = {"BackupVaultName": NOBODYS_VAULT}
    policy = {"Version": "2012-10-17", "Statement": []}
    topic = f"arn:aws:sns:{place}:{NOBODYS_TOPIC}"
    calls: tuple[tuple[str, str, str, Any], ...] = (
        ("Vault", "backup", "delete_backup_vault", named),
        (
            "Vault",
            "backup",
            "put_backup_vault_access_policy",
            {**named, "Policy": str(policy).replace("'", '"')},
        ),
        ("Vault", "backup", "delete_backup_vault_access_policy", named),
        ("Vault", "backup", "put_backup_vault_lock_configuration", {**named, "MinRetentionDays": 7}),
        (
            "Vault",
            "backup",
            "put_backup_vault_lock_configuration",
            {**named, "ChangeableForDays": 3, "MinRetentionDays": 7},
        ),
        ("Vault", "backup", "delete_backup_vault_lock_configuration", named),
        (
            "Vault",
            "backup",
            "put_backup_vault_notifications",
            {**named, "SNSTopicArn": topic, "BackupVaultEvents": ["BACKUP_JOB_FAILED"]},
        ),
        ("Vault", "backup", "delete_backup_vault_notifications", named),
        ("Vault", "backup", "untag_resource", {"ResourceArn": vault_arn, "TagKeyList": ["a"]}),
        ("Vault", "backup", "tag_resource", {"ResourceArn": vault_arn, "Tags": {"a": "b"}}),
        ("Vault", "backup", "create_backup_vault", {"BackupVaultName": "mine"}),
        (
            "Vault",
            "backup",
            "create_backup_vault",
            {"BackupVaultName": "mine", "BackupVaultTags": {STACK_ID_TAG: "x"}},
        ),
        ("Vault", "backup", "delete_recovery_point", {**named, "RecoveryPointArn": point}),
        ("Vault", "backup", "update_recovery_point_lifecycle", {**named, "RecoveryPointArn": point}),
        ("Vault", "backup", "start_restore_job", {"RecoveryPointArn": point, "Metadata": {}}),
        (
            "Vault",
            "backup",
            "start_copy_job",
            {
                "RecoveryPointArn": point,
                "SourceBackupVaultName": NOBODYS_VAULT,
                "DestinationBackupVaultArn": vault_arn,
                "IamRoleArn": ADMIN,
            },
        ),
        ("Vault", "backup", "start_backup_job", {**named, "ResourceArn": TABLE, "IamRoleArn": ADMIN}),
        ("Vault", "backup", "update_region_settings", {"ResourceTypeOptInPreference": {"EBS": False}}),
        (
            "Vault",
            "backup",
            "create_backup_plan",
            {
                "BackupPlan": {
                    "BackupPlanName": "p",
                    "Rules": [{"RuleName": "r", "TargetBackupVaultName": NOBODYS_VAULT}],
                }
            },
        ),
        (
            "Vault",
            "sns",
            "set_topic_attributes",
            {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": "{}"},
        ),
        ("Vault", "sns", "get_topic_attributes", {"TopicArn": topic}),
        ("Vault", "sns", "publish", {"TopicArn": topic, "Message": "m"}),
        ("Vault", "sns", "subscribe", {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"}),
        ("Vault", "sns", "delete_topic", {"TopicArn": topic}),
        ("Vault", "kms", "schedule_key_deletion", {"KeyId": "alias/aws/backup"}),
        ("Vault", "kms", "decrypt", {"KeyId": "alias/aws/backup", "CiphertextBlob": "x"}),
        ("Vault", "iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}),
        ("Plan", "iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}),
        (
            "Plan",
            "iam",
            "create_role",
            {"RoleName": "r", "Path": "/cfn-backup-provider/", "AssumeRolePolicyDocument": "{}"},
        ),
        (
            "Plan",
            "iam",
            "create_role",
            {
                "RoleName": "r",
                "Path": "/cfn-backup-provider/",
                "AssumeRolePolicyDocument": "{}",
                "PermissionsBoundary": ADMINISTRATOR,
            },
        ),
        ("Plan", "iam", "delete_role", {"RoleName": "admin"}),
        ("Plan", "iam", "delete_role", {"RoleName": "cfn-backup-provider-admin"}),
        ("Plan", "iam", "tag_role", {"RoleName": "admin", "Tags": [{"Key": STACK_ID_TAG, "Value": "x"}]}),
        ("Plan", "iam", "attach_role_policy", {"RoleName": "admin", "PolicyArn": ADMINISTRATOR}),
        ("Plan", "iam", "attach_role_policy", {"RoleName": "admin", "PolicyArn": BACKUPS_POLICY}),
        ("Plan", "iam", "put_role_policy", {"RoleName": "admin", "PolicyName": "p", "PolicyDocument": "{}"}),
        ("Plan", "iam", "update_assume_role_policy", {"RoleName": "admin", "PolicyDocument": "{}"}),
        ("Plan", "iam", "delete_role_permissions_boundary", {"RoleName": "admin"}),
        (
            "Plan",
            "iam",
            "put_role_permissions_boundary",
            {"RoleName": "admin", "PermissionsBoundary": ADMINISTRATOR},
        ),
        ("Plan", "iam", "create_user", {"UserName": "u"}),
        ("Plan", "iam", "create_access_key", {"UserName": "u"}),
        ("Plan", "iam", "create_policy", {"PolicyName": "p", "PolicyDocument": "{}"}),
        ("Plan", "iam", "list_roles", {}),
        ("Plan", "iam", "create_service_linked_role", {"AWSServiceName": "ec2.amazonaws.com"}),
        ("Plan", "sts", "assume_role", {"RoleArn": ADMIN, "RoleSessionName": "session"}),
        ("Plan", "s3", "list_buckets", {}),
        ("Plan", "dynamodb", "scan", {"TableName": "orders"}),
        (
            "Plan",
            "lambda",
            "update_function_code",
            {"FunctionName": "cfn-backup-provider-BackupPlan", "S3Bucket": "bucket", "S3Key": "k"},
        ),
        ("Plan", "lambda", "invoke", {"FunctionName": "cfn-backup-provider-BackupVault"}),
        ("Plan", "cloudformation", "delete_stack", {"StackName": "victim"}),
        ("Plan", "cloudformation", "create_stack", {"StackName": "s", "TemplateBody": "{}"}),
        (
            "Plan",
            "ssm",
            "put_parameter",
            {"Name": "/cfn-backup-provider/BackupPlan", "Value": "x", "Type": "String", "Overwrite": True},
        ),
        ("Selection", "backup", "delete_backup_vault", named),
        ("Selection", "backup", "create_backup_vault", {"BackupVaultName": "mine"}),
        ("Selection", "iam", "delete_role", {"RoleName": "admin"}),
        ("Selection", "sns", "list_topics", {}),
    )
    for function, service, operation, parameters in calls:
        yield Attempt(
            "credentials",
            f"{function}: {service} {operation} {_short(parameters)}",
            IAM,
            _calling(function, service, operation, parameters),
        )
    for function in ("Plan", "Selection"):
        for operation, more in (
            (
                "create_backup_selection",
                {"BackupSelection": {"SelectionName": "s", "IamRoleArn": ADMIN, "Resources": ["*"]}},
            ),
            ("delete_backup_selection", {"SelectionId": str(uuid.uuid4())}),
            (
                "update_backup_plan",
                {
                    "BackupPlan": {
                        "BackupPlanName": "p",
                        "Rules": [{"RuleName": "r", "TargetBackupVaultName": NOBODYS_VAULT}],
                    }
                },
            ),
            ("delete_backup_plan", {}),
        ):
            yield Attempt(
                "credentials",
                f"{function}: backup {operation} nobody's plan",
                IAM,
                _on_nobodys_plan(function, operation, more),
            )
    yield Attempt(
        "credentials", "Plan: backup create_backup_selection in an own plan, role admin", IAM, _passing_admin
    )
    yield Attempt(
        "credentials", "Vault: backup tag_resource gives a vault of a stack to another", IAM, _moving_a_vault
    )
    yield Attempt("credentials", "Vault: backup untag_resource takes the owner off", IAM, _freeing_a_vault)
    yield Attempt("credentials", "Vault: backup lock of a stack's vault for ever", IAM, _locking_for_ever)


def _short(parameters: Mapping[str, Any]) -> str:
    return " ".join(str(value)[:40] for value in parameters.values())[:60]


def _calling(function: str, service: str, operation: str, parameters: Json) -> Callable[[Arena], Told]:
    def make(arena: Arena) -> Told:
        code, text = arena.call(function, service, operation, parameters)
        return Told(code in DENIED, "IAM" if code in DENIED else code or "nobody", text)

    return make


def _on_nobodys_plan(function: str, operation: str, more: Json) -> Callable[[Arena], Told]:
    return lambda arena: _calling(
        function, "backup", operation, {"BackupPlanId": arena.nobodys_plan, **more}
    )(arena)


def _passing_admin(arena: Arena) -> Told:
    selection = {"SelectionName": "s", "IamRoleArn": ADMIN, "Resources": ["*"]}
    parameters = {"BackupPlanId": arena.victim["Plan"], "BackupSelection": selection}
    return _calling("Plan", "backup", "create_backup_selection", parameters)(arena)


def _vault_arn(arena: Arena) -> str:
    return f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{arena.victim['Vault']}"


def _moving_a_vault(arena: Arena) -> Told:
    tags = {STACK_ID_TAG: arena.neighbour["Stack"], LOGICAL_ID_TAG: "Vault"}
    return _calling("Vault", "backup", "tag_resource", {"ResourceArn": _vault_arn(arena), "Tags": tags})(
        arena
    )


def _freeing_a_vault(arena: Arena) -> Told:
    parameters = {"ResourceArn": _vault_arn(arena), "TagKeyList": [STACK_ID_TAG]}
    return _calling("Vault", "backup", "untag_resource", parameters)(arena)


def _locking_for_ever(arena: Arena) -> Told:
    parameters = {"BackupVaultName": arena.victim["Vault"], "MinRetentionDays": 7, "ChangeableForDays": 3}
    return _calling("Vault", "backup", "put_backup_vault_lock_configuration", parameters)(arena)
