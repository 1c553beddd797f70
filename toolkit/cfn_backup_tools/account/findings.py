"""What a command found out about a stack or an account, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EXIT_WELL = 0
EXIT_FINDINGS = 1
EXIT_CANNOT_LOOK = 2


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    :param logical_id: of the resource in the stack's template; of a plan that no template names, its name.
    :param kind: a word that stays the same, such as ``JobFailed``.
    :param resource: the ARN of what is concerned, where that is something that is backed up.
    :param path: the property that is concerned, like ``Rules[0].ScheduleExpression``.
    :param cause: why, in words.
    :param fix: what to do about it.
    """

    logical_id: str
    kind: str
    cause: str = ""
    fix: str = ""
    resource: str | None = None
    path: str | None = None
    expected: Any = None
    actual: Any = None

    def as_json(self) -> dict[str, Any]:
        members = {
            "logicalId": self.logical_id,
            "resource": self.resource,
            "kind": self.kind,
            "path": self.path,
            "expected": self.expected,
            "actual": self.actual,
            "cause": self.cause or None,
            "fix": self.fix or None,
        }
        return {
            name: value
            for name, value in members.items()
            if value is not None or (name in ("expected", "actual") and self.path)
        }


@dataclass(frozen=True)
class Report:
    """All findings of one stack; ``stack`` is None for a whole account.

    :param not_looked_at: what could not be read, one line each.
    :param more: further members of the JSON form.
    """

    stack: str | None
    findings: tuple[Finding, ...]
    not_looked_at: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.findings and not self.not_looked_at

    @property
    def exit_code(self) -> int:
        if self.findings:
            return EXIT_FINDINGS
        return EXIT_CANNOT_LOOK if self.not_looked_at else EXIT_WELL

    def as_json(self) -> dict[str, Any]:
        return {
            "stack": self.stack,
            "ok": self.ok,
            "findings": [finding.as_json() for finding in self.findings],
            **({"notLookedAt": list(self.not_looked_at)} if self.not_looked_at else {}),
            **self.more,
        }
