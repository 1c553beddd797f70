"""Where a value was written: the names and indexes that lead to it, and the branches that are taken on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cfn_backup.symbolic.values import Condition

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class Branch:
    """The step into one branch of ``Fn::If``."""

    condition: Condition
    holds: bool


type Step = str | int | Branch


@dataclass(frozen=True)
class Path:
    """The steps from a resource's properties to a value in them.

    ``str(path)`` is what an author reads, without the branches: ``BackupPlanRules[0].Lifecycle``.
    """

    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, text: str) -> Path:
        """The path that is written like ``BackupPlanRules[0].Lifecycle``."""
        found = _STEP.finditer(text)
        return cls(tuple(int(match[1]) if match[1] is not None else match[2] for match in found))

    def __truediv__(self, step: Step) -> Path:
        return Path((*self.steps, step))

    def __add__(self, other: Path) -> Path:
        return Path((*self.steps, *other.steps))

    def __bool__(self) -> bool:
        return bool(self.steps)

    def __str__(self) -> str:
        text = ""
        for step in self.names:
            if isinstance(step, int):
                text += f"[{step}]"
            else:
                text += f".{step}" if text else step
        return text

    @property
    def names(self) -> tuple[str | int, ...]:
        """The names and indexes, without the branches."""
        return tuple(step for step in self.steps if not isinstance(step, Branch))

    @property
    def choices(self) -> Mapping[Condition, bool]:
        """The conditions that decide the branches on the way, with whether each holds."""
        return {step.condition: step.holds for step in self.steps if isinstance(step, Branch)}

    def branches(self) -> Iterator[Branch]:
        """The branches on the way, outermost first."""
        return (step for step in self.steps if isinstance(step, Branch))
