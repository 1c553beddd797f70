"""The documented rates of AWS Backup, as one token bucket per operation and one for all operations together.

Source: AWS General Reference, "AWS Backup endpoints and quotas", the table of API calls per second. It does
not say whether a rate is per account and Region, which is how it is kept here, nor whether the operations of
one row share one rate, which they do not here. An operation that the table does not name counts only towards
the sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ALL_CALLS = 50.0
"""Calls a second of all operations together."""

_OPERATIONS_BY_RATE: Mapping[float, tuple[str, ...]] = {
    5.0: (
        "CreateBackupPlan",
        "UpdateBackupPlan",
        "DeleteBackupPlan",
        "CreateBackupSelection",
        "DeleteBackupSelection",
        "DescribeBackupVault",
        "DeleteBackupVault",
        "DeleteBackupVaultAccessPolicy",
        "PutBackupVaultNotifications",
        "DeleteBackupVaultNotifications",
        "TagResource",
        "UntagResource",
        "StartBackupJob",
        "UpdateRecoveryPointLifecycle",
    ),
    10.0: ("DeleteRecoveryPoint", "DescribeProtectedResource"),
    15.0: (
        "DescribeRecoveryPoint",
        "GetBackupPlan",
        "GetBackupSelection",
        "GetBackupVaultAccessPolicy",
        "GetBackupVaultNotifications",
        "DescribeBackupJob",
    ),
    20.0: (
        "ListRecoveryPointsByBackupVault",
        "ListBackupVaults",
        "ListBackupPlans",
        "ListBackupSelections",
        "ListTags",
    ),
}

RATES: Mapping[str, float] = {
    operation: rate for rate, operations in _OPERATIONS_BY_RATE.items() for operation in operations
}
"""Calls a second, by operation."""

# What the fractions of seconds since the epoch can lack of a whole token.
_ROUNDING = 1e-3


@dataclass
class _Bucket:
    """Holds the calls of one second, and refills as fast."""

    rate: float
    tokens: float
    filled_at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.rate, self.tokens + max(0.0, now - self.filled_at) * self.rate)
        self.filled_at = now


@dataclass
class CallRates:
    """The buckets of one account and Region."""

    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def admit(self, operation: str, now: float) -> bool:
        """Whether the call is within the rates; one that is not takes nothing from them."""
        buckets = [self._bucket("", ALL_CALLS, now)]
        if operation in RATES:
            buckets.append(self._bucket(operation, RATES[operation], now))
        if any(bucket.tokens < 1 - _ROUNDING for bucket in buckets):
            return False
        for bucket in buckets:
            bucket.tokens -= 1
        return True

    def _bucket(self, name: str, rate: float, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(name, _Bucket(rate, rate, now))
        bucket.fill(now)
        return bucket
