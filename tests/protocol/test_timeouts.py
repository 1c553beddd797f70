"""The end of the function's time: an answer is given before it, with the right id, and only one."""

# ruff: noqa: ARG002, ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import json
import sys
import time
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from cfn_backup.protocol import provider, watchdog
from cfn_backup.reconcile.work import Result, Work
from tests.fake_cloudformation import Clock, FakeCloudFormation, Resource, kill
from tests.fake_cloudformation.bucket import ResponseBucket
from tests.fake_cloudformation.lambda_service import Context
from tests.fake_cloudformation.process import Killed, Process
from tests.fake_cloudformation.seams import replaced
from tests.fake_cloudformation.toy import TOY, World
from tests.protocol.conftest import STACK_ID, Answers, event
from tests.protocol.conftest import Context as Plain

if TYPE_CHECKING:
    from cfn_backup.protocol.entry import Provider

SECONDS = 300


class Slow:
    """A resource that takes as long as it is told, and may have made something before."""

    seconds: float = 0
    identified: str | None = None
    deadlines: ClassVar[list[float]] = []

    def create(self, work: Work) -> Result:
        work.identify(type(self).identified)
        type(self).deadlines.append(work.deadline.remaining())
        work.deadline.sleep(type(self).seconds)
        return Result("made", {})

    update = create

    def delete(self, work: Work) -> None:
        self.create(work)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> type[Slow]:
    module = types.ModuleType("slow")
    made = type("Slow", (Slow,), {"deadlines": []})
    vars(module)["Slow"] = made
    monkeypatch.setitem(sys.modules, "slow", module)
    return made


