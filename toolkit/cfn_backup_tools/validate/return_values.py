"""Checks ``Fn::GetAtt`` and ``Fn::Sub`` on backup resources: CloudFormation itself finds out only when it deploys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfn_backup.rules.registry import OWN, reading_rule
from cfn_backup.rules.returns import NATIVE_ATTRIBUTES
from cfn_backup.symbolic import Path
from cfn_backup.symbolic.functions import attribute_of, sub_names, sub_parts
from cfn_backup.symbolic.values import is_function
from cfn_backup.written.findings import Finding
from cfn_backup.written.resources import CUSTOM
from cfn_backup.written.unknown_members import nearest_of
from cfn_backup_tools.template.document import Path as LongPath
from cfn_backup_tools.template.locations import Location
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.findings import LocatedFinding
from cfn_backup_tools.validate.spelling import owner_of

reading_rule(
    "E9010",
    title="Unknown return value",
    explanation="`Fn::GetAtt` or `Fn::Sub` asks for an attribute that the resource does not have.",
    way_out="Use one of the return values that the resource's reference page lists.",
    source="AWS CloudFormation template reference: Return values of the AWS::Backup types; " + OWN,
)


def unknown_return_values(template: Template) -> Iterator[LocatedFinding]:
    """A finding for each attribute that a backup resource does not have."""
    known_of = {name: _attributes(resource["Type"]) for name, resource in template.resources.items()}
    known_of = {name: known for name, known in known_of.items() if known}
    if not known_of:
        return
    for path, logical_id, attribute in _uses(template.content, ()):
        known = known_of.get(logical_id, ())
        if not known or attribute in known:
            continue
        resource_type = template.resources[logical_id]["Type"]
        nearest = _meant(attribute, known)
        hint = f"did you mean {nearest}? " if nearest else ""
        message = f"asks for {logical_id}.{attribute}, which no {resource_type} has; {hint}It has {', '.join(known)}"
        owner, inside = owner_of(path)
        finding = Finding("E9010", Path.of(inside), message.replace("; It has", "; it has"))
        yield LocatedFinding(template.name, _location(template, path), owner, finding)


def _attributes(resource_type: str) -> tuple[str, ...]:
    if resource_type in NATIVE_ATTRIBUTES:
        return NATIVE_ATTRIBUTES[resource_type]
    return tuple(CUSTOM[resource_type].attributes) if resource_type in CUSTOM else ()


def _meant(attribute: str, known: tuple[str, ...]) -> str | None:
    """``Arn`` is meant for ``BackupVaultArn``, and the most similar one for a slip."""
    ending = [name for name in known if name.endswith(attribute)]
    return ending[0] if ending else nearest_of(attribute, known)


def _uses(value: Any, path: LongPath) -> Iterator[tuple[LongPath, str, str]]:
    """Every attribute that is asked for, by Fn::GetAtt or in the text of Fn::Sub."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _uses(item, (*path, index))
    elif isinstance(value, dict):
        yield from ((path, *use) for use in _uses_here(value))
        for name, member in value.items():
            yield from _uses(member, (*path, name))


def _uses_here(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not is_function(value):
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


def _location(template: Template, path: LongPath) -> Location:
    # the function's own place: a short form has no key to point at
    node = template.node(path)
    line, column = template.position(node.end)
    return Location(node.line, node.column, line, column, path)
