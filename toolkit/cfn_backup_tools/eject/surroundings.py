"""How a template is written, and the edits to its text that keep to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup_tools.eject.edits import Edit
from cfn_backup_tools.eject.writing import JsonStyle, YamlStyle
from cfn_backup_tools.template.document import Mapping as MappingNode
from cfn_backup_tools.template.document import Node, Scalar, Sequence, walk
from cfn_backup_tools.template.template import Format, Template

METADATA_NAME = "cfn-backup-provider"


@dataclass(frozen=True)
class Entry:
    """A member to write: a resource or a condition, with what is to be said of it."""

    name: str
    value: Any
    remarks: tuple[str, ...] = ()


class Surroundings:
    """Writes values into the text of one template, in its own language and style."""

    def __init__(self, template: Template, target: Format) -> None:
        self._template = template
        self._remarks_in_metadata = "json" in (template.format, target)
        self._yaml = YamlStyle(_uses_short_forms(template.root), _indent(template))
        self._json = _json_style(template.text)

    @property
    def yaml(self) -> YamlStyle:
        return self._yaml

    def inline(self, value: Any, node: Node) -> Edit:
        """Replaces a value. Comments inside it stand behind it afterwards."""
        text = self._json.inline(value) if self._template.format == "json" else self._yaml.inline(value)
        if isinstance(value, list) and value and self._has_dashes_of_its_own(node):
            # which may stand no deeper than the key, where nothing but a list of such lines may stand
            text = f"\n{' ' * (node.column - 1)}".join(f"- {self._yaml.inline(item)}" for item in value)
        if node.anchor:
            text = f"&{node.anchor} {text}"
        if not node.flow:
            text = " ".join([text, *_comments(self._template.text[node.start : node.end], node.start, node)])
        if self._template.text[node.end - 1] == "\n":
            # a block scalar's text includes the line break that ends it
            text += "\n"
        return Edit(node.start, node.end, text)

    def _has_dashes_of_its_own(self, node: Node) -> bool:
        """Whether a node is a block list that begins its line with a dash."""
        text = self._template.text
        before = text[text.rfind("\n", 0, node.start) + 1 : node.start]
        return isinstance(node, Sequence) and not node.flow and not node.anchor and not before.strip()

    def entries(self, parent: MappingNode, key: Scalar, value: Node, entries: list[Entry]) -> Edit:
        """Replaces one member of a map by others."""
        lead = self._lead(key)
        if parent.flow:
            text = f",{_gap(lead)}".join(self._flow_entry(entry, lead) for entry in entries)
            return Edit(key.start, value.end, text)
        comments = _comments(self._template.text[key.start : value.end], key.start, value)
        column = key.column - 1
        text = f"\n{lead}".join([*comments, *(self._block_entry(entry, column) for entry in entries)])
        end = value.end
        if self._template.text[end - 1] == "\n":
            text += "\n"
        return Edit(key.start, end, text)

    def appended(self, parent: MappingNode, entries: list[Entry]) -> Edit:
        """Adds members to the end of a map that has some."""
        last = parent.members[-1]
        lead = self._lead(last.key)
        if parent.flow:
            text = "".join(f",{_gap(lead)}{self._flow_entry(entry, lead)}" for entry in entries)
            return Edit(last.value.end, last.value.end, text)
        text = "".join(f"\n{lead}{self._block_entry(entry, last.key.column - 1)}" for entry in entries)
        return Edit(last.value.end, last.value.end, text)

    def section(self, before: Scalar, root: MappingNode, name: str, entries: list[Entry]) -> Edit:
        """Adds a section in front of another."""
        value = {entry.name: entry.value for entry in entries}
        lead = self._lead(before)
        if root.flow:
            return Edit(before.start, before.start, f"{self._json.entry(name, value, lead)},{_gap(lead)}")
        return Edit(before.start, before.start, f"{self._yaml.entry(name, value, before.column - 1)}\n{lead}")

    def _lead(self, key: Scalar) -> str:
        """The white space in front of a key that begins its line;
        a line break only counts as such in front of it."""
        text = self._template.text
        begin = text.rfind("\n", 0, key.start) + 1
        lead = text[begin : key.start]
        return (
            lead if not lead.strip() else (" " * (key.column - 1) if self._template.format == "yaml" else "")
        )

    def _flow_entry(self, entry: Entry, lead: str) -> str:
        return self._json.entry(entry.name, _with_metadata(entry), lead)

    def _block_entry(self, entry: Entry, column: int) -> str:
        value = _with_metadata(entry) if self._remarks_in_metadata else entry.value
        remarks = "" if self._remarks_in_metadata else _as_comments(entry.remarks, column)
        return remarks + self._yaml.entry(entry.name, value, column)


def _gap(lead: str) -> str:
    return f"\n{lead}" if lead else " "


def _as_comments(remarks: Iterable[str], column: int) -> str:
    return "".join(f"# cfn-backup eject: {remark}\n{' ' * column}" for remark in remarks)


def _with_metadata(entry: Entry) -> Any:
    if not entry.remarks or not isinstance(entry.value, dict):
        return entry.value
    metadata = {**entry.value.get("Metadata", {}), METADATA_NAME: {"Ejected": list(entry.remarks)}}
    return {**entry.value, "Metadata": metadata}


def _uses_short_forms(root: Node) -> bool:
    """Short forms, unless the template has functions and none of them is short."""
    long = any(
        member.key.value == "Ref" or str(member.key.value).startswith("Fn::")
        for node in walk(root)
        if isinstance(node, MappingNode)
        for member in node.members
    )
    return not long or any(node.tag for node in walk(root))


def _indent(template: Template) -> int:
    resources = template.root.get("Resources")
    if isinstance(resources, MappingNode) and resources.members and not resources.flow:
        return max(1, resources.column - 1) if template.root.column == 1 else 2
    return 2


def _json_style(text: str) -> JsonStyle:
    ascii_only = text.isascii()
    if "\n" not in text.strip():
        return JsonStyle(None, ascii_only)
    match = re.search(r"\n([ \t]+)", text)
    lead = match.group(1) if match else "  "
    return JsonStyle(lead, ascii_only)


def _comments(text: str, offset: int, value: Node) -> list[str]:
    """The comments inside a part of a YAML text, in order: what is no comment is blanked out first."""
    characters = list(text)
    for node in walk(value):
        if isinstance(node, Scalar) and node.start >= offset:
            for index in range(node.start - offset, min(node.end - offset, len(characters))):
                if characters[index] != "\n":
                    characters[index] = "x"
    found = (re.search(r"(?:^|\s)(#.*)$", line) for line in "".join(characters).splitlines())
    return [match.group(1) for match in found if match]


def uses_aliases(root: Node, changed: Iterable[Node]) -> bool:
    """Whether a YAML alias (or a merge key) makes the same part stand in two places, one of which is in
    what is changed: an edit there would change the other, or take the anchor away."""
    shared = _shared(root)
    return any(id(node) in shared for part in changed for node in walk(part))


def _shared(root: Node) -> set[int]:
    """The nodes that stand in several places."""
    seen: set[int] = set()
    shared: set[int] = set()
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            shared.add(id(node))
            continue
        seen.add(id(node))
        if isinstance(node, Sequence):
            pending += node.items
        elif isinstance(node, MappingNode):
            pending += [part for member in node.members for part in (member.key, member.value)]
    return shared


def resource_remarks(losses: Iterable[str], ids: Mapping[str, Any], first: str) -> dict[str, tuple[str, ...]]:
    """What is to be said at each resource: a loss begins with the logical id that it is about."""
    remarks: dict[str, list[str]] = {}
    for loss in losses:
        logical_id, _, words = loss.partition(": ")
        place = logical_id if logical_id in ids else first
        remarks.setdefault(place, []).append(words if place == logical_id else loss)
    return {logical_id: tuple(words) for logical_id, words in remarks.items()}
