"""What the classes of the model declare, as the reader, the JSON schema and the reference pages need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

from cfn_backup.symbolic.values import Choice, Intrinsic, Prop, Sym

type Form = Literal["text", "number", "boolean", "object", "list", "map", "document", "entry"]


@dataclass(frozen=True)
class Kind:
    """What kind of value a property has."""

    form: Form
    """``map`` is one of text with names that the author chooses, such as tags; ``document`` is JSON
    that is not looked into, such as a policy; ``entry`` is one of a selection's ``Resources``."""
    cls: type = object
    """Of an object: the class of the model."""
    item: Kind | None = None
    """Of a list: what it holds."""
    choosable: bool = False
    """Whether ``Fn::If`` may choose it: then both branches are read."""


TEXT = Kind("text")
TEXT_MAP = Kind("map")
SCALARS: Mapping[type, Kind] = {str: TEXT, int: Kind("number"), bool: Kind("boolean")}


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
    if isinstance(annotation, TypeAliasType):
        # known by its name: importing selections for it would cost a vault's cold start
        return Kind("entry") if annotation.__name__ == "Entry" else _kind(annotation.__value__)
    if get_origin(annotation) is not None:
        return _kind_of_generic(annotation)
    return SCALARS.get(annotation) or Kind("object", cls=annotation)


def _kind_of_generic(annotation: Any) -> Kind:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Sym:
        return replace(_kind(arguments[0]), choosable=True)
    if origin in (Union, UnionType):
        return _kind(_only_member(annotation))
    if origin is tuple:
        return Kind("list", item=_kind(arguments[0]))
    return Kind("document") if arguments[1] is Any else TEXT_MAP


def _only_member(union: Any) -> Any:
    """What a union declares beside the absent and the unknown value."""
    [member] = [m for m in get_args(union) if m not in (NoneType, Intrinsic) and get_origin(m) is not Choice]
    return member
