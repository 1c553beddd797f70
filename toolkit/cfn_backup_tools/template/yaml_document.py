"""Reads YAML into nodes. Scalars mean what they mean to CloudFormation:
YAML 1.1, but dates and ids stay text."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from cfn_backup_tools.template.document import Mapping, Member, Node, Scalar, Sequence, Unreadable

# The parser's time grows with the square of the depth, and nobody writes a hundred brackets in a row.
_TOO_DEEP = re.compile(r"(?:[\[{]\s*){100}")
MOST_NODES = 1_000_000
"""Values that a file may have with every alias written out: twice what fits into CloudFormation's 1 MB."""

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_NULL = frozenset({"", "~", "null"})
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?[1-9][0-9]*[eE][-+]?[0-9]+")


def plain_scalar(text: str) -> bool | int | float | str | None:
    """What an unquoted scalar means. A number with leading
    zeros is an id that somebody forgot to quote: text."""
    lowered = text.lower()
    if lowered in _NULL:
        return None
    if lowered in _TRUE or lowered in _FALSE:
        return lowered in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def read_yaml(text: str) -> Node:
    """The document as nodes. Raises Unreadable with the line."""
    if _TOO_DEEP.search(text):
        raise Unreadable("the file is nested too deeply")
    try:
        composed = YAML(typ="safe").compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise Unreadable(f"{where}{error.problem or error.context or 'this is no YAML'}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(" ".join(str(error).split()) or "this is no YAML") from error
    if composed is None:
        raise Unreadable("the file is empty")
    try:
        return _Reader().node(composed)
    except RecursionError as error:
        raise Unreadable("the file is nested too deeply, or an alias contains itself") from error


class _Reader:
    """Turns composed nodes into ours; an alias is the same node twice."""

    def __init__(self) -> None:
        self._known: dict[int, Node] = {}
        self._sizes: dict[int, int] = {}
        """How many values each node is with every alias in it written out."""

    def node(self, composed: Any) -> Node:
        found = self._known.get(id(composed))
        if found is None:
            found = self._known[id(composed)] = self._read(composed)
            self._measure(found)
        return found

    def _measure(self, node: Node) -> None:
        inside: list[Node] = []
        if isinstance(node, Sequence):
            inside = node.items
        elif isinstance(node, Mapping):
            inside = [member.value for member in node.members]
        size = self._sizes[id(node)] = 1 + sum(self._sizes[id(part)] for part in inside)
        if size > MOST_NODES:
            raise Unreadable(
                f"line {node.line}: with its aliases written out this is more than {MOST_NODES:,} values"
            )

    def _read(self, composed: Any) -> Node:
        if isinstance(composed, ScalarNode):
            return self._scalar(composed)
        facts = self._facts(composed)
        if isinstance(composed, SequenceNode):
            items = [self.node(item) for item in composed.value]
            return Sequence(**facts | {"end": self._end(composed, facts["start"], items)}, items=items)
        if isinstance(composed, MappingNode):
            members = [Member(key=self._name(key), value=self.node(value)) for key, value in composed.value]
            merge = [_is_merge_key(key) for key, _ in composed.value]
            ends = [part for member in members for part in (member.key, member.value)]
            return Mapping(
                **facts | {"end": self._end(composed, facts["start"], ends)}, members=_merged(members, merge)
            )
        raise Unreadable(f"line {facts['line']}: this is no value of a template")

    def _name(self, key: Any) -> Scalar:
        name = self.node(key)
        if not isinstance(name, Scalar):
            raise Unreadable(f"line {name.line}: a key has to be text")
        return name

    @staticmethod
    def _facts(composed: Any) -> dict[str, Any]:
        start, tag = composed.start_mark, str(composed.tag)
        return {
            "start": start.index,
            "end": composed.end_mark.index,
            "line": start.line + 1,
            "column": start.column + 1,
            "tag": tag if tag.startswith("!") else "",
            "flow": composed.flow_style is not False if not isinstance(composed, ScalarNode) else True,
            "anchor": composed.anchor,
        }

    @staticmethod
    def _end(composed: Any, start: int, parts: list[Node]) -> int:
        # a block's end mark is where the next token begins, behind comments that belong to what follows
        if composed.flow_style is not False:
            return int(composed.end_mark.index)
        return max((part.end for part in parts if part.end > start), default=start)

    def _scalar(self, composed: Any) -> Scalar:
        facts = self._facts(composed)
        quoted = composed.style is not None
        # a tag makes a scalar text: !Ref 123 names something
        value = composed.value if quoted or facts["tag"] else plain_scalar(composed.value)
        return Scalar(**facts | {"flow": composed.style not in ("|", ">")}, value=value)


def _is_merge_key(key: Any) -> bool:
    return isinstance(key, ScalarNode) and key.value == "<<" and key.style is None


def _merged(members: list[Member], merge: list[bool]) -> list[Member]:
    """Members of merge keys (``<<``) in front: what stands in the map itself wins."""
    merged: dict[Any, Member] = {}
    own: list[Member] = []
    for member, is_merge in zip(members, merge, strict=True):
        if not is_merge:
            own.append(member)
            continue
        sources = member.value.items if isinstance(member.value, Sequence) else [member.value]
        for source in reversed(sources):
            if isinstance(source, Mapping):
                merged.update({member.key.value: member for member in source.members})
    names = {member.key.value for member in own}
    return [member for name, member in merged.items() if name not in names] + own
