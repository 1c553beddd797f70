"""Makes the calls of one page at the pace there is, a few at a time, and counts what AWS answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cfn_backup.aws import recovery_points
from cfn_backup.aws.errors import (
    GeneralServiceException,
    NotFound,
    ProviderError,
    ResourceConflict,
    Throttling,
)
from cfn_backup.aws.recovery_points import RecoveryPoint
from cfn_backup.aws.session import Session
from cfn_backup.emptying import limits
from cfn_backup.emptying.flight import Flight, Landing
from cfn_backup.emptying.pace import Pace
from cfn_backup.emptying.points import Phase, Treatment, is_cluster_state
from cfn_backup.emptying.progress import Round


@dataclass(frozen=True)
class Attempt:
    """A point, and what is to be done with it: DELETE, DELETE_COMPOSITE or DISASSOCIATE."""

    point: RecoveryPoint
    treatment: Treatment


class StillNested(ProviderError):
    """Raised instead of deleting a composite point in which the vault still lists others."""


@dataclass
class Deletions:
    """The calls of one slice on one vault.

    ``over`` says that the slice has to end. ``accepted`` is told of every deletion that AWS began,
    ``refused`` of every refusal; the latter may raise to stop the slice.
    """

    session: Session
    vault: str
    flight: Flight
    pace: Pace
    phase: Phase
    started_at: float
    over: Callable[[], bool]
    accepted: Callable[[RecoveryPoint], None]
    refused: Callable[[RecoveryPoint, ProviderError], None]
    faults: int = 0
    """Failed calls in a row."""

    def make(self, attempts: Iterable[Attempt], counted: Round) -> tuple[Round, bool]:
        """Makes the calls, and adds to what was counted. False with it if there was no time for all of them.

        Raises ProviderError when AWS fails again and again.
        """
        queue = deque(attempts)
        while (queue and not self.over()) or self.flight.in_flight():
            wait = self.pace.wait(self.flight.now())
            may_start = bool(queue) and not self.over() and self.flight.in_flight() < limits.IN_FLIGHT
            if may_start and wait <= 0:
                self._start(queue.popleft())
            elif self.flight.in_flight():
                for landing in self.flight.landed(wait if may_start else limits.LONGEST_PAUSE):
                    counted = self._judge(landing, queue, counted)
            else:
                self.flight.sleep(wait)
        return counted, not queue

    def _start(self, attempt: Attempt) -> None:
        self.pace.take(self.flight.now())
        self.flight.start(attempt, lambda: self._call(attempt))

    def _call(self, attempt: Attempt) -> None:
        arn = attempt.point.arn
        if attempt.treatment is Treatment.DISASSOCIATE:
            recovery_points.disassociate_point(self.session, self.vault, arn)
            return
        if attempt.treatment is Treatment.DELETE_COMPOSITE:
            # the cluster state of EKS is the one nested point that goes with its composite
            nested = recovery_points.nested_points(self.session, self.vault, arn, size=2)
            if not all(is_cluster_state(point) for point in nested):
                raise StillNested("points are nested in it")
        recovery_points.delete_point(self.session, self.vault, arn)

    def _judge(self, landing: Landing, queue: deque[Attempt], counted: Round) -> Round:
        attempt: Attempt = landing.subject
        refusal = landing.refusal
        if isinstance(refusal, Throttling):
            self.pace.throttled(self.flight.now())
            queue.append(attempt)
            return counted
        if isinstance(refusal, GeneralServiceException):
            return self._after_fault(attempt, refusal, queue, counted)
        self.faults = 0
        if refusal is None:
            return self._taken(attempt, counted)
        if isinstance(refusal, NotFound):
            return counted  # gone with its composite, or by somebody else's hand
        if isinstance(refusal, ResourceConflict):
            return counted.counted(waiting=1)  # another action runs on it (rule R3)
        return self._refused(attempt, refusal, counted)

    def _taken(self, attempt: Attempt, counted: Round) -> Round:
        point = attempt.point
        is_disassociated = attempt.treatment is Treatment.DISASSOCIATE
        if not is_disassociated:
            self.accepted(point)
        return counted.counted(
            deleted=not is_disassociated,
            disassociated=is_disassociated,
            expired=point.status == "EXPIRED",
            arrived=point.created > self.started_at,
        )

    def _after_fault(
        self, attempt: Attempt, fault: ProviderError, queue: deque[Attempt], counted: Round
    ) -> Round:
        self.faults += 1
        if self.faults >= limits.FAULTS:
            raise fault
        self.flight.sleep(min(limits.ROUND_PAUSE, 0.1 * 2**self.faults))
        queue.append(attempt)
        return counted

    def _refused(self, attempt: Attempt, refusal: ProviderError, counted: Round) -> Round:
        point = attempt.point
        is_composite = attempt.treatment is Treatment.DELETE_COMPOSITE
        if isinstance(refusal, StillNested) or (is_composite and self.phase < Phase.REST):
            return counted.counted(later=1)
        self.refused(point, refusal)
        return counted.resisted(point.arn, words_for(point, refusal))


def words_for(point: RecoveryPoint, refusal: ProviderError | None = None) -> str:
    """Why a point resists: what AWS said of it, and whose it is where that helps."""
    said = str(refusal) if refusal is not None else point.status_message or f"its status is {point.status}"
    if point.resource_type == "Aurora":
        return f"Aurora keeps it while the cluster {point.resource_arn} exists: {said}"
    return said
