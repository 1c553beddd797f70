"""Whether two policies say the same."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.desired.policies import policy_digest, same_policy

STATEMENT = {"Effect": "Deny", "Principal": "*", "Action": ["a", "b"], "Resource": "*"}

ROOT = "arn:aws:iam::111122223333:root"
SAME_PRINCIPALS: tuple[tuple[Any, Any], ...] = (
    ({"AWS": "111122223333"}, {"AWS": ROOT}),
    ({"AWS": ["111122223333", "444455556666"]}, {"AWS": ["arn:aws:iam::444455556666:root", ROOT]}),
    ({"AWS": ["111122223333"]}, {"AWS": ["111122223333", ROOT]}),
    ({"AWS": "111122223333"}, {"AWS": "arn:aws-us-gov:iam::111122223333:root"}),
    ("*", {"AWS": "*"}),
    ("*", {"AWS": ["*"]}),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Statement": [STATEMENT]}, {"Statement": STATEMENT}),
        ({"Statement": [STATEMENT]}, {"Statement": [{**STATEMENT, "Action": ["b", "a"]}]}),
        ({"Statement": [STATEMENT]}, {"Statement": [{**STATEMENT, "Resource": ["*"]}]}),
        ({"Condition": {"Bool": {"x": True}}}, {"Condition": {"Bool": {"x": "true"}}}),
        ({"Condition": {"NumericEquals": {"x": 5}}}, {"Condition": {"NumericEquals": {"x": "5"}}}),
        (None, None),
        *(({"Principal": a}, {"Principal": b}) for a, b in SAME_PRINCIPALS),
    ],
)
def test_policies_that_mean_the_same(one: Any, other: Any) -> None:
    assert same_policy(one, other)
    assert one is None or policy_digest(one) == policy_digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Statement": [STATEMENT]}, {"Statement": []}),
        ({"Statement": [STATEMENT]}, {"Statement": [{**STATEMENT, "Action": ["a"]}]}),
        ({"Statement": []}, None),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"AWS": "444455556666"}}),
        ({"Principal": {"AWS": "111122223333"}}, {"Principal": {"Service": "111122223333"}}),
        ({"Principal": "*"}, {"Principal": {"Service": "*"}}),
        ({"Resource": "111122223333"}, {"Resource": "arn:aws:iam::111122223333:root"}),
    ],
)
def test_policies_that_do_not(one: Any, other: Any) -> None:
    assert not same_policy(one, other)
