"""Lambda as CloudFormation uses it: asynchronous, at least once, with two more attempts and an on-failure
destination.
"""

from __future__ import annotations

import heapq
import itertools
import json
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fake_cloudformation.clock import Clock
from tests.fake_cloudformation.process import Killed, Process

type Handler = Callable[[Any, Any], Any]
type Event = dict[str, Any]

RETRY_PAUSES = (60.0, 120.0)
"""Seconds before the second and the third attempt (Lambda guide, «Error handling for asynchronous
invocation»).
"""


@dataclass(frozen=True)
class Context:
    """What a function gets beside its event."""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str
    clock: Clock
    deadline: float
    memory_limit_in_mb: str = "512"
    function_version: str = "$LATEST"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return f"2026/11/25/[$LATEST]{self.aws_request_id.replace('-', '')}"

    def get_remaining_time_in_millis(self) -> int:
        return int(max(0.0, self.deadline - self.clock.now()) * 1000)


@dataclass
class Function:
    """A deployed function with its event invoke configuration."""

    name: str
    arn: str
    handler: Handler
    timeout: float = 300
    maximum_retry_attempts: int = 2
    maximum_event_age: float = 900
    on_failure: Function | None = None


@dataclass
class Attempt:
    """One execution of a function, and the error it ended with."""

    function: Function
    event: Event
    number: int
    at: float
    error: dict[str, Any] | None = None


@dataclass(order=True)
class _Due:
    time: float
    order: int
    action: Callable[[], None] = field(compare=False)


class LambdaService:
    """Keeps what is to be executed, and executes it when its time has come."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: list[_Due] = []
        self._order = itertools.count()
        self._ids = (f"00000000-0000-4000-8000-{n:012x}" for n in itertools.count(1))
        self._lock = threading.RLock()
        self.attempts: list[Attempt] = []

    def invoke_async(self, function: Function, event: Event, *, delay: float = 0, at_once: int = 1) -> None:
        """Queues an event; ``at_once`` executions of it run at the same time."""
        accepted = self._clock.now()
        self._at(accepted + delay, lambda: self._run(function, event, accepted, at_once))

    def give_up(self, function: Function, event: Event) -> None:
        """What is left of an event that was throttled until it was too old."""
        age = function.maximum_event_age
        self._at(
            self._clock.now() + age,
            lambda: self._destination(function, event, "EventAgeExceeded", 0, None),
        )

    def run_next(self, until: float) -> bool:
        """Executes what is due first, if it is due by ``until``, at its time; False when there is nothing."""
        with self._lock:
            if not self._queue or self._queue[0].time > until:
                return False
            due = heapq.heappop(self._queue)
        self._clock.advance_to(due.time)
        due.action()
        return True

    def _at(self, time: float, action: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._queue, _Due(time, next(self._order), action))

    def _run(self, function: Function, event: Event, accepted: float, at_once: int) -> None:
        if at_once == 1:
            self._attempt(function, event, accepted, 1)
            return
        together = threading.Barrier(at_once)

        def one() -> None:
            together.wait()
            self._attempt(function, event, accepted, 1)

        threads = [threading.Thread(target=one) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _attempt(self, function: Function, event: Event, accepted: float, number: int) -> None:
        error = self._execute(function, event, number)
        if error is None:
            return
        if number > function.maximum_retry_attempts:
            self._destination(function, event, "RetriesExhausted", number, error)
            return
        again = self._clock.now() + RETRY_PAUSES[number - 1]
        if again - accepted > function.maximum_event_age:
            self._destination(function, event, "EventAgeExceeded", number, error)
            return
        self._at(again, lambda: self._attempt(function, event, accepted, number + 1))

    def _execute(self, function: Function, event: Event, number: int) -> dict[str, Any] | None:
        """One execution in a process of its own; gives Lambda's error payload if it failed."""
        with self._lock:
            request_id = next(self._ids)
        process = Process(self._clock.now() + function.timeout)
        context = Context(function.name, function.arn, request_id, self._clock, process.deadline)
        attempt = Attempt(function, event, number, self._clock.now())
        self.attempts.append(attempt)
        try:
            with process:
                # a copy that went through JSON, as an event does: nothing can be shared through it.
                function.handler(json.loads(json.dumps(event)), context)
        except Killed as death:
            attempt.error = _killed(str(death), function, request_id)
        except Exception as error:
            attempt.error = {
                "errorType": type(error).__name__,
                "errorMessage": str(error),
                "stackTrace": traceback.format_exception(error),
            }
        finally:
            process.dead = True
            self._clock.forget_alarms_of(process)
        return attempt.error

    def _destination(
        self, function: Function, event: Event, condition: str, count: int, error: dict[str, Any] | None
    ) -> None:
        """The invocation record of an event that was given up, as it goes to the on-failure destination."""
        if function.on_failure is None:
            return
        record: Event = {
            "version": "1.0",
            "timestamp": "2026-11-25T12:00:00.000Z",
            "requestContext": {
                "requestId": "00000000-0000-4000-8000-ffffffffffff",
                "functionArn": function.arn,
                "condition": condition,
                "approximateInvokeCount": count,
            },
            "requestPayload": event,
        }
        if error is not None:
            record["responseContext"] = {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            }
            record["responsePayload"] = error
        self.invoke_async(function.on_failure, record)


def _killed(why: str, function: Function, request_id: str) -> dict[str, Any]:
    if "timed out" in why:
        return {"errorMessage": f"{request_id} Task timed out after {function.timeout:.2f} seconds"}
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: {why}",
    }
