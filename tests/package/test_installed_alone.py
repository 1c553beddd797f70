"""The command line from its wheel, in an environment that has nothing else, from any folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.package.conftest import DEVELOPMENT, Alone

ROOT = Path(__file__).parents[2]

TEMPLATE = """\
Resources:
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      Preset: daily35DayRetention
      Selections:
        - SelectionName: Tables
          Resources: [arn:aws:dynamodb:eu-west-1:111122223333:table/orders]
"""
WRONG = TEMPLATE.replace("daily35DayRetention", "daily35DayRetentoin")
ONE_MORE_RULE = """\
      BackupPlanRules:
        - Preset: weekly
          {member}: Europe/Zurihc
"""
LIBRARIES_OF_AWS = ("boto3", "botocore", "crhelper", "aws_lambda_powertools")

IMPORT_EVERYTHING = """
import importlib, pkgutil, cfn_backup, cfn_backup_tools
for package in (cfn_backup, cfn_backup_tools):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name.split(".")[0] not in ("cfnlint", "boto3", "botocore"):
                raise
"""
"""But modules for cfn-lint, which is there where they are used, and those that need the extra ``aws``."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder outside the repository."""
    (tmp_path / "good.yaml").write_text(TEMPLATE)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / ".cfnlintrc").write_text("append_rules:\n  - cfn_backup_tools.cfnlint_rules\n")
    return tmp_path


def test_it_says_its_version(alone: Alone, folder: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    said = alone.run("cfn-backup", "--version", cwd=folder)

    assert (said.returncode, said.stdout) == (0, f"cfn-backup {project['version']}\n")


@pytest.mark.parametrize("library", LIBRARIES_OF_AWS)
def test_no_library_of_aws_is_there(alone: Alone, folder: Path, library: str) -> None:
    said = alone.run("python", "-c", f"import {library}", cwd=folder)

    assert "ModuleNotFoundError" in said.stderr


@pytest.mark.parametrize("room", ["reconcile", "protocol"])
def test_no_room_of_the_provider_alone_is_there(alone: Alone, folder: Path, room: str) -> None:
    said = alone.run("python", "-c", f"import cfn_backup.{room}", cwd=folder)

    assert f"No module named 'cfn_backup.{room}'" in said.stderr


def test_every_module_can_be_imported(alone: Alone, folder: Path) -> None:
    said = alone.run("python", "-c", IMPORT_EVERYTHING, cwd=folder)

    assert said.stderr == ""


def test_it_validates(alone: Alone, folder: Path) -> None:
    good = alone.run("cfn-backup", "validate", "good.yaml", cwd=folder)
    wrong = alone.run("cfn-backup", "validate", "wrong.yaml", cwd=folder)

    assert good.returncode == 0, good.stdout + good.stderr
    assert wrong.returncode == 1
    assert "wrong.yaml:6" in wrong.stdout
    assert "E9202" in wrong.stdout


@pytest.mark.parametrize(("member", "code"), [("ScheduleExpressionTimezone", "E9211"), ("RuleIdd", "E9001")])
def test_the_data_that_it_checks_against_is_there(alone: Alone, folder: Path, member: str, code: str) -> None:
    (folder / "wrong.yaml").write_text(TEMPLATE + ONE_MORE_RULE.format(member=member))

    said = alone.run("cfn-backup", "validate", "wrong.yaml", cwd=folder)

    assert code in said.stdout, said.stdout + said.stderr


def test_it_previews(alone: Alone, folder: Path) -> None:
    said = alone.run("cfn-backup", "preview", "good.yaml", "--html", "page.html", cwd=folder)

    assert said.returncode == 0, said.stderr
    assert "35 recovery points; after 35 days" in said.stdout
    assert "prefers-color-scheme: dark" in (folder / "page.html").read_text()


def test_it_begins_a_template(alone: Alone, folder: Path) -> None:
    assert alone.run("cfn-backup", "init", "--yes", "-o", "first.yaml", cwd=folder).returncode == 0

    assert alone.run("cfn-backup", "validate", "first.yaml", cwd=folder).returncode == 0


def test_it_ejects(alone: Alone, folder: Path) -> None:
    said = alone.run("cfn-backup", "eject", "good.yaml", "-o", "native.yaml", cwd=folder)

    assert said.returncode == 0, said.stderr
    native = (folder / "native.yaml").read_text()
    assert "AWS::Backup::BackupPlan" in native
    assert "Custom::" not in native


def test_cfn_lint_finds_the_rules_from_any_folder(beside_linters: Alone, folder: Path) -> None:
    command = ("python", "-c", "from cfnlint.runner import main; main()", "--format", "parseable", "--")

    wrong = beside_linters.run(*command, "wrong.yaml", cwd=folder, beside=[DEVELOPMENT])
    good = beside_linters.run(*command, "good.yaml", cwd=folder, beside=[DEVELOPMENT])

    assert "E9202" in wrong.stdout, wrong.stderr
    assert good.stdout == ""


def test_sam_validate_lint_finds_the_rules_from_any_folder(beside_linters: Alone, folder: Path) -> None:
    (folder / "template.yaml").write_text("Transform: AWS::Serverless-2016-10-31\n" + WRONG)

    said = beside_linters.run(
        *("python", "-m", "samcli", "validate", "--lint", "--region", "eu-west-1"),
        cwd=folder,
        beside=[DEVELOPMENT],
        SAM_CLI_TELEMETRY="0",
    )

    assert said.returncode != 0
    assert "E9202" in said.stdout, said.stderr
