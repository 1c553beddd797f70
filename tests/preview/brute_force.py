"""A plan's life day by day: points are made, moved and deleted one by one.

It shares with the product only the plan's own classes: schedules are read as in ``minute_walk``, and windows
are compared with each other, all with all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from cfn_backup_tools.preview.plan import Plan, Rule
from tests.preview.minute_walk import MONTHS, means, means_day


@dataclass
class Kept:
    """The recovery points of one rule: the day of each one's job."""

    rule: Rule
    warm: deque[int] = field(default_factory=deque)
    cold: deque[int] = field(default_factory=deque)

    def age(self, today: int) -> None:
        """Moves what is to become cold by today, and deletes what has lived long enough."""
        life = self.rule.life
        while life.cold_after_days and self.warm and today - self.warm[0] >= life.cold_after_days:
            self.cold.append(self.warm.popleft())
        for points in (self.warm, self.cold):
            while life.delete_after_days and points and today - points[0] >= life.delete_after_days:
                points.popleft()


def live(plan: Plan, start: datetime, days: int) -> Iterator[list[tuple[int, int]]]:
    """At the end of each day: the warm and the cold points of each rule."""
    kept = [Kept(rule) for rule in plan.rules]
    windows = {rule.name: list(_windows(rule, start, days)) for rule in plan.rules}
    longer = {
        rule.name: [deque(windows[other.name]) for other in plan.rules if _kept_longer(other, rule)]
        for rule in plan.rules
    }
    positions = {rule.name: 0 for rule in plan.rules}
    for day in range(days):
        for points in kept:
            name = points.rule.name
            today = start.astimezone(ZoneInfo(points.rule.timezone)).date() + timedelta(days=day)
            points.age(day)
            while positions[name] < len(windows[name]) and windows[name][positions[name]].day <= today:
                run = windows[name][positions[name]]
                positions[name] += 1
                if run.opens >= start and not any(_is_in(run, others) for others in longer[name]):
                    points.warm.append(day)
        yield [(len(points.warm), len(points.cold)) for points in kept]


@dataclass(frozen=True)
class Window:
    """A run: the day on the rule's wall, and its start window."""

    day: date
    opens: datetime
    closes: datetime


def _windows(rule: Rule, start: datetime, days: int) -> Iterator[Window]:
    minute, hour, of_month, month, of_week, _ = rule.expression[len("cron(") : -1].split()
    zone = ZoneInfo(rule.timezone)
    length = timedelta(minutes=rule.start_window_minutes)
    first = start.astimezone(zone).date() - length - timedelta(days=2)
    for number in range(days + length.days + 3):
        day = first + timedelta(days=number)
        if not means(month, day.month, 1, 12, MONTHS) or not means_day(of_month, of_week, day):
            continue
        for at in (at for at in range(24) if means(hour, at, 0, 23)):
            wall = datetime(day.year, day.month, day.day, at, int(minute), tzinfo=zone)
            opens = wall.astimezone(UTC)
            if opens.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
                yield Window(day, opens, opens + length)


def _kept_longer(other: Rule, rule: Rule) -> bool:
    forever = 10**9
    return (other.life.delete_after_days or forever) > (rule.life.delete_after_days or forever)


def _is_in(run: Window, others: deque[Window]) -> bool:
    """Whether one of the windows is open when the run starts. Those that have closed are forgotten."""
    while others and others[0].closes <= run.opens:
        others.popleft()
    return bool(others) and others[0].opens <= run.opens
