"""Unknown functions: what they refer to, and the texts that they make."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.symbolic import Unknown
from cfn_backup.symbolic.functions import Reference, pieces_of, reference_of

REGION = Unknown({"Ref": "AWS::Region"})


@pytest.mark.parametrize(
    ("node", "reference"),
    [
        ({"Ref": "Orders"}, Reference("Orders")),
        ({"Fn::GetAtt": ["Orders", "Arn"]}, Reference("Orders", "Arn")),
        ({"Fn::GetAtt": "Nested.Outputs.Arn"}, Reference("Nested", "Outputs.Arn")),
        ({"Fn::GetAtt": ["Orders", {"Ref": "What"}]}, None),
        ({"Fn::Sub": "${Orders}"}, None),
        ("Orders", None),
    ],
)
def test_what_a_function_refers_to(node: Any, reference: Reference | None) -> None:
    assert reference_of(node) == reference


@pytest.mark.parametrize(
    ("node", "pieces"),
    [
        ({"Fn::Sub": "arn:aws:sns:${AWS::Region}:1"}, ("arn:aws:sns:", REGION, ":1")),
        ({"Fn::Sub": "${T.Arn}"}, (Unknown({"Fn::GetAtt": ["T", "Arn"]}),)),
        ({"Fn::Sub": ["${a}-${!b}", {"a": "x"}]}, ("x-${b}",)),
        ({"Fn::Join": [":", ["arn", "aws", {"Ref": "AWS::Region"}]]}, ("arn:aws:", REGION)),
        ({"Fn::Join": ["", ["a", {"Fn::Sub": "b${AWS::Region}"}]]}, ("ab", REGION)),
        ({"Fn::Join": ["", {"Ref": "List"}]}, None),
        ({"Ref": "X"}, None),
    ],
)
def test_the_pieces_of_a_text(node: Any, pieces: Any) -> None:
    assert pieces_of(Unknown(node)) == pieces
