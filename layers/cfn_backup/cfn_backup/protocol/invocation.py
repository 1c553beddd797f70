"""One request from its event to its answer.

A resource returns or raises; it never sees the answer being sent. Everything that can fail, the import of the
resource included, happens inside the one failure wrapper (``_attempt``), so that it becomes an answer.
"""

# ruff: noqa: PLC0415 - what can be missing, or is slow, is imported when it is needed

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cfn_backup.protocol import ids, logs, metrics, outbound, staleness, watchdog
from cfn_backup.protocol.answer import Answer, InvalidAnswer, Reason
from cfn_backup.protocol.metrics import Outcome
from cfn_backup.protocol.reason import closing, is_for_author, reason_of
from cfn_backup.protocol.request import Request, RequestType
from cfn_backup.protocol.responder import Responder
from cfn_backup.protocol.sender import NotDelivered
from cfn_backup.protocol.watchdog import Watchdog

if TYPE_CHECKING:
    from cfn_backup.protocol.context import LambdaContext
    from cfn_backup.reconcile.work import CustomResource, Pending, Result, Work

log = logging.getLogger(__name__)

ANY_TYPE = "AWS::CloudFormation::CustomResource"
"""The generic name under which a template may use any custom resource."""

UNDO_RESERVE = 15.0
"""Seconds that a resource's deadline leaves before the watchdog's,
for taking back what a failed Create made.
"""


@dataclass(frozen=True)
class Done:
    """What a resource gave back; on Delete only the id that it was asked to delete."""

    physical_id: str
    attributes: Mapping[str, str]
    handed_over: bool = False
    """Whether something that outlives the invocation answers, later."""


