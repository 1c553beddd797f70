"""How long recovery points live: lifecycles, continuous backup, and vault locks."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.symbolic.alternatives import alternatives, number, surely_given
from cfn_backup.symbolic.values import Choice, Int, Sym
from cfn_backup.written.plan import PRESET, Lifecycle, Rule
from cfn_backup.written.problems import Findings
from cfn_backup.written.vault import LockConfiguration

LONGEST_DAYS = 36500
FOR_EVER = -1
"""Given for both days, it removes the lifecycle (API: Lifecycle)."""
COLD_STORAGE_DAYS = 90
LONGEST_CONTINUOUS_DAYS = 35


def check_lifecycle(lifecycle: Lifecycle, findings: Findings, path: str) -> None:
    """Days out of range, and recovery points that would be
    deleted before they have been in cold storage for 90 days."""
    delete, cold = number(lifecycle.delete_after_days), number(lifecycle.move_to_cold_storage_after_days)
    if delete == cold == FOR_EVER:
        return
    _check_days(delete, findings, f"{path}.DeleteAfterDays")
    _check_days(cold, findings, f"{path}.MoveToColdStorageAfterDays")
    if delete is None or cold is None or delete < 1 or cold < 1:
        return
    if delete < cold + COLD_STORAGE_DAYS:
        findings.add(
            "E9214",
            f"{path}.DeleteAfterDays",
            f"is {delete}, but recovery points that move to cold storage after {cold} days stay there for at "
            f"least {COLD_STORAGE_DAYS}: give {cold + COLD_STORAGE_DAYS} or more, or leave out "
            "MoveToColdStorageAfterDays",
        )


def _check_days(days: int | None, findings: Findings, path: str) -> None:
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        findings.add(
            "E9215",
            path,
            f"is {days}; allowed is 1 to {LONGEST_DAYS:,}. Leave it out for no move or no deletion, or give "
            "-1 for both DeleteAfterDays and MoveToColdStorageAfterDays",
        )


def check_continuous(rule: Rule, findings: Findings, path: str) -> None:
    """Continuous backup goes with 1 to 35 days of retention and without cold storage."""
    if rule.enable_continuous_backup is not True:
        return
    for lifecycle in alternatives(rule.lifecycle):
        delete = number(lifecycle.delete_after_days)
        if delete is not None and not 1 <= delete <= LONGEST_CONTINUOUS_DAYS:
            findings.add(
                "E9217",
                f"{path}.Lifecycle.DeleteAfterDays",
                f"is {delete}, but with EnableContinuousBackup 1 to {LONGEST_CONTINUOUS_DAYS} is allowed; "
                "for a longer retention write another rule without it",
            )
        if surely_given(lifecycle.move_to_cold_storage_after_days):
            findings.add(
                "E9218",
                f"{path}.Lifecycle.MoveToColdStorageAfterDays",
                "is given, but continuous backups cannot move to cold storage: leave it out, or write "
                "another rule without EnableContinuousBackup",
            )


def check_retention_in_lock(rule: Rule, lock: LockConfiguration, findings: Findings, path: str) -> None:
    """Reports a rule whose jobs the lock of its vault makes fail.

    AWS Backup accepts such a plan, and then every job fails (developer guide, AWS Backup Vault Lock). The
    lock is that of the template or, at deploy time, the described one; ``rule`` is the rule as it ends up,
    with its preset's values.
    """
    for days in retentions(rule.lifecycle):
        if days is not None and number(days) is None:
            continue
        problem = retention_problem(number(days), lock)
        if problem and path == PRESET:
            # nobody wrote a lifecycle there
            name = rule.rule_name if isinstance(rule.rule_name, str) else ""
            findings.add("E9229", path, f"brings the rule {name}, whose DeleteAfterDays {problem}")
        elif problem:
            findings.add("E9229", f"{path}.Lifecycle.DeleteAfterDays", problem)


def retentions(lifecycle: Sym[Lifecycle] | None) -> Iterator[Int | None]:
    """Every retention that a rule or copy can turn out to have; None is for ever."""
    if lifecycle is None:
        yield None
    elif isinstance(lifecycle, Choice):
        yield from retentions(lifecycle.then)
        yield from retentions(lifecycle.otherwise)
    elif isinstance(lifecycle, Lifecycle):
        yield None if lifecycle.delete_after_days == FOR_EVER else lifecycle.delete_after_days


def retention_problem(days: int | None, lock: LockConfiguration) -> str | None:
    """Why a lock refuses a retention (None: for ever), in words; None if it allows it."""
    shortest, longest = number(lock.min_retention_days), number(lock.max_retention_days)
    if days is None:
        if longest is None:
            return None
        return (
            f"is missing, which means for ever, but the lock of the vault allows at most {longest} days, "
            "so every backup job would fail"
        )
    if shortest is not None and days < shortest:
        return (
            f"is {days}, but the lock of the vault asks for at least {shortest} days, "
            "so every backup job would fail"
        )
    if longest is not None and days > longest:
        return (
            f"is {days}, but the lock of the vault allows at most {longest} days, "
            "so every backup job would fail"
        )
    return None
