"""What docs/operating.md says of logs, metrics, alarms, tags and failures is what there is."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from cfn_backup.aws import plans, roles, selections
from cfn_backup.aws.errors import NotFound
from cfn_backup.aws.session import Session
from cfn_backup.desired import owner
from cfn_backup.protocol import outbound, redaction, request, sender
from cfn_backup.protocol.metrics import Outcome
from functions.backup_plan import app
from functions.failure_responder import app as failure_responder
from tests.docs.pages import ROOT, Page
from tests.policies.deployed import written as template
from tests.protocol.conftest import Context

PAGE = Page(ROOT / "docs" / "operating.md")
PRESENT = {"timestamp", "location"}
"""Keys whose values are of the day and of the code's present lines."""


def _rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    below = PAGE.text.split(f"\n{heading}\n", 1)[1]
    lines = re.search(r"(?m)^\|(?:.*\n\|)*.*", below)
    assert lines, heading
    cells = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in lines[0].splitlines()]
    return cells[2:]


def _names(heading: str) -> list[str]:
    return [name for row in _rows(heading) for name in re.findall(r"`([^`]+)`", row[0])]


@pytest.fixture
def request_with_two_mistakes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The lines that the plan's function really writes, and its answer."""
    bodies: list[bytes] = []

    def call(session: Session, service: str, operation: str, **parameters: object) -> dict[str, Any]:
        raise NotFound(f"{operation}: this stack is not there")

    def put(url: str, body: bytes, timeout: float) -> int:
        bodies.append(body)
        return 200

    monkeypatch.setattr(Session, "call", call)
    monkeypatch.setattr(outbound, "put", put)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "BackupPlan")
    event = json.loads((ROOT / "events" / "backup-plan-create.json").read_text())
    lifecycle = {"DeleteAfterDays": "100", "MoveToColdStorageAfterDays": "30"}
    event["ResourceProperties"] |= {
        "Preset": "daily35DayRetentoin",
        "BackupPlanRules": [{"Preset": "weekly", "Lifecycle": lifecycle}],
    }
    app.handler(event, Context(invoked_function_arn=event["ServiceToken"]))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return lines, json.loads(bodies[0])


def _constant(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in PRESENT}


def test_the_log_shown_is_what_the_function_writes(
    request_with_two_mistakes: tuple[list[dict[str, Any]], dict[str, Any]],
) -> None:
    lines, _ = request_with_two_mistakes
    shown = next(block for block in PAGE.blocks() if block.language == "json")
    expected = [json.loads(line) for line in shown.text.splitlines()]
    written = [line for line in lines if "_aws" not in line]
    assert list(map(_constant, expected)) == list(map(_constant, written))
    assert all(line.keys() >= PRESENT for line in expected)


def test_the_keys_of_every_line_are_explained(
    request_with_two_mistakes: tuple[list[dict[str, Any]], dict[str, Any]],
) -> None:
    lines, _ = request_with_two_mistakes
    common = set.intersection(*(set(line) for line in lines if "_aws" not in line))
    assert set(_names("On every line:")) == common


def test_the_reason_shown_is_the_one_answered(
    request_with_two_mistakes: tuple[list[dict[str, Any]], dict[str, Any]],
) -> None:
    _, answer = request_with_two_mistakes
    assert answer["Reason"] in PAGE.text


def test_the_metrics_are_those_emitted(
    request_with_two_mistakes: tuple[list[dict[str, Any]], dict[str, Any]],
) -> None:
    lines, _ = request_with_two_mistakes
    [emitted] = [line["_aws"]["CloudWatchMetrics"][0] for line in lines if "_aws" in line]
    measured = {metric["Name"] for metric in emitted["Metrics"]}
    assert set(_names("## Metrics")) == measured | set(Outcome)
    assert sorted(emitted["Dimensions"]) == [[], ["service"], ["service", "ResourceType", "RequestType"]]


def test_the_failure_responders_reason_is_the_one_shown() -> None:
    event = json.loads((ROOT / "events" / "backup-plan-create.json").read_text())
    record = {
        "requestContext": {
            "functionArn": event["ServiceToken"],
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responsePayload": {
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": "Unable to import module 'app': No module named 'cfn_backup'",
        },
    }
    assert failure_responder.reason(record, Context().log_stream_name) in PAGE.text


def test_the_alarms_are_those_of_the_template() -> None:
    resources = template()["Resources"]
    alarms = {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    rows = {row[0].strip("`"): row[1] for row in _rows("## Alarms")}
    assert rows.keys() == alarms.keys()
    for name, alarm in alarms.items():
        watched = re.findall(r'"MetricName": "(\w+)"', json.dumps(alarm))
        assert watched
        assert set(watched) <= set(re.findall(r"`(\w+)`", rows[name]))


def test_the_tags_are_those_of_the_code() -> None:
    tags = {value for name, value in vars(owner).items() if name.endswith("_TAG")} | {roles.RETAINED_TAG}
    assert {row[0].strip("`") for row in _rows("## Vaults and roles that were kept")} == tags


def test_the_logs_named_are_those_of_the_template() -> None:
    groups = {name for name, r in template()["Resources"].items() if r["Type"] == "AWS::Logs::LogGroup"}
    assert set(re.findall(r"`(\w+Logs)`", PAGE.text)) == groups


def test_the_times_are_those_of_the_template() -> None:
    functions = template()["Resources"]
    assert {functions[f"{name}Function"]["Properties"]["Timeout"] for name in _PROVIDERS} == {300}
    configs = [functions[f"{name}Function"]["Properties"]["EventInvokeConfig"] for name in _PROVIDERS]
    assert {config["MaximumEventAgeInSeconds"] for config in configs} == {600}
    assert {config["MaximumRetryAttempts"] for config in configs} == {2}


def test_the_numbers_are_those_of_the_code() -> None:
    assert selections.ROLE_PROPAGATION == plans.AFTER_THE_SELECTIONS == 120  # two minutes
    assert sender.TRIES == failure_responder.TRIES == 5
    assert redaction.SHORTEST == 8
    assert request.DEFAULT_SERVICE_TIMEOUT == 3600


_PROVIDERS = ("BackupPlan", "BackupVault", "BackupSelection")


FAILURES = _rows("## Known failures of custom resources")


def test_the_known_failures_are_all_there() -> None:
    assert [row[0] for row in FAILURES] == [f"F{number}" for number in range(1, 33)]


@pytest.mark.parametrize("row", FAILURES, ids=lambda row: row[0])
def test_each_known_failure_has_tests_that_exist_or_a_reason(row: list[str]) -> None:
    _, _, prevention, tests = row
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert named or prevention.startswith("No test: ")
    assert not [f"{file}::{name}" for file, name in named if name not in _tests_in(file)]


@cache
def _tests_in(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
