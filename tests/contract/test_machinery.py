"""The fake CloudFormation itself: that it does what the real one does, tried with toys."""

# ruff: noqa: ARG002, ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cfn_backup.aws.errors import ProviderError
from cfn_backup.protocol import outbound
from functions.failure_responder import app as failure_responder
from tests.fake_cloudformation import (
    BYSTANDER,
    AtOnce,
    Clock,
    FakeCloudFormation,
    Killed,
    Late,
    Lost,
    Resource,
    Twice,
    answer_lost,
    answers,
    kill,
    status,
    toy,
    unreachable,
)
from tests.fake_cloudformation.toy import REFERENCE, TOY, World

ECHO = "Custom::Echo"
BOOM = Resource("Boom", BYSTANDER, {"FailOn": "Create"}, depends_on=("Toy",))


class Echo:
    """A handler that answers what it is told to, however wrong, without any of the provider's protocol."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], bytes | None] = self.right

    def __call__(self, event: dict[str, Any], context: Any) -> None:
        self.events.append(event)
        body = self.answer(event)
        if body is not None:
            outbound.put(event["ResponseURL"], body, 5)

    def right(self, event: dict[str, Any], **changes: Any) -> bytes:
        answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
        answer |= {
            "Status": "SUCCESS",
            "PhysicalResourceId": event.get("PhysicalResourceId", "echo-1"),
        } | changes
        return json.dumps({key: value for key, value in answer.items() if value is not ...}).encode()


@pytest.fixture
def world() -> World:
    return toy.new_world()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def cfn(world: World, echo: Echo) -> Iterator[FakeCloudFormation]:
    handlers: dict[str, Any] = {TOY: REFERENCE, ECHO: echo}
    with FakeCloudFormation(handlers, on_failure=failure_responder.handler) as fake:
        yield fake


def a_toy(**properties: Any) -> Resource:
    return Resource("Toy", TOY, properties)


# ---- requests ----------------------------------------------------------------------------------------------
# ---------------


def test_event_shape(cfn: FakeCloudFormation, echo: Echo) -> None:
    """The members of each request type, everything stringified (reference §2.2)."""
    # GIVEN properties of every kind
    first = {
        "Days": 35,
        "On": True,
        "Off": False,
        "Ratio": 1.5,
        "List": [1, {"x": None}],
        "Gone": {"Ref": "AWS::NoValue"},
    }

    # WHEN a stack is created, updated and deleted
    cfn.create_stack("shop", [Resource("Echo", ECHO, first)])
    cfn.update_stack("shop", [Resource("Echo", ECHO, {"Days": 36})])
    stack = cfn.delete_stack("shop")

    # THEN the events have what they should have
    create, update, delete = echo.events
    token = create["ServiceToken"]
    common = {
        "RequestType",
        "ServiceToken",
        "ResponseURL",
        "StackId",
        "RequestId",
        "LogicalResourceId",
        "ResourceType",
    }
    assert set(create) == common | {"ResourceProperties"}
    assert set(update) == common | {"ResourceProperties", "OldResourceProperties", "PhysicalResourceId"}
    assert set(delete) == common | {"ResourceProperties", "PhysicalResourceId"}
    sent = {"Days": "35", "On": "true", "Off": "false", "Ratio": "1.5", "List": ["1", {"x": "None"}]}
    assert create["ResourceProperties"] == {"ServiceToken": token} | sent
    assert update["OldResourceProperties"] == create["ResourceProperties"]
    assert (
        delete["ResourceProperties"] == update["ResourceProperties"] == {"ServiceToken": token, "Days": "36"}
    )
    assert {event["StackId"] for event in echo.events} == {stack.id}
    assert len({event["RequestId"] for event in echo.events}) == 3
    assert len({event["ResponseURL"] for event in echo.events}) == 3


def test_references(cfn: FakeCloudFormation, echo: Echo) -> None:
    """Ref and Fn::GetAtt of answers, in the order that they make."""
    echo.answer = lambda event: echo.right(
        event, PhysicalResourceId=event["LogicalResourceId"], Data={"Arn": "arn:x"}
    )
    stack = cfn.create_stack(
        "shop",
        [
            Resource("Last", ECHO, {"A": {"Fn::GetAtt": ["First", "Arn"]}, "B": {"Fn::GetAtt": "First.Arn"}}),
            Resource("First", ECHO, {"Region": {"Ref": "AWS::Region"}}),
            Resource("Middle", ECHO, {"Join": {"Fn::Join": ["/", [{"Ref": "First"}, "x"]]}}),
        ],
    )
    assert stack.status == "CREATE_COMPLETE"
    received = {event["LogicalResourceId"]: event["ResourceProperties"] for event in echo.events}
    assert received["First"]["Region"] == "eu-west-1"
    assert received["Middle"]["Join"] == "First/x"
    assert (received["Last"]["A"], received["Last"]["B"]) == ("arn:x", "arn:x")
    assert echo.events[0]["LogicalResourceId"] == "First"


def test_missing_attribute(cfn: FakeCloudFormation) -> None:
    """F15: «Vendor response doesn't contain … key»."""
    stack = cfn.create_stack(
        "shop", [a_toy(), Resource("Echo", ECHO, {"A": {"Fn::GetAtt": ["Toy", "Nope"]}})]
    )
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "doesn't contain Nope key" in stack.reasons[0]


