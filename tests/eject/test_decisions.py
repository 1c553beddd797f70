"""What decides which native resources there are."""

from __future__ import annotations

import json

import pytest

from cfn_backup_tools.eject.ejection import NotEjected
from cfn_backup_tools.template.template import parse
from tests.eject.templates import document, ejected, of_plan, resources


class TestDecisions:
    def test_a_vault_that_may_not_be_given(self) -> None:
        found = of_plan(
            "{Preset: daily35DayRetention, BackupVault: !If [C, given, !Ref 'AWS::NoValue']}",
            "Conditions: {C: x}",
        )

        (rule,) = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        vault = {"Fn::GetAtt": ["ItVault", "BackupVaultName"]}
        assert rule["TargetBackupVault"] == {"Fn::If": ["C", "given", vault]}
        assert found["ItVault"]["Condition"] == "ItVaultExists"

    def test_the_condition_for_it_is_written(self) -> None:
        for conditions in ("", "Conditions: {C: !Equals [a, b]}"):
            text = document(
                "{Preset: daily35DayRetention, BackupVault: !If [C, given, !Ref 'AWS::NoValue']}", conditions
            )
            content = parse("t", ejected(text).text).content
            assert content["Conditions"]["ItVaultExists"] == {"Fn::Not": [{"Condition": "C"}]}

    def test_tags_may_be_called_like_properties(self) -> None:
        tags = "{Preset: !Ref P, RemovalPolicy: !If [C, a, b], RuleName: !If [C, a, !Ref 'AWS::NoValue']}"

        found = of_plan(
            f"{{BackupVault: v, BackupPlanTags: {tags}, BackupPlanRules: [{{RuleName: a, RecoveryPointTags: {tags}}}]}}",
            "Parameters: {P: {Type: String}}",
        )

        expected = {
            "Preset": {"Ref": "P"},
            "RemovalPolicy": {"Fn::If": ["C", "a", "b"]},
            "RuleName": {"Fn::If": ["C", "a", {"Ref": "AWS::NoValue"}]},
        }
        properties = found["It"]["Properties"]
        assert properties["BackupPlanTags"] == expected
        assert properties["BackupPlan"]["BackupPlanRule"][0]["RecoveryPointTags"] == expected

    def test_one_absence_within_another(self) -> None:
        found = of_plan(
            "{BackupPlanName: p, BackupVault: v, BackupPlanRules: [{RuleName: !If [A, x, !If [B, y, !Ref 'AWS::NoValue']]}]}"
        )

        (rule,) = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        assert rule["RuleName"] == {"Fn::If": ["A", "x", {"Fn::If": ["B", "y", "pRule0"]}]}

    def test_a_retention_that_nobody_can_know_is_named(self) -> None:
        result = ejected(
            document("{BackupVault: v, BackupPlanRules: [{RuleName: a, EnableContinuousBackup: !Ref P}]}")
        )

        assert "EnableContinuousBackup of the rule a" in result.losses[0]

    def test_a_preset_that_a_condition_chooses(self) -> None:
        found = of_plan("{Preset: !If [C, daily35DayRetention, dailyMonthly1YearRetention], BackupVault: v}")

        daily, monthly = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        assert daily["RuleName"] == "Daily"
        condition, then, otherwise = monthly["Fn::If"]
        assert (condition, then, otherwise["RuleName"]) == ("C", {"Ref": "AWS::NoValue"}, "Monthly1Year")

    @pytest.mark.parametrize("given", [{}, {"P": "dailyMonthly1YearRetention"}])
    def test_a_preset_from_a_parameter_is_decided_and_said(self, given: dict[str, str]) -> None:
        result = ejected(
            document(
                "{Preset: !Ref P, BackupVault: v}",
                "Parameters: {P: {Type: String, Default: daily35DayRetention}}",
            ),
            given,
        )

        rules = resources(result)["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        assert len(rules) == (2 if given else 1)
        assert any("Preset is " in note for note in result.notes)

    def test_a_preset_that_cannot_be_known_is_refused_with_the_way_out(self) -> None:
        text = document("{Preset: !Ref P, BackupVault: v}", "Parameters: {P: {Type: String}}")

        with pytest.raises(NotEjected, match="give --parameter P="):
            ejected(text)

    def test_a_removal_policy_that_a_condition_chooses_keeps_what_must_not_be_lost(self) -> None:
        result = ejected(document("{RemovalPolicy: !If [C, DESTROY, RETAIN]}", type_="BackupVault"))

        assert resources(result)["It"]["DeletionPolicy"] == "Retain"
        assert "depends on the condition C" in result.losses[0]

    def test_conditions_within_conditions(self) -> None:
        found = of_plan("""{BackupVault: v, BackupPlanName: p, WindowsVss: !If [A, true, !If [B, true, false]],
            BackupPlanRules: [{RuleName: r}]}""")

        settings = found["It"]["Properties"]["BackupPlan"]["AdvancedBackupSettings"]
        vss = [{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}]
        assert settings == {"Fn::If": ["A", vss, {"Fn::If": ["B", vss, {"Ref": "AWS::NoValue"}]}]}

    def test_many_conditions_that_may_leave_nothing_selected_stay_where_they_stand(self) -> None:
        entries = [{"Fn::If": [f"C{n}", f"arn:aws:s3:::{n}", {"Ref": "AWS::NoValue"}]} for n in range(6)]
        properties = {
            "BackupPlanId": "p",
            "IamRoleArn": {"Ref": "R"},
            "Resources": entries,
            "Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/a", "ConditionValue": "b"}]},
        }

        found = resources(ejected(document(json.dumps(properties), type_="BackupSelection")))

        *written, everything = found["It"]["Properties"]["BackupSelection"]["Resources"]
        assert written == entries
        # * is selected where every one of them is absent
        for number in range(6):
            condition, then, everything = everything["Fn::If"]
            assert (condition, then) == (f"C{number}", {"Ref": "AWS::NoValue"})
        assert everything == "*"

    def test_many_conditions_are_no_matter(self) -> None:
        rules = ", ".join(f"{{RuleName: !If [C{n}, a, !Ref 'AWS::NoValue']}}" for n in range(20))

        found = of_plan(f"{{BackupVault: v, BackupPlanRules: [{rules}]}}")

        assert len(found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]) == 20

    def test_too_many_combinations_are_refused_by_their_names(self) -> None:
        names = [f"C{number}" for number in range(13)]
        selections = ", ".join(
            f"!If [{name}, {{SelectionName: {name}, Resources: ['*']}}, !Ref 'AWS::NoValue']"
            for name in names
        )

        with pytest.raises(NotEjected, match="more than 4,096 combinations of C0, C1"):
            of_plan(f"{{Preset: daily35DayRetention, Selections: [{selections}]}}")
