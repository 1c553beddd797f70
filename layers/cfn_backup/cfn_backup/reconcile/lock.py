"""The lock of a vault.

AWS Backup never says which ``ChangeableForDays`` a lock was put with (API:DescribeBackupVault shows only the
date that follows from it). So the provider records on the vault what it put, and compares with that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from cfn_backup.aws import vaults
from cfn_backup.aws.errors import InvalidRequest
from cfn_backup.desired.document import known_map
from cfn_backup.desired.owner import LOCK_TAG
from cfn_backup.desired.vault import Vault
from cfn_backup.reconcile.work import Work, log
from cfn_backup.symbolic import known


@dataclass(frozen=True)
class Lock:
    """A lock's days as they were put; None where none was given."""

    min_retention_days: int | None = None
    max_retention_days: int | None = None
    changeable_for_days: int | None = None

    @classmethod
    def desired(cls, vault: Vault) -> Self | None:
        """The lock that the vault must have. Without any day there is nothing to lock."""
        days = {} if vault.lock is None else known_map(known(vault.lock))
        if not days:
            return None
        return cls(days.get("MinRetentionDays"), days.get("MaxRetentionDays"), days.get("ChangeableForDays"))

    @property
    def parameters(self) -> dict[str, int]:
        """Those of ``PutBackupVaultLockConfiguration``."""
        members = {
            "MinRetentionDays": self.min_retention_days,
            "MaxRetentionDays": self.max_retention_days,
            "ChangeableForDays": self.changeable_for_days,
        }
        return {name: days for name, days in members.items() if days is not None}

    @property
    def record(self) -> str:
        """One word of the vault's tag: ``<min>:<max>:<changeable for>``, a part empty where there is none."""
        parts = (self.min_retention_days, self.max_retention_days, self.changeable_for_days)
        return ":".join("" if days is None else str(days) for days in parts)

    def limits(self, state: vaults.VaultState) -> bool:
        """Whether the vault's lock has these limits of retention."""
        actual = (state.min_retention_days, state.max_retention_days)
        return (self.min_retention_days, self.max_retention_days) == actual


def adjust_lock(work: Work, desired: Vault, actual: vaults.VaultParts) -> None:
    """Makes the lock what it should be. One that somebody else put is not taken away."""
    wanted, state = Lock.desired(desired), actual.state
    if wanted is None:
        _take_away(work, actual)
        return
    same = state.locked and wanted.limits(state)
    same = same and (wanted.changeable_for_days is None) == (state.lock_date is None)
    recorded = set(_words(actual))
    if same and (wanted.changeable_for_days is None or recorded == {wanted.record}):
        return
    if state.lock_date is not None and wanted.changeable_for_days is None:
        # whether a lock that is put again without ChangeableForDays keeps its date is not documented
        # (rule L11)
        vaults.delete_lock(work.session, state.name)
    try:
        vaults.put_lock(work.session, state.name, wanted.parameters)
    except InvalidRequest as refusal:
        # a permanent lock cannot be put again, and need not be if it may be this one
        if not (same and _may_be(wanted, recorded)):
            raise
        log.info("the lock of the vault %s stays as it is: %s", state.name, refusal)


def _take_away(work: Work, actual: vaults.VaultParts) -> None:
    state = actual.state
    if not state.locked:
        return
    limits = Lock(state.min_retention_days, state.max_retention_days).record
    if any(_limits_of(word) == limits for word in _words(actual)):
        vaults.delete_lock(work.session, state.name)
    else:
        log.warning("the lock of the vault %s stays: somebody else put it there", state.name)


def _words(actual: vaults.VaultParts) -> Iterator[str]:
    """What is recorded: one word, and two while the lock changes."""
    yield from actual.tags.get(LOCK_TAG, "").split()


def _limits_of(word: str) -> str:
    shortest, _, rest = word.partition(":")
    return f"{shortest}:{rest.partition(':')[0]}:"


def _may_be(wanted: Lock, recorded: set[str]) -> bool:
    # records of earlier versions have two parts, without the days for which the lock could be changed
    return wanted.record in recorded or any(word.count(":") == 1 for word in recorded)


def lock_record(desired: Vault) -> Mapping[str, str]:
    """The tag that records the lock."""
    wanted = Lock.desired(desired)
    return {} if wanted is None else {LOCK_TAG: wanted.record}
