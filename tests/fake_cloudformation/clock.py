"""Time that passes only when somebody waits, so that an hour of ServiceTimeout takes no time at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.fake_cloudformation.process import current_process

NOON = 1_795_608_000.0
"""2026-11-25T12:00:00Z; any time would do, as long as it is the same in every run."""


@dataclass
class Alarm:
    """An action with its time; the watchdog's timer, for instance."""

    due: float
    action: Callable[[], None]
    owner: object = None
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Stands still until it is moved; whatever is due on the way happens at its own time, in a thread of its
    own.
    """

    def __init__(self, start: float = NOON) -> None:
        self._now = start
        self._alarms: list[Alarm] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch; serves as the monotonic clock too."""
        return self._now

    def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        """Lets time pass. A function whose time runs out meanwhile is killed: this then raises ``Killed``."""
        process = current_process()
        target = self._now + seconds + days * 86400
        end = min(target, process.deadline) if process else target
        while (alarm := self._next_until(end)) is not None:
            self._now = max(self._now, alarm.due)
            thread = threading.Thread(target=alarm.action)
            thread.start()
            thread.join()
        self._now = max(self._now, end)
        if process and target >= process.deadline:
            process.kill("Task timed out")

    def advance_to(self, time: float) -> None:
        self.advance(seconds=max(0.0, time - self._now))

    def alarm(self, seconds: float, action: Callable[[], None]) -> Alarm:
        alarm = Alarm(self._now + seconds, action, current_process())
        with self._lock:
            self._alarms.append(alarm)
        return alarm

    def forget_alarms_of(self, owner: object) -> None:
        """A process that is gone rings no more."""
        with self._lock:
            self._alarms = [alarm for alarm in self._alarms if alarm.owner is not owner]

    def _next_until(self, end: float) -> Alarm | None:
        with self._lock:
            self._alarms = [alarm for alarm in self._alarms if not alarm.cancelled]
            due = [alarm for alarm in self._alarms if alarm.due <= end]
            if not due:
                return None
            alarm = min(due, key=lambda alarm: alarm.due)
            self._alarms.remove(alarm)
            return alarm
