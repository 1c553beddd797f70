"""What the parameters of a template can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.symbolic import is_function


class UnknownParameter(Exception):
    """Raised when a value is given for a parameter that the template does not have."""


@dataclass(frozen=True)
class Values:
    """The values that a parameter is known to have, or can have."""

    known: tuple[Any, ...]
    """Texts, numbers, or lists of texts."""
    complete: bool
    """Whether there are no others: the value was given, or ``AllowedValues`` lists them."""
    default: Any = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as CloudFormation compares them; a list as one text with commas."""
        return tuple(",".join(v) if isinstance(v, list) else _text(v) for v in self.known)


NOTHING_KNOWN = Values((), complete=False)


class Parameters:
    """The parameters of one template, with the values that were given for some of them.

    Raises UnknownParameter for a given value that no parameter takes.
    """

    def __init__(self, declared: Mapping[str, Any], given: Mapping[str, str]) -> None:
        for name in given:
            if name not in declared:
                raise UnknownParameter(name)
        self._declared = declared
        self._given = given

    def is_given(self, name: str) -> bool:
        """Whether a value was given on the command line or in a file."""
        return name in self._given

    def is_declared(self, name: str) -> bool:
        """Whether the template has a parameter of this name."""
        return name in self._declared

    def values_of(self, name: str) -> Values:
        """What a parameter can be. Nothing is known of pseudo parameters, and of values that are looked up in SSM."""
        declared = self._declared.get(name)
        if not isinstance(declared, dict):
            return NOTHING_KNOWN
        kind = str(declared.get("Type", "String"))
        if name in self._given:
            return Values((_typed(kind, self._given[name]),), complete=True)
        default = declared.get("Default")
        if kind.startswith("AWS::SSM::") or is_function(default):
            return NOTHING_KNOWN
        allowed = declared.get("AllowedValues")
        if isinstance(allowed, list) and allowed and not _is_list(kind):
            typed = tuple(dict.fromkeys(_text(value) for value in allowed))
            return Values(typed, complete=True, default=None if default is None else _text(default))
        if default is None:
            return NOTHING_KNOWN
        return Values((_typed(kind, default),), complete=False, default=_typed(kind, default))

    def known(self) -> dict[str, Any]:
        """The parameters with a given or default value, with that value."""
        values = {name: self.values_of(name) for name in self._declared}
        return {
            name: found.known[0] if self.is_given(name) else found.default
            for name, found in values.items()
            if self.is_given(name) or found.default is not None
        }


def _typed(kind: str, value: Any) -> Any:
    if _is_list(kind):
        return [part.strip() for part in str(value).split(",")] if value != "" else []
    return value if isinstance(value, str | int | float) else str(value)


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
