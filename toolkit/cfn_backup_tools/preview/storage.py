"""How much the recovery points in one vault store, in GB-days.

A resource type with incremental backups stores the whole resource once, for the oldest recovery point there
is, and for each later one what has changed since the one before it. AWS Backup bills data in cold storage as
warm as long as a warm recovery point refers to it (developer guide, Backup plan options and configuration,
Lifecycle and storage tiers); so what is cold is what all points store, less what the warm ones do. Other
types store the whole resource in every recovery point.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cfn_backup_tools.preview.kinds import Cold, Kind
from cfn_backup_tools.preview.plan import Life


@dataclass(frozen=True)
class Points:
    """The recovery points of one rule, or of the copies of one, in a vault."""

    started: Sequence[int]
    """For each simulated day, how many jobs started."""
    life: Life


@dataclass(frozen=True)
class GbDays:
    """Stored GB, added up over days."""

    warm: float = 0.0
    cold: float = 0.0

    def __add__(self, other: GbDays) -> GbDays:
        return GbDays(self.warm + other.warm, self.cold + other.cold)


@dataclass(frozen=True)
class Size:
    """How big a resource is, and how much of it changes in a day."""

    gb: float
    change_per_day: float = 0.0


@dataclass(frozen=True)
class Chain:
    """The recovery points of a vault over some days, without the size of the resource."""

    warm_points: int
    """Warm recovery points, added up over the days."""
    cold_points: int
    warm: Mapping[int, int]
    """How often a warm recovery point stood on the one before it, by the days between them; 0 days: how
    often one stood on none."""
    all: Mapping[int, int]
    """The same with the cold ones."""

    def stored(self, size: Size, kind: Kind) -> GbDays:
        """What the points store of a resource of this size and kind."""
        if not kind.incremental:
            return GbDays(size.gb * self.warm_points, size.gb * self.cold_points)
        warm = _gb_days(self.warm, size)
        if kind.cold is Cold.FULL:
            return GbDays(warm, size.gb * self.cold_points)
        return GbDays(warm, _gb_days(self.all, size) - warm)


def chain(points: Iterable[Points], kind: Kind, days: range) -> Chain:
    """What the points of one vault are on these days, for resources of this kind."""
    lives = [(_days_with_jobs(p.started), p.started, life_of(p.life, kind)) for p in points]
    warm_points = cold_points = 0
    warm_gaps: Counter[int] = Counter()
    all_gaps: Counter[int] = Counter()
    for day in days:
        warm_days: set[int] = set()
        cold_days: set[int] = set()
        for with_jobs, started, life in lives:
            warm, cold = _alive(with_jobs, day, life)
            warm_points += sum(started[at] for at in warm)
            cold_points += sum(started[at] for at in cold)
            warm_days.update(warm)
            cold_days.update(cold)
        warm_gaps.update(_gaps(warm_days))
        all_gaps.update(_gaps(warm_days | cold_days))
    return Chain(warm_points, cold_points, warm_gaps, all_gaps)


def life_of(life: Life, kind: Kind) -> Life:
    """The life that a resource type really has: some have no cold storage, and EBS only on opting in."""
    without = kind.cold is Cold.NONE or (kind.billed_by == "AmazonEC2" and not life.archives_volumes)
    return replace(life, cold_after_days=None) if without else life


def _days_with_jobs(started: Sequence[int]) -> list[int]:
    return [day for day, jobs in enumerate(started) if jobs]


def _alive(with_jobs: list[int], day: int, life: Life) -> tuple[list[int], list[int]]:
    """The days of the points that are warm and of those that are cold at the end of this day."""
    until = bisect_right(with_jobs, day)
    kept = 0 if life.delete_after_days is None else bisect_right(with_jobs, day - life.delete_after_days)
    warm = kept if life.cold_after_days is None else bisect_right(with_jobs, day - life.cold_after_days)
    return with_jobs[warm:until], with_jobs[kept:warm]


def _gaps(days: Iterable[int]) -> list[int]:
    """The days between each point and the one before it; 0 for the first."""
    ordered = sorted(days)
    return [0, *(later - earlier for earlier, later in pairwise(ordered))] if ordered else []


def _gb_days(gaps: Mapping[int, int], size: Size) -> float:
    return sum(
        often * (min(size.gb, size.change_per_day * days) if days else size.gb)
        for days, often in gaps.items()
    )
