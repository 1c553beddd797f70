"""A backup plan as the preview needs it: everything decided, every default of AWS Backup filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from cfn_backup.written.schedule import Schedule, parse

START_WINDOW_MINUTES = 480
COMPLETION_WINDOW_MINUTES = 10080
"""What AWS Backup uses for a rule that has none (API: BackupRuleInput)."""
TIMEZONE = "Etc/UTC"


@dataclass(frozen=True)
class Life:
    """How long a recovery point lives, in days from the start of its job (developer guide, Backup plan
    options and configuration)."""

    delete_after_days: int | None = None
    """None: kept for ever."""
    cold_after_days: int | None = None
    """None: never moved to cold storage."""
    archives_volumes: bool = False
    """Whether EBS snapshots move to cold storage, too (``OptInToArchiveForSupportedResources``)."""

    def is_longer_than(self, other: Life) -> bool:
        """Whether the retention is longer; «for ever» is the longest."""
        if other.delete_after_days is None:
            return False
        return self.delete_after_days is None or self.delete_after_days > other.delete_after_days


@dataclass(frozen=True)
class Vault:
    """Where recovery points are kept."""

    name: str
    region: str
    account: str = ""
    """Empty: the account of the plan."""


@dataclass(frozen=True)
class Copy:
    """A copy of each recovery point of a rule, in another vault."""

    vault: Vault
    life: Life
    is_place_known: bool = True
    """Whether the template tells in which Region and account the vault is."""


@dataclass(frozen=True)
class Rule:
    """One rule of a plan."""

    name: str
    expression: str
    """A schedule that AWS Backup understands."""
    life: Life
    vault: Vault
    timezone: str = TIMEZONE
    start_window_minutes: int = START_WINDOW_MINUTES
    completion_window_minutes: int = COMPLETION_WINDOW_MINUTES
    continuous: bool = False
    """Whether it keeps one recovery point for point-in-time restore, where the resource supports it."""
    copies: tuple[Copy, ...] = ()

    @cached_property
    def schedule(self) -> Schedule:
        return parse(self.expression)

    @cached_property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Plan:
    """The rules that a plan ends up with."""

    rules: tuple[Rule, ...]
