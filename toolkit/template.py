"""A template file: its text, its nodes, and its content in the long form."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from toolkit.document import Mapping, Node, Path, Unreadable, locate, locate_key, long_form
from toolkit.json_document import read_json

type Format = Literal["yaml", "json"]

CUSTOM_PREFIX = "Custom::Backup"


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
        """The resources by logical id; what is none (``Fn::ForEach``, a half-written entry) is left out."""
        return {
            logical_id: resource
            for logical_id, resource in self.content["Resources"].items()
            if isinstance(resource, dict) and isinstance(resource.get("Type"), str)
        }

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

    def line(self, path: Path) -> int:
        """The line on which what is at the path begins, by its key if it has one."""
        return self.key_node(path).line


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
    from toolkit.yaml_document import read_yaml  # noqa: PLC0415

    return read_yaml(text)
