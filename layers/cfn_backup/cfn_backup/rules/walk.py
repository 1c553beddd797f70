"""The subjects that a resource has: its parts, each with the choices under which it is there."""

# ruff: noqa: PLC0415 - each function of the provider imports what its own resource needs: every cold start counts
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cfn_backup.desired.place import Place
from cfn_backup.rules.driver import Choices, Possible, Subject, anything, every_item, every_value
from cfn_backup.rules.subjects import VaultSubject
from cfn_backup.symbolic.asking import TooManyWays, decided, every_way

if TYPE_CHECKING:
    from cfn_backup.desired.rules import PlannedRule
    from cfn_backup.rules.subjects import RuleSubject
    from cfn_backup.written.plan import BackupPlan
    from cfn_backup.written.selection import BackupSelection

MOST_WAYS = 64


def subjects_of_vault(
    vault: Any, place: Place, given: Choices | None = None, possible: Possible = anything
) -> Iterator[Subject]:
    """The vault itself."""
    for known, choices in every_value(vault, given or {}, possible):
        yield Subject(VaultSubject(known, place), choices)


def subjects_of_plan(
    plan: BackupPlan, place: Place, given: Choices | None = None, possible: Possible = anything
) -> Iterator[Subject]:
    """The plan, its rules with their lifecycles and copies, its default vault and its selections."""
    from cfn_backup.rules.subjects import PlanSubject, SelectionSubject

    choices = given or {}
    yield Subject(PlanSubject(plan, place), choices)
    yield from subjects_of_vault(plan.default_vault, place, choices, possible)
    for planned, own, under in planned_rules(plan, choices, possible):
        yield from _subjects_of_rule(planned, own, place, under, possible)
    for selection, _, under in every_item(plan.selections, plan.at, choices, possible):
        yield Subject(SelectionSubject(selection, plan, inline=True, native=False, place=place), under)


def subjects_of_selection(
    selection: BackupSelection,
    place: Place,
    plan: BackupPlan | None = None,
    given: Choices | None = None,
) -> Iterator[Subject]:
    """A selection that is a resource of its own; ``plan`` is what it selects for, if that is known."""
    from cfn_backup.rules.subjects import SelectionSubject

    about = SelectionSubject(selection, plan, inline=False, native=selection.native, place=place)
    yield Subject(about, given or {})


def planned_rules(
    plan: BackupPlan, given: Choices, possible: Possible = anything
) -> Iterator[tuple[PlannedRule, BackupPlan, Choices]]:
    """Each rule that the plan can end up with, with the plan as it is then."""
    from cfn_backup.desired.rules import rules_of

    def expanded(one: BackupPlan) -> Any:
        return rules_of(one, tolerant=True), one

    try:
        ways = list(every_way(plan, expanded, given=given, possible=possible, most=MOST_WAYS))
    except TooManyWays:
        return
    for way in ways:
        rules, own = way.result
        for planned, _, under in every_item(rules, plan.at, way.choices, possible):
            yield planned, own, under


def _subjects_of_rule(
    planned: PlannedRule, plan: BackupPlan, place: Place, given: Choices, possible: Possible
) -> Iterator[Subject]:
    from cfn_backup.rules.retention import LockedVaultSubject
    from cfn_backup.rules.subjects import CopySubject, LifecycleSubject, RuleSubject

    about = RuleSubject(planned, plan, place)
    yield Subject(about, given)
    if about.target is None:
        for vault, choices in every_value(plan.default_vault, given, possible):
            yield Subject(
                LockedVaultSubject(about, None, vault.lock_configuration, "the default vault"), choices
            )
    written = planned.written.lifecycle if planned.written else None
    for (lifecycle, own), choices in _pairs(planned.rule.lifecycle, written, given, possible):
        yield Subject(LifecycleSubject(lifecycle, own, _origin_of_days(about), planned), choices)
    for copy, _, choices in every_item(planned.rule.copy_actions, planned.at, given, possible):
        yield Subject(CopySubject(copy, about), choices)
        for lifecycle, under in every_value(copy.lifecycle, choices, possible):
            yield Subject(LifecycleSubject(lifecycle, lifecycle, copy.at, planned, of_copy=True), under)


def _origin_of_days(about: RuleSubject) -> Any:
    written = about.planned.written
    if written is None:
        return about.planned.at
    return written.at / "Preset" if written.preset is not None else written.at


def _pairs(
    one: Any, other: Any, given: Choices, possible: Possible
) -> Iterator[tuple[tuple[Any, Any], Choices]]:
    """What two values can turn out to be together, where the first is there."""
    for first, choices in every_value(one, given, possible):
        if other is None:
            yield (first, None), choices
            continue
        try:
            for way in every_way(other, decided, given=choices, possible=possible, most=MOST_WAYS):
                yield (first, way.result), way.choices
        except TooManyWays:
            return
