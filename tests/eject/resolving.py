"""What CloudFormation makes of a template when its conditions stand in a certain way; written for the tests only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NO_VALUE = {"Ref": "AWS::NoValue"}


def resolved(node: Any, holds: Mapping[str, bool]) -> Any:
    """The node with every ``Fn::If`` replaced by its branch, and without what is absent then."""
    if isinstance(node, list):
        found = [resolved(item, holds) for item in node]
        return [item for item in found if item != NO_VALUE]
    if isinstance(node, dict):
        if "Fn::If" in node:
            condition, then, otherwise = node["Fn::If"]
            return resolved(then if holds[condition] else otherwise, holds)
        members = {name: resolved(member, holds) for name, member in node.items()}
        return {name: member for name, member in members.items() if member != NO_VALUE}
    return node


def stands(expression: Any, conditions: Mapping[str, Any], holds: Mapping[str, bool]) -> bool:
    """Whether an expression over conditions holds, also over those that ``eject`` wrote."""
    ((function, argument),) = expression.items()
    if function == "Condition":
        return holds[argument] if argument in holds else stands(conditions[argument], conditions, holds)
    found = [stands(part, conditions, holds) for part in argument]
    return {"Fn::And": all(found), "Fn::Or": any(found), "Fn::Not": not found[0]}[function]


def resources_there(template: Mapping[str, Any], holds: Mapping[str, bool]) -> dict[str, Any]:
    """The resources that there are then, without what ``eject`` remarks; empty lists and maps are left out."""
    conditions = template.get("Conditions", {})
    there = {
        name: {key: value for key, value in resource.items() if key not in ("Condition", "Metadata")}
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or stands({"Condition": resource["Condition"]}, conditions, holds)
    }
    found: dict[str, Any] = without_empty(resolved(there, holds))
    return found


def without_empty(value: Any) -> Any:
    """The value without empty lists and maps, which say nothing."""
    if isinstance(value, dict):
        members = {name: without_empty(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member not in ({}, [])}
    return [without_empty(item) for item in value] if isinstance(value, list) else value
