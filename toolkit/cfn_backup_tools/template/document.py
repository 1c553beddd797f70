"""A template's text as a tree of nodes that know where they stand,
whichever of the two languages it is written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

type Path = tuple[str | int, ...]
"""Where a value stands in the long form, e.g. ``("Resources", "Plan", "Properties", "Preset")``."""


class Unreadable(Exception):
    """Raised when a file is no template that can be read; the text says what and where."""


@dataclass(eq=False, kw_only=True)
class Node:
    """A value of the document. Offsets count characters of the text; line and column count from 1."""

    start: int
    end: int
    """Where the value's own text ends; never the white space or comment after it."""
    line: int
    column: int
    tag: str = ""
    """The short form's name, e.g. ``!Ref``; empty for none."""
    flow: bool = True
    """Whether the text is on the bracketed kind: a scalar, ``[…]`` or ``{…}``."""
    anchor: str | None = None


@dataclass(eq=False, kw_only=True)
class Scalar(Node):
    """A text, number, boolean or null."""

    value: bool | int | float | str | None


@dataclass(eq=False, kw_only=True)
class Sequence(Node):
    """A list."""

    items: list[Node]


@dataclass(eq=False, kw_only=True)
class Member:
    """A key and its value."""

    key: Scalar
    value: Node


@dataclass(eq=False, kw_only=True)
class Mapping(Node):
    """A map, in the order written."""

    members: list[Member]

    def member(self, name: str) -> Member | None:
        """The member of this name; of several the last, as every reader of CloudFormation has it."""
        return next((m for m in reversed(self.members) if m.key.value == name), None)

    def get(self, name: str) -> Node | None:
        member = self.member(name)
        return member.value if member else None


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, keys included."""
    yield node
    if isinstance(node, Sequence):
        for item in node.items:
            yield from walk(item)
    elif isinstance(node, Mapping):
        for member in node.members:
            yield member.key
            yield from walk(member.value)


# --- the long form --------------------------------------------------------------------------------

_WITHOUT_PREFIX = ("!Ref", "!Condition")


def function_name(tag: str) -> str:
    """``!Ref`` → ``Ref``, ``!GetAtt`` → ``Fn::GetAtt``; empty for no tag."""
    if not tag:
        return ""
    return tag[1:] if tag in _WITHOUT_PREFIX else f"Fn::{tag[1:]}"


def long_form(node: Node) -> Any:
    """The plain value with every short form written out, as CloudFormation itself understands it."""
    value = _untagged(node)
    if not node.tag:
        return value
    name = function_name(node.tag)
    if name == "Fn::GetAtt" and isinstance(value, str):
        value = list(value.partition(".")[::2])
    return {name: value}


def _untagged(node: Node) -> Any:
    if isinstance(node, Sequence):
        return [long_form(item) for item in node.items]
    if isinstance(node, Mapping):
        return {_key(member.key): long_form(member.value) for member in node.members}
    if isinstance(node, Scalar):
        return node.value
    raise TypeError(node)


def _key(key: Scalar) -> str:
    if isinstance(key.value, bool):
        return str(key.value).lower()
    return "" if key.value is None else str(key.value)


def repeated_keys(root: Node) -> Iterator[tuple[Path, Scalar]]:
    """Every key that a map has had before, with its path."""
    seen: set[int] = set()

    def look(node: Node, path: Path) -> Iterator[tuple[Path, Scalar]]:
        # an alias is the same node again
        if id(node) in seen:
            return
        seen.add(id(node))
        path = (*path, function_name(node.tag)) if node.tag else path
        if isinstance(node, Sequence):
            for index, item in enumerate(node.items):
                yield from look(item, (*path, index))
        elif isinstance(node, Mapping):
            names: set[str] = set()
            for member in node.members:
                name = _key(member.key)
                if name in names:
                    yield (*path, name), member.key
                names.add(name)
                yield from look(member.value, (*path, name))

    return look(root, ())


def locate(root: Node, path: Path) -> Node:
    """The node at a path of the long form, or the nearest one above it that exists."""
    node, rest = root, list(path)
    while rest:
        step = rest.pop(0)
        if node.tag and step == function_name(node.tag):
            continue
        child = _child(node, step)
        if child is None:
            return node
        node = child
    return node


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Sequence) and isinstance(step, int):
        return node.items[step] if step < len(node.items) else None
    if isinstance(node, Mapping) and isinstance(step, str):
        return node.get(step)
    return None


def locate_key(root: Node, path: Path) -> Node:
    """The key under which the value at the path stands, if it has one; else the value."""
    parent = locate(root, path[:-1])
    if isinstance(parent, Mapping) and path and isinstance(path[-1], str):
        member = parent.member(path[-1])
        if member:
            return member.key
    return locate(root, path)
