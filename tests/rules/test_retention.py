"""What the lock of a vault says of a retention."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.rules.retention import retention_problem
from cfn_backup.symbolic import Unknown
from cfn_backup.written.vault import LockConfiguration
from tests.rules.reading import codes, found_in_plan

LOCK = LockConfiguration(min_retention_days=7, max_retention_days=30)
UNKNOWN = Unknown({"Ref": "Days"})


@pytest.mark.parametrize(
    ("days", "lock", "allowed"),
    [
        (7, LOCK, True),
        (30, LOCK, True),
        (6, LOCK, False),
        (31, LOCK, False),
        (None, LOCK, False),
        (None, LockConfiguration(min_retention_days=7), True),
        (1, LockConfiguration(max_retention_days=30), True),
        (1, LockConfiguration(min_retention_days=UNKNOWN), True),
        (1, LockConfiguration(), True),
    ],
)
def test_a_retention_and_a_lock(days: int | None, lock: LockConfiguration, allowed: bool) -> None:
    assert (retention_problem(days, lock) is None) is allowed


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({}, True),
        ({"Lifecycle": {"DeleteAfterDays": 6}}, True),
        ({"Lifecycle": {"DeleteAfterDays": -1, "MoveToColdStorageAfterDays": -1}}, True),
        ({"Lifecycle": {"DeleteAfterDays": 14}}, False),
        ({"Lifecycle": {"DeleteAfterDays": {"Ref": "Days"}}}, False),
        ({"Lifecycle": {"Ref": "Life"}}, False),
        ({"Lifecycle": {"Fn::If": ["C", {"DeleteAfterDays": 14}, {"Ref": "AWS::NoValue"}]}}, True),
        ({"Lifecycle": {"Fn::If": ["C", {"DeleteAfterDays": 14}, {"Ref": "Life"}]}}, False),
    ],
)
def test_a_rule_and_the_lock_of_the_default_vault(rule: dict[str, Any], refused: bool) -> None:
    lock = {"MinRetentionDays": 7, "MaxRetentionDays": 30}

    found = found_in_plan(
        {"BackupPlanRules": [rule], "DefaultVault": {"LockConfiguration": lock}}, symbolic=True
    )

    assert ("E9229" in codes(found)) is refused
