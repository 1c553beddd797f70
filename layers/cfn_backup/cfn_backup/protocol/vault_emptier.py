"""The Lambda function behind the state machine that empties vaults: one slice of the work, or the answers."""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from cfn_backup.aws import vaults
from cfn_backup.aws.deadline import Deadline
from cfn_backup.aws.errors import ProviderError
from cfn_backup.aws.executions import running_executions
from cfn_backup.aws.installer import InstallersPolicy
from cfn_backup.aws.session import Session
from cfn_backup.desired.place import Place
from cfn_backup.emptying import execution, limits, words
from cfn_backup.emptying.execution import Hands, Outcome
from cfn_backup.emptying.flight import ThreadFlight
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.ownership import owner_of
from cfn_backup.emptying.progress import Progress
from cfn_backup.emptying.slice import Tick
from cfn_backup.emptying.starting import is_allowed
from cfn_backup.protocol import logs, metrics, outbound
from cfn_backup.protocol.answer import Reason
from cfn_backup.protocol.context import LambdaContext
from cfn_backup.protocol.parked import ParkedRequest, Parking
from cfn_backup.protocol.reason import closing
from cfn_backup.protocol.request import ReturnAddress, StackId

log = logging.getLogger(__name__)

ANSWER_MARGIN = 150.0
"""Seconds before CloudFormation gives a request up at which it is answered that the work goes on: a tick, a
slice's end and the answer take less."""
RATE_VARIABLE = "EMPTYING_CALLS_PER_SECOND"
RESERVE = 60.0
"""Seconds of an invocation that a slice leaves for its end."""


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Serves one task of the state machine: `do` is ``slice`` or ``answer``, `state` what the machine holds.

    Raises whatever goes wrong, so that Step Functions repeats the task.
    """
    state: Mapping[str, Any] = event["state"]
    order = Order.from_json(state["order"])
    logs.begin(_address(order), str(event["do"]), {})
    session = Session()
    key, parking = str(state["key"]), Parking(session)
    log.info("%s", event["do"], extra={"vault": order.vault_name, "execution": event.get("execution")})
    if event["do"] == "answer":
        return _answer(state, order, parking.waiting(key), parking, context)
    if InstallersPolicy.from_environment().disabled:
        return {**state, **_stopped("the provider is switched off (its parameter Disabled)")}
    if not is_allowed():
        return {**state, **_stopped("the installer of the provider does not allow it (AllowEmptyOnDelete)")}
    with ThreadFlight() as flight:
        reporter = Reporter(session, order, lambda: parking.waiting(key), str(event.get("machine", "")))
        hands = Hands(session, flight, reporter, reporter.answer_is_due, _remove_vault)
        worked = execution.work(state, hands, _remaining(context) - RESERVE)
    return {**worked, "key": key}


def calls_per_second() -> float:
    """What the installer of the provider allows, for everything that is emptied at a time."""
    try:
        return float(os.environ[RATE_VARIABLE])
    except (KeyError, ValueError):
        return limits.CALLS_PER_SECOND


def _stopped(why: str) -> dict[str, Any]:
    return {
        "next": execution.ANSWER,
        "outcome": Outcome(finished=True, emptied=False, why=why).to_json(),
    }


def _remaining(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def _address(order: Order) -> ReturnAddress:
    return ReturnAddress("", StackId.parse(order.stack_id), order.request_id, order.logical_id)


# ---- the answers ----


def _answer(
    state: Mapping[str, Any],
    order: Order,
    waiting: list[ParkedRequest],
    parking: Parking,
    context: LambdaContext,
) -> dict[str, Any]:
    """Answers everybody who waits, or, while the work goes on, whoever cannot wait any longer."""
    outcome = execution.outcome_of(state)
    progress = Progress.from_json(state.get("progress") or {})
    due = waiting if outcome.finished else [one for one in waiting if is_due(one, outbound.now())]
    if outcome.emptied and due and not order.delete_vault:
        # the work had been started by hand, and a Delete has joined it
        joined = dataclasses.replace(order, delete_vault=True, with_role=True, physical_id=due[0].physical_id)
        _remove_vault(joined, Deadline.after(_remaining(context) - 30))
    text = _text(outcome, order, progress) if due else ""
    for request in due:
        reason = (
            None
            if outcome.finished and outcome.emptied
            else Reason((text,), closing(request.address.request_id, context))
        )
        parking.answer(str(state["key"]), request, reason, lambda: _remaining(context))
        log.info(
            "answered",
            extra={"request": request.address.request_id, "status": "FAILED" if reason else "SUCCESS"},
        )
    return {**state, "outcome": outcome.to_json()}


def _text(outcome: Outcome, order: Order, progress: Progress) -> str:
    if outcome.finished:
        return words.not_emptied(order, progress, outcome.why)
    return words.goes_on(order, progress, _points_left(Session(), order), outbound.now())


def is_due(request: ParkedRequest, now: float) -> bool:
    """Whether a request has to be answered now, as CloudFormation will soon give it up."""
    return request.given_up_at - now <= ANSWER_MARGIN


def _points_left(session: Session, order: Order) -> int:
    found = vaults.find_vault(session, order.vault_name)
    return 0 if found is None else found.recovery_points


# ---- the work ----


class Reporter:
    """Once a minute: a log line, metrics, a look at who else empties and who waits for an answer."""

    def __init__(
        self,
        session: Session,
        order: Order,
        waiting: Callable[[], list[ParkedRequest]],
        machine_arn: str,
    ) -> None:
        self._session = session
        self._order = order
        self._waiting = waiting
        self._machine_arn = machine_arn
        self._taken: int | None = None

    def tick(self, progress: Progress, now: float) -> Tick:
        left = _points_left(self._session, self._order)
        share = calls_per_second() / self._how_many()
        gone = 0 if self._taken is None else progress.taken - self._taken
        self._taken = progress.taken
        if progress.slices == 1 and not progress.taken:
            log.info("%s", words.begun(self._order, left, share))
        log.info(
            "progress",
            extra={
                "vault": self._order.vault_name,
                "points_left": left,
                "points_taken": progress.taken,
                "calls_per_second": share,
                "phase": progress.phase.name,
                "rounds": progress.rounds,
                "slices": progress.slices,
            },
        )
        metrics.record_emptying(self._order.vault_name, left=left, gone=gone)
        return Tick(share, ends=self.answer_is_due(now))

    def gone(self, resource_type: str, seconds: float) -> None:
        metrics.record_deletion(resource_type, seconds)

    def answer_is_due(self, now: float) -> bool:
        return any(is_due(request, now) for request in self._waiting())

    def _how_many(self) -> int:
        """How many vaults are being emptied in this account and Region: they share the rate."""
        try:
            return max(1, len(list(running_executions(self._session, self._machine_arn))))
        except ProviderError as error:
            log.warning("how many vaults are being emptied is not known: %s", error)
            return 1


def _remove_vault(order: Order, deadline: Deadline) -> None:
    """The emptied vault with what belongs to it, and the role that AWS Backup needed so far.

    Raises InvalidRequest if it has recovery points again.
    """
    from cfn_backup.reconcile import intention  # noqa: PLC0415 - only at the end of the work
    from cfn_backup.reconcile.role import remove_role  # noqa: PLC0415 - only at the end of the work
    from cfn_backup.reconcile.vault import remove_emptied  # noqa: PLC0415 - only at the end of the work
    from cfn_backup.reconcile.work import Work  # noqa: PLC0415

    stack = StackId.parse(order.stack_id)
    work = Work(
        owner=owner_of(order),
        place=Place(stack.partition, stack.region, stack.account_id),
        request_id=order.request_id,
        properties={},
        physical_id=order.physical_id,
        session=Session(),
        deadline=deadline,
    )
    remove_emptied(work, order.vault_name)
    if order.then:
        return
    if order.with_role:
        remove_role(work)
    intention.forget(work)
