"""The time that every delay and date of the service is taken from, so that tests can move it by hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch, and a way to let them pass."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The real time."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class ManualClock:
    """Starts at the real time and stands still until it is told to go on; sleeping takes no time."""

    def __init__(self, start: float | None = None) -> None:
        self._now = time.time() if start is None else start

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        self._now += seconds + days * 86400


class MovableClock:
    """The real time, and what it was moved on by hand."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """:raises ValueError: a clock does not go back."""
        if seconds < 0:
            raise ValueError("The clock does not go back.")
        self._ahead += seconds
