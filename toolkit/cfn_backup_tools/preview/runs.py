"""The next runs of a rule, and which of them another rule suppresses.

«When the start windows of different rules overlap, AWS Backup retains the backup under the rule with the
longer retention period» (developer guide, Backup plan options and configuration, Overlapping backup rules).
Its example, which is a test here, fits this reading: a run does not take place if it starts within the start
window of another rule of the plan whose retention is longer. ``ASSUMPTIONS`` says what the guide leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from cfn_backup.written.occurrences import runs
from cfn_backup.written.schedule import YEAR
from cfn_backup_tools.preview.plan import Plan, Rule

ASSUMPTIONS = (
    (
        "A run that starts before the window of a rule with a longer retention takes place, even if its own "
        "window reaches into that one. The guide does not say."
    ),
    "The rules need not keep their backups in the same vault. The guide does not say.",
    "Of two rules with the same retention neither suppresses the other. The guide does not say.",
    "A rule suppresses others even where a third rule suppresses its own run. The guide does not say.",
    "Rules for continuous backup are no exception. The guide does not say.",
)
"""What the preview assumes about suppressed runs, beside what the developer guide documents."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_DATE = date(YEAR.highest, 12, 31)
LONGEST_LOOK_BACK = timedelta(days=9 * 366)
"""No schedule rests longer and runs again: 29 February comes after eight years at most."""
FIRST_LOOK_BACK = timedelta(days=40)


@dataclass(frozen=True)
class Run:
    """One run of a rule: the window within which AWS Backup starts the job."""

    start: datetime
    """On the clock of the rule's timezone."""
    window_end: datetime
    suppressed_by: str | None
    """The name of the rule that takes the backup instead."""


def next_runs(plan: Plan, rule: Rule, after: datetime, number: int) -> tuple[Run, ...]:
    """The first runs of the rule at this instant or later, suppressed ones included."""
    return tuple(_run(plan, rule, start) for start in islice(_starts(rule, minutes(after)), number))


def minutes(instant: datetime) -> int:
    """Minutes since 1970-01-01T00:00Z, rounded up: what starts then is not in the past."""
    return -((EPOCH - instant) // timedelta(minutes=1))


def _starts(rule: Rule, after: int) -> Iterator[int]:
    first = _date(rule, after)
    return (start for _, start in runs(rule.schedule, rule.zone, first, LAST_DATE) if start >= after)


def _run(plan: Plan, rule: Rule, start: int) -> Run:
    begin = (EPOCH + timedelta(minutes=start)).astimezone(rule.zone)
    end = (EPOCH + timedelta(minutes=start + rule.start_window_minutes)).astimezone(rule.zone)
    return Run(begin, end, _suppressed_by(plan, rule, start))


def _suppressed_by(plan: Plan, rule: Rule, start: int) -> str | None:
    """Of several rules that do so, the first with the longest retention."""
    strongest: Rule | None = None
    for other in plan.rules:
        longest = strongest or rule
        if other.life.is_longer_than(longest.life) and _window_covers(other, start):
            strongest = other
    return strongest.name if strongest else None


def _window_covers(rule: Rule, instant: int) -> bool:
    """Whether a run of the rule has its start window open at this minute."""
    latest = latest_start(rule, instant)
    return latest is not None and instant < latest + rule.start_window_minutes


def latest_start(rule: Rule, instant: int) -> int | None:
    """The last start at this minute or before it, as far back as its window may be long."""
    window = timedelta(minutes=rule.start_window_minutes)
    for back in (min(window, FIRST_LOOK_BACK), min(window, LONGEST_LOOK_BACK)):
        first = _date(rule, instant) - back - timedelta(days=1)
        found = [s for _, s in runs(rule.schedule, rule.zone, first, _date(rule, instant)) if s <= instant]
        if found:
            return found[-1]
    return None


def _date(rule: Rule, instant: int) -> date:
    return (EPOCH + timedelta(minutes=instant)).astimezone(rule.zone).date()
