"""How many recovery points a plan keeps of one resource that is always backed up, day by day.

Every run is placed on the calendar, suppressed ones are left out, and each point is counted from the day its
job starts to the day it is deleted. No formula: months are uneven, and rules suppress each other's runs.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, groupby

from cfn_backup.written.occurrences import runs
from cfn_backup_tools.preview.plan import Life, Plan, Rule
from cfn_backup_tools.preview.runs import EPOCH, LONGEST_LOOK_BACK, minutes

type Window = tuple[int, int]
"""From the first minute to the one after the last."""

_NEVER: Window = (sys.maxsize, sys.maxsize)

NINE_YEARS = 9 * 365 + 2
A_YEAR = 365


@dataclass(frozen=True)
class Range:
    """The fewest and the most of something, over the last simulated year."""

    least: int
    most: int


@dataclass(frozen=True)
class Settled:
    """How many recovery points there are once their number has settled."""

    total: Range
    warm: Range
    cold: Range
    after_days: int | None
    """Days from the start until the first points have been deleted, and the number no longer grows.
    None: it grows for ever, and the ranges are those of the last simulated year."""


@dataclass(frozen=True)
class Counts:
    """Recovery points at the end of each simulated day; the first day is the one of the start."""

    warm: Sequence[int]
    cold: Sequence[int]

    @property
    def total(self) -> list[int]:
        return [warm + cold for warm, cold in zip(self.warm, self.cold, strict=True)]


@dataclass(frozen=True)
class RuleHistory:
    """What one rule did in the simulated time."""

    rule: Rule
    started: Sequence[int]
    """For each day, how many jobs started."""
    suppressed: Sequence[int]
    """For each day, how many runs another rule suppressed."""

    def counts(self) -> Counts:
        """The points that the rule keeps in its own vault."""
        if not self.rule.continuous:
            return self.copied(self.rule.life)
        kept = [min(1, jobs) for jobs in accumulate(self.started)]
        return Counts(kept, [0] * len(kept))

    def copied(self, life: Life) -> Counts:
        """One point for each job, which lives as ``life`` says; the copy of a continuous point is a
        snapshot."""
        total = _within(self.started, life.delete_after_days)
        if life.cold_after_days is None:
            return Counts(total, [0] * len(total))
        warm = _within(self.started, life.cold_after_days)
        return Counts(warm, [all_ - some for all_, some in zip(total, warm, strict=True)])


@dataclass(frozen=True)
class History:
    """What a plan did in the simulated time."""

    start: datetime
    days: int
    rules: tuple[RuleHistory, ...]

    def counts(self) -> Counts:
        """The points of all rules, without copies."""
        each = [history.counts() for history in self.rules]
        return Counts(_sums([c.warm for c in each], self.days), _sums([c.cold for c in each], self.days))


def simulate(plan: Plan, start: datetime) -> History:
    """Lets the plan run from the start for nine years; for a year longer than its longest retention, if that
    is more."""
    days = max(NINE_YEARS, _longest_retention(plan) + A_YEAR)
    placed = [_placed(rule, start, days) for rule in plan.rules]
    blocked = _windows_of_longer_rules(plan, placed)
    return History(start, days, tuple(map(_history, placed, blocked)))


def settled(counts: Counts, retention: int | None) -> Settled:
    """What is left at the end of the simulated time, where points live for ``retention`` days."""
    return Settled(_range(counts.total), _range(counts.warm), _range(counts.cold), retention)


def settled_plan(history: History) -> Settled:
    """The recovery points of all rules, without copies."""
    lives = [rule.life.delete_after_days for rule in _rules(history)]
    longest = None if None in lives else max((days for days in lives if days is not None), default=0)
    return settled(history.counts(), longest)


def _rules(history: History) -> list[Rule]:
    return [of_rule.rule for of_rule in history.rules]


def _longest_retention(plan: Plan) -> int:
    lives = [life for rule in plan.rules for life in (rule.life, *(copy.life for copy in rule.copies))]
    return max((life.delete_after_days or 0 for life in lives), default=0)


def _range(counts: Sequence[int]) -> Range:
    last_year = counts[-A_YEAR:]
    return Range(min(last_year), max(last_year))


@dataclass(frozen=True)
class _Placed:
    """The runs of a rule on the calendar, ascending."""

    rule: Rule
    days: int
    before: Sequence[int]
    """Starts before the simulated time whose window may still be open."""
    runs: Sequence[tuple[int, int]]
    """The day, counted from the first, and the start."""

    @property
    def windows(self) -> list[Window]:
        length = self.rule.start_window_minutes
        return [(at, at + length) for at in (*self.before, *(at for _, at in self.runs))]


def _placed(rule: Rule, start: datetime, days: int) -> _Placed:
    begin = minutes(start)
    first = (EPOCH + timedelta(minutes=begin)).astimezone(rule.zone).date()
    look_back = min(timedelta(minutes=rule.start_window_minutes), LONGEST_LOOK_BACK) + timedelta(days=1)
    found = runs(rule.schedule, rule.zone, first - look_back, first + timedelta(days=days - 1))
    before, within = [], []
    for on, at in found:
        if at < begin:
            before.append(at)
        else:
            within.append((on.toordinal() - first.toordinal(), at))
    return _Placed(rule, days, before, within)


def _windows_of_longer_rules(plan: Plan, placed: Sequence[_Placed]) -> list[list[Window]]:
    """For each rule, when a rule with a longer retention has a start window open; merged, ascending."""
    blocked: list[list[Window]] = [[] for _ in placed]
    by_retention = sorted(range(len(placed)), key=lambda n: _retention(plan.rules[n]), reverse=True)
    windows: list[Window] = []
    for _, same in groupby(by_retention, key=lambda n: _retention(plan.rules[n])):
        numbers = list(same)
        for number in numbers:
            blocked[number] = windows
        windows = _merged([*windows, *(window for n in numbers for window in placed[n].windows)])
    return blocked


def _retention(rule: Rule) -> float:
    days = rule.life.delete_after_days
    return math.inf if days is None else days


def _merged(windows: list[Window]) -> list[Window]:
    merged: list[Window] = []
    begin = end = -1
    for opens, closes in sorted(windows):
        if opens > end:
            if end >= 0:
                merged.append((begin, end))
            begin, end = opens, closes
        elif closes > end:
            end = closes
    return [*merged, (begin, end)] if end >= 0 else merged


def _history(placed: _Placed, blocked: Sequence[Window]) -> RuleHistory:
    started, suppressed = [0] * placed.days, [0] * placed.days
    open_windows = iter(blocked)
    opens, closes = next(open_windows, _NEVER)
    for day, at in placed.runs:
        while closes <= at:
            opens, closes = next(open_windows, _NEVER)
        if opens <= at:
            suppressed[day] += 1
        else:
            started[day] += 1
    return RuleHistory(placed.rule, started, suppressed)


def _within(started: Sequence[int], days: int | None) -> list[int]:
    """For each day, how many of the last ``days`` days' points there are; None: of all days."""
    so_far = list(accumulate(started))
    if days is None or days >= len(so_far):
        return so_far
    return [*so_far[:days], *(now - then for now, then in zip(so_far[days:], so_far, strict=False))]


def _sums(counts: Sequence[Sequence[int]], days: int) -> list[int]:
    return [sum(of_day) for of_day in zip(*counts, strict=True)] if counts else [0] * days
