"""What can be known of a template's values without deploying it.

A parameter has the value that is given, or one of its ``AllowedValues``, or perhaps its default; a mapping has its
entries. What such values make of a function is a choice among them, or one plain value. Everything else stays the
function that it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cfn_backup.symbolic import NO_VALUE, Choice, Is, Unknown, is_function
from cfn_backup.symbolic.functions import sub_names, sub_parts, substitute, unescape
from cfn_backup_tools.template.conditions import Conditions
from cfn_backup_tools.template.parameters import Parameters
from cfn_backup_tools.template.template import Template

MOST_VALUES = 100
"""Combinations of parameter values that are tried for one function; of more, only the defaults are."""


class Resolver:
    """Resolves the values of one template. Raises UnknownParameter for a value that no parameter takes."""

    def __init__(self, template: Template, given: Mapping[str, str]) -> None:
        self._template = template
        self.parameters = Parameters(template.section("Parameters"), given)

    @cached_property
    def conditions(self) -> Conditions:
        """The conditions of the template, and which combinations of them there can be."""
        return Conditions(self._template.section("Conditions"), self.parameters)

    @cached_property
    def _settling(self) -> _Evaluation:
        return _Evaluation(self._template.section("Mappings"), self.parameters.known())

    def settle(self, node: Any) -> Any:
        """The node with every parameter replaced that has a given or default value, and worked out."""
        return self._settling.of(node)

    def condition(self, name: object) -> bool | None:
        """Whether a condition holds under the given and default values; None if that is not known."""
        expressions = self._template.section("Conditions")
        return self._settling.decide({"Condition": name}, expressions) if isinstance(name, str) else None

    def resolve(self, node: Mapping[str, Any]) -> Any:
        """Everything that a function can turn out to be: the same node if nothing is known, a plain value, or a
        Choice by the values of parameters. This is what ``written.reader`` asks for."""
        known, open_ones = self._values(node)
        combinations = 1
        for values in open_ones.values():
            combinations *= len(values)
        if combinations > MOST_VALUES:
            open_ones = {name: values[:1] for name, values in open_ones.items() if not _is_open(values)}
        return self._choice(node, known, list(open_ones.items()))

    def _choice(
        self, node: Mapping[str, Any], known: dict[str, Any], open_ones: list[tuple[str, list[Any]]]
    ) -> Any:
        if not open_ones:
            value = _Evaluation(self._template.section("Mappings"), known).of(node)
            if value == node:
                return node
            return Unknown(value) if is_function(value) else value
        (name, values), *rest = open_ones
        chosen: Any = None
        for value in reversed(values):
            if isinstance(value, _Open):
                chosen = _as_value(self._choice(node, known, rest))
            else:
                branch = _as_value(self._choice(node, {**known, name: value}, rest))
                chosen = Choice(Is(name, _text(value)), branch, chosen)
        return chosen

    def _values(self, node: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
        """The names that a function uses: those with one value, and those with several."""
        known: dict[str, Any] = {}
        open_ones: dict[str, list[Any]] = {}
        keys = dict(_keys_of_maps(node, self._template.section("Mappings")))
        for name in dict.fromkeys(_names(node)):
            values = self.parameters.values_of(name)
            if values.complete and len(values.known) == 1:
                known[name] = values.known[0]
            elif values.complete:
                open_ones[name] = list(values.known)
            elif name in keys:
                open_ones[name] = list(dict.fromkeys([*values.texts, *keys[name]]))
            elif values.known:
                open_ones[name] = [*values.known, _Open()]
        return known, open_ones


@dataclass(frozen=True)
class _Open:
    """Any other value, of which nothing is known."""


def _is_open(values: list[Any]) -> bool:
    return not values or isinstance(values[0], _Open)


def _as_value(found: Any) -> Any:
    return Unknown(found) if is_function(found) else found


def _names(node: Any) -> Iterator[str]:
    """The names of parameters and pseudo parameters that a node uses."""
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, Mapping):
        name = node.get("Ref") if is_function(node) else None
        if isinstance(name, str):
            yield name
        parts = sub_parts(node["Fn::Sub"]) if is_function(node) and "Fn::Sub" in node else None
        if parts is not None:
            yield from (one for one in sub_names(parts[0]) if one not in parts[1])
        for member in node.values():
            yield from _names(member)


def _keys_of_maps(node: Any, mappings: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The names that are keys of a mapping, with the keys that there are."""
    if isinstance(node, list):
        for item in node:
            yield from _keys_of_maps(item, mappings)
    elif isinstance(node, Mapping):
        argument = node.get("Fn::FindInMap") if is_function(node) else None
        if isinstance(argument, list) and len(argument) == 3 and isinstance(argument[0], str):
            yield from _keys_of_map(mappings.get(argument[0]), argument)
        for member in node.values():
            yield from _keys_of_maps(member, mappings)


