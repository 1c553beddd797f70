"""The table of permissions in docs/security.md, made from template.yaml.

``python -m tests.docs.permissions`` writes it, and the list of packages, into the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.docs.pages import ROOT
from tests.policies.deployed import Deployed
from tests.policies.requests import BOUNDARY, USE

type Json = dict[str, Any]

PAGE = ROOT / "docs" / "security.md"
FUNCTIONS = (
    "BackupPlan",
    "BackupVault",
    "BackupSelection",
    "BackupRegionSettings",
    "VaultEmptier",
    "FailureResponder",
)
BEGIN, END = "<!-- {} from here: made by `python -m tests.docs.permissions` -->", "<!-- {} to here -->"


HERE: Mapping[str, str] = dict.fromkeys(
    ("AWS::Partition", "AWS::Region", "AWS::AccountId", "AWS::URLSuffix"), "…"
)
# Each parameter stands for itself, and every statement is there that some value brings.
GIVEN: Mapping[str, str] = {
    **{name: name for name in ("Keys", "Topics", "PassableRoles", "KmsKeyArn")},
    "Disabled": "true",
    "AllowEmptyOnDelete": "true",
}


def installed() -> Deployed:
    """The template, with the values that the tables show."""
    return Deployed.of(parameters=GIVEN, pseudo=HERE)


def permissions() -> str:
    """Which function has which policy, then a table for each policy; everything in the template's order."""
    deployed = installed()
    policies = deployed.of_type("AWS::IAM::ManagedPolicy")
    of_functions = [policy for policy in policies if policy not in {BOUNDARY, USE}]
    head = f"| function | {' | '.join(f'`{name}`' for name in of_functions)} |"
    rows = [head, "|---" * (len(of_functions) + 1) + "|"]
    for function in FUNCTIONS:
        attached = deployed.attached(f"{function}Role")
        marks = ["yes" if policy in attached else "" for policy in of_functions]
        rows.append(f"| `{function}Function` | {' | '.join(marks)} |")
    inline = deployed.resource("FailureResponderRole")["Policies"]
    tables = ["\n".join(rows)]
    tables += [_table(f"`{name}`", deployed.document(name)) for name in (*of_functions, USE, BOUNDARY)]
    tables += [_table("`FailureResponderFunction`", policy["PolicyDocument"]) for policy in inline]
    return "\n\n".join(tables)


def packages() -> str:
    """The packages of the layer with their versions."""
    lock = (ROOT / "requirements" / "runtime.lock").read_text()
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", lock, re.MULTILINE)
    return "\n".join(["| package | version |", "|---|---|", *(f"| {n} | {v} |" for n, v in pinned)])


