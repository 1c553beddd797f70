"""The other resources of a template, as the rules across resources see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cfn_backup.desired.place import Place
from cfn_backup.rules.arns import resource_of
from cfn_backup.symbolic.functions import pieces_of, reference_of
from cfn_backup.symbolic.values import Str, Unknown
from cfn_backup.written.declarations import ResourceProperties


@dataclass(frozen=True)
class Neighbour:
    """A resource of the template."""

    logical_id: str
    type: str
    condition: str | None
    """The condition under which it is there."""
    deletion_policy: str | None
    properties: Mapping[str, Any] = field(repr=False)
    """As values: plain, unknown or chosen."""

    @property
    def is_retained(self) -> bool:
        """Whether the resource stays when its stack goes."""
        return self.deletion_policy in ("Retain", "RetainExceptOnCreate")


@dataclass(frozen=True)
class OwnResource:
    """A backup resource of the template, custom or native, with what was read of it."""

    logical_id: str
    type: str
    condition: str | None
    deletion_policy: str | None
    properties: ResourceProperties


class Template(Protocol):
    """What the rules across resources ask about a template."""

    @property
    def place(self) -> Place: ...

    @property
    def own(self) -> tuple[OwnResource, ...]:
        """The backup resources."""

    def get(self, logical_id: str) -> Neighbour | None:
        """The resource of this logical id."""

    def of_type(self, *types: str) -> Iterator[Neighbour]:
        """The resources of these types."""

    def is_output(self, logical_id: str) -> bool:
        """Whether the template's outputs, or resources that are no backup resources, refer to a resource."""


def referred(value: Str | None, place: Place) -> str | None:
    """The logical id of the resource that a value is, or that it has in it: ``arn:…:volume/${Data}``."""
    found = resource_of(value, place)
    if found:
        return found[0].logical_id
    pieces = pieces_of(value) if isinstance(value, Unknown) else None
    for piece in reversed(pieces or ()):
        reference = reference_of(piece) if isinstance(piece, Unknown) else None
        if reference and reference.logical_id in place.resource_types:
            return reference.logical_id
    return None
