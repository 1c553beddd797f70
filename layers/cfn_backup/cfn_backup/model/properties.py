"""From the properties of a custom resource to a checked model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cfn_backup.model.alternatives import alternatives
from cfn_backup.model.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.model.plans import Rules, check_plan
from cfn_backup.model.problems import Findings
from cfn_backup.model.reader import read
from cfn_backup.model.selection import BackupSelection
from cfn_backup.model.selections import check_selection
from cfn_backup.model.values import Choice, Intrinsic, Place, Sym
from cfn_backup.model.vault import BackupVault
from cfn_backup.model.vaults import check_vault

OF_CLOUDFORMATION = ("ServiceToken", "ServiceTimeout")
"""Properties that CloudFormation itself reads; they say nothing about backups."""

type RulesOf = Callable[[BackupPlan], Rules]
"""The rules that a plan ends up with: its preset's, then its own, each with its own preset's values filled
in."""


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
    plan = read(BackupPlan, without_service_properties(properties), findings, symbolic=symbolic)
    if plan is not None:
        check_plan(plan, rules_of(plan) if rules_of else written_rules(plan), place, findings)
    return plan


def read_vault(
    properties: object, place: Place, findings: Findings, *, symbolic: bool = False
) -> BackupVault | None:
    """The vault that was written; every problem is in ``findings``."""
    vault = read(BackupVault, without_service_properties(properties), findings, symbolic=symbolic)
    if vault is not None:
        check_vault(vault, place, findings)
    return vault


def read_selection(
    properties: object, place: Place, findings: Findings, *, symbolic: bool = False
) -> BackupSelection | None:
    """The selection that was written; every problem is in ``findings``."""
    selection = read(BackupSelection, without_service_properties(properties), findings, symbolic=symbolic)
    if selection is not None:
        check_selection(selection, place, findings)
    return selection


def without_service_properties(properties: object) -> object:
    """The properties that are the author's."""
    if not isinstance(properties, Mapping):
        return properties
    return {name: value for name, value in properties.items() if name not in OF_CLOUDFORMATION}


def written_rules(plan: BackupPlan) -> Rules:
    """The plan's own rules, where what a preset gives and the rule does not override is not known."""

    def open_list(rules: tuple[Sym[Rule], ...]) -> tuple[Sym[Rule], ...]:
        return tuple(_mapped(rule, _open_rule) for rule in rules)

    return None if plan.backup_plan_rules is None else _mapped(plan.backup_plan_rules, open_list)


def _open_rule(rule: Rule) -> Rule:
    if rule.preset is None:
        return rule
    unknown = Intrinsic({})
    lifecycle = next(alternatives(rule.lifecycle), None) or Lifecycle()
    return replace(
        rule,
        rule_name=rule.rule_name or unknown,
        lifecycle=replace(lifecycle, delete_after_days=lifecycle.delete_after_days or unknown),
    )


def _mapped[T](value: Sym[T], change: Callable[[T], T]) -> Sym[T]:
    if isinstance(value, Choice):
        then, otherwise = (None if b is None else _mapped(b, change) for b in (value.then, value.otherwise))
        return Choice(value.condition, then, otherwise)
    return value if isinstance(value, Intrinsic) else change(value)
