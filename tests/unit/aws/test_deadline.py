"""Waiting for what is refused for a while."""

from __future__ import annotations

import pytest

from cfn_backup.aws.deadline import Deadline, until_accepted
from cfn_backup.aws.errors import AccessDenied, InvalidRequest, NotStabilized, ProviderError


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.time = 0.0
        self.waits = 0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits += 1

    def deadline(self, seconds: float) -> Deadline:
        return Deadline(seconds, self.now, self.sleep)


def refused(times: int, error: ProviderError) -> object:
    """A call that is refused so many times."""
    left = [error] * times

    def call() -> str:
        if left:
            raise left.pop()
        return "done"

    return call


def is_transient(error: ProviderError) -> bool:
    return isinstance(error, InvalidRequest)


def test_a_call_is_repeated_until_it_is_accepted() -> None:
    clock = Clock()
    call = refused(3, InvalidRequest("not yet"))
    assert until_accepted(call, is_transient, clock.deadline(100), seconds=50) == "done"  # type: ignore[arg-type]
    assert clock.waits == 3


def test_any_other_refusal_is_raised_at_once() -> None:
    clock = Clock()
    with pytest.raises(AccessDenied):
        until_accepted(refused(1, AccessDenied("no")), is_transient, clock.deadline(100), seconds=50)  # type: ignore[arg-type]
    assert clock.waits == 0


@pytest.mark.parametrize(("deadline", "seconds"), [(1000.0, 20.0), (20.0, 1000.0)])
def test_when_the_time_is_up_the_last_refusal_is_told(deadline: float, seconds: float) -> None:
    clock = Clock()
    with pytest.raises(NotStabilized, match="not yet - still so after waiting for it"):
        until_accepted(
            refused(1000, InvalidRequest("not yet")),  # type: ignore[arg-type]
            is_transient,
            clock.deadline(deadline),
            seconds=seconds,
        )
    assert clock.time <= 20


def test_a_deadline_says_what_remains() -> None:
    clock = Clock()
    deadline = clock.deadline(10)
    clock.sleep(12)
    assert deadline.remaining() == -2
    assert 4 < Deadline.after(5).remaining() <= 5


def test_a_share_is_a_part_of_what_remains() -> None:
    clock = Clock()
    clock.time = 40
    share = clock.deadline(100).share(0.5)
    assert share.remaining() == 30
    clock.time = 200
    assert clock.deadline(100).share(0.5).remaining() == 0
