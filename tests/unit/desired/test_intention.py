"""The record of what a resource should be survives the way into parameters and back."""

from __future__ import annotations

import random

import pytest

from cfn_backup.desired.intention import (
    PART,
    Intention,
    TooLong,
    Unreadable,
    parameter_path,
    read,
    written,
)

STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/0a1b2c3d-0000-1111-2222-333344445555"


def intention(arns: int) -> Intention:
    """With so many ARNs that hardly compress."""
    chance = random.Random(3)  # noqa: S311 - no secret comes of it
    names = [
        f"arn:aws:ec2:eu-west-1:123456789012:volume/vol-{chance.getrandbits(68):017x}" for _ in range(arns)
    ]
    return Intention("Custom::BackupPlan", "plan-1", "request-1", 1.5, {"selections": names})


@pytest.mark.parametrize("arns", [0, 100, 1000])
def test_what_is_written_is_read(arns: int) -> None:
    values = written(intention(arns))

    assert read(reversed(values)) == intention(arns)
    assert all(len(value) <= 4096 for value in values)


def test_a_long_record_takes_several_parameters() -> None:
    assert len(written(intention(0))) == 1
    assert len(written(intention(1000))) > 1


def test_what_a_longer_record_left_behind_does_no_harm() -> None:
    before, now = written(intention(1000)), written(intention(100))

    assert read([*now, *before[len(now) :]]) == intention(100)


def test_a_record_with_a_part_missing_or_changed_is_not_read() -> None:
    values = written(intention(1000))

    with pytest.raises(Unreadable):
        read(values[:-1])
    with pytest.raises(Unreadable):
        read([*values[:-1], values[-1][:-4] + "AAAA"])
    with pytest.raises(Unreadable):
        read([])


def test_more_than_a_template_can_ask_for_is_refused() -> None:
    with pytest.raises(TooLong):
        written(intention(5000))


def test_the_parameters_of_a_resource_are_under_those_of_its_stack() -> None:
    of_stack = parameter_path(STACK_ID)

    assert of_stack == "/cfn-backup-provider/intentions/shop/0a1b2c3d-0000-1111-2222-333344445555"
    assert parameter_path(STACK_ID, "Plan") == f"{of_stack}/Plan"
    assert PART < 4096
