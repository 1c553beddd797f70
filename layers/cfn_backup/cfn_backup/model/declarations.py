"""What the classes of the model declare, as the reader, the JSON schema and the reference pages need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAliasType, Union, get_args, get_origin, get_type_hints

from cfn_backup.model.selection import Entry
from cfn_backup.model.values import Choice, Intrinsic, Prop, Sym


@dataclass(frozen=True)
class Scalar:
    """Text, a whole number or a boolean."""

    type: type[str] | type[int] | type[bool]


@dataclass(frozen=True)
class Object:
    """Another class of the model."""

    cls: type


@dataclass(frozen=True)
class ListOf:
    """A list."""

    item: Kind


@dataclass(frozen=True)
class TextMap:
    """A map with names that the author chooses and text as values, such as tags."""


@dataclass(frozen=True)
class Document:
    """A JSON document that is not looked into, such as a policy."""


@dataclass(frozen=True)
class ResourceEntry:
    """An entry of a selection's ``Resources``."""


@dataclass(frozen=True)
class Chosen:
    """A structure that ``Fn::If`` may choose: both branches are read."""

    kind: Kind


type Kind = Scalar | Object | ListOf | TextMap | Document | ResourceEntry | Chosen


@dataclass(frozen=True)
class Property:
    """One property of a class: the field's name, CloudFormation's name, and what is declared of it."""

    field: str
    name: str
    kind: Kind
    prop: Prop


def properties_of(cls: type) -> Mapping[str, Property]:
    """The properties that authors can write, by CloudFormation's name, in the order declared."""
    return _properties_of(cls)


@cache
def _properties_of(cls: type) -> Mapping[str, Property]:
    hints = get_type_hints(cls)
    found = {}
    for field in fields(cls):
        prop = field.metadata.get("prop")
        if prop is not None and field.name != "extra":
            name = prop.name or "".join(word.capitalize() for word in field.name.split("_"))
            found[name] = Property(field.name, name, _kind(hints[field.name]), prop)
    return found


def _kind(annotation: Any) -> Kind:
    if annotation is Entry:
        return ResourceEntry()
    if isinstance(annotation, TypeAliasType):
        return _kind(annotation.__value__)
    if get_origin(annotation) is not None:
        return _kind_of_generic(annotation)
    return Scalar(annotation) if annotation in (str, int, bool) else Object(annotation)


def _kind_of_generic(annotation: Any) -> Kind:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Sym:
        return Chosen(_kind(arguments[0]))
    if origin in (Union, UnionType):
        return _kind(_only_member(annotation))
    if origin is tuple:
        return ListOf(_kind(arguments[0]))
    return Document() if arguments[1] is Any else TextMap()


def _only_member(union: Any) -> Any:
    """What a union declares beside the absent and the unknown value."""
    [member] = [m for m in get_args(union) if m not in (NoneType, Intrinsic) and get_origin(m) is not Choice]
    return member
