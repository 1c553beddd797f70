"""Whatever happens at any call of a slice, the vault ends empty or with a true reason, and nothing else is
touched: killed before the call, killed after it, its answer lost, throttled, denied, out of time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied, GeneralServiceException, Throttling
from cfn_backup.emptying import limits

from .asl import Execution, Machine
from .simulation import ACCOUNT, REGION, World
from .test_kinds_of_points import COMPOSITE, EKS, is_emptied, why

BESIDE = "shop-vault-2"


class Killed(Exception):
    """Raised to end the process where it stands."""


def small_world(**switches: Any) -> World:
    """One vault with a few points of every kind, and one beside it with the same."""
    world = World(aurora_disassociation_accepted=True, **switches)
    world.make_vault(BESIDE)
    world.put(3, BESIDE)
    world.put(4)
    world.put(2, resource_type="S3", continuous=True)
    world.put_one(resource_type="RDS", continuous=True)
    world.put_one(resource_type="Aurora", continuous=True)
    world.put_one(expires_on_delete=True)
    world.put_one(status="CREATING", ready_at=world.clock.now() + 30)
    world.put_one(recovery_point_arn=COMPOSITE, resource_type="CloudFormation", is_parent=True)
    world.put_one(resource_type="EFS", parent_recovery_point_arn=COMPOSITE)
    world.put_one(recovery_point_arn=EKS, resource_type="EKS", is_parent=True)
    world.put_one(resource_type="EKS", parent_recovery_point_arn=EKS)
    world.put_one(resource_type="EBS", parent_recovery_point_arn=EKS)
    return world


def fail(error: Callable[[], Exception]) -> Callable[[World], None]:
    def strike(_world: World) -> None:
        raise error()

    return strike


def at_every_call(when: str, strike: Callable[[World], None]) -> Iterator[tuple[World, Execution]]:
    """Runs the whole work once for each of its calls, and lets it happen at that call."""
    for number in itertools.count(1):
        world, seen = small_world(), itertools.count(1)
        struck = []

        def look(_operation: str, _parameters: Mapping[str, Any]) -> None:
            if next(seen) == number:  # noqa: B023 - the world is run within the same round
                struck.append(number)  # noqa: B023
                strike(world)  # noqa: B023

        setattr(world.session, when, look)
        execution = world.run()
        if not struck:
            assert number > 40
            return
        yield world, execution


FAULTS = {
    "killed before": ("before", fail(Killed)),
    "killed after": ("after", fail(Killed)),
    "answer lost": ("after", fail(lambda: GeneralServiceException("lost"))),
    "not reached": ("before", fail(lambda: GeneralServiceException("no connection"))),
    "throttled": ("before", fail(lambda: Throttling("Rate exceeded"))),
    "out of time": ("before", lambda world: world.clock.sleep(limits.SLICE)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_ends_empty(fault: str) -> None:
    for world, execution in at_every_call(*FAULTS[fault]):
        assert execution.status == "SUCCEEDED"
        assert is_emptied(world)
        assert len(world.left(BESIDE)) == 3
        assert world.service.point_in_time_recovery_off(ACCOUNT, REGION) == []


def test_a_denial_ends_it_empty_or_with_the_reason() -> None:
    for world, _ in at_every_call("before", fail(lambda: AccessDenied("not you"))):
        assert is_emptied(world) or "not you" in why(world)
        assert len(world.left(BESIDE)) == 3


def test_slices_of_a_few_seconds_come_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SLICE", 3.0)
    world = small_world()

    world.run()

    assert is_emptied(world)


def test_killed_every_time_it_ends_with_a_reason(world: World) -> None:
    # GIVEN
    world.put(10)

    def die(_do: str) -> None:
        if _do == "slice":
            raise Killed("out of memory")

    world.before_task = die

    # WHEN
    execution = world.run()

    # THEN
    assert execution.status == "SUCCEEDED"
    assert "the work failed again and again, at last with Killed: out of memory" in why(world)
    assert len(world.left()) == 10


def test_a_slice_that_is_delivered_twice_at_once_does_no_harm() -> None:
    """Lambda invokes a function more than once now and then."""
    world = World()
    world.make_vault(BESIDE)
    world.put(3, BESIDE)
    world.put(20)
    order = {"order": world.order().to_json()}
    first = world.task({"do": "slice", "state": order})

    second = world.task({"do": "slice", "state": order})

    assert first["next"] == second["next"] == "ANSWER"
    assert second["outcome"]["emptied"]
    assert not world.has_vault()
    assert len(world.left(BESIDE)) == 3


def test_what_another_version_handed_on_is_taken_as_far_as_it_is_known(world: World) -> None:
    """The work goes on across upgrades of the provider."""
    # GIVEN
    world.put(10_000)
    state = world.task({"do": "slice", "state": {"order": world.order().to_json()}})
    state["order"]["colour"] = "blue"
    state["progress"]["mood"] = "fine"
    state["progress"]["round"]["smell"] = 7
    del state["progress"]["futile_rounds"]

    # WHEN
    Machine(world.task, world.clock.sleep, world.clock.now).run(state)

    # THEN
    assert is_emptied(world)
