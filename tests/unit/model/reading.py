"""Reads properties and says what was found, for the tests of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.desired.place import Place
from cfn_backup.desired.plan import rules_of
from cfn_backup.rules import Findings, read_plan, read_selection, read_vault

HERE = Place("aws", "eu-west-1", "111122223333")
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"


def found_in_plan(properties: object, *, symbolic: bool = False) -> Findings:
    """What is found in the properties of a plan, with presets filled in."""
    findings = Findings()
    read_plan(properties, HERE, findings, symbolic=symbolic, rules_of=rules_of)
    return findings


def found_in_vault(properties: object, *, symbolic: bool = False) -> Findings:
    """What is found in the properties of a vault."""
    findings = Findings()
    read_vault(properties, HERE, findings, symbolic=symbolic)
    return findings


def found_in_selection(properties: object, *, symbolic: bool = False) -> Findings:
    """What is found in the properties of a selection."""
    findings = Findings()
    read_selection(properties, HERE, findings, symbolic=symbolic)
    return findings


def codes(findings: Findings) -> list[str]:
    """The codes found, sorted."""
    return sorted(problem.code for problem in findings.problems)


def paths(findings: Findings) -> list[str]:
    """Where something was found."""
    return [problem.path for problem in findings.problems]


def rule(**members: Any) -> dict[str, Any]:
    """A plan with one rule."""
    return {"BackupPlanRules": [members]}


def lifecycle(**days: Any) -> dict[str, Any]:
    """A plan with one rule that has this lifecycle."""
    return rule(Lifecycle=days)


def selection(**members: Any) -> dict[str, Any]:
    """A selection of its own."""
    return {"BackupPlanId": "plan", **members}


def resources(*entries: Any) -> dict[str, Any]:
    """A selection of its own, of these entries."""
    return selection(Resources=list(entries))


def tags(number: int) -> list[Mapping[str, str]]:
    """As many tag selectors."""
    return [
        {"ConditionType": "STRINGEQUALS", "ConditionKey": f"k{n}", "ConditionValue": "v"}
        for n in range(number)
    ]
