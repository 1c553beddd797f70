"""``cfn-backup validate``."""

# ruff: noqa: E501 - templates and expectations read best on their line
from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from tests.command_line import Command, Write

GOOD = """
    Resources:
      Plan:
        Type: Custom::BackupPlan
        Properties:
          ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
          Preset: daily35DayRetention
          Selections: [{SelectionName: all, Resources: ["*"]}]
    """

BAD = """
    Resources:
      Plan:
        Type: Custom::BackupPlan
        Properties:
          ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
          BackupPlanRules:
            - RuleName: nightly
              Lifecycle:
                MoveToColdStorageAfterDays: 30
                DeleteAfterDays: 60
              Foo: bar
          Selections: [{SelectionName: all, Resources: ["*"]}]
    """


def plan(rule: str, rest: str = "") -> str:
    """A template with a plan of one rule, written in the flow style, and more around it."""
    return f"""
    Resources:
      Plan:
        Type: Custom::BackupPlan
        Properties:
          ServiceToken: token
          BackupPlanRules: [{rule}]
          Selections: [{{SelectionName: all, Resources: ["*"]}}]
    {rest}
    """


class TestResult:
    def test_says_what_was_checked(self, write: Write, command: Command) -> None:
        run = command("validate", write(GOOD))

        assert run.code == 0
        assert run.out == "1 resource in 1 template: no errors, no warnings\n"

    def test_a_finding_is_a_line_with_file_line_path_message_and_code(
        self, write: Write, command: Command
    ) -> None:
        file = write(BAD)

        run = command("validate", file)

        assert run.code == 1
        first, second, last = run.out.splitlines()
        assert first.startswith(
            f"{file}:10:30: error: Plan.BackupPlanRules[0].Lifecycle.DeleteAfterDays: is 60, "
        )
        assert first.endswith("[E9214]")
        assert second.startswith(f"{file}:11:11: error: Plan.BackupPlanRules[0].Foo: ")
        assert last == "1 resource in 1 template: 2 errors, no warnings"

    def test_warnings_are_shown_and_are_no_failure(self, write: Write, command: Command) -> None:
        rule = "{StartWindowMinutes: 60, CompletionWindowMinutes: 61}"

        run = command("validate", write(plan(rule)))

        assert run.code == 0
        assert "warning: Plan.BackupPlanRules[0].CompletionWindowMinutes" in run.out
        assert run.out.endswith("no errors, 1 warning\n")

    def test_takes_several_templates(self, write: Write, command: Command) -> None:
        run = command("validate", write(GOOD, "a.yaml"), write(BAD, "b.yaml"))

        assert run.code == 1
        assert run.out.endswith("2 resources in 2 templates: 2 errors, no warnings\n")

    def test_a_template_without_custom_resources_is_fine(self, write: Write, command: Command) -> None:
        run = command("validate", write("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"))

        assert run.code == 0
        assert run.out.splitlines()[0].endswith("template.yaml: no backup resource to check")
        assert run.out.endswith("no resources in 1 template: no errors, no warnings\n")


