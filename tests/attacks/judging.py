"""Whether an attempt was refused: by what was answered, and by what there is afterwards."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.attacks.arena import Arena
from tests.attacks.attempt import Attempt, Told

SETTLES = 5.0
"""Seconds for which what an attempt made may still be taken back."""


@dataclass(frozen=True)
class Verdict:
    """What became of an attempt."""

    attempt: Attempt
    told: Told
    changed: bool
    """Whether anything is otherwise than before."""

    @property
    def refused(self) -> bool:
        """Whether it was refused, and nothing was done."""
        return self.told.refused and not self.changed

    @property
    def as_expected(self) -> bool:
        """Whether, too, a layer refused it that should."""
        return self.refused and self.told.by in self.attempt.refuses


def judged(arena: Arena, attempt: Attempt) -> Verdict:
    """Makes the attempt."""
    before = arena.seen or arena.everything()
    try:
        told = attempt.make(arena)
    except Exception as error:
        told = Told(False, "nobody", f"the attempt itself failed: {error!r}")
    deadline = time.monotonic() + SETTLES
    while (changed := arena.look() != before) and time.monotonic() < deadline:
        time.sleep(0.5)
    return Verdict(attempt, told, changed)
