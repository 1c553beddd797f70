"""A finding of the model, with the place in the file where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cfn_backup.written.problems import Problem, Severity
from cfn_backup_tools.template.document import Mapping, Node, Path, Sequence, function_name
from cfn_backup_tools.template.template import Template

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True)
class Finding:
    """A problem of one resource of one template. Sorted as an author reads: by file and line."""

    file: str
    line: int
    column: int
    logical_id: str
    problem: Problem
    path: Path
    """Where in the template, in the long form, as far as it exists."""

    @property
    def is_error(self) -> bool:
        return self.problem.severity is Severity.ERROR

    def __str__(self) -> str:
        where = ".".join(part for part in (self.logical_id, self.problem.path) if part)
        severity = self.problem.severity.value
        return f"{self.file}:{self.line}: {severity}: {where}: {self.problem.message} [{self.problem.code}]"


def finding(template: Template, logical_id: str, problem: Problem, inside: Path | None = None) -> Finding:
    """The finding for a problem whose path begins at the resource's properties, or at ``inside``."""
    begin: Path = ("Resources", logical_id, "Properties") if inside is None else inside
    path = (*begin, *follow(template.node(begin), steps(problem.path)))
    node = template.key_node(path)
    return Finding(template.name, node.line, node.column, logical_id, problem, path)


def owner_of(path: Path) -> tuple[str, str]:
    """The logical id, or the section's entry, that a path of the template is in, and the rest in words."""
    owner = str(path[1]) if path[0] == "Resources" and len(path) > 1 else ".".join(map(str, path[:2]))
    inside = ""
    for step in path[2:]:
        if isinstance(step, int):
            inside += f"[{step}]"
        else:
            inside += f".{step}" if inside else step
    return owner, inside.removeprefix("Properties.")


def steps(path: str) -> Path:
    """``BackupPlanRules[0].Lifecycle`` as the steps that it takes."""
    return tuple(
        int(match.group(1)) if match.group(1) is not None else match.group(2)
        for match in _STEP.finditer(path)
    )


def follow(node: Node, path: Path) -> Path:
    """The path as far as it exists below the node; where ``Fn::If`` chooses, into the branch in which it
    goes further."""
    branches = _branches(node)
    if branches:
        tails = [(("Fn::If", index), follow(branch, path)) for index, branch in branches]
        head, tail = max(tails, key=lambda found: sum(step != "Fn::If" for step in found[1]))
        return (*head, *tail)
    if not path:
        return ()
    child = _child(node, path[0])
    return (path[0], *follow(child, path[1:])) if child else ()


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, Sequence) and isinstance(step, int):
        return node.items[step] if step < len(node.items) else None
    return node.get(step) if isinstance(node, Mapping) and isinstance(step, str) else None


def _branches(node: Node) -> list[tuple[int, Node]]:
    arguments: Node | None = None
    if function_name(node.tag) == "Fn::If":
        arguments = node
    elif isinstance(node, Mapping) and len(node.members) == 1:
        arguments = node.get("Fn::If")
    if not isinstance(arguments, Sequence) or len(arguments.items) != 3:
        return []
    return list(enumerate(arguments.items))[1:]
