"""Findings about what an author wrote: collected, all at once, each with its path and a stable code."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error stops a deployment before anything is written; a warning never does."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One finding. ``path`` is like ``BackupPlanRules[0].Lifecycle.DeleteAfterDays``;
    ``code`` like ``E9201``."""

    code: str
    path: str
    message: str

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.code}]" if self.path else f"{self.message} [{self.code}]"


@dataclass
class Findings:
    """Collects problems while properties are read and checked."""

    problems: list[Problem] = field(default_factory=list)
    _found: set[Problem] = field(default_factory=set, init=False, repr=False, compare=False)

    def add(self, code: str, path: str, message: str) -> None:
        problem = Problem(code, path, message)
        if problem not in self._found:
            self._found.add(problem)
            self.problems.append(problem)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    def require[T](self, read: T | None) -> T:
        """What was read, if there is nothing wrong with it. Raises InvalidProperties with every error."""
        self.raise_errors()
        if read is None:
            raise InvalidProperties(self.errors)
        return read

    def raise_errors(self) -> None:
        """Raises InvalidProperties with every error, if there is any."""
        if self.errors:
            raise InvalidProperties(self.errors)


class InvalidProperties(Exception):
    """Raised when what the author wrote cannot be deployed; carries every error that was found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(p) for p in problems))
        self.problems = problems
