"""Which selected types a Region's opt-in settings leave out."""

from __future__ import annotations

import pytest

from cfn_backup.rules.opt_in import check_opt_in, types_not_opted_in
from cfn_backup.written.findings import Findings
from tests.rules.reading import TABLE, codes

OFF = dict.fromkeys(("DynamoDB", "EC2", "EBS", "Aurora", "FSx", "RDS"), False)


@pytest.mark.parametrize(
    ("arn", "off"),
    [
        # named by its type: backed up whatever the setting
        (TABLE, {"DynamoDB": False}),
        ("arn:aws:ec2:*:*:instance/*", {"EC2": False}),
        ("arn:aws:rds:*:*:db:*", {"RDS": False}),
        # a type that shares its ARNs with others
        ("arn:aws:rds:eu-west-1:111122223333:cluster:orders", {"Aurora": True}),
        ("arn:aws:fsx:*:*:file-system/*", {"FSx": True}),
        # a service
        ("arn:aws:ec2:*", {"EC2": True, "EBS": True}),
        ("arn:aws:dynamodb:*:*:*", {"DynamoDB": True}),
        # opted in, not known, or no type at all
        ("arn:aws:s3:::documents", {}),
        ("arn:aws:something:*", {}),
        ("*", {}),
        ("nonsense", {}),
    ],
)
def test_types_that_are_switched_off(arn: str, off: dict[str, bool]) -> None:
    assert types_not_opted_in([arn], {**OFF, "S3": True}) == off


def test_a_warning_says_what_is_left_out() -> None:
    # WHEN a type is selected that the Region is not opted in to
    findings = Findings()
    check_opt_in(["arn:aws:ec2:*", TABLE], OFF, findings, "Resources")

    # THEN there is a warning for each, with its consequence
    assert codes(findings) == ["W9504", "W9504", "W9504"]
    assert "so they are not backed up" in findings.warnings[0].message
    assert "none that a tag selects" in findings.warnings[2].message


def test_a_region_that_is_opted_in_to_everything() -> None:
    findings = Findings()
    check_opt_in(["arn:aws:ec2:*", TABLE], dict.fromkeys(OFF, True), findings, "")
    assert findings.found == []
