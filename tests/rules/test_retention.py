"""What the lock of a vault says of a retention."""

from __future__ import annotations

import pytest

from cfn_backup.desired.rules import PlannedRule
from cfn_backup.rules.driver import Subject, look
from cfn_backup.rules.locks import retention_problem
from cfn_backup.rules.retention import LockedVaultSubject
from cfn_backup.rules.subjects import RuleSubject
from cfn_backup.symbolic.values import Choice, Sym, Unknown
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.written.vault import LockConfiguration
from tests.rules.reading import HERE

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
    ("lifecycle", "refused"),
    [
        (None, True),
        (Lifecycle(delete_after_days=6), True),
        (Lifecycle(delete_after_days=-1, move_to_cold_storage_after_days=-1), True),
        (Lifecycle(delete_after_days=14), False),
        (Lifecycle(delete_after_days=UNKNOWN), False),
        (UNKNOWN, False),
        (Choice("C", Lifecycle(delete_after_days=14), None), True),
        (Choice("C", Lifecycle(delete_after_days=14), UNKNOWN), False),
    ],
)
def test_a_rule_and_a_lock(lifecycle: Sym[Lifecycle] | None, refused: bool) -> None:
    # WHEN the rule is checked against the lock of its vault
    written = Rule(lifecycle=lifecycle)
    rule = RuleSubject(PlannedRule(written, written), BackupPlan(), HERE)
    findings = Findings()
    look([Subject(LockedVaultSubject(rule, None, LOCK, "the vault Archive"))], findings)

    # THEN it is refused if some retention it can have is
    assert [one.code for one in findings.found] == (["E9229"] if refused else [])