def test_no_change_no_event(cfn: FakeCloudFormation, echo: Echo) -> None:
    cfn.create_stack("shop", [Resource("Echo", ECHO, {"Days": 35})])
    stack = cfn.update_stack("shop", [Resource("Echo", ECHO, {"Days": "35"})])
    assert stack.status == "UPDATE_COMPLETE"
    assert len(echo.events) == 1


# ---- answers -----------------------------------------------------------------------------------------------
# -----------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"PhysicalResourceId": ""}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": None}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": ...}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": "x" * 1025}, "Invalid PhysicalResourceId"),
        ({"Data": {"A": "x" * 4096}}, "too long"),
        ({"Data": {"A": None}}, "Data"),
        ({"Data": {"A": 7}}, "Data"),
        ({"Data": None}, "Data"),
        ({"Reason": None}, "Reason"),
        ({"Status": "FAILED"}, "Reason"),
        ({"Status": "OK"}, "Status"),
        ({"RequestId": "another"}, "RequestId"),
        ({"StackId": ...}, "StackId"),
    ],
)
def test_invalid_answers(cfn: FakeCloudFormation, echo: Echo, changes: dict[str, Any], reason: str) -> None:
    """F2, F5, F6, F7: refused, its own reason lost, and the Delete comes with an id that CloudFormation made
    up.
    """
    echo.answer = lambda event: echo.right(event, **(changes if event["RequestType"] == "Create" else {}))
    stack = cfn.create_stack("shop", [Resource("Echo", ECHO)])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons[0]
    assert echo.events[1]["RequestType"] == "Delete"
    assert echo.events[1]["PhysicalResourceId"].startswith("shop-Echo-")


def test_not_json(cfn: FakeCloudFormation, echo: Echo) -> None:
    echo.answer = lambda event: b"{" if event["RequestType"] == "Create" else echo.right(event)
    assert "not JSON" in cfn.create_stack("shop", [Resource("Echo", ECHO)]).reasons[0]


def test_the_first_answer_counts(cfn: FakeCloudFormation, echo: Echo) -> None:
    def twice(event: dict[str, Any]) -> bytes:
        outbound.put(event["ResponseURL"], echo.right(event, PhysicalResourceId="first"), 5)
        return echo.right(event, PhysicalResourceId="second")

    echo.answer = twice
    assert cfn.create_stack("shop", [Resource("Echo", ECHO)]).ref("Echo") == "first"


@pytest.mark.parametrize(("timeout", "waited"), [(None, 3600), ("60", 60)])
def test_no_answer(cfn: FakeCloudFormation, echo: Echo, timeout: str | None, waited: float) -> None:
    """F1: an hour, or ServiceTimeout; then the Delete with an invented id, and an hour again."""
    echo.answer = lambda event: None
    properties = {"ServiceTimeout": timeout} if timeout else {}
    stack = cfn.create_stack("shop", [Resource("Echo", ECHO, properties)])
    assert stack.status == "ROLLBACK_FAILED"
    assert "did not receive a response" in stack.reasons[0]
    assert cfn.clock.now() - stack.events[0].at == 2 * waited


def test_url_expires(cfn: FakeCloudFormation, echo: Echo) -> None:
    """403 after two hours, or for a URL that was never signed."""
    cfn.create_stack("shop", [Resource("Echo", ECHO)])
    url = echo.events[0]["ResponseURL"]
    assert outbound.put(url, b"{}", 5) == 200
    cfn.clock.advance(seconds=7201)
    assert outbound.put(url, b"{}", 5) == 403
    assert outbound.put(url.replace("Signature=5", "Signature=6"), b"{}", 5) == 403


