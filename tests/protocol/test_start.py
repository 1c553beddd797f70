"""How a function starts: quickly, without touching AWS, and with nothing imported that could be missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cfn_backup.protocol import request
from cfn_backup.written import service_properties

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("backup_plan", "backup_vault", "backup_selection")
LAYER = ROOT / "layers" / "cfn_backup"
HEAVY = {"boto3", "botocore", "crhelper", "aws_lambda_powertools", "pydantic", "aws_xray_sdk", "urllib3"}


def modules_after(program: str) -> set[str]:
    """The top-level packages that a fresh interpreter has imported."""
    return {name.partition(".")[0] for name in all_modules_after(program)}


def all_modules_after(program: str) -> set[str]:
    """Every module that a fresh interpreter has imported."""
    show = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    path = f"import sys; sys.path[:0] = [{str(LAYER)!r}, {str(ROOT)!r}]"
    result = subprocess.run(
        [sys.executable, "-c", f"{path}\n{program}\nprint()\n{show}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_import_is_light(function: str) -> None:
    """F1: what can be missing or slow is imported with the first event, inside the failure wrapper."""
    assert not modules_after(f"from functions.{function} import app") & HEAVY


@pytest.mark.parametrize("function", FUNCTIONS)
def test_import_loads_nothing_of_the_other_rooms(function: str) -> None:
    """F1: a mistake in one of them is answered, since it is imported inside the failure wrapper."""
    modules = all_modules_after(f"from functions.{function} import app")
    rooms = {name.split(".")[1] for name in modules if name.startswith("cfn_backup.")}
    assert rooms == {"protocol"}


def test_what_is_cloudformations_is_the_same_to_the_request_and_to_the_rules() -> None:
    assert set(request.OF_CLOUDFORMATION) == set(service_properties.OF_CLOUDFORMATION)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_wiring_is_a_screen(function: str) -> None:
    assert len((ROOT / "functions" / function / "app.py").read_text().splitlines()) < 20


def test_first_event_imports_no_luxury() -> None:
    """The cold-start budget: Powertools' Logger and Metrics, and of those not more than there must be."""
    program = """
import json
from cfn_backup.protocol import outbound, provider
outbound.put = lambda url, body, timeout: 200
class Context:
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    log_stream_name = aws_request_id = function_name = "x"
    def get_remaining_time_in_millis(self): return 300000
event = json.load(open("events/backup-plan-delete.json"))
provider("tests.fake_cloudformation.toy:ToyResource")(event, Context())
"""
    path = f"import os; os.chdir({str(ROOT)!r})"
    assert not modules_after(f"{path}\n{program}") & {
        "pydantic",
        "aws_xray_sdk",
        "fastjsonschema",
        "requests",
    }


def test_only_dispatch_knows_crhelper() -> None:
    """crhelper is one module's business."""
    package = LAYER / "cfn_backup"
    knowing = [
        path.name
        for path in package.rglob("*.py")
        if any(
            line.split()[:2] in (["import", "crhelper"], ["from", "crhelper"])
            for line in path.read_text().splitlines()
        )
    ]
    assert knowing == ["dispatch.py"]


def test_no_polling_and_no_events_rules() -> None:
    """F23, F24, F25: no polling decorator, no rule, no invocation of itself anywhere in the provider."""
    rooms = LAYER / "cfn_backup"
    for path in (path for room in ("aws", "reconcile", "protocol") for path in (rooms / room).rglob("*.py")):
        text = path.read_text()
        for word in (
            "poll_create",
            "poll_update",
            "poll_delete",
            "put_rule",
            "PutRule",
            '"lambda"',
            "AddPermission",
        ):
            assert word not in text, f"{word} in {path}"
