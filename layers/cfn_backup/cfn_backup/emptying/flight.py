"""A few calls at a time. The work itself stays in one thread: it starts calls and takes what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from cfn_backup.aws.errors import ProviderError
from cfn_backup.emptying import limits


@dataclass(frozen=True)
class Landing:
    """One call that is over: what it was about, and how AWS refused it, if it did."""

    subject: Any
    refusal: ProviderError | None


class Flight(Protocol):
    """Calls in flight, and the time by which they and all waiting go (seconds since the epoch)."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...

    def start(self, subject: Any, call: Callable[[], None]) -> None:
        """Makes a call; at most ``limits.IN_FLIGHT`` are to be in flight."""

    def in_flight(self) -> int: ...

    def landed(self, at_most: float) -> list[Landing]:
        """What has come back; waits for something, but no longer than so many seconds."""


class ThreadFlight:
    """Each call on a thread of a small pool. Use it as a context: what is in flight at the end is waited
    for."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=limits.IN_FLIGHT)
        self._flying: dict[Future[None], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def start(self, subject: Any, call: Callable[[], None]) -> None:
        self._flying[self._pool.submit(call)] = subject

    def in_flight(self) -> int:
        return len(self._flying)

    def landed(self, at_most: float) -> list[Landing]:
        if not self._flying:
            return []
        done, _ = wait(self._flying, timeout=at_most, return_when=FIRST_COMPLETED)
        return [Landing(self._flying.pop(future), _refusal(future)) for future in done]


def _refusal(future: Future[None]) -> ProviderError | None:
    """Raises whatever is no answer of AWS."""
    error = future.exception()
    if error is None or isinstance(error, ProviderError):
        return error
    raise error
