"""``validate``: every finding about the backup resources of a template, custom and native."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.rules import everything
from cfn_backup.rules.across import Across
from cfn_backup.rules.driver import Choices, Subject, look
from cfn_backup.rules.neighbours import OwnResource
from cfn_backup.rules.region_settings import RegionSettingsSubject
from cfn_backup.rules.walk import subjects_of_plan, subjects_of_selection, subjects_of_vault
from cfn_backup.symbolic import Is, Path
from cfn_backup.written.declarations import ResourceProperties
from cfn_backup.written.findings import Finding, Findings
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.reader import has_hidden_properties
from cfn_backup.written.region_settings import BackupRegionSettings
from cfn_backup.written.resources import CUSTOM, NATIVE, read_resource
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.findings import LocatedFinding, located
from cfn_backup_tools.validate.return_values import unknown_return_values
from cfn_backup_tools.validate.spelling import boolean_tag_values, keys_written_twice, misspelt_types
from cfn_backup_tools.validate.suppression import is_suppressed
from cfn_backup_tools.validate.tokens import check_token
from cfn_backup_tools.validate.view import View

everything.load()


@dataclass(frozen=True)
class Checked:
    """What was found in one template, in the order of its lines."""

    findings: tuple[LocatedFinding, ...]
    resources: int
    """How many backup resources were checked."""
    parameters: frozenset[str]
    suppressed: int = 0
    """How many findings the template's ``Metadata`` or the caller leaves out."""

    @property
    def errors(self) -> int:
        return sum(found.is_error for found in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors


def check(template: Template, resolver: Resolver, ignored: Iterable[str] = ()) -> Checked:
    """Every finding about the backup resources of the template, but of the rules that are ignored."""
    view = View(template, resolver)
    found = _Collected(view)
    read = list(_read(view, found))
    view.own = tuple(one for one in read if one is not None)
    for resource in view.own:
        found.look(resource.logical_id, _subjects(view, resource), _condition(resource.condition))
    for logical_id, subject in Across(view, view.resolver.conditions.possible).subjects():
        found.look(logical_id, [subject], {})
    findings = [*found.located(), *misspelt_types(template), *keys_written_twice(template)]
    findings += [*unknown_return_values(template), *boolean_tag_values(template)]
    findings = sorted(dict.fromkeys(findings), key=lambda one: (one.location.line, one.location.column))
    kept = [one for one in findings if not is_suppressed(template, one, ignored)]
    parameters = frozenset(template.section("Parameters"))
    return Checked(tuple(kept), len(read), parameters, len(findings) - len(kept))


@dataclass
class _Collected:
    """Collects findings by resource."""

    view: View

    def __post_init__(self) -> None:
        self._by_resource: dict[str, list[Finding]] = {}

    def add(self, logical_id: str, finding: Finding) -> None:
        self._by_resource.setdefault(logical_id, []).append(finding)

    def look(self, logical_id: str, subjects: Iterable[Subject], given: Choices) -> None:
        """Runs the rules on subjects."""
        findings = Findings()
        look(subjects, findings, self.view.resolver.conditions.possible)
        for finding in findings.found:
            choices = {name: holds for name, holds in finding.choices.items() if name not in given}
            decisions = tuple((name, holds) for name, holds in finding.decisions if name in choices)
            if not self.takes_a_default_for_given(finding, given):
                self.add(logical_id, _replaced(finding, decisions))

    def takes_a_default_for_given(self, finding: Finding, given: Choices) -> bool:
        """Whether a finding holds only for an empty default where another condition decides.

        Such a default says that the parameter is not used as long as the condition does not hold.
        """
        choices = {**finding.choices, **given}
        decides = any(isinstance(condition, str) for condition in choices)
        return decides and any(
            isinstance(condition, Is) and holds and condition.value == ""
            for condition, holds in choices.items()
        )

    def located(self) -> Iterator[LocatedFinding]:
        """The findings with their places."""
        for logical_id, findings in self._by_resource.items():
            for finding in findings:
                yield _located(self.view, logical_id, finding)


def _replaced(finding: Finding, decisions: Any) -> Finding:
    return Finding(finding.code, finding.at, finding.message, decisions, finding.of_name)


def _condition(name: str | None) -> Choices:
    return {} if name is None else {name: True}


def _read(view: View, found: _Collected) -> Iterator[OwnResource | None]:
    for logical_id, resource in view.template.resources.items():
        resource_type = resource["Type"]
        if resource_type not in CUSTOM and resource_type not in NATIVE:
            continue
        condition = resource.get("Condition")
        given = _condition(condition if isinstance(condition, str) else None)
        if view.resolver.conditions.possible(given):
            yield _read_one(view, found, logical_id, resource, given)


def _read_one(
    view: View, found: _Collected, logical_id: str, resource: Mapping[str, Any], given: Choices
) -> OwnResource | None:
    findings = Findings()
    written = resource.get("Properties", {})
    if resource["Type"] in CUSTOM:
        check_token(view.template, resource["Type"], written, findings)
    properties = read_resource(resource["Type"], written, findings, resolve=view.resolver.resolve)
    for finding in findings.found:
        possible = view.resolver.conditions.possible({**given, **finding.choices})
        if possible and not found.takes_a_default_for_given(finding, given):
            found.add(logical_id, finding)
    unfinished = isinstance(written, Mapping) and has_hidden_properties(written)
    if not isinstance(properties, ResourceProperties) or unfinished:
        return None
    condition, policy = resource.get("Condition"), resource.get("DeletionPolicy")
    return OwnResource(
        logical_id,
        resource["Type"],
        condition if isinstance(condition, str) else None,
        policy if isinstance(policy, str) else None,
        properties,
    )


def _subjects(view: View, resource: OwnResource) -> Iterator[Subject]:
    properties, place = resource.properties, view.place
    given, possible = _condition(resource.condition), view.resolver.conditions.possible
    match properties:
        case BackupPlan():
            return subjects_of_plan(properties, place, given, possible)
        case BackupVault():
            return subjects_of_vault(properties, place, given, possible)
        case BackupSelection():
            plan = Across(view, possible).plan_named(properties)
            return subjects_of_selection(properties, place, plan, given)
        case BackupRegionSettings():
            return iter([Subject(RegionSettingsSubject(properties), given)])
        case _:
            return iter(())


def _located(view: View, logical_id: str, finding: Finding) -> LocatedFinding:
    if finding.at.steps[:1] == ("..",):
        # an attribute of the resource, beside its properties
        outside = Finding(
            finding.code, Path(finding.at.steps[1:]), finding.message, finding.decisions, of_name=True
        )
        return located(view.template, logical_id, outside, start=("Resources", logical_id))
    if not finding.at and finding.code == "W9601":
        named = Finding(finding.code, finding.at, finding.message, finding.decisions, of_name=True)
        return located(view.template, logical_id, named, start=("Resources", logical_id))
    return located(view.template, logical_id, finding)


def summary(checked: list[Checked], unreadable: int) -> str:
    """One line that says what was checked, and how it went."""
    resources = sum(one.resources for one in checked)
    errors = sum(one.errors for one in checked)
    warnings = sum(one.warnings for one in checked)
    suppressed = sum(one.suppressed for one in checked)
    text = f"{_count(resources, 'resource')} in {_count(len(checked), 'template')}: "
    text += f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    text += f", {suppressed} suppressed" if suppressed else ""
    return text + (f"; {_count(unreadable, 'file')} could not be read" if unreadable else "")


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
