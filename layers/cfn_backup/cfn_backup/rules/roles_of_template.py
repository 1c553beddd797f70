"""The rules about a role of the same template that a selection names."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.across import RoleOfSelection
from cfn_backup.rules.arns import UNKNOWN
from cfn_backup.rules.policies import attached, covers, inline, statements, trusts
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.selected_types import selected_types
from cfn_backup.rules.selections import selects_by_tags
from cfn_backup.rules.subjects import SelectionSubject

SERVICE = "backup.amazonaws.com"
SEES_TAGS = "tag:GetResources"
READS_OBJECTS = "s3:GetObject"
S3_POLICY = "AWSBackupServiceRolePolicyForS3Backup"
WITHOUT_TAGS = (S3_POLICY, "AWSBackupServiceRolePolicyForS3Restore", "AWSBackupServiceRolePolicyForRestores")
"""Managed policies that do not allow ``tag:GetResources``."""
WITHOUT_OBJECTS = (
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Restore",
)
"""Managed policies that do not let AWS Backup back up the objects of a bucket."""


@rule(
    "E9606",
    subject=RoleOfSelection,
    title="Role that AWS Backup cannot assume",
    explanation="The trust policy of the role does not name `backup.amazonaws.com`. AWS Backup refuses the selection.",
    way_out="Allow `sts:AssumeRole` to the service `backup.amazonaws.com` in `AssumeRolePolicyDocument`.",
    source="Observed: «IAM Role … cannot be assumed by AWS Backup»",
)
def role_without_trust(subject: RoleOfSelection) -> Iterator[Fault]:
    if not trusts(subject.role, SERVICE):
        message = (
            f"is the role {subject.role.logical_id}, which AWS Backup cannot assume: let its "
            f"AssumeRolePolicyDocument allow sts:AssumeRole to the service {SERVICE}"
        )
        yield Fault(subject.selection.at / "IamRoleArn", message)


@rule(
    "E9607",
    subject=RoleOfSelection,
    title="Role of the template that may not see tags",
    explanation="The selection is by tags, and no policy of the role allows `tag:GetResources`. AWS Backup "
    "refuses the selection.",
    way_out="Attach `AWSBackupServiceRolePolicyForBackup`, or allow `tag:GetResources`.",
    source="Observed: AWS Backup's error ERROR_3018, «is not authorized to call tag:GetResources»",
)
def role_may_not_see_tags(subject: RoleOfSelection) -> Iterator[Fault]:
    if selects_by_tags(subject.selection) and not _may(subject, SEES_TAGS, WITHOUT_TAGS):
        message = (
            f"is the role {subject.role.logical_id}, and tags select: AWS Backup refuses the selection, "
            f"since no policy of the role allows {SEES_TAGS}. Attach AWSBackupServiceRolePolicyForBackup, or "
            "allow it"
        )
        yield Fault(subject.selection.at / "IamRoleArn", message)


@rule(
    "W9503",
    subject=RoleOfSelection,
    title="Role that cannot back up buckets",
    explanation="The selection can match Amazon S3 buckets, and the given role does not have the managed "
    "policy for them. Unless another policy of it allows the same, which a deployment does not look at, the "
    "jobs of buckets will fail.",
    way_out="Attach `AWSBackupServiceRolePolicyForS3Backup` to the role, or leave `IamRoleArn` out: the "
    "role that is made has it.",
    source="AWS Backup Developer Guide: Amazon S3 backups",
)
def role_without_buckets(subject: RoleOfSelection) -> Iterator[Fault]:
    about = SelectionSubject(subject.selection, None, inline=False, native=False, place=subject.place)
    if not any(one.type == "S3" for one in selected_types(about)):
        return
    if not _may(subject, READS_OBJECTS, WITHOUT_OBJECTS):
        message = (
            f"is the role {subject.role.logical_id}, which may not read buckets, and buckets are selected: "
            f"their jobs fail. Attach {S3_POLICY} to the role"
        )
        yield Fault(subject.selection.at / "IamRoleArn", message)


def _may(subject: RoleOfSelection, action: str, without: tuple[str, ...]) -> bool:
    """Whether a policy of the role allows an action, or may."""
    for arn in attached(subject.role):
        # a policy that is not known may allow it; of AWS's own it is known which do
        if arn is None or arn.endswith(UNKNOWN) or arn.rpartition("/")[2] not in without:
            return True
    documents = inline(subject.role, subject.policies)
    return any(covers(one, action) for document in documents for one in statements(document, "Allow"))
