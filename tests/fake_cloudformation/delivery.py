"""How an event gets to the function: not always once, in order or at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tests.fake_cloudformation.lambda_service import Event, Function, LambdaService


class Delivery(Protocol):
    """A way of delivering one event."""

    def __call__(self, service: LambdaService, function: Function, event: Event) -> None: ...


@dataclass(frozen=True)
class Once:
    def __call__(self, service: LambdaService, function: Function, event: Event) -> None:
        service.invoke_async(function, event)


@dataclass(frozen=True)
class Twice:
    """The same event again, so many seconds later; that may be while CloudFormation is at the next step
    already.
    """

    apart: float = 0

    def __call__(self, service: LambdaService, function: Function, event: Event) -> None:
        service.invoke_async(function, event)
        service.invoke_async(function, event, delay=self.apart)


@dataclass(frozen=True)
class AtOnce:
    """The same event several times at the same moment, each in an execution environment (a thread) of its
    own.
    """

    copies: int = 2

    def __call__(self, service: LambdaService, function: Function, event: Event) -> None:
        service.invoke_async(function, event, at_once=self.copies)


@dataclass(frozen=True)
class Late:
    """After so many seconds in Lambda's queue; beyond ServiceTimeout nobody waits any more."""

    seconds: float

    def __call__(self, service: LambdaService, function: Function, event: Event) -> None:
        service.invoke_async(function, event, delay=self.seconds)


@dataclass(frozen=True)
class Throttled:
    """Never: throttled until the event is too old, which is when the failure responder gets it."""

    def __call__(self, service: LambdaService, function: Function, event: Event) -> None:
        service.give_up(function, event)


@dataclass(frozen=True)
class Lost:
    """Never, and nobody hears of it."""

    def __call__(self, service: LambdaService, function: Function, event: Event) -> None:
        pass
