"""The rule that a vault's lock allows the retention of everything that lands in the vault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cfn_backup.desired.rules import PlannedRule
from cfn_backup.rules.asking import is_given, is_true
from cfn_backup.rules.locks import GUIDE, refusal
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import RuleSubject
from cfn_backup.symbolic.asking import decided, needed
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Sym
from cfn_backup.written.plan import CopyAction, Lifecycle
from cfn_backup.written.vault import LockConfiguration

FOR_EVER = -1


@dataclass(frozen=True)
class LockedVaultSubject:
    """A rule, or one of its copies, with the lock of the vault that it goes to."""

    rule: RuleSubject
    copy: CopyAction | None
    lock: Sym[LockConfiguration] | None
    vault: str
    """What the vault is called: ``the default vault``, ``the vault Archive``."""


@rule(
    "E9229",
    subject=LockedVaultSubject,
    title="Retention that the lock of the vault refuses",
    explanation="AWS Backup takes such a plan, and then every backup or copy job fails. Checked for the "
    "rule and for each copy against the lock of the vault that it goes to: a vault of the template, the "
    "default vault, and during a deployment the vault as it is.",
    way_out="Bring `DeleteAfterDays` between the lock's minimum and maximum, or use another vault.",
    source=GUIDE,
)
def retention_outside_lock(subject: LockedVaultSubject) -> Iterator[Fault]:
    lock = decided(subject.lock)
    if not isinstance(lock, LockConfiguration) or _is_refused_anyway(subject.rule.planned):
        return
    days, at, said = _of_copy(subject.copy, subject.rule) if subject.copy else _of_rule(subject.rule)
    wanted = refusal(days, lock)
    if wanted:
        job = "copy" if subject.copy else "backup"
        yield Fault(at, f"{said}, but the lock of {subject.vault} {wanted}, so every {job} job would fail")


def _is_refused_anyway(planned: PlannedRule) -> bool:
    """A continuous rule without a retention has a finding of its own, and so has a misspelt ``DeleteAfterDays``."""
    lifecycle = decided(planned.rule.lifecycle)
    if (
        isinstance(lifecycle, Lifecycle)
        and lifecycle.unfinished
        and not is_given(lifecycle.delete_after_days)
    ):
        return True
    return lifecycle is None and is_true(planned.rule.enable_continuous_backup)


def _days(lifecycle: Lifecycle | object) -> int | None:
    """The retention in days; None for ever. Raises NotKnown."""
    if not isinstance(lifecycle, Lifecycle):
        return None
    days = needed(lifecycle.delete_after_days, "how long recovery points are kept")
    return None if days == FOR_EVER else days


def _of_rule(subject: RuleSubject) -> tuple[int | None, Path, str]:
    planned = subject.planned
    lifecycle = needed(planned.rule.lifecycle, "how long recovery points are kept")
    days = _days(lifecycle)
    written = decided(planned.written.lifecycle) if planned.written else None
    if isinstance(written, Lifecycle) and is_given(written.delete_after_days):
        return days, written.at / "DeleteAfterDays", f"is {_in_words(days)}"
    if planned.written is None or is_given(planned.written.preset):
        at = planned.at if planned.written is None else planned.at / "Preset"
        return (
            days,
            at,
            f"brings the rule {subject.name} with {_in_words(days)} days"
            if days
            else f"keeps {subject.name}",
        )
    if days is not None:
        return days, planned.at, f"keeps recovery points for {days} days"
    at = subject.target_at if is_given(subject.target) else planned.at
    return days, at, "gets recovery points that are kept for ever, since the rule has no DeleteAfterDays"


def _in_words(days: int | None) -> str:
    return "-1, which means for ever" if days is None else str(days)


def _of_copy(copy: CopyAction, rule: RuleSubject) -> tuple[int | None, Path, str]:
    lifecycle = needed(copy.lifecycle, "how long copies are kept")
    if isinstance(lifecycle, Lifecycle) and is_given(lifecycle.delete_after_days):
        days = _days(lifecycle)
        return days, lifecycle.at / "DeleteAfterDays", f"is {_in_words(days)}"
    days = _days(needed(rule.planned.rule.lifecycle, "how long recovery points are kept"))
    kept = "for ever" if days is None else f"{days} days"
    said = f"gets copies that are kept {kept}, as the backup itself, since the copy has no DeleteAfterDays"
    return days, copy.at / "DestinationBackupVaultArn", said
