"""From the parts that authors write to documents as AWS takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from cfn_backup.symbolic.asking import known
from cfn_backup.symbolic.values import Choice, Sym, Unknown, each
from cfn_backup.written.declarations import Part


def document(value: Any) -> Any:
    """A value as a document: the members of parts by CloudFormation's names, absent ones left out."""
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, Choice):
        return each(value, document)
    if isinstance(value, tuple | list):
        return [document(item) for item in value if item is not None]
    if isinstance(value, Mapping):
        return {name: document(member) for name, member in value.items()}
    if isinstance(value, Part):
        return {**_members(value), **document(getattr(value, "extra", {}))}
    return value


def _members(part: Part) -> dict[str, Any]:
    declared = ((field, field.metadata.get("prop")) for field in fields(part) if field.name != "extra")
    return {
        known.name or "".join(word.capitalize() for word in field.name.split("_")): document(value)
        for field, known in declared
        if known is not None and (value := getattr(part, field.name)) is not None
    }


def known_map[T](values: Sym[Mapping[str, Sym[T]]]) -> dict[str, T]:
    """The map with every value known, as it always is during a deployment."""
    return {name: known(value) for name, value in known(values).items()}
