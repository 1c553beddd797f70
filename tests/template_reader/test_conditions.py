"""Which combinations of conditions and parameter values there can be."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.symbolic import Is
from cfn_backup_tools.template.conditions import Conditions
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 0}
  Stage: {Type: String, AllowedValues: [dev, test, prod]}
  Open: {Type: String}
Conditions:
  HasDays: !Not [!Equals [!Ref Days, 0]]
  Prod: !Equals [!Ref Stage, prod]
  Dev: !Equals [dev, !Ref Stage]
  NotProd: !Not [!Condition Prod]
  Either: !Or [!Condition Prod, !Condition Dev]
  Both: !And [!Condition Prod, !Condition HasDays]
  X: !Equals [!Ref Open, x]
  Y: !Equals [!Ref Open, y]
  Odd: !Equals [!Sub "${Open}-${Stage}", a-dev]
  SameOdd: !Equals [!Sub "${Open}-${Stage}", a-dev]
  Virginia: !Equals [!Ref "AWS::Region", us-east-1]
  Frankfurt: !Equals [!Ref "AWS::Region", eu-central-1]
  Loop: !Not [!Condition Loop]
  Always: !Equals [a, a]
Resources: {}
"""


def conditions(**given: str) -> Conditions:
    return Resolver(parse("t", TEMPLATE), given).conditions


@pytest.mark.parametrize(
    ("choices", "possible"),
    [
        ({"Prod": True, "Dev": False}, True),
        ({"Prod": True, "Dev": True}, False),
        ({"Prod": True, "NotProd": True}, False),
        ({"Prod": False, "NotProd": False}, False),
        ({"Either": True, "Prod": False, "Dev": False}, False),
        ({"Either": False, Is("Stage", "test"): True}, True),
        ({"Either": False, Is("Stage", "test"): False}, False),
        ({"Both": True, "HasDays": False}, False),
        ({"HasDays": True, Is("Days", "0"): True}, False),
        ({"HasDays": True, Is("Days", "0"): False}, True),
        ({Is("Stage", "dev"): False, Is("Stage", "test"): False, Is("Stage", "prod"): False}, False),
        ({"X": True, "Y": True}, False),
        ({"X": False, "Y": False}, True),
        ({"Odd": True, "SameOdd": False}, False),
        ({"Odd": True, "Prod": True}, True),
        ({"Virginia": True, "Frankfurt": True}, False),
        ({"Always": False}, False),
        ({"Loop": True}, True),
        ({"Unheard": True, "Prod": True}, True),
    ],
)
def test_what_can_be_together(choices: Any, possible: bool) -> None:
    assert conditions().possible(choices) is possible


def test_a_given_value_decides() -> None:
    assert not conditions(Stage="dev").possible({"Prod": True})
    assert conditions(Stage="prod").possible({"Prod": True})
    assert not conditions(Open="x").possible({"Y": True})
