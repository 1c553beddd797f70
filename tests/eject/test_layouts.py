"""What a template means does not depend on how its lines are laid out."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from cfn_backup_tools.eject import ejection
from cfn_backup_tools.eject.ejection import Miswritten, eject
from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.template import parse
from tests.command_line import Command, Write
from tests.parity.comparing import without_expectations
from tests.parity.programs import FAMILIES, programs_of

PROGRAMS = [
    pytest.param(template, id=f"{family}/{name}")
    for family in FAMILIES
    for name, program in list(programs_of(family).items())[::5]
    if (template := program.template()) is not None
]
PLAN = """\
Resources:
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: x
      BackupVault: given
      Preset: daily35DayRetention
      Selections: [{SelectionName: s, Resources: ['*']}]
  After:
    Type: AWS::SNS::Topic
"""


def with_one_that_depends(template: dict[str, Any]) -> dict[str, Any]:
    """The template with a resource that depends on all custom ones."""
    resources = template["Resources"]
    custom = [name for name, resource in resources.items() if resource["Type"].startswith("Custom::")]
    return {
        **template,
        "Resources": {**resources, "Last": {"Type": "AWS::SNS::Topic", "DependsOn": custom}},
    }


@pytest.mark.parametrize("template", PROGRAMS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_yaml_as_programs_write_it_means_what_the_json_means(template: dict[str, Any], newline: str) -> None:
    # GIVEN a template of which PyYAML writes the lists at the indentation of their keys
    template = with_one_that_depends(template)
    text = yaml.safe_dump(template, sort_keys=False).replace("\n", newline)
    assert f"DependsOn:{newline}    - " in text

    # WHEN it is ejected
    written = parse("t", eject(parse("t.yaml", text), {}).text).content

    # THEN it is what the same template in JSON becomes
    as_json = json.loads(eject(parse("t.json", json.dumps(template)), {}).text)
    assert written == without_expectations(as_json)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "    DependsOn:\n    - Plan\n    Properties: {}\n",
            "    DependsOn:\n    - Plan\n    - PlanSelectionS\n    Properties: {}\n",
        ),
        (
            "    DependsOn:\n    # both\n    -   Plan # first\n    - X\n",
            "    DependsOn:\n    # both\n    - Plan\n    - PlanSelectionS\n    - X # first\n",
        ),
        (
            "    DependsOn:\n      - X\n      - Plan\n",
            "    DependsOn:\n      - X\n      - Plan\n      - PlanSelectionS\n",
        ),
        ("    DependsOn: &d\n    - Plan\n", "    DependsOn: &d [Plan, PlanSelectionS]\n"),
        ("    DependsOn: [Plan]\n", "    DependsOn: [Plan, PlanSelectionS]\n"),
        ("    DependsOn:\n      [Plan]\n", "    DependsOn:\n      [Plan, PlanSelectionS]\n"),
        ("    DependsOn: Plan\n", "    DependsOn: [Plan, PlanSelectionS]\n"),
    ],
)
def test_a_list_stays_in_its_layout(written: str, expected: str) -> None:
    assert eject(parse("t.yaml", PLAN + written), {}).text.endswith("AWS::SNS::Topic\n" + expected)


def test_a_text_that_cannot_be_read_again_is_not_written(
    write: Write, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str, _: object) -> str:
        return text + "]"

    monkeypatch.setattr(ejection, "apply", broken)

    with pytest.raises(Miswritten) as raised:
        eject(parse("t.yaml", PLAN), {})
    assert isinstance(raised.value.__cause__, Unreadable)

    run = command("eject", write(PLAN))
    assert (run.code, run.out) == (1, "")
    assert "nothing was written" in run.err
