"""Checks ``Fn::GetAtt`` and ``Fn::Sub`` on custom resources:
CloudFormation itself finds out only when it deploys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfn_backup.written.problems import Problem

from cfn_backup_tools.template.document import Path
from cfn_backup_tools.template.intrinsics import attribute_of, is_intrinsic, sub_names, sub_parts
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.custom_types import attributes_of, nearest
from cfn_backup_tools.validate.findings import Finding, owner_of


def check_return_values(template: Template) -> list[Finding]:
    """A finding for each attribute that a custom type does not have."""
    types = {name: resource["Type"] for name, resource in template.resources.items()}
    findings: list[Finding] = []
    for path, logical_id, attribute in _uses(template.content, ()):
        known = attributes_of(types.get(logical_id, ""))
        if not known or attribute in known:
            continue
        guess = nearest(attribute, known)
        hint = f"did you mean {guess}? " if guess else ""
        message = f"{types[logical_id]} has no return value {attribute}; {hint}it has {', '.join(known)}"
        findings.append(_finding(template, path, Problem("E9010", owner_of(path)[1], message)))
    return findings


def _uses(value: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every attribute that is asked for, by Fn::GetAtt or in the text of Fn::Sub."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _uses(item, (*path, index))
    elif isinstance(value, dict):
        yield from ((path, *use) for use in _uses_here(value))
        for name, member in value.items():
            yield from _uses(member, (*path, name))


def _uses_here(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not is_intrinsic(value):
        return
    ((function, argument),) = value.items()
    if function == "Fn::GetAtt":
        found = attribute_of(argument)
        if found and found[1]:
            yield found
    parts = sub_parts(argument) if function == "Fn::Sub" else None
    if parts:
        for name in sub_names(parts[0]):
            logical_id, _, attribute = name.partition(".")
            if attribute and name not in parts[1]:
                yield logical_id, attribute


def _finding(template: Template, path: Path, problem: Problem) -> Finding:
    # the function's own place: a short form has no key to point at
    node = template.node(path)
    return Finding(template.name, node.line, node.column, owner_of(path)[0], problem, path)
