"""What follows a finished round: pure decisions from what it counted."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from cfn_backup.emptying import limits
from cfn_backup.emptying.points import Phase
from cfn_backup.emptying.progress import Progress, Round


class Next(StrEnum):
    """What to do next."""

    GO_ON = "go on"
    WAIT = "wait"
    EMPTIED = "emptied"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Step:
    """The next step, with the progress that it starts from. ``why`` is there when the work stops."""

    next: Next
    progress: Progress
    pause: float = 0.0
    """Seconds to wait first."""
    why: str = ""


def after_round(progress: Progress, now: float) -> Step:
    """The step after the round that ``progress`` holds has come to the end of the list."""
    done = progress.round
    begun = dataclasses.replace(progress, round=Round(), rounds=progress.rounds + 1)
    if not done.seen:
        return Step(Next.EMPTIED, begun)
    if done.accepted:
        return _after_changes(begun, done)
    if begun.phase < Phase.COMPOSITES and done.later:
        # nothing is lost by looking at once: what a composite waits for shows in the next round
        return Step(Next.GO_ON, dataclasses.replace(begun, phase=Phase.COMPOSITES))
    if done.waiting:
        return _after_waiting(begun, done, now)
    if begun.phase < Phase.REST and done.later:
        return Step(Next.GO_ON, dataclasses.replace(begun, phase=Phase.REST, unchanged_since=0.0))
    return Step(Next.STOPPED, begun, why=what_resists(done))


def _after_changes(begun: Progress, done: Round) -> Step:
    changed = dataclasses.replace(
        begun,
        # EXPIRED points are deleted once, then everything has to settle before they are looked at again
        phase=Phase.COMPOSITES if begun.phase is Phase.REST else begun.phase,
        expired_rounds=begun.expired_rounds + (1 if done.expired else 0),
        continuous_rounds=0 if done.deleted else begun.continuous_rounds + 1,
        refill_rounds=begun.refill_rounds + (1 if done.arrived == done.accepted else 0),
        fewest=done.seen if begun.fewest < 0 else min(begun.fewest, done.seen),
        futile_rounds=begun.futile_rounds + (1 if 0 <= begun.fewest <= done.seen else 0),
        unchanged_since=0.0,
    )
    if changed.refill_rounds >= limits.REFILL_ROUNDS:
        return Step(Next.STOPPED, changed, why=keeps_filling(changed))
    if changed.futile_rounds >= limits.FUTILE_ROUNDS:
        return Step(Next.STOPPED, changed, why=_futile(done))
    return _pause(changed, limits.ROUND_PAUSE)


def _after_waiting(begun: Progress, done: Round, now: float) -> Step:
    since = begun.unchanged_since or now
    if now - since >= limits.WITHOUT_CHANGE:
        return Step(Next.STOPPED, begun, why=_stuck(done))
    pause = min(limits.LONGEST_PAUSE, max(limits.ROUND_PAUSE, begun.pause * 2))
    return _pause(dataclasses.replace(begun, unchanged_since=since), pause)


def _pause(progress: Progress, seconds: float) -> Step:
    return Step(Next.WAIT, dataclasses.replace(progress, pause=seconds), pause=seconds)


def what_resists(done: Round) -> str:
    """The points that do not go, in words: how many, why, and the first of them."""
    first = "; ".join(f"{one.arn} ({one.why})" for one in done.first_resisting)
    if not first:
        return f"{_points(done.seen)} cannot be deleted: they are parts of composite points that stay"
    return f"{_points(done.resisting)} cannot be deleted, the first of them: {first}"


def _stuck(done: Round) -> str:
    minutes = round(limits.WITHOUT_CHANGE / 60)
    creating = f" ({done.creating} of them still being made)" if done.creating else ""
    more = f". Besides, {what_resists(done)}" if done.resisting else ""
    return (
        f"nothing has changed for {minutes} minutes, and the vault still lists {_points(done.waiting)} "
        f"that AWS Backup works on{creating}; a deletion can take AWS Backup days{more}"
    )


def keeps_filling(progress: Progress) -> str:
    """That others put points into the vault as fast as they go, in words, with their plans."""
    plans = ", ".join(progress.plans)
    who = f"by the backup plans {plans}" if plans else "by somebody else than a backup plan"
    return (
        f"the vault keeps being filled: what was in it is gone, but in {limits.REFILL_ROUNDS} rounds there "
        f"were new recovery points, made {who}. Take the vault out of those rules first"
    )


def _futile(done: Round) -> str:
    return (
        f"AWS Backup accepts every deletion, but in {limits.FUTILE_ROUNDS} rounds the vault did not get "
        f"emptier than {_points(done.seen)}"
    )


def _points(count: int) -> str:
    return f"{count} recovery point{'' if count == 1 else 's'}"
