"""``cfn-backup eject``."""

# ruff: noqa: E501 - templates and expectations read best on their line
from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfn_backup_tools.eject.ejection import Ejected, NotEjected, eject
from cfn_backup_tools.template.template import Format, parse
from tests.parity.linting import lint_errors
from tests.parity.programs import FAMILIES, programs_of
from tests.toolkit.conftest import Command, Write


def ejected(text: str, parameters: dict[str, str] | None = None, target: Format | None = None) -> Ejected:
    """The result for a template's text."""
    return eject(parse("template.yaml", textwrap.dedent(text).lstrip("\n")), parameters or {}, target)


def resources(result: Ejected) -> dict[str, Any]:
    """The resources of the result in the long form."""
    return parse("ejected.yaml", result.text).resources


def document(properties: str, more: str = "", type_: str = "BackupPlan") -> str:
    """A template with one custom resource, ``It``, with these properties in the flow style, and more resources or a section."""
    more = textwrap.dedent(more).strip("\n")
    more = more if more.startswith(("Parameters", "Conditions")) else textwrap.indent(more, "  ")
    properties = " ".join(properties.split())
    return f"""Resources:
  It:
    Type: Custom::{type_}
    Properties: {properties}
{more}
"""


def of_plan(properties: str, more: str = "", **parameters: str) -> dict[str, Any]:
    """The native resources of a plan."""
    return resources(ejected(document(properties, more), parameters))


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


class TestNames:
    def test_the_parts_have_the_names_of_the_issue(self) -> None:
        found = of_plan("""{Preset: daily35DayRetention, Selections: [
            {SelectionName: my-tables.2, Resources: ["arn:aws:dynamodb:eu-west-1:111122223333:table/a"]}]}""")

        assert list(found) == ["It", "ItVault", "ItRole", "ItSelectionMyTables2"]

    def test_collisions_are_avoided(self) -> None:
        more = """
          ItVault: {Type: 'AWS::SNS::Topic'}
          ItRole: {Type: 'Custom::BackupVault'}
        """
        found = of_plan(
            "{Preset: daily35DayRetention, Selections: [{SelectionName: A, Resources: ['*']}]}", more
        )

        assert {"ItVault", "ItVault2", "ItRole", "ItRole2"} <= found.keys()
        rule = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"][0]
        assert rule["TargetBackupVault"] == {"Fn::GetAtt": ["ItVault2", "BackupVaultName"]}

    def test_selections_whose_names_have_the_same_letters_are_several(self) -> None:
        names = ["a-b", "a.b", "AB", "-", "_"]
        selections = ", ".join(f"{{SelectionName: '{name}', Resources: ['*']}}" for name in names)

        found = of_plan(f"{{Preset: daily35DayRetention, BackupVault: v, Selections: [{selections}]}}")

        made = {
            logical_id: resource["Properties"]["BackupSelection"]["SelectionName"]
            for logical_id, resource in found.items()
            if resource["Type"] == "AWS::Backup::BackupSelection"
        }
        assert made == {
            "ItSelectionAB": "a-b",
            "ItSelectionAB2": "a.b",
            "ItSelectionAB3": "AB",
            "ItSelection": "-",
            "ItSelection2": "_",
        }

    def test_parameters_are_names_too(self) -> None:
        found = of_plan("{Preset: daily35DayRetention}", "Parameters: {ItVault: {Type: String}}")

        assert "ItVault2" in found


REFERENCES = """
    Parameters: {{P: {{Type: String}}}}
    Resources:
      Plan:
        Type: Custom::BackupPlan
        Properties:
          Preset: daily35DayRetention
          BackupPlanName: named
          Selections: [{{SelectionName: All, Resources: ["*"]}}]
      Own:
        Type: Custom::BackupSelection
        Properties: {{BackupPlanId: !Ref Plan, Resources: ["*"], IamRoleArn: !GetAtt Role.Arn}}
      Vault:
        Type: Custom::BackupVault
        Properties: {{EncryptionKeyArn: !Ref P}}
      Role:
        Type: AWS::IAM::Role
        Properties: {{AssumeRolePolicyDocument: {{}}}}
    Outputs:
      It: {{Value: {value}}}
    """


