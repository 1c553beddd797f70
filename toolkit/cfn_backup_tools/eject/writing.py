"""Writes plain values as YAML or JSON text that fits into the surroundings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from cfn_backup.symbolic import is_function
from cfn_backup.symbolic.functions import attribute_of
from cfn_backup_tools.template.yaml_document import plain_scalar

_PLAIN = re.compile(r"[A-Za-z0-9_./$^(+][A-Za-z0-9_./ :@+*?()$^,=;<>~|%&'!-]*")
_DATE_OR_SEXAGESIMAL = re.compile(r"[-+0-9][-+0-9_.:TtZz ]*")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True)
class YamlStyle:
    """How the surrounding template is written."""

    short_forms: bool = True
    indent: int = 2

    def block(self, value: Any, column: int) -> str:
        """The value as it stands behind a key in this column: on the same line, or on lines of its own."""
        if isinstance(value, str) and _fits_a_literal_block(value):
            lead = "\n" + " " * (column + self.indent)
            lines = value.removesuffix("\n").split("\n")
            return (" |" if value.endswith("\n") else " |-") + "".join(
                lead + line if line else "\n" for line in lines
            )
        inline = self._inline_if_short(value)
        if inline is not None:
            return f" {inline}"
        if isinstance(value, list):
            return "".join(self._item(item, column + self.indent) for item in value)
        if self.short_forms and is_function(value):
            return self._tagged(value, column)
        return self._members(value, column + self.indent)

    def entry(self, name: str, value: Any, column: int) -> str:
        """A key and its value, beginning in this column (of which the white space is not written)."""
        return f"{scalar(name)}:{self.block(value, column)}"

    def _members(self, value: dict[str, Any], column: int) -> str:
        return "".join(
            f"\n{' ' * column}{self.entry(name, member, column)}" for name, member in value.items()
        )

    def _item(self, item: Any, column: int) -> str:
        lead = f"\n{' ' * column}- "
        inline = self._inline_if_short(item)
        if inline is not None:
            return lead + inline
        if isinstance(item, dict) and not (self.short_forms and is_function(item)):
            return lead + self._members(item, column + 2).lstrip("\n ")
        if isinstance(item, list):
            return lead + "".join(self._item(one, column + 2) for one in item).lstrip("\n ")
        return lead.rstrip() + self.block(item, column)

    def _tagged(self, value: dict[str, Any], column: int) -> str:
        ((name, argument),) = value.items()
        if is_function(argument):
            # two tags cannot stand in a row
            return f"\n{' ' * (column + self.indent)}{name}:{self.block(argument, column + self.indent)}"
        return f" {_tag(name)}{self.block(argument, column)}"

    def _inline_if_short(self, value: Any) -> str | None:
        """One line, for what reads best on one."""
        if not isinstance(value, dict | list):
            return scalar(value)
        if not value:
            return self.inline(value)
        if is_function(value) and self.short_forms:
            text = self.inline(value)
            return text if len(text) <= 100 or next(iter(value)) in ("Ref", "Fn::GetAtt") else None
        return None

    def inline(self, value: Any) -> str:
        """The value on one line."""
        if isinstance(value, list):
            return "[" + ", ".join(self.inline(item) for item in value) + "]"
        if not isinstance(value, dict):
            return scalar(value, flow=True)
        if self.short_forms and is_function(value):
            ((name, argument),) = value.items()
            if not is_function(argument):
                return f"{_tag(name)} {self._argument(name, argument)}"
        members = (f"{scalar(name, flow=True)}: {self.inline(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"

    def _argument(self, name: str, argument: Any) -> str:
        found = attribute_of(argument) if name == "Fn::GetAtt" else None
        return ".".join(found) if found and found[1] else self.inline(argument)


def _tag(name: str) -> str:
    return "!" + name.removeprefix("Fn::")


def _fits_a_literal_block(value: str) -> bool:
    """Whether the text has several lines, and begins and ends
    so that a block's indentation and end tell no lies."""
    body = value.removesuffix("\n")
    return "\n" in value and body == body.strip() != "" and not _UNPRINTABLE.search(value)


def scalar(value: Any, *, flow: bool = False) -> str:
    """A scalar; quoted where it would mean something else unquoted."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _is_plain(value, flow=flow):
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\x7f")


def _is_plain(value: str, *, flow: bool) -> bool:
    if not _PLAIN.fullmatch(value) or value.endswith((" ", ":")) or ": " in value or " #" in value:
        return False
    if flow and re.search(r"[,\[\]{}:]", value) and not re.fullmatch(r"AWS::[A-Za-z]+", value):
        return False
    if _DATE_OR_SEXAGESIMAL.fullmatch(value):
        return False
    return isinstance(plain_scalar(value), str) and value.lower() not in ("y", "n")


@dataclass(frozen=True)
class JsonStyle:
    """How the surrounding template is written; an indent of None is everything on one line."""

    indent: int | str | None = 1
    ascii_only: bool = False

    def inline(self, value: Any) -> str:
        """The value on one line."""
        return json.dumps(value, ensure_ascii=self.ascii_only)

    def entry(self, name: str, value: Any, lead: str) -> str:
        """A name and its value, whose further lines are led in by the white space of the first."""
        if self.indent is None:
            return f"{self.inline(name)}: {self.inline(value)}"
        text = json.dumps(value, ensure_ascii=self.ascii_only, indent=self.indent)
        return f"{self.inline(name)}: " + text.replace("\n", "\n" + lead)


def write_yaml(content: Any, style: YamlStyle) -> str:
    """A whole document."""
    return "".join(f"{style.entry(name, member, 0)}\n" for name, member in content.items())


def write_json(content: Any) -> str:
    """A whole document."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
