"""How long it takes for how many, under the documented rates; the clock moves only when somebody waits.

The larger sizes run in `make proofs` and `make bench`.
"""

from __future__ import annotations

import pytest

from .asl import MOST_EVENTS
from .simulation import World
from .terraform import terraform_seconds
from .test_kinds_of_points import is_emptied

COMPOSITE = "arn:aws:backup:eu-west-1:123456789012:recovery-point:composite:cloudformation/shop-"


def fill(world: World, count: int) -> None:
    """Points of every kind that goes, in the proportions that an account may have."""
    world.put(count - count // 10 - count // 50, resource_type="EBS")
    world.put(count // 20, resource_type="RDS")
    world.put(count // 20, resource_type="S3", continuous=True)
    for number in range(count // 100):
        parent = f"{COMPOSITE}{number}"
        world.put_one(recovery_point_arn=parent, resource_type="CloudFormation", is_parent=True)
        world.put_one(resource_type="EFS", parent_recovery_point_arn=parent)


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_the_time_is_that_of_the_rate(world: World, count: int) -> None:
    # GIVEN
    fill(world, count)
    begun = world.clock.now()

    # WHEN
    execution = world.run()

    # THEN
    assert is_emptied(world)
    assert world.clock.now() - begun <= 1.1 * count / 8 + 120
    assert world.session.throttled_at == []
    assert execution.events <= MOST_EVENTS / 10
    assert execution.largest_state < 4096


def test_terraforms_way_takes_ten_times_as_long(world: World) -> None:
    """One at a time, waiting for each (`force_destroy` of aws_backup_vault)."""
    count = 300
    world.put(count)
    begun = world.clock.now()
    world.run()
    ours = world.clock.now() - begun

    theirs = terraform_seconds(count)

    assert ours <= theirs / 10


def test_the_clock_is_looked_at_once_a_minute(world: World) -> None:
    world.put(5_000)

    world.run()

    times = [at for at, _ in world.watching.ticks]
    assert 9 <= len(times) <= 20


def test_how_long_a_deletion_takes_is_recorded_by_type() -> None:
    # GIVEN
    world = World(deletion_seconds=30)
    world.put_one(resource_type="EFS", deletion_seconds=200)
    world.put(2000, resource_type="EBS")

    # WHEN
    world.run()

    # THEN no figure is too low, and none too high by more than the look in between
    assert 30 <= world.watching.gone_after["EBS"] <= 45
    assert 200 <= world.watching.gone_after["EFS"] <= 260
