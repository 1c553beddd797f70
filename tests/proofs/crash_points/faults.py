"""What can happen to one AWS call, and to the function that makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from tests.fake_cloudformation import current_process, kill
from tests.proofs.wire import Call, error_response
from tests.proofs.world import World

type CarryOut = Callable[[], AWSResponse]

DENIED = {"backup": "AccessDeniedException", "kms": "AccessDeniedException", "sns": "AuthorizationError"}
THROTTLED = {"backup": "ThrottlingException", "kms": "ThrottlingException"}


@dataclass(frozen=True)
class Fault:
    """A kind of fault in one of its variants. ``strike`` is the call as it goes then."""

    kind: str
    name: str
    strike: Callable[[World, Call, int, CarryOut], AWSResponse]
    every_time: bool = False
    """Whether it happens again when Lambda delivers the event again."""
    harmless: bool = False
    """Whether the step must end as if nothing had happened: botocore's next attempt, or Lambda's, makes up
    for it.
    """


def _error_before(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    """Refused, which botocore does not try again."""
    code = DENIED.get(call.service, "AccessDenied")
    return error_response(call.service, "https://proof", code, "Access denied for the sake of a proof", 403)


def _answer_lost(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    """Carried out, and nobody hears of it; as often as botocore tries."""
    carry_out()
    raise ReadTimeoutError(endpoint_url="https://proof")


def _answer_lost_once(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    """botocore's second attempt meets what its first has done."""
    return _answer_lost(world, call, attempt, carry_out) if attempt == 1 else carry_out()


def _throttled(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    code = THROTTLED.get(call.service, "Throttling")
    return error_response(call.service, "https://proof", code, "Rate exceeded", 400)


def _throttled_once(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    return _throttled(world, call, attempt, carry_out) if attempt == 1 else carry_out()


def _killed(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    """The process is gone behind the call. Lambda delivers the event again, at last to the failure
    responder.
    """
    carry_out()
    kill()


def _out_of_time(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    """The call takes so long that the watchdog answers; the function then works on for what is left."""
    answer = carry_out()
    process = current_process()
    assert process is not None
    world.clock.advance_to(process.deadline - 4)
    return answer


def _timed_out(world: World, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
    """It takes so long that Lambda kills the function, behind the watchdog's answer; and delivers the
    event again.
    """
    carry_out()
    process = current_process()
    assert process is not None
    world.clock.advance_to(process.deadline)
    raise AssertionError("the function outlived its deadline")


FAULTS = (
    Fault("error before", "error before", _error_before),
    Fault("answer lost", "answer lost", _answer_lost),
    Fault("answer lost", "answer lost once", _answer_lost_once, harmless=True),
    Fault("throttled", "throttled", _throttled),
    Fault("throttled", "throttled once", _throttled_once, harmless=True),
    Fault("process killed", "killed", _killed, harmless=True),
    Fault("process killed", "killed every time", _killed, every_time=True),
    Fault("deadline reached", "out of time", _out_of_time),
    Fault("deadline reached", "timed out", _timed_out),
)


class Injection:
    """One fault at the n-th call from now on; a ``Tamper``."""

    def __init__(self, world: World, fault: Fault, position: int) -> None:
        self._world = world
        self._fault = fault
        self._position = len(world.wire.calls) + position
        self.struck: Call | None = None
        self._request = ""

    def __call__(self, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
        if not self._hits(call):
            return carry_out()
        return self._fault.strike(self._world, call, attempt, carry_out)

    def _hits(self, call: Call) -> bool:
        request = str(self._world.cloudformation.service.attempts[-1].event.get("RequestId"))
        if len(self._world.wire.calls) == self._position:
            self.struck, self._request = call, request
            return True
        return self._fault.every_time and call == self.struck and request == self._request
