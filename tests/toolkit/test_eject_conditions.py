"""Conditions in custom resources: to choose and then to eject gives what to eject and then to choose gives."""

# ruff: noqa: E501 - templates read best on their line
from __future__ import annotations

import json
from typing import Any

import pytest

from toolkit.ejecting.branches import choose
from toolkit.ejecting.ejection import eject
from toolkit.intrinsics import NO_VALUE
from toolkit.template import parse

IF_TAG = "!If [C, {Tag: {Key: a, Value: b}}, !Ref AWS::NoValue]"
MATCH_ALL = "{MatchAllTags: {stage: prod, team: data}}"
STACK = "{Stack: !Ref AWS::StackName}"
TAGS = "[{ConditionType: STRINGEQUALS, ConditionKey: k, ConditionValue: v}]"
COMPARED = "{StringEquals: [{ConditionKey: 'aws:ResourceTag/a', ConditionValue: b}]}"
VOLUMES = "'arn:aws:ec2:*:*:volume/*'"

PLANS = {
    "a name with a number behind a rule that may be absent": "BackupVault: given, BackupPlanRules: [!If [C, {RuleName: a}, !Ref AWS::NoValue], {}]",
    "a default vault that only one branch needs": "BackupPlanRules: [{RuleName: a, TargetBackupVault: given}, !If [C, {RuleName: b}, !Ref AWS::NoValue]]",
    "a schedule beside a preset": "BackupVault: given, BackupPlanRules: [{Preset: daily, ScheduleExpression: !If [C, cron(0 1 * * ? *), !Ref AWS::NoValue]}]",
    "days beside a preset": "BackupVault: given, BackupPlanRules: [{Preset: monthly1Year, Lifecycle: {DeleteAfterDays: !If [C, !Ref AWS::NoValue, 400]}}]",
    "cold storage beside a preset": "BackupVault: given, BackupPlanRules: [{Preset: monthly1Year, Lifecycle: !If [C, {MoveToColdStorageAfterDays: !If [C, !Ref AWS::NoValue, 40]}, !Ref AWS::NoValue]}]",
    "continuous without retention": "BackupVault: given, BackupPlanRules: [{RuleName: a, EnableContinuousBackup: !If [C, true, false]}]",
    "continuous with retention": "BackupVault: given, BackupPlanRules: [{RuleName: a, EnableContinuousBackup: true, Lifecycle: {DeleteAfterDays: !If [C, 7, !Ref AWS::NoValue]}}]",
    "settings beside WindowsVss": "BackupVault: given, Preset: daily35DayRetention, WindowsVss: true, AdvancedBackupSettings: !If [C, [{ResourceType: S3, BackupOptions: {BackupACLs: enabled}}], !Ref AWS::NoValue]",
    "a setting beside WindowsVss": "BackupVault: given, Preset: daily35DayRetention, WindowsVss: true, AdvancedBackupSettings: [!If [C, {ResourceType: EC2, BackupOptions: {WindowsVSS: disabled}}, !Ref AWS::NoValue]]",
    "tags of a role": "BackupVault: given, Preset: daily35DayRetention, BackupPlanTags: {a: b, c: !If [C, d, !Ref AWS::NoValue]}, Selections: [{SelectionName: s, Resources: ['*']}]",
    "the ARN or the name of a vault": "BackupPlanRules: [{RuleName: a, TargetBackupVault: !If [C, 'arn:aws:backup:eu-west-1:111122223333:backup-vault:given', !Ref Name]}]",
}
SELECTIONS = {
    "a tag that may be absent, beside tags": f"Resources: [{IF_TAG}], ListOfTags: {TAGS}",
    "a tag beside tags that may be absent": f"Resources: [{{Tag: {{Key: a, Value: b}}}}], ListOfTags: !If [C, {TAGS}, !Ref AWS::NoValue]",
    "tags in a list that a condition chooses": f"Resources: !If [C, [{{Tag: {{Key: a, Value: b}}}}], [{VOLUMES}]], ListOfTags: {TAGS}",
    "comparisons and a tag that may be absent": f"Resources: [{IF_TAG}], Conditions: {COMPARED}",
    "comparisons and resources that may be absent": f"Resources: !If [C, [{VOLUMES}], !Ref AWS::NoValue], Conditions: {COMPARED}",
    "all tags, under a condition": f"Resources: [{VOLUMES}, !If [C, {MATCH_ALL}, !Ref AWS::NoValue]]",
    "all tags, or something else": f"Resources: [{VOLUMES}, !If [C, {MATCH_ALL}, '*']], Conditions: {COMPARED}",
    "all tags beside comparisons that may be absent": f"Resources: [{MATCH_ALL}], Conditions: !If [C, {COMPARED}, !Ref AWS::NoValue]",
    "all tags, of which one may be absent": "Resources: [{MatchAllTags: {a: b, c: !If [C, d, !Ref AWS::NoValue]}}]",
    "all of these tags or of those": "Resources: [{MatchAllTags: !If [C, {a: b}, {c: d}]}]",
    "the own stack, under a condition": f"Resources: [{VOLUMES}, !If [C, {STACK}, !Ref AWS::NoValue]]",
    "an id or an ARN": "Resources: [{DynamoDBTable: !If [C, !GetAtt Orders.Arn, !Ref Orders]}]",
    "a name or an ARN": "Resources: [{S3Bucket: !If [C, 'arn:aws:s3:::logs', logs]}]",
    "a bucket or something else": "Resources: [!If [C, 'arn:aws:ec2:*:*:volume/*', 'arn:aws:ec2:*:*:instance/*']]",
}
VAULTS = {
    "events that may be absent": "Notifications: {SNSTopicArn: !Ref Topic, ManageTopicPolicy: false, BackupVaultEvents: !If [C, [BACKUP_JOB_FAILED], !Ref AWS::NoValue]}",
    "a lock without a minimum": "LockConfiguration: {MinRetentionDays: !If [C, 7, !Ref AWS::NoValue], MaxRetentionDays: 100}",
}
CASES = [
    *(pytest.param("BackupPlan", case, id=name) for name, case in PLANS.items()),
    *(
        pytest.param("BackupSelection", f"BackupPlanId: p, {case}", id=name)
        for name, case in SELECTIONS.items()
    ),
    *(pytest.param("BackupVault", case, id=name) for name, case in VAULTS.items()),
]


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize(("type_", "properties"), CASES)
def test_the_order_does_not_matter(type_: str, properties: str, holds: bool) -> None:
    template = parse("template.yaml", TEMPLATE.format(type=type_, properties=properties)).content

    first = native({**template, "Resources": choose(template["Resources"], "C", holds=holds)})
    afterwards = native(template)

    assert chosen(afterwards, holds=holds) == chosen(first, holds=holds)


