"""Values that the service would refuse, carried over as they stand.

A native resource with the same value would be refused in the same way, so
they are the author's business and no reason not to write the rest. The model
sees an unknown in their place, and the native resources get what was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cfn_backup.written.problems import Findings, Problem
from cfn_backup_tools.eject.deciding import DECIDING
from cfn_backup_tools.template.document import Path
from cfn_backup_tools.validate.findings import Finding, steps

_STAND_IN = "cfn-backup:carried:"


class Refused(Exception):
    """Raised when properties are such that nobody can say which native resources they mean."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


type Read = Callable[[Mapping[str, Any], Findings], object]


OWN_RULES = frozenset({"E9227", "E9316"})
"""Errors about properties of ours, beside those about the
shape of the properties (``E90…``): which of two is meant?"""


GONE = frozenset({"ServiceToken", "EmptyOnDelete"})
"""Properties that no native resource has, so that it does not matter whether they are right."""


FREE = "Conditions"
"""Of a selection: free JSON to CloudFormation, so that the AWS CDK writes the members of its typed structures
in small letters (``stringEquals``), and only the service refuses them."""


def may_be_carried(found: Finding) -> bool:
    """Whether an error is about a value that a native resource can have just as well,
    to be refused by the service."""
    if is_gone(found.problem) or _is_in_free_json(found.problem):
        return True
    return not found.problem.code.startswith("E90") and found.problem.code not in OWN_RULES


def is_gone(problem: Problem) -> bool:
    """Whether an error is about something that no native resource has."""
    path = steps(problem.path)
    return bool(path) and path[-1] in GONE


def carry(properties: dict[str, Any], read: Read) -> tuple[dict[str, Any], dict[str, Any]]:
    """Properties that read without a problem, and what their stand-ins stand for. Raises Refused."""
    carried: dict[str, Any] = {}
    while True:
        findings = Findings()
        read(properties, findings)
        refused = tuple(problem for problem in findings.errors if not _is_a_value(problem))
        if refused:
            raise Refused(refused)
        before = len(carried)
        for problem in findings.errors:
            properties = _with_stand_in(properties, _carried_at(problem), carried)
        if len(carried) == before:
            if findings.errors:
                raise Refused(findings.errors)
            return properties, carried


def carried_back(value: Any, carried: Mapping[str, Any]) -> Any:
    """The value with what the stand-ins stand for."""
    if isinstance(value, list):
        return [carried_back(item, carried) for item in value]
    if not isinstance(value, dict):
        return value
    name = value.get("Ref") if len(value) == 1 else None
    if isinstance(name, str) and name in carried:
        return carried[name]
    return {member: carried_back(item, carried) for member, item in value.items()}


def _is_a_value(problem: Problem) -> bool:
    """Whether a value is out of what is allowed, rather than the shape of the properties wrong."""
    if _is_in_free_json(problem):
        return True
    path = steps(problem.path)
    return not problem.code.startswith("E90") and bool(path) and path[-1] not in DECIDING


def _is_in_free_json(problem: Problem) -> bool:
    return problem.code == "E9001" and FREE in steps(problem.path)[:-1]


def _carried_at(problem: Problem) -> Path:
    """Where the stand-in is put: free JSON is carried as a whole."""
    path = steps(problem.path)
    return path[: path.index(FREE) + 1] if _is_in_free_json(problem) else path


def _with_stand_in(value: Any, path: Path, carried: dict[str, Any]) -> Any:
    """A copy in which the value at the path is replaced; in
    every branch of ``Fn::If`` on the way that has it."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("Fn::If"), list):
        condition, *branches = value["Fn::If"]
        return {"Fn::If": [condition, *(_with_stand_in(branch, path, carried) for branch in branches)]}
    if not path:
        if isinstance(value, dict) and str(value.get("Ref", "")).startswith(_STAND_IN):
            return value
        name = f"{_STAND_IN}{len(carried)}"
        carried[name] = value
        return {"Ref": name}
    step, *rest = path
    if isinstance(value, dict) and step in value:
        return {**value, step: _with_stand_in(value[step], tuple(rest), carried)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [
            _with_stand_in(item, tuple(rest), carried) if index == step else item
            for index, item in enumerate(value)
        ]
    return value
