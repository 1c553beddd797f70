"""Conditions in custom resources: to choose and then to eject gives what to eject and then to choose gives."""

# ruff: noqa: E501 - templates read best on their line
from __future__ import annotations

import json
from typing import Any

import pytest

from cfn_backup.written.resources import CUSTOM
from cfn_backup_tools.eject.ejection import eject
from cfn_backup_tools.template.template import parse
from tests.eject.resolving import resolved, resources_there

IF_TAG = "!If [C, {Tag: {Key: a, Value: b}}, !Ref AWS::NoValue]"
MATCH_ALL = "{MatchAllTags: {stage: prod, team: data}}"
STACK = "{Stack: !Ref AWS::StackName}"
TAGS = "[{ConditionType: STRINGEQUALS, ConditionKey: k, ConditionValue: v}]"
COMPARED = "{StringEquals: [{ConditionKey: 'aws:ResourceTag/a', ConditionValue: b}]}"
VOLUMES = "'arn:aws:ec2:*:*:volume/*'"
ROLE = "'arn:aws:iam::111122223333:role/service/one'"
KEY = "'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555'"
ELSEWHERE = "'arn:aws:sns:eu-west-1:111122223333:elsewhere'"

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
    "a vault, another or the default one": "Preset: daily35DayRetention, BackupVault: !If [C, given, !If [D, !Ref Theirs, !Ref AWS::NoValue]]",
    "a plan's name, another or none": "BackupVault: given, BackupPlanName: !If [C, one, !If [D, two, !Ref AWS::NoValue]], BackupPlanRules: [{}]",
    "a preset, and whether there is a role": "BackupVault: given, Preset: !If [C, daily35DayRetention, dailyMonthly1YearRetention], Selections: !If [D, [{SelectionName: s, Resources: ['*']}], !Ref AWS::NoValue]",
    "a default vault's own tags over the plan's": "Preset: daily35DayRetention, BackupPlanTags: {k: w, l: !If [D, x, y]}, DefaultVault: {BackupVaultTags: {k: !If [C, !Ref AWS::NoValue, v], l: !If [D, !Ref AWS::NoValue, z], m: !If [C, n, !Ref AWS::NoValue]}}",
    "tags of a default vault that may be absent": "Preset: daily35DayRetention, BackupPlanTags: !If [D, {k: w}, {l: x}], DefaultVault: !If [C, {BackupVaultTags: {k: !If [D, v, !Ref AWS::NoValue], l: !If [D, y, !Ref AWS::NoValue]}}, !Ref AWS::NoValue]",
    "the topic of a default vault": f"Preset: daily35DayRetention, DefaultVault: {{Notifications: {{SNSTopicArn: !If [C, {ELSEWHERE}, !If [D, !Ref Topic, !Ref Other]]}}}}",
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
    "one of two roles": f"Resources: ['*'], IamRoleArn: !If [D, {ROLE}, 'arn:aws:iam::111122223333:role/two']",
    "a role, one of the template or one that is made": f"Resources: ['*'], IamRoleArn: !If [C, {ROLE}, !If [D, !GetAtt Role.Arn, !Ref AWS::NoValue]]",
    "a role or one without a name": f"Resources: ['*'], IamRoleArn: !If [C, {ROLE}, !If [D, !Ref Name, !Ref AWS::NoValue]]",
    "a bucket or something else": "Resources: [!If [C, 'arn:aws:ec2:*:*:volume/*', 'arn:aws:ec2:*:*:instance/*']]",
}
VAULTS = {
    "events that may be absent": "Notifications: {SNSTopicArn: !Ref Topic, ManageTopicPolicy: false, BackupVaultEvents: !If [C, [BACKUP_JOB_FAILED], !Ref AWS::NoValue]}",
    "a key or none": f"EncryptionKeyArn: !If [C, {KEY}, !If [D, !Ref AWS::NoValue, !GetAtt Key.Arn]]",
    "a topic of the template or another": f"Notifications: {{SNSTopicArn: !If [D, {ELSEWHERE}, !Ref Topic]}}",
    "a topic of the template, another or none": f"Notifications: !If [C, {{SNSTopicArn: {ELSEWHERE}}}, !If [D, {{SNSTopicArn: !Ref Topic}}, !Ref AWS::NoValue]]",
    "one of two topics of the template": "Notifications: {SNSTopicArn: !If [C, !Ref Topic, !Ref Other], ManageTopicPolicy: !If [D, true, false]}",
    "a topic that the author looks after": f"Notifications: {{SNSTopicArn: !If [C, {ELSEWHERE}, !Ref Topic], ManageTopicPolicy: false}}",
    "a name and a lock": "BackupVaultName: !If [C, named, !Ref AWS::NoValue], LockConfiguration: !If [D, {MinRetentionDays: 7, ChangeableForDays: 3}, !Ref AWS::NoValue]",
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


@pytest.mark.parametrize(
    "standing", [{"C": c, "D": d} for c in (True, False) for d in (True, False)], ids=str
)
@pytest.mark.parametrize(("type_", "properties"), CASES)
def test_the_order_does_not_matter(type_: str, properties: str, standing: dict[str, bool]) -> None:
    template = parse("template.yaml", TEMPLATE.format(type=type_, properties=properties)).content
    attributes = {
        name: {"Value": {"Fn::GetAtt": ["It", name]}} for name in CUSTOM[f"Custom::{type_}"].attributes
    }
    template["Outputs"] = {**attributes, "Reference": {"Value": {"Ref": "It"}}}

    first = native({**template, "Resources": resolved(template["Resources"], standing)})
    afterwards = native(template)

    assert resources_there(afterwards, standing) == resources_there(first, standing)
    assert resolved(afterwards["Outputs"], standing) == resolved(first["Outputs"], standing)


@pytest.mark.parametrize(("type_", "properties"), CASES)
def test_nothing_can_be_absent_in_an_output(type_: str, properties: str) -> None:
    template = parse("template.yaml", TEMPLATE.format(type=type_, properties=properties)).content
    names = CUSTOM[f"Custom::{type_}"].attributes
    whole = " ".join(f"${{It.{name}}}" for name in names)
    template["Outputs"] = {
        "Whole": {"Value": {"Fn::Sub": whole}},
        **{name: {"Value": {"Fn::GetAtt": ["It", name]}} for name in names},
    }

    assert "AWS::NoValue" not in json.dumps(native(template)["Outputs"])


TEMPLATE = """
Parameters: {{Name: {{Type: String}}}}
Conditions: {{C: !Equals [!Ref Name, x], D: !Equals [!Ref Name, y]}}
Resources:
  Orders: {{Type: AWS::DynamoDB::Table}}
  Topic: {{Type: AWS::SNS::Topic}}
  Other: {{Type: AWS::SNS::Topic}}
  Theirs: {{Type: AWS::Backup::BackupVault}}
  Role: {{Type: AWS::IAM::Role}}
  Key: {{Type: AWS::KMS::Key}}
  It:
    Type: Custom::{type}
    Properties: {{ServiceToken: x, {properties}}}
"""


def native(template: dict[str, Any]) -> dict[str, Any]:
    """The template with native resources."""
    result: dict[str, Any] = json.loads(eject(parse("template.json", json.dumps(template)), {}).text)
    return result
