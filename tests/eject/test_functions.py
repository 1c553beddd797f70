"""Values that CloudFormation resolves go through unchanged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfn_backup_tools.eject.ejection import eject
from cfn_backup_tools.template.template import Format, parse
from tests.eject.templates import of_plan, resources

INTRINSICS = [
    {"Ref": "P"},
    {"Fn::GetAtt": ["Other", "Value"]},
    {"Fn::Sub": "${P}-${AWS::Region}"},
    {"Fn::Sub": ["${a}", {"a": {"Ref": "P"}}]},
    {"Fn::Join": ["-", ["a", {"Ref": "P"}]]},
    {"Fn::ImportValue": "exported"},
    {"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-x"}},
    {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]},
    {"Fn::If": ["C", {"Ref": "P"}, {"Ref": "Q"}]},
    {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "P"}]}]},
    {"Fn::GetAZs": ""},
    {"Fn::Transform": {"Name": "M", "Parameters": {}}},
    "{{resolve:ssm:/days}}",
]


class TestIntrinsics:
    @pytest.mark.parametrize("value", INTRINSICS, ids=str)
    @pytest.mark.parametrize("form", ["yaml", "json"])
    @pytest.mark.parametrize(
        "place",
        [
            ("Lifecycle", "DeleteAfterDays"),
            ("StartWindowMinutes",),
            ("EnableContinuousBackup",),
            ("ScheduleExpression",),
            ("CopyActions",),
            ("RecoveryPointTags",),
            ("IndexActions",),
            ("RuleName",),
        ],
        ids=".".join,
    )
    def test_an_intrinsic_survives_wherever_a_rule_has_a_value(
        self, value: Any, form: Format, place: tuple[str, ...]
    ) -> None:
        if isinstance(value, str):
            # text is no list and no map
            place = ("ScheduleExpression",)
        rule: dict[str, Any] = {"TargetBackupVault": "v", "Lifecycle": {"DeleteAfterDays": 7}}
        inner = rule
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
        properties = {"BackupPlanName": "p", "BackupPlanRules": [rule]}
        content = {"Resources": {"Plan": {"Type": "Custom::BackupPlan", "Properties": properties}}}

        result = eject(parse("t.json", json.dumps(content)), {}, form)

        (native,) = resources(result)["Plan"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        expected = {"RuleName": "pRule0"} | rule
        assert native == expected

    @pytest.mark.parametrize("value", INTRINSICS[:-2], ids=str)
    @pytest.mark.parametrize(
        "name", ["Resources", "NotResources", "ListOfTags", "Conditions", "SelectionName", "IamRoleArn"]
    )
    def test_and_wherever_a_selection_has_one(self, value: Any, name: str) -> None:
        properties = {
            "BackupPlanId": "p",
            "SelectionName": "s",
            "IamRoleArn": "r",
            "Resources": ["*"],
            name: value,
        }
        content = {"Resources": {"S": {"Type": "Custom::BackupSelection", "Properties": properties}}}

        found = resources(eject(parse("t.json", json.dumps(content)), {}))["S"]["Properties"]

        assert found == {
            "BackupPlanId": "p",
            "BackupSelection": {key: member for key, member in properties.items() if key != "BackupPlanId"},
        }

    @pytest.mark.parametrize("value", INTRINSICS[:-2], ids=str)
    @pytest.mark.parametrize(
        "name",
        [
            "BackupVaultName",
            "EncryptionKeyArn",
            "AccessPolicy",
            "LockConfiguration",
            "BackupVaultTags",
            "Notifications",
        ],
    )
    def test_and_wherever_a_vault_has_one(self, value: Any, name: str) -> None:
        properties = {"BackupVaultName": "v", name: value}
        content = {"Resources": {"V": {"Type": "Custom::BackupVault", "Properties": properties}}}

        found = resources(eject(parse("t.json", json.dumps(content)), {}))["V"]["Properties"]

        assert found == properties

    def test_conditions_choose_rules_where_they_stand(self) -> None:
        found = of_plan("""{BackupPlanName: p, BackupVault: v, BackupPlanRules: [{Preset: daily}, !If [
            C, {Preset: weekly}, {RuleName: own}], !If [D, {RuleName: last}, !Ref 'AWS::NoValue']]}""")

        rules = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        assert rules[0]["RuleName"] == "Daily"
        condition, then, otherwise = rules[1]["Fn::If"]
        assert (condition, then["RuleName"], otherwise["RuleName"]) == ("C", "Weekly", "own")
        assert otherwise["TargetBackupVault"] == "v"
        assert rules[2]["Fn::If"][2] == {"Ref": "AWS::NoValue"}

    def test_a_list_that_a_condition_chooses_follows_the_preset_in_both_branches(self) -> None:
        found = of_plan("""{BackupPlanName: p, BackupVault: v, Preset: daily35DayRetention, BackupPlanRules: !If [
            C, [{Preset: weekly}], !Ref 'AWS::NoValue']}""")

        condition, then, otherwise = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]["Fn::If"]
        assert condition == "C"
        assert [rule["RuleName"] for rule in then] == ["Daily", "Weekly"]
        assert [rule["RuleName"] for rule in otherwise] == ["Daily"]

    def test_entries_that_conditions_choose(self) -> None:
        found = of_plan("""{Preset: daily35DayRetention, BackupVault: v, Selections: [{SelectionName: S, Resources: [
            !If [C, {DynamoDBTable: a}, {Tag: {Key: k, Value: v}}], !If [D, !Ref X, !Ref 'AWS::NoValue']]}]}""")

        selection = found["ItSelectionS"]["Properties"]["BackupSelection"]
        assert selection["Resources"][0]["Fn::If"][2] == {"Ref": "AWS::NoValue"}
        assert selection["Resources"][1] == {"Fn::If": ["D", {"Ref": "X"}, {"Ref": "AWS::NoValue"}]}
        condition, then, otherwise = selection["ListOfTags"]["Fn::If"]
        assert (condition, then, len(otherwise)) == ("C", {"Ref": "AWS::NoValue"}, 1)
