"""Checks properties and says what was found, for the tests of the rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cfn_backup.desired.place import Place
from cfn_backup.rules import read_plan, read_region_settings, read_selection, read_vault
from cfn_backup.written.findings import Findings
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse
from cfn_backup_tools.validate.checking import check

HERE = Place("aws", "eu-west-1", "111122223333")
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
TOGETHER = "96"
"""Of the codes of rules about the resources of a template together, which these tests leave out."""


def found_in_plan(properties: object, *, symbolic: bool = False) -> Findings:
    """What is found in the properties of a plan: during a deployment, or in a template (``symbolic``)."""
    if symbolic:
        return _found_in_template("Custom::BackupPlan", properties)
    findings = Findings()
    read_plan(properties, HERE, findings)
    return findings


def found_in_vault(properties: object, *, symbolic: bool = False) -> Findings:
    """What is found in the properties of a vault."""
    if symbolic:
        return _found_in_template("Custom::BackupVault", properties)
    findings = Findings()
    read_vault(properties, HERE, findings)
    return findings


def found_in_selection(properties: object, *, symbolic: bool = False) -> Findings:
    """What is found in the properties of a selection."""
    if symbolic:
        return _found_in_template("Custom::BackupSelection", properties)
    findings = Findings()
    read_selection(properties, HERE, findings)
    return findings


def found_in_region_settings(properties: object) -> Findings:
    """What is found in the settings of a Region."""
    findings = Findings()
    read_region_settings(properties, findings)
    return findings


def _found_in_template(resource_type: str, properties: Any) -> Findings:
    given = {"ServiceToken": "t", **properties} if isinstance(properties, Mapping) else properties
    text = json.dumps({"Resources": {"It": {"Type": resource_type, "Properties": given}}})
    template = parse("t.json", text)
    findings = Findings()
    for one in check(template, Resolver(template, {})).findings:
        if one.finding.code[1:3] != TOGETHER:
            findings.append(one.finding)
    return findings


def codes(findings: Findings) -> list[str]:
    """The codes found, sorted."""
    return sorted(one.code for one in findings.found)


def paths(findings: Findings) -> list[str]:
    """Where something was found."""
    return [one.path for one in findings.found]


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
