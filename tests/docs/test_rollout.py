"""The recipes of docs/service-catalog.md do what they say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import yaml

from tests.docs.pages import ROOT, Page
from tests.docs.permissions import _Yaml, template

PAGE = Page(ROOT / "docs" / "service-catalog.md")


def test_the_name_is_written_into_the_template(tmp_path: Path) -> None:
    # GIVEN the command as it is shown
    [command] = [line for b in PAGE.blocks() for line in b.text.splitlines() if line.startswith("sed ")]
    shutil.copy(ROOT / "template.yaml", tmp_path)

    # WHEN it runs
    subprocess.run(["sh", "-ec", command], cwd=tmp_path, check=True)  # noqa: S607 - any sh will do

    # THEN exports and parameters have the names that templates import, whatever the stack's name
    text = (tmp_path / "stackset.yaml").read_text()
    made = yaml.load(text, Loader=_Yaml)  # noqa: S506 - a safe loader
    assert "AWS::StackName" not in text
    assert {o["Export"]["Name"] for o in made["Outputs"].values()} == {
        f"cfn-backup-provider-{name}" for name in ("BackupPlan", "BackupVault", "BackupSelection")
    }
    tokens = [r["Properties"] for r in made["Resources"].values() if r["Type"] == "AWS::SSM::Parameter"]
    assert {token["Name"] for token in tokens} == {
        f"/cfn-backup-provider/{name}" for name in ("BackupPlan", "BackupVault", "BackupSelection")
    }


def test_the_parameters_are_those_of_the_template() -> None:
    below = PAGE.text.split("## Parameters of the provider\n", 1)[1].split("\n## ", 1)[0]
    shown = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", below, re.MULTILINE))
    assert shown == {
        name: str(parameter["Default"] or "none") if name != "ReservedConcurrency" else "5"
        for name, parameter in template()["Parameters"].items()
    }
