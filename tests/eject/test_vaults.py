"""Vaults, their policies of deletion, locks and topics."""

from __future__ import annotations

import json

import pytest

from cfn_backup_tools.template.template import parse
from tests.eject.templates import document, ejected, resources


class TestVaults:
    @pytest.mark.parametrize(
        ("properties", "attributes", "expected"),
        [
            ("{}", "", ("Retain", "Retain")),
            ("{RemovalPolicy: RETAIN}", "", ("Retain", "Retain")),
            ("{RemovalPolicy: DESTROY}", "", ("Delete", "Delete")),
            ("{RemovalPolicy: RETAIN_ON_UPDATE_OR_DELETE}", "", ("RetainExceptOnCreate", "Retain")),
            ("{}", "DeletionPolicy: Delete", ("Delete", "Retain")),
            ("{}", "DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete", ("Delete", "Delete")),
            ("{RemovalPolicy: DESTROY}", "DeletionPolicy: Retain", ("Retain", "Delete")),
            ("{RemovalPolicy: RETAIN}", "DeletionPolicy: Delete", ("Retain", "Retain")),
            ("{RemovalPolicy: DESTROY}", "UpdateReplacePolicy: Retain", ("Delete", "Retain")),
        ],
    )
    def test_deletion_policies(self, properties: str, attributes: str, expected: tuple[str, str]) -> None:
        text = document(properties, type_="BackupVault")
        text = text.replace("    Properties", f"    {attributes}\n    Properties") if attributes else text

        it = resources(ejected(text))["It"]

        assert (it["DeletionPolicy"], it["UpdateReplacePolicy"]) == expected

    def test_other_attributes_go_to_the_resource_itself(self) -> None:
        text = document("{Preset: daily35DayRetention, BackupPlanName: named}").replace(
            "    Properties",
            "    Metadata: {a: !GetAtt It.BackupPlanName}\n    UpdatePolicy: {b: c}\n    Properties",
        )

        found = resources(ejected(text))

        assert (found["It"]["Metadata"], found["It"]["UpdatePolicy"]) == ({"a": "named"}, {"b": "c"})
        assert not {"Metadata", "UpdatePolicy"} & found["ItVault"].keys()

    def test_a_plan_that_is_kept_keeps_its_default_vault(self) -> None:
        text = document("{Preset: daily35DayRetention, DefaultVault: {RemovalPolicy: DESTROY}}")
        kept = text.replace("    Properties", "    DeletionPolicy: Retain\n    Properties")

        assert resources(ejected(text))["ItVault"]["DeletionPolicy"] == "Delete"
        assert resources(ejected(kept))["ItVault"]["DeletionPolicy"] == "Retain"

    def test_what_cannot_be_expressed_is_in_the_template_and_in_the_losses(self) -> None:
        text = document(
            "{RemovalPolicy: DESTROY, EmptyOnDelete: true, LockConfiguration: {MaxRetentionDays: 9}}",
            "",
            "BackupVault",
        )
        result = ejected(text)

        assert len(result.losses) == 2
        assert result.text.count("# cfn-backup eject: ") == 2
        as_json = json.loads(ejected(text, target="json").text)
        assert len(as_json["Resources"]["It"]["Metadata"]["cfn-backup-provider"]["Ejected"]) == 2
        assert as_json["Resources"]["It"]["Properties"]["LockConfiguration"] == {
            "MinRetentionDays": 1,
            "MaxRetentionDays": 9,
        }

    def test_a_topic_of_the_template_gets_its_policy(self) -> None:
        more = "  T: {Type: 'AWS::SNS::Topic'}"
        found = resources(ejected(document("{Notifications: {SNSTopicArn: !Ref T}}", more, "BackupVault")))

        assert found["TPolicy"]["Type"] == "AWS::SNS::TopicPolicy"
        assert (
            "CONTINUOUS_BACKUP_INTERRUPTED" in found["It"]["Properties"]["Notifications"]["BackupVaultEvents"]
        )

    @pytest.mark.parametrize("condition", [None, "D"])
    def test_the_policy_of_a_topic_for_several_vaults_is_there_whichever_of_them_is(
        self, condition: str | None
    ) -> None:
        more = f"""
          T: {{Type: 'AWS::SNS::Topic'{", Condition: D" if condition else ""}}}
          Other: {{Type: 'Custom::BackupVault', Properties: {{Notifications: {{SNSTopicArn: !Ref T}}}}}}
        """
        text = document("{Notifications: {SNSTopicArn: !Ref T}}", more, "BackupVault")

        found = resources(ejected(text.replace("    Properties", "    Condition: C\n    Properties", 1)))

        assert found["It"]["Condition"] == "C"
        assert found["TPolicy"].get("Condition") == condition

    @pytest.mark.parametrize("managed", ["false", "'False'"])
    def test_unless_the_author_looks_after_it(self, managed: str) -> None:
        more = "  T: {Type: 'AWS::SNS::Topic'}"
        properties = f"{{Notifications: {{SNSTopicArn: !Ref T, ManageTopicPolicy: {managed}}}}}"

        assert "TPolicy" not in resources(ejected(document(properties, more, "BackupVault")))

    @pytest.mark.parametrize(
        "notifications",
        [
            "{SNSTopicArn: !If [D, 'arn:aws:sns:eu-west-1:111122223333:t', !Ref T]}",
            "!If [D, {SNSTopicArn: 'arn:aws:sns:eu-west-1:111122223333:t'}, {SNSTopicArn: !Ref T}]",
        ],
    )
    def test_a_topic_that_a_condition_chooses_has_a_policy_where_it_is_chosen(
        self, notifications: str
    ) -> None:
        more = "  T: {Type: 'AWS::SNS::Topic'}"
        result = ejected(document(f"{{Notifications: {notifications}}}", more, "BackupVault"))

        written = parse("t", result.text).content
        condition = written["Resources"]["TPolicy"]["Condition"]
        assert written["Conditions"][condition] == {"Fn::Not": [{"Condition": "D"}]}
        assert any("is not of this template" in note for note in result.notes)

    def test_a_policy_that_is_there_is_not_overwritten(self) -> None:
        more = """
          T: {Type: 'AWS::SNS::Topic'}
          Mine: {Type: 'AWS::SNS::TopicPolicy', Properties: {Topics: [!Ref T], PolicyDocument: {}}}
        """
        result = ejected(document("{Notifications: {SNSTopicArn: !Ref T}}", more, "BackupVault"))

        assert "TPolicy" not in resources(result)
        assert any("backup.amazonaws.com" in note for note in result.notes)
