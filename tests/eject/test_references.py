"""Names of the native resources, and everything that refers to a custom resource."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup_tools.template.template import parse
from tests.eject.templates import document, ejected, of_plan, resources


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
