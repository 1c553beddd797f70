"""A finding with the place in the file where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cfn_backup.symbolic import Condition, Is, Path, is_function
from cfn_backup.written.findings import Finding, Severity
from cfn_backup_tools.template.document import Path as LongPath
from cfn_backup_tools.template.document import long_form
from cfn_backup_tools.template.locations import Location, locate_from, names_of
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.origins import origin

AT_THE_NAME = frozenset({"E9001", "E9014", "E9313"})
"""Rules about a name rather than its value: the finding stands at the name."""


@dataclass(frozen=True)
class LocatedFinding:
    """A finding about one resource of one template."""

    file: str
    location: Location
    logical_id: str
    finding: Finding
    choice: str = ""
    """The choices under which it holds, in words; empty if it always does."""

    @property
    def is_error(self) -> bool:
        return self.finding.severity is Severity.ERROR

    @property
    def text(self) -> str:
        """The path from the logical id on, the message, and the choices under which it holds."""
        where = ".".join(part for part in (self.logical_id, self.finding.path) if part)
        choice = f" (where {self.choice})" if self.choice else ""
        return f"{where}: {self.finding.message}{choice}"

    def __str__(self) -> str:
        place = f"{self.file}:{self.location.line}:{self.location.column}"
        return f"{place}: {self.finding.severity.value}: {self.text} [{self.finding.code}]"


def located(
    template: Template, logical_id: str, finding: Finding, *, start: LongPath | None = None
) -> LocatedFinding:
    """The finding with its place. Its path begins at the resource's properties, or at ``start``."""
    begin: LongPath = start or ("Resources", logical_id, "Properties")
    key = finding.of_name or finding.code in AT_THE_NAME or not finding.at
    location = locate_from(template, begin, finding.at, finding.choices, key=key)
    is_function_there = is_function(long_form(template.node(location.path)))
    if not key and not is_function_there and _is_above(location.path[len(begin) :], finding.at):
        # what is missing is reported at the name of what it is missing from
        location = locate_from(template, begin, finding.at, finding.choices, key=True)
    message = finding.message + origin(template, location.path, finding.choices)
    told = replace(finding, message=message)
    return LocatedFinding(template.name, location, logical_id, told, in_words(finding.choices))


def _is_above(reached: LongPath, at: Path) -> bool:
    """Whether a value is not there, so that the place is that of a part around it."""
    return len(names_of(reached)) < len(at.names)


def all_located(template: Template, found: Mapping[str, Iterable[Finding]]) -> list[LocatedFinding]:
    """The findings of several resources, in the order of their lines."""
    placed = [located(template, name, one) for name, findings in found.items() for one in findings]
    return sorted(placed, key=lambda one: (one.location.line, one.location.column))


def in_words(choices: Mapping[Condition, bool]) -> str:
    """The choices as an author reads them: ``Long is false and Days is "7"``."""
    known = {condition.name for condition, holds in choices.items() if isinstance(condition, Is) and holds}
    words = []
    for condition, holds in choices.items():
        if not isinstance(condition, Is):
            words.append(f"{condition} is {'true' if holds else 'false'}")
        elif holds:
            words.append(str(condition))
        elif condition.name not in known:
            words.append(f'{condition.name} is not "{condition.value}"')
    return " and ".join(words)
