"""What cannot be ejected, and what is said then."""

# ruff: noqa: E501 - templates and expectations read best on their line
from __future__ import annotations

import pytest

from cfn_backup_tools.eject.ejection import NotEjected
from cfn_backup_tools.template.template import parse
from tests.command_line import Command, Write
from tests.eject.templates import document, ejected, resources


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
        assert f"{file}:4:" in run.err
        assert ": error: It." in run.err

    def test_what_the_service_would_refuse_is_carried_over_and_said(
        self, write: Write, command: Command
    ) -> None:
        rule = "{RuleName: 'a b', StartWindowMinutes: 5, Lifecycle: {DeleteAfterDays: 1, MoveToColdStorageAfterDays: 1}}"

        run = command("eject", write(document(f"{{BackupVault: vault, BackupPlanRules: [{rule}]}}")))

        assert run.code == 0
        (native,) = parse("t", run.out).resources["It"]["Properties"]["BackupPlan"]["BackupPlanRule"]
        assert (native["RuleName"], native["StartWindowMinutes"]) == ("a b", 5)
        assert run.err.count(": error: ") == 3

    def test_settings_of_a_region_have_no_native_form_and_the_way_out_is_said(
        self, write: Write, command: Command
    ) -> None:
        settings = document("{ResourceTypeOptInPreference: {S3: true}}", type_="BackupRegionSettings")

        run = command("eject", write(settings))

        assert (run.code, run.out) == (1, "")
        assert "Custom::BackupRegionSettings has no native counterpart" in run.err
        assert "take the resource out of the template" in run.err

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
            ("{Preset: daily35DayRetention, Selections: !Ref Selected}", "each selection becomes a resource"),
            (
                "{Preset: daily35DayRetention, Selections: [!Ref Selected]}",
                "each selection becomes a resource",
            ),
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
                "DefaultVault.BackupVaultTags has to be known here",
            ),
            (
                "{Preset: daily35DayRetention, BackupPlanTags: !Ref Tags, DefaultVault: {BackupVaultTags: {a: b}}}",
                "BackupPlanTags has to be known here",
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
            with pytest.raises(
                NotEjected, match=rf"It: .*{refused}( has to be known here|.stringEquals: is no property)"
            ):
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
