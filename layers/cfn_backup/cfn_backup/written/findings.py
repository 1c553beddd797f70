"""What is wrong in what an author wrote: collected, all at once, each with its path and a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Condition


class Severity(StrEnum):
    """An error stops a deployment before anything is written; a warning never does."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong in the properties of one resource."""

    code: str
    """Of the rule, such as ``E9214``; it begins with E for an error and W for a warning."""
    at: Path
    """From the resource's properties to the value."""
    message: str
    """The cause and what to do, to be read behind the path."""
    decisions: tuple[tuple[Condition, bool], ...] = ()
    """The conditions that were asked about, with how they stand, where this holds."""
    of_name: bool = False
    """Whether the name of the member is wrong, and not its value."""

    @property
    def path(self) -> str:
        """The path as an author reads it, such as ``BackupPlanRules[0].Lifecycle.DeleteAfterDays``."""
        return str(self.at)

    @property
    def choices(self) -> Mapping[Condition, bool]:
        """Under which choices the finding holds: those on the way to the value, and those asked about."""
        return {**self.at.choices, **dict(self.decisions)}

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.code}]" if self.at else f"{self.message} [{self.code}]"


@dataclass
class Findings:
    """Collects findings while properties are read and checked."""

    found: list[Finding] = field(default_factory=list)
    _seen: set[Finding] = field(default_factory=set, init=False, repr=False, compare=False)

    def add(self, code: str, at: Path | str, message: str) -> None:
        """Adds a finding, unless it was found before. A text is read as a path."""
        self.append(Finding(code, Path.of(at) if isinstance(at, str) else at, message))

    def append(self, finding: Finding) -> None:
        """Adds a finding, unless it was found before."""
        if finding not in self._seen:
            self._seen.add(finding)
            self.found.append(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.found if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.found if one.severity is Severity.WARNING)

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

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings
