"""Expanding properties of which conditions, or parameters, decide what there is.

The expansion asks where it has to know something. A condition is looked at both ways: the properties are expanded once
for each, and the results joined. A value is looked up in the parameters, and the author is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.symbolic import (
    Branch,
    Choice,
    Condition,
    NotKnown,
    Path,
    Undecided,
    Unknown,
    Unreadable,
    assume,
    from_template,
    is_function,
    to_template,
)
from cfn_backup.written.declarations import ResourceProperties
from cfn_backup.written.findings import Finding, Findings
from cfn_backup.written.reader import read, unresolved
from cfn_backup_tools.eject.carrying import may_be_carried
from cfn_backup_tools.eject.native import Native, merge
from cfn_backup_tools.template.resolve import Resolver

MOST_WAYS = 4096
"""How often one resource is expanded at the most: the native resources grow with the combinations of conditions."""


class CannotExpand(Exception):
    """Raised when nobody can say here which native resources there are; the text says why and what to do."""


class Refused(Exception):
    """Raised when properties are such that nobody can say which native resources they mean."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


type Choices = Mapping[Condition, bool]
type Expand = Callable[[ResourceProperties, Choices], Native]
"""Expands properties; the choices are the conditions that are decided so far."""


@dataclass
class Decisions:
    """Expands the properties of one resource, deciding what the expansion asks about."""

    cls: type[ResourceProperties]
    resolver: Resolver
    expand: Expand
    notes: list[str] = field(default_factory=list)
    """What was looked up, in words."""
    _runs: int = 0

    def native(self, properties: dict[str, Any]) -> Native:
        """The native resources. Raises CannotExpand and Refused."""
        while True:
            findings = Findings()
            written = read(self.cls, properties, findings, resolve=unresolved)
            refused = tuple(one for one in findings.errors if not may_be_carried(one))
            if refused or written is None:
                raise Refused(refused or findings.errors)
            try:
                return self._every_way(written, {})
            except NotKnown as missing:
                properties = self._looked_up(properties, missing, findings)

    def _every_way(self, written: ResourceProperties, choices: Choices) -> Native:
        self._runs += 1
        if self._runs > MOST_WAYS:
            raise CannotExpand(
                f"more than {MOST_WAYS:,} combinations of {', '.join(map(str, choices))} decide what there is; "
                "give their parameters plain values, or split the resource"
            )
        try:
            return self.expand(written, choices)
        except Undecided as asked:
            condition = asked.condition
        then, otherwise = (
            self._every_way(assume(written, condition, holds=holds), {**choices, condition: holds})
            for holds in (True, False)
        )
        return merge(condition, then, otherwise)

    def _looked_up(self, properties: dict[str, Any], missing: NotKnown, findings: Findings) -> dict[str, Any]:
        """The properties with a function replaced by what the parameters make of it."""
        value = missing.value
        if isinstance(value, Unreadable):
            raise Refused(tuple(one for one in findings.errors if one.at == value.at) or findings.errors)
        known = self.resolver.settle(value.node)
        if value.at is None or is_function(known) or known == value.node:
            raise CannotExpand(_not_known(value, missing.reason))
        self.notes.append(
            f"{value.at} is {known!r}, as the parameters have it here; native resources cannot decide it later"
        )
        replaced: dict[str, Any] = to_template(_replaced(from_template(properties), value.at, known))
        return replaced


def _not_known(value: Unknown, reason: str) -> str:
    parameter = value.node.get("Ref") if is_function(value.node) else None
    way_out = (
        f"give --parameter {parameter}=…"
        if isinstance(parameter, str) and "::" not in parameter
        else "write the value"
    )
    where = str(value.at) if value.at else "a value"
    return f"{where} has to be known here: {reason}; {way_out}"


def _replaced(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    step, rest = path.steps[0], Path(path.steps[1:])
    if isinstance(step, Branch):
        if not isinstance(value, Choice) or value.condition != step.condition:
            return value
        then = _replaced(value.then, rest, new) if step.holds else value.then
        otherwise = value.otherwise if step.holds else _replaced(value.otherwise, rest, new)
        return Choice(value.condition, then, otherwise)
    if isinstance(value, list) and isinstance(step, int):
        return [_replaced(item, rest, new) if index == step else item for index, item in enumerate(value)]
    if isinstance(value, dict) and step in value:
        return {**value, step: _replaced(value[str(step)], rest, new)}
    return value
