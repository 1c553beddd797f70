"""Who needs a decision asks for it, and whoever catches the question looks at both sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfn_backup.symbolic import (
    Choice,
    NotKnown,
    Sym,
    TooManyWays,
    Undecided,
    Unknown,
    assume,
    decided,
    every_way,
    from_template,
    known,
    needed,
    present,
    to_template,
)

REF = Unknown({"Ref": "X"})


def chosen(condition: str, then: Any, otherwise: Any) -> Any:
    """A choice whose type does not matter."""
    return Choice(condition, then, otherwise)


@dataclass(frozen=True)
class Part:
    name: Sym[str] | None = None
    parts: tuple[Sym[str] | None, ...] = ()
    tags: dict[str, Any] = field(default_factory=dict)


def test_a_choice_is_asked_about_and_an_unknown_value_is_not() -> None:
    with pytest.raises(Undecided) as asked:
        decided(chosen("C", "a", "b"), "why")

    assert (asked.value.condition, asked.value.reason) == ("C", "why")
    assert decided(REF) == REF
    with pytest.raises(NotKnown) as missing:
        needed(REF, "why")
    assert missing.value.value == REF


def test_only_whether_there_is_a_value_is_asked_about_where_that_is_enough() -> None:
    assert present(chosen("C", "a", "b"), "") == chosen("C", "a", "b")
    with pytest.raises(Undecided):
        present(chosen("C", "a", chosen("D", "b", None)), "")


def test_a_deployment_has_no_undecided_values() -> None:
    assert known("a") == "a"
    with pytest.raises(TypeError):
        known(REF)
    with pytest.raises(TypeError):
        known(chosen("C", "a", "b"))


def test_assuming_a_condition_decides_it_everywhere() -> None:
    # GIVEN a condition in a member, an item, a map and the arguments of a function
    part = Part(
        name=Choice("C", "a", "b"),
        parts=(Choice("C", "x", None), "y"),
        tags={"k": Choice("C", None, "v"), "f": Unknown({"Fn::Join": ["", [{"Fn::If": ["C", "1", "2"]}]]})},
    )

    # WHEN it holds, or does not
    holds, not_so = assume(part, "C", holds=True), assume(part, "C", holds=False)

    # THEN absent items keep their places, and absent members are gone
    assert holds == Part("a", ("x", "y"), {"f": Unknown({"Fn::Join": ["", ["1"]]})})
    assert not_so == Part("b", (None, "y"), {"k": "v", "f": Unknown({"Fn::Join": ["", ["2"]]})})
    assert assume(part, "D", holds=True) is part


def test_every_way_runs_once_for_each_combination_that_was_asked_about() -> None:
    # GIVEN something that asks about a second condition only where the first holds
    def run(part: Part) -> Any:
        name = decided(part.name)
        return (name, decided(part.parts[0])) if name == "a" else name

    part = Part(name=Choice("C", "a", "b"), parts=(Choice("D", "x", "y"), Choice("E", "z", None)))
    found = {(way.result, tuple(way.choices.items())) for way in every_way(part, run, most=10)}

    # THEN there are three ways, and nobody asked about E
    assert found == {
        (("a", "x"), (("C", True), ("D", True))),
        (("a", "y"), (("C", True), ("D", False))),
        ("b", (("C", False),)),
    }


def test_ways_that_cannot_be_are_left_out() -> None:
    def possible(choices: Any) -> bool:
        return bool(choices != {"C": True, "D": True})

    value: Any = (chosen("C", 1, 2), chosen("D", 3, 4))
    ways = every_way(value, _all_decided, possible=possible, most=10)

    assert {way.result for way in ways} == {(1, 4), (2, 3), (2, 4)}


def test_what_is_given_is_decided_from_the_start() -> None:
    ways = list(every_way((chosen("C", 1, 2),), _all_decided, given={"C": False}, most=10))

    assert [(way.result, way.choices) for way in ways] == [((2,), {"C": False})]


def test_there_is_a_bound() -> None:
    value = tuple(chosen(f"C{number}", 1, 2) for number in range(10))

    with pytest.raises(TooManyWays) as too_many:
        list(every_way(value, _all_decided, most=100))

    assert too_many.value.most == 100


def _all_decided(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(decided(value) for value in values)


NAMES = ("A", "B", "C")
PLAIN = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b"]))


def _nodes() -> st.SearchStrategy[Any]:
    def below(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        chosen = st.tuples(st.sampled_from(NAMES), inner, inner).map(lambda found: {"Fn::If": list(found)})
        absent = st.tuples(st.sampled_from(NAMES), inner).map(
            lambda found: {"Fn::If": [*found, {"Ref": "AWS::NoValue"}]}
        )
        lists = st.lists(st.one_of(inner, absent), max_size=3)
        maps = st.dictionaries(st.sampled_from(["k", "l", "m"]), st.one_of(inner, absent), max_size=3)
        return st.one_of(chosen, lists, maps)

    return st.recursive(PLAIN, below, max_leaves=12)


def _resolved(node: Any, holds: dict[str, bool]) -> Any:
    """What CloudFormation makes of a node when the conditions stand like this; written for this test only."""
    if isinstance(node, list):
        found = [_resolved(item, holds) for item in node]
        return [item for item in found if item != {"Ref": "AWS::NoValue"}]
    if isinstance(node, dict):
        if "Fn::If" in node:
            condition, then, otherwise = node["Fn::If"]
            return _resolved(then if holds[condition] else otherwise, holds)
        members = {name: _resolved(member, holds) for name, member in node.items()}
        return {name: member for name, member in members.items() if member != {"Ref": "AWS::NoValue"}}
    return node


@given(_nodes(), st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_assuming_every_condition_is_what_cloudformation_does(node: Any, holds: tuple[bool, ...]) -> None:
    value = from_template(node)
    for name, one in zip(NAMES, holds, strict=True):
        value = assume(value, name, holds=one)

    assert to_template(value) == _resolved(node, dict(zip(NAMES, holds, strict=True)))
