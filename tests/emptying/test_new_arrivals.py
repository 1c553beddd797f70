"""A vault that somebody keeps filling: named, and bounded."""

from __future__ import annotations

from local_aws.strict_backup import RecoveryPoint

from .simulation import VAULT, World
from .test_kinds_of_points import is_emptied, why


def test_a_plan_that_keeps_filling_is_named(world: World) -> None:
    # GIVEN
    world.put(100)
    world.service.put_arrivals(VAULT, 5, RecoveryPoint(backup_plan_id="their-plan"))
    begun = world.clock.now()

    # WHEN
    world.run()

    # THEN it took minutes, not an hour
    assert "the vault keeps being filled" in why(world)
    assert "made by the backup plans their-plan. Take the vault out of those rules first" in why(world)
    assert world.clock.now() - begun < 600


def test_the_same_where_no_plan_made_them(world: World) -> None:
    world.service.put_arrivals(VAULT, 5, RecoveryPoint())
    world.put(10)

    world.run()

    assert "made by somebody else than a backup plan" in why(world)


def test_a_plan_that_fills_faster_than_points_go(world: World) -> None:
    world.service.put_arrivals(VAULT, 0.1, RecoveryPoint(backup_plan_id="their-plan"))
    world.put(10)
    begun = world.clock.now()

    world.run()

    assert "the vault keeps being filled" in why(world)
    assert world.clock.now() - begun < 3600


def test_a_few_late_backups_are_no_reason_to_stop(world: World) -> None:
    world.put(100)
    world.service.put_arrivals(VAULT, 20, RecoveryPoint(backup_plan_id="their-plan"), count=3)

    world.run()

    assert is_emptied(world)


def test_a_plan_that_fills_now_and_then_is_outrun(world: World) -> None:
    """Once the vault is gone, the plan's jobs fail (rule V17)."""
    world.put(1000)
    world.service.put_arrivals(VAULT, 60, RecoveryPoint(backup_plan_id="their-plan"))

    world.run()

    assert is_emptied(world)
