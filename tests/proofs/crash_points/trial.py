"""One scenario with one fault, and everything that must hold afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fake_cloudformation import Stack
from tests.fake_cloudformation.lambda_service import Event
from tests.proofs.crash_points.faults import Fault, Injection
from tests.proofs.crash_points.scenarios import STACK, Scenario
from tests.proofs.meaning import Meaning, meaning, unexcused
from tests.proofs.wire import Call, untouched
from tests.proofs.world import World

SETTLED = (
    "CREATE_COMPLETE",
    "ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "DELETE_COMPLETE",
)
STUCK = ("ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED")
"""Terminal too, and a person has to go on from there; deleting the stack must always be possible."""


@dataclass
class Trial:
    """What became of it. ``problems`` is empty when the provider survived."""

    calls: list[Call] = field(default_factory=list)
    """Of the step: the points that a fault can hit."""
    struck: Call | None = None
    status: str = ""
    before: Meaning = field(default_factory=Meaning)
    after: Meaning = field(default_factory=Meaning)
    problems: list[str] = field(default_factory=list)
    leaks: int = 0
    touched: int = 0
    answers: int = 0


def rehearse(scenario: Scenario, seed: int = 0) -> Trial:
    """The scenario without a fault: its calls, and how it must end."""
    return _run(scenario, None, 0, None, seed)


def run(scenario: Scenario, fault: Fault, position: int, rehearsal: Trial, seed: int = 0) -> Trial:
    """The scenario with the fault at the call of that position, counted from 1."""
    return _run(scenario, fault, position, rehearsal, seed)


def _run(scenario: Scenario, fault: Fault | None, position: int, rehearsal: Trial | None, seed: int) -> Trial:
    trial = Trial()
    with World(seed=seed) as world:
        for step in scenario.given:
            step(world)
        trial.before = meaning(world)
        points = _points(world)
        first = len(world.wire.calls)
        injection = Injection(world, fault, position) if fault else None
        world.wire.tamper = injection or untouched
        stack = scenario.when(world)
        assert stack is not None
        world.cloudformation.settle()
        world.wire.tamper = untouched
        trial.calls = world.wire.calls[first:]
        trial.status = stack.status
        trial.after = meaning(world)
        trial.struck = injection.struck if injection else None
        if rehearsal is None:
            _expect(trial, stack.status == scenario.then, f"ended with {stack.status}: {stack.reasons}")
        else:
            harmed = fault is not None and fault.harmless and stack.status != rehearsal.status
            _expect(trial, not harmed, f"it should have done no harm: {stack.reasons[:1]}")
            trial.problems += _judged(trial, rehearsal)
            _again(world, trial, scenario, rehearsal)
        _tear_down(world, trial)
        _expect(trial, points <= _points(world), f"recovery points lost: {points - _points(world)}")
        _expect(
            trial,
            world.backup.calls.of("DeleteRecoveryPoint") == [],
            "a recovery point's deletion was asked for",
        )
        trial.problems += [
            f"said that nothing was made, and left {name}" for name in world.left_by_failed_creates
        ]
        _count_answers(world, trial)
    return trial


def _judged(trial: Trial, rehearsal: Trial) -> Iterator[str]:
    """Whether what there is now means what CloudFormation believes."""
    if trial.struck is None:
        yield "the fault struck nowhere"
    if trial.status not in SETTLED + STUCK:
        yield f"the stack is left in {trial.status}"
    if trial.status == rehearsal.status:
        yield from _differences(trial.after, rehearsal.after, "than without the fault")
    elif trial.status == "ROLLBACK_COMPLETE":
        yield from _differences(trial.after, Meaning(), "than nothing")
    elif trial.status == "UPDATE_ROLLBACK_COMPLETE":
        yield from _differences(trial.after, trial.before, "than before the update")


def _differences(actual: Meaning, expected: Meaning, than: str) -> Iterator[str]:
    yield from (f"other {than}: missing {line}" for line in expected - actual)
    surplus = Meaning(actual - expected)
    yield from (f"other {than}: too much {line}" for line in unexcused(surplus, actual))


def _again(world: World, trial: Trial, scenario: Scenario, rehearsal: Trial) -> None:
    """What a person does next: an update that was rolled back, or a deletion that failed, is tried again."""
    if trial.status == rehearsal.status or not trial.status.startswith(("UPDATE_ROLLBACK_C", "DELETE_F")):
        return
    stack = scenario.when(world)
    assert stack is not None
    _expect(
        trial,
        stack.status == rehearsal.status,
        f"tried again it ended with {stack.status}: {stack.reasons[-1:]}",
    )
    if stack.status == rehearsal.status:
        trial.problems += [
            f"tried again: {text}"
            for text in _differences(meaning(world), rehearsal.after, "than without the fault")
        ]


def _tear_down(world: World, trial: Trial) -> None:
    """At last the stack goes, and with it everything but what it has to keep."""
    stack = world.cloudformation.find_stack(STACK)
    if stack is not None and stack.status != "DELETE_COMPLETE":
        stack = world.cloudformation.delete_stack(STACK)
        world.cloudformation.settle()
        if stack.status == "DELETE_FAILED":
            _expect(trial, _has_points(world, stack), f"cannot be deleted: {stack.reasons[-1:]}")
            world.cloudformation.delete_stack(STACK, retain=_failed(stack))
    present = meaning(world)
    left = unexcused(present, present)
    trial.leaks = len(left)
    trial.problems += [f"leaked: {line}" for line in left]
    touched = world.touched()
    trial.touched = len(touched)
    trial.problems += [f"touched, and it was not ours: {name}" for name in touched]


def _failed(stack: Stack) -> list[str]:
    return [name for name, resource in stack.resources.items() if resource.status == "DELETE_FAILED"]


def _has_points(world: World, stack: Stack) -> bool:
    """A vault with recovery points is the one thing that may keep a stack from going."""
    return all("recovery point" in stack.resources[name].reason for name in _failed(stack))


def _points(world: World) -> set[str]:
    return {name for name in world.things() if name.startswith("point/") and name not in world.foreign}


def _count_answers(world: World, trial: Trial) -> None:
    """Every request got an answer, and none was sent twice by the same execution of a function."""
    for event in world.cloudformation.requests:
        sent = world.answers_of(event["ResponseURL"])
        executions = sum(
            _request(attempt.event) == event["RequestId"] for attempt in world.cloudformation.service.attempts
        )
        what = f"{sent} answers to the {event['RequestType']} of {event['LogicalResourceId']}"
        _expect(trial, 1 <= sent <= executions, f"{what}, which was executed {executions} times")
        trial.answers += sent


def _request(event: Event) -> str:
    """Of a function's own event, or of the record that the failure responder gets."""
    return str(event.get("requestPayload", event)["RequestId"])


def _expect(trial: Trial, holds: bool, otherwise: str) -> None:
    if not holds:
        trial.problems.append(otherwise)
