"""What one invocation does for an execution of the state machine, and the JSON that the machine hands on.

The machine (`statemachines/vault_emptier.asl.json`) knows four words: after a slice it goes on, waits, has an
answer given, and after an answer it goes on or ends.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.aws.deadline import Deadline
from cfn_backup.aws.session import Session
from cfn_backup.emptying import limits
from cfn_backup.emptying.flight import Flight
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.ownership import NotToBeEmptied
from cfn_backup.emptying.progress import Progress
from cfn_backup.emptying.rounds import Next, Step
from cfn_backup.emptying.slice import Observer, Slice

GO_ON, WAIT, ANSWER = "GO_ON", "WAIT", "ANSWER"
"""Values of ``next`` in the machine's state."""


@dataclass(frozen=True)
class Outcome:
    """What is to be answered. Not finished: that it goes on."""

    finished: bool
    emptied: bool
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Outcome:
        return cls(bool(members["finished"]), bool(members["emptied"]), str(members.get("why", "")))


@dataclass(frozen=True)
class Hands:
    """What a slice works with.

    ``answer_is_due``: whether somebody has to be answered at this time, in seconds since the epoch.
    ``remove_vault``: deletes the emptied vault with what belongs to it; raises ProviderError if it cannot.
    """

    session: Session
    flight: Flight
    observer: Observer
    answer_is_due: Callable[[float], bool]
    remove_vault: Callable[[Order, Deadline], None]


def work(state: Mapping[str, Any], hands: Hands, seconds: float) -> dict[str, Any]:
    """Does one slice, for at most so many seconds, and returns the state with which the machine goes on.

    Raises ProviderError, and TypeError or ValueError for a state that is none.
    """
    order = Order.from_json(state["order"])
    progress = Progress.from_json(state.get("progress") or {})
    now = hands.flight.now()
    ends_at = now + min(seconds, limits.SLICE)
    one = Slice(
        hands.session,
        order,
        progress,
        flight=hands.flight,
        observer=hands.observer,
        ends_at=ends_at,
    )
    try:
        step = one.run()
    except NotToBeEmptied as refusal:
        step = Step(Next.STOPPED, progress, why=str(refusal))
    if step.next is Next.EMPTIED and order.delete_vault:
        deadline = Deadline(now + seconds, hands.flight.now, hands.flight.sleep)
        hands.remove_vault(order, deadline)
    following = order.next() if step.next is Next.EMPTIED else None
    if following is not None:
        order, step = following, Step(Next.GO_ON, Progress())
    return _state(order, step, answer_is_due=hands.answer_is_due(hands.flight.now()))


def _state(order: Order, step: Step, *, answer_is_due: bool) -> dict[str, Any]:
    state: dict[str, Any] = {"order": order.to_json(), "progress": step.progress.to_json()}
    if step.next in (Next.EMPTIED, Next.STOPPED):
        outcome = Outcome(finished=True, emptied=step.next is Next.EMPTIED, why=step.why)
        return state | {"next": ANSWER, "outcome": outcome.to_json()}
    if answer_is_due:
        return state | {"next": ANSWER, "outcome": Outcome(finished=False, emptied=False).to_json()}
    if step.next is Next.WAIT:
        return state | {"next": WAIT, "seconds": round(step.pause)}
    return state | {"next": GO_ON}


def outcome_of(state: Mapping[str, Any]) -> Outcome:
    """What is to be answered for a state of the machine, also for one in which a slice failed for good."""
    if "error" in state:
        return Outcome(finished=True, emptied=False, why=_failure(state["error"]))
    return Outcome.from_json(state["outcome"])


def _failure(error: Mapping[str, Any]) -> str:
    """What Step Functions says of a failed task: for a Lambda function, its exception as JSON."""
    try:
        cause = json.loads(error.get("Cause", ""))
        text = f"{cause['errorType']}: {cause['errorMessage']}"
    except (ValueError, TypeError, KeyError):
        text = str(error.get("Error", "unknown"))
    return f"the work failed again and again, at last with {text[:500]}"
