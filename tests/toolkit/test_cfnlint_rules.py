"""The cfn-lint rules: the findings of ``cfn-backup validate``, where cfn-lint shows them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import load
from cfn_backup_tools.validate.checking import check
from tests.command_line import Write

TEMPLATE = """
    AWSTemplateFormatVersion: "2010-09-09"
    Parameters:
      Days: {Type: Number, Default: 10}
    Resources:
      Vault:
        Type: Custom::BackupVault
        Properties:
          ServiceToken: !ImportValue cfn-backup-provider-BackupVault
          BackupVaultName: not.allowed
          LockConfiguration: {MinRetentionDays: 30}
      Plan:
        Type: Custom::BackupPlan
        Properties:
          ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
          BackupVault: !Ref Vault
          BackupPlanRules:
            - RuleName: nightly
              Lifecycle:
                DeleteAfterDays: !Ref Days
            - Preset: dailly
              Foo: bar
              StartWindowMinutes: 100
              CompletionWindowMinutes: 100
          Selections:
            - SelectionName: Nothing
    Outputs:
      Name: {Value: !Sub "${Plan.Nope}"}
    """


def matches(file: Path) -> list[tuple[str, int, int, str]]:
    """Rule, line, column and message of each match."""
    found = lint_file(
        file, config=ManualArgs(append_rules=["cfn_backup_tools.cfnlint_rules"], regions=["us-east-1"])
    )
    ours = [match for match in found if match.rule.id[1] == "9"]
    return sorted((match.rule.id, match.linenumber, match.columnnumber, match.message) for match in ours)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, int, str]]:
    file = tmp_path_factory.mktemp("lint") / "template.yaml"
    file.write_text(textwrap.dedent(TEMPLATE))
    return matches(file)


@pytest.mark.parametrize(
    ("rule", "line", "column", "message"),
    [
        ("E9401", 10, 24, "Vault.BackupVaultName"),
        ("E9229", 20, 30, "Plan.BackupPlanRules[0].Lifecycle.DeleteAfterDays"),
        ("E9202", 21, 19, "Plan.BackupPlanRules[1].Preset"),
        ("E9001", 22, 11, "Plan.BackupPlanRules[1].Foo"),
        ("W9213", 24, 36, "Plan.BackupPlanRules[1].CompletionWindowMinutes"),
        ("E9304", 26, 11, "Plan.Selections[0]"),
        ("E9010", 28, 17, "Outputs.Name.Value"),
    ],
)
def test_each_finding_is_shown_at_its_place(
    rule: str, line: int, column: int, message: str, found: list[tuple[str, int, int, str]]
) -> None:
    at = [(r, number, c, text.partition(": ")[0]) for r, number, c, text in found]

    assert (rule, line, column, message) in at


def test_they_are_the_findings_of_validate(write: Write) -> None:
    file = write(TEMPLATE)
    template = load(str(file))

    expected = sorted(one.finding.code for one in check(template, Resolver(template, {})).findings)

    assert sorted(code for code, _, _, _ in matches(file)) == expected


def test_a_good_template_has_no_findings(write: Write) -> None:
    text = """
        Resources:
          Plan:
            Type: Custom::BackupPlan
            Properties:
              ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
              Preset: daily35DayRetention
              Selections: [{SelectionName: all, Resources: ["*"]}]
        """
    assert matches(write(text)) == []


def test_json(write: Write) -> None:
    properties = '{"ServiceToken": "t", "Foo": 1}'
    text = f'{{"Resources": {{"Plan": {{"Type": "Custom::BackupPlan", "Properties": {properties}}}}}}}'

    assert {code for code, _, _, _ in matches(write(text, "t.json"))} == {"E9001", "E9201", "W9601"}


def test_a_sam_template(write: Write) -> None:
    text = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Function:
            Type: AWS::Serverless::Function
            Properties: {InlineCode: x, Handler: index.handler, Runtime: python3.13}
          Plan:
            Type: Custom::BackupPlan
            Properties:
              ServiceToken: !GetAtt Function.Arn
              Preset: dailly
        """
    assert [(line, code) for code, line, _, _ in matches(write(text))] == [(10, "E9202"), (6, "W9601")]


def test_a_cfnlintrc_is_enough(write: Write) -> None:
    # GIVEN a project with a .cfnlintrc that names the rules
    file = write(TEMPLATE)
    (file.parent / ".cfnlintrc").write_text("append_rules:\n  - cfn_backup_tools.cfnlint_rules\n")

    # WHEN cfn-lint runs there
    root = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(root), str(root / "layers" / "cfn_backup")]),
    }
    run = subprocess.run(
        [sys.executable, "-c", "from cfnlint.runner import main; main()", "--format", "parseable", file.name],
        cwd=file.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    # THEN it shows our findings and fails
    assert run.returncode & 2
    assert ":E9202:Plan.BackupPlanRules[1].Preset" in run.stdout


def _codes(file: Path, **options: Any) -> set[str]:
    arguments = {"append_rules": ["cfn_backup_tools.cfnlint_rules"], "regions": ["us-east-1"], **options}
    found = lint_file(file, config=ManualArgs(**arguments))  # type: ignore[typeddict-item]
    return {match.rule.id for match in found if match.rule.id[1] == "9"}


def test_each_code_can_be_ignored_alone(write: Write) -> None:
    file = write(TEMPLATE)

    assert _codes(file) - _codes(file, ignore_checks=["E9229"]) == {"E9229"}


def test_parameters_of_cfn_lint_reach_the_rules(write: Write) -> None:
    file = write(TEMPLATE)

    assert "E9229" in _codes(file)
    assert "E9229" not in _codes(file, parameters=[{"Days": "90"}])
