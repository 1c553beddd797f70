"""What the lock of a vault says of a retention."""

from __future__ import annotations

import pytest

from cfn_backup.rules.retention import check_retention_in_lock, retention_problem
from cfn_backup.symbolic.values import Choice, Unknown
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import Lifecycle, Rule
from cfn_backup.written.vault import LockConfiguration
from tests.rules.reading import paths

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
        (Rule(), True),
        (Rule(lifecycle=Lifecycle(delete_after_days=6)), True),
        (Rule(lifecycle=Lifecycle(delete_after_days=-1, move_to_cold_storage_after_days=-1)), True),
        (Rule(lifecycle=Lifecycle(delete_after_days=14)), False),
        (Rule(lifecycle=Lifecycle(delete_after_days=UNKNOWN)), False),
        (Rule(lifecycle=UNKNOWN), False),
        (Rule(lifecycle=Choice("C", Lifecycle(delete_after_days=14), None)), True),
        (Rule(lifecycle=Choice("C", Lifecycle(delete_after_days=14), UNKNOWN)), False),
    ],
)
def test_a_rule_and_a_lock(rule: Rule, refused: bool) -> None:
    # WHEN the rule is checked against the lock of its vault
    findings = Findings()
    check_retention_in_lock(rule, LOCK, findings, "BackupPlanRules[0]")

    # THEN it is refused if some retention it can have is
    assert paths(findings) == (["BackupPlanRules[0].Lifecycle.DeleteAfterDays"] if refused else [])
