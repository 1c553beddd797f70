"""Where in a template's text a value stands."""

from __future__ import annotations

import pytest

from cfn_backup.symbolic import Branch, Path
from cfn_backup_tools.template.locations import locate_value
from cfn_backup_tools.template.template import parse

YAML = """\
Resources:
  It:
    Properties:
      Rules:
        - Life: !If [Long, {Days: 35}, {Days: 99999}]
          Name: !Ref Name
        - Fn::If:
            - Prod
            - Life: {Days: "7"}
            - !Ref AWS::NoValue
"""
JSON = '{"Resources": {"It": {"Properties": {"Life": {"Fn::If": ["C", {"Days": 1}, {"Days": 22}]}}}}}'


@pytest.mark.parametrize(
    ("path", "span"),
    [
        (Path.of("Rules[0].Name"), (6, 17, 6, 26)),
        (Path(("Rules", 0, "Life", Branch("Long", True), "Days")), (5, 35, 5, 37)),
        (Path(("Rules", 0, "Life", Branch("Long", False), "Days")), (5, 47, 5, 52)),
        (Path(("Rules", 1, Branch("Prod", True), "Life", "Days")), (9, 28, 9, 31)),
        # a missing member: its parent
        (Path(("Rules", 0, "Life", Branch("Long", True), "Cold")), (5, 28, 5, 38)),
    ],
)
def test_the_place_of_a_value(path: Path, span: tuple[int, int, int, int]) -> None:
    found = locate_value(parse("t.yaml", YAML), "It", path, path.choices)

    assert (found.line, found.column, found.end_line, found.end_column) == span


def test_choices_that_were_asked_about_lead_into_the_branch() -> None:
    found = locate_value(parse("t.json", JSON), "It", Path.of("Life.Days"), {"C": False})

    assert JSON[found.column - 1 : found.end_column - 1] == "22"
    assert found.path == ("Resources", "It", "Properties", "Life", "Fn::If", 2, "Days")


def test_the_name_of_a_value() -> None:
    found = locate_value(parse("t.yaml", YAML), "It", Path.of("Rules[0].Name"), {}, key=True)

    assert (found.line, found.column) == (6, 11)
