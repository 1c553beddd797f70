"""Recovery points that a backup plan keeps putting into a vault."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from .recovery_point_store import RecoveryPoint


@dataclass
class Arrivals:
    """A point like the template every `every_seconds`, from `next_at` on, while any are `left`.

    :param template: its ARN is the beginning of theirs.
    """

    template: RecoveryPoint
    every_seconds: float
    next_at: float
    left: int
    number: int = 0

    def due(self, now: float) -> Iterator[RecoveryPoint]:
        """The points that have arrived since the last look."""
        while self.left and self.next_at <= now:
            yield dataclasses.replace(
                self.template,
                recovery_point_arn=f"{self.template.recovery_point_arn}a{self.number:016x}",
                creation_date=self.next_at,
            )
            self.number += 1
            self.left -= 1
            self.next_at += self.every_seconds
