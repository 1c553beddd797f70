"""The table of rules does not lie: it is held against code, switches, tests and documentation."""

from __future__ import annotations

import re
from pathlib import Path

from local_aws.strict_backup import Switches
from local_aws.strict_backup.rulebook import RULES, with_tables
from local_aws.strict_backup.rules import CARRIED_BY

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "strict-backup.md"

FAMILIES = {"V": 23, "L": 12, "P": 5, "N": 5, "B": 38, "S": 21, "R": 15, "G": 13}

# The rules that a strict AWS Backup has to keep at least.
MINIMUM = set(
    re.findall(
        r"\w+",
        """
        V1 V3 V5 V10 V11 V13 L1 L2 L3 L5 L6 L7 L10 P1 P2 N1 N4
        B2 B2a B4 B7 B9 B11 B14 B15 B16 B17 B18 B20 B21 B22 B24 B25 B33 B38
        S1 S2 S3 S4 S5 S7 S8 S10 S11 S17 R1 R2 R3 R4 R5 R6 R7 R8 G1 G6
        """,
    )
)


def test_every_rule_is_in_the_rulebook_once() -> None:
    ids = [rule.rule_id for rule in RULES]

    expected = {f"{family}{number + 1}" for family, count in FAMILIES.items() for number in range(count)}
    assert len(ids) == len(set(ids))
    assert set(ids) == expected | {"B2a"}


def test_what_is_kept_has_code_and_what_is_left_out_has_none() -> None:
    kept = {rule.rule_id for rule in RULES if rule.treatment != "left out"}

    assert set(CARRIED_BY) == kept


def test_every_switch_is_known_and_switchable_rules_have_one() -> None:
    assert all(set(rule.switches) <= set(Switches().as_json()) for rule in RULES)
    assert all(rule.switches for rule in RULES if rule.treatment == "switchable")


def test_the_minimum_is_kept() -> None:
    assert set(CARRIED_BY) >= MINIMUM


def test_every_kept_rule_has_a_test_that_names_it() -> None:
    # GIVEN
    tests = [path.read_text() for path in HERE.glob("test_*.py") if path.name != "test_rulebook.py"]

    # WHEN
    named = {
        rule_id
        for text in tests
        for docstring in re.findall(r'def test_\w+\([^)]*\)[^:]*:\n    """(.*?)"""', text, re.DOTALL)
        for rule_id in re.findall(r"\b[VLPNBSRG]\d+a?\b", docstring.partition(":")[0])
    }

    # THEN
    assert set(CARRIED_BY) - named == set()
    assert named >= MINIMUM


def test_the_documentation_has_the_tables_of_today() -> None:
    """Written by `python -m local_aws.strict_backup.rulebook`."""
    document = DOCUMENT.read_text()

    assert document == with_tables(document)