class Lambda:
    """Invokes a handler on a clock of its own, and kills it at the end of its time."""

    def __init__(self, handler: Provider, seconds: float) -> None:
        self.clock = Clock()
        self.bucket = ResponseBucket(self.clock, "eu-west-1")
        self._handler, self._seconds = handler, seconds

    def invoke(self, sent: dict[str, Any]) -> None:
        process = Process(self.clock.now() + self._seconds)
        context = Context(
            "f", "arn:aws:lambda:eu-west-1:123456789012:function:f", "1", self.clock, process.deadline
        )
        url = self.bucket.presign(STACK_ID, "Toy")
        with replaced(self.clock, self.bucket, None), process:
            self._handler(sent | {"ResponseURL": url}, context)

    @property
    def answer(self) -> dict[str, Any]:
        (put,) = self.bucket.puts
        decoded: dict[str, Any] = json.loads(put.body)
        return decoded


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("identified", [None, "plan-1"])
def test_timeout_each_type(slow: type[Slow], request_type: str, identified: str | None) -> None:
    """F1, F2: FAILED with the event's id, the id that was noted, or the marker; crhelper's is empty."""
    # GIVEN a resource that hangs
    slow.seconds, slow.identified = 10**6, identified
    function = Lambda(provider("slow:Slow"), SECONDS)

    # WHEN its time runs out
    with pytest.raises(Killed):
        function.invoke(event(request_type))

    # THEN CloudFormation was told before
    expected = (
        (identified or f"create-failed:{event()['RequestId']}")
        if request_type == "Create"
        else "toy-that-exists"
    )
    assert function.answer["Status"] == "FAILED"
    assert function.answer["PhysicalResourceId"] == expected
    assert function.answer["Reason"].startswith(f"The {request_type} did not finish within the 295 seconds")
    assert function.bucket.puts[0].at == pytest.approx(Clock().now() + SECONDS - watchdog.MARGIN)


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_timeout_of_the_template(slow: type[Slow], request_type: str) -> None:
    """A ServiceTimeout shorter than the function's: the answer comes while it is still waited for."""
    # GIVEN
    slow.seconds, slow.identified = 100, "plan-1"
    function = Lambda(provider("slow:Slow"), SECONDS)

    # WHEN
    function.invoke(event(request_type, ServiceTimeout="60"))

    # THEN
    assert function.answer["Status"] == "FAILED"
    assert function.answer["Reason"].startswith(f"The {request_type} did not finish within the 55 seconds")
    assert function.bucket.puts[0].at == pytest.approx(Clock().now() + 60 - watchdog.MARGIN)
    assert slow.deadlines == [pytest.approx(60 - watchdog.MARGIN - 6)]


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_timeout_then_result(
    slow: type[Slow], request_type: str, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    """F3: a result that comes after the watchdog's answer is dropped, and the invocation ends in order."""
    # GIVEN a resource that is done two seconds before the end, three after the watchdog
    slow.seconds = SECONDS - 2
    function = Lambda(provider("slow:Slow"), SECONDS)

    # WHEN it is called
    function.invoke(event(request_type))

    # THEN there is the watchdog's answer, and no other
    assert function.answer["Status"] == "FAILED"
    lines = log_lines()
    assert any(line.get("message") == "late answer dropped" for line in lines)
    assert any("TimedOut" in line for line in lines)


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_in_time(slow: type[Slow], request_type: str, log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    """F3: the watchdog is called off, so it does not even try."""
    slow.seconds = SECONDS - 6
    function = Lambda(provider("slow:Slow"), SECONDS)
    function.invoke(event(request_type))
    function.clock.advance(seconds=SECONDS)
    assert function.answer["Status"] == "SUCCESS"
    assert not any(line.get("message") == "late answer dropped" for line in log_lines())


def test_deadline_leaves_time_to_undo(slow: type[Slow]) -> None:
    """F8: a resource's own deadline is before the watchdog's, so that it can take back what it made."""
    function = Lambda(provider("slow:Slow"), SECONDS)
    function.invoke(event())
    assert slow.deadlines == [SECONDS - watchdog.MARGIN - 15]


@pytest.mark.parametrize(("seconds", "expected"), [(300, 5.0), (20, 5.0), (3, 0.75)])
def test_margin(seconds: float, expected: float) -> None:
    """A function with very little time still uses most of it."""
    assert watchdog.margin(seconds) == expected


def test_timeout_answer_not_delivered(slow: type[Slow]) -> None:
    """F4: when the watchdog's answer does not arrive, the result that comes later must not hide it."""
    # GIVEN a network that is down when the watchdog answers
    slow.seconds = SECONDS - 2
    function = Lambda(provider("slow:Slow"), SECONDS)
    function.bucket.faults = [lambda bucket, url, body: 500] * 5

    # THEN the invocation fails, and Lambda delivers the event again
    with pytest.raises(Exception, match="did not arrive"):
        function.invoke(event())


def test_real_timer(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with a real thread and a real clock, in a function of half a second."""

    class Hanging:
        def create(self, work: Work) -> Result:
            time.sleep(0.5)
            return Result("late", {})

    module = types.ModuleType("hanging")
    vars(module)["Hanging"] = Hanging
    monkeypatch.setitem(sys.modules, "hanging", module)
    end = time.monotonic() + 0.5
    context = Plain()
    monkeypatch.setattr(
        Plain, "get_remaining_time_in_millis", lambda self: int((end - time.monotonic()) * 1000) + 1000
    )
    monkeypatch.setattr(watchdog, "MARGIN", 1.4)
    monkeypatch.setattr(watchdog, "margin", lambda remaining: 1.4)
    provider("hanging:Hanging")(event(), context)
    assert answers.only["Status"] == "FAILED"


def test_out_of_memory(cfn: FakeCloudFormation, world: World) -> None:
    """F1: a function that is killed each time: the failure responder answers, and what was made is found and
    removed.
    """
    # GIVEN a function that dies right after it made its thing, three times
    world.after = lambda number: kill() if number <= 3 else None

    # WHEN the stack is created
    stack = cfn.create_stack("shop", [Resource("Toy", TOY)])

    # THEN it did not hang, the reason is in plain words, and nothing is left
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "failed in every one of 3 attempts" in stack.reasons[0]
    assert world.things == {}
    assert cfn.clock.now() - stack.events[0].at < 600


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_killed_once(cfn: FakeCloudFormation, world: World, request_type: str) -> None:
    """F1, F10: Lambda's next attempt finishes what the one that died began."""
    # GIVEN a function that dies once in the middle of that request
    if request_type != "Create":
        cfn.create_stack("shop", [Resource("Toy", TOY, {"Colour": "red"})])
    deaths = iter([True])
    world.after = lambda number: kill() if next(deaths, False) else None

    # WHEN the stack goes on
    if request_type == "Create":
        stack = cfn.create_stack("shop", [Resource("Toy", TOY)])
    elif request_type == "Update":
        stack = cfn.update_stack("shop", [Resource("Toy", TOY, {"Colour": "blue"})])
    else:
        stack = cfn.delete_stack("shop")

    # THEN nobody notices
    assert stack.status == f"{request_type.upper()}_COMPLETE"
    assert len(world.things) == (0 if request_type == "Delete" else 1)
