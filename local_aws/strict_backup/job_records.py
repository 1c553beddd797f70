"""What the service remembers of its work: the resources that there are to back up, and the jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Document = dict[str, Any]

SUCCESS = "SUCCESS"  # the MessageCategory of a job without a message
KEPT_SECONDS = 30 * 86400.0  # ListBackupJobs: "for the last 30 days"

_TYPE_OF_SERVICE: Mapping[str, str] = {
    "dynamodb": "DynamoDB",
    "s3": "S3",
    "elasticfilesystem": "EFS",
    "fsx": "FSx",
    "redshift": "Redshift",
    "timestream": "Timestream",
    "cloudformation": "CloudFormation",
    "storagegateway": "Storage Gateway",
    "ssm-sap": "SAP HANA on Amazon EC2",
    "backup-gateway": "VirtualMachine",
}


def type_of(arn: str) -> str:
    """The resource type that AWS Backup gives an ARN, like `DynamoDB`; empty if it backs up no such thing.

    A cluster of RDS counts as Aurora: that it is DocumentDB or Neptune is not in its ARN.
    """
    service, kind = ([*arn.split(":", 5), "", "", ""])[2:6:3]
    match service, kind.replace("/", ":").partition(":")[0]:
        case "ec2", "volume":
            return "EBS"
        case "ec2", "instance":
            return "EC2"
        case "rds", "db":
            return "RDS"
        case "rds", "cluster":
            return "Aurora"
        case "ec2" | "rds", _:
            return ""
    return _TYPE_OF_SERVICE.get(service, "")


@dataclass(frozen=True)
class Resource:
    """Something that AWS Backup can back up, and how a backup of it goes.

    :param resource_type: as AWS Backup names it; left empty, the ARN says.
    :param versioned: of a bucket, that S3 Versioning is enabled.
    :param key_usable: the key that encrypts the resource is enabled, and the role may use it.
    :param backup_minutes: how long a backup takes.
    :param warning: every job completes with this message.
    :param fails_with: every job fails with this message.
    """

    arn: str
    tags: Mapping[str, str] = field(default_factory=dict)
    resource_type: str = ""
    versioned: bool = True
    key_usable: bool = True
    backup_minutes: float = 5
    warning: str | None = None
    fails_with: str | None = None

    @property
    def kind(self) -> str:
        return self.resource_type or type_of(self.arn)


class Inventory(Protocol):
    """Where the service looks for the resources of an account in a Region."""

    def resources(self, account: str, region: str) -> list[Resource]: ...


class NoInventory:
    """An account in which there is only what was put into the service itself."""

    def resources(self, account: str, region: str) -> list[Resource]:  # noqa: ARG002
        return []


@dataclass
class BackupJob:
    """One backup job. Its end is known from the beginning; `state` says how far it has come.

    Times are seconds since the epoch. A job that never runs has no `starts_at`.
    """

    job_id: str
    vault_name: str
    vault_arn: str
    resource_arn: str
    resource_type: str
    role_arn: str
    created: float
    start_by: float
    starts_at: float | None
    ends_at: float
    end_state: str
    message: str | None = None
    category: str = SUCCESS
    created_by: Document | None = None
    lifecycle: Document | None = None
    copy_actions: list[Document] = field(default_factory=list)
    continuous: bool = False
    recovery_point_arn: str | None = None
    settled: bool = False

    def state(self, now: float) -> str:
        """CREATED before the job runs, RUNNING, and then how it ended."""
        if now >= self.ends_at:
            return self.end_state
        return "RUNNING" if self.starts_at is not None and now >= self.starts_at else "CREATED"

    def done(self, now: float) -> bool:
        return now >= self.ends_at


@dataclass
class CopyJob:
    """One copy of a recovery point into another vault."""

    job_id: str
    source_vault_arn: str
    source_point_arn: str
    destination_vault_arn: str
    resource_arn: str
    resource_type: str
    role_arn: str
    created: float
    ends_at: float
    end_state: str
    message: str | None = None
    category: str = SUCCESS
    created_by: Document | None = None
    created_by_job_id: str | None = None
    lifecycle: Document | None = None
    destination_point_arn: str | None = None
    settled: bool = False

    def state(self, now: float) -> str:
        return self.end_state if now >= self.ends_at else "RUNNING"

    def done(self, now: float) -> bool:
        return now >= self.ends_at


@dataclass
class RestoreJob:
    """One restore of a recovery point; it makes no resource that could be used."""

    job_id: str
    recovery_point_arn: str
    resource_arn: str
    resource_type: str
    role_arn: str | None
    created: float
    ends_at: float
    end_state: str
    message: str | None = None
    created_resource_arn: str | None = None

    def state(self, now: float) -> str:
        return self.end_state if now >= self.ends_at else "RUNNING"


@dataclass
class JobBook:
    """The jobs of one account in one Region, and what the scheduler has to know to go on."""

    backup: dict[str, BackupJob] = field(default_factory=dict)
    copies: dict[str, CopyJob] = field(default_factory=dict)
    restores: dict[str, RestoreJob] = field(default_factory=dict)
    busy_until: dict[str, float] = field(default_factory=dict)  # by resource ARN
    last_execution: dict[str, float] = field(default_factory=dict)  # by plan id
    expiring: list[tuple[float, str, str]] = field(default_factory=list)  # when, vault, point
    tokens: dict[str, str] = field(default_factory=dict)  # job id by idempotency token
