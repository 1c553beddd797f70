"""``validate``: every finding about the custom resources of a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.written.problems import Findings, Problem

from cfn_backup_tools.template.document import repeated_keys
from cfn_backup_tools.template.intrinsics import is_intrinsic
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.custom_types import READERS, nearest_type, offline_place, read
from cfn_backup_tools.validate.findings import Finding, finding, owner_of
from cfn_backup_tools.validate.locks import check_locks
from cfn_backup_tools.validate.return_values import check_return_values
from cfn_backup_tools.validate.selected import check_selections


@dataclass(frozen=True)
class Checked:
    """What was found in one template, in the order of its lines."""

    findings: tuple[Finding, ...]
    resources: int
    """How many custom resources were checked."""
    parameters: frozenset[str]

    @property
    def errors(self) -> int:
        return sum(found.is_error for found in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors


@dataclass(frozen=True)
class CustomResource:
    """A custom resource with its properties as far as they are known, and as the model has them."""

    logical_id: str
    type: str
    condition: str | None
    properties: Mapping[str, Any]
    model: Any


def check(template: Template, resolver: Resolver) -> Checked:
    """Every finding about the custom resources of the template."""
    found: list[Finding] = []
    resources = _custom_resources(template, resolver, found)
    found += _misspelled_types(template)
    found += check_return_values(template)
    found += _repeated_keys(template)
    for resource, problem in (*check_locks(template, resolver, resources), *check_selections(resources)):
        found.append(finding(template, resource.logical_id, problem))
    found.sort(key=lambda one: (one.line, one.column))
    parameters = frozenset(template.section("Parameters"))
    return Checked(tuple(dict.fromkeys(found)), len(resources), parameters)


def _custom_resources(template: Template, resolver: Resolver, found: list[Finding]) -> list[CustomResource]:
    place = offline_place({name: resource["Type"] for name, resource in template.resources.items()})
    resources: list[CustomResource] = []
    for logical_id, resource in template.resources.items():
        condition = resource.get("Condition")
        if resource["Type"] not in READERS or resolver.condition(condition) is False:
            continue
        resolved = resolver.resolve_under(condition, resource.get("Properties", {}))
        properties = _without_dynamic_references(resolved)
        findings = Findings()
        if isinstance(properties, dict) and not properties.get("ServiceToken"):
            message = (
                "is missing: CloudFormation needs to know the provider's function, "
                f"!ImportValue cfn-backup-provider-{resource['Type'].removeprefix('Custom::')}"
            )
            findings.add("E9002", "ServiceToken", message)
        model = read(resource["Type"], properties, place, findings)
        found += [finding(template, logical_id, problem) for problem in findings.problems]
        if model is not None:
            resources.append(CustomResource(logical_id, resource["Type"], condition, properties, model))
    return resources


def _without_dynamic_references(value: Any) -> Any:
    """The value with ``{{resolve:…}}`` as a function: what it stands for is known to CloudFormation only."""
    if isinstance(value, dict):
        if is_intrinsic(value):
            return value
        return {name: _without_dynamic_references(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_dynamic_references(item) for item in value]
    return {"Fn::Sub": value} if isinstance(value, str) and "{{resolve:" in value else value


def _misspelled_types(template: Template) -> list[Finding]:
    findings: list[Finding] = []
    for logical_id, resource in template.resources.items():
        nearest = nearest_type(resource["Type"])
        if nearest:
            problem = Problem(
                "W9011", "Type", f"is {resource['Type']}, which nobody provides; did you mean {nearest}?"
            )
            findings.append(finding(template, logical_id, problem, ("Resources", logical_id)))
    return findings


def _repeated_keys(template: Template) -> list[Finding]:
    findings: list[Finding] = []
    for path, key in repeated_keys(template.root):
        owner, inside = owner_of(path)
        message = f"{key.value} is written twice in the same map: one of the two values would be lost"
        problem = Problem("E9012", inside, message)
        findings.append(Finding(template.name, key.line, key.column, owner, problem, path))
    return findings


def summary(checked: list[Checked], unreadable: int) -> str:
    """One line that says what was checked, and how it went."""
    resources = sum(one.resources for one in checked)
    errors = sum(one.errors for one in checked)
    warnings = sum(one.warnings for one in checked)
    text = f"{_count(resources, 'resource')} in {_count(len(checked), 'template')}: "
    text += f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    return text + (f"; {_count(unreadable, 'file')} could not be read" if unreadable else "")


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