class TestReferences:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("!Ref Plan", {"Ref": "Plan"}),
            ("!GetAtt Plan.VersionId", {"Fn::GetAtt": ["Plan", "VersionId"]}),
            ("!GetAtt Plan.BackupPlanName", "named"),
            ("!GetAtt Plan.BackupVaultArn", {"Fn::GetAtt": ["PlanVault", "BackupVaultArn"]}),
            ("!GetAtt Plan.RoleName", {"Ref": "PlanRole"}),
            ("{'Fn::GetAtt': Plan.RoleArn}", {"Fn::GetAtt": ["PlanRole", "Arn"]}),
            ("{'Fn::GetAtt': [Plan, RoleArn]}", {"Fn::GetAtt": ["PlanRole", "Arn"]}),
            ("!Ref Own", {"Fn::GetAtt": ["Own", "Id"]}),
            ("!GetAtt Own.SelectionId", {"Fn::GetAtt": ["Own", "SelectionId"]}),
            ("!GetAtt Own.RoleArn", {"Fn::GetAtt": ["Role", "Arn"]}),
            ("!GetAtt Own.RoleName", {"Ref": "Role"}),
            ("!Ref Vault", {"Ref": "Vault"}),
            ("!GetAtt Vault.EncryptionKeyArn", {"Ref": "P"}),
            ("!Sub 'a ${Plan} b'", {"Fn::Sub": "a ${Plan} b"}),
            ("!Sub '${Plan.BackupVaultName}'", {"Fn::Sub": "${PlanVault.BackupVaultName}"}),
            ("!Sub '${Own}'", {"Fn::Sub": "${Own.Id}"}),
            ("!Sub '${!Own} ${Own.RoleName}'", {"Fn::Sub": "${!Own} ${Role}"}),
            ("!Sub 'x${Plan.BackupPlanName}x'", "xnamedx"),
            ("!Sub ['${Own} ${x}', {x: !Ref Own}]", {"Fn::Sub": ["${Own.Id} ${x}", {"x": {"Fn::GetAtt": ["Own", "Id"]}}]}),
            ("!Sub ['${Own}', {Own: shadowed}]", {"Fn::Sub": ["${Own}", {"Own": "shadowed"}]}),
            ("!Join ['', [a, !Ref Own]]", {"Fn::Join": ["", ["a", {"Fn::GetAtt": ["Own", "Id"]}]]}),
            ("!If [C, !Ref Own, !Ref P]", {"Fn::If": ["C", {"Fn::GetAtt": ["Own", "Id"]}, {"Ref": "P"}]}),
            ("{'Fn::Base64': !Sub '${Own}'}", {"Fn::Base64": {"Fn::Sub": "${Own.Id}"}}),
            ("Own", "Own"),
            ("!Ref P", {"Ref": "P"}),
        ],
    )  # fmt: skip
    def test_a_reference_points_at_what_stands_there_now(self, value: str, expected: Any) -> None:
        result = ejected(REFERENCES.format(value=value))

        assert parse("t", result.text).content["Outputs"]["It"]["Value"] == expected

    def test_the_arn_of_a_vault_that_a_condition_chooses(self) -> None:
        arn = "arn:aws:backup:eu-west-1:111122223333:backup-vault:other"
        result = ejected(f"""
            Resources:
              Vault: {{Type: AWS::Backup::BackupVault, Properties: {{BackupVaultName: named}}}}
              Plan:
                Type: Custom::BackupPlan
                Properties: {{Preset: daily35DayRetention, BackupVault: !If [C, !GetAtt Vault.BackupVaultArn, '{arn}']}}
            Outputs: {{It: {{Value: !GetAtt Plan.BackupVaultArn}}, Name: {{Value: !GetAtt Plan.BackupVaultName}}}}
            """)

        outputs = parse("t", result.text).content["Outputs"]
        assert outputs["It"]["Value"] == {"Fn::If": ["C", {"Fn::GetAtt": ["Vault", "BackupVaultArn"]}, arn]}
        assert outputs["Name"]["Value"] == {
            "Fn::If": ["C", {"Fn::GetAtt": ["Vault", "BackupVaultName"]}, "other"]
        }

    def test_a_block_of_lines_can_hold_a_reference(self) -> None:
        result = ejected("""
            Resources:
              Sel:
                Type: Custom::BackupSelection
                Properties: {BackupPlanId: p, Resources: ["*"], IamRoleArn: r}
            Outputs:
              A:
                Value:
                  Fn::Join:
                    - ","
                    - - Ref: Sel   # here
                      - Fn::GetAtt:
                          - Sel
                          - SelectionId
              B:
                Value: x
            """)

        joined = parse("t", result.text).content["Outputs"]["A"]["Value"]["Fn::Join"][1]
        assert joined == [{"Fn::GetAtt": ["Sel", "Id"]}, {"Fn::GetAtt": ["Sel", "SelectionId"]}]
        assert "# here" in result.text

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("Plan", ["Plan", "PlanSelectionAll"]),
            ("[Role, Plan]", ["Role", "Plan", "PlanSelectionAll"]),
            ("Vault", "Vault"),
            ("[Vault]", ["Vault"]),
            ("Role", "Role"),
        ],
    )
    def test_depends_on(self, value: str, expected: Any) -> None:
        text = REFERENCES.format(value="x").replace(
            "Outputs:", f"  T: {{Type: 'AWS::SNS::Topic', DependsOn: {value}}}\n    Outputs:"
        )

        assert resources(ejected(text))["T"]["DependsOn"] == expected

    def test_what_depends_on_something_still_does(self) -> None:
        text = document("{Preset: daily35DayRetention}", "  T: {Type: 'AWS::SNS::Topic'}").replace(
            "Properties:", "DependsOn: [T]\n    Metadata: {a: !Ref T}\n    Condition: C\n    Properties:"
        )

        found = resources(ejected(text))

        assert [found[name]["DependsOn"] for name in ("It", "ItVault")] == [["T"], ["T"]]
        assert [found[name]["Condition"] for name in ("It", "ItVault")] == ["C", "C"]
        assert found["It"]["Metadata"] == {"a": {"Ref": "T"}}
        assert "Metadata" not in found["ItVault"]

    def test_a_lost_return_value_is_named(self) -> None:
        text = """
            Resources:
              Vault:
                Type: Custom::BackupVault
                Properties: {LockConfiguration: {MinRetentionDays: 1, ChangeableForDays: 3}}
            Outputs: {Date: {Value: !GetAtt Vault.LockDate}, Key: {Value: !Sub "${Vault.EncryptionKeyArn}"}}
            """
        result = ejected(text)

        assert parse("t", result.text).content["Outputs"] == {"Date": {"Value": ""}, "Key": {"Value": ""}}
        assert any("LockDate" in loss for loss in result.losses)
        assert any("EncryptionKeyArn" in loss for loss in result.losses)
        assert "# cfn-backup eject: Vault.LockDate:" in result.text

    def test_the_key_of_a_vault_that_may_have_none_is_lost_where_it_has_none(self) -> None:
        result = ejected("""
            Resources:
              Vault:
                Type: Custom::BackupVault
                Properties: {EncryptionKeyArn: !If [C, !Ref P, !Ref AWS::NoValue]}
            Outputs: {Key: {Value: !GetAtt Vault.EncryptionKeyArn}, Text: {Value: !Sub "k=${Vault.EncryptionKeyArn}"}}
            """)

        key = {"Fn::If": ["C", {"Ref": "P"}, ""]}
        assert parse("t", result.text).content["Outputs"] == {
            "Key": {"Value": key},
            "Text": {"Value": {"Fn::Sub": ["k=${VaultEncryptionKeyArn}", {"VaultEncryptionKeyArn": key}]}},
        }
        assert any("EncryptionKeyArn" in loss for loss in result.losses)

    @pytest.mark.parametrize(
        ("role", "name", "is_lost"),
        [
            ("'arn:aws:iam::111122223333:role/a/x'", "x", False),
            ("!GetAtt R.Arn", {"Ref": "R"}, False),
            ("!If [D, 'arn:aws:iam::111122223333:role/x', !GetAtt R.Arn]", {"Fn::If": ["D", "x", {"Ref": "R"}]}, False),
            ("!If [D, 'arn:aws:iam::111122223333:role/x', !Ref P]", {"Fn::If": ["D", "x", ""]}, True),
            ("!Ref P", "", True),
        ],
    )  # fmt: skip
    def test_the_name_of_a_role(self, role: str, name: Any, is_lost: bool) -> None:
        result = ejected(f"""
            Resources:
              Own:
                Type: Custom::BackupSelection
                Properties: {{BackupPlanId: p, Resources: ['*'], IamRoleArn: {role}}}
            Outputs: {{Name: {{Value: !GetAtt Own.RoleName}}}}
            """)

        assert parse("t", result.text).content["Outputs"]["Name"]["Value"] == name
        assert any("RoleName" in loss for loss in result.losses) is is_lost


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
        assert selection["ListOfTags"][0]["Fn::If"][1] == {"Ref": "AWS::NoValue"}


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

        condition, then, otherwise = found["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]["Fn::If"]
        assert (condition, len(then), len(otherwise)) == ("C", 1, 2)

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

    def test_many_conditions_that_only_may_leave_nothing_selected_stay_where_they_stand(self) -> None:
        entries = [{"Fn::If": [f"C{n}", f"arn:aws:s3:::{n}", {"Ref": "AWS::NoValue"}]} for n in range(6)]
        properties = {
            "BackupPlanId": "p",
            "IamRoleArn": {"Ref": "R"},
            "Resources": entries,
            "Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/a", "ConditionValue": "b"}]},
        }

        found = resources(ejected(document(json.dumps(properties), type_="BackupSelection")))

        assert found["It"]["Properties"]["BackupSelection"]["Resources"] == entries

    def test_too_many_conditions_are_refused(self) -> None:
        rules = ", ".join(f"{{RuleName: !If [C{n}, a, !Ref 'AWS::NoValue']}}" for n in range(6))

        with pytest.raises(NotEjected, match="more than 5 conditions"):
            of_plan(f"{{BackupVault: v, BackupPlanRules: [{rules}]}}")


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


