"""What the pages for newcomers say of errors, limits and cost is what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cfn_backup.presets import PLANS
from cfn_backup.protocol.metrics import Outcome
from cfn_backup_tools.cli import main
from tests.docs.pages import ROOT, Page
from tests.policies.deployed import written as template

OF_AWS = {
    "No export named cfn-backup-provider-BackupPlan found",
    "is not authorized to call tag:GetResources",
    "Insufficient privileges to create a backup vault",
    "AccessDenied",
    "LimitExceeded",
    "CloudFormation did not receive a response from your custom resource",
}
"""Texts in a stack's events that CloudFormation, IAM or AWS Backup write."""


def _page(name: str) -> Page:
    return Page(ROOT / "docs" / f"{name}.md")


def _rows(page: Page, heading: str) -> Iterator[list[str]]:
    """The cells of the tables below a heading, without the tables' heads."""
    below = re.split(r"(?m)^## ", page.text.split(f"\n## {heading}\n", 1)[1])[0]
    for table in re.findall(r"(?m)(?:^\|.*\n)+", below):
        for line in table.splitlines()[2:]:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _texts(heading: str) -> list[str]:
    return [t for row in _rows(_page("troubleshooting"), heading) for t in re.findall(r"`([^`]+)`", row[0])]


EVENTS = [text for text in _texts("Events of a stack") if text not in {*OF_AWS, "[E9202]"}]


def test_there_are_texts() -> None:
    assert len(EVENTS) > 5
    assert len(_texts("Status messages of jobs")) > 20


@pytest.mark.parametrize("text", EVENTS)
def test_a_text_of_the_provider_is_one_that_it_writes(text: str) -> None:
    folders = (ROOT / "layers" / "cfn_backup" / "cfn_backup", ROOT / "functions")
    # a message may be written over several lines
    sources = (re.sub(r'"\s*\n\s*f?"', "", p.read_text()) for f in folders for p in f.rglob("*.py"))
    assert any(text in source for source in sources)


def test_the_readme_shows_what_its_template_becomes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # GIVEN the two templates of the README
    shown = {block.file: block.text for block in Page(ROOT / "README.md").blocks() if block.file}
    (tmp_path / "orders.yaml").write_text(shown["orders.yaml"])

    # WHEN the first is ejected
    assert main(["eject", str(tmp_path / "orders.yaml")]) == 0

    # THEN it is the second
    ejected = capsys.readouterr().out
    assert ejected == shown["native.yaml"]
    assert f"native resources, {len(ejected.splitlines())} lines" in Page(ROOT / "README.md").text


def test_the_presets_are_all_named() -> None:
    shown = {row[0].strip("`") for row in _rows(_page("concepts"), "Plan and rule")}
    assert set(PLANS) <= shown


def test_what_the_provider_costs_is_what_the_template_makes() -> None:
    types = [resource["Type"] for resource in template()["Resources"].values()]
    numbers = {"one": 1, "three": 3, "four": 4}
    rows = {row[0]: row[1].split()[0] for row in _rows(_page("cost"), "The provider")}
    assert numbers[rows["CloudWatch alarms"]] == types.count("AWS::CloudWatch::Alarm")
    assert numbers[rows["CloudWatch dashboard"]] == types.count("AWS::CloudWatch::Dashboard")
    assert numbers[rows["SSM parameters"]] == types.count("AWS::SSM::Parameter")
    counted = {"Duration", "AwsCalls", "AwsRetries"} | {str(outcome) for outcome in Outcome}
    assert rows["CloudWatch metrics"] == "eight,"
    assert len(counted) == 8


FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("form", [f for f in FORMS if f.stem != "config"], ids=lambda form: form.stem)
def test_an_issue_form_is_one_that_github_takes(form: Path) -> None:
    content = yaml.safe_load(form.read_text())
    assert {"name", "description", "body"} <= content.keys()
    ids = [part["id"] for part in content["body"]]
    assert len(ids) == len(set(ids)) > 2
    assert all(part["type"] in {"textarea", "input", "dropdown"} for part in content["body"])
    assert all(part["attributes"]["label"] for part in content["body"])
