"""What IAM allows the functions and the roles that they make. Each condition refuses something."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.policies import deployed
from tests.policies.deployed import Deployed
from tests.policies.requests import CASES, Case

Json = dict[str, Any]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_request_is_allowed_or_refused(case: Case) -> None:
    assert case.answer() is case.allowed


Path = tuple[str | int, ...]


def _statements(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where the statements of a template are, those behind conditions too."""
    if isinstance(value, dict):
        if "Effect" in value and "Principal" not in value:
            yield path
        else:
            for key, member in value.items():
                yield from _statements(member, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _statements(item, (*path, number))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _mutants() -> Iterator[tuple[str, Callable[[Json], None]]]:
    template = deployed.written()
    for path in _statements(template["Resources"], ("Resources",)):
        statement = _at(template, path)
        name = f"{path[1]} {statement.get('Sid', path[-1])}"
        for operator, keys in statement.get("Condition", {}).items():
            for key in keys:
                yield f"{name}: without {operator} {key}", _without(path, operator, key)
        if statement["Resource"] != "*":
            yield f"{name}: on everything", _everywhere(path)
        if statement["Effect"] == "Deny":
            yield f"{name}: not denied", _allowing(path)
        elif path[-1] == 2 and path[-2] == "Fn::If":
            # as the second branch it stands for the absence of a choice; as the first it names a parameter
            yield f"{name}: whatever the parameter", _always(path)


def _without(path: Path, operator: str, key: str) -> Callable[[Json], None]:
    def mutate(template: Json) -> None:
        del _at(template, path)["Condition"][operator][key]

    return mutate


def _everywhere(path: Path) -> Callable[[Json], None]:
    def mutate(template: Json) -> None:
        _at(template, path)["Resource"] = "*"

    return mutate


def _allowing(path: Path) -> Callable[[Json], None]:
    def mutate(template: Json) -> None:
        _at(template, path)["Action"] = "nothing:AtAll"
        _at(template, path).pop("NotAction", None)

    return mutate


def _always(path: Path) -> Callable[[Json], None]:
    where = path[: path.index("Fn::If")]

    def mutate(template: Json) -> None:
        _at(template, where[:-1])[where[-1]] = _at(template, path)

    return mutate


MUTANTS = dict(_mutants())


def test_there_are_mutants_of_every_policy() -> None:
    policies = {name.split()[0] for name in MUTANTS}
    assert policies >= set(Deployed.of().of_type("AWS::IAM::ManagedPolicy"))
    assert len(MUTANTS) > 60


@pytest.mark.parametrize("name", MUTANTS)
def test_what_is_taken_away_is_noticed(name: str) -> None:
    # GIVEN the template without one condition, one resource, one refusal
    template = copy.deepcopy(deployed.written())
    MUTANTS[name](template)
    # THEN some request is answered otherwise
    assert any(case.answer(template) is not case.allowed for case in CASES)
