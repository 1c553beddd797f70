"""How long it takes, in seconds and in words."""

from __future__ import annotations

from cfn_backup.emptying import limits

SETTLING = 120.0
"""Seconds beside the deletions themselves: the last of them, and the vault's own lag."""


def seconds_for(points: int, calls_per_second: float = limits.CALLS_PER_SECOND) -> float:
    """How long so many recovery points take."""
    return points / max(calls_per_second, limits.SLOWEST) + SETTLING


def in_words(seconds: float) -> str:
    """A time span as one says it: 40 s, 12 min, 2 h 10 min."""
    if seconds < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