class TestUnreadable:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "just text",
            "- a\n- b\n",
            "Resources: [1]",
            "Parameters: {}",
            "Resources:\n  A: [1\n",
            "Resources: {A: !Ref",
            "Resources:\n\tA: {}",
            "a: b: c",
            "Resources: &a {A: *b}",
            "Resources: &a\n  A: *a\n",
            '{"Resources": {"A": ]}',
            '{"Resources": {"A": {}}} more',
            '{"Resources": {"A": {}',
            "{" * 5000,
            "[" * 5000,
            "Resources: {[1]: 2}",
            "--- {Resources: {}}\n--- {Resources: {}}\n",
            "Resources: {}\x00",
        ],
    )
    @pytest.mark.parametrize("name", ["t.yaml", "t.json"])
    def test_what_is_no_template_is_said_in_one_line(
        self, text: str, name: str, write: Write, command: Command
    ) -> None:
        run = command("validate", write(text, name))

        assert run.code == 2
        (line,) = run.err.splitlines()
        assert "cannot be read: " in line

    def test_a_file_that_is_not_there(self, command: Command) -> None:
        run = command("validate", "nowhere.yaml")

        assert run.code == 2
        assert run.err == "nowhere.yaml: cannot be read: No such file or directory\n"

    def test_binary(self, write: Write, command: Command) -> None:
        file = write("")
        file.write_bytes(b"\xff\xfe\x00\x01")

        assert command("validate", file).code == 2

    def test_the_others_are_checked_all_the_same(self, write: Write, command: Command) -> None:
        run = command("validate", "nowhere.yaml", write(BAD))

        assert run.code == 2
        assert "[E9214]" in run.out
        assert run.out.endswith("; 1 file could not be read\n")

    def test_wrong_arguments(self, write: Write, command: Command) -> None:
        assert command("validate", write(GOOD), "--parameter", "nonsense").code == 2
        assert command("validate", write(GOOD), "--parameter", "Unknown=1").code == 2
        assert command().code == 2

    @pytest.mark.parametrize(
        "written",
        ["1", "[]", "null", "text", "{}", "{Type: 1}", "{Type: 'Custom::BackupPlan'}", "{Properties: 1}"],
    )
    def test_a_half_written_resource_is_no_reason_to_break_off(
        self, written: str, write: Write, command: Command
    ) -> None:
        assert command("validate", write(f"Resources: {{Plan: {written}}}")).code in (0, 1)

    @pytest.mark.parametrize(
        "properties",
        ["1", "[]", "null", "!Ref X", "{Preset: [1]}", "{BackupPlanRules: {a: b}}", "{Selections: [1]}"],
    )
    def test_properties_of_the_wrong_kind_are_findings(
        self, properties: str, write: Write, command: Command
    ) -> None:
        written = f"{{Type: 'Custom::BackupPlan', Properties: {properties}}}"

        run = command("validate", write(f"Resources: {{Plan: {written}}}"))

        assert run.code == 1
        assert "error: Plan" in run.out


