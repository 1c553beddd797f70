"""Every deliberate difference from what the CDK synthesizes: one table, which docs/from-cdk.md shows.

A case names the differences that it shows. Each difference can bring both sides to a common form, where the
rest of the template is compared; a difference that a case names and does not show fails the test.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cfn_backup.written.vault import SUPPORTED_EVENTS

type Template = dict[str, Any]
type Level = Callable[[Template, Template], tuple[Template, Template]]
"""Takes the CDK's template and ours, both normalised, and gives both with the difference taken out."""

GENERATED = "<generated>"
VAULT, PLAN, ROLE = "AWS::Backup::BackupVault", "AWS::Backup::BackupPlan", "AWS::IAM::Role"
SELECTION = "AWS::Backup::BackupSelection"


@dataclass(frozen=True)
class Difference:
    """A difference with its reason. ``level`` is None for what cannot show in a template that both sides
    accept."""

    title: str
    cdk: str
    here: str
    reason: str
    level: Level | None = None


def _of_type(template: Template, resource_type: str) -> list[dict[str, Any]]:
    return [
        r["Properties"]
        for r in template["Resources"].values()
        if r["Type"] == resource_type and "Properties" in r
    ]


def _generated_names(cdk: Template, ours: Template) -> tuple[Template, Template]:
    cdk, ours = copy.deepcopy(cdk), copy.deepcopy(ours)
    for properties in _of_type(cdk, VAULT):
        # the construct path, and 8 hex digits of its digest
        if re.fullmatch(r"S\w*[0-9A-F]{8}", str(properties["BackupVaultName"])):
            properties["BackupVaultName"] = GENERATED
    for properties in _of_type(cdk, PLAN):
        plan = properties["BackupPlan"]
        if plan["BackupPlanName"] == "Plan":
            plan["BackupPlanName"] = GENERATED
            for rule in plan["BackupPlanRule"]:
                rule["RuleName"] = re.sub(r"^Plan(Rule\d+)$", rf"{GENERATED}\1", rule["RuleName"])
    for properties in _of_type(ours, VAULT):
        properties["BackupVaultName"] = _without_stack(properties["BackupVaultName"])
    for properties in _of_type(ours, PLAN):
        plan = properties["BackupPlan"]
        plan["BackupPlanName"] = _without_stack(plan["BackupPlanName"])
        for rule in plan["BackupPlanRule"]:
            rule["RuleName"] = _without_stack(rule["RuleName"])
    return cdk, ours


def _without_stack(name: Any) -> Any:
    """``<stack>-<logical id>-<part of the stack's id>`` and what follows."""
    if not isinstance(name, dict) or "Fn::Join" not in name:
        return name
    stack, _, _, *rest = name["Fn::Join"][1]
    return GENERATED + "".join(rest) if stack == {"Ref": "AWS::StackName"} else name


def _shared_role(cdk: Template, ours: Template) -> tuple[Template, Template]:
    roles = [name for name, r in cdk["Resources"].items() if r["Type"] == ROLE and name.endswith("Role")]
    same = {repr(cdk["Resources"][name]) for name in roles}
    if len(same) != 1:
        return cdk, ours
    resources = {name: r for name, r in cdk["Resources"].items() if name not in roles[1:]}
    merged = {**cdk, "Resources": resources}
    for name in roles:
        merged = _renamed(merged, name, "PlanRole")
    return merged, ours


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, list):
        return [_renamed(item, old, new) for item in value]
    if isinstance(value, dict):
        return {new if key == old else key: _renamed(member, old, new) for key, member in value.items()}
    return new if value == old else value


def _selection_ids(cdk: Template, ours: Template) -> tuple[Template, Template]:
    """Both by the selection's name."""
    return _by_selection_name(cdk), _by_selection_name(ours)


def _by_selection_name(template: Template) -> Template:
    names = {
        logical_id: f"Selection:{resource['Properties']['BackupSelection']['SelectionName']}"
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == SELECTION
    }
    for old, new in names.items():
        template = _renamed(template, old, new)
    return template


def _policies_for_buckets(cdk: Template, ours: Template) -> tuple[Template, Template]:
    ours = copy.deepcopy(ours)
    for properties in _of_type(ours, ROLE):
        arns = properties.get("ManagedPolicyArns", [])
        properties["ManagedPolicyArns"] = [arn for arn in arns if "ServiceRolePolicyForS3" not in str(arn)]
    return cdk, ours


def _default_events(cdk: Template, ours: Template) -> tuple[Template, Template]:
    cdk, ours = copy.deepcopy(cdk), copy.deepcopy(ours)
    for template in (cdk, ours):
        for properties in _of_type(template, VAULT):
            events = properties["Notifications"]["BackupVaultEvents"]
            if len(events) == 17 or tuple(events) == SUPPORTED_EVENTS:
                properties["Notifications"]["BackupVaultEvents"] = GENERATED
    return cdk, ours


def _rule_names_by_plan_name(cdk: Template, ours: Template) -> tuple[Template, Template]:
    ours = copy.deepcopy(ours)
    for properties in _of_type(ours, PLAN):
        plan = properties["BackupPlan"]
        for rule in plan["BackupPlanRule"]:
            rule["RuleName"] = re.sub(
                rf"^{plan['BackupPlanName']}(Rule\d+)$", r"Plan\1", str(rule["RuleName"])
            )
    return cdk, ours