class TestSelections:
    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("{DynamoDBTable: !Ref T}", ":dynamodb:${AWS::Region}:${AWS::AccountId}:table/${T}"),
            ("{DynamoDBTable: orders}", ":dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"),
            ("{Ec2Instance: !Ref T}", ":ec2:${AWS::Region}:${AWS::AccountId}:instance/${T}"),
            ("{EbsVolume: vol-1}", ":ec2:${AWS::Region}:${AWS::AccountId}:volume/vol-1"),
            (
                "{EfsFileSystem: !Ref T}",
                ":elasticfilesystem:${AWS::Region}:${AWS::AccountId}:file-system/${T}",
            ),
            ("{RdsDatabaseInstance: !Ref T}", ":rds:${AWS::Region}:${AWS::AccountId}:db:${T}"),
            ("{RdsDatabaseCluster: !Ref T}", ":rds:${AWS::Region}:${AWS::AccountId}:cluster:${T}"),
            ("{S3Bucket: !Ref T}", ":s3:::${T}"),
            ("{FsxFileSystem: !Ref T}", ":fsx:${AWS::Region}:${AWS::AccountId}:file-system/${T}"),
            ("{RedshiftCluster: !Ref T}", ":redshift:${AWS::Region}:${AWS::AccountId}:cluster:${T}"),
        ],
    )
    def test_an_id_becomes_an_arn(self, entry: str, expected: str) -> None:
        text = document(f"{{BackupPlanId: p, Resources: [{entry}]}}", "", "BackupSelection")

        (arn,) = resources(ejected(text))["It"]["Properties"]["BackupSelection"]["Resources"]

        assert arn == {"Fn::Sub": "arn:${AWS::Partition}" + expected}

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            ("{DynamoDBTable: !GetAtt T.Arn}", {"Fn::GetAtt": ["T", "Arn"]}),
            ("!GetAtt T.Arn", {"Fn::GetAtt": ["T", "Arn"]}),
            ("{RdsDatabaseCluster: !GetAtt T.DBClusterArn}", {"Fn::GetAtt": ["T", "DBClusterArn"]}),
            ("{S3Bucket: !Sub 'arn:aws:s3:::${T}'}", {"Fn::Sub": "arn:aws:s3:::${T}"}),
            ("{Arn: !ImportValue x}", {"Fn::ImportValue": "x"}),
            ("{CloudFormationStack: !Ref 'AWS::StackId'}", {"Ref": "AWS::StackId"}),
            ("!Ref T", {"Ref": "T"}),
        ],
    )
    def test_an_arn_stays(self, entry: str, expected: Any) -> None:
        text = document(f"{{BackupPlanId: p, Resources: [{entry}]}}", "", "BackupSelection")

        (arn,) = resources(ejected(text))["It"]["Properties"]["BackupSelection"]["Resources"]

        assert arn == expected

    @pytest.mark.parametrize("value", ["!Ref P", "!ImportValue x", "!FindInMap [A, B, C]"])
    def test_a_value_that_may_be_either_is_named(self, value: str) -> None:
        more = "Parameters: {P: {Type: String}}"
        result = ejected(
            document(f"{{BackupPlanId: p, Resources: [{{DynamoDBTable: {value}}}]}}", more, "BackupSelection")
        )

        assert any("DynamoDBTable" in note and "ARN" in note for note in result.notes)

    @pytest.mark.parametrize("value", ["!Ref AWS::StackName", "!Ref It", "!If [C, a, !Ref It]"])
    def test_one_that_cannot_is_not(self, value: str) -> None:
        text = f"{{BackupPlanId: p, Resources: [{{CloudFormationStack: {value}}}]}}"

        assert ejected(document(text, type_="BackupSelection")).notes == []

    def test_the_own_stack_is_written_down(self) -> None:
        more = """
          T: {Type: 'AWS::DynamoDB::Table'}
          B: {Type: 'AWS::S3::Bucket', Condition: C}
          Member: {Type: 'AWS::RDS::DBInstance', Properties: {DBClusterIdentifier: x}}
        """
        text = document(
            "{BackupPlanId: p, Resources: [{Stack: !Ref 'AWS::StackName'}]}", more, "BackupSelection"
        )
        result = ejected(text)

        listed = resources(result)["It"]["Properties"]["BackupSelection"]["Resources"]
        assert len(listed) == 2
        assert listed[1]["Fn::If"][0] == "C"
        assert "Stack" in result.losses[0]

    def test_what_is_made_after_the_selection_is_not_among_it(self) -> None:
        more = """
          T: {Type: 'AWS::DynamoDB::Table'}
          Later: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'b-${It}'}}
          Last: {Type: 'AWS::S3::Bucket', DependsOn: [Later]}
          Named: {Type: 'AWS::EFS::FileSystem', Properties: {X: !GetAtt It.SelectionId}}
        """
        text = document(
            "{BackupPlanId: p, Resources: [{Stack: !Ref 'AWS::StackName'}]}", more, "BackupSelection"
        )

        (arn,) = resources(ejected(text))["It"]["Properties"]["BackupSelection"]["Resources"]

        assert arn["Fn::Sub"].endswith(":table/${T}")

    def test_another_stack_is_named(self) -> None:
        result = ejected(
            document(
                "{BackupPlanId: p, Resources: [{Stack: other}, {Tag: {Key: a, Value: b}}]}",
                "",
                "BackupSelection",
            )
        )

        assert "Stack: other" in result.losses[0]
        assert "# cfn-backup eject: Stack: other" in result.text

    def test_the_role_may_back_up_buckets_if_it_must(self) -> None:
        for entry, number in (("{S3Bucket: b}", 2), ("{DynamoDBTable: b}", 1), ("!GetAtt B.Arn", 2)):
            more = "  B: {Type: 'AWS::S3::Bucket'}"
            found = resources(
                ejected(document(f"{{BackupPlanId: p, Resources: [{entry}]}}", more, "BackupSelection"))
            )
            assert len(found["ItRole"]["Properties"]["ManagedPolicyArns"]) == number