REASONS: Mapping[str, str] = {
    "ChangeTheSettings": "the settings of AWS Backup in the Region, which know no resource",
    "KeepWhoSetsWhat": "which stack sets a resource type, and what was there before",
    "Logs": "writes its own log",
    "Traces": "AWS X-Ray; these actions have no resources",
    "HandOverToTheFailureResponder": "Lambda hands over, with the function's role, what the function could not answer",
    "AskCloudFormation": "whether what the event says is happening",
    "KeepTheRecord": "what each resource should be, for `cfn-backup drift`",
    "ReadEnvironmentVariables": "Lambda decrypts them with the function's role; only with `KmsKeyArn`",
    "OwnersStay": "whose a thing is is said once, when it is made",
    "NoLockForEver": "unless `AllowComplianceLocks` is true",
    "NothingIsWritten": "only while `Disabled` is true",
    "ReadVaults": "what is there, before it is changed; whether a vault is empty",
    "FindVaults": "vaults of an owner whose id nobody knows; whether a role is still needed. It has no resources",
    "FindPlansOfVaults": "plans whose rules a new lock would break. It has no resources",
    "ReadPlansOfVaults": "the same",
    "MakeVaultsOfAStack": "makes vaults, with their owner",
    "ChangeVaultsOfAStack": "changes and deletes vaults that have an owner",
    "VaultStorage": "AWS Backup asks for it when a vault is made; they have no resources",
    "FindKeys": "which key an alias stands for",
    "UseKeysForVaults": "AWS Backup uses the key of a new vault with the caller's permissions",
    "GrantKeysToVaults": "the same",
    "LetBackupPublishToTopicsThatAllowIt": "one statement in the topic's policy, put in and taken out",
    "LetBackupPublishToTopicsOfThatName": "the same; only with `Topics`",
    "ReadPlans": "what is there, before it is changed",
    "MakePlansOfAStack": "makes plans, with their owner",
    "ChangePlansOfAStack": "changes and deletes plans that have an owner",
    "ReadSelections": "what is there, before it is changed",
    "ChangeSelectionsInPlansOfAStack": "selections of plans that the provider made",
    "ChangeSelectionsInPlansThatAllowIt": "selections of plans whose owners allow it",
    "FindPlans": "selections of an owner whose id nobody knows. It has no resources",
    "WhatBackupSupports": "warns of types that the Region is not opted in for. It has no resources",
    "FindWhatAStackHas": "`Resources: [{Stack: …}]`",
    "TellInstancesFromClusterMembers": "an Aurora instance is backed up with its cluster",
    "SeeRoles": "whether a role is there, whose it is and what it has",
    "MakeRolesWithTheBoundary": "roles for AWS Backup; not with `Roles=Shared`",
    "TagNewRoles": "their owner; not with `Roles=Shared`",
    "ChangeRolesOfAStack": "tags, and deletion; not with `Roles=Shared`",
    "GiveRolesWhatBackupNeeds": "the four policies of AWS Backup; not with `Roles=Shared`",
    "LetBackupMakeItsOwnRole": "AWS Backup makes it, with the caller's permissions; not with `Roles=Shared`",
    "FindRecoveryPointsMadeWithARole": "a role that recovery points need is kept",
    "HandRolesToBackup": "a selection names the role that AWS Backup assumes",
    "HandOtherRolesToBackup": "the same; only with `PassableRoles`",
    "TakeRecoveryPointsAway": "empties vaults; only with `AllowEmptyOnDelete`",
    "SeeWhenTheyAreGone": "AWS Backup deletes them later; their ARNs are of many services",
    "FindWhatKeepsThem": "legal holds and access points keep a recovery point. They have no resources",
    "SeeWhatAHoldKeeps": "the same",
    "CountWhoEmpties": "all share the rate of AWS Backup",
    "AnswerParkedRequests": "the answer's URL waits in an encrypted parameter",
    "BeginOrJoin": "hands a vault to the state machine",
    "SeeHowItEnded": "the same",
    "ParkRequests": "the answer's URL waits in an encrypted parameter",
    "RunSlices": "the state machine runs the function that empties",
    "Use": "for the roles that `Invokers` names",
    "BackupRestoreAndReadConfiguration": "the union of the four managed policies",
    "GrantKeysToServices": "the same",
    "HandRolesToServices": "restores of EKS clusters, and scans",
    "CopyToAllowedVaults": "`CopyAccounts` and `CopyRegions`",
}
"""Why a statement is there, by its ``Sid``; a statement without a reason is not documented, and fails."""


def _table(title: str, document: Json) -> str:
    rows = [f"| {title} | on | if | why |", "|---|---|---|---|"]
    for statement in document["Statement"]:
        if "NotAction" in statement:
            actions = f"**denied**: all but {_lines(statement['NotAction'], ', ')}"
        else:
            actions = _lines(_listed(statement["Action"]))
            actions = f"**denied**: {actions}" if statement["Effect"] == "Deny" else actions
        conditions = _conditions(statement.get("Condition", {}))
        resources, why = _lines(_listed(statement["Resource"])), REASONS[statement["Sid"]]
        rows.append(f"| {actions} | {resources} | {conditions} | {why} |")
    return "\n".join(rows)


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return ["true" if item is True else str(item) for item in items]


def _lines(values: Any, between: str = "<br>") -> str:
    return between.join(f"`{value}`" for value in values)


def _conditions(conditions: Mapping[str, Mapping[str, Any]]) -> str:
    return "<br>".join(
        _condition(operator, key, _listed(values))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _condition(operator: str, key: str, values: list[str]) -> str:
    if operator == "Null":
        return f"`{key}` is {'absent' if values == ['true'] else 'given'}"
    quantifier, _, name = operator.rpartition(":")
    subject = {"": "", "ForAllValues": "all of ", "ForAnyValue": "any of "}[quantifier]
    verb = "is like" if name.endswith("Like") else "is"
    return f"{subject}`{key}` {verb} {_lines(values, ' or ')}"


def written(page: str) -> str:
    """The page with the present tables."""
    for name, table in (("permissions", permissions()), ("packages", packages())):
        begin, end = BEGIN.format(name), END.format(name)
        head, found, rest = page.partition(begin)
        assert found, f"the page has no place for {name}"
        page = f"{head}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
