"""crhelper costs no cold start the import of boto3."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LAYER = Path(__file__).parents[2] / "layers" / "cfn_backup"


def said_by(code: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(LAYER)!r}); {code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("module", ["boto3", "s3transfer", "multiprocessing"])
def test_dispatching_imports_no_boto3(module: str) -> None:
    assert said_by(f"import cfn_backup.protocol.dispatch; print({module!r} in sys.modules)") == "False"


def test_crhelper_has_boto3_when_it_uses_it() -> None:
    code = (
        "import cfn_backup.protocol.dispatch, crhelper.resource_helper as h; print(h.boto3.client.__module__)"
    )
    assert said_by(code) == "boto3"


def test_later_imports_get_boto3_itself() -> None:
    code = "import cfn_backup.protocol.dispatch, boto3; print(boto3.__file__.endswith('boto3/__init__.py'))"
    assert said_by(code) == "True"


def test_boto3_that_is_there_already_is_kept() -> None:
    code = (
        "import boto3, cfn_backup.protocol.dispatch, crhelper.resource_helper as h; print(h.boto3 is boto3)"
    )
    assert said_by(code) == "True"
