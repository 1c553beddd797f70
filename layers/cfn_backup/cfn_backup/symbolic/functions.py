"""Intrinsic functions in the long form: what they refer to, and the texts that they make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.symbolic.values import Unknown, is_function

_VARIABLE = re.compile(r"\$\{(?P<escaped>!)?(?P<name>[^{}$]*)\}")


@dataclass(frozen=True)
class Reference:
    """A ``Ref`` (the attribute is empty then) or an ``Fn::GetAtt``, with plain names."""

    logical_id: str
    attribute: str = ""

    @property
    def node(self) -> dict[str, Any]:
        """The function in the long form."""
        if not self.attribute:
            return {"Ref": self.logical_id}
        return {"Fn::GetAtt": [self.logical_id, self.attribute]}

    def __str__(self) -> str:
        return f"{self.logical_id}.{self.attribute}" if self.attribute else self.logical_id


def reference_of(value: object) -> Reference | None:
    """What an unknown value, or a node of a template, refers to; None if it is no plain reference."""
    node = value.node if isinstance(value, Unknown) else value
    if not is_function(node) or not isinstance(node, Mapping):
        return None
    name = node.get("Ref")
    if isinstance(name, str):
        return Reference(name)
    found = attribute_of(node["Fn::GetAtt"]) if "Fn::GetAtt" in node else None
    return Reference(*found) if found else None


def attribute_of(argument: object) -> tuple[str, str] | None:
    """The logical id and the attribute that the argument of ``Fn::GetAtt`` names; None if they are not plain."""
    if isinstance(argument, str):
        logical_id, _, attribute = argument.partition(".")
        return logical_id, attribute
    if isinstance(argument, list) and argument and all(isinstance(part, str) for part in argument):
        return argument[0], ".".join(argument[1:])
    return None


def sub_parts(argument: object) -> tuple[str, dict[str, Any]] | None:
    """The text and the variables that the argument of ``Fn::Sub`` has; None if it is not well-formed."""
    if isinstance(argument, str):
        return argument, {}
    if isinstance(argument, list) and len(argument) == 2:
        text, variables = argument
        if isinstance(text, str) and isinstance(variables, dict):
            return text, variables
    return None


def pieces_of(value: Unknown) -> tuple[str | Unknown, ...] | None:
    """The parts of a text that ``Fn::Sub`` or ``Fn::Join`` makes, in order; None for any other function.

    ``arn:${AWS::Partition}:s3:::logs`` has the pieces ``arn:``, ``Ref AWS::Partition`` and ``:s3:::logs``.
    """
    node = value.node
    if not is_function(node):
        return None
    if "Fn::Sub" in node:
        parts = sub_parts(node["Fn::Sub"])
        return None if parts is None else tuple(_merged(_pieces_of_sub(*parts)))
    if "Fn::Join" in node:
        argument = node["Fn::Join"]
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
            return tuple(_merged(_pieces_of_join(str(argument[0]), argument[1])))
    return None


def _pieces_of_sub(text: str, variables: Mapping[str, Any]) -> Iterator[str | Unknown]:
    position = 0
    for match in _VARIABLE.finditer(text):
        yield text[position : match.start()]
        position = match.end()
        name = match["name"].strip()
        if match["escaped"]:
            yield "${" + match["name"] + "}"
        elif name in variables:
            yield from _piece(variables[name])
        else:
            yield Unknown(Reference(*name.split(".", 1)).node)
    yield text[position:]


def _pieces_of_join(delimiter: str, parts: list[Any]) -> Iterator[str | Unknown]:
    for index, part in enumerate(parts):
        if index:
            yield delimiter
        yield from _piece(part)


def _piece(node: Any) -> Iterator[str | Unknown]:
    if not isinstance(node, Mapping):
        yield str(node)
        return
    unknown = Unknown(node)
    inner = pieces_of(unknown)
    if inner is None:
        yield unknown
    else:
        yield from inner


def _merged(pieces: Iterator[str | Unknown]) -> Iterator[str | Unknown]:
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


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
