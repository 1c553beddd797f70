"""Where in a template's text a value stands."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass

from cfn_backup.symbolic import Branch, Condition, Path
from cfn_backup_tools.template.document import Mapping, Node, Scalar, Sequence, function_name
from cfn_backup_tools.template.document import Path as LongPath
from cfn_backup_tools.template.template import Template


@dataclass(frozen=True)
class Location:
    """A part of a template's text. Lines and columns count from 1; the end is behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int
    path: LongPath
    """The way to it in the long form, with the steps into branches: as far as it exists."""


def locate_value(
    template: Template,
    logical_id: str,
    path: Path,
    choices: MappingABC[Condition, bool],
    *,
    key: bool = False,
) -> Location:
    """The location of a value in a resource's properties, in the branches that the choices take.

    Of a value that is not there: its parent's location. ``key`` asks for the name under which the value stands.
    """
    start: LongPath = ("Resources", logical_id, "Properties")
    return locate_from(template, start, path, choices, key=key)


def locate_from(
    template: Template,
    start: LongPath,
    path: Path,
    choices: MappingABC[Condition, bool],
    *,
    key: bool = False,
) -> Location:
    """The same for a path that begins elsewhere than at a resource's properties."""
    walk = _Walk(template.node(start), start, choices)
    name: Scalar | None = _key_of(template, start)
    for step in path.steps:
        if isinstance(step, Branch):
            walk.take(step)
            continue
        walk.settle(step)
        if not walk.go(step):
            break
        name = walk.key
    walk.settle(None)
    node: Node = name if key and name is not None else walk.node
    return _location(template, node, walk.path)


def _key_of(template: Template, path: LongPath) -> Scalar | None:
    node = template.key_node(path)
    return node if isinstance(node, Scalar) else None


def names_of(path: LongPath) -> list[str | int]:
    """The names and indexes of a path in the long form, without the steps into branches."""
    steps: list[str | int] = []
    rest = list(path)
    while rest:
        step = rest.pop(0)
        if step == "Fn::If" and rest:
            rest.pop(0)
        else:
            steps.append(step)
    return steps


class _Walk:
    """Goes down the nodes of a document."""

    def __init__(self, node: Node, path: LongPath, choices: MappingABC[Condition, bool]) -> None:
        self.node = node
        self.path = path
        self.key: Scalar | None = None
        self._choices = choices

    def take(self, branch: Branch) -> None:
        """Steps into the branch, if the node is a choice by that condition."""
        found = branches_of(self.node)
        if found is not None and found[0] == branch.condition:
            self._enter(found, holds=branch.holds)

    def settle(self, step: str | int | None) -> None:
        """Steps into branches until the node is none: those that are known to be taken, else the one in which the
        next step exists."""
        while (found := branches_of(self.node)) is not None:
            condition, then, otherwise = found
            if condition in self._choices:
                self._enter(found, holds=self._choices[condition])
            elif step is None:
                return
            else:
                self._enter(found, holds=_leads_on(then, step) or not _leads_on(otherwise, step))

    def _enter(self, found: tuple[str, Node, Node], *, holds: bool) -> None:
        self.node = found[1] if holds else found[2]
        self.path = (*self.path, "Fn::If", 1 if holds else 2)

    def go(self, step: str | int) -> bool:
        """Steps to a member or an item, and notes the member's key; False if there is none."""
        if isinstance(self.node, Mapping) and isinstance(step, str):
            member = self.node.member(step)
            if member is None:
                return False
            self.node, self.key = member.value, member.key
        elif isinstance(self.node, Sequence) and isinstance(step, int) and step < len(self.node.items):
            self.node, self.key = self.node.items[step], None
        else:
            return False
        self.path = (*self.path, step)
        return True


def branches_of(node: Node) -> tuple[str, Node, Node] | None:
    """The condition and the branches of a node that is an ``Fn::If``, in the short or the long form."""
    arguments: Node | None = None
    if function_name(node.tag) == "Fn::If":
        arguments = node
    elif isinstance(node, Mapping) and len(node.members) == 1:
        arguments = node.get("Fn::If")
    if not isinstance(arguments, Sequence) or len(arguments.items) != 3:
        return None
    condition, then, otherwise = arguments.items
    if not isinstance(condition, Scalar) or not isinstance(condition.value, str):
        return None
    return condition.value, then, otherwise


def _leads_on(node: Node, step: str | int) -> bool:
    found = branches_of(node)
    if found is not None:
        return _leads_on(found[1], step) or _leads_on(found[2], step)
    if isinstance(node, Mapping):
        return isinstance(step, str) and node.member(step) is not None
    return isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items)


def _location(template: Template, node: Node, path: LongPath) -> Location:
    line, column = template.position(max(node.end, node.start))
    return Location(node.line, node.column, line, column, path)
