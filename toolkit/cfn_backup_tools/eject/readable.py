"""``Fn::Join`` of what the expansion put together, as the ``Fn::Sub`` that a person would write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cfn_backup.symbolic import is_function
from cfn_backup.symbolic.functions import attribute_of, escape

_STACK_UUID = {
    "Fn::Select": [
        0,
        {"Fn::Split": ["-", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]},
    ]
}


def readable(value: Any, own: Any) -> Any:
    """The value with its joins written as substitutions, but
    for those that the author wrote (``own``) like that."""
    written = list(_joins(own))

    def change(part: Any) -> Any:
        if isinstance(part, list):
            return [change(item) for item in part]
        if not isinstance(part, dict):
            return part
        if is_function(part) and "Fn::Join" in part and part not in written:
            return _substitution(part) or part
        return {name: change(member) for name, member in part.items()}

    return change(value)


def _joins(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "Fn::Join" in value:
            yield value
        for member in value.values():
            yield from _joins(member)
    elif isinstance(value, list):
        for item in value:
            yield from _joins(item)


def _substitution(join: dict[str, Any]) -> dict[str, Any] | None:
    separator, parts = join["Fn::Join"]
    if separator != "" or not isinstance(parts, list):
        return None
    text = ""
    variables: dict[str, Any] = {}
    for part in _flat(parts):
        reference = _reference(part)
        if isinstance(part, str):
            text += escape(part)
        elif reference:
            text += "${" + reference + "}"
        else:
            name = "StackUuid" if part == _STACK_UUID else f"Part{len(variables) + 1}"
            variables[name] = part
            text += "${" + name + "}"
    if len(variables) > 1:
        return None
    return {"Fn::Sub": [text, variables] if variables else text}


def _flat(parts: list[Any]) -> Iterator[Any]:
    """The parts, with those of joins among them in their place."""
    for part in parts:
        inner = part.get("Fn::Join") if isinstance(part, dict) else None
        if isinstance(inner, list) and len(inner) == 2 and inner[0] == "" and isinstance(inner[1], list):
            yield from _flat(inner[1])
        else:
            yield part


def _reference(part: Any) -> str | None:
    if not isinstance(part, dict) or not is_function(part):
        return None
    name = part.get("Ref")
    if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9:]+", name):
        return name
    found = attribute_of(part["Fn::GetAtt"]) if "Fn::GetAtt" in part else None
    return ".".join(found) if found else None
