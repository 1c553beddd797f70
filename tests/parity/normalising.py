"""When two templates mean the same.

Documented, because a parity test is worth what its normalisation leaves. Both sides are brought to one form:

1. Text that is put together has one spelling: ``Fn::Sub`` and nested ``Fn::Join`` become one flat
   ``Fn::Join`` with "".
2. ``Ref`` of a vault or plan is the same as ``Fn::GetAtt`` of its name or id.
3. Numbers and booleans written as text are numbers and booleans, where the native type has them.
4. Empty lists and maps that mean the same as absence are left out, and so is a list of one statement's one
   action.
5. Keys have no order; ``DependsOn`` and ``Tags`` are sets. The order of rules, resources, statements and
   events counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.symbolic import is_function
from cfn_backup.symbolic.functions import attribute_of, sub_parts

_NAMES = {"AWS::Backup::BackupVault": "BackupVaultName", "AWS::Backup::BackupPlan": "BackupPlanId"}
_EMPTY_IS_ABSENT = frozenset(
    {
        "Lifecycle",
        "Resources",
        "NotResources",
        "ListOfTags",
        "Conditions",
        "BackupPlanTags",
        "BackupVaultTags",
    }
)


def normalised(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template in the one form."""
    types = {logical_id: resource["Type"] for logical_id, resource in template["Resources"].items()}
    result: dict[str, Any] = _value(template, types, "")
    for resource in result["Resources"].values():
        if "DependsOn" in resource:
            names = resource["DependsOn"]
            resource["DependsOn"] = sorted([names] if isinstance(names, str) else names)
    return result


def _value(value: Any, types: Mapping[str, str], name: str) -> Any:
    if isinstance(value, list):
        items = [_value(item, types, name) for item in value]
        return sorted(items, key=lambda tag: str(tag.get("Key"))) if name == "Tags" else items
    if not isinstance(value, dict):
        return _scalar(value, name)
    if is_function(value):
        return _function(value, types, name)
    members = {key: _value(member, types, key) for key, member in value.items()}
    return {
        key: member for key, member in members.items() if not (key in _EMPTY_IS_ABSENT and member in ({}, []))
    }


def _scalar(value: Any, name: str) -> Any:
    if name.endswith(("Days", "Minutes")) and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return value


def _function(value: Mapping[str, Any], types: Mapping[str, str], name: str) -> Any:
    ((function, argument),) = value.items()
    if function == "Ref" and types.get(argument) in _NAMES:
        return {"Fn::GetAtt": [argument, _NAMES[types[argument]]]}
    if function == "Fn::GetAtt":
        found = attribute_of(argument)
        return {"Fn::GetAtt": list(found)} if found else value
    if function == "Fn::Join" and argument[0] == "" and isinstance(argument[1], list):
        return _joined([_value(part, types, "") for part in argument[1]])
    parts = sub_parts(argument) if function == "Fn::Sub" else None
    if parts:
        return _joined(_pieces(*parts, types))
    return {function: _value(argument, types, name)}


def _pieces(text: str, variables: Mapping[str, Any], types: Mapping[str, str]) -> list[Any]:
    pieces: list[Any] = []
    rest = text
    while "${" in rest:
        before, _, rest = rest.partition("${")
        variable, _, rest = rest.partition("}")
        pieces.append(before)
        if variable.startswith("!"):
            pieces.append("${" + variable[1:] + "}")
        elif variable in variables:
            pieces.append(_value(variables[variable], types, ""))
        elif "." in variable:
            pieces.append({"Fn::GetAtt": list(variable.partition(".")[::2])})
        else:
            pieces.append(_value({"Ref": variable}, types, ""))
    return [*pieces, rest]


def _joined(pieces: list[Any]) -> Any:
    flat: list[Any] = []
    for piece in pieces:
        inner = (
            piece["Fn::Join"][1]
            if isinstance(piece, dict) and piece.get("Fn::Join", [None])[0] == ""
            else [piece]
        )
        for part in inner:
            if isinstance(part, str) and flat and isinstance(flat[-1], str):
                flat[-1] += part
            elif part != "":
                flat.append(part)
    return flat[0] if len(flat) == 1 and isinstance(flat[0], str) else {"Fn::Join": ["", flat]}


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two normalised values differ, in words."""
    if isinstance(one, dict) and isinstance(other, dict):
        found: list[str] = []
        for key in sorted({*one, *other}):
            at = f"{path}.{key}" if path else key
            if key not in one:
                found.append(f"{at}: only on the second side: {other[key]!r}")
            elif key not in other:
                found.append(f"{at}: only on the first side: {one[key]!r}")
            else:
                found += differences(one[key], other[key], at)
        return found
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            text
            for i, pair in enumerate(zip(one, other, strict=True))
            for text in differences(*pair, f"{path}[{i}]")
        ]
    return [] if one == other and type(one) is type(other) else [f"{path}: {one!r} and {other!r}"]
