"""The cfn-lint rules: the findings of ``cfn-backup validate``, where cfn-lint shows them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

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
    """Rule, line, column and our code of each match."""
    found = lint_file(
        file, config=ManualArgs(append_rules=["cfn_backup_tools.cfnlint_rules"], regions=["us-east-1"])
    )
    ours = [match for match in found if match.rule.id[1:3] in ("90", "92", "93", "94")]
    return sorted(
        (match.rule.id, match.linenumber, match.columnnumber, match.message.partition(":")[0])
        for match in ours
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, int, str]]:
    file = tmp_path_factory.mktemp("lint") / "template.yaml"
    file.write_text(textwrap.dedent(TEMPLATE))
    return matches(file)


@pytest.mark.parametrize(
    ("rule", "line", "column", "code"),
    [
        ("E9400", 10, 7, "E9401"),
        ("E9200", 20, 13, "E9229"),
        ("E9200", 21, 11, "E9202"),
        ("E9000", 22, 11, "E9001"),
        ("W9000", 24, 11, "W9213"),
        ("E9300", 26, 9, "E9304"),
        ("E9000", 28, 3, "E9010"),
    ],
)
def test_each_family_is_shown_at_its_place(
    rule: str, line: int, column: int, code: str, found: list[tuple[str, int, int, str]]
) -> None:
    at = [(r, number, c) for r, number, _, c in found]

    assert (rule, line, code) in at
    assert column


def test_they_are_the_findings_of_validate(write: Write) -> None:
    file = write(TEMPLATE)
    template = load(str(file))

    expected = sorted(one.problem.code for one in check(template, Resolver(template, {})).findings)

    assert sorted(code for _, _, _, code in matches(file)) == expected


def test_a_good_template_has_no_findings(write: Write) -> None:
    text = """
        Resources:
          Plan:
            Type: Custom::BackupPlan
            Properties:
              ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
              Preset: daily35DayRetention
        """
    assert matches(write(text)) == []


def test_json(write: Write) -> None:
    properties = '{"ServiceToken": "t", "Foo": 1}'
    text = f'{{"Resources": {{"Plan": {{"Type": "Custom::BackupPlan", "Properties": {properties}}}}}}}'

    assert {code for _, _, _, code in matches(write(text, "t.json"))} == {"E9001", "E9201"}


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
    assert [(line, code) for _, line, _, code in matches(write(text))] == [(10, "E9202")]


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
    assert ":E9200:E9202: BackupPlanRules[1].Preset" in run.stdout
