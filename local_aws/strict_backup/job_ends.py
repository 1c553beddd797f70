"""How a job ends, and what its message says.

Most texts are in the list of the developer guide's page on the jobs dashboard ("Reasons for problematic
jobs"; DG:backup-dashboards below) or in an example of its EventBridge page (DG:eventbridge). Where neither
has one, the comment says that the text is an inference.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .job_records import SUCCESS, Document, Resource
from .roles import Role, RoleDirectory
from .rules import keeps
from .state import Place, State, Vault
from .switches import Switches

SERVICE = "backup.amazonaws.com"

# An action that a backup of the type cannot do without, and the managed policies of AWS that allow it.
_BACKUP_POLICY = "service-role/AWSBackupServiceRolePolicyForBackup"
_NEEDED: Mapping[str, tuple[str, str]] = {
    "S3": ("s3:GetBucketVersioning", "AWSBackupServiceRolePolicyForS3Backup"),
    "DynamoDB": ("dynamodb:DescribeTable", _BACKUP_POLICY),
    "EBS": ("ec2:CreateSnapshot", _BACKUP_POLICY),
    "EC2": ("ec2:CreateImage", _BACKUP_POLICY),
    "EFS": ("elasticfilesystem:Backup", _BACKUP_POLICY),
    "RDS": ("rds:CreateDBSnapshot", _BACKUP_POLICY),
    "Aurora": ("rds:CreateDBClusterSnapshot", _BACKUP_POLICY),
}


@dataclass(frozen=True)
class End:
    """A final state, its message, and the message's category (API:ListBackupJobs, MessageCategory)."""

    state: str
    message: str | None = None
    category: str = SUCCESS


@dataclass(frozen=True)
class Attempt:
    """What the end of a backup job depends on; `resource` is None if it does not exist."""

    place: Place
    vault_name: str
    resource: Resource | None
    resource_arn: str
    role_arn: str
    lifecycle: Document | None
    completion_minutes: float


def failure(attempt: Attempt, roles: RoleDirectory) -> End | None:
    """Why the job cannot succeed; None if it can."""
    role = roles.find(attempt.role_arn)
    if role is None or not role.trusts(SERVICE):
        return End("FAILED", f"IAM Role {attempt.role_arn} cannot be assumed by AWS Backup.", "AccessDenied")
    vault = attempt.place.vaults.get(attempt.vault_name)
    if vault is None:
        arn = attempt.place.arn("backup-vault", attempt.vault_name)
        return End(
            "FAILED", f"Backup job failed because backup vault {arn} does not exist.", "ResourceNotFound"
        )
    resource = attempt.resource
    if resource is None:
        return End("FAILED", f"Could not find resource {attempt.resource_arn}.", "ResourceNotFound")
    return _failure_of(resource, role) or _outside_lock(vault, attempt.lifecycle)


def _failure_of(resource: Resource, role: Role) -> End | None:
    if not permitted(role, resource.kind):
        # ministryofjustice/modernisation-platform #6152
        return End(
            "FAILED",
            "Your backup job failed as AWS Backup does not have permission to describe resource "
            f"{resource.arn}. Please review your IAM policies to ensure AWS Backup can protect your "
            "resources.",
            "AccessDenied",
        )
    if resource.kind == "S3" and not resource.versioned:
        # that the job fails: DG:s3-backups and ministryofjustice/modernisation-platform #12696; the text is
        # an inference
        return End("FAILED", f"Versioning is not enabled on the bucket {resource.arn}.", "InvalidParameters")
    if not resource.key_usable:
        message = "KMS key is either disabled or pending deletion or access to KMS key is denied"
        return End("FAILED", message, "KMSKeyError")
    return End("FAILED", resource.fails_with, "MISCELLANEOUS") if resource.fails_with else None


@keeps("L8")
def _outside_lock(vault: Vault, lifecycle: Document | None) -> End | None:
    """The text is that of a copy job with one word changed, an inference."""
    if within_lock(vault, lifecycle):
        return None
    message = (
        "Backup job failed. The retention specified in the job is not within the range specified for the "
        "target Backup Vault."
    )
    return End("FAILED", message, "InvalidParameters")