class TestKnownValues:
    def template(self, parameter: str, value: str, more: str = "") -> str:
        return f"""
        Parameters:
          Days: {parameter}
        {more}
        Resources:
          Plan:
            Type: Custom::BackupPlan
            Properties:
              ServiceToken: token
              BackupPlanRules:
                - Lifecycle:
                    MoveToColdStorageAfterDays: 30
                    DeleteAfterDays: {value}
        """

    def test_a_default_is_checked(self, write: Write, command: Command) -> None:
        file = write(self.template("{Type: Number, Default: 60}", "!Ref Days"))

        assert command("validate", file).code == 1
        assert command("validate", file, "--parameter", "Days=120").code == 0

    def test_a_parameter_without_default_is_not_known(self, write: Write, command: Command) -> None:
        file = write(self.template("{Type: Number, MinValue: 1}", "!Ref Days"))

        assert command("validate", file).code == 0
        assert command("validate", file, "--parameter", "Days=60").code == 1

    def test_the_default_of_an_ssm_parameter_is_a_name(self, write: Write, command: Command) -> None:
        file = write(
            self.template("{Type: 'AWS::SSM::Parameter::Value<String>', Default: /days}", "!Ref Days")
        )

        assert command("validate", file).code == 0

    def test_mappings(self, write: Write, command: Command) -> None:
        mappings = "Mappings: {Stages: {prod: {Days: 60}, test: {Days: 120}}}"
        text = self.template(
            "{Type: String, Default: prod}", "!FindInMap [Stages, !Ref Days, Days]", mappings
        )

        assert command("validate", write(text)).code == 1
        assert command("validate", write(text), "--parameter", "Days=test").code == 0
        assert command("validate", write(text), "--parameter", "Days=unknown").code == 0

    @pytest.mark.parametrize(
        "value",
        ["!Sub '${Days}0'", "!Join ['', [!Ref Days, 0]]", "!Select [1, !Split ['-', !Sub '1-${Days}0']]"],
    )
    def test_texts_are_put_together(self, value: str, write: Write, command: Command) -> None:
        file = write(self.template("{Type: String, Default: '6'}", value))

        assert command("validate", file).code == 1
        assert command("validate", file, "--parameter", "Days=12").code == 0

    def test_every_allowed_value_is_tried(self, write: Write, command: Command) -> None:
        file = write(self.template("{Type: Number, Default: 120, AllowedValues: [120, 60]}", "!Ref Days"))

        run = command("validate", file)

        assert run.code == 1
        assert '(where Days is "60")' in run.out
        assert command("validate", file, "--parameter", "Days=120").code == 0

    def test_a_given_parameter_leaves_one_branch(self, write: Write, command: Command) -> None:
        condition = "Conditions: {Long: !Not [!Equals [!Ref Days, short]]}"
        file = write(self.template("{Type: String, Default: long}", "!If [Long, 120, 60]", condition))

        assert command("validate", file, "--parameter", "Days=long").code == 0
        assert command("validate", file, "--parameter", "Days=short").code == 1

    def test_a_default_leaves_both_branches(self, write: Write, command: Command) -> None:
        condition = "Conditions: {Long: !Not [!Equals [!Ref Days, short]]}"
        file = write(self.template("{Type: String, Default: long}", "!If [Long, 120, 60]", condition))

        run = command("validate", file)

        assert run.code == 1
        assert "(where Long is false)" in run.out

    def test_an_open_condition_leaves_both(self, write: Write, command: Command) -> None:
        condition = "Conditions: {Long: !Equals [!Ref Days, long]}"
        file = write(self.template("{Type: String}", "120", condition))
        text = file.read_text().replace("- Lifecycle:", "- Lifecycle: !If\n                    - Long")
        assert command("validate", file).code == 0
        assert text

    @pytest.mark.parametrize(
        ("vault", "condition", "code"),
        [
            ("!If [Prod, !Ref Vault, !Ref AWS::NoValue]", "", 0),
            ("!If [Prod, !Sub '${Vault}', given]", "", 0),
            ("!Ref Vault", "Condition: Prod", 0),
            ("!Ref Vault", "", 1),
        ],
    )
    def test_an_empty_default_is_none_where_an_open_condition_decides(
        self, vault: str, condition: str, code: int, write: Write, command: Command
    ) -> None:
        text = f"""
            Parameters: {{Vault: {{Type: String, Default: ''}}, Stage: {{Type: String}}}}
            Conditions: {{Prod: !Equals [!Ref Stage, prod]}}
            Resources:
              Plan:
                Type: Custom::BackupPlan
                {condition}
                Properties: {{ServiceToken: x, Preset: daily35DayRetention, BackupVault: {vault}}}
            """

        assert command("validate", write(text)).code == code

    def test_a_resource_that_will_not_be_there_is_not_checked(self, write: Write, command: Command) -> None:
        text = BAD.replace("Type: Custom::BackupPlan", "Type: Custom::BackupPlan\n        Condition: Never")
        conditions = "\n    Parameters: {P: {Type: String, Default: a}}\n    Conditions: {Never: !Equals [!Ref P, b]}\n"

        assert command("validate", write(text + conditions), "--parameter", "P=c").code == 0
        assert command("validate", write(text + conditions), "--parameter", "P=b").code == 1

    def test_conditions_that_go_round_are_not_known(self, write: Write, command: Command) -> None:
        text = GOOD + "\n    Conditions: {A: !Not [!Condition B], B: !And [!Condition A, !Condition A]}\n"
        text = text.replace("Type: Custom", "Condition: A\n        Type: Custom")

        assert command("validate", write(text)).code == 0


