"""One bounded slice of the work: walks through the vault's list and takes away what may go.

It keeps one page of the list and a few calls in flight, whatever the vault holds. Nothing that it knows is
needed to repeat it: a slice that was killed is done again, since only what the vault still lists counts.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Protocol

from cfn_backup.aws import recovery_points, vaults
from cfn_backup.aws.errors import AccessDenied, InvalidRequest, NotFound, ProviderError
from cfn_backup.aws.recovery_points import Page, RecoveryPoint
from cfn_backup.aws.session import Session
from cfn_backup.aws.vaults import VaultParts
from cfn_backup.emptying import limits
from cfn_backup.emptying.blockers import blockers, is_own_policy
from cfn_backup.emptying.deletions import Attempt, Deletions, words_for
from cfn_backup.emptying.flight import Flight
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.ownership import owner_of, record_of, refuse_to_empty, refuse_vault_of_others
from cfn_backup.emptying.pace import Pace
from cfn_backup.emptying.points import RdsPoints, Treatment, treatment
from cfn_backup.emptying.progress import Progress, Round
from cfn_backup.emptying.rounds import Next, Step, after_round, keeps_filling
from cfn_backup.emptying.samples import Samples


@dataclass(frozen=True)
class Tick:
    """What an observer says: how many calls a second this vault may have, and whether the slice has to end
    because somebody waits for an answer."""

    calls_per_second: float
    ends: bool = False


class Observer(Protocol):
    """Who is told how it goes, and says what has changed outside."""

    def tick(self, progress: Progress, now: float) -> Tick:
        """About once a minute, and at the beginning."""

    def gone(self, resource_type: str, seconds: float) -> None:
        """A point of this type was gone so many seconds after its deletion."""


class Stopped(Exception):
    """Raised inside a slice when nothing more is to be deleted; the message is for people."""


class Slice:
    """Works on one vault until ``ends_at`` (seconds since the epoch), or until there is nothing to do."""

    def __init__(
        self,
        session: Session,
        order: Order,
        progress: Progress,
        *,
        flight: Flight,
        observer: Observer,
        ends_at: float,
    ) -> None:
        now = flight.now()
        self._session = session
        self._order = order
        self._flight = flight
        self._observer = observer
        self._ends_at = ends_at
        self._progress = dataclasses.replace(
            progress, started_at=progress.started_at or now, slices=progress.slices + 1
        )
        self._pace = Pace(rate=progress.rate)
        self._rds = RdsPoints.DISASSOCIATE
        self._samples = Samples(session, order.vault_name, progress.samples, observer.gone)
        self._refusals = 0
        self._next_tick = now

    def run(self) -> Step:
        """The step that follows; the next slice begins with its progress.

        Raises NotToBeEmptied for a vault that is not to be emptied, and another ProviderError for what may be
        over when the slice is repeated.
        """
        vault = self._read()
        if vault is None:
            return Step(Next.EMPTIED, self._progress)
        refuse_to_empty(owner_of(self._order), vault)
        self._rds = record_of(vault) or RdsPoints.DISASSOCIATE
        try:
            self._begin(vault)
            step = self._work()
        except Stopped as stop:
            step = Step(Next.STOPPED, self._progress, why=str(stop))
        carried = dataclasses.replace(step.progress, rate=self._pace.rate, samples=self._samples.open)
        return dataclasses.replace(step, progress=carried)

    def _read(self) -> VaultParts | None:
        name = self._order.vault_name
        state = vaults.find_vault(self._session, name)
        if state is None:
            return None
        refuse_vault_of_others(owner_of(self._order), state)
        return vaults.read_vault(self._session, name, state.arn)

    def _begin(self, vault: VaultParts) -> None:
        if self._progress.slices == 1:
            self._refuse_blocked(vault)
            self._progress = dataclasses.replace(self._progress, at_first=vault.state.recovery_points)
        if is_own_policy(vault):
            # it may deny the deletion of recovery points to everybody (BlockRecoveryPointDeletion); the
            # template that says so has EmptyOnDelete, too
            vaults.put_access_policy(self._session, vault.state.name, None)

    def _refuse_blocked(self, vault: VaultParts) -> None:
        found = blockers(self._session, vault)
        if found:
            raise Stopped(" Besides, ".join(str(blocker) for blocker in found))

    def _work(self) -> Step:
        while self._walk():
            step = after_round(self._progress, self._flight.now())
            self._progress = step.progress
            if step.next is Next.WAIT and step.pause <= limits.ROUND_PAUSE:
                self._flight.sleep(step.pause)
            elif step.next is not Next.GO_ON:
                return step
        return Step(Next.GO_ON, self._progress)

    def _walk(self) -> bool:
        """Goes through the list from where the round is. Whether it came to the end of it."""
        while not self._is_over():
            page = self._next_page()
            if page is None:
                self._keep(Round())
                return True
            counted, whole = self._treat(page.points)
            if not whole:
                self._keep(self._progress.round.with_part_of_page(counted))
                return False
            self._keep(self._progress.round.with_page(counted, page.next_token))
            if not page.next_token:
                return True
            self._refuse_filling(counted)
        return False

    def _refuse_filling(self, page: Round) -> None:
        """A round that others lengthen as fast as it goes would never end.

        Raises Stopped when several whole pages held nothing but what arrived since the work began.
        """
        if not page.accepted or page.arrived < page.accepted:
            return
        filled = self._progress.refill_rounds + 1
        self._progress = dataclasses.replace(self._progress, refill_rounds=filled)
        if filled >= limits.REFILL_ROUNDS:
            raise Stopped(keeps_filling(self._progress))

    def _next_page(self) -> Page | None:
        """None when the vault is gone."""
        name, token = self._order.vault_name, self._progress.round.token
        try:
            return recovery_points.page_of_points(self._session, name, token)
        except (AccessDenied, NotFound):
            if vaults.find_vault(self._session, name) is None:
                return None
            raise
        except InvalidRequest:
            if not token:
                raise
            # how long a token is good is not documented; without it the round begins anew
            return recovery_points.page_of_points(self._session, name)

    def _keep(self, done: Round) -> None:
        self._progress = dataclasses.replace(
            self._progress,
            taken=self._progress.taken + max(0, done.accepted - self._progress.round.accepted),
            round=done,
        )

    def _treat(self, points: tuple[RecoveryPoint, ...]) -> tuple[Round, bool]:
        """What one page comes to, and whether there was time for all of it."""
        counted, attempts = Round(), []
        for point in points:
            how = self._treatment(point)
            counted = _counted(counted, point, how)
            self._note_plan(point)
            if how in (Treatment.DELETE, Treatment.DELETE_COMPOSITE, Treatment.DISASSOCIATE):
                attempts.append(Attempt(point, how))
        deletions = Deletions(
            session=self._session,
            vault=self._order.vault_name,
            flight=self._flight,
            pace=self._pace,
            phase=self._progress.phase,
            started_at=self._progress.started_at,
            over=self._is_over,
            accepted=lambda point: self._samples.begin(point, self._flight.now()),
            refused=self._after_refusal,
        )
        return deletions.make(attempts, counted)

    def _treatment(self, point: RecoveryPoint) -> Treatment:
        progress = self._progress
        return treatment(
            point,
            progress.phase,
            self._rds,
            expired_resist=progress.expired_rounds >= limits.EXPIRED_ROUNDS,
            continuous_resist=progress.continuous_rounds >= limits.EXPIRED_ROUNDS,
        )

    def _note_plan(self, point: RecoveryPoint) -> None:
        plans = self._progress.plans
        is_new = point.created > self._progress.started_at and point.backup_plan_id not in ("", *plans)
        if is_new and len(plans) < limits.SHOWN:
            self._progress = dataclasses.replace(self._progress, plans=(*plans, point.backup_plan_id))

    def _after_refusal(self, point: RecoveryPoint, refusal: ProviderError) -> None:
        """A hold, a lock or a policy can have come since the work began: then nothing more is tried.

        Raises Stopped.
        """
        self._refusals += 1
        if self._refusals == 1:
            vault = self._read()
            if vault is not None:
                self._refuse_blocked(vault)
        if isinstance(refusal, AccessDenied):
            raise Stopped(f"the deletion of recovery points is denied: {refusal}")
        if self._refusals >= limits.REFUSALS:
            last = f"{point.arn} ({words_for(point, refusal)})"
            raise Stopped(f"{self._refusals} deletions were refused, the last of {last}")

    def _is_over(self) -> bool:
        now = self._flight.now()
        self._samples.look(now)
        if now >= self._next_tick:
            self._next_tick = now + limits.TICK
            tick = self._observer.tick(self._progress, now)
            self._pace.share(tick.calls_per_second)
            if tick.ends:
                self._ends_at = now
        return now >= self._ends_at


def _counted(counted: Round, point: RecoveryPoint, how: Treatment) -> Round:
    if how is Treatment.RESISTS:
        counted = counted.resisted(point.arn, words_for(point))
    return counted.counted(
        seen=1,
        waiting=how is Treatment.WAIT,
        creating=point.status == "CREATING",
        later=how is Treatment.LATER,
    )
