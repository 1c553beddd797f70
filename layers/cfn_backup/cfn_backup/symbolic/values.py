"""Plain, unknown and chosen values, and what can be done with them without knowing which branch holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeIs

    from cfn_backup.symbolic.paths import Path

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

NO_VALUE: Mapping[str, str] = {"Ref": "AWS::NoValue"}
"""How a template says that a value is absent. In values read from a template it is ``None``."""


@dataclass(frozen=True)
class Unknown:
    """An intrinsic function as it stands in the template, such as ``{"Ref": "Days"}``.

    Only CloudFormation knows what it gives. It is kept as written and written out again unchanged.
    """

    node: Any
    at: Path | None = field(default=None, compare=False, repr=False)
    """Where it was written; None for one that was put together."""

    def __hash__(self) -> int:
        return hash(_hashable(self.node))


@dataclass(frozen=True)
class Unreadable(Unknown):
    """A value that is wrong, or a required one that is missing (``node`` is None then).

    The mistake has been reported where the value was read, so nothing else is said about it.
    """

    __hash__ = Unknown.__hash__


@dataclass(frozen=True)
class Is:
    """The condition that a parameter, pseudo parameter or map key has one of the values it can have."""

    name: str
    value: str

    def __str__(self) -> str:
        return f'{self.name} is "{self.value}"'


type Condition = str | Is
"""What decides a choice: the name of a condition of the template, or the value of a parameter."""


@dataclass(frozen=True)
class Choice[T]:
    """A value that a condition chooses (``Fn::If``). A branch that is absent (``AWS::NoValue``) is None."""

    condition: Condition
    then: Sym[T] | None
    otherwise: Sym[T] | None

    def branch(self, *, holds: bool) -> Sym[T] | None:
        """The value when the condition holds, or when it does not."""
        return self.then if holds else self.otherwise


type Sym[T] = T | Unknown | Choice[T]
"""A value of any of the three kinds."""
type Str = Sym[str]
type Int = Sym[int]
type Bool = Sym[bool]


def is_plain[T](value: Sym[T] | None) -> TypeIs[T]:
    """Whether a value is there and plain."""
    return value is not None and not isinstance(value, Unknown | Choice)


def is_function(node: object) -> bool:
    """Whether a node of a template is one intrinsic function and nothing else."""
    if not isinstance(node, Mapping) or len(node) != 1:
        return False
    (name,) = node
    return name in ("Ref", "Condition") or (isinstance(name, str) and name.startswith("Fn::"))


# ---- into and out of template syntax -------------------------------------------------------------


def chosen_branches(node: object) -> tuple[str, Any, Any] | None:
    """The condition and the two branches of a well-formed ``Fn::If``; None for any other node."""
    argument = node.get("Fn::If") if isinstance(node, Mapping) and len(node) == 1 else None
    if isinstance(argument, list) and len(argument) == 3 and isinstance(argument[0], str):
        return argument[0], argument[1], argument[2]
    return None


def is_choice_node(node: object) -> bool:
    """Whether a node is an ``Fn::If``, well-formed or not."""
    return isinstance(node, Mapping) and len(node) == 1 and "Fn::If" in node


def from_template(node: Any) -> Any:
    """A node of a template, in the long form, as a value: every ``Fn::If`` in it is a Choice."""
    if node == NO_VALUE:
        return None
    branches = chosen_branches(node)
    if branches is not None:
        condition, then, otherwise = branches
        return Choice(condition, from_template(then), from_template(otherwise))
    if is_function(node):
        return Unknown(node)
    if isinstance(node, Mapping):
        return {name: from_template(member) for name, member in node.items()}
    if isinstance(node, list):
        return [from_template(item) for item in node]
    return node


def to_template(value: Any) -> Any:
    """A value in template syntax, in the long form. Items of a list that are absent are left out.

    Raises TypeError for a choice by the value of a parameter, which no template can write.
    """
    if value is None:
        return dict(NO_VALUE)
    if isinstance(value, Unknown):
        return value.node
    if isinstance(value, Choice):
        if not isinstance(value.condition, str):
            raise TypeError(value.condition)
        return {"Fn::If": [value.condition, to_template(value.then), to_template(value.otherwise)]}
    if isinstance(value, Mapping):
        return {name: to_template(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [to_template(item) for item in value if item is not None]
    return value


# ---- operations ----------------------------------------------------------------------------------


def each[T, R](value: Sym[T] | None, change: Callable[[T | Unknown], R]) -> Any:
    """The value changed in every branch that is there, whether what stands in it is known or not.

    Where that makes both branches equal, nothing is left to choose.
    """
    if value is None:
        return None
    if isinstance(value, Choice):
        then, otherwise = each(value.then, change), each(value.otherwise, change)
        return then if then == otherwise else Choice(value.condition, then, otherwise)
    return change(value)


def each_known[T, R](value: Sym[T] | None, change: Callable[[T], R]) -> Any:
    """The value changed in every branch in which it is known."""
    return each(value, lambda branch: branch if isinstance(branch, Unknown) else change(branch))


def filled[T](value: Sym[T] | None, default: Sym[T] | None) -> Sym[T] | None:
    """The value, with the default in every branch in which it is absent."""
    if isinstance(value, Choice):
        return Choice(value.condition, filled(value.then, default), filled(value.otherwise, default))
    return default if value is None else value


def leaves[T](value: Sym[T] | None) -> Iterator[T | Unknown]:
    """Everything that a value can turn out to be; nothing for a branch in which it is absent."""
    if isinstance(value, Choice):
        yield from leaves(value.then)
        yield from leaves(value.otherwise)
    elif value is not None:
        yield value


def alternatives[T](value: Sym[T] | None) -> Iterator[T]:
    """Everything known that a value can turn out to be."""
    return (leaf for leaf in leaves(value) if not isinstance(leaf, Unknown))


def items(values: Any) -> Iterator[Any]:
    """What a list can turn out to hold, in all branches of the list and of its items."""
    for listed in leaves(values):
        if isinstance(listed, Unknown):
            yield listed
        else:
            for item in listed:
                yield from leaves(item)


def join(condition: Condition, then: Any, otherwise: Any) -> Any:
    """The value that is ``then`` when the condition holds and ``otherwise`` when it does not.

    Maps, and lists of the same length, are joined member by member: a Choice stands only where the two differ. Where
    one list has all that the other has, in the same order, a Choice stands for each item that only one has.
    """
    if then == otherwise:
        return then
    if isinstance(then, Mapping) and isinstance(otherwise, Mapping):
        names = [*then, *(name for name in otherwise if name not in then)]
        return {name: join(condition, then.get(name), otherwise.get(name)) for name in names}
    if isinstance(then, list) and isinstance(otherwise, list):
        joined = _joined_lists(condition, then, otherwise)
        if joined is not None:
            return joined
    return Choice(condition, then, otherwise)


def _joined_lists(condition: Condition, then: list[Any], otherwise: list[Any]) -> list[Any] | None:
    if len(then) == len(otherwise):
        return [join(condition, one, other) for one, other in zip(then, otherwise, strict=True)]
    holds = len(then) > len(otherwise)
    longer, shorter = (then, otherwise) if holds else (otherwise, then)
    rest = list(shorter)
    joined = []
    for item in longer:
        if rest and rest[0] == item:
            joined.append(rest.pop(0))
        else:
            joined.append(Choice(condition, item if holds else None, None if holds else item))
    # with nothing in common the two stay lists of their own
    return joined if shorter and not rest else None


def _hashable(node: Any) -> Any:
    """Equal for equal nodes, whatever the order of their members."""
    if isinstance(node, Mapping):
        return frozenset((name, _hashable(member)) for name, member in node.items())
    if isinstance(node, list | tuple):
        return tuple(_hashable(item) for item in node)
    return node
