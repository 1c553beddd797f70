"""crhelper chooses the function for a request type; nothing else of it is let through.

This is the only module that knows crhelper (2.0.12). As it comes it makes three clients when it is
constructed, logs the presigned URL and every property at DEBUG, answers with an empty id when time runs out,
takes any HTTP status for success, sends bodies CloudFormation refuses, answers SUCCESS where a handler is
missing, sleeps two minutes on each Delete, keeps state from one event to the next and polls through
EventBridge rules that it leaves behind. So it gets no URL, no property, no clock and no say in the answer: an
event goes in that names the request type, and the choice comes out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from cfn_backup.protocol.boto3_when_used import boto3_when_used
from cfn_backup.protocol.request import Request, RequestType

with boto3_when_used():
    from crhelper import CfnResource

type Handler[T] = Callable[[], T]


class DispatchFailed(Exception):
    """Raised when crhelper called no handler."""


class _Always:
    """An attribute that cannot be set otherwise."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __get__(self, instance: object, owner: type | None = None) -> object:
        return self._value

    def __set__(self, instance: object, value: object) -> None:
        """Nothing changes."""


class _Dispatcher(CfnResource):
    """crhelper's decorators and its choice of the handler, without what it does around them."""

    # it takes `sam local` for a reason to make no clients and to set up no polling; to us it always is one.
    _sam_local = _Always(True)

    def __init__(self) -> None:
        # the level it sets on the root logger, with each event, is the one that is set already. No sleep on
        # Delete: the log group that it waits for is declared in the template and outlives the function.
        level: Any = logging.root.level
        super().__init__(log_level=level, boto_level="WARNING", sleep_on_delete=0)

    def _set_timeout(self) -> None:
        """No timer: its answer would have an empty id. The watchdog knows the right one."""

    def _wrap_function(self, func: Callable[[object, object], str] | None) -> None:
        """Calls the handler, which has all that it needs. A missing one is an error, not a success."""
        if func is None:
            raise DispatchFailed("no handler for this request type")
        self.PhysicalResourceId = func(None, None)

    def _send(self, status: object = None, reason: object = "", send_response: object = None) -> None:
        """Sends nothing: the responder does, once."""


def dispatch[T](request: Request, handlers: Mapping[RequestType, Handler[T]], context: object) -> T:
    """Calls the one of the three handlers that the request
    asks for and gives its result, or raises what it raised.
    """
    outcome: list[T | Exception] = []

    def registered(handler: Handler[T]) -> Callable[[object, object], str]:
        def call(_event: object, _context: object) -> str:
            try:
                outcome.append(handler())
            except Exception as error:
                # crhelper would log its text, and keep the last 240 characters of it.
                outcome.append(error)
            # any id will do, the answer is not made from it; an empty one makes crhelper invent one.
            return request.id

        return call

    # a new one for each event: NoEcho, Data and the last URL would stay.
    helper = _Dispatcher()
    helper.create(registered(handlers[RequestType.CREATE]))
    helper.update(registered(handlers[RequestType.UPDATE]))
    helper.delete(registered(handlers[RequestType.DELETE]))
    helper(_event_for_crhelper(request), context)
    if not outcome:
        raise DispatchFailed("crhelper called no handler")
    result = outcome[0]
    if isinstance(result, Exception):
        raise result
    return result


def _event_for_crhelper(request: Request) -> dict[str, str]:
    """What it needs to choose; made anew, so that no key of the sender's (CrHelperPoll …) reaches it."""
    return {
        "RequestType": str(request.type),
        "StackId": str(request.stack),
        "RequestId": request.id,
        "LogicalResourceId": request.logical_resource_id,
        "ResponseURL": "",
    }
