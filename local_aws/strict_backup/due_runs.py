"""Which rules run in a stretch of time, and which runs another rule suppresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .plan_rules import FOREVER
from .rules import keeps
from .schedule_runs import runs
from .state import Document, Place, Plan, State


@dataclass(frozen=True)
class Run:
    """One run of one rule of a plan, at a time in seconds since the epoch."""

    at: float
    place: Place
    plan: Plan
    rule: Document


def due(state: State, since: float, now: float) -> list[Run]:
    """The runs of all plans that have selections, in the order of their times."""
    found = [
        run
        for place in state.places.values()
        for plan in place.plans_in_use()
        if plan.selections
        for run in _runs_of(place, plan, since, now)
    ]
    return sorted(found, key=lambda run: run.at)


def _runs_of(place: Place, plan: Plan, since: float, now: float) -> Iterator[Run]:
    """A plan's rules run from the moment that its version exists."""
    version = plan.current
    for rule in version.document["Rules"]:
        for at in _rule_runs(rule, max(since, version.creation_date), now):
            if not suppressing(version.document["Rules"], rule, at):
                yield Run(at, place, plan, rule)


@keeps("B35")
def suppressing(rules: list[Document], rule: Document, at: float) -> Document | None:
    """The rule of the same plan in whose start window this run falls and which keeps its backups longer; only
    the longer kept one is made (DG:plan-options-and-configuration). Equal retention suppresses nothing, which
    is an inference, as is that the rules' vaults do not matter."""
    for other in rules:
        if other is rule or _retention(other) <= _retention(rule):
            continue
        window = other["StartWindowMinutes"] * 60
        if any(True for _ in _rule_runs(other, at - window, at)):
            return other
    return None


def _rule_runs(rule: Document, after: float, until: float) -> Iterator[float]:
    return runs(rule["ScheduleExpression"], rule["ScheduleExpressionTimezone"], after, until)


def _retention(rule: Document) -> float:
    days = (rule.get("Lifecycle") or {}).get("DeleteAfterDays", FOREVER)
    return float("inf") if days == FOREVER else float(days)
