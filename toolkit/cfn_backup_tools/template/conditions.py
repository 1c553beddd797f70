"""Which combinations of a template's conditions and parameter values there can be."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.symbolic import Condition, Is, is_function
from cfn_backup_tools.template.parameters import Parameters

MOST_COMBINATIONS = 20_000
"""Combinations of parameter values that are tried; beyond that every combination of conditions counts as possible."""

_OTHER = "\0another value"
"""Stands for every value that no condition names."""


@dataclass(frozen=True)
class _Expression:
    """A condition with its conditions written out, over the values of variables.

    ``variables`` are names of parameters and pseudo parameters, and the texts of comparisons that cannot be worked
    out, which are variables of their own.
    """

    node: Any
    variables: Mapping[str, frozenset[str]]
    """With the values that they are compared with."""


@dataclass
class Conditions:
    """The conditions of one template."""

    expressions: Mapping[str, Any]
    """The section ``Conditions``, in the long form."""
    parameters: Parameters
    _known: dict[frozenset[tuple[Condition, bool]], bool] = field(default_factory=dict, repr=False)

    def possible(self, choices: Mapping[Condition, bool]) -> bool:
        """Whether there are parameter values under which the conditions stand as given."""
        key = frozenset(choices.items())
        if key not in self._known:
            self._known[key] = self._is_possible(choices)
        return self._known[key]

    def _is_possible(self, choices: Mapping[Condition, bool]) -> bool:
        wanted = [(self._expression(condition), holds) for condition, holds in choices.items()]
        variables: dict[str, set[str]] = {}
        for expression, _ in wanted:
            for name, values in expression.variables.items():
                variables.setdefault(name, set()).update(values)
        domains = {name: self._domain(name, values) for name, values in variables.items()}
        size = 1
        for domain in domains.values():
            size *= len(domain)
        if size > MOST_COMBINATIONS:
            return True
        return any(
            all(_holds(expression.node, values) is holds for expression, holds in wanted)
            for values in _assignments(domains)
        )

    def _domain(self, name: str, compared: set[str]) -> tuple[str, ...]:
        if name.startswith("{"):
            return ("true", "false")
        values = self.parameters.values_of(name)
        if values.complete:
            return values.texts
        return tuple(dict.fromkeys([*values.texts, *sorted(compared), _OTHER]))

    def _expression(self, condition: Condition) -> _Expression:
        if isinstance(condition, Is):
            node: Any = {"Fn::Equals": [{"Ref": condition.name}, condition.value]}
        else:
            node = {"Condition": condition}
        written_out = self._written_out(node, ())
        variables: dict[str, set[str]] = {}
        for name, value in _compared(written_out):
            variables.setdefault(name, set()).update({value} if value is not None else ())
        return _Expression(written_out, {name: frozenset(values) for name, values in variables.items()})

    def _written_out(self, node: Any, above: tuple[str, ...]) -> Any:
        """The expression with every named condition replaced by its own expression."""
        if not is_function(node):
            return _opaque(node)
        ((function, argument),) = node.items()
        if function == "Condition":
            known = isinstance(argument, str) and argument in self.expressions and argument not in above
            if not known:
                return _opaque(node)
            return self._written_out(self.expressions[argument], (*above, argument))
        if function in ("Fn::And", "Fn::Or", "Fn::Not") and isinstance(argument, list):
            return {function: [self._written_out(part, above) for part in argument]}
        if function == "Fn::Equals" and isinstance(argument, list) and len(argument) == 2:
            return self._comparison(*argument)
        return _opaque(node)

    def _comparison(self, one: Any, other: Any) -> Any:
        if one == other:
            return True
        for name, value in ((_variable(one), other), (_variable(other), one)):
            if name is not None and not isinstance(value, dict | list):
                return (name, _text(value))
        if not isinstance(one, dict | list) and not isinstance(other, dict | list):
            return _text(one) == _text(other)
        return _opaque({"Fn::Equals": [one, other]})


def _variable(node: Any) -> str | None:
    name = node.get("Ref") if is_function(node) else None
    return name if isinstance(name, str) else None


def _opaque(node: Any) -> tuple[str, str]:
    """An expression of which nothing is known but that the same one gives the same."""
    return ("{" + json.dumps(node, sort_keys=True, default=str), "true")


def _compared(expression: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(expression, tuple):
        yield expression
    elif isinstance(expression, dict):
        for parts in expression.values():
            for part in parts:
                yield from _compared(part)


def _holds(expression: Any, values: Mapping[str, str]) -> bool:
    if isinstance(expression, bool):
        return expression
    if isinstance(expression, tuple):
        name, value = expression
        return bool(values[name] == value)
    ((function, parts),) = expression.items()
    found = [_holds(part, values) for part in parts]
    if function == "Fn::Not":
        return not found[0] if found else True
    return all(found) if function == "Fn::And" else any(found)


def _assignments(domains: Mapping[str, tuple[str, ...]]) -> Iterator[Mapping[str, str]]:
    for values in itertools.product(*domains.values()):
        yield dict(zip(domains, values, strict=True))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
