"""The rules about vault locks."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.asking import is_given, number
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Unreadable
from cfn_backup.written.vault import LockConfiguration

GUIDE = "AWS Backup Developer Guide: AWS Backup Vault Lock"


def _lock(subject: VaultSubject) -> tuple[LockConfiguration, Path] | None:
    lock = decided(subject.vault.lock_configuration)
    return (lock, lock.at) if isinstance(lock, LockConfiguration) else None


@rule(
    "E9403",
    subject=VaultSubject,
    title="Lock with the minimum over the maximum",
    explanation="No retention is at least `MinRetentionDays` and at most `MaxRetentionDays` then, so every "
    "job fails. The two may be equal.",
    way_out="Exchange the two.",
    source=GUIDE,
)
def minimum_over_maximum(subject: VaultSubject) -> Iterator[Fault]:
    if not (found := _lock(subject)):
        return
    lock, at = found
    shortest, longest = number(lock.min_retention_days), number(lock.max_retention_days)
    if shortest is not None and longest is not None and shortest > longest:
        message = f"is {shortest}, more than MaxRetentionDays, which is {longest}: no retention fits. Exchange the two"
        yield Fault(at / "MinRetentionDays", message)


@rule(
    "W9404",
    subject=VaultSubject,
    title="Lock that becomes permanent",
    explanation="With `ChangeableForDays` the lock is in compliance mode: after that many days nobody can "
    "remove it or delete recovery points before they expire, and the vault stays as long as it has any.",
    way_out="Leave `ChangeableForDays` out for governance mode, unless permanence is wanted.",
    source=GUIDE,
)
def permanent_lock(subject: VaultSubject) -> Iterator[Fault]:
    found = _lock(subject)
    if found and is_given(found[0].changeable_for_days):
        if isinstance(decided(found[0].changeable_for_days), Unreadable):
            return
        days = number(found[0].changeable_for_days)
        message = (
            f"makes the lock permanent after {days if days is not None else 'that many'} days: then nobody, "
            "AWS included, can remove it or delete recovery points before they expire. Leave it out for a "
            "lock that can be removed"
        )
        yield Fault(found[1] / "ChangeableForDays", message)


@rule(
    "E9414",
    subject=VaultSubject,
    title="Lock without days",
    explanation="A lock without `MinRetentionDays`, `MaxRetentionDays` and `ChangeableForDays` keeps "
    "recovery points from being deleted, and sets no limit to any retention. Nobody means that by an empty "
    "map.",
    way_out="Give `MinRetentionDays`, or leave `LockConfiguration` out.",
    source="AWS CloudFormation template reference: AWS::Backup::BackupVault LockConfigurationType "
    "(MinRetentionDays is required)",
)
def lock_without_days(subject: VaultSubject) -> Iterator[Fault]:
    found = _lock(subject)
    if not found or subject.vault.native:
        return
    lock, at = found
    if lock.unfinished:
        return
    if not any(map(is_given, (lock.min_retention_days, lock.max_retention_days, lock.changeable_for_days))):
        yield Fault(at, "gives no days: give MinRetentionDays, or leave LockConfiguration out for no lock")


def refusal(days: int | None, lock: LockConfiguration) -> str | None:
    """What a lock asks for that a retention (None: for ever) does not keep, in words; None if it allows it."""
    shortest, longest = number(lock.min_retention_days), number(lock.max_retention_days)
    if longest is not None and (days is None or days > longest):
        return f"allows at most {longest} days"
    if days is not None and shortest is not None and days < shortest:
        return f"asks for at least {shortest} days"
    return None


def retention_problem(days: int | None, lock: LockConfiguration) -> str | None:
    """Why the lock of a vault that exists refuses a retention (None: for ever), in words; None if it allows it."""
    wanted = refusal(days, lock)
    if wanted is None:
        return None
    said = "is missing, which means for ever," if days is None else f"is {days},"
    return f"{said} but the lock of the vault {wanted}, so every backup job would fail"
