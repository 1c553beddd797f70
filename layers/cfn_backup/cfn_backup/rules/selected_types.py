"""Which resource types a selection names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cfn_backup.desired.place import Place
from cfn_backup.rules.arns import partial_arn, resource_of
from cfn_backup.rules.returns import SELECTABLE
from cfn_backup.rules.selections import entries
from cfn_backup.rules.subjects import SelectionSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str
from cfn_backup.written.resource_types import (
    OF_RESOURCE,
    OF_SERVICE,
    resource_type_of_arn,
    resource_type_of_entry,
)
from cfn_backup.written.selection import Resource


@dataclass(frozen=True)
class SelectedType:
    """A resource type that a selection names, in AWS Backup's words, and where it does."""

    type: str
    at: Path


def selected_types(subject: SelectionSubject) -> Iterator[SelectedType]:
    """The resource types that a selection names; tags and ``*`` name none."""
    for at, entry in entries(subject.selection):
        if isinstance(entry, Resource):
            found = _type_of(entry, decided(entry.value), subject.place)
            if found:
                yield SelectedType(found, entry.at or at)


def _type_of(entry: Resource, value: Str | None, place: Place) -> str | None:
    if entry.kind != "Arn":
        return resource_type_of_entry(entry.kind)
    if isinstance(value, str):
        return resource_type_of_arn(value)
    reference = resource_of(value, place)
    if reference:
        returns = SELECTABLE.get(reference[1])
        return resource_type_of_entry(returns.entry) if returns and returns.entry else None
    arn = partial_arn(value)
    if arn is None or arn.service is None:
        return None
    for (service, beginning), resource_type in OF_RESOURCE.items():
        if arn.service == service and (arn.resource or "").startswith(beginning):
            return resource_type
    return OF_SERVICE.get(arn.service)
