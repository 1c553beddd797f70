"""Asking which branch of a choice holds, and looking at both sides where nobody can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

from cfn_backup.symbolic.values import NO_VALUE, Choice, Condition, Sym, Unknown, chosen_branches, is_function


class NeverDecided(Exception):
    """The base of what is raised where a value has to be known and is not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """Why the value has to be known, in words: ``it decides whether there is a default vault``."""


class Undecided(NeverDecided):
    """Raised where the code has to know whether a condition holds. Whoever catches it looks at both sides."""

    def __init__(self, condition: Condition, reason: str) -> None:
        super().__init__(reason)
        self.condition = condition


class NotKnown(NeverDecided):
    """Raised where the code has to know a value that an intrinsic function gives."""

    def __init__(self, value: Unknown, reason: str) -> None:
        super().__init__(reason)
        self.value = value


class TooManyWays(Exception):
    """Raised when more combinations of conditions would have to be looked at than the caller allows."""

    def __init__(self, conditions: tuple[Condition, ...], most: int) -> None:
        super().__init__(f"more than {most:,} combinations of {', '.join(map(str, conditions))}")
        self.conditions = conditions
        self.most = most


def decided[T](value: Sym[T] | None, reason: str = "") -> T | Unknown | None:
    """The value, once it is decided which branch holds. Raises Undecided for a choice."""
    if isinstance(value, Choice):
        raise Undecided(value.condition, reason)
    return value


def needed[T](value: Sym[T] | None, reason: str) -> T | None:
    """The value where it has to be known, absent or plain. Raises Undecided and NotKnown."""
    found = decided(value, reason)
    if isinstance(found, Unknown):
        raise NotKnown(found, reason)
    return found


def present[T](value: Sym[T] | None, reason: str) -> Sym[T] | None:
    """The value, once it is decided whether there is one. A choice between two values that are there stays.

    Raises Undecided where a condition decides whether there is a value at all.
    """
    if isinstance(value, Choice) and may_be_absent(value):
        raise Undecided(value.condition, reason)
    return value


def may_be_absent(value: Sym[Any] | None) -> bool:
    """Whether a value is absent, or a condition can make it so."""
    if isinstance(value, Choice):
        return may_be_absent(value.then) or may_be_absent(value.otherwise)
    return value is None


def known[T](value: Sym[T]) -> T:
    """The value during a deployment, where CloudFormation has resolved everything.

    Raises TypeError for a value that only a tool can meet.
    """
    if isinstance(value, Choice | Unknown):
        raise TypeError(f"a deployment cannot have {value}")
    return value


def assume[T](value: T, condition: Condition, *, holds: bool) -> T:
    """The value as it is when the condition holds, or when it does not; the same object if that changes nothing.

    Looks into choices, functions, lists, maps and dataclasses. An item of a list that is absent then becomes
    None, so that the others keep their indexes; a member of a map that is absent then is left out.
    """
    return cast("T", _assumed(value, condition, holds))


def assume_all[T](value: T, choices: Mapping[Condition, bool]) -> T:
    """The value as it is when every condition stands as given."""
    for condition, holds in choices.items():
        value = assume(value, condition, holds=holds)
    return value


def _assumed(value: Any, condition: Condition, holds: bool) -> Any:  # noqa: PLR0911 - one for each kind
    if isinstance(value, Choice):
        if value.condition == condition:
            return _assumed(value.branch(holds=holds), condition, holds)
        then, otherwise = (_assumed(b, condition, holds) for b in (value.then, value.otherwise))
        same = then is value.then and otherwise is value.otherwise
        return value if same else Choice(value.condition, then, otherwise)
    if isinstance(value, Unknown):
        node = _assumed_node(value.node, condition, holds)
        return value if node is value.node else type(value)(node, value.at)
    if isinstance(value, tuple | list):
        listed = [_assumed(item, condition, holds) for item in value]
        same = all(new is old for new, old in zip(listed, value, strict=True))
        return value if same else type(value)(listed)
    if isinstance(value, Mapping):
        members = {name: _assumed(member, condition, holds) for name, member in value.items()}
        same = all(members[name] is member for name, member in value.items())
        return value if same else {n: m for n, m in members.items() if m is not None}
    if is_dataclass(value) and not isinstance(value, type):
        return _assumed_parts(value, condition, holds)
    return value


def _assumed_parts(value: Any, condition: Condition, holds: bool) -> Any:
    changed = {}
    for field in fields(value):
        old = getattr(value, field.name)
        new = _assumed(old, condition, holds)
        if new is not old:
            changed[field.name] = new
    return replace(value, **changed) if changed else value


def _assumed_node(node: Any, condition: Condition, holds: bool) -> Any:
    """The arguments of a function with every ``Fn::If`` of the condition replaced by the branch that holds."""
    branches = chosen_branches(node)
    if branches is not None:
        return _assumed_branches(node, branches, condition, holds)
    if isinstance(node, list):
        listed = [_assumed_node(item, condition, holds) for item in node]
        same = all(new is old for new, old in zip(listed, node, strict=True))
        return node if same else [item for item in listed if item != NO_VALUE]
    if isinstance(node, Mapping):
        members = {name: _assumed_node(member, condition, holds) for name, member in node.items()}
        if all(members[name] is member for name, member in node.items()):
            return node
        return {n: m for n, m in members.items() if is_function(node) or m != NO_VALUE}
    return node


def _assumed_branches(node: Any, branches: tuple[str, Any, Any], condition: Condition, holds: bool) -> Any:
    name, then, otherwise = branches
    if name == condition:
        return _assumed_node(then if holds else otherwise, condition, holds)
    new = [_assumed_node(branch, condition, holds) for branch in (then, otherwise)]
    return node if new[0] is then and new[1] is otherwise else {"Fn::If": [name, *new]}


@dataclass(frozen=True)
class Way[R]:
    """One combination of the conditions that were asked about, and what came of it."""

    choices: Mapping[Condition, bool]
    result: R


def every_way[T, R](
    subject: T,
    run: Callable[[T], R],
    *,
    given: Mapping[Condition, bool] | None = None,
    possible: Callable[[Mapping[Condition, bool]], bool] = lambda _: True,
    most: int,
) -> Iterator[Way[R]]:
    """Runs something on a subject, once for each combination of the conditions that it asks about.

    ``given`` are conditions that are decided already, and part of every way. ``possible`` says whether a
    combination can be at all. Raises TooManyWays after ``most`` runs.
    """
    choices = dict(given or {})
    subject = assume_all(subject, choices)
    pending = [(subject, choices)]
    runs = 0
    while pending:
        subject, choices = pending.pop()
        runs += 1
        if runs > most:
            raise TooManyWays(tuple(choices), most)
        try:
            result = run(subject)
        except Undecided as asked:
            for holds in (False, True):
                further = {**choices, asked.condition: holds}
                if possible(further):
                    pending.append((assume(subject, asked.condition, holds=holds), further))
        else:
            yield Way(choices, result)
