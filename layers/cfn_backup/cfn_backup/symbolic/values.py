"""What a property's value can be: plain, or still to be resolved by CloudFormation.

A deployment sees plain values only. The author's tools read templates, where any value can be an intrinsic
function; the same classes and the same expansion serve both, so a value that is not known yet travels
through them untouched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


@dataclass(frozen=True)
class Intrinsic:
    """An intrinsic function as it stands in the template, e.g. ``{"Ref": "Days"}``; opaque to the model."""

    node: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash(repr(self.node))


UNREADABLE = Intrinsic({})
"""Stands where a value was wrong or a required one is missing:
that has been reported, and no rule says more about it."""


@dataclass(frozen=True)
class Choice[T]:
    """An ``Fn::If`` where an object or a list is expected; an absent branch (``AWS::NoValue``) is None."""

    condition: str
    then: T | Choice[T] | Intrinsic | None
    otherwise: T | Choice[T] | Intrinsic | None


type Str = str | Intrinsic
type Int = int | Intrinsic
type Bool = bool | Intrinsic
type Sym[T] = T | Choice[T] | Intrinsic
"""A structure that may be chosen by a condition or not be known at all."""


@dataclass(frozen=True)
class Place:
    """Where a template is deployed. Each part is a pseudo parameter's Intrinsic when a tool reads the
    template offline."""

    partition: Str
    region: Str
    account_id: Str
    resource_types: Mapping[str, str] = field(default_factory=dict)
    """Offline: the types of the template's resources by logical id, which tell what a ``Ref`` gives."""


@dataclass(frozen=True)
class Prop:
    """What is known of one property beside its type; the
    JSON schema and the reference page are made from it."""

    description: str
    name: str | None = None
    """CloudFormation's name, where it is not the field's name in CamelCase."""
    required: bool = False
    default: str = ""
    """What holds when the property is absent, in words; empty: nothing."""
    update: str = "No interruption"
    allowed: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    spelling: str = "exact"
    """How a value of ``allowed`` may be written: ``exact``, ``any case``, or ``snake case`` (the CDK's
    Python spelling)."""
    code: str = ""
    """The rule that a value outside ``allowed``, ``pattern``, ``minimum`` or ``maximum`` breaks,
    which the reader then reports; without one, a check that sees more than this value decides."""


def prop(description: str, *, factory: Any = None, **facts: Any) -> Any:
    """A dataclass field for one property; absent is None, or what ``factory`` makes (for ``extra``)."""
    metadata = {"prop": Prop(description, **facts)}
    if factory is not None:
        return field(default_factory=factory, metadata=metadata)
    return field(default=None, metadata=metadata)