class TestAcrossResources:
    VAULT = """
      Vault:
        Type: {type}
        Properties:
          {token}BackupVaultName: named
          LockConfiguration: {{MinRetentionDays: 30}}
    """

    def vault(self, kind: str = "Custom::BackupVault") -> str:
        token = "ServiceToken: token\n          " if kind.startswith("Custom") else ""
        return self.VAULT.format(type=kind, token=token)

    @pytest.mark.parametrize("kind", ["Custom::BackupVault", "AWS::Backup::BackupVault"])
    @pytest.mark.parametrize(
        "target",
        [
            "!Ref Vault",
            "!GetAtt Vault.BackupVaultName",
            "!GetAtt Vault.BackupVaultArn",
            "named",
            "'arn:aws:backup:eu-west-1:111122223333:backup-vault:named'",
        ],
    )
    def test_a_retention_that_a_lock_does_not_allow(
        self, kind: str, target: str, write: Write, command: Command
    ) -> None:
        rule = f"{{TargetBackupVault: {target}, Lifecycle: {{DeleteAfterDays: 7}}}}"

        run = command("validate", write(plan(rule, self.vault(kind))))

        assert run.code == 1
        assert "[E9229]" in run.out

    def test_the_preset_is_checked_against_the_lock_too(self, write: Write, command: Command) -> None:
        vault = self.vault().replace("30", "40")

        run = command("validate", write(plan("{Preset: daily, TargetBackupVault: !Ref Vault}", vault)))

        assert "[E9229]" in run.out

    def test_a_retention_that_the_lock_allows(self, write: Write, command: Command) -> None:
        rule = "{TargetBackupVault: !Ref Vault, Lifecycle: {DeleteAfterDays: 30}}"
        vault = self.vault()

        assert command("validate", write(plan(rule, vault))).code == 0

    def test_a_vault_that_may_not_be_there_is_looked_at_where_it_is(
        self, write: Write, command: Command
    ) -> None:
        rule = "{TargetBackupVault: !Ref Vault, Lifecycle: {DeleteAfterDays: 7}}"
        vault = self.vault().replace("Properties", "Condition: C\n        Properties")

        run = command("validate", write(plan(rule, vault)))

        assert "(where C is true) [E9229]" in run.out

    @pytest.mark.parametrize(
        ("one", "other", "codes"),
        [
            ("!Ref Vault", "!Ref Other", ["E9219"]),
            ("!GetAtt Vault.BackupVaultArn", "!GetAtt Other.BackupVaultName", ["E9219"]),
            ("!Ref Vault", "!Ref AWS::NoValue", ["E9219"]),
            ("!Ref Vault", "!GetAtt Vault.BackupVaultName", []),
            ("!Ref Vault", "elsewhere", []),
            ("!Ref Vault", "!ImportValue vault", []),
        ],
    )
    def test_continuous_backups_go_to_one_vault(
        self, one: str, other: str, codes: list[str], write: Write, command: Command
    ) -> None:
        rules = ", ".join(
            f"{{RuleName: r{number}, EnableContinuousBackup: true, TargetBackupVault: {vault}}}"
            for number, vault in enumerate((one, other))
        )
        vaults = """
      Vault: {Type: Custom::BackupVault, Properties: {ServiceToken: token}}
      Other: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: other}}
        """

        run = command("validate", write(plan(rules, vaults)))

        assert [line[-6:-1] for line in run.out.splitlines()[:-1]] == codes

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            ("{S3Bucket: logs}", "W9230"),
            ("{EbsVolume: vol-1}", "W9231"),
            ("{DynamoDBTable: !Ref Orders}", ""),
        ],
    )
    @pytest.mark.parametrize("plan_id", ["!Ref Plan", "!GetAtt Plan.BackupPlanId"])
    def test_a_selection_without_cold_storage(
        self, plan_id: str, entry: str, code: str, write: Write, command: Command
    ) -> None:
        selection = f"""
      Selected:
        Type: Custom::BackupSelection
        Properties: {{ServiceToken: token, BackupPlanId: {plan_id}, Resources: ['*', {entry}]}}
        """

        run = command("validate", write(plan("{Preset: monthly1Year}", selection)))

        assert run.code == 0
        assert ("warning: Selected.Resources[1]" in run.out and f"[{code}]" in run.out) == bool(code)

    @pytest.mark.parametrize(("vault", "found"), [("Vault", True), ("Other", False)])
    def test_a_copy_into_the_same_vault(
        self, vault: str, found: bool, write: Write, command: Command
    ) -> None:
        copy = f"{{DestinationBackupVaultArn: !GetAtt {vault}.BackupVaultArn}}"
        vaults = """
      Vault: {Type: Custom::BackupVault, Properties: {ServiceToken: token}}
      Other: {Type: AWS::Backup::BackupVault, Properties: {BackupVaultName: other}}
        """

        run = command(
            "validate", write(plan(f"{{TargetBackupVault: !Ref Vault, CopyActions: [{copy}]}}", vaults))
        )

        assert ("[W9223]" in run.out) == found

    @pytest.mark.parametrize(
        "value",
        [
            "!GetAtt Plan.BackupPlanNam",
            "!Sub '${Plan.BackupPlanNam}'",
            "{'Fn::GetAtt': [Plan, BackupPlanNam]}",
        ],
    )
    def test_a_return_value_that_does_not_exist(self, value: str, write: Write, command: Command) -> None:
        run = command("validate", write(plan("{}", f"Outputs: {{Name: {{Value: {value}}}}}")))

        assert run.code == 1
        assert "Outputs.Name.Value" in run.out
        assert "did you mean BackupPlanName?" in run.out
        assert "[E9010]" in run.out

    @pytest.mark.parametrize(
        "value", ["!GetAtt Plan.VersionId", "!Sub ['${Plan.X} ${!Plan.Y}', {Plan.X: a}]"]
    )
    def test_what_is_no_wrong_return_value(self, value: str, write: Write, command: Command) -> None:
        run = command("validate", write(plan("{}", f"Outputs: {{Name: {{Value: {value}}}}}")))

        assert run.code == 0

    def test_a_type_that_is_spelled_nearly_right(self, write: Write, command: Command) -> None:
        run = command("validate", write("Resources: {Plan: {Type: 'Custom::BackupPlans'}}"))

        assert run.code == 0
        assert "did you mean Custom::BackupPlan? [W9011]" in run.out

    @pytest.mark.parametrize("name", ["Custom::BackupReport", "Custom::S3Backup", "AWS::Backup::Plan"])
    def test_other_types_are_nobodys_business(self, name: str, write: Write, command: Command) -> None:
        run = command("validate", write(f"Resources: {{Plan: {{Type: '{name}'}}}}"))

        assert run.out.endswith("no resources in 1 template: no errors, no warnings\n")

    def test_a_missing_service_token(self, write: Write, command: Command) -> None:
        run = command(
            "validate", write(GOOD.replace("ServiceToken: !ImportValue cfn-backup-provider-BackupPlan", ""))
        )

        assert run.code == 1
        assert "Plan.ServiceToken: is missing" in run.out

    def test_for_each_is_left_alone(self, write: Write, command: Command) -> None:
        text = """
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::Plans:
            - Name
            - [A, B]
            - Plan${Name}:
                Type: Custom::BackupPlan
                Properties: {Nonsense: true}
        """
        assert command("validate", write(text)).code == 0


