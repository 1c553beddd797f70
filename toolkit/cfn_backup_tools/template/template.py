"""A template file: its text, its nodes, and its content in the long form."""

from __future__ import annotations

import bisect
import pathlib
import re
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from cfn_backup_tools.template.document import Mapping, Node, Path, Unreadable, locate, locate_key, long_form
from cfn_backup_tools.template.json_document import read_json

type Format = Literal["yaml", "json"]

CUSTOM_PREFIX = "Custom::Backup"
OF_PROVIDER = (
    "Custom::BackupPlan",
    "Custom::BackupVault",
    "Custom::BackupSelection",
    "Custom::BackupRegionSettings",
)
GENERIC = "AWS::CloudFormation::CustomResource"
"""The type that any custom resource can have: then its ServiceToken tells whose it is."""

_EXPORT = re.compile(r".*-(BackupPlan|BackupVault|BackupSelection|BackupRegionSettings)")
_PARAMETER = re.compile(r"(?:.*/)?(BackupPlan|BackupVault|BackupSelection|BackupRegionSettings)(?::\d+)?")
_RESOLVE = re.compile(r"\{\{resolve:ssm:(.+)\}\}")


@dataclass(frozen=True)
class Template:
    """What a template file holds. ``content`` is plain and in the long form; it is never changed."""

    name: str
    """The file's name as the author gave it, for messages."""
    text: str
    format: Format
    root: Mapping

    @cached_property
    def content(self) -> dict[str, Any]:
        content = long_form(self.root)
        assert isinstance(content, dict)  # noqa: S101 - the root is a mapping
        return content

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources by logical id; what is none (``Fn::ForEach``, a half-written entry) is left out.

        One of the generic type has that of ours which its ServiceToken tells, if it does.
        """
        return {
            logical_id: {**resource, "Type": self._type(resource)}
            for logical_id, resource in self.content["Resources"].items()
            if isinstance(resource, dict) and isinstance(resource.get("Type"), str)
        }

    def _type(self, resource: MappingABC[str, Any]) -> str:
        written = str(resource["Type"])
        properties = resource.get("Properties")
        if not isinstance(properties, dict):
            return written
        if written != GENERIC and not (written.startswith("Custom::") and written not in OF_PROVIDER):
            return written
        name = self.served_by(properties.get("ServiceToken"))
        return f"Custom::{name}" if name else written

    def served_by(self, token: Any) -> str | None:
        """Which of the provider's functions a ServiceToken names: by its export or its SSM parameter."""
        if isinstance(token, str):
            looked_up = _RESOLVE.fullmatch(token)
            return _name(_PARAMETER, looked_up[1]) if looked_up else None
        if not isinstance(token, dict) or len(token) != 1:
            return None
        ((function, argument),) = token.items()
        if function == "Fn::ImportValue":
            return _name(_EXPORT, _text_of(argument))
        if function == "Fn::Sub":
            return self.served_by(_text_of(token))
        parameter = self.section("Parameters").get(argument) if function == "Ref" else None
        if isinstance(parameter, dict) and str(parameter.get("Type", "")).startswith("AWS::SSM::"):
            return _name(_PARAMETER, parameter.get("Default"))
        return None

    def section(self, name: str) -> MappingABC[str, Any]:
        """``Parameters``, ``Mappings`` …; empty if it is absent."""
        section = self.content.get(name)
        return section if isinstance(section, dict) else {}

    def node(self, path: Path) -> Node:
        """The value's node, or the nearest above it."""
        return locate(self.root, path)

    def key_node(self, path: Path) -> Node:
        """The key's node, or the nearest above it."""
        return locate_key(self.root, path)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(index + 1 for index, character in enumerate(self.text) if character == "\n")]

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of a character, counted from 1."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, path: Path) -> int:
        """The line on which what is at the path begins, by its key if it has one."""
        return self.key_node(path).line


def _text_of(value: Any) -> Any:
    """The text of a function that makes one, variables and all; anything else as it is."""
    if isinstance(value, dict) and "Fn::Sub" in value:
        value = value["Fn::Sub"]
        return value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict) and "Fn::Join" in value:
        parts = value["Fn::Join"]
        pieces = parts[1] if isinstance(parts, list) and len(parts) == 2 else None
        # of which only the end matters
        return str(parts[0]).join(map(str, pieces)) if isinstance(pieces, list) else None
    return value


def _name(form: re.Pattern[str], text: Any) -> str | None:
    matched = form.fullmatch(text) if isinstance(text, str) else None
    return matched[1] if matched else None


def load(name: str) -> Template:
    """Reads a template file. Raises Unreadable when it cannot be read or is no template."""
    file = pathlib.Path(name)
    try:
        # newlines stay as they are: what is not replaced is written back to the character
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("the file is not UTF-8 text") from error
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    return parse(name, text)


def parse(name: str, text: str) -> Template:
    """A template from its text. Raises Unreadable when it is none."""
    root, language = _read(name, text)
    if not isinstance(root, Mapping):
        raise Unreadable("this is no CloudFormation template: it is not a map")
    resources = root.get("Resources")
    if resources is None:
        raise Unreadable("this is no CloudFormation template: it has no Resources")
    if not isinstance(resources, Mapping):
        raise Unreadable(f"line {resources.line}: Resources has to be a map of logical ids to resources")
    return Template(name, text, language, root)


def _read(name: str, text: str) -> tuple[Node, Format]:
    if not text.lstrip().startswith("{"):
        return _read_yaml(text), "yaml"
    try:
        return read_json(text), "json"
    except Unreadable:
        if name.endswith(".json"):
            raise
    # YAML may begin with a brace, too
    return _read_yaml(text), "yaml"


def _read_yaml(text: str) -> Node:
    # imported here, since a JSON template does not need it
    from cfn_backup_tools.template.yaml_document import read_yaml  # noqa: PLC0415

    return read_yaml(text)
