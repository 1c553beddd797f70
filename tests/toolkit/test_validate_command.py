"""How ``cfn-backup validate`` finds templates, takes values, leaves findings out, and writes them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.command_line import Command, Write

BAD = """
    Parameters:
      Days: {Type: Number, Default: 120}
    Resources:
      Plan:
        Type: Custom::BackupPlan
        Properties:
          ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
          BackupPlanRules:
            - RuleName: nightly
              StartWindowMinutes: 60
              CompletionWindowMinutes: 61
              Lifecycle: {MoveToColdStorageAfterDays: 30, DeleteAfterDays: !Ref Days}
          Selections: [{SelectionName: all, Resources: ["*"]}]
    """
"""Right with its default but for a warning; wrong with less than 120 days."""
WRONG = BAD.replace("Default: 120", "Default: 100")


def found(run: Any) -> list[dict[str, Any]]:
    return list(json.loads(run.out))


class TestSources:
    def test_a_folder_with_everything_below_it(self, write: Write, command: Command) -> None:
        file = write(WRONG, "stacks/deep/plan.yaml")
        write("{}", "stacks/package.json")
        write("just: yaml", "stacks/values.yml")
        write(WRONG, "stacks/.hidden/plan.yaml")

        run = command("validate", file.parents[1], "--format", "json")

        assert run.code == 1
        assert {one["file"] for one in found(run)} == {str(file)}

    def test_a_pattern(self, write: Write, command: Command) -> None:
        file = write(WRONG, "a/plan.yaml")
        write(WRONG, "b/plan.json.txt")

        run = command("validate", f"{file.parents[1]}/**/*.yaml", "--format", "json")

        assert {one["file"] for one in found(run)} == {str(file)}

    def test_the_standard_input(self, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(WRONG))

        run = command("validate", "-")

        assert run.code == 1
        assert run.out.startswith("<stdin>:")

    def test_a_folder_without_a_template(self, tmp_path: Path, command: Command) -> None:
        run = command("validate", tmp_path)

        assert (run.code, run.out) == (2, "")
        assert run.err == f"{tmp_path}: no template was found\n"

    def test_a_file_that_is_named_twice_is_checked_once(self, write: Write, command: Command) -> None:
        file = write(BAD)

        assert command("validate", file, file).out.endswith(
            "1 resource in 1 template: no errors, 1 warning\n"
        )


class TestParameterFiles:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("cloudformation.json", '[{"ParameterKey": "Days", "ParameterValue": "100"}]'),
            ("codepipeline.json", '{"Parameters": {"Days": 100, "Elsewhere": "x"}, "Tags": {"a": "b"}}'),
            (
                "samconfig.toml",
                '[default.deploy.parameters]\nparameter_overrides = "Days=100 Name=\\"a b\\""',
            ),
            ("list/samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = ["Days=100"]'),
            ("global/samconfig.toml", '[default.global.parameters]\nparameter_overrides = "Days=100"'),
            (
                "keys/samconfig.toml",
                '[default.deploy.parameters]\nparameter_overrides = "ParameterKey=Days,ParameterValue=100"',
            ),
        ],
    )
    def test_the_values_are_those_of_the_file(
        self, name: str, text: str, write: Write, command: Command
    ) -> None:
        file, parameters = write(BAD), write(text, name)

        run = command("validate", file, "--parameter-file", parameters)

        assert run.code == 1
        assert "[E9214]" in run.out

    def test_the_environment_of_sam(self, write: Write, command: Command) -> None:
        text = "[prod.deploy.parameters]\nparameter_overrides = 'Days=100'\n[test.deploy.parameters]\n"
        file, parameters = write(BAD), write(text, "samconfig.toml")

        assert command("validate", file, "--parameter-file", parameters, "--config-env", "prod").code == 1
        assert command("validate", file, "--parameter-file", parameters, "--config-env", "test").code == 0

    def test_a_parameter_wins_over_a_file(self, write: Write, command: Command) -> None:
        file = write(BAD)
        parameters = write('[{"ParameterKey": "Days", "ParameterValue": "100"}]', "p.json")

        assert command("validate", file, "--parameter-file", parameters, "--parameter", "Days=120").code == 0

    @pytest.mark.parametrize(
        ("name", "text", "reason"),
        [
            ("p.json", "{", "it is no JSON"),
            ("p.json", "3", "it is neither a list"),
            ("p.json", '[{"Key": "Days"}]', "an entry of its list has no ParameterKey"),
            ("p.toml", "=", "it is no TOML"),
            ("p.toml", "[prod.deploy]\n", "it has no environment default; it has prod"),
        ],
    )
    def test_what_is_no_parameter_file_is_said(
        self, name: str, text: str, reason: str, write: Write, command: Command
    ) -> None:
        run = command("validate", write(BAD), "--parameter-file", write(text, name))

        assert run.code == 2
        assert f"cannot be read: {reason}" in run.err

    def test_a_file_that_is_not_there(self, write: Write, command: Command) -> None:
        run = command("validate", write(BAD), "--parameter-file", "nowhere.json")

        assert (run.code, run.err) == (2, "nowhere.json: cannot be read: No such file or directory\n")


class TestSuppression:
    def test_a_rule_that_is_ignored_in_this_run(self, write: Write, command: Command) -> None:
        run = command("validate", write(WRONG), "--ignore", "E9214,W9213")

        assert run.code == 0
        assert run.out == "1 resource in 1 template: no errors, no warnings, 2 suppressed\n"

    def test_a_group_of_rules_that_is_ignored(self, write: Write, command: Command) -> None:
        assert command("validate", write(WRONG), "--ignore", "E92", "--ignore", "W9").code == 0

    def test_a_rule_that_there_is_not(self, write: Write, command: Command) -> None:
        run = command("validate", write(WRONG), "--ignore", "E1234")

        assert run.code == 2
        assert "no rule has this code" in run.err

    def test_a_resource_that_ignores_a_rule(self, write: Write, command: Command) -> None:
        metadata = "Type: Custom::BackupPlan\n        Metadata: {cfn-backup: {ignore: [E9214]}}"

        run = command("validate", write(WRONG.replace("Type: Custom::BackupPlan", metadata)))

        assert run.code == 0
        assert "[W9213]" in run.out
        assert run.out.endswith("no errors, 1 warning, 1 suppressed\n")


def test_warnings_fail_where_that_is_asked(write: Write, command: Command) -> None:
    file = write(BAD)

    assert command("validate", file).code == 0
    assert command("validate", file, "--strict").code == 1
    assert command("validate", file, "--strict", "--ignore", "W9213").code == 0


class TestFormats:
    def test_json_is_a_list_of_findings(self, write: Write, command: Command) -> None:
        file = write(WRONG)

        run = command("validate", file, "--format", "json")

        error = next(one for one in found(run) if one["severity"] == "error")
        message = error.pop("message")
        assert (
            error
            == {
                "file": str(file),
                "line": 13,
                "column": 72,
                "endLine": 13,
                "endColumn": 81,
                "severity": "error",
                "code": "E9214",
                "logicalId": "Plan",
                "path": "BackupPlanRules[0].Lifecycle.DeleteAfterDays",
                "choice": 'Days is "100"',
            }
            or error["line"] == 12
        )
        assert message.startswith("is 100, but recovery points that move to cold storage after 30 days")
        assert message.endswith("(from the default of the parameter Days)")

    def test_json_of_a_template_without_findings_is_an_empty_list(
        self, write: Write, command: Command
    ) -> None:
        text = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}"

        assert command("validate", write(text), "--format", "json").out == "[]\n"

    def test_sarif_has_each_finding_with_its_rule_and_region(self, write: Write, command: Command) -> None:
        run = command("validate", write(WRONG), "--format", "sarif")

        [sarif] = json.loads(run.out)["runs"]
        rules = sarif["tool"]["driver"]["rules"]
        for result in sarif["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert rules[result["ruleIndex"]]["helpUri"].endswith(f"docs/rules.md#{result['ruleId'].lower()}")
        [error] = [one for one in sarif["results"] if one["level"] == "error"]
        region = error["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"]
        assert region["endColumn"] - region["startColumn"] == len("!Ref Days")

    def test_github_shows_it_beside_the_line(self, write: Write, command: Command) -> None:
        file = write(WRONG)

        lines = command("validate", file, "--format", "github").out.splitlines()

        assert any(
            line.startswith(f"::error file={file},line=") and ",title=E9214::Plan." in line for line in lines
        )
        assert any(line.startswith("::warning ") for line in lines)

    def test_junit_has_a_failure_for_each_error(self, write: Write, command: Command) -> None:
        run = command("validate", write(WRONG), "--format", "junit")

        [suite] = ET.fromstring(run.out)  # noqa: S314 - our own output
        assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
        [failure] = suite.iter("failure")
        assert failure.get("type") == "E9214"
