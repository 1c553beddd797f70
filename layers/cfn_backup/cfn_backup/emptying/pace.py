"""The pace of deletions: one token bucket that gives way when AWS throttles."""

from __future__ import annotations

from dataclasses import dataclass, field

from cfn_backup.emptying import limits

_HALVED_AT_MOST_EVERY = 1.0
"""Seconds: calls that were in flight together are throttled together, and that is one sign, not several."""
_RECOVERS_AFTER = 10.0
"""Seconds without throttling for every call a second that the rate goes up again."""


@dataclass
class Pace:
    """When the next call may be made; times are in seconds of any one clock.

    ``limit`` is the most calls a second, ``rate`` what throttling has left of it.
    """

    limit: float = limits.CALLS_PER_SECOND
    rate: float = limits.CALLS_PER_SECOND
    _next: float = field(default=float("-inf"))
    _changed: float = field(default=float("-inf"))

    def __post_init__(self) -> None:
        self.limit = max(self.limit, limits.SLOWEST)
        self.rate = min(self.rate, self.limit)

    def wait(self, now: float) -> float:
        """Seconds until the next call may be made; 0 for now."""
        return max(0.0, self._next - now)

    def take(self, now: float) -> None:
        """A call is made now. What was not used before is not caught up with: no burst ever."""
        self._recover(now)
        # an interval that began while the caller was busy is not lost: else the rate falls short by that much
        begun = self._next if now - self._next < 1 / self.rate else now
        self._next = begun + 1 / self.rate

    def throttled(self, now: float) -> None:
        """AWS refused a call as one too many."""
        if now - self._changed >= _HALVED_AT_MOST_EVERY:
            self.rate = max(limits.SLOWEST, self.rate / 2)
            self._changed = now
        self._next = max(self._next, now + 1 / self.rate)

    def share(self, limit: float) -> None:
        """The limit is another from now on: others came, or went."""
        unhindered = self.rate == self.limit
        self.limit = max(limit, limits.SLOWEST)
        self.rate = self.limit if unhindered else min(self.rate, self.limit)

    def _recover(self, now: float) -> None:
        if self.rate < self.limit and now - self._changed >= _RECOVERS_AFTER:
            self.rate = min(self.limit, self.rate + 1)
            self._changed = now