def test_a_sam_template(write: Write, command: Command) -> None:
    text = """
    Transform: AWS::Serverless-2016-10-31
    Globals: {Function: {Runtime: python3.13}}
    Resources:
      Function:
        Type: AWS::Serverless::Function
        Properties: {InlineCode: x, Handler: index.handler}
      Plan:
        Type: Custom::BackupPlan
        Properties:
          ServiceToken: !GetAtt Function.Arn
          Preset: daily35DayRetentoin
    """
    run = command("validate", write(text))

    assert run.code == 1
    assert "did you mean daily35DayRetention?" in run.out.replace("Did", "did")


def test_json_with_tabs(write: Write, command: Command) -> None:
    text = '{\n\t"Resources": {\n\t\t"Plan": {\n\t\t\t"Type": "Custom::BackupPlan",\n\t\t\t"Properties": {"ServiceToken": "t", "Foo": 1}\n}}}'

    run = command("validate", write(text, "t.json"))

    assert run.code == 1
    assert ":5:40: error: Plan.Foo" in run.out


def test_the_whole_process_takes_less_than_a_second(write: Write) -> None:
    file = write(BAD)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    run = subprocess.run(
        [sys.executable, "-m", "cfn_backup_tools.cli", "validate", str(file)],
        capture_output=True,
        check=False,
    )

    # of the processor: how long it takes on the clock depends on what else the machine is doing
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run.returncode == 1
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_validate_imports_neither_boto3_nor_cfn_lint(write: Write) -> None:
    code = (
        "import sys, cfn_backup_tools.cli\n"
        f"cfn_backup_tools.cli.main(['validate', {str(write(BAD))!r}])\n"
        "print([m for m in sys.modules if m.partition('.')[0] in ('boto3', 'cfnlint', 'moto', 'pydantic')])"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.splitlines()[-1] == "[]"


def generic(token: str, rest: str = "") -> str:
    """A template with a plan of the generic type, whose properties have a mistake."""
    return f"""
    {rest}
    Resources:
      Plan:
        Type: AWS::CloudFormation::CustomResource
        Properties:
          ServiceToken: {token}
          Presett: daily35DayRetention
    """


class TestGenericType:
    @pytest.mark.parametrize(
        "token",
        [
            "!ImportValue cfn-backup-provider-BackupPlan",
            "{'Fn::ImportValue': !Sub '${Provider}-BackupPlan'}",
            "{'Fn::ImportValue': {'Fn::Sub': ['${Name}-BackupPlan', {Name: backup}]}}",
            "{'Fn::ImportValue': !Join ['-', [!Ref Provider, BackupPlan]]}",
            "'{{resolve:ssm:/cfn-backup-provider/BackupPlan}}'",
            "'{{resolve:ssm:/cfn-backup-provider/BackupPlan:3}}'",
            "!Sub '{{resolve:ssm:/${Provider}/BackupPlan}}'",
            "!Ref Token",
        ],
    )
    def test_is_checked_when_its_service_token_tells_the_type(
        self, write: Write, command: Command, token: str
    ) -> None:
        parameters = "Parameters: {Provider: {Type: String}, Token: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /cfn-backup-provider/BackupPlan}}"
        run = command("validate", write(generic(token, parameters)))

        assert run.code == 1
        assert "Plan.Presett: is no property of Custom::BackupPlan" in run.out

    @pytest.mark.parametrize(
        "token",
        [
            "x",
            "arn:aws:lambda:eu-west-1:111122223333:function:BackupPlan",
            "!ImportValue other-BackupPlans",
            "!ImportValue BackupPlan",
            "!GetAtt Function.Arn",
            "'{{resolve:ssm:/other/MyBackupPlan}}'",
            "!Ref Token",
        ],
    )
    def test_is_left_alone_otherwise(self, write: Write, command: Command, token: str) -> None:
        parameters = "Parameters: {Token: {Type: String, Default: /cfn-backup-provider/BackupPlan}}"
        run = command("validate", write(generic(token, parameters)))

        assert run.code == 0
        assert run.out.endswith("no resources in 1 template: no errors, no warnings\n")

    def test_its_return_values_are_those_of_the_type(self, write: Write, command: Command) -> None:
        text = generic("!ImportValue cfn-backup-provider-BackupPlan").replace("Presett", "Preset")
        run = command("validate", write(text + "Outputs: {Id: {Value: !GetAtt Plan.PlanId}}\n"))

        assert "did you mean BackupPlanId?" in run.out


class TestRepeatedKeys:
    @pytest.mark.parametrize(
        ("text", "name", "expected"),
        [
            ("Resources: {A: {Type: Custom::BackupVault, Type: x}}", "t.yaml", ":1:44: error: A.Type: is written twice"),
            ('{"Resources": {"A": {"Type": "X"},\n "A": {"Type": "Y"}}}', "t.json", ":2:2: error: A: is written twice"),
            ("Resources: {}\nResources: {}\n", "t.yaml", ":2:1: error: Resources: is written twice"),
            ("Resources: {}\nOutputs:\n  A: {Value: 1}\n  A: {Value: 2}\n", "t.yaml", ":4:3: error: Outputs.A: is written twice"),
        ],
    )  # fmt: skip
    def test_are_an_error(self, write: Write, command: Command, text: str, name: str, expected: str) -> None:
        run = command("validate", write(text, name))

        assert run.code == 1
        assert expected in run.out
        assert "[E9012]" in run.out

    def test_eject_writes_nothing(self, write: Write, command: Command) -> None:
        run = command("eject", write(GOOD + "      Preset: x\n      Preset: y\n"))

        assert run.code == 1
        assert run.out == ""

    def test_a_merge_key_repeats_nothing(self, write: Write, command: Command) -> None:
        run = command("validate", write("Resources: {A: &a {Type: X}, B: {<<: *a, Type: Y}, C: *a}\n"))

        assert run.code == 0


def bomb(levels: int, width: int, line: str) -> str:
    """Aliases of aliases: each level is ``width`` times the one before."""
    lines = [line.format(n=n, inside=", ".join([f"*l{n - 1}"] * width)) for n in range(1, levels)]
    return "\n".join(["Resources: {}", "Metadata:", "  l0: &l0 {a: 1}", *lines]) + "\n"


class TestAliases:
    @pytest.mark.parametrize("given", ["validate", "eject"])
    def test_that_grow_beyond_measure_make_a_file_unreadable(
        self, write: Write, command: Command, given: str
    ) -> None:
        run = command(given, write(bomb(30, 9, "  l{n}: &l{n} [{inside}]")))

        assert run.code == 2
        assert "with its aliases written out this is more than 1,000,000 values" in run.err

    def test_merge_keys_of_merge_keys_stay_small(self, write: Write, command: Command) -> None:
        run = command("validate", write(bomb(300, 9, "  l{n}: &l{n} {{<<: [{inside}]}}")))

        assert run.code == 0

    def test_many_of_them_are_fine(self, write: Write, command: Command) -> None:
        run = command("validate", write(bomb(2, 1000, "  l{n}: &l{n} [{inside}]")))

        assert run.code == 0


@pytest.mark.parametrize(
    "properties",
    [
        "SelectionName: x, Resources: ['{{resolve:ssm:/arn}}'], IamRoleArn: '{{resolve:ssm:/role}}'",
        "SelectionName: x, Resources: [{TimestreamTable: '{{resolve:ssm:/table}}'}]",
    ],
)
def test_a_dynamic_reference_is_not_known(write: Write, command: Command, properties: str) -> None:
    text = f"Resources: {{S: {{Type: Custom::BackupSelection, Properties: {{ServiceToken: t, BackupPlanId: p, {properties}}}}}}}"
    run = command("validate", write(text))

    assert run.code == 0


def test_a_misspelt_retention_is_one_finding(write: Write, command: Command) -> None:
    rule = "{EnableContinuousBackup: true, TargetBackupVault: !Ref Vault, Lifecycle: {deleteAfterDays: 7}}"
    vault = """
      Vault:
        Type: AWS::Backup::BackupVault
        Properties: {BackupVaultName: main, LockConfiguration: {MinRetentionDays: 1, MaxRetentionDays: 90}}
    """

    run = command("validate", write(plan(rule, vault)))

    assert "did you mean DeleteAfterDays? [E9001]" in run.out
    assert run.out.endswith("1 error, no warnings\n")


def test_a_variable_without_sub_is_told_so(write: Write, command: Command) -> None:
    text = """
        Resources:
          Selection:
            Type: AWS::Backup::BackupSelection
            Properties:
              BackupPlanId: !ImportValue plan
              BackupSelection:
                SelectionName: tables
                IamRoleArn: !ImportValue role
                Resources: ["arn:aws:dynamodb:${AWS::Region}:111122223333:table/x"]
        """

    run = command("validate", write(text))

    assert "write !Sub before it [E9310]" in run.out
    assert run.out.endswith("1 error, no warnings\n")
