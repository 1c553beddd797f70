"""The cfn-lint rules: the findings of ``cfn-backup validate``, where cfn-lint shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from cfnlint.context.parameters import ParameterSet
from cfnlint.formatters import SARIFFormatter
from cfnlint.rules import Rules

from cfn_backup.rules.registry import registered
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


OURS = frozenset(registered())


def matches(file: Path, **settings: Any) -> list[tuple[str, int, int, str]]:
    """Rule, line, column and message of each match of ours."""
    config = ManualArgs(append_rules=["cfn_backup_tools.cfnlint_rules"], regions=["us-east-1"], **settings)
    ours = [match for match in lint_file(file, config=config) if match.rule.id in OURS]
    return sorted((match.rule.id, match.linenumber, match.columnnumber, match.message) for match in ours)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, int, str]]:
    file = tmp_path_factory.mktemp("lint") / "template.yaml"
    file.write_text(textwrap.dedent(TEMPLATE))
    return matches(file)


@pytest.mark.parametrize(
    ("rule", "line", "column"),
    [
        ("E9401", 10, 24),
        ("E9229", 20, 30),
        ("E9202", 21, 19),
        ("E9001", 22, 11),
        ("W9213", 24, 36),
        ("E9304", 26, 11),
        ("E9010", 28, 17),
    ],
)
def test_each_code_is_a_rule_and_shown_at_its_place(
    rule: str, line: int, column: int, found: list[tuple[str, int, int, str]]
) -> None:
    assert (rule, line, column) in [one[:3] for one in found]


def test_they_are_the_findings_of_validate(write: Write) -> None:
    file = write(TEMPLATE)
    template = load(str(file))

    findings = check(template, Resolver(template, {})).findings

    expected = sorted((one.finding.code, one.location.line, one.location.column) for one in findings)
    assert [one[:3] for one in matches(file)] == expected


def test_every_rule_of_the_registry_is_one() -> None:
    rules = Rules.create_from_module("cfn_backup_tools.cfnlint_rules")

    assert rules.keys() == registered().keys()
    for code, rule in registered().items():
        assert rules[code].severity == rule.severity
        assert (rules[code].shortdesc, rules[code].description) == (rule.title, rule.explanation)
        assert rules[code].source_url.endswith(f"docs/rules.md#{code.lower()}")


@pytest.mark.parametrize("ignored", ["E9401", "E9229", "W9213"])
def test_a_code_can_be_ignored(write: Write, ignored: str) -> None:
    file = write(TEMPLATE)
    all_codes = [code for code, *_ in matches(file)]

    kept = [code for code, *_ in matches(file, ignore_checks=[ignored])]

    assert kept == [code for code in all_codes if code != ignored]


def test_a_code_can_be_ignored_for_one_resource(write: Write) -> None:
    metadata = "    Type: Custom::BackupVault\n    Metadata: {cfn-lint: {config: {ignore_checks: [E9401]}}}"
    file = write(textwrap.dedent(TEMPLATE).replace("    Type: Custom::BackupVault", metadata))

    assert "E9401" not in [code for code, *_ in matches(file)]
    assert "E9229" in [code for code, *_ in matches(file)]


@pytest.mark.parametrize(("days", "is_wrong"), [("10", True), ("29", True), ("30", False)])
def test_values_of_parameters_are_those_that_cfn_lint_was_given(
    write: Write, days: str, is_wrong: bool
) -> None:
    found = matches(write(TEMPLATE), parameters=[ParameterSet("command line", {"Days": days})])

    assert ("E9229" in [code for code, *_ in found]) is is_wrong


def test_each_parameter_file_is_tried(write: Write) -> None:
    sets = [ParameterSet(f"{days}.json", {"Days": days}) for days in ("35", "7")]

    found = matches(write(TEMPLATE), parameters=sets)

    assert [message for code, _, _, message in found if code == "E9229" and "is 7" in message]


def test_sarif(write: Write) -> None:
    # GIVEN cfn-lint's matches of a template with mistakes
    config = ManualArgs(append_rules=["cfn_backup_tools.cfnlint_rules"], regions=["us-east-1"])
    file = write(TEMPLATE)
    rules = Rules.create_from_module("cfn_backup_tools.cfnlint_rules")
    found = [match for match in lint_file(file, config=config) if match.rule.id in OURS]

    # WHEN it writes them as SARIF
    log = json.loads(SARIFFormatter().print_matches(found, rules, config))

    # THEN each of our findings is a result of its own rule, which is described
    (run,) = log["runs"]
    described = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    results = [result["ruleId"] for result in run["results"]]
    assert sorted(results) == [code for code, *_ in matches(file)]
    assert all(described[code]["helpUri"].endswith(code.lower()) for code in results)


def test_a_good_template_has_no_findings(write: Write) -> None:
    text = """
        Resources:
          Plan:
            Type: Custom::BackupPlan
            Properties:
              ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
              Preset: daily35DayRetention
              Selections: [{SelectionName: Tables, Resources: [{Tag: {Key: backup, Value: "true"}}]}]
        """
    assert matches(write(text)) == []


def test_json(write: Write) -> None:
    properties = '{"ServiceToken": "t", "Foo": 1}'
    text = f'{{"Resources": {{"Plan": {{"Type": "Custom::BackupPlan", "Properties": {properties}}}}}}}'

    assert {code for code, *_ in matches(write(text, "t.json"))} == {"E9001", "E9201", "W9601"}


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
    assert [(line, code) for code, line, *_ in matches(write(text))] == [(10, "E9202"), (6, "W9601")]


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
    assert ":E9202:BackupPlanRules[1].Preset" in run.stdout
