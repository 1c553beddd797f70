"""The structures that AWS Backup's API takes, from a small copy of botocore's service model.

``service_model.json`` holds the requests that the custom resources write and everything below them, without
documentation. ``python -m distribution.service_model`` makes it from the pinned botocore, and a test compares
the two. So neither the command line nor a rule needs botocore, which takes longer to import than everything
else here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")

type Definitions = Mapping[str, Mapping[str, Any]]
"""Shapes by name: a ``type``, and ``members``, ``member``, ``value`` (names of shapes) or ``enum``."""


@dataclass(frozen=True)
class Shape:
    """One type of the API."""

    model: ServiceModel
    name: str

    @property
    def type_name(self) -> str:
        """The service model's name for the type: ``structure``, ``list``, ``map``, ``string``, ``long`` …"""
        return str(self._definition["type"])

    @property
    def members(self) -> Mapping[str, Shape]:
        """The members of a structure by name; none of any other type."""
        members: Mapping[str, str] = self._definition.get("members", {})
        return {name: Shape(self.model, shape) for name, shape in members.items()}

    @property
    def member(self) -> Shape:
        """What a list is made of."""
        return Shape(self.model, self._definition["member"])

    @property
    def value(self) -> Shape:
        """What the values of a map are."""
        return Shape(self.model, self._definition["value"])

    @property
    def enum(self) -> tuple[str, ...]:
        """The strings that are allowed; none if any is."""
        return tuple(self._definition.get("enum", ()))

    @property
    def _definition(self) -> Mapping[str, Any]:
        return self.model.definitions[self.name]


@dataclass(frozen=True)
class ServiceModel:
    """The shapes of a service by name."""

    definitions: Definitions

    def shape_for(self, name: str) -> Shape:
        """The shape of this name; raises KeyError if there is none."""
        if name not in self.definitions:
            raise KeyError(name)
        return Shape(self, name)


@cache
def service_model() -> ServiceModel:
    """The copy, read on the first call: only a member or an event that no class declares needs it."""
    import json  # noqa: PLC0415 - few templates need it, and every command would wait for it

    return ServiceModel(json.loads(FILE.read_bytes()))
