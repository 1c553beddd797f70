"""What is not replaced stays as it was written, to the character."""

# ruff: noqa: E501 - templates and expectations read best on their line
from __future__ import annotations

import json
import textwrap

import pytest

from cfn_backup_tools.template.template import Format, parse
from tests.eject.templates import document, ejected, resources
from tests.parity.linting import lint_errors


class TestText:
    TEMPLATE = textwrap.dedent("""\
        # The orders.
        AWSTemplateFormatVersion: "2010-09-09"   # as ever

        Resources:

          # What is to be backed up.
          Orders:
            Type: 'AWS::DynamoDB::Table'
            Properties:
              BillingMode:   PAY_PER_REQUEST
              AttributeDefinitions: [ {AttributeName: id, AttributeType: S} ]
              KeySchema: [ {AttributeName: id, KeyType: HASH} ]

          # How it is backed up.
          Plan:
            Type: Custom::BackupPlan  # ours
            Properties:
              ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
              # a year would be too long
              Preset: daily35DayRetention  # trailing

          # What comes after.
          Topic:
            Type: AWS::SNS::Topic
            Properties:
              DisplayName: !Sub |
                vault  ${Plan.BackupVaultName} # no comment
                plan ${ Plan }

        Outputs: {Plan: {Value: !Ref Plan}}  # the end
        """)

    def test_everything_else_stays_to_the_character(self) -> None:
        result = ejected(self.TEMPLATE)

        before, _, rest = self.TEMPLATE.partition("  Plan:\n")
        after = rest[rest.index("\n  # What comes after.") :]
        after = after.replace("${Plan.BackupVaultName}", "${PlanVault.BackupVaultName}").replace(
            "${ Plan }", "${Plan}"
        )
        assert result.text.startswith(before)
        assert result.text.endswith(after)

    def test_comments_inside_are_kept_in_front(self) -> None:
        lines = [line.strip() for line in ejected(self.TEMPLATE).text.splitlines()]

        start = lines.index("# How it is backed up.")
        assert lines[start + 1 : start + 4] == ["# ours", "# a year would be too long", "Plan:"]
        assert any(line.endswith("# trailing") for line in lines)

    def test_comments_inside_a_reference_are_kept_behind_it(self) -> None:
        result = ejected("""
            Resources:
              Plan:
                Type: Custom::BackupPlan
                Properties: {Preset: daily35DayRetention}
            Outputs:
              It:
                Value: !GetAtt   # one
                  - Plan
                  # two
                  - BackupVaultArn   # three
                Description: the vault
            """)

        assert "    Value: !GetAtt PlanVault.BackupVaultArn # one # two   # three\n" in result.text

    def test_windows_line_ends_stay(self) -> None:
        text = ejected(self.TEMPLATE.replace("\n", "\r\n")).text

        assert text.count("\r\n") == text.count("\n")
        assert lint_errors(text.replace("\r\n", "\n")) == []

    def test_twice_is_once(self) -> None:
        once = ejected(self.TEMPLATE).text

        assert ejected(once).text == once

    def test_a_template_without_custom_resources_is_not_touched(self) -> None:
        text = "Resources: {  A: {Type: 'AWS::SNS::Topic' } } # no end of line"

        assert ejected(text).text == text

    def test_wider_indentation_is_kept(self) -> None:
        text = document("{Preset: daily35DayRetention}").replace("  ", "    ")

        assert "\n            BackupPlan:\n                BackupPlanName:" in ejected(text).text

    def test_long_forms_are_kept(self) -> None:
        text = ejected("""
            Resources:
              Plan:
                Type: Custom::BackupPlan
                Properties:
                  Preset: daily35DayRetention
                  BackupPlanName:
                    Ref: AWS::StackName
            """).text

        assert "!" not in text.replace("${!", "")

    def test_json_stays_json_with_its_indentation_and_order(self) -> None:
        content = {
            "Resources": {
                "Zebra": {"Type": "AWS::SNS::Topic"},
                "Plan": {"Type": "Custom::BackupPlan", "Properties": {"Preset": "daily35DayRetention"}},
                "Ant": {"Type": "AWS::SNS::Topic", "DependsOn": "Plan"},
            },
            "Outputs": {"É": {"Value": {"Ref": "Plan"}}},
        }
        text = json.dumps(content, indent=4, ensure_ascii=False)

        result = ejected(text)

        assert list(json.loads(result.text)["Resources"]) == ["Zebra", "Plan", "PlanVault", "Ant"]
        assert '\n        "PlanVault": {\n            "Type": "AWS::Backup::BackupVault",' in result.text
        assert "É" in result.text

    def test_json_on_one_line(self) -> None:
        text = '{"Resources": {"Plan": {"Type": "Custom::BackupPlan", "Properties": {"Preset": "daily35DayRetention"}}}}'

        assert list(json.loads(ejected(text).text)["Resources"]) == ["Plan", "PlanVault"]
        assert "\n" not in ejected(text).text

    def test_yaml_in_the_flow_style(self) -> None:
        text = "{Resources: {Plan: {Type: 'Custom::BackupPlan', Properties: {Preset: daily35DayRetention}}, B: {Type: 'AWS::SNS::Topic'}}}"

        assert list(resources(ejected(text))) == ["Plan", "PlanVault", "B"]

    def test_anchors(self) -> None:
        result = ejected("""
            Resources:
              One:
                Type: Custom::BackupPlan
                Properties: &properties
                  Preset: daily35DayRetention
                  BackupVault: given
              Two:
                Type: Custom::BackupPlan
                Properties:
                  <<: *properties
                  BackupVault: other
              Three:
                Type: AWS::SNS::Topic
                Properties: {DisplayName: !Ref One}
            """)

        vaults = [
            resources(result)[name]["Properties"]["BackupPlan"]["BackupPlanRule"][0]["TargetBackupVault"]
            for name in ("One", "Two")
        ]
        assert vaults == ["given", "other"]
        assert "anchors" in result.notes[0]

    def test_anchors_of_other_resources_stay_with_the_comments(self) -> None:
        text = textwrap.dedent("""\
            Resources:
              One: # first
                Type: AWS::SNS::Topic
                Properties: &properties
                  DisplayName: &name !GetAtt Plan.BackupVaultName  # shown
                  Tags: &tags [{Key: a, Value: b}]
              Two:
                Type: AWS::SNS::Topic
                Properties: {<<: *properties, TopicName: *name}
              Plan:
                Type: Custom::BackupPlan
                Properties: {Preset: daily35DayRetention}
            """)

        result = ejected(text)

        before, plan, _ = result.text.partition("  Plan:")
        assert before == text.partition(plan)[0].replace("Plan.BackupVaultName", "PlanVault.BackupVaultName")
        assert result.notes == []

    @pytest.mark.parametrize(("source", "target"), [("yaml", "json"), ("json", "yaml")])
    def test_the_other_language(self, source: str, target: Format) -> None:
        yaml = self.TEMPLATE
        text = yaml if source == "yaml" else ejected(yaml, target="json").text

        result = ejected(text, target=target)

        assert parse("t", result.text).format == target
        assert parse("t", result.text).content == parse("t", ejected(yaml).text).content

    def test_every_text_survives_the_way_to_yaml(self) -> None:
        values = [
            "",
            " a ",
            "a: b",
            "a #b",
            "'",
            '"',
            "no",
            "1",
            "0x1f",
            "1e3",
            "2012-10-17",
            "a\nb\n",
            "a\n b",
            " a\nb",
        ]
        values += [
            "\t",
            "é",
            "- a",
            "? b",
            "!x",
            "&a",
            "*a",
            "%",
            "@",
            "`",
            "|",
            ">",
            "null",
            "~",
            "12:30:45",
            "a\n\n",
            "\\",
        ]
        values += [
            "${!x}",
            "a\r\nb",
            "\x07",
            "{}",
            "[",
            "a,b",
            "y",
            "N",
            "=",
            "<<",
            "0o7",
            "1_000",
            ".5",
            "+1",
            "-",
            "--- a",
        ]
        content = {
            "Resources": {"A": {"Type": "X", "Properties": {"Values": values, "Map": {v: v for v in values}}}}
        }

        result = ejected(json.dumps(content), target="yaml")

        assert parse("t.yaml", result.text).content == content
