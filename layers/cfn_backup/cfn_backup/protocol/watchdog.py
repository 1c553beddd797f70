"""Answers before Lambda kills the function: a stack that
gets no answer hangs for an hour, and again in its rollback.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

from cfn_backup.protocol import outbound

log = logging.getLogger(__name__)

MARGIN = 5.0
"""Seconds before the end at which the watchdog answers: enough for a few tries to send it."""


def margin(remaining: float) -> float:
    """The margin of a function that has so many seconds; one
    that has very few keeps three quarters of them for work.
    """
    return min(MARGIN, remaining / 4)


class Watchdog:
    """Calls ``bark`` once, in a thread of its own, unless
    its block has been left before the margin is reached.
    """

    def __init__(self, remaining: float, bark: Callable[[], None]) -> None:
        self._seconds = remaining - margin(remaining)
        self._bark = bark

    def __enter__(self) -> Self:
        self._alarm = outbound.alarm(self._seconds, self._reached)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alarm.cancel()

    def _reached(self) -> None:
        try:
            self._bark()
        except Exception as error:
            # nobody catches what a thread raises; the main thread learns of it from the responder.
            log.error("the watchdog could not answer", extra={"problem": type(error).__name__})  # noqa: TRY400
