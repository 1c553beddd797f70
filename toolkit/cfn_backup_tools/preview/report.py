"""What is said about a plan, whether for the terminal, as JSON or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cfn_backup.rules.schedule_words import describe
from cfn_backup.written.occurrences import ClockChange, clock_changes
from cfn_backup_tools.preview.cost import Cost, cost
from cfn_backup_tools.preview.plan import Copy, Plan, Rule
from cfn_backup_tools.preview.prices import Prices
from cfn_backup_tools.preview.runs import Run, next_runs
from cfn_backup_tools.preview.simulation import (
    A_YEAR,
    Counts,
    RuleHistory,
    Settled,
    settled,
    settled_plan,
    simulate,
)
from cfn_backup_tools.preview.sizes import Resource


@dataclass(frozen=True)
class NewVault:
    """A vault that the template makes or a plan uses."""

    name: str
    origin: str
    """Where it comes from, in words: ``made by this plan``, ``of this template``, ``has to exist``."""
    details: tuple[str, ...] = ()
    """Its key, its lock and what happens to it on deletion, in words."""


@dataclass(frozen=True)
class NewRole:
    """A role that selections use."""

    name: str
    origin: str
    policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewSelection:
    """What a plan backs up."""

    name: str
    role: str
    selects: tuple[str, ...]
    """One line for each list or condition."""


@dataclass(frozen=True)
class Verdict:
    """Whether the plan would pass a check of AWS Config or Backup Audit Manager."""

    control: str
    passes: bool | None
    """None: it depends on what a template does not tell."""
    why: str


@dataclass(frozen=True)
class Planned:
    """A plan of the template with what belongs to it."""

    logical_id: str
    resource_type: str
    name: str
    plan: Plan
    vaults: tuple[NewVault, ...] = ()
    roles: tuple[NewRole, ...] = ()
    selections: tuple[NewSelection, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = ()
    """Choices of conditions, values that nobody knows before a deployment, and the like."""


@dataclass(frozen=True)
class CopyReport:
    """What becomes of the copies of a rule."""

    copy: Copy
    settled: Settled


@dataclass(frozen=True)
class RuleReport:
    """What one rule will do."""

    rule: Rule
    words: str
    """When it runs, as a sentence."""
    next_runs: tuple[Run, ...]
    clock_changes: tuple[ClockChange, ...]
    """Runs of the coming year that a change of the clock skips or would repeat."""
    history: RuleHistory
    counts: Counts
    settled: Settled
    copies: tuple[CopyReport, ...]

    @property
    def suppressed_in_a_year(self) -> int:
        """Runs of the first year that other rules suppress."""
        return sum(self.history.suppressed[:A_YEAR])

    @property
    def runs_in_a_year(self) -> int:
        """Runs of the first year, suppressed ones included."""
        return self.suppressed_in_a_year + sum(self.history.started[:A_YEAR])


@dataclass(frozen=True)
class PlanReport:
    """What one plan will do."""

    planned: Planned
    start: datetime
    rules: tuple[RuleReport, ...]
    counts: Counts
    settled: Settled
    cost: Cost | None


def report(
    planned: Planned,
    start: datetime,
    runs: int,
    resources: Sequence[Resource] | None = None,
    prices: Prices | None = None,
) -> PlanReport:
    """Looks ahead from the start: so many next runs of each rule, and the recovery points of nine years."""
    history = simulate(planned.plan, start)
    mine = [resource for resource in resources or () if resource.is_of(planned.logical_id)]
    return PlanReport(
        planned,
        start,
        tuple(_rule_report(planned.plan, of_rule, start, runs) for of_rule in history.rules),
        history.counts(),
        settled_plan(history),
        None if resources is None else cost(history, mine, prices),
    )


def _rule_report(plan: Plan, history: RuleHistory, start: datetime, runs: int) -> RuleReport:
    rule = history.rule
    counts = history.counts()
    return RuleReport(
        rule,
        describe(rule.expression, rule.timezone),
        next_runs(plan, rule, start, runs),
        _clock_changes(rule, start),
        history,
        counts,
        settled(counts, rule.life.delete_after_days),
        tuple(
            CopyReport(copy, settled(history.copied(copy.life), copy.life.delete_after_days))
            for copy in rule.copies
        ),
    )


def _clock_changes(rule: Rule, start: datetime) -> tuple[ClockChange, ...]:
    first = start.astimezone(rule.zone).date()
    return tuple(clock_changes(rule.schedule, rule.zone, first, first + timedelta(days=A_YEAR)))
