"""What the classes of this room declare about their properties.

A property is defined once, by ``prop`` in its class. The reader, the JSON schema, the reference pages and the
messages are made from that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str, Sym

type Listed[T] = Sym[tuple[Sym[T] | None, ...]]
"""A list. An item that is absent (``AWS::NoValue``) is None, so that the others keep their indexes."""
type TextMap = Sym[Mapping[str, Str]]
"""A map of texts whose names the author chooses, such as tags."""
type Document = Sym[Mapping[str, Any]]
"""JSON whose members this project does not declare, such as a policy."""

type Form = Literal["text", "number", "boolean", "object", "list", "map", "document", "entry"]


@dataclass(frozen=True)
class Prop:
    """What is known of one property beside its type."""

    description: str
    name: str | None = None
    """CloudFormation's name, where it is not the field's name in CamelCase."""
    native: str | None = ""
    """The name in the native resource: empty for the same, None where the native resource has no such property."""
    required: bool = False
    default: str = ""
    """What holds when the property is absent, in words; empty: nothing."""
    update: str = "No interruption"
    allowed: tuple[str, ...] = ()
    pattern: str | None = None
    explained: str = ""
    """What ``pattern`` allows, in words; beside ``allowed``, what to do instead of another value."""
    minimum: int | None = None
    maximum: int | None = None
    spelling: Literal["exact", "any case", "snake case"] = "exact"
    """How a value of ``allowed`` may be written; ``snake case`` is the CDK's Python spelling."""
    code: str = ""
    """The rule that a value outside ``allowed``, ``pattern``, ``minimum`` or ``maximum`` breaks, which the reader
    then reports; without one, a rule that sees more than this value decides."""


def prop(description: str, *, factory: Any = None, **facts: Any) -> Any:
    """A dataclass field for one property; absent is None, or what ``factory`` makes (for ``extra``)."""
    metadata = {"prop": Prop(description, **facts)}
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    return field(default=None, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The base of everything that authors write as a map with known members."""

    service_shape: ClassVar[str] = ""
    """The shape of AWS Backup's API whose members are passed on under the same name; empty: none are."""

    free_json: ClassVar[bool] = False
    """Whether CloudFormation takes any JSON here. Then a member that is not declared makes the whole unreadable, and it
    is passed on as it was written."""

    at: Path = field(default=Path(), compare=False, repr=False)
    """Where it was written, from the resource's properties on."""
    unfinished: bool = field(default=False, compare=False, repr=False)
    """Whether a macro or a loop (``Fn::Transform``, ``Fn::ForEach``) will bring more members, or a name is misspelt, so
    that nothing can be said of those that are absent."""


@dataclass(frozen=True, kw_only=True)
class ResourceProperties(Part):
    """The base of the properties of a resource type."""

    resource_type: ClassVar[str]
    """The custom type."""
    native_type: ClassVar[str] = ""
    """The native type that has the same meaning; empty if there is none."""
    ref: ClassVar[str]
    """What ``Ref`` returns, in words."""
    attributes: ClassVar[Mapping[str, str]]
    """What ``Fn::GetAtt`` returns: names, with what they are in words."""

    native: bool = field(default=False, compare=False)
    """Whether it was written as the native type, where presets and defaults of ours do not hold."""


@dataclass(frozen=True)
class Kind:
    """What kind of value a property has."""

    form: Form
    """``map`` is one of text with names that the author chooses, such as tags; ``document`` is JSON that is not
    looked into, such as a policy; ``entry`` is one of a selection's ``Resources``."""
    cls: type[Part] = Part
    """Of an object: the class of this room."""
    item: Kind | None = None
    """Of a list: what it holds."""


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


def properties_of(cls: type[Part]) -> Mapping[str, Property]:
    """The properties that authors can write, by CloudFormation's name, in the order declared."""
    hashable: Any = cls
    found: Mapping[str, Property] = _properties_of(hashable)
    return found


@cache
def _properties_of(cls: Any) -> Mapping[str, Property]:
    hints = get_type_hints(cls)
    found = {}
    for declared in fields(cls):
        known = declared.metadata.get("prop")
        if known is not None and declared.name != "extra":
            name = known.name or "".join(word.capitalize() for word in declared.name.split("_"))
            found[name] = Property(declared.name, name, _kind(hints[declared.name]), known)
    return found


def native_properties_of(cls: type[Part]) -> Mapping[str, Property]:
    """The properties that the native resource has, by their names there."""
    return {p.prop.native or p.name: p for p in properties_of(cls).values() if p.prop.native is not None}


def _kind(annotation: Any) -> Kind:
    if isinstance(annotation, TypeAliasType):
        # known by its name: importing selections for it would cost a vault's cold start
        return Kind("entry") if annotation.__name__ == "Entry" else _kind_of_alias(annotation)
    if get_origin(annotation) is not None:
        return _kind_of_generic(annotation)
    return SCALARS.get(annotation) or Kind("object", cls=annotation)


def _kind_of_alias(alias: TypeAliasType) -> Kind:
    if alias is TextMap:
        return TEXT_MAP
    return Kind("document") if alias is Document else _kind(alias.__value__)


def _kind_of_generic(annotation: Any) -> Kind:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Sym:
        return _kind(arguments[0])
    if origin is Listed:
        return Kind("list", item=_kind(arguments[0]))
    if origin in (Union, UnionType):
        [member] = [one for one in arguments if one is not NoneType]
        return _kind(member)
    raise TypeError(annotation)