def within_lock(vault: Vault, lifecycle: Document | None) -> bool:
    """Whether the vault's lock, if it has one, takes a recovery point that is kept for so long."""
    if vault.lock is None:
        return True
    days = (lifecycle or {}).get("DeleteAfterDays")
    low, high = vault.lock.min_retention_days, vault.lock.max_retention_days
    if days is None or days < 0:
        return high is None
    return (low is None or days >= low) and (high is None or days <= high)


def permitted(role: Role, resource_type: str) -> bool:
    """Whether the role allows the one action that stands for a backup of the type."""
    action, managed = _NEEDED.get(resource_type, ("tag:GetResources", _BACKUP_POLICY))
    return role.allows(action, (f":policy/{managed}", ":policy/AdministratorAccess"))


def success(resource: Resource) -> End:
    """A message on a completed job is what the console calls "Completed with issues" (DG:eventbridge)."""
    return End("COMPLETED", resource.warning, "MISCELLANEOUS" if resource.warning else SUCCESS)


def too_long() -> End:
    """The completion window closed (classmethod's note of 2021-07-01; DG:troubleshooting)."""
    return End("EXPIRED", "Backup job expired before completion.", "Expired")


def never_started() -> End:
    """The start window closed while another job ran (DG:eventbridge, State: EXPIRED)."""
    message = "Backup job failed because there was a running job for the same resource."
    return End("EXPIRED", message, "Expired")


@dataclass(frozen=True)
class Copy:
    """A copy action of a finished backup job."""

    place: Place
    source: Vault
    destination_arn: str
    role_arn: str
    lifecycle: Document | None


@keeps("G7")
def copy_end(copy: Copy, state: State, switches: Switches) -> tuple[End, tuple[Place, Vault] | None]:
    """How the copy ends, and where it goes if it succeeds."""
    region, account, _, name = copy.destination_arn.split(":")[3:7]
    abroad = account != copy.place.account
    if abroad and (refused := _refused_abroad(copy, state, switches)):
        return refused, None
    place = state.places.get((account, region))
    vault = place.vaults.get(name) if place else None
    if place is None or vault is None:
        text = f"Copy job failed because backup vault {copy.destination_arn} does not exist."
        return End("FAILED", text, "ResourceNotFound"), None
    if abroad and not _lets_copies_in(vault, copy.place.account):
        # the re:Post article of the same name
        return End("FAILED", "Access Denied trying to call AWS Backup service", "AccessDenied"), None
    if abroad and vault.encryption_key_arn == place.default_key_arn():
        return End("FAILED", _DEFAULT_KEY, "InvalidParameters"), None
    if not within_lock(vault, copy.lifecycle):
        return End("FAILED", _COPY_OUTSIDE_LOCK, "InvalidParameters"), None
    return End("COMPLETED"), (place, vault)


_DEFAULT_KEY = (
    "Copy job failed because the destination Backup vault is encrypted with the default Backup service "
    "managed key. The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted "
    "by an AWS KMS key may be copied."
)
_COPY_OUTSIDE_LOCK = (
    "Copy job failed. The retention specified in the job is not within the range specified for the target "
    "Backup Vault."
)


def _refused_abroad(copy: Copy, state: State, switches: Switches) -> End | None:
    if switches.organization_role == "none":
        return End(
            "FAILED",
            "Copy job failed. Both source and destination account must be a member of the same organization.",
            "AccessDenied",
        )
    settings = state.account_settings(copy.place.account).settings
    if settings.get("isCrossAccountBackupEnabled") != "true":
        return End(
            "FAILED",
            "Copy job failed. Cross-account copy feature is not enabled for the current organization.",
            "AccessDenied",
        )
    return None


def _lets_copies_in(vault: Vault, account: str) -> bool:
    statements: Any = json.loads(vault.access_policy or "{}").get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        actions = statement.get("Action", [])
        principal = json.dumps(statement.get("Principal", ""))
        if (
            statement.get("Effect") == "Allow"
            and any(
                fnmatch.fnmatchcase("backup:CopyIntoBackupVault", action)
                for action in ([actions] if isinstance(actions, str) else actions)
            )
            and (account in principal or '"*"' in principal)
        ):
            return True
    return False
