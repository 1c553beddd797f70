"""docs/getting-started.md, followed to the letter on the local AWS."""

import re
import subprocess
from pathlib import Path

import pytest

from local_aws.instance import ROOT, Instance
from tests.docs.pages import Page

pytestmark = pytest.mark.e2e

PAGE = Page(ROOT / "docs" / "getting-started.md")
OF_THE_CHECKOUT = ("make ", "source ")
"""Lines that start, stop or install; the test session has done that."""


def test_every_command_of_the_page_works(local: Instance, tmp_path: Path) -> None:
    # GIVEN the files that the page shows, and its commands in their order
    blocks = list(PAGE.blocks())
    for block in blocks:
        if block.file:
            (tmp_path / block.file).write_text(block.text)
    shown = "".join(block.text for block in blocks if block.language == "sh")
    lines = [line for line in shown.splitlines() if not line.startswith(OF_THE_CHECKOUT)]
    assert len(lines) > 10
    script = re.sub(r"\.venv/bin/", f"{ROOT}/.venv/bin/", "\n".join(lines))

    # WHEN they run
    environment = local.environment()
    environment["PATH"] = f"{ROOT}/.venv/bin:{environment['PATH']}"
    answer = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607 - any bash will do
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    # THEN all of them succeed, and show what the page says
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Daily" in answer.stdout
    assert "Tables" in answer.stdout
