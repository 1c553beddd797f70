"""What the service remembers: one `Place` per account and Region, and what is in it."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .arrivals import Arrivals
from .job_records import JobBook, Resource
from .rates import CallRates
from .recovery_point_store import RecoveryPointStore

Document = dict[str, Any]  # a part of a request or answer, in the shape that the service model gives it
Tags = dict[str, str]

# G2: the keys as DescribeRegionSettings shows them; the real list varies by Region and grows.
RESOURCE_TYPES = (
    "Aurora",
    "CloudFormation",
    "DocumentDB",
    "DynamoDB",
    "EBS",
    "EC2",
    "EFS",
    "FSx",
    "Neptune",
    "RDS",
    "Redshift",
    "S3",
    "SAP HANA on Amazon EC2",
    "Storage Gateway",
    "Timestream",
    "VirtualMachine",
)
DISABLED_AT_FIRST = ("Aurora", "FSx")  # G4
MANAGEABLE_TYPES = ("DynamoDB", "EFS")  # G5


@dataclass(frozen=True)
class VaultLock:
    """`lock_date` is only there in compliance mode."""

    min_retention_days: int | None
    max_retention_days: int | None
    lock_date: float | None

    def immutable(self, now: float) -> bool:
        return self.lock_date is not None and now >= self.lock_date


@dataclass(frozen=True)
class Notifications:
    topic_arn: str
    events: tuple[str, ...]


@dataclass
class Vault:
    name: str
    arn: str
    encryption_key_arn: str
    creator_request_id: str
    creation_date: float
    tags: Tags
    lock: VaultLock | None = None
    access_policy: str | None = None
    notifications: Notifications | None = None
    vault_type: str = "BACKUP_VAULT"
    recovery_points: RecoveryPointStore = field(default_factory=RecoveryPointStore)
    arrivals: list[Arrivals] = field(default_factory=list)

    def settle(self, now: float) -> None:
        """Lets happen what is due: points arrive, are completed, are gone."""
        for arrivals in self.arrivals:
            for point in arrivals.due(now):
                self.recovery_points.put(point)
        self.recovery_points.settle(now)


@dataclass(frozen=True)
class PlanVersion:
    """A document with the service's defaults and rule ids filled in."""

    version_id: str
    creation_date: float
    document: Document


@dataclass(frozen=True)
class Selection:
    selection_id: str
    creator_request_id: str
    creation_date: float
    document: Document

    @property
    def name(self) -> str:
        return str(self.document["SelectionName"])

    @property
    def uses_tags(self) -> bool:
        conditions = self.document.get("Conditions") or {}
        return bool(self.document.get("ListOfTags")) or any(conditions.values())


@dataclass
class Plan:
    plan_id: str
    arn: str
    creator_request_id: str
    versions: list[PlanVersion]
    tags: Tags
    selections: dict[str, Selection] = field(default_factory=dict)
    last_selection_deleted: float | None = None
    deletion_date: float | None = None

    @property
    def current(self) -> PlanVersion:
        return self.versions[-1]

    @property
    def deleted(self) -> bool:
        return self.deletion_date is not None


@dataclass(frozen=True)
class LegalHold:
    legal_hold_id: str
    arn: str
    token: str
    title: str
    description: str
    creation_date: float
    recovery_point_selection: Document
    cancel_description: str | None = None
    cancellation_date: float | None = None
    retain_record_until: float | None = None

    @property
    def active(self) -> bool:
        return self.cancellation_date is None


@dataclass
class Place:
    """One account in one Region."""

    account: str
    region: str
    partition: str
    vaults: dict[str, Vault] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    legal_holds: dict[str, LegalHold] = field(default_factory=dict)
    tags: dict[str, Tags] = field(default_factory=dict)  # of recovery points and legal holds, by ARN
    opted_in: dict[str, bool] = field(
        default_factory=lambda: {name: name not in DISABLED_AT_FIRST for name in RESOURCE_TYPES}
    )
    managed: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(MANAGEABLE_TYPES, False))
    role_attempts: Counter[tuple[str, str]] = field(default_factory=Counter)
    rates: CallRates = field(default_factory=CallRates)
    removed_resources: set[str] = field(default_factory=set)  # ARNs of what was backed up and is no more
    point_in_time_recovery_off: list[str] = field(default_factory=list)  # ARNs of databases, in order
    jobs: JobBook = field(default_factory=JobBook)
    resources: dict[str, Resource] = field(default_factory=dict)  # what tests put, by ARN

    def arn(self, kind: str, name: str) -> str:
        return f"arn:{self.partition}:backup:{self.region}:{self.account}:{kind}:{name}"

    def plans_in_use(self) -> list[Plan]:
        return [plan for plan in self.plans.values() if not plan.deleted]

    def default_key_arn(self) -> str:
        """The key behind alias/aws/backup, made by the service on demand (V5)."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"aws/backup/{self.account}/{self.region}")
        return f"arn:{self.partition}:kms:{self.region}:{self.account}:key/{key}"


@dataclass
class GlobalSettings:
    """Of one account in all its Regions."""

    settings: dict[str, str] = field(default_factory=dict)
    last_update: float | None = None


@dataclass
class State:
    """Everything, by account and Region."""

    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    global_settings: dict[str, GlobalSettings] = field(default_factory=dict)

    def place(self, account: str, region: str, partition: str | None = None) -> Place:
        if (account, region) not in self.places:
            self.places[account, region] = Place(account, region, partition or partition_of(region))
        return self.places[account, region]

    def account_settings(self, account: str) -> GlobalSettings:
        return self.global_settings.setdefault(account, GlobalSettings())


def partition_of(region: str) -> str:
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc")):
        if region.startswith(prefix):
            return partition
    return "aws"


def new_id() -> str:
    """Lower-case UUIDs, as `aws backup` examples show them."""
    return str(uuid.uuid4())
