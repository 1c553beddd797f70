"""The resources of a stack as a template has them, and their properties as CloudFormation sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

_NO_VALUE = object()


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    logical_id: str
    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    depends_on: tuple[str, ...] = ()


def in_order(resources: Iterable[Resource]) -> list[Resource]:
    """Each resource behind those it refers to, otherwise as written."""
    by_id = {resource.logical_id: resource for resource in resources}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for resource in by_id.values():
        needed = {*_references(resource.properties), *resource.depends_on} & by_id.keys()
        sorter.add(resource.logical_id, *needed)
    return [by_id[logical_id] for logical_id in sorter.static_order()]


def resolve(value: Any, ref: Callable[[str], Any], get_att: Callable[[str, str], str]) -> Any:
    """A property with its functions carried out and every scalar as the string that CloudFormation makes of
    it.
    """
    resolved = _resolve(value, ref, get_att)
    return {} if resolved is _NO_VALUE else resolved


def _resolve(value: Any, ref: Callable[[str], Any], get_att: Callable[[str, str], str]) -> Any:  # noqa: PLR0911
    match value:
        case {"Ref": "AWS::NoValue"}:
            return _NO_VALUE
        case {"Ref": str(name), **rest} if not rest:
            return ref(name)
        case {"Fn::GetAtt": [str(name), str(attribute)], **rest} if not rest:
            return get_att(name, attribute)
        case {"Fn::GetAtt": str(dotted), **rest} if not rest:
            name, _, attribute = dotted.partition(".")
            return get_att(name, attribute)
        case {"Fn::Join": [str(separator), list(items)], **rest} if not rest:
            return separator.join(_resolve(item, ref, get_att) for item in items)
        case dict():
            members = {key: _resolve(item, ref, get_att) for key, item in value.items()}
            return {key: item for key, item in members.items() if item is not _NO_VALUE}
        case list():
            return [
                item for item in (_resolve(item, ref, get_att) for item in value) if item is not _NO_VALUE
            ]
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _references(value: Any) -> Iterable[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(dotted)}:
            yield dotted.partition(".")[0]
        case dict():
            for item in value.values():
                yield from _references(item)
        case list():
            for item in value:
                yield from _references(item)
