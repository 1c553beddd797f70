"""The status messages of jobs that AWS documents or people have met, and what to do about each."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DASHBOARDS = "AWS Backup developer guide, console dashboards: Reasons for problematic jobs"
_EVENTS = "AWS Backup developer guide, Monitoring events using EventBridge"
_TROUBLES = "AWS Backup developer guide, Troubleshooting"


@dataclass(frozen=True)
class Message:
    """:param pattern: a regular expression that is found in the message, whatever the case.
    :param source: where the text is documented or was seen.
    :param same_as: the kind of finding by which ``status`` says the same where it sees the cause itself.
    """

    pattern: str
    cause: str
    fix: str
    source: str
    same_as: str = ""


MESSAGES = (
    Message(
        r"cannot be assumed by AWS Backup",
        "AWS Backup cannot assume the role of the selection: it is gone, or its trust policy does not let "
        "backup.amazonaws.com in",
        "make the role again, or let its trust policy allow sts:AssumeRole to backup.amazonaws.com; a role "
        "that "
        "the provider makes comes back with the next update of the stack",
        _DASHBOARDS,
        "RoleNotAssumable",
    ),
    Message(
        r"permission to describe resource arn:[^:]*:s3:|permission to get bucket versioning|"
        r"miss permission to get bucket versioning",
        "the role of the selection lacks the policy for Amazon S3",
        "attach AWSBackupServiceRolePolicyForS3Backup to the role, or leave IamRoleArn out so that the "
        "provider "
        "makes a role with it",
        "ministryofjustice/modernisation-platform #6152; " + _DASHBOARDS,
        "RoleLacksPolicy",
    ),
    Message(
        r"does not have permission|not authorized to|missing permission|miss permission",
        "the role of the selection lacks a permission that the backup needs",
        "attach service-role/AWSBackupServiceRolePolicyForBackup to the role, and look for a service "
        "control policy "
        "that denies it",
        _DASHBOARDS,
        "RoleLacksPolicy",
    ),
    Message(
        r"member of the same organization",
        "the account that the copy goes to is not in the same organization",
        "copy to a vault of an account in the same AWS Organizations organization, or take the copy action "
        "out",
        _DASHBOARDS,
    ),
    Message(
        r"Cross-account copy feature is not enabled",
        "copies into other accounts are switched off in the organization",
        "in the management account, set isCrossAccountBackupEnabled to true (UpdateGlobalSettings)",
        _DASHBOARDS,
    ),
    Message(
        r"Access Denied trying to call AWS Backup service",
        "the destination vault does not let the copy in: its access policy does not allow this account "
        "backup:CopyIntoBackupVault",
        "allow backup:CopyIntoBackupVault to the root of this account in the access policy of the "
        "destination "
        "vault",
        _DASHBOARDS + "; re:Post knowledge center, backup-resolve-access-denied-error",
    ),
    Message(
        r"encrypted with the default Backup service managed key|encrypted with the AWS managed key|"
        r"default key cannot be shared",
        "a backup under an AWS managed key cannot be copied into another account",
        "encrypt the vaults, and what keeps the key of its source, with a customer managed key that the "
        "other account "
        "may use",
        _DASHBOARDS,
    ),
    Message(
        r"retention specified in the job is not within the range",
        "the lock of the vault does not allow the retention of the rule",
        "change DeleteAfterDays of the rule or of its copy action to what MinRetentionDays and "
        "MaxRetentionDays of "
        "the vault allow",
        _DASHBOARDS,
        "RetentionOutsideLock",
    ),
    Message(
        r"expired before completion",
        "the backup did not complete within the completion window",
        "raise CompletionWindowMinutes of the rule; a first backup of a large bucket or file system can "
        "take days",
        _TROUBLES + "; ministryofjustice/modernisation-platform #12696",
    ),
    Message(
        r"running job for the same resource",
        "another job of the resource ran for the whole start window",
        "raise StartWindowMinutes of the rule, or let the rules that back the resource up start further "
        "apart",
        _EVENTS,
    ),
    Message(
        r"backup vault \S+ does not exist",
        "the vault of the rule or of the copy is not there",
        "make the vault again, or name another in the rule",
        _EVENTS,
        "VaultMissing",
    ),
    Message(
        r"versioning",
        "S3 Versioning is not enabled on the bucket",
        "enable versioning on the bucket: VersioningConfiguration: {Status: Enabled}",
        "AWS Backup developer guide, Amazon S3 backups: Backups and versioning",
        "VersioningOff",
    ),
    Message(
        r"kms key|Given key ID|KMS key does not exist",
        "the key cannot be used: it is disabled, pending deletion, or its policy does not let the role use "
        "it",
        "enable the key, and let its policy allow the role kms:Decrypt, kms:DescribeKey and kms:CreateGrant",
        _DASHBOARDS + "; " + _TROUBLES,
        "KeyNotUsable",
    ),
    Message(
        r"maintenance window|automated backup window",
        "the rule starts in, or within an hour before, the maintenance or backup window of the database "
        "(three "
        "hours for Amazon FSx)",
        "start the rule at another hour, or use a continuous rule, whose jobs AWS Backup places itself",
        _DASHBOARDS + "; " + _TROUBLES,
    ),
    Message(
        r"not found|does not exist|could not find resource|no longer available|cannot find",
        "what is to be backed up is not there",
        "take the resource out of the selection, or make it again",
        _DASHBOARDS,
        "ResourceMissing",
    ),
    Message(
        r"needs a subscription for the service",
        "the account does not use the service of the resource, or the Region is not enabled for it",
        "enable the service or the Region for this account",
        _DASHBOARDS,
    ),
    Message(
        r"not in (the )?available state|not in state|Cannot snapshot volume",
        "the resource was not in a state that can be backed up",
        "see that it is available when the rule starts",
        _DASHBOARDS,
    ),
    Message(
        r"limit exceeded|maximum allowed|maximum (concurrent )?number|reached your quota|reached the maximum|"
        r"Cannot create more than|too many copy jobs",
        "a quota is used up",
        "delete what is not needed or ask for a higher quota, and spread the rules over more hours",
        _DASHBOARDS,
    ),
    Message(
        r"Windows VSS",
        "the VSS snapshot of the instance did not succeed, and the backup is crash-consistent at best",
        "install the SSM agent and the VSS components on the instance and let its role allow "
        "ec2:CreateVssSnapshot, or set WindowsVss to false",
        _DASHBOARDS,
    ),
    Message(
        r"unable to copy resource tags|list tags",
        "the tags of the resource did not reach the recovery point",
        "let the role list the tags of the resource and allow it backup:TagResource",
        _DASHBOARDS,
    ),
    Message(
        r"unsupported resource type|not supported for provided resource type",
        "AWS Backup does not back up, or does not copy, this type here",
        "take the resource out of the selection, or the copy action out of the rule",
        _DASHBOARDS,
    ),
    Message(
        r"stopped by user",
        "somebody stopped the job",
        "start one by hand, or wait for the next run",
        _EVENTS,
    ),
)


def explained(text: str) -> Message | None:
    """The first entry that fits a status message; None for one that is not known."""
    return next((known for known in MESSAGES if re.search(known.pattern, text, re.IGNORECASE)), None)
