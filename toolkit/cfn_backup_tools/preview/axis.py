"""The axis of the page: 35 days, a year and seven years side by side, each a third of the width.

On one even scale a daily rule and a retention of seven years cannot be seen together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

WIDTH = 1200.0
STEPS = (0, 35, 365, 2555)
"""Days from the start at which a part ends and the next begins."""
TITLES = ("35 days", "a year", "seven years")
FINER = (7, 14, 21, 28, 90, 182, 273, 730, 1095, 1460, 1825, 2190)
"""Lines within the parts: weeks, quarters and years."""

PART = WIDTH / (len(STEPS) - 1)


def x(day: float) -> float:
    """Where a day is on the axis; what comes later than seven years is at its end."""
    for number, (begin, end) in enumerate(pairwise(STEPS)):
        if day <= end:
            return PART * (number + max(0.0, day - begin) / (end - begin))
    return WIDTH


def percent(day: float) -> float:
    """The same in percent of the width."""
    return round(x(day) / WIDTH * 100, 3)


def samples(every: float) -> Iterator[tuple[float, int]]:
    """Places on the axis at this distance, with the day that each shows."""
    for number in range(int(WIDTH / every) + 1):
        at = number * every
        part = min(int(at / PART), len(STEPS) - 2)
        begin, end = STEPS[part], STEPS[part + 1]
        yield at, int(begin + (at - part * PART) / PART * (end - begin))
