"""How fast: one token bucket below the documented rate, adaptive downward, shared by all who empty."""

from __future__ import annotations

import itertools

import pytest

from cfn_backup.emptying.pace import Pace

from .simulation import World
from .test_kinds_of_points import is_emptied


def calls_in(pace: Pace, seconds: float, busy: float = 0.0) -> int:
    """How many calls the pace lets through; the caller is busy for so long after each."""
    now, made = 0.0, 0
    while now < seconds:
        if pace.wait(now) <= 1e-9:
            pace.take(now)
            made += 1
            now += busy
        now += pace.wait(now)
    return made


@pytest.mark.parametrize("rate", [0.5, 2.0, 8.0])
def test_the_rate_is_kept(rate: float) -> None:
    assert calls_in(Pace(rate, rate), 100) == pytest.approx(100 * rate, abs=1)


def test_a_caller_that_is_a_little_busy_loses_nothing() -> None:
    assert calls_in(Pace(8, 8), 100, busy=0.12) == pytest.approx(800, abs=2)


def test_there_is_no_burst_after_a_pause() -> None:
    # GIVEN
    pace = Pace(8, 8)
    pace.take(0)

    # WHEN a long time later
    made = 0
    for hundredth in range(20):
        if pace.wait(60 + hundredth / 100) == 0:
            pace.take(60 + hundredth / 100)
            made += 1

    # THEN
    assert made <= 2


def test_throttling_halves_the_rate_once_for_all_that_were_in_flight() -> None:
    pace = Pace(8, 8)

    for _ in range(4):
        pace.throttled(100.0)

    assert pace.rate == 4


def test_the_rate_never_falls_below_the_slowest() -> None:
    pace = Pace(8, 8)

    for second in range(100):
        pace.throttled(float(second))

    assert pace.rate == 0.5


def test_the_rate_comes_back_slowly() -> None:
    # GIVEN
    pace = Pace(8, 8)
    pace.throttled(0.0)

    # WHEN
    made = calls_in(pace, 120)

    # THEN
    assert pace.rate == 8
    assert 4 * 120 < made < 8 * 120


def test_a_share_follows_the_number_of_those_who_empty() -> None:
    pace = Pace(8, 8)

    pace.share(2)
    assert pace.rate == 2
    pace.share(8)
    assert pace.rate == 8


def test_a_share_does_not_undo_what_throttling_did() -> None:
    pace = Pace(8, 8)
    pace.throttled(0.0)

    pace.share(6)

    assert (pace.limit, pace.rate) == (6, 4)


@pytest.mark.parametrize("latency", [0.02, 0.1, 0.45])
def test_slow_answers_do_not_slow_the_work_down(latency: float) -> None:
    # GIVEN
    world = World(latency=latency)
    world.put(2000)
    begun = world.clock.now()

    # WHEN
    world.run()

    # THEN
    assert is_emptied(world)
    assert world.clock.now() - begun < 1.1 * 2000 / 8 + 120
    assert world.most_in_flight <= 4
    assert world.session.throttled_at == []


def test_it_gives_way_to_others_who_use_the_rate(world: World) -> None:
    # GIVEN somebody else who deletes eight points a second of the ten that there are
    world.put(1000)
    others = itertools.count()
    started = world.clock.now()

    def somebody_else(operation: str, parameters: object) -> None:
        while next_one[0] < (world.clock.now() - started) * 8:
            next_one[0] = next(others) + 1
            world.service._state.place("123456789012", "eu-west-1").rates.admit(
                "DeleteRecoveryPoint", world.clock.now()
            )

    next_one = [0]
    world.session.before = somebody_else

    # WHEN
    world.run()

    # THEN
    assert is_emptied(world)
    assert len(world.session.throttled_at) < 0.2 * world.session.made["DeleteRecoveryPoint"]


def test_half_of_the_rate_is_left_to_the_other_of_two(world: World) -> None:
    world.watching.share = lambda: 2
    world.put(1000)
    begun = world.clock.now()

    world.run()

    assert 1000 / 4 < world.clock.now() - begun < 1000 / 4 * 1.2


def test_an_account_that_throttles_everything_is_no_reason_to_fail() -> None:
    world = World(throttle_every=3, faulty_operations=["DeleteRecoveryPoint"])
    world.put(300)

    world.run()

    assert is_emptied(world)
