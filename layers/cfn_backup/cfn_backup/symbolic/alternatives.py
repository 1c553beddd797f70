"""Looks at structures of which parts are chosen by conditions or not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfn_backup.symbolic.values import Choice, Intrinsic, Str, Sym


def alternatives[T](value: Sym[T] | None) -> Iterator[T]:
    """Everything known that a value can turn out to be: itself, or the known branches of its conditions."""
    if isinstance(value, Choice):
        yield from alternatives(value.then)
        yield from alternatives(value.otherwise)
    elif value is not None and not isinstance(value, Intrinsic):
        yield value


def elements[T](values: Sym[tuple[Sym[T], ...]] | None, path: str) -> Iterator[tuple[str, T]]:
    """Every known element that a list can turn out to have, with its path."""
    for branch in alternatives(values):
        for index, element in enumerate(branch):
            for known in alternatives(element):
                yield f"{path}[{index}]", known


def sure_elements[T](values: Sym[tuple[Sym[T], ...]] | None, path: str) -> Iterator[tuple[str, T]]:
    """The elements that a list has under every condition, with their paths:
    what rules about several at once look at."""
    if isinstance(values, tuple):
        for index, element in enumerate(values):
            if not isinstance(element, Choice | Intrinsic):
                yield f"{path}[{index}]", element


def surely_given(value: Any) -> bool:
    """Whether a value is there under every condition, known or not."""
    if isinstance(value, Intrinsic):
        return "Fn::If" not in value.node
    return value is not None and not isinstance(value, Choice)


def surely_empty(value: Any) -> bool:
    """Whether a list or map is absent or has nothing in it."""
    return value is None or (isinstance(value, tuple | dict) and not value)


def text(value: Str | None) -> str | None:
    """The text, if it is known."""
    return value if isinstance(value, str) else None


def number(value: object) -> int | None:
    """The number, if it is known."""
    return value if isinstance(value, int) else None
