"""A case's custom resources, made by the provider's own code; and templates with every value known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cfn_backup.symbolic import is_function
from cfn_backup.symbolic.functions import attribute_of, sub_parts, substitute
from tests.parity.programs.program import Program
from tests.reconcile.stack import ACCOUNT, REGION, STACK_ID, Stack

KINDS = {"Custom::BackupPlan": "Plan", "Custom::BackupVault": "Vault", "Custom::BackupSelection": "Selection"}
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackId": STACK_ID,
    "AWS::StackName": "shop",
}
PARAMETERS = {"VaultName": "given", "Days": "365"}

type Known = dict[str, dict[str, str]]
"""What each resource returns: ``Ref`` and its attributes."""


def at_home(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template with the account and Region of the test in its ARNs."""
    text = json.dumps(template).replace("111122223333", ACCOUNT).replace("us-east-1", REGION)
    moved: dict[str, Any] = json.loads(text)
    return moved


def can_be_deployed(program: Program) -> bool:
    """Whether there are no resources but ours, and nothing that has to be there before."""
    types = {resource["Type"] for resource in (program.custom or {}).values()}
    text = json.dumps(program.custom)
    # a role without the policy for backups may not look for tags: its selection waits until a policy is added
    missing = ("sns", "kms", '"Stack"', "DisableDefaultBackupPolicy")
    return bool(types) and types <= KINDS.keys() and not any(word in text for word in missing)


def deploy(stack: Stack, template: Mapping[str, Any]) -> Known:
    """Creates the resources in the template's order."""
    known: Known = {}
    for logical_id, resource in template["Resources"].items():
        properties = {
            name: resolved(value, known)
            for name, value in resource["Properties"].items()
            if name != "ServiceToken"
        }
        result = stack.create(logical_id, properties, KINDS[resource["Type"]])
        known[logical_id] = {"Ref": result.physical_id, **result.attributes}
    return known


def resolved(value: Any, known: Mapping[str, Mapping[str, str]]) -> Any:
    """The value as CloudFormation would hand it over."""
    if isinstance(value, list):
        return [resolved(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    if not is_function(value):
        return {name: resolved(member, known) for name, member in value.items()}
    ((function, argument),) = value.items()
    if function == "Ref":
        return _named(argument, known)
    if function == "Fn::GetAtt":
        return _named(".".join(attribute_of(argument) or ()), known)
    return _called(function, argument, known)


def _called(function: str, argument: Any, known: Mapping[str, Mapping[str, str]]) -> Any:
    if function == "Fn::Sub":
        text, variables = sub_parts(argument) or ("", {})
        values = {name: str(resolved(variable, known)) for name, variable in variables.items()}
        return substitute(text, lambda name: values.get(name) or str(_named(name, known)))
    parts = resolved(argument, known)
    if function == "Fn::Join":
        return str(parts[0]).join(map(str, parts[1]))
    if function == "Fn::Split":
        return str(parts[1]).split(str(parts[0]))
    if function == "Fn::Select":
        return parts[1][int(parts[0])]
    raise ValueError(function)


def _named(name: str, known: Mapping[str, Mapping[str, str]]) -> str:
    logical_id, _, attribute = name.partition(".")
    if name in PSEUDO:
        return PSEUDO[name]
    return PARAMETERS[name] if name in PARAMETERS else known[logical_id][attribute or "Ref"]