class TestRefusal:
    @pytest.mark.parametrize(
        "properties",
        [
            "{Presett: daily35DayRetention}",
            "{Preset: dailyy}",
            "{Preset: daily35DayRetention, BackupVault: v, DefaultVault: {}}",
            "{BackupPlanRules: text}",
            "{BackupPlanRules: [{Lifecycle: {DeleteAfterDays: many}}]}",
        ],
    )
    def test_properties_that_nobody_understands_are_refused(
        self, properties: str, write: Write, command: Command
    ) -> None:
        file = write(document(properties))

        run = command("eject", file)

        assert (run.code, run.out) == (1, "")
        assert f"{file}:4: error: It." in run.err

    def test_what_the_service_would_refuse_is_carried_over_and_said(
        self, write: Write, command: Command
    ) -> None:
        rule = "{RuleName: 'a b', StartWindowMinutes: 5, Lifecycle: {DeleteAfterDays: 1, MoveToColdStorageAfterDays: 1}}"

        run = command("eject", write(document(f"{{BackupVault: vault, BackupPlanRules: [{rule}]}}")))

        assert run.code == 0
        (native,) = parse("t", run.out).resources["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        assert (native["RuleName"], native["StartWindowMinutes"]) == ("a b", 5)
        assert run.err.count(": error: ") == 3

    def test_what_native_resources_do_not_have_is_not_said_to_be_carried_over(
        self, write: Write, command: Command
    ) -> None:
        vault = "DefaultVault: {RemovalPolicy: DESTROY, EmptyOnDelete: true}"

        run = command("eject", write(document(f"{{Preset: daily35DayRetention, {vault}}}")))

        assert (run.code, ": error: " in run.err, "carried over" in run.err) == (0, False, False)
        assert "EmptyOnDelete has no native counterpart" in run.err

    def test_conditions_as_the_cdk_writes_its_typed_structures_are_carried_over(
        self, write: Write, command: Command
    ) -> None:
        conditions = "{stringEquals: [{conditionKey: 'aws:ResourceTag/a', conditionValue: b}]}"
        text = document(
            f"{{BackupPlanId: p, IamRoleArn: !Ref R, Resources: ['*'], Conditions: {conditions}}}",
            type_="BackupSelection",
        )

        run = command("eject", write(text))

        assert run.code == 0
        native = parse("t", run.out).resources["It"]["Properties"]["BackupSelection"]
        assert native["Conditions"] == {
            "stringEquals": [{"conditionKey": "aws:ResourceTag/a", "conditionValue": "b"}]
        }
        assert "did you mean StringEquals?" in run.err

    def test_what_cannot_be_read(self, write: Write, command: Command) -> None:
        assert command("eject", "nowhere.yaml").code == 2
        assert command("eject", write("[")).code == 2
        assert command("eject", write(document("{}")), "--parameter", "Nope=1").code == 2

    def test_the_result_can_go_to_a_file(self, write: Write, command: Command) -> None:
        file = write(document("{Preset: daily35DayRetention}"))
        to = file.with_name("out.json")

        run = command("eject", file, "--format", "json", "-o", to)

        assert (run.code, run.out) == (0, "")
        assert "Plan" in to.read_text()
        assert command("eject", file, "-o", file / "no" / "folder").code == 2

    def test_for_each_is_left_alone_and_named(self) -> None:
        result = ejected("""
            Transform: AWS::LanguageExtensions
            Resources:
              Fn::ForEach::Plans:
                - Name
                - [A, B]
                - Plan${Name}:
                    Type: Custom::BackupPlan
                    Properties: {Preset: daily35DayRetention}
            """)

        assert "Custom::BackupPlan" in result.text
        assert "Fn::ForEach" in result.losses[0]

    @pytest.mark.parametrize(
        ("properties", "reason"),
        [
            (
                "{Preset: daily35DayRetention, BackupPlanRules: !Ref Rules}",
                "the preset's rules come in front of it",
            ),
            ("{Preset: daily35DayRetention, Selections: !Ref Selected}", "each becomes a resource"),
            ("{Preset: daily35DayRetention, Selections: [!Ref Selected]}", "each becomes a resource"),
            (
                "{Preset: daily35DayRetention, DefaultVault: {'Fn::Transform': {Name: X}}}",
                "it becomes a resource",
            ),
            ("{Preset: daily35DayRetention, BackupVault: {'Fn::Join': x}}", "does not take"),
            (
                "{Preset: daily35DayRetention, WindowsVss: true, AdvancedBackupSettings: [{ResourceType: EC2, BackupOptions: !Ref Options}]}",
                "WindowsVss is added to it",
            ),
            (
                "{Preset: daily35DayRetention, WindowsVss: true, AdvancedBackupSettings: [!Ref Setting]}",
                "WindowsVss is added to it",
            ),
            (
                "{Preset: daily35DayRetention, BackupPlanTags: {a: b}, DefaultVault: {BackupVaultTags: !Ref Tags}}",
                "DefaultVault.BackupVaultTags has to be written out",
            ),
            (
                "{Preset: daily35DayRetention, BackupPlanTags: !Ref Tags, DefaultVault: {BackupVaultTags: {a: b}}}",
                "BackupPlanTags has to be written out",
            ),
            ("!Ref Properties", "have to be written out"),
        ],
    )
    def test_what_has_to_be_looked_into_and_cannot_is_refused(self, properties: str, reason: str) -> None:
        with pytest.raises(NotEjected, match=reason):
            ejected(document(properties))

    @pytest.mark.parametrize(
        ("selection", "refused"),
        [
            ("Resources: [{Tag: {Key: a, Value: b}}], ListOfTags: !Ref Tags", "ListOfTags"),
            ("Resources: [{MatchAllTags: {a: b}}], Conditions: !Ref Compared", "Conditions"),
            (
                "Resources: [{MatchAllTags: {a: b}}], Conditions: {StringEquals: !Ref Compared}",
                "Conditions.StringEquals",
            ),
            (
                "Resources: [{MatchAllTags: {a: b}}], Conditions: !If [C, {StringEquals: !Ref Compared}, !Ref AWS::NoValue]",
                "Conditions.StringEquals",
            ),
            (
                "Resources: [{MatchAllTags: {a: b}}], Conditions: {stringEquals: [{conditionKey: a, conditionValue: b}]}",
                "Conditions",
            ),
        ],
    )
    def test_what_entries_are_added_to_and_is_not_known_is_refused(
        self, selection: str, refused: str
    ) -> None:
        own = document(f"{{BackupPlanId: p, {selection}}}", type_="BackupSelection")
        of_a_plan = document(
            f"{{Preset: daily35DayRetention, Selections: [{{SelectionName: s, {selection}}}]}}"
        )

        for text in (own, of_a_plan):
            with pytest.raises(NotEjected, match=f"It: {refused} has to be written out here"):
                ejected(text)

    @pytest.mark.parametrize(
        ("selection", "name"),
        [
            ("Resources: ['*'], ListOfTags: !Ref Tags", "ListOfTags"),
            ("Resources: ['*', {MatchAllTags: {}}], Conditions: !Ref Compared", "Conditions"),
            ("Resources: [{Tag: {Key: a, Value: b}}], Conditions: !Ref Compared", "Conditions"),
            ("Resources: ['*', {MatchAllTags: {a: b}}], ListOfTags: !Ref Tags", "ListOfTags"),
        ],
    )
    def test_and_stays_where_nothing_is_added(self, selection: str, name: str) -> None:
        text = document(f"{{BackupPlanId: p, {selection}}}", type_="BackupSelection")

        (_, argument), *_ = resources(ejected(text))["It"]["Properties"]["BackupSelection"][name].items()

        assert argument in ("Tags", "Compared")


class TestNothingBreaks:
    @settings(max_examples=150, deadline=None)
    @given(data=st.data())
    def test_whatever_stands_in_a_template(self, data: st.DataObject) -> None:
        # GIVEN a template in which something has been replaced by nonsense
        template = data.draw(st.sampled_from(TEMPLATES))
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from([path for path in paths(template) if len(path) > 1]))
            template = replaced(template, path, data.draw(st.sampled_from(NONSENSE)))

        # WHEN it is ejected, THEN the result is a template, or a reason why there is none
        try:
            result = eject(
                parse("t.json", json.dumps(template)), {}, data.draw(st.sampled_from(["json", "yaml"]))
            )
        except NotEjected:
            pass
        else:
            assert parse("t", result.text).content["Resources"]


