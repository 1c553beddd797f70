"""Plain, unknown and chosen values, and what can be done with them undecided."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.symbolic import (
    NO_VALUE,
    Choice,
    Is,
    Unknown,
    alternatives,
    concat,
    each,
    each_known,
    filled,
    from_template,
    items,
    join,
    leaves,
    to_template,
)

REF = Unknown({"Ref": "X"})


@pytest.mark.parametrize(
    "node",
    [
        "text",
        {"Ref": "X"},
        {"Fn::If": ["C", "a", "b"]},
        {"Fn::If": ["C", {"Fn::If": ["D", 1, 2]}, {"Ref": "AWS::NoValue"}]},
        {"k": [{"Fn::If": ["C", {"a": {"Ref": "X"}}, {"Ref": "AWS::NoValue"}]}, True, 3]},
        {"Fn::Sub": ["${a}", {"a": {"Fn::If": ["C", "x", "y"]}}]},
    ],
)
def test_template_syntax_comes_back_as_it_was(node: Any) -> None:
    assert to_template(from_template(node)) == node


def test_an_absent_item_of_a_list_keeps_its_place_and_is_not_written() -> None:
    value = from_template(["a", dict(NO_VALUE), "c"])

    assert value == ["a", None, "c"]
    assert to_template(value) == ["a", "c"]


@pytest.mark.parametrize("argument", ["C", ["C", "a"], [{"Ref": "C"}, "a", "b"]])
def test_a_malformed_choice_is_a_function_like_any_other(argument: Any) -> None:
    assert from_template({"Fn::If": argument}) == Unknown({"Fn::If": argument})


def test_a_choice_by_a_parameter_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        to_template(Choice(Is("P", "1"), "a", "b"))


def test_equal_unknown_values_have_equal_hashes() -> None:
    # GIVEN the same function with its members in another order
    one, other = Unknown({"Fn::Sub": ["t", {"a": 1, "b": 2}]}), Unknown({"Fn::Sub": ["t", {"b": 2, "a": 1}]})

    # THEN a set holds it once
    assert one == other
    assert len({one, other}) == 1


def test_each_changes_every_branch_that_is_there() -> None:
    value: Any = Choice("C", "a", Choice("D", REF, None))

    changed: Any = Choice("D", {"x": REF}, None)
    assert each(value, lambda leaf: {"x": leaf}) == Choice("C", {"x": "a"}, changed)
    assert each_known(value, lambda leaf: str(leaf).upper()) == Choice("C", "A", Choice("D", REF, None))
    assert each(None, str) is None


def test_filled_puts_the_default_into_absent_branches_only() -> None:
    assert filled(Choice("C", None, "b"), "d") == Choice("C", "d", "b")
    assert filled(None, "d") == "d"
    assert filled("a", "d") == "a"


def test_leaves_and_alternatives_and_items() -> None:
    value: Any = Choice("C", "a", Choice("D", REF, None))

    assert list(leaves(value)) == ["a", REF]
    assert list(alternatives(value)) == ["a"]
    assert list(items((Choice("C", "x", None), None, "y"))) == ["x", "y"]
    assert list(items(Choice("C", ("x",), REF))) == ["x", REF]


@pytest.mark.parametrize(
    ("then", "otherwise", "joined"),
    [
        ("a", "a", "a"),
        ("a", "b", Choice("C", "a", "b")),
        ({"k": 1, "l": 2}, {"k": 1, "m": 3}, {"k": 1, "l": Choice("C", 2, None), "m": Choice("C", None, 3)}),
        ([1, 2], [1, 3], [1, Choice("C", 2, 3)]),
        ([1], [1, 2], [1, Choice("C", None, 2)]),
        ([1, 2, 3], [1, 3], [1, Choice("C", 2, None), 3]),
        ([1], [2, 3], Choice("C", [1], [2, 3])),
        (REF, "a", Choice("C", REF, "a")),
    ],
)
def test_join_chooses_only_where_the_branches_differ(then: Any, otherwise: Any, joined: Any) -> None:
    assert join("C", then, otherwise) == joined


def test_concat_is_plain_where_everything_is() -> None:
    assert concat("a", "b") == "ab"
    assert concat("a", "b", REF, "", "c") == Unknown({"Fn::Join": ["", ["ab", {"Ref": "X"}, "c"]]})
    chosen = {"Fn::If": ["C", "x", {"Ref": "X"}]}
    assert concat("a", Choice("C", "x", REF)) == Unknown({"Fn::Join": ["", ["a", chosen]]})
