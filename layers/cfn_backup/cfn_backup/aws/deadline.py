"""How long there is, and waiting within it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from cfn_backup.aws.errors import NotStabilized, ProviderError


@dataclass(frozen=True)
class Deadline:
    """The end of the time that an invocation has, in seconds of a monotonic clock."""

    expires_at: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def share(self, part: float) -> Deadline:
        """The end of a part of what remains."""
        return Deadline(self.now() + max(0, self.remaining()) * part, self.now, self.sleep)

    def remaining(self) -> float:
        """Seconds; negative when it has passed."""
        return self.expires_at - self.now()


def until_accepted[T](
    call: Callable[[], T],
    transient: Callable[[ProviderError], bool],
    deadline: Deadline,
    *,
    seconds: float,
) -> T:
    """Repeats a call while its refusal is transient, for at most ``seconds`` and inside the deadline.

    Raises NotStabilized with the last refusal when the time is up, and every other error at once.
    """
    gives_up_at = min(deadline.now() + seconds, deadline.expires_at)
    pause = 0.5
    while True:
        try:
            return call()
        except ProviderError as refusal:
            if not transient(refusal):
                raise
            if deadline.now() + pause >= gives_up_at:
                raise NotStabilized(
                    f"{refusal} - still so after waiting for it", operation=refusal.operation
                ) from refusal
        deadline.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
        pause = min(pause * 1.6, 10)
