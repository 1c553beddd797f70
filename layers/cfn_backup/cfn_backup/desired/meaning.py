"""Whether two documents mean the same to AWS Backup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# What the service adds on reading (rule B20).
RULE_DEFAULTS: Mapping[str, Any] = {
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "ScheduleExpressionTimezone": "Etc/UTC",
    "StartWindowMinutes": 480,
    "CompletionWindowMinutes": 10080,
    "EnableContinuousBackup": False,
}
OUTPUT_ONLY = ("RuleId", "DeleteAfterEvent")
KEPT_FOR_EVER = -1
"""Of both days of a lifecycle: as if there were none."""


def same_plan(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two plan documents mean the same; the order of rules does not matter."""
    return bool(canonical_plan(one) == canonical_plan(other))


def same_selection(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two selection documents mean the same, whatever their names; the order of members does not
    matter."""
    return bool(canonical_selection(one) == canonical_selection(other))


def canonical_plan(document: Mapping[str, Any]) -> Any:
    """The one form of all plan documents that mean the same: with the defaults, without what is empty or only
    in answers, lists in one order."""
    rules = [_rule(rule) for rule in document.get("Rules", ())]
    return _canonical({**document, "Rules": rules})


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    members = {**RULE_DEFAULTS, **{name: value for name, value in rule.items() if value is not None}}
    if members["ScheduleExpressionTimezone"] == "UTC":
        members["ScheduleExpressionTimezone"] = "Etc/UTC"
    return members


def canonical_selection(document: Mapping[str, Any]) -> Any:
    """The one form of all selection documents that mean the same, without the name."""
    return _canonical({name: value for name, value in document.items() if name != "SelectionName"})


def _canonical(value: Any) -> Any:
    """Without what is empty or output only, lists as sorted sets."""
    if isinstance(value, Mapping):
        members = {name: _canonical(member) for name, member in value.items() if name not in OUTPUT_ONLY}
        return {name: member for name, member in members.items() if not _says_nothing(name, member)}
    if isinstance(value, list | tuple):
        return sorted((_canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _says_nothing(name: str, member: Any) -> bool:
    if name in ("DeleteAfterDays", "MoveToColdStorageAfterDays") and member == KEPT_FOR_EVER:
        return True
    if name == "OptInToArchiveForSupportedResources" and member is False:
        return True
    return member in (None, [], {}, "") if not isinstance(member, bool) else False
