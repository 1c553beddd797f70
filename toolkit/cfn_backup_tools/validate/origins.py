"""Where a value comes from that was not written where it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.symbolic import Condition, Is, is_function
from cfn_backup.symbolic.functions import sub_names, sub_parts
from cfn_backup_tools.template.document import Path, long_form
from cfn_backup_tools.template.template import Template


def origin(template: Template, path: Path, choices: Mapping[Condition, bool]) -> str:
    """A sentence that says that the value at a path is a parameter's default, or a mapping's; else nothing."""
    node = long_form(template.node(path))
    if not is_function(node):
        return ""
    mappings = list(dict.fromkeys(_mappings(node)))
    if mappings:
        return f" (from the mapping {mappings[0]})"
    for name in _names(node):
        if _is_default(template, name, choices):
            return f" (from the default of the parameter {name})"
    return ""


def _is_default(template: Template, name: str, choices: Mapping[Condition, bool]) -> bool:
    parameter = template.section("Parameters").get(name)
    if not isinstance(parameter, Mapping) or "Default" not in parameter:
        return False
    chosen = [one for one, holds in choices.items() if isinstance(one, Is) and holds and one.name == name]
    return any(one.value == _text(parameter["Default"]) for one in chosen)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, Mapping):
        if is_function(node) and isinstance(node.get("Ref"), str):
            yield node["Ref"]
        parts = sub_parts(node["Fn::Sub"]) if is_function(node) and "Fn::Sub" in node else None
        if parts:
            yield from sub_names(parts[0])
        for member in node.values():
            yield from _names(member)


def _mappings(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _mappings(item)
    elif isinstance(node, Mapping):
        argument = node.get("Fn::FindInMap") if is_function(node) else None
        if isinstance(argument, list) and argument and isinstance(argument[0], str):
            yield argument[0]
        for member in node.values():
            yield from _mappings(member)
