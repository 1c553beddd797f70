"""How much a request may hold, and what it costs when it holds more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cfn_backup.protocol import provider
from cfn_backup.protocol.extent import DEEPEST, LONGEST, MOST_MEMBERS, MOST_VALUES, excess
from cfn_backup.protocol.request import read_request
from tests.protocol.conftest import Answers, Context, event

type Lines = Callable[[], list[dict[str, Any]]]

VAULT = provider("cfn_backup.reconcile.vault:BackupVaultResource", serves="Custom::BackupVault")
PLAN = provider("cfn_backup.reconcile.plan:BackupPlanResource", serves="Custom::BackupPlan")


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


HUGE: dict[str, dict[str, Any]] = {
    "a text of 1 MB": {"BackupVaultName": "x" * 1_000_000},
    "a name of 1 MB": {"BackupVaultTags": {"x" * 1_000_000: "y"}},
    "a depth of 10,000": {"AccessPolicy": nested(10_000)},
    "100,000 tags": {"BackupVaultTags": {f"tag-{n}": f"value-{n}" for n in range(100_000)}},
    "9,000 wrong members": {f"Wrong{n}": f"value-{n}" for n in range(9_000)},
    "9,000 wrong events": {"Notifications": {"BackupVaultEvents": [f"EVENT_{n}" for n in range(9_000)]}},
    "many lists": {"Lists": [[str(n)] * 1_000 for n in range(1_000)]},
}
NOT_QUITE: dict[str, dict[str, Any]] = {
    "the most wrong members": {f"Wrong{n}": f"value-{n}" for n in range(MOST_MEMBERS)},
    "the most wrong events": {
        "Notifications": {
            "SNSTopicArn": "arn:aws:sns:eu-west-1:123456789012:t",
            "BackupVaultEvents": [f"BACKUP_{n}" for n in range(MOST_MEMBERS)],
        }
    },
    "the longest text": {"BackupVaultName": "ab" * (LONGEST // 2)},
    "a policy that is deep, as text": {"AccessPolicy": "[" * LONGEST},
    "texts that are alike": {"BackupVaultTags": {f"{'a' * 500}{n}": f"{'a' * 500}{n}" for n in range(900)}},
}


def refused(properties: dict[str, Any], answers: Answers) -> str:
    """The reason of the one answer."""
    VAULT(event("Create", **properties) | {"ResourceType": "Custom::BackupVault"}, Context())
    assert answers.only["Status"] == "FAILED"
    return str(answers.only["Reason"])


@pytest.mark.parametrize("properties", HUGE.values(), ids=HUGE)
def test_too_much_is_refused_with_one_answer(
    properties: dict[str, Any], answers: Answers, log_lines: Lines
) -> None:
    reason = refused(properties, answers)

    assert "the properties have" in reason or "problems" in reason
    assert len(json.dumps(log_lines())) < 10_000


@pytest.mark.parametrize("properties", NOT_QUITE.values(), ids=NOT_QUITE)
def test_the_most_that_is_read_is_refused_with_one_answer(
    properties: dict[str, Any], answers: Answers, log_lines: Lines
) -> None:
    refused(properties, answers)

    assert len(json.dumps(log_lines())) < 100_000


@pytest.mark.parametrize("properties", HUGE.values(), ids=HUGE)
def test_a_delete_is_never_refused_for_its_properties(properties: dict[str, Any]) -> None:
    """The Create was refused for them; what follows it has to succeed."""
    sent = event("Delete", **properties)

    assert read_request(sent, Context.invoked_function_arn).properties == {}


@pytest.mark.parametrize(
    "properties",
    [
        {"A": nested(DEEPEST - 2)},
        {"A": ["x"] * MOST_MEMBERS},
        {"A": "x" * LONGEST},
        {f"A{n}": ["x"] * 900 for n in range(MOST_VALUES // 901)},
        {},
    ],
)
def test_what_is_within_the_limits_is_read(properties: dict[str, Any]) -> None:
    assert excess(properties) is None


@pytest.mark.parametrize(
    "properties",
    [
        {"A": nested(DEEPEST)},
        {"A": ["x"] * (MOST_MEMBERS + 1)},
        {"A": "x" * (LONGEST + 1)},
        {"x" * (LONGEST + 1): "A"},
        {f"A{n}": ["x"] * 900 for n in range(MOST_VALUES // 901 + 1)},
    ],
)
def test_what_is_beyond_a_limit_is_said_without_quoting_it(properties: dict[str, Any]) -> None:
    said = excess(properties)

    assert said is not None
    assert "x" * 50 not in said
    assert "A" not in said


MEASURE = """
import io, json, resource, sys, time
from cfn_backup.protocol import outbound
from tests.protocol import test_extent
from tests.protocol.conftest import Answers, Context, event

answers = Answers()
outbound.put = answers.put
small = event("Create", Wrong="x") | {"ResourceType": "Custom::BackupVault"}
sent = event("Create", **{**test_extent.HUGE, **test_extent.NOT_QUITE}[sys.argv[1]]) | {
    "ResourceType": "Custom::BackupVault"
}
real, sys.stdout = sys.stdout, io.StringIO()
test_extent.VAULT(small, Context())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
test_extent.VAULT(sent, Context())
seconds = time.process_time() - started
more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
real.write(json.dumps({"seconds": seconds, "kilobytes": more, "answers": len(answers.bodies)}))
"""


@pytest.mark.parametrize("name", [*HUGE, *NOT_QUITE])
def test_refusing_costs_little(name: str) -> None:
    """Processor time and memory beyond those of a small refusal, in a process of its own."""
    said = subprocess.run(
        [sys.executable, "-c", MEASURE, name],
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": "layers/cfn_backup:.", "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(said.stdout)

    assert measured["answers"] == 2
    assert measured["seconds"] <= 1
    assert measured["kilobytes"] <= 64 * 1024
