"""The role with which AWS Backup works on what is selected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.desired.owner import ROLE_NAME_LIMIT, Owner
from cfn_backup.desired.place import Place
from cfn_backup.symbolic.asking import needed
from cfn_backup.symbolic.text import concat
from cfn_backup.symbolic.values import Bool, Str

TRUST_POLICY: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}

BACKUP_POLICY = "service-role/AWSBackupServiceRolePolicyForBackup"
RESTORES_POLICY = "service-role/AWSBackupServiceRolePolicyForRestores"
# The S3 policies have no path (AWS Managed Policy Reference).
S3_BACKUP_POLICY = "AWSBackupServiceRolePolicyForS3Backup"
S3_RESTORE_POLICY = "AWSBackupServiceRolePolicyForS3Restore"
POLICIES = (BACKUP_POLICY, RESTORES_POLICY, S3_BACKUP_POLICY, S3_RESTORE_POLICY)


@dataclass(frozen=True)
class Role:
    """A role that is made for an owner's selections."""

    name: Str
    arn: Str
    policy_arns: tuple[Str, ...]
    tags: Mapping[str, Str] = field(default_factory=dict)


def role_for(
    owner: Owner,
    place: Place,
    *,
    allow_restores: Bool | None,
    disable_default_backup_policy: Bool | None,
    buckets: bool,
    tags: Mapping[str, Str],
) -> Role:
    """The default role.

    ``buckets``: whether what is selected can be an Amazon S3 bucket; the CDK leaves the S3 policies out, and
    backups of buckets then fail without a word (aws/aws-cdk#21968).
    """
    backs_up = needed(disable_default_backup_policy, "it decides what the role may do") is not True
    restores = needed(allow_restores, "it decides what the role may do") is True
    wanted = (
        (BACKUP_POLICY, backs_up),
        (RESTORES_POLICY, restores),
        (S3_BACKUP_POLICY, backs_up and buckets),
        (S3_RESTORE_POLICY, restores and buckets),
    )
    name = owner.generated_name(ROLE_NAME_LIMIT)
    return Role(
        name=name,
        arn=concat("arn:", place.partition, ":iam::", place.account_id, f":role{place.role_path}", name),
        policy_arns=tuple(policy_arn(place, policy) for policy, asked in wanted if asked),
        tags={**tags, **owner.tags},
    )


def policy_arn(place: Place, policy: str) -> Str:
    return concat("arn:", place.partition, f":iam::aws:policy/{policy}")