TEMPLATES = [
    program.template()
    for family in FAMILIES
    for program in list(programs_of(family).values())[::7]
    if program.custom
]
NONSENSE: list[Any] = [
    None,
    1,
    "x",
    True,
    [],
    {},
    [1],
    {"a": 1},
    {"Ref": "X"},
    {"Ref": "AWS::NoValue"},
    {"Ref": {}},
]
NONSENSE += [
    {"Fn::If": ["C", {"Ref": "AWS::NoValue"}, 1]},
    {"Fn::If": ["C", "a"]},
    {"Fn::GetAtt": ["A"]},
    {"Fn::Sub": 1},
]
NONSENSE += [
    {"Fn::Join": []},
    {"Fn::Select": [9, [1]]},
    {"Fn::Transform": {"Name": "x"}},
    {"Fn::Sub": "${Plan.X} ${}"},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in the value."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path, *(found for name, member in members for found in paths(member, (*path, name)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with something else at the path."""
    if not path:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = replaced(changed[path[0]], path[1:], new)
    return changed


def test_a_resource_of_the_generic_type_whose_service_token_tells_the_type() -> None:
    # GIVEN one of each: one of ours, one of somebody else's
    text = """
        Resources:
          Vault:
            Type: AWS::CloudFormation::CustomResource
            Properties:
              ServiceToken: !ImportValue cfn-backup-provider-BackupVault
              BackupVaultName: mine
          Other:
            Type: AWS::CloudFormation::CustomResource
            Properties: {ServiceToken: !GetAtt Function.Arn}
        Outputs:
          Arn: {Value: !GetAtt Vault.BackupVaultArn}
        """

    # WHEN it is ejected
    content = parse("t", ejected(text).text).content

    # THEN ours is native, and the other one is as it was
    assert content["Resources"]["Vault"]["Type"] == "AWS::Backup::BackupVault"
    assert content["Resources"]["Vault"]["Properties"] == {"BackupVaultName": "mine"}
    assert content["Resources"]["Other"]["Type"] == "AWS::CloudFormation::CustomResource"
    assert content["Outputs"] == {"Arn": {"Value": {"Fn::GetAtt": ["Vault", "BackupVaultArn"]}}}
