"""Deciding what an expansion needs to know: by parameters where they settle it, by both branches of a
condition where not.

Most intrinsic functions go through an expansion untouched. A few properties decide
what there is at all: a preset, a removal policy, whether a vault is given. Where
``Fn::If`` chooses one of those, the resource is expanded once for each branch, and
the results are merged again with ``Fn::If`` and ``Condition`` where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup_tools.eject.deciding import BY_AUTHOR, DECIDING, deciding_conditions, emptying_conditions
from cfn_backup_tools.template.document import Path
from cfn_backup_tools.template.intrinsics import NO_VALUE, is_intrinsic
from cfn_backup_tools.template.resolve import Resolver

MOST_CONDITIONS = 5
"""Conditions that are looked at both ways for one resource: more would mean more than 32 expansions."""


class Undecided(Exception):
    """Raised when a value that decides what there is cannot be known; the text says which and what to do."""


@dataclass(frozen=True)
class Decided:
    """Properties of which everything that decides is known, but for the conditions."""

    properties: dict[str, Any]
    conditions: tuple[str, ...]
    notes: tuple[str, ...]


def decide(properties: Mapping[str, Any], resolver: Resolver) -> Decided:
    """Fills in what decides. Raises Undecided."""
    notes: list[str] = []

    def fill(value: Any, path: Path) -> Any:
        if path and path[-1] in BY_AUTHOR:
            return value
        if is_intrinsic(value) and path and path[-1] in DECIDING:
            return _settled(value, path, resolver, notes)
        if isinstance(value, dict):
            return {name: fill(member, (*path, name)) for name, member in value.items()}
        if isinstance(value, list):
            return [fill(item, (*path, index)) for index, item in enumerate(value)]
        return value

    filled = fill(dict(properties), ())
    conditions = tuple(dict.fromkeys(deciding_conditions(filled)))
    with_emptying = tuple(dict.fromkeys((*conditions, *emptying_conditions(filled))))
    if len(with_emptying) <= MOST_CONDITIONS:
        conditions = with_emptying
    if len(conditions) > MOST_CONDITIONS:
        raise Undecided(
            f"more than {MOST_CONDITIONS} conditions ({', '.join(conditions)}) decide what there is; give "
            "their parameters plain values, or split the resource"
        )
    return Decided(filled, conditions, tuple(notes))


def _settled(value: dict[str, Any], path: Path, resolver: Resolver, notes: list[str]) -> Any:
    """The value of a deciding property: plain, or Fn::If with plain branches."""
    if value == NO_VALUE:
        return value
    if "Fn::If" in value and isinstance(value["Fn::If"], list) and len(value["Fn::If"]) == 3:
        condition, *branches = value["Fn::If"]
        return {
            "Fn::If": [
                condition,
                *(_settled(b, path, resolver, notes) if is_intrinsic(b) else b for b in branches),
            ]
        }
    known = resolver.resolve(value)
    name = ".".join(str(step) for step in path)
    if is_intrinsic(known):
        parameter = value.get("Ref")
        way_out = (
            f"give --parameter {parameter}=…"
            if isinstance(parameter, str) and "::" not in parameter
            else "write the value"
        )
        raise Undecided(
            f"{name} decides which native resources there are, and it is not known here: {way_out}"
        )
    notes.append(
        f"{name} is {known!r}, as the parameters have it here; native resources cannot decide it later"
    )
    return known


def choose(value: Any, condition: str, *, holds: bool) -> Any:
    """The value as it is when the condition holds, or when it does not; what is absent then is left out."""
    if isinstance(value, list):
        items = [choose(item, condition, holds=holds) for item in value]
        return [item for item in items if item != NO_VALUE]
    if not isinstance(value, dict):
        return value
    branches = value.get("Fn::If") if len(value) == 1 else None
    if isinstance(branches, list) and len(branches) == 3:
        chosen = [choose(branch, condition, holds=holds) for branch in branches[1:]]
        return chosen[0 if holds else 1] if branches[0] == condition else {"Fn::If": [branches[0], *chosen]}
    members = {name: choose(member, condition, holds=holds) for name, member in value.items()}
    return members if is_intrinsic(value) else {n: m for n, m in members.items() if m != NO_VALUE}


def in_each_branch[T](
    properties: dict[str, Any],
    conditions: tuple[str, ...],
    expand: Callable[[dict[str, Any]], T],
    merge: Callable[[str, T, T], T],
) -> T:
    """What ``expand`` makes of the properties, merged over all ways in which the conditions can stand."""
    if not conditions:
        return expand(properties)
    condition, *rest = conditions
    then, otherwise = (
        in_each_branch(choose(properties, condition, holds=holds), tuple(rest), expand, merge)
        for holds in (True, False)
    )
    return merge(condition, then, otherwise)


def merged(condition: str, then: Any, otherwise: Any) -> Any:
    """One value that is ``then`` when the condition holds and ``otherwise`` when not; ``Fn::If`` only
    where they differ."""
    if then == otherwise:
        return then
    plain = not is_intrinsic(then) and not is_intrinsic(otherwise)
    if plain and isinstance(then, dict) and isinstance(otherwise, dict):
        names = [*then, *(name for name in otherwise if name not in then)]
        return {
            name: merged(condition, then.get(name, NO_VALUE), otherwise.get(name, NO_VALUE)) for name in names
        }
    if isinstance(then, list) and isinstance(otherwise, list) and len(then) == len(otherwise):
        return [merged(condition, one, other) for one, other in zip(then, otherwise, strict=True)]
    return {"Fn::If": [condition, then, otherwise]}