class Invocation:
    """Serves one request with the resource class that ``reference`` (``package.module:Class``) names."""

    def __init__(self, request: Request, context: LambdaContext, reference: str, serves: str) -> None:
        self._request = request
        self._context = context
        self._reference = reference
        self._serves = serves
        self._responder = Responder(self._remaining)
        self._work: Work | None = None
        self._started = outbound.monotonic()

    def run(self) -> None:
        """Answers the request. Raises NotDelivered when no answer could be sent."""
        request = self._request
        logs.begin(request.address, request.type, request.properties)
        if staleness.is_stale(request.address.response_url, request.service_timeout, outbound.now()):
            log.warning(
                "stale: CloudFormation has given this request up, nothing is done",
                extra={"request": request.redacted()},
            )
            self._record(Outcome.STALE)
            return
        log.info("request", extra={"request": request.redacted()})
        with Watchdog(self._waited_for(), self._answer_out_of_time):
            result = self._attempt()
        try:
            outcome = self._answer(result)
        except NotDelivered:
            self._record(Outcome.FAILED)
            raise
        self._record(outcome)

    def _attempt(self) -> Done | Exception:
        """The failure wrapper: whatever goes wrong from here on becomes an answer."""
        try:
            # crhelper brings boto3 with it; if either is broken, the stack still gets its answer.
            from cfn_backup.protocol.dispatch import dispatch

            work = self._work = self._begin_work()
            return dispatch(self._request, self._handlers(work), self._context)
        except Exception as error:
            reason = reason_of(error, self._request.id, self._context)
            # a stack trace is for our own mistakes; the author's are told in words.
            trace = None if is_for_author(error) else error
            log.error("failed: %s", "; ".join(reason.parts), exc_info=trace)  # noqa: TRY400
            return error

    def _handlers(self, work: Work) -> dict[RequestType, Callable[[], Done]]:
        from cfn_backup.reconcile import intention

        resource = self._resource()

        def create() -> Done:
            self._refuse_other_types()
            return self._done(work, resource.create(work))

        def update() -> Done:
            self._refuse_other_types()
            return self._done(work, resource.update(work))

        def delete() -> Done:
            # whatever the id is: ours, the marker, or one that CloudFormation
            # invented. The resource looks for what its owner has; the answer
            # keeps the id, since another one would make it a different resource.
            resource.delete(work)
            if work.pending is not None:
                self._hand_over(work, work.pending)
            elif getattr(resource, "keeps_record", False):
                intention.forget(work)
            return Done(self._failed_id(), {}, handed_over=work.pending is not None)

        return {RequestType.CREATE: create, RequestType.UPDATE: update, RequestType.DELETE: delete}

    def _done(self, work: Work, result: Result) -> Done:
        """What was made true, noted for whoever looks for drift."""
        from cfn_backup.reconcile import intention

        intention.record(work, self._request.resource_type, result)
        return Done(result.physical_id, result.attributes)

    def _hand_over(self, work: Work, pending: Pending) -> None:
        """Parks the request, then begins what will answer it. Raises if that does not begin: then the
        request is answered here.
        """
        from cfn_backup.protocol.parked import ParkedRequest, Parking

        request, parking = self._request, Parking(work.session)
        given_up_at = outbound.now() + staleness.seconds_left(
            request.address.response_url, request.service_timeout, outbound.now()
        )
        parked = ParkedRequest(request.address, self._failed_id(), given_up_at)
        parking.park(pending.key, parked)
        try:
            if not pending.begin():
                log.info("this request has been served before")
                parking.remove(pending.key, parked)
        except Exception:
            parking.remove(pending.key, parked)
            raise

    def _resource(self) -> CustomResource:
        module, _, name = self._reference.partition(":")
        # ast-grep-ignore: class-from-event - the name comes from functions/*/app.py
        resource: CustomResource = getattr(importlib.import_module(module), name)()
        return resource

    def _refuse_other_types(self) -> None:
        """A ServiceToken that belongs to another type is a slip worth a plain word.
        Not on Delete: that would strand it.
        """
        from cfn_backup.aws.errors import InvalidRequest

        if self._serves and self._request.resource_type not in (self._serves, ANY_TYPE):
            raise InvalidRequest(
                f"{self._request.resource_type}: this ServiceToken serves {self._serves}; "
                "use the token of the resource's own type"
            )

    def _begin_work(self) -> Work:
        from cfn_backup.aws.deadline import Deadline
        from cfn_backup.aws.installer import InstallersPolicy
        from cfn_backup.aws.session import Session
        from cfn_backup.desired.owner import Owner
        from cfn_backup.desired.place import Place
        from cfn_backup.reconcile.work import Work

        request, stack = self._request, self._request.stack
        policy = InstallersPolicy.from_environment()
        policy.refuse_if_disabled()
        return Work(
            owner=Owner(str(stack), stack.name, request.logical_resource_id),
            place=Place(stack.partition, stack.region, stack.account_id, role_path=policy.role_path),
            request_id=request.id,
            properties=request.properties,
            resource_type=request.resource_type,
            physical_id=request.physical_id,
            session=Session(policy),
            policy=policy,
            deadline=Deadline(
                outbound.monotonic() + self._working_time(), outbound.monotonic, outbound.sleep
            ),
        )

    def _working_time(self) -> float:
        remaining = self._waited_for()
        return remaining - watchdog.margin(remaining) - min(UNDO_RESERVE, remaining / 10)

    def _answer(self, result: Done | Exception) -> Outcome:
        """Sends the answer, unless the watchdog did; one that CloudFormation would not take is a failure."""
        if isinstance(result, Done) and result.handed_over:
            log.info("handed over: the answer comes later")
            return Outcome.PENDING
        if isinstance(result, Done):
            try:
                sent = self._send(
                    Answer(
                        self._request.address,
                        result.physical_id,
                        result.attributes,
                        warnings=self._warnings(),
                    )
                )
            except InvalidAnswer as error:
                log.exception("the result cannot be answered")
                if self._work is not None and not self._work.identified:
                    # it exists, and the Delete that follows has to find it.
                    self._work.identify(result.physical_id)
                result = error
            else:
                return Outcome.SUCCEEDED if sent else Outcome.TIMED_OUT
        sent = self._fail(reason_of(result, self._request.id, self._context))
        return Outcome.FAILED if sent else Outcome.TIMED_OUT

    def _warnings(self) -> Reason | None:
        warnings = self._work.warnings if self._work is not None else []
        if not warnings:
            return None
        first, *others = warnings
        return Reason((f"Warning: {first}", *others), closing(self._request.id, self._context))

    def _answer_out_of_time(self) -> None:
        seconds = round(outbound.monotonic() - self._started)
        what = f"The {self._request.type} did not finish within the {seconds} seconds that there were"
        self._fail(Reason((what,), closing(self._request.id, self._context)))

    def _fail(self, reason: Reason) -> bool:
        try:
            return self._send(Answer(self._request.address, self._failed_id(), reason=reason))
        except InvalidAnswer:
            # the resource noted an id that is none.
            return self._send(Answer(self._request.address, self._default_id(), reason=reason))

    def _send(self, answer: Answer) -> bool:
        sent = self._responder.answer(answer)
        if sent:
            log.info("answered", extra={"status": answer.status, "physical_id": answer.physical_id})
        return sent

    def _failed_id(self) -> str:
        """What a FAILED answer names: the thing that exists, so
        that the Delete which follows finds it, or the marker.
        """
        identified = self._work.identified if self._work is not None else None
        return self._request.physical_id or identified or self._default_id()

    def _default_id(self) -> str:
        return self._request.physical_id or ids.create_failed(self._request.id)

    def _remaining(self) -> float:
        return self._context.get_remaining_time_in_millis() / 1000

    def _waited_for(self) -> float:
        """Seconds until Lambda kills the function or CloudFormation gives the request up: to a template with
        a short ServiceTimeout an answer after that says nothing.
        """
        request = self._request
        left = staleness.seconds_left(request.address.response_url, request.service_timeout, outbound.now())
        return min(self._remaining(), left)

    def _record(self, outcome: Outcome) -> None:
        session = self._work.session if self._work is not None else None
        metrics.record(
            outcome,
            resource_type=self._request.resource_type,
            request_type=self._request.type,
            seconds=outbound.monotonic() - self._started,
            calls=session.calls if session else 0,
            retries=session.retries if session else 0,
        )
