"""What one slice tells the next: small, of one size whatever the vault holds, and JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.emptying import limits
from cfn_backup.emptying.points import Phase


@dataclass(frozen=True)
class Resisting:
    """One recovery point that does not go, and why, in words."""

    arn: str
    why: str


@dataclass(frozen=True)
class Round:
    """One walk through the vault's list, from its first page to its last, over as many slices as it takes."""

    token: str = ""
    """Of the page to go on with; empty before the first and after the last."""
    seen: int = 0
    deleted: int = 0
    disassociated: int = 0
    expired: int = 0
    """Of those deleted: EXPIRED ones, tried once more."""
    waiting: int = 0
    """Points that are being made or deleted."""
    creating: int = 0
    """Of those waiting."""
    later: int = 0
    resisting: int = 0
    first_resisting: tuple[Resisting, ...] = ()
    arrived: int = 0
    """Of those deleted and disassociated: made since the work began."""

    @property
    def accepted(self) -> int:
        """Calls that AWS accepted."""
        return self.deleted + self.disassociated

    def counted(self, **by: int) -> Round:
        return dataclasses.replace(self, **{name: getattr(self, name) + more for name, more in by.items()})

    def resisted(self, arn: str, why: str) -> Round:
        first = self.first_resisting
        if len(first) < limits.SHOWN:
            first = (*first, Resisting(arn, why))
        return dataclasses.replace(self, resisting=self.resisting + 1, first_resisting=first)

    def with_page(self, page: Round, token: str) -> Round:
        """The round with everything that one of its pages counted; ``token`` is that of the next page."""
        counts = {name: getattr(page, name) for name in _COUNTS}
        first = (*self.first_resisting, *page.first_resisting)[: limits.SHOWN]
        return dataclasses.replace(self.counted(**counts), token=token, first_resisting=first)

    def with_part_of_page(self, page: Round) -> Round:
        """The round with what was accepted of a page that will be read again from its beginning."""
        return self.counted(**{name: getattr(page, name) for name in _ACCEPTED})


_ACCEPTED = ("deleted", "disassociated", "expired", "arrived")
_COUNTS = (*_ACCEPTED, "seen", "waiting", "creating", "later", "resisting")


@dataclass(frozen=True)
class Sample:
    """One point of a resource type whose deletion is timed."""

    arn: str
    deleted_at: float
    look_at: float


@dataclass(frozen=True)
class Progress:
    """Where the work is. Times are in seconds since the epoch."""

    started_at: float = 0.0
    at_first: int = 0
    """Recovery points when the work began, as the vault reported them."""
    taken: int = 0
    """Deletions and disassociations that AWS accepted."""
    slices: int = 0
    rounds: int = 0
    phase: Phase = Phase.POINTS
    round: Round = field(default_factory=Round)
    expired_rounds: int = 0
    """Finished rounds in which EXPIRED points were deleted again."""
    continuous_rounds: int = 0
    """Finished rounds in a row in which nothing but disassociations was accepted."""
    refill_rounds: int = 0
    """Finished rounds, and whole pages, that took nothing away but what had arrived since the work began."""
    fewest: int = -1
    """The fewest points that a finished round saw; -1 before the first has finished."""
    futile_rounds: int = 0
    """Finished rounds after which there were not fewer points than that, though calls were accepted."""
    unchanged_since: float = 0.0
    """Since when nothing could be done but wait; 0 while there is something to do."""
    pause: float = 0.0
    rate: float = limits.CALLS_PER_SECOND
    plans: tuple[str, ...] = ()
    """Backup plans that put something into the vault meanwhile: the first few."""
    samples: Mapping[str, Sample] = field(default_factory=dict)
    """By resource type."""

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Progress:
        """What another version of the provider wrote is taken as far as it is known, so that the work goes on
        across upgrades; raises TypeError or ValueError for what is no progress at all."""
        given = _known(cls, members)
        if "phase" in given:
            given["phase"] = Phase(given["phase"])
        if "round" in given:
            rounds = _known(Round, given["round"])
            first = rounds.get("first_resisting", ())
            rounds["first_resisting"] = tuple(Resisting(**_known(Resisting, one)) for one in first)
            given["round"] = Round(**rounds)
        given["plans"] = tuple(given.get("plans", ()))
        samples: Mapping[str, Any] = given.get("samples", {})
        given["samples"] = {kind: Sample(**_known(Sample, one)) for kind, one in samples.items()}
        return cls(**given)


def _known(kind: type[Any], members: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in dataclasses.fields(kind)}
    return {name: value for name, value in members.items() if name in names}