TEMPLATE = """
Parameters: {{Name: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref Name, x]}}
Resources:
  Orders: {{Type: AWS::DynamoDB::Table}}
  Topic: {{Type: AWS::SNS::Topic}}
  It:
    Type: Custom::{type}
    Properties: {{ServiceToken: x, {properties}}}
"""


def native(template: dict[str, Any]) -> dict[str, Any]:
    """The template with native resources."""
    result: dict[str, Any] = json.loads(eject(parse("template.json", json.dumps(template)), {}).text)
    return result


def chosen(template: dict[str, Any], *, holds: bool) -> dict[str, Any]:
    """The resources that are there then, without what `eject` remarks; empty lists are no lists."""
    there = {
        name: {key: value for key, value in resource.items() if key not in ("Condition", "Metadata")}
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or stands(template, {"Condition": resource["Condition"]}, holds=holds)
    }
    result: dict[str, Any] = without_absent(choose(there, "C", holds=holds))
    return result


def stands(template: dict[str, Any], expression: Any, *, holds: bool) -> bool:
    """Whether a condition that `eject` wrote holds."""
    ((function, argument),) = expression.items()
    if function == "Fn::Not":
        return not stands(template, argument[0], holds=holds)
    assert function == "Condition"
    return holds if argument == "C" else stands(template, template["Conditions"][argument], holds=holds)


def without_absent(value: Any) -> Any:
    if isinstance(value, list):
        return [without_absent(item) for item in value if item != NO_VALUE]
    if not isinstance(value, dict):
        return value
    members = {name: without_absent(member) for name, member in value.items() if member != NO_VALUE}
    return {name: member for name, member in members.items() if member not in ([], {})}
