"""What an account says about the backups of some plans, as far as a judgement needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cfn_backup_tools.account.plans import LivePlan
from cfn_backup_tools.account.reached import Reach
from cfn_backup_tools.account.resources import Resource

DONE_WELL = "COMPLETED"
UNDER_WAY = ("CREATED", "PENDING", "RUNNING", "ABORTING")


@dataclass(frozen=True)
class Job:
    """A backup or copy job.

    :param vault: of a backup job the name of the vault, of a copy job the ARN of the destination.
    :param rule: the name of the rule that made it; empty for a job that somebody started.
    """

    job_id: str
    resource: str
    state: str
    created: datetime
    vault: str
    rule: str = ""
    message: str = ""
    ended: datetime | None = None

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


@dataclass(frozen=True)
class VaultFacts:
    """A vault that a rule names.

    :param exists: False where the vault is not there, or the caller may not know it.
    :param key_problem: why its key cannot be used; empty if it can.
    :param topic_problem: why its notifications do not arrive; empty if nothing is known against it.
    """

    name: str
    exists: bool
    min_days: int | None = None
    max_days: int | None = None
    key_problem: str = ""
    topic_problem: str = ""

    def takes(self, days: int | None) -> bool:
        """Whether its lock takes a point that is kept for so many days; None: for ever."""
        if days is None:
            return self.max_days is None
        return (self.min_days or 0) <= days <= (self.max_days or days)


@dataclass(frozen=True)
class RoleFacts:
    """:param assumable: it is there, and AWS Backup may assume it.
    :param policies: what comes after ``policy/`` in the ARNs of the attached policies.
    :param own_policies: whether it has inline policies or customer managed ones, which are not read.
    """

    arn: str
    assumable: bool
    policies: frozenset[str] = frozenset()
    own_policies: bool = False


@dataclass(frozen=True)
class BucketFacts:
    """A bucket's settings; None where they could not be read."""

    versioned: bool | None
    sends_events: bool | None


@dataclass(frozen=True)
class PlanFacts:
    """One plan, what it reaches and what became of it.

    :param reached: by selection id.
    :param last_points: when the youngest recovery point of a resource in one of the plan's vaults was made.
    """

    plan: LivePlan
    reached: Mapping[str, Reach]
    jobs: tuple[Job, ...] = ()
    copies: tuple[Job, ...] = ()
    last_points: Mapping[str, datetime] = field(default_factory=dict)

    def resources(self) -> dict[str, Resource]:
        """Everything that the plan reaches, by ARN."""
        return {r.arn: r for reach in self.reached.values() for r in reach.resources}


@dataclass(frozen=True)
class Facts:
    """Everything about some plans that was read from the account.

    :param missing_plans: logical ids of plans that the stack believes in and that are not there.
    :param tagged: all resources that were looked at, for «what did it mean instead?».
    """

    plans: tuple[PlanFacts, ...]
    missing_plans: Mapping[str, str]
    vaults: Mapping[str, VaultFacts]
    destinations: Mapping[str, VaultFacts]
    roles: Mapping[str, RoleFacts]
    buckets: Mapping[str, BucketFacts]
    opted_in: Mapping[str, bool]
    tagged: tuple[Resource, ...] = ()
    not_looked_at: tuple[str, ...] = ()


def job_of(document: Mapping[str, Any]) -> Job:
    """A member of ListBackupJobs or ListCopyJobs."""
    creator = document.get("CreatedBy") or {}
    copied = "CopyJobId" in document
    message = document.get("StatusMessage") or ""
    return Job(
        document["CopyJobId" if copied else "BackupJobId"],
        document["ResourceArn"],
        document["State"],
        document["CreationDate"],
        document["DestinationBackupVaultArn" if copied else "BackupVaultName"],
        creator.get("BackupRuleName") or "",
        message.strip('"'),
        document.get("CompletionDate"),
    )
