"""The stored cases are what the CDK synthesizes: a sample live, where it is installed; all on request."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-parity" / "bin" / "python"

pytestmark = pytest.mark.skipif(
    not PYTHON.exists() or shutil.which("node") is None,
    reason="needs Node.js and the environment of requirements/parity.lock in .venv-parity",
)


def check(*options: str) -> subprocess.CompletedProcess[str]:
    """Synthesizes and compares with what is stored."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [str(PYTHON), "-m", "tests.parity.synthesize", "--check", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_sample_is_as_stored() -> None:
    run = check("--every", "80")

    assert (run.returncode, run.stdout) == (0, "")


@pytest.mark.slow
def test_every_case_is_as_stored() -> None:
    run = check()

    assert (run.returncode, run.stdout) == (0, "")