# ---- creating and rolling back
# -------------------------------------------------------------------------------------------------


def test_create_delete(cfn: FakeCloudFormation, world: World) -> None:
    stack = cfn.create_stack("shop", [a_toy(Name="thing")])
    assert (stack.status, stack.ref("Toy"), stack.get_att("Toy", "Name")) == (
        "CREATE_COMPLETE",
        "thing",
        "thing",
    )
    cfn.delete_stack("shop")
    assert stack.status == "DELETE_COMPLETE"
    assert world.things == {}
    assert cfn.find_stack("shop") is None
    assert cfn.find_stack(stack.id) is stack


def test_create_fail_delete_marker(cfn: FakeCloudFormation, world: World) -> None:
    """F7: the Delete after a failed Create carries the id of the FAILED answer."""
    stack = cfn.create_stack("shop", [a_toy(Refuse="not today")])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.reasons[0].startswith("Refuse: not today")
    (delete,) = cfn.requests_of("Delete")
    assert delete["PhysicalResourceId"] == f"create-failed:{cfn.requests_of('Create')[0]['RequestId']}"
    assert stack.statuses("shop") == ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]


def test_rollback_deletes_what_was_made(cfn: FakeCloudFormation, world: World) -> None:
    stack = cfn.create_stack("shop", [a_toy(), BOOM])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.statuses("Toy") == [
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert world.things == {}


def test_existing_thing_survives_rollback(cfn: FakeCloudFormation, world: World) -> None:
    """F9: somebody else's thing of the wanted name is neither adopted nor deleted."""
    cfn.create_stack("theirs", [a_toy(Name="thing")])
    stack = cfn.create_stack("ours", [a_toy(Name="thing")])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.things["thing"].owner.stack_name == "theirs"


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
def test_deletion_policy(cfn: FakeCloudFormation, world: World, policy: str) -> None:
    cfn.create_stack("shop", [Resource("Toy", TOY, {"Name": "thing"}, deletion_policy=policy)])
    cfn.delete_stack("shop")
    assert list(world.things) == (["thing"] if policy == "Retain" else [])


# ---- updating ----------------------------------------------------------------------------------------------
# ---------------------


def test_update_in_place(cfn: FakeCloudFormation, world: World) -> None:
    cfn.create_stack("shop", [a_toy(Name="thing", Colour="red")])
    stack = cfn.update_stack("shop", [a_toy(Name="thing", Colour="blue")])
    assert (stack.status, world.things["thing"].colour, stack.get_att("Toy", "Colour")) == (
        "UPDATE_COMPLETE",
        "blue",
        "blue",
    )
    assert not cfn.requests_of("Delete")


def test_update_replace_cleanup(cfn: FakeCloudFormation, world: World) -> None:
    """Another id: the old one is deleted in the clean-up, with its old properties, when everything else is
    done.
    """
    cfn.create_stack("shop", [a_toy(Name="old")])
    stack = cfn.update_stack("shop", [a_toy(Name="new")])
    assert stack.ref("Toy") == "new"
    (delete,) = cfn.requests_of("Delete")
    assert (delete["PhysicalResourceId"], delete["ResourceProperties"]["Name"]) == ("old", "old")
    assert list(world.things) == ["new"]
    assert stack.statuses("shop")[-2:] == ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_update_replace_policy(cfn: FakeCloudFormation, world: World) -> None:
    cfn.create_stack("shop", [Resource("Toy", TOY, {"Name": "old"}, update_replace_policy="Retain")])
    cfn.update_stack("shop", [Resource("Toy", TOY, {"Name": "new"}, update_replace_policy="Retain")])
    assert sorted(world.things) == ["new", "old"]


def test_update_fail_rollback(cfn: FakeCloudFormation, world: World) -> None:
    """A rollback is another Update with the maps swapped."""
    boom = Resource("Boom", BYSTANDER, {"FailOn": "Update"}, depends_on=("Toy",))
    cfn.create_stack("shop", [a_toy(Name="thing", Colour="red"), Resource("Boom", BYSTANDER)])
    stack = cfn.update_stack("shop", [a_toy(Name="thing", Colour="blue"), boom])
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    forth, back = cfn.requests_of("Update")
    assert forth["ResourceProperties"] == back["OldResourceProperties"]
    assert forth["OldResourceProperties"] == back["ResourceProperties"]
    assert world.things["thing"].colour == "red"


def test_update_replace_fail_rollback(cfn: FakeCloudFormation, world: World) -> None:
    """F14: back to the old thing, and the new one goes."""
    boom = Resource("Boom", BYSTANDER, {"FailOn": "Update"}, depends_on=("Toy",))
    cfn.create_stack("shop", [a_toy(Name="old"), Resource("Boom", BYSTANDER)])
    stack = cfn.update_stack("shop", [a_toy(Name="new"), boom])
    assert (stack.status, stack.ref("Toy")) == ("UPDATE_ROLLBACK_COMPLETE", "old")
    assert cfn.requests_of("Update")[1]["PhysicalResourceId"] == "new"
    assert cfn.requests_of("Delete")[0]["PhysicalResourceId"] == "new"
    assert list(world.things) == ["old"]


def test_failed_update_with_another_id(cfn: FakeCloudFormation, echo: Echo) -> None:
    """aws-cdk #13527: a FAILED answer with a new id is taken for a replacement, which then goes."""

    def answer(event: dict[str, Any]) -> bytes:
        if event["RequestType"] == "Update" and event["ResourceProperties"]["A"] == "2":
            return echo.right(event, Status="FAILED", Reason="no", PhysicalResourceId="log-stream-name")
        return (
            echo.right(event)
            if event["RequestType"] == "Delete"
            else echo.right(event, PhysicalResourceId="echo-1")
        )

    echo.answer = answer
    cfn.create_stack("shop", [Resource("Echo", ECHO, {"A": 1})])
    cfn.update_stack("shop", [Resource("Echo", ECHO, {"A": 2})])
    assert [event["PhysicalResourceId"] for event in cfn.requests_of("Delete")] == ["log-stream-name"]


def test_update_adds_and_removes(cfn: FakeCloudFormation, world: World) -> None:
    cfn.create_stack("shop", [Resource("One", TOY, {"Name": "one"})])
    stack = cfn.update_stack("shop", [Resource("Two", TOY, {"Name": "two"})])
    assert list(world.things) == ["two"]
    assert list(stack.resources) == ["Two"]


def test_rollback_of_an_update_removes_what_it_added(cfn: FakeCloudFormation, world: World) -> None:
    cfn.create_stack("shop", [a_toy(Name="thing")])
    new = Resource("New", TOY, {"Name": "new"}, depends_on=("Toy",))
    boom = Resource("Boom", BYSTANDER, {"FailOn": "Create"}, depends_on=("New",))
    stack = cfn.update_stack("shop", [a_toy(Name="thing"), new, boom])
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert list(world.things) == ["thing"]
    assert list(stack.resources) == ["Toy"]


def test_update_rollback_failed(cfn: FakeCloudFormation, echo: Echo) -> None:
    echo.answer = lambda event: (
        echo.right(event, Status="FAILED", Reason="never")
        if event["RequestType"] == "Update"
        else echo.right(event)
    )
    cfn.create_stack("shop", [Resource("Echo", ECHO, {"A": 1})])
    assert cfn.update_stack("shop", [Resource("Echo", ECHO, {"A": 2})]).status == "UPDATE_ROLLBACK_FAILED"


def test_clean_up_is_tried_three_times(cfn: FakeCloudFormation, echo: Echo) -> None:
    """Then CloudFormation goes on without it: three ServiceTimeouts for a Delete that never answers."""

    def answer(event: dict[str, Any]) -> bytes | None:
        return None if event["RequestType"] == "Delete" else echo.right(event)

    cfn.create_stack("shop", [Resource("Echo", ECHO, {"ServiceTimeout": 100})])
    echo.answer = answer
    before = cfn.clock.now()
    stack = cfn.update_stack("shop", [Resource("Other", BYSTANDER)])
    assert stack.status == "UPDATE_COMPLETE"
    assert len(cfn.requests_of("Delete")) == 3
    assert cfn.clock.now() - before == 300


def test_delete_failed_then_retained(cfn: FakeCloudFormation, echo: Echo, world: World) -> None:
    echo.answer = lambda event: (
        echo.right(event, Status="FAILED", Reason="not empty")
        if event["RequestType"] == "Delete"
        else echo.right(event)
    )
    cfn.create_stack("shop", [Resource("Echo", ECHO), a_toy()])
    assert cfn.delete_stack("shop").status == "DELETE_FAILED"
    assert world.things == {}
    assert cfn.delete_stack("shop", retain=["Echo"]).status == "DELETE_COMPLETE"


# ---- delivery ----------------------------------------------------------------------------------------------
# -------------------


@pytest.mark.parametrize("how", [Twice(), Twice(apart=30), AtOnce(2), AtOnce(5)])
@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_duplicates(cfn: FakeCloudFormation, world: World, how: Any, request_type: str) -> None:
    """F10: the same event again, also at the same moment: one thing, one outcome."""
    cfn.deliver(how, request_type=request_type)
    cfn.create_stack("shop", [a_toy(Name="thing", Colour="red")])
    stack = cfn.update_stack("shop", [a_toy(Name="thing", Colour="blue")])
    cfn.settle()
    assert {name: thing.colour for name, thing in world.things.items()} == {"thing": "blue"}
    cfn.delete_stack("shop")
    cfn.settle()
    assert stack.status == "DELETE_COMPLETE"
    assert world.things == {}
    assert len(cfn.service.attempts) > 3
    assert all(attempt.error is None for attempt in cfn.service.attempts)


def test_at_once_is_at_once(cfn: FakeCloudFormation, echo: Echo) -> None:
    together = threading.Barrier(3, timeout=5)

    def answer(event: dict[str, Any]) -> bytes:
        together.wait()
        return echo.right(event)

    echo.answer = answer
    cfn.deliver(AtOnce(3))
    assert cfn.create_stack("shop", [Resource("Echo", ECHO)]).status == "CREATE_COMPLETE"
    assert not together.broken


def test_late_within_service_timeout(cfn: FakeCloudFormation, world: World) -> None:
    cfn.deliver(Late(3000), request_type="Create")
    stack = cfn.create_stack("shop", [a_toy()])
    assert stack.status == "CREATE_COMPLETE"
    assert stack.events[-1].at - stack.events[0].at == 3000


def test_stale_event(cfn: FakeCloudFormation, world: World) -> None:
    """F11: a Create that is delivered when everything is over makes nothing."""
    cfn.deliver(Late(4000), request_type="Create")
    stack = cfn.create_stack("shop", [a_toy()])
    assert stack.status == "ROLLBACK_COMPLETE"
    cfn.settle()
    assert world.calls == 0
    assert cfn.service.attempts[-1].event["RequestType"] == "Create"


def test_lost(cfn: FakeCloudFormation, world: World) -> None:
    cfn.deliver(Lost(), request_type="Create")
    assert cfn.create_stack("shop", [a_toy(ServiceTimeout="60")]).status == "ROLLBACK_COMPLETE"


def test_delete_before_create_finishes(cfn: FakeCloudFormation, world: World) -> None:
    """F12: the Delete overtakes the Create, with an id that CloudFormation made up."""
    # GIVEN a stack whose creation is cancelled after the thing was made, while the Create still runs
    seen: list[tuple[str, str]] = []

    def cancel(number: int) -> None:
        if number == 1:
            stack = cfn.stacks[-1]
            cfn.cancel_creation(stack, "Toy")
            seen.append((stack.status, stack.resources["Toy"].status))

    world.after = cancel

    # WHEN it is created
    stack = cfn.create_stack("shop", [a_toy(Name="thing"), BOOM])

    # THEN the Delete came in the middle, found the thing by its owner, and the late answer changes nothing
    assert seen == [("ROLLBACK_IN_PROGRESS", "DELETE_COMPLETE")]
    (delete,) = cfn.requests_of("Delete")
    assert delete["PhysicalResourceId"].startswith("shop-Toy-")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Resource creation cancelled" in stack.reasons
    assert world.things == {}


# ---- Lambda ------------------------------------------------------------------------------------------------
# ---------------------


def test_function_error_is_tried_again(cfn: FakeCloudFormation, echo: Echo) -> None:
    """After one minute, and after two more."""
    times: list[float] = []

    def answer(event: dict[str, Any]) -> bytes:
        times.append(cfn.clock.now())
        if len(times) < 3:
            raise ProviderError("no")
        return echo.right(event)

    echo.answer = answer
    stack = cfn.create_stack("shop", [Resource("Echo", ECHO)])
    assert stack.status == "CREATE_COMPLETE"
    assert [time - times[0] for time in times] == [0, 60, 180]
    assert len({json.dumps(event) for event in echo.events}) == 1


@pytest.mark.parametrize("how", ["raise", "kill", "time out"])
def test_on_failure_destination(cfn: FakeCloudFormation, echo: Echo, how: str) -> None:
    """F1: after three attempts the failure responder gets the event."""

    def answer(event: dict[str, Any]) -> bytes | None:
        if event["RequestType"] == "Delete":
            return echo.right(event)
        if how == "raise":
            raise ProviderError("no")
        if how == "kill":
            kill()
        cfn.clock.sleep(1000)
        return None

    echo.answer = answer
    stack = cfn.create_stack("shop", [Resource("Echo", ECHO)])
    words = {
        "raise": "ProviderError",
        "kill": "signal: killed",
        "time out": "Task timed out after 300.00 seconds",
    }
    assert words[how] in stack.reasons[0]
    assert stack.status == "ROLLBACK_COMPLETE"
    assert cfn.requests_of("Delete")[0]["PhysicalResourceId"].startswith("create-failed:")


@pytest.mark.parametrize("fault", [unreachable, status(500), status(503), answer_lost])
def test_faults_of_the_network(cfn: FakeCloudFormation, world: World, fault: Any) -> None:
    cfn.bucket.faults = [fault, fault]
    assert cfn.create_stack("shop", [a_toy()]).status == "CREATE_COMPLETE"
    assert cfn.bucket.tries == 3


def test_killed_passes_by_every_except(world: World) -> None:
    """No handler can answer after its death."""
    with pytest.raises(Killed):
        kill()
    assert not issubclass(Killed, Exception)


# ---- questions ---------------------------------------------------------------------------------------------
# ---------------------


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    return boto3.session.Session(region_name="eu-west-1").client("cloudformation")


def test_describe(cfn: FakeCloudFormation, world: World, client: Any) -> None:
    """A handler that asks what has become of its resource gets the truth of that moment."""
    # GIVEN a handler that asks in the middle of everything
    asked: list[tuple[str, str]] = []

    def ask(number: int) -> None:
        stack = client.describe_stacks(StackName=cfn.stacks[-1].id)["Stacks"][0]
        detail = client.describe_stack_resource(StackName=stack["StackName"], LogicalResourceId="Toy")
        asked.append((stack["StackStatus"], detail["StackResourceDetail"]["ResourceStatus"]))

    world.before = ask

    # WHEN the stack is created, updated, rolled back and deleted
    boom = Resource("Boom", BYSTANDER, {"FailOn": "Update"}, depends_on=("Toy",))
    cfn.create_stack("shop", [a_toy(Name="thing", Colour="red"), Resource("Boom", BYSTANDER)])
    cfn.update_stack("shop", [a_toy(Name="thing", Colour="blue"), boom])
    cfn.delete_stack("shop")
    cfn.create_stack("other", [a_toy(), BOOM])

    # THEN it heard what CloudFormation was doing
    assert asked == [
        ("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"),
        ("UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS"),
        ("DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS"),
        ("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS"),
        ("ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"),
    ]


def test_describe_more(cfn: FakeCloudFormation, client: Any) -> None:
    stack = cfn.create_stack("shop", [a_toy(Name="thing")])
    (summary,) = client.list_stack_resources(StackName="shop")["StackResourceSummaries"]
    assert (summary["LogicalResourceId"], summary["PhysicalResourceId"]) == ("Toy", "thing")
    with pytest.raises(ClientError, match="Resource Nope does not exist"):
        client.describe_stack_resource(StackName=stack.id, LogicalResourceId="Nope")


def test_time_stands_still() -> None:
    clock = Clock()
    rung: list[float] = []
    clock.alarm(5, lambda: rung.append(clock.now()))
    clock.alarm(6, lambda: rung.append(clock.now())).cancel()
    start = clock.now()
    clock.advance(seconds=4)
    assert rung == []
    clock.advance(days=1)
    assert rung == [start + 5]
    assert clock.now() == start + 4 + 86400


def test_answers_are_read_as_cloudformation_reads_them() -> None:
    """The limit is inclusive."""
    event = {"StackId": "s", "RequestId": "r", "LogicalResourceId": "l"}
    body = json.dumps(event | {"Status": "SUCCESS", "PhysicalResourceId": "p", "Data": {"A": ""}})
    full = body.replace('"A": ""', f'"A": "{"x" * (4096 - len(body))}"')
    assert answers.read(full.encode(), event).valid
    assert not answers.read(full.replace("xx", "xxx", 1).encode(), event).valid
