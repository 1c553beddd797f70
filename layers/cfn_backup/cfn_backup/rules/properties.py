"""From the properties of a custom resource to what was written, checked by every rule that needs no AWS."""

# ruff: noqa: PLC0415 - each function of the provider imports what its own resource needs: every cold start counts
from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from cfn_backup.desired.place import Place
from cfn_backup.rules.driver import look
from cfn_backup.written.findings import Findings
from cfn_backup.written.reader import read
from cfn_backup.written.service_properties import without_service_properties

if TYPE_CHECKING:
    from cfn_backup.written.plan import BackupPlan
    from cfn_backup.written.region_settings import BackupRegionSettings
    from cfn_backup.written.selection import BackupSelection
    from cfn_backup.written.vault import BackupVault

OF_VAULTS = ("access_policies", "keys", "locks", "notifications", "required", "tags", "vaults")
OF_SELECTIONS = ("cold_storage", "required", "roles", "selected", "selections", "tag_conditions")
OF_PLANS = (
    "continuous", "lifecycles", "occurrences", "plans", "retention", "schedules", "suppression", "targets", "windows",
)  # fmt: skip
"""The modules with the rules about each resource: a new one is added here."""


def load(*modules: str) -> None:
    """Registers the rules of these modules."""
    for name in modules:
        import_module(f"cfn_backup.rules.{name}")


def read_plan(properties: object, place: Place, findings: Findings) -> BackupPlan | None:
    """The plan that was written; everything that is wrong is in ``findings``."""
    from cfn_backup.rules.walk import subjects_of_plan
    from cfn_backup.written.plan import BackupPlan

    load(*OF_PLANS, *OF_SELECTIONS, *OF_VAULTS)
    plan = read(BackupPlan, _authors(properties), findings)
    if plan is not None:
        look(subjects_of_plan(plan, place), findings)
    return plan


def read_vault(properties: object, place: Place, findings: Findings) -> BackupVault | None:
    """The vault that was written; everything that is wrong is in ``findings``."""
    from cfn_backup.rules.walk import subjects_of_vault
    from cfn_backup.written.vault import BackupVault

    load(*OF_VAULTS)
    vault = read(BackupVault, _authors(properties), findings)
    if vault is not None:
        look(subjects_of_vault(vault, place), findings)
    return vault


def read_selection(properties: object, place: Place, findings: Findings) -> BackupSelection | None:
    """The selection that was written; everything that is wrong is in ``findings``."""
    from cfn_backup.rules.walk import subjects_of_selection
    from cfn_backup.written.selection import BackupSelection

    load(*OF_SELECTIONS)
    selection = read(BackupSelection, _authors(properties), findings)
    if selection is not None:
        look(subjects_of_selection(selection, place), findings)
    return selection


def read_region_settings(properties: object, findings: Findings) -> BackupRegionSettings | None:
    """The settings that were written; everything that is wrong is in ``findings``."""
    from cfn_backup.rules.driver import Subject
    from cfn_backup.rules.region_settings import RegionSettingsSubject
    from cfn_backup.written.region_settings import BackupRegionSettings

    settings = read(BackupRegionSettings, _authors(properties), findings)
    if settings is not None:
        look([Subject(RegionSettingsSubject(settings))], findings)
    return settings


def _authors(properties: object) -> object:
    return without_service_properties(properties) if isinstance(properties, Mapping) else properties
