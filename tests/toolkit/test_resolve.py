"""What is known of a template's values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse

TEMPLATE = """
Parameters: {Name: {Type: String}, Empty: {Type: String, Default: ""}}
Conditions: {Unknown: !Equals [!Ref Name, x], Known: !Equals [!Ref Empty, ""]}
Resources: {}
"""
EMPTY = {"Ref": "Empty"}


@pytest.fixture
def resolver() -> Resolver:
    return Resolver(parse("t", TEMPLATE), {})


def test_an_empty_default_is_not_what_a_parameter_has_where_a_condition_decides(resolver: Resolver) -> None:
    assert resolver.resolve(EMPTY) == ""
    assert resolver.resolve({"Fn::If": ["Unknown", [EMPTY], EMPTY]}) == {
        "Fn::If": ["Unknown", [EMPTY], EMPTY]
    }
    assert resolver.resolve({"Fn::If": ["Known", EMPTY, "x"]}) == ""
    assert resolver.resolve_under("Unknown", EMPTY) == EMPTY
    assert [resolver.resolve_under(condition, EMPTY) for condition in ("Known", None)] == ["", ""]


@pytest.mark.parametrize(
    "resolve",
    [
        lambda resolver, value: resolver.resolve({"Fn::If": ["Unknown", value, value]}),
        lambda resolver, value: resolver.resolve_under("Unknown", value),
        lambda resolver, value: resolver.resolve_under("Unknown", {"Fn::If": ["Unknown", value, value]}),
    ],
)
def test_a_value_that_cannot_be_resolved_changes_nothing_for_the_next(
    resolver: Resolver, resolve: Callable[[Resolver, Any], Any]
) -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(RecursionError):
        resolve(resolver, deep)

    assert resolver.resolve(EMPTY) == ""
