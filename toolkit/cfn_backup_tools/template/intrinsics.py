"""Intrinsic functions in the long form: what is one, and the texts of ``Fn::Sub``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

NO_VALUE = {"Ref": "AWS::NoValue"}

_VARIABLE = re.compile(r"\$\{(?P<escaped>!)?(?P<name>[^{}$]*)\}")


def is_intrinsic(value: Any) -> bool:
    """Whether the value is one function call."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (name,) = value
    return name in ("Ref", "Condition") or (isinstance(name, str) and name.startswith("Fn::"))


def attribute_of(argument: Any) -> tuple[str, str] | None:
    """The logical id and attribute of an ``Fn::GetAtt``'s argument; None if they are not plain."""
    if isinstance(argument, str):
        logical_id, _, attribute = argument.partition(".")
        return logical_id, attribute
    if isinstance(argument, list) and argument and all(isinstance(part, str) for part in argument):
        return argument[0], ".".join(argument[1:])
    return None


def sub_parts(argument: Any) -> tuple[str, dict[str, Any]] | None:
    """The text and the variables of an ``Fn::Sub``'s argument; None if it is no proper one."""
    if isinstance(argument, str):
        return argument, {}
    if isinstance(argument, list) and len(argument) == 2:
        text, variables = argument
        if isinstance(text, str) and isinstance(variables, dict):
            return text, variables
    return None


def substitute(text: str, replace: Callable[[str], str]) -> str:
    """The text of an ``Fn::Sub`` with each variable as ``replace`` has it; ``${!Literal}`` stays."""

    def replaced(match: re.Match[str]) -> str:
        return match.group() if match["escaped"] else replace(match["name"].strip())

    return _VARIABLE.sub(replaced, text)


def sub_names(text: str) -> list[str]:
    """The names that the text of an ``Fn::Sub`` uses, in order."""
    return [match["name"].strip() for match in _VARIABLE.finditer(text) if not match["escaped"]]


def unescape(text: str) -> str:
    """A text of ``Fn::Sub`` without variables, as CloudFormation hands it on: ``${!X}`` becomes ``${X}``."""
    return _VARIABLE.sub(lambda m: "${" + m["name"] + "}" if m["escaped"] else m.group(), text)


def escape(text: str) -> str:
    """Plain text as it has to stand in an ``Fn::Sub``."""
    return _VARIABLE.sub(lambda m: m.group() if m["escaped"] else "${!" + m["name"] + "}", text)
