"""What can be known of a template's values without deploying it.

Parameters have their given or default value, mappings their entries; conditions are decided when all that
they depend on is known. Everything else stays the intrinsic function that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from cfn_backup_tools.template.intrinsics import (
    NO_VALUE,
    is_intrinsic,
    sub_names,
    sub_parts,
    substitute,
    unescape,
)
from cfn_backup_tools.template.template import Template


class UnknownParameter(Exception):
    """Raised when a value is given for a parameter that the template does not have."""


class Resolver:
    """Resolves the values of one template."""

    def __init__(self, template: Template, given: Mapping[str, str]) -> None:
        self._template = template
        self._given = given
        self._deciding: set[str] = set()
        self._undecided = 0
        """How many conditions of which nothing is known are above the value that is being resolved."""
        self._functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
        }
        declared = template.section("Parameters")
        for name in given:
            if name not in declared:
                raise UnknownParameter(name)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The parameters whose value is known."""
        known: dict[str, Any] = {}
        for name, parameter in self._template.section("Parameters").items():
            if not isinstance(parameter, dict):
                continue
            kind = str(parameter.get("Type", "String"))
            value = self._given.get(name, parameter.get("Default"))
            # the value of an SSM parameter is looked up when the stack is deployed
            if value is None or is_intrinsic(value) or kind.startswith("AWS::SSM::"):
                continue
            if kind == "CommaDelimitedList" or kind.startswith("List<"):
                known[name] = [part.strip() for part in str(value).split(",")] if value != "" else []
            else:
                known[name] = value if isinstance(value, str | int | float) else str(value)
        return known

    def resolve_under(self, condition: Any, value: Any) -> Any:
        """The value as it is where the condition holds, if that is not known."""
        if condition is None or self.condition(condition) is not None:
            return self.resolve(value)
        with self._below_undecided():
            return self.resolve(value)

    @contextmanager
    def _below_undecided(self) -> Iterator[None]:
        self._undecided += 1
        try:
            yield
        finally:
            self._undecided -= 1

    def resolve(self, value: Any) -> Any:
        """The value with everything filled in that is known."""
        if isinstance(value, list):
            # an absent item stays, so that paths go on counting as the author does
            return [self.resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if is_intrinsic(value):
            ((name, argument),) = value.items()
            function = self._functions.get(name)
            return function(argument) if function else {name: self.resolve(argument)}
        return {name: self.resolve(member) for name, member in value.items()}

    # --- conditions -------------------------------------------------------------------------------

    def condition(self, name: Any) -> bool | None:
        """Whether the condition holds; None if that is not known."""
        conditions = self._template.section("Conditions")
        if not isinstance(name, str) or name not in conditions or name in self._deciding:
            return None
        self._deciding.add(name)
        try:
            return self._decide(conditions[name])
        finally:
            self._deciding.discard(name)

    def _decide(self, expression: Any) -> bool | None:
        if not is_intrinsic(expression):
            return None
        ((name, argument),) = expression.items()
        if name == "Condition":
            return self.condition(argument)
        if not isinstance(argument, list):
            return None
        if name == "Fn::Equals":
            return self._equal(*map(self.resolve, argument)) if len(argument) == 2 else None
        return _combined(name, [self._decide(part) for part in argument])

    @staticmethod
    def _equal(one: Any, other: Any) -> bool | None:
        if isinstance(one, dict | list) or isinstance(other, dict | list):
            return True if one == other else None
        return _text(one) == _text(other)

    # --- functions --------------------------------------------------------------------------------

    def _parameter(self, name: str) -> Any:
        """The parameter's value; None if it is not known.

        Where a condition decides that is not known itself, an empty default is what the parameter has as long
        as the condition does not hold.
        """
        value = self.parameters.get(name)
        return None if value in ("", []) and self._undecided and name not in self._given else value

    def _ref(self, name: Any) -> Any:
        value = self._parameter(name) if isinstance(name, str) else None
        return {"Ref": name} if value is None else value

    def _if(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            return {"Fn::If": argument}
        condition, then, otherwise = argument
        holds = self.condition(condition)
        if holds is not None:
            return self.resolve(then if holds else otherwise)
        with self._below_undecided():
            branches = [self.resolve(branch) for branch in (then, otherwise)]
        return {"Fn::If": [condition, *branches]}

    def _find_in_map(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) < 3:
            return {"Fn::FindInMap": argument}
        keys = [self.resolve(key) for key in argument[:3]]
        found: Any = self._template.section("Mappings")
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
        values = {name: self.resolve(value) for name, value in variables.items()}

        def replace(name: str) -> str:
            value = values[name] if name in values else self._parameter(name)
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
        separator, items = argument[0], self.resolve(argument[1])
        present = [item for item in items if item != NO_VALUE] if isinstance(items, list) else items
        if not isinstance(present, list) or any(isinstance(item, dict | list) for item in present):
            return {"Fn::Join": [separator, items]}
        return str(separator).join(map(_text, present))

    def _select(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return {"Fn::Select": argument}
        index, items = (self.resolve(part) for part in argument)
        known = isinstance(items, list) and not isinstance(index, dict | list) and str(index).isdigit()
        if known and int(index) < len(items):
            return items[int(index)]
        return {"Fn::Select": [index, items]}

    def _split(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return {"Fn::Split": argument}
        separator, text = argument[0], self.resolve(argument[1])
        if isinstance(text, str) and isinstance(separator, str) and separator:
            return text.split(separator)
        return {"Fn::Split": [separator, text]}


def _combined(name: str, parts: list[bool | None]) -> bool | None:
    """The truth of a condition function, as far as that of its parts tells."""
    if name == "Fn::Not" and len(parts) == 1:
        return None if parts[0] is None else not parts[0]
    decisive = {"Fn::And": False, "Fn::Or": True}.get(name)
    if decisive is None or decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _text(value: Any) -> str:
    """A scalar as CloudFormation writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
