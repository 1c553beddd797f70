"""The rule about how long a job may wait and take."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.asking import number
from cfn_backup.rules.registry import OWN, Fault, rule
from cfn_backup.rules.subjects import RuleSubject

DEFAULT_START_WINDOW = 480
"""API: BackupRuleInput."""
TIME_TO_COMPLETE = 60


@rule(
    "W9213",
    subject=RuleSubject,
    title="Little time to complete",
    explanation="A job may start at any time of the start window (480 minutes if none is given) and is "
    "cancelled at the end of the completion window. Both begin at the scheduled time.",
    way_out="Make the completion window at least 60 minutes longer than the start window.",
    source=OWN,
)
def little_time_to_complete(subject: RuleSubject) -> Iterator[Fault]:
    complete = number(subject.planned.rule.completion_window_minutes)
    if complete is None:
        return
    given = subject.planned.rule.start_window_minutes
    start = DEFAULT_START_WINDOW if given is None else number(given)
    if start is not None and complete < start + TIME_TO_COMPLETE:
        late = f"up to {start} minutes late" + (", the default" if given is None else "")
        message = (
            f"is {complete}, but a job may start {late} and then has no time to complete: give "
            f"{start + TIME_TO_COMPLETE} or more"
            + (", or a shorter StartWindowMinutes" if given is None else "")
        )
        yield Fault(subject.planned.origin("completion_window_minutes"), message)
