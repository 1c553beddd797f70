"""The Lambda handler. Nothing is imported here that could be missing:
a function that cannot start never answers.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from cfn_backup.protocol import ids, logs, metrics
from cfn_backup.protocol.answer import Answer
from cfn_backup.protocol.invocation import Invocation
from cfn_backup.protocol.metrics import Outcome
from cfn_backup.protocol.reason import reason_of
from cfn_backup.protocol.request import Refused, Unanswerable, read_request
from cfn_backup.protocol.responder import Responder

if TYPE_CHECKING:
    from cfn_backup.protocol.context import LambdaContext

log = logging.getLogger(__name__)


class Provider:
    """A handler for one type of custom resource; keeps nothing between two events."""

    def __init__(self, reference: str, serves: str) -> None:
        self._reference = reference
        self._serves = serves

    def __call__(self, event: object, context: LambdaContext) -> None:
        """Serves one event.

        Raises Unanswerable for an event that says nowhere to answer to,
        NotDelivered when the answer did not arrive: the invocation then fails,
        Lambda delivers the event again, and in the end to the failure responder.
        """
        try:
            request = read_request(event, context.invoked_function_arn)
        except Refused as refusal:
            self._refuse(refusal, context)
            return
        except Unanswerable:
            self._record_failure()
            raise
        Invocation(request, context, self._reference, self._serves).run()

    def _refuse(self, refusal: Refused, context: LambdaContext) -> None:
        address = refusal.address
        logs.begin(address, "Unknown", {})
        log.error("refused: %s", refusal)
        physical_id = refusal.physical_id or ids.create_failed(address.request_id)
        reason = reason_of(refusal, address.request_id, context)
        try:
            responder = Responder(lambda: context.get_remaining_time_in_millis() / 1000)
            responder.answer(Answer(address, physical_id, reason=reason))
        finally:
            self._record_failure()

    def _record_failure(self) -> None:
        metrics.record(
            Outcome.FAILED, resource_type=self._serves or "Unknown", request_type="Unknown", seconds=0
        )


def provider(reference: str, serves: str = "") -> Provider:
    """The handler for a type of custom resource.

    ``reference`` is its class, ``package.module:Class``, imported with the first event. ``serves`` is the
    type, such as ``Custom::BackupPlan``; a Create or Update of another type is refused, if it is given.
    """
    return Provider(reference, serves)