def _keys_of_map(mapping: Any, argument: list[Any]) -> Iterator[tuple[str, list[str]]]:
    if not isinstance(mapping, Mapping):
        return
    top, second = (key.get("Ref") if is_function(key) else None for key in argument[1:])
    if isinstance(top, str):
        yield top, list(mapping)
    if isinstance(second, str):
        below = [mapping.get(argument[1])] if isinstance(argument[1], str) else list(mapping.values())
        yield (
            second,
            list(dict.fromkeys(itertools.chain.from_iterable(m for m in below if isinstance(m, Mapping)))),
        )


class _Evaluation:
    """Works functions out under certain values of names."""

    def __init__(self, mappings: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self._mappings = mappings
        self._values = values
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
        }

    def of(self, node: Any) -> Any:
        """The node with everything worked out that is known."""
        if isinstance(node, list):
            return [self.of(item) for item in node]
        if not isinstance(node, dict):
            return node
        if is_function(node):
            ((name, argument),) = node.items()
            function = self._functions.get(name)
            return function(argument) if function else {name: self.of(argument)}
        return {name: self.of(member) for name, member in node.items()}

    def decide(
        self, expression: Any, conditions: Mapping[str, Any], above: tuple[str, ...] = ()
    ) -> bool | None:
        """The truth of a condition function; None if it is not known."""
        if not is_function(expression):
            return None
        ((name, argument),) = expression.items()
        if name == "Condition":
            if not isinstance(argument, str) or argument in above or argument not in conditions:
                return None
            return self.decide(conditions[argument], conditions, (*above, argument))
        if not isinstance(argument, list):
            return None
        if name == "Fn::Equals":
            return _equal(*map(self.of, argument)) if len(argument) == 2 else None
        return _combined(name, [self.decide(part, conditions, above) for part in argument])

    def _ref(self, name: Any) -> Any:
        return self._values.get(name, {"Ref": name}) if isinstance(name, str) else {"Ref": name}

    def _find_in_map(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) < 3:
            return {"Fn::FindInMap": argument}
        keys = [self.of(key) for key in argument[:3]]
        found: Any = self._mappings
        for key in keys:
            if isinstance(key, dict | list) or not isinstance(found, dict) or _text(key) not in found:
                return {"Fn::FindInMap": [*keys, *argument[3:]]}
            found = found[_text(key)]
        return found

    def _sub(self, argument: Any) -> Any:
        parts = sub_parts(argument)
        if parts is None:
            return {"Fn::Sub": argument}
        text, variables = parts
        values = {name: self.of(value) for name, value in variables.items()}

        def replace(name: str) -> str:
            value = values[name] if name in values else self._values.get(name)
            return "${" + name + "}" if value is None or isinstance(value, dict | list) else _text(value)

        replaced = substitute(text, replace)
        left = set(sub_names(replaced))
        if not left:
            return unescape(replaced)
        kept = {name: value for name, value in values.items() if name in left}
        return {"Fn::Sub": [replaced, kept] if kept else replaced}

    def _join(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return {"Fn::Join": argument}
        separator, items = argument[0], self.of(argument[1])
        present = [item for item in items if item != NO_VALUE] if isinstance(items, list) else items
        if not isinstance(present, list) or any(isinstance(item, dict | list) for item in present):
            return {"Fn::Join": [separator, items]}
        return str(separator).join(map(_text, present))

    def _select(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return {"Fn::Select": argument}
        index, items = (self.of(part) for part in argument)
        known = isinstance(items, list) and not isinstance(index, dict | list) and str(index).isdigit()
        if known and int(index) < len(items):
            return items[int(index)]
        return {"Fn::Select": [index, items]}

    def _split(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return {"Fn::Split": argument}
        separator, text = argument[0], self.of(argument[1])
        if isinstance(text, str) and isinstance(separator, str) and separator:
            return text.split(separator)
        return {"Fn::Split": [separator, text]}


def _equal(one: Any, other: Any) -> bool | None:
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return True if one == other else None
    return _text(one) == _text(other)


def _combined(name: str, parts: list[bool | None]) -> bool | None:
    """The truth of a condition function, as far as that of its parts tells."""
    if name == "Fn::Not" and len(parts) == 1:
        return None if parts[0] is None else not parts[0]
    decisive = {"Fn::And": False, "Fn::Or": True}.get(name)
    if decisive is None or decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _text(value: Any) -> str:
    """A scalar as CloudFormation writes it; a list with commas."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
