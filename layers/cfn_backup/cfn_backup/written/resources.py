"""The resource types by name, custom and native, and reading either into the same classes.

The author's tools read through here. A function of the provider reads its own class, so that its start does not load
the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Sym, each_known
from cfn_backup.written.declarations import TEXT, TEXT_MAP, Kind, ResourceProperties
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.reader import Reader, Resolve, read
from cfn_backup.written.region_settings import BackupRegionSettings
from cfn_backup.written.selection import BackupSelection, Selection
from cfn_backup.written.service_properties import without_service_properties
from cfn_backup.written.vault import BackupVault

TYPES: tuple[type[ResourceProperties], ...] = (BackupPlan, BackupVault, BackupSelection, BackupRegionSettings)
"""Every resource type of the provider: a new one is registered here."""

CUSTOM: Mapping[str, type[ResourceProperties]] = {cls.resource_type: cls for cls in TYPES}
NATIVE: Mapping[str, type[ResourceProperties]] = {cls.native_type: cls for cls in TYPES if cls.native_type}


def read_resource(
    resource_type: str, properties: object, findings: Findings, *, resolve: Resolve
) -> Sym[ResourceProperties] | None:
    """The properties of a resource of a template; None if they cannot be read at all.

    Raises KeyError for a type that is neither custom nor a native one with the same meaning.
    """
    if resource_type in NATIVE:
        return _read_native(NATIVE[resource_type], properties, findings, resolve)
    given = without_service_properties(properties) if isinstance(properties, Mapping) else properties
    return read(CUSTOM[resource_type], given, findings, resolve=resolve)


def _read_native(
    cls: type[ResourceProperties], properties: object, findings: Findings, resolve: Resolve
) -> Sym[ResourceProperties] | None:
    if not isinstance(properties, Mapping):
        return None
    reader = Reader(findings, resolve, native=True)
    if cls is BackupPlan:
        return _read_native_plan(reader, properties)
    if cls is BackupSelection:
        return _read_native_selection(reader, properties)
    return replace(reader.read_part(cls, properties, Path()), native=True)


def _read_native_plan(reader: Reader, properties: Mapping[str, Any]) -> Sym[ResourceProperties] | None:
    """The members stand below ``BackupPlan``, the tags beside it."""
    tags = _member(reader, properties, "BackupPlanTags", TEXT_MAP)
    plan = _member(reader, properties, "BackupPlan", Kind("object", cls=BackupPlan))
    complete: Sym[ResourceProperties] | None = each_known(
        plan, lambda one: replace(one, backup_plan_tags=tags, native=True)
    )
    return complete


def _read_native_selection(reader: Reader, properties: Mapping[str, Any]) -> Sym[ResourceProperties] | None:
    """The members stand below ``BackupSelection``, the id of the plan beside it."""
    plan_id = _member(reader, properties, "BackupPlanId", TEXT)

    def complete(one: Selection) -> BackupSelection:
        members = {field.name: getattr(one, field.name) for field in fields(one)}
        return BackupSelection(**members, backup_plan_id=plan_id, native=True)

    selection = _member(reader, properties, "BackupSelection", Kind("object", cls=Selection))
    completed: Sym[ResourceProperties] | None = each_known(selection, complete)
    return completed


def _member(reader: Reader, properties: Mapping[str, Any], name: str, kind: Kind) -> Any:
    if name not in properties:
        return None
    return reader.read(kind, properties[name], Path((name,)))
