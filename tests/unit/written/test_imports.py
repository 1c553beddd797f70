"""What importing the model costs a cold start."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "asyncio", "boto3", "botocore", "calendar", "concurrent.futures", "difflib", "email", "http",
    "importlib.metadata",
    "importlib.resources", "json", "locale", "pydantic", "tempfile", "urllib", "zoneinfo",
)  # fmt: skip

READ_A_PLAN = """
from cfn_backup.desired.place import Place
from cfn_backup.rules import read_plan
from cfn_backup.written.findings import Findings
rules = [{"Lifecycle": {"DeleteAfterDays": "35"}}]
selections = [{"SelectionName": "a", "Resources": ["arn:aws:s3:::b"]}]
read_plan({"BackupPlanRules": rules, "Selections": selections}, Place("aws", "eu-west-1", "1"), Findings())
"""


@pytest.mark.parametrize("code", ["import cfn_backup.rules", READ_A_PLAN])
def test_nothing_heavy_is_imported(code: str) -> None:
    # WHEN the model is imported, or has read a plan without a mistake
    script = f"{code}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    loaded = _printed(f"import sys; sys.path.insert(0, 'layers/cfn_backup')\n{script}")

    # THEN none of what takes long to import is there
    assert loaded == "[]"


def test_a_vault_does_without_plans() -> None:
    script = (
        "import sys; sys.path.insert(0, 'layers/cfn_backup')\n"
        "from cfn_backup.desired.place import Place\n"
        "from cfn_backup.rules import read_vault\n"
        "from cfn_backup.written.findings import Findings\n"
        "read_vault({}, Place('aws', 'eu-west-1', '1'), Findings())\n"
        "print('cfn_backup.written.plan' in sys.modules)"
    )
    assert _printed(script) == "False"


def _printed(script: str) -> str:
    # -S: without the start-up hooks of site packages, which import what they like
    command = [sys.executable, "-S", "-c", script]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
