"""From the properties of a custom resource to a checked model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cfn_backup.symbolic.values import Place
from cfn_backup.written.problems import Findings
from cfn_backup.written.reader import has_hidden_properties, read

if TYPE_CHECKING:
    from cfn_backup.rules.plans import Rules
    from cfn_backup.written.plan import BackupPlan
    from cfn_backup.written.selection import BackupSelection
    from cfn_backup.written.vault import BackupVault

# ruff: noqa: PLC0415 - each function of the provider imports what its own resource needs: every cold start
# counts

OF_CLOUDFORMATION = ("ServiceToken", "ServiceTimeout")
"""Properties that CloudFormation itself reads; they say nothing about backups."""

type RulesOf = Callable[[BackupPlan], Rules]
"""The rules that a plan ends up with: its preset's, then its own,
each with its own preset's values filled in."""


def read_plan(
    properties: object,
    place: Place,
    findings: Findings,
    *,
    symbolic: bool = False,
    rules_of: RulesOf | None = None,
) -> BackupPlan | None:
    """The plan that was written; every problem is in ``findings``.

    ``rules_of`` (``cfn_backup.desired.plan.rules_of``) gives the rules with presets filled in, so that they
    are checked as they end up; without it a preset's values are taken as not known.
    """
    from cfn_backup.rules.plans import check_plan, written_rules
    from cfn_backup.written.plan import BackupPlan

    plan = read(BackupPlan, _authors(properties), findings, symbolic=symbolic)
    if plan is not None and not _is_unfinished(properties, symbolic):
        check_plan(plan, rules_of(plan) if rules_of else written_rules(plan), place, findings)
    return plan


def read_vault(
    properties: object, place: Place, findings: Findings, *, symbolic: bool = False
) -> BackupVault | None:
    """The vault that was written; every problem is in ``findings``."""
    from cfn_backup.rules.vaults import check_vault
    from cfn_backup.written.vault import BackupVault

    vault = read(BackupVault, _authors(properties), findings, symbolic=symbolic)
    if vault is not None and not _is_unfinished(properties, symbolic):
        check_vault(vault, place, findings)
    return vault


def read_selection(
    properties: object, place: Place, findings: Findings, *, symbolic: bool = False
) -> BackupSelection | None:
    """The selection that was written; every problem is in ``findings``."""
    from cfn_backup.rules.selections import check_selection
    from cfn_backup.written.selection import BackupSelection

    selection = read(BackupSelection, _authors(properties), findings, symbolic=symbolic)
    if selection is not None and not _is_unfinished(properties, symbolic):
        check_selection(selection, place, findings)
    return selection


def _is_unfinished(properties: object, symbolic: bool) -> bool:
    """Whether a macro will bring more properties: until then nothing can be said of them together."""
    return symbolic and isinstance(properties, Mapping) and has_hidden_properties(properties)


def _authors(properties: object) -> object:
    return without_service_properties(properties) if isinstance(properties, Mapping) else properties


def without_service_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are the author's."""
    return {name: value for name, value in properties.items() if name not in OF_CLOUDFORMATION}
