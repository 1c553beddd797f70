"""Reads JSON into nodes, with the place of each; the standard library's reader does not keep places."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from json.decoder import JSONDecodeError
from typing import Any

from cfn_backup_tools.template.document import Mapping, Member, Node, Scalar, Sequence, Unreadable

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=True)
_LITERAL = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def read_json(text: str) -> Node:
    """The document as nodes. Raises Unreadable with the line."""
    try:
        return _Reader(text).document()
    except JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise Unreadable("the file is nested too deeply") from error


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> Node:
        node, end = self._value(self._skip(0))
        if self._skip(end) != len(self._text):
            raise JSONDecodeError("more text after the end of the template", self._text, self._skip(end))
        return node

    def _skip(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position

    def _place(self, start: int) -> dict[str, Any]:
        line = bisect_right(self._lines, start)
        return {"start": start, "line": line, "column": start - self._lines[line - 1] + 1}

    def _value(self, start: int) -> tuple[Node, int]:
        character = self._text[start : start + 1]
        if character == "{":
            return self._mapping(start)
        if character == "[":
            return self._sequence(start)
        if character == '"':
            return self._string(start)
        match = _LITERAL.match(self._text, start)
        if not match:
            raise JSONDecodeError("a value is expected here", self._text, start)
        return Scalar(**self._place(start), end=match.end(), value=json.loads(match.group())), match.end()

    def _string(self, start: int) -> tuple[Scalar, int]:
        if self._text[start : start + 1] != '"':
            raise JSONDecodeError("a name in double quotes is expected here", self._text, start)
        value, end = _DECODER.raw_decode(self._text, start)
        return Scalar(**self._place(start), end=end, value=value), end

    def _mapping(self, start: int) -> tuple[Mapping, int]:
        members: list[Member] = []
        position = self._skip(start + 1)
        while self._text[position : position + 1] != "}":
            if members:
                position = self._skip(self._expect(",", position))
            key, position = self._string(position)
            value, position = self._value(self._skip(self._expect(":", self._skip(position))))
            members.append(Member(key=key, value=value))
            position = self._skip(position)
        return Mapping(**self._place(start), end=position + 1, members=members), position + 1

    def _sequence(self, start: int) -> tuple[Sequence, int]:
        items: list[Node] = []
        position = self._skip(start + 1)
        while self._text[position : position + 1] != "]":
            if items:
                position = self._skip(self._expect(",", position))
            item, position = self._value(position)
            items.append(item)
            position = self._skip(position)
        return Sequence(**self._place(start), end=position + 1, items=items), position + 1

    def _expect(self, character: str, position: int) -> int:
        if self._text[position : position + 1] != character:
            raise JSONDecodeError(f"{character!r} is expected here", self._text, position)
        return position + 1
