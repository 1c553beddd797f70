"""Whether two policies say the same."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.aws.policies import same_policy

STATEMENT = {"Effect": "Deny", "Principal": "*", "Action": ["a", "b"], "Resource": "*"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Statement": [STATEMENT]}, {"Statement": STATEMENT}),
        ({"Statement": [STATEMENT]}, {"Statement": [{**STATEMENT, "Action": ["b", "a"]}]}),
        ({"Statement": [STATEMENT]}, {"Statement": [{**STATEMENT, "Resource": ["*"]}]}),
        ({"Condition": {"Bool": {"x": True}}}, {"Condition": {"Bool": {"x": "true"}}}),
        ({"Condition": {"NumericEquals": {"x": 5}}}, {"Condition": {"NumericEquals": {"x": "5"}}}),
        (None, None),
    ],
)
def test_policies_that_mean_the_same(one: Any, other: Any) -> None:
    assert same_policy(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Statement": [STATEMENT]}, {"Statement": []}),
        ({"Statement": [STATEMENT]}, {"Statement": [{**STATEMENT, "Action": ["a"]}]}),
        ({"Statement": []}, None),
    ],
)
def test_policies_that_do_not(one: Any, other: Any) -> None:
    assert not same_policy(one, other)
