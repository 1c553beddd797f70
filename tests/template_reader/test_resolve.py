"""What can be known of a template's values without deploying it."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.symbolic import Choice, Is, Unknown
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 7}
  Stage: {Type: String, AllowedValues: [dev, prod]}
  Open: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Looked: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Mappings:
  Kept: {dev: {Days: 3}, prod: {Days: 35}}
  ByRegion: {eu-west-1: {Key: k1}, us-east-1: {Key: k2}}
Conditions: {Prod: !Equals [!Ref Stage, prod], Week: !Equals [!Ref Days, 7]}
Resources: {}
"""


def resolver(**given: str) -> Resolver:
    return Resolver(parse("t", TEMPLATE), given)


def by(name: str, value: str, then: Any, otherwise: Any) -> Choice[Any]:
    return Choice(Is(name, value), then, otherwise)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Days"}, by("Days", "7", 7, Unknown({"Ref": "Days"}))),
        ({"Ref": "Stage"}, by("Stage", "dev", "dev", by("Stage", "prod", "prod", None))),
        ({"Ref": "Names"}, by("Names", "a,b", ["a", "b"], Unknown({"Ref": "Names"}))),
        (
            {"Fn::Sub": "x-${Days}-${Open}"},
            by(
                "Days",
                "7",
                Unknown({"Fn::Sub": "x-7-${Open}"}),
                Unknown({"Fn::Sub": "x-${Days}-${Open}"}),
            ),
        ),
        (
            {"Fn::FindInMap": ["Kept", {"Ref": "Stage"}, "Days"]},
            by("Stage", "dev", 3, by("Stage", "prod", 35, None)),
        ),
        (
            {"Fn::FindInMap": ["ByRegion", {"Ref": "AWS::Region"}, "Key"]},
            by("AWS::Region", "eu-west-1", "k1", by("AWS::Region", "us-east-1", "k2", None)),
        ),
        ({"Fn::Join": ["-", ["a", "b"]]}, "a-b"),
        ({"Fn::Select": [1, {"Fn::Split": ["|", "a|b"]}]}, "b"),
    ],
)
def test_everything_that_a_function_can_turn_out_to_be(node: Any, value: Any) -> None:
    assert resolver().resolve(node) == value


@pytest.mark.parametrize("node", [{"Ref": "Open"}, {"Ref": "Looked"}, {"Fn::ImportValue": "x"}])
def test_a_function_of_which_nothing_is_known_stays_the_same(node: Any) -> None:
    assert resolver().resolve(node) is node


def test_a_given_value_leaves_nothing_to_choose() -> None:
    assert resolver(Days="30").resolve({"Ref": "Days"}) == "30"
    assert resolver(Stage="prod").resolve({"Fn::FindInMap": ["Kept", {"Ref": "Stage"}, "Days"]}) == 35


def test_settling_takes_the_defaults() -> None:
    assert resolver().settle({"Ref": "Days"}) == 7
    assert resolver().settle({"Ref": "Open"}) == {"Ref": "Open"}
    assert resolver().condition("Week") is True
    assert resolver().condition("Prod") is None
    assert resolver(Stage="prod").condition("Prod") is True