DIFFERENCES: dict[str, Difference] = {
    "generated-names": Difference(
        "Generated names",
        "A plan is called by its construct id, a vault by its construct path with 8 digits of a digest. Two "
        "deployments of "
        "one app in an account and Region collide.",
        "`<stack>-<logical id>-<8 digits of the stack's id>`, for plans and vaults.",
        "A template is deployed many times; names must not collide, and a resource must show whose it is.",
        _generated_names,
    ),
    "rule-names-by-plan-name": Difference(
        "Names of unnamed rules",
        "`<construct id of the plan>Rule<n>`, whatever the plan is called.",
        "`<BackupPlanName>Rule<n>`, with the CDK's numbers.",
        "There is no construct id; the plan's name is what a reader of a job report knows.",
        _rule_names_by_plan_name,
    ),
    "shared-role": Difference(
        "One role for a plan's selections",
        "A role for each selection.",
        "The `Selections` of one plan share one role; a `Custom::BackupSelection` has its own.",
        "The roles of one plan's selections differ in nothing. `AllowRestores` and "
        "`DisableDefaultBackupPolicy` are "
        "properties of the plan.",
        _shared_role,
    ),
    "selection-ids": Difference(
        "Logical ids of selections",
        "From the construct id, whatever the selection is called.",
        "From the selection's name, after `cfn-backup eject`.",
        "An entry of `Selections` has no other name.",
        _selection_ids,
    ),
    "policies-for-buckets": Difference(
        "Amazon S3 policies of the role",
        "Never attached; backups of buckets then fail (aws/aws-cdk#21968).",
        "`AWSBackupServiceRolePolicyForS3Backup` (and `…ForS3Restore` with `AllowRestores`) beside the "
        "general policies, when "
        "the selection can match a bucket.",
        "A tag or a wildcard selects buckets, too, and nobody notices that their jobs fail.",
        _policies_for_buckets,
    ),
    "default-events": Difference(
        "Events when none are named",
        "All 17 that the library knows, some of which AWS Backup no longer documents.",
        "All that AWS Backup documents as supported.",
        "The library's list is older than the service's.",
        _default_events,
    ),
    "policy-of-imported-topic": Difference(
        "Policy of a topic outside the template",
        "None; the author has to add it.",
        "The provider merges the statement into the topic's policy, unless `ManageTopicPolicy` is false. "
        "`eject` names it as "
        "left to do.",
        "Without it no notification arrives, and nothing says so.",
        lambda cdk, ours: (cdk, ours),
    ),
    "discovery-written-down": Difference(
        "`fromConstruct`",
        "Finds resources at synthesis: six types, of the constructs below one construct.",
        "`Stack` finds them when it deploys: the six types and DynamoDB global tables, S3, FSx, DocumentDB, "
        "Neptune and "
        "Redshift, of a stack and its nested stacks. `eject` writes down those of the template itself.",
        "A template has no construct tree, but a stack knows its resources.",
        lambda cdk, ours: (cdk, ours),
    ),
    "cold-storage-gap": Difference(
        "Retention shorter than cold storage and 90 days",
        "Refused in copy actions; in rules only if retention is shorter than the move to cold storage, so "
        "equal days pass.",
        "Refused in rules and in copy actions.",
        "AWS Backup refuses it: recovery points stay in cold storage for at least 90 days.",
    ),
    "equal-lock-days": Difference(
        "A lock whose longest retention is its shortest",
        "Refused.",
        "Accepted.",
        "AWS Backup accepts it, and such locks are in use.",
    ),
    "lock-without-minimum": Difference(
        "A lock without a shortest retention",
        "`minRetention` is required.",
        "Each member is optional, as in the API. `eject` writes `MinRetentionDays: 1`.",
        "The API takes it; only CloudFormation's native type does not.",
    ),
    "checked-values": Difference(
        "Values that the library does not look at",
        "Names, windows, timezones, schedules that only begin with `cron`, index actions, empty selections "
        "and entries that "
        "are no ARN pass, and fail when they are deployed.",
        "Refused with the property's path, before anything is written; `cfn-backup validate` says so before "
        "a deployment.",
        "All problems at once, at the earliest moment.",
    ),
    "parameters-are-checked": Difference(
        "Values from parameters",
        "Skipped by every check, since they are tokens at synthesis.",
        "Checked like any other, when they are known.",
        "The provider runs when they are known.",
    ),
    "or-and-and": Difference(
        "Tags that must all match",
        "Not available: tags are `ListOfTags`, of which any one suffices, also beside ARNs "
        "(aws/aws-cdk#18911).",
        "`MatchAllTags`, and the native `Conditions` and `NotResources`.",
        "It is what most authors mean.",
    ),
    "arns-of-other-accounts": Difference(
        "A target vault imported by an ARN of another account or Region",
        "Only the name part of the ARN is used, so backups silently go to a vault of that name here.",
        "Refused; a copy action can copy there.",
        "A backup in the wrong vault is worse than an error.",
    ),
}
"""By the name that cases use."""


def markdown_table() -> str:
    """The table as docs/from-cdk.md shows it."""
    rows = (f"| {d.title} | {d.cdk} | {d.here} | {d.reason} |" for d in DIFFERENCES.values())
    return "\n".join(["| what | the CDK | here | why |", "|---|---|---|---|", *rows]) + "\n"
