"""crhelper 2.0.12 has fourteen known defects. Each test shows one on crhelper itself, and that it is not
ours.

A new crhelper that has one mended makes the first half of its test fail: then the wrapper can lose a line.
"""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import types
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from typing import Any
from unittest import mock

import pytest
from crhelper import resource_helper

from cfn_backup.aws.errors import ProviderError
from cfn_backup.protocol import dispatch as wrapper
from cfn_backup.protocol import outbound, provider, watchdog
from cfn_backup.protocol.entry import Provider
from cfn_backup.protocol.request import RequestType, Unanswerable, read_request
from cfn_backup.protocol.sender import NotDelivered
from cfn_backup.reconcile.work import Result, Work
from tests.fake_cloudformation import SIGNATURE
from tests.protocol.conftest import MARKER, REQUEST_ID, STACK_ID, Answers, Context, event
from tests.protocol.raw_crhelper import crhelper_network, raw

CANARY = "canary-4f1d2c9b"

type Ours = Callable[..., Provider]


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Ours:
    """Our handler around one function, as crhelper's handler is around one."""

    def make(function: Callable[[Work], Any]) -> Provider:
        module = types.ModuleType("one_function")
        methods = {name: (lambda self, work: function(work)) for name in ("create", "update", "delete")}
        vars(module)["OneFunction"] = type("OneFunction", (), methods)
        monkeypatch.setitem(sys.modules, "one_function", module)
        return provider("one_function:OneFunction")

    return make


def made(work: Work) -> Result:
    return Result("phys-1", {})


def test_version() -> None:
    """The wrapper overrides methods of exactly this version."""
    assert metadata.version("crhelper") == "2.0.12"


def test_debug_logging(ours: Ours, answers: Answers, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    """F21: at its default level it logs the presigned URL and every property, and sets the root logger to
    DEBUG.
    """
    # GIVEN an event with a property that is a secret
    sent = event(Password=CANARY)

    # WHEN crhelper serves it
    with crhelper_network():
        helper = raw()
        helper.create(lambda event, context: "phys-1")
        helper(sent, Context())
        shown = caplog.text
        level = logging.root.level
    # THEN the log has the signature and the secret
    assert SIGNATURE in shown
    assert CANARY in shown
    assert level == logging.DEBUG

    # WHEN we do, even with crhelper's logger wide open
    caplog.clear()
    root = logging.root.level
    with caplog.at_level(logging.DEBUG, "crhelper"):
        ours(made)(sent, Context())
    # THEN neither is anywhere, and the root logger is as it was
    everything = caplog.text + capsys.readouterr().out
    assert SIGNATURE not in everything
    assert CANARY not in everything
    assert logging.root.level == root


@pytest.mark.parametrize(("request_type", "identified"), [("Create", MARKER), ("Update", "phys-1")])
def test_timeout_with_an_empty_id(
    ours: Ours, answers: Answers, monkeypatch: pytest.MonkeyPatch, request_type: str, identified: str
) -> None:
    """F2, F3: its timer answers with an empty id, and then the result is PUT as well."""
    # GIVEN a handler that takes longer than there is
    sent = event(request_type, physical_id="phys-1")

    # WHEN crhelper's time runs out
    with crhelper_network() as network:
        helper = raw(sleep_on_delete=0)
        timed_out = threading.Event()
        sent_out = helper._send

        def send(*args: Any) -> None:
            sent_out(*args)
            timed_out.set()

        monkeypatch.setattr(helper, "_send", send)
        getattr(helper, request_type.lower())(lambda event, context: "phys-1" if timed_out.wait(5) else "")
        helper(sent, Context(seconds=0.51))
    # THEN there are two answers, the first with an empty id
    assert [(a["Status"], a["PhysicalResourceId"]) for a in network.answers] == [
        ("FAILED", ""),
        ("SUCCESS", "phys-1"),
    ]

    # WHEN ours does
    answered = threading.Event()
    monkeypatch.setattr(watchdog, "margin", lambda remaining: remaining)

    def put(url: str, body: bytes, timeout: float) -> int:
        status = answers.put(url, body, timeout)
        answered.set()
        return status

    monkeypatch.setattr(outbound, "put", put)

    def slow(work: Work) -> Result:
        answered.wait(5)
        return Result("phys-1", {})

    ours(slow)(sent, Context())
    # THEN there is one, with the id
    assert (answers.only["Status"], answers.only["PhysicalResourceId"]) == ("FAILED", identified)


def test_no_timer(ours: Ours, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """F2: its timer, half a second before the end, is not there at all; there is only the watchdog's."""
    timers: list[float] = []

    class Timer(threading.Timer):
        def __init__(self, interval: float, function: Callable[[], None]) -> None:
            super().__init__(interval, function)
            timers.append(interval)

    monkeypatch.setattr(threading, "Timer", Timer)
    with crhelper_network():
        helper = raw()
        helper.create(lambda event, context: "phys-1")
        helper(event(), Context(seconds=300))
    assert timers == [299.5]

    timers.clear()
    ours(made)(event(), Context(seconds=300))
    assert timers == [295.0]


def test_body_too_long(ours: Ours, answers: Answers) -> None:
    """F5: six kilobytes are sent as they are, as SUCCESS, and CloudFormation refuses them."""

    def create(event: Any, context: Any) -> str:
        helper.Data["A"] = "x" * 6000
        return "phys-1"

    with crhelper_network() as network:
        helper = raw()
        helper.create(create)
        helper(event(), Context())
    assert len(network.bodies[0]) > 4096

    ours(lambda work: Result("phys-1", {"A": "x" * 6000}))(event(), Context())
    assert len(answers.bodies[0]) <= 4096
    assert answers.only["Status"] == "FAILED"


def test_403_taken_for_delivered(ours: Ours, monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: whatever the status is, the answer counts as sent."""
    with crhelper_network(403, "Forbidden") as network:
        helper = raw()
        helper.create(lambda event, context: "phys-1")
        helper(event(), Context())
    assert len(network.bodies) == 1

    monkeypatch.setattr(outbound, "put", lambda url, body, timeout: 403)
    with pytest.raises(NotDelivered):
        ours(made)(event(), Context())


def test_data_that_are_not_json(ours: Ours, answers: Answers) -> None:
    """F6: a datetime costs the answer all of its ids, so CloudFormation cannot tell whose it is."""
    moment = datetime(2026, 11, 25, tzinfo=UTC)

    def create(event: Any, context: Any) -> str:
        helper.Data["LockDate"] = moment
        return "phys-1"

    with crhelper_network() as network:
        helper = raw()
        helper.create(create)
        helper(event(), Context())
    assert "StackId" not in network.answers[0]
    assert "PhysicalResourceId" not in network.answers[0]

    ours(lambda work: Result("phys-1", {"LockDate": moment}))(event(), Context())  # type: ignore[dict-item]
    assert answers.only["StackId"] == STACK_ID
    assert answers.only["PhysicalResourceId"] == "phys-1"


def test_state_of_the_event_before(ours: Ours, answers: Answers) -> None:
    """F31: NoEcho stays on for every event that follows."""

    def create(event: Any, context: Any) -> str:
        helper.NoEcho = helper.NoEcho or "Secret" in event["ResourceProperties"]
        return "phys-1"

    with crhelper_network() as network:
        helper = raw()
        helper.create(create)
        helper(event(Secret="yes"), Context())
        helper(event(), Context())
    assert [answer["NoEcho"] for answer in network.answers] == [True, True]

    attributes = iter([{"Secret": "yes"}, {}])
    handler = ours(lambda work: Result("phys-1", next(attributes)))
    handler(event(), Context())
    handler(event(), Context())
    assert [answer["Data"] for answer in answers.all] == [{"Secret": "yes"}, {}]
    assert not any("NoEcho" in answer for answer in answers.all)


def test_missing_handler_succeeds() -> None:
    """F28: without an update handler an Update is a SUCCESS that did nothing."""
    with crhelper_network() as network:
        helper = raw()
        helper.create(lambda event, context: "phys-1")
        helper(event("Update"), Context())
    assert network.answers[0]["Status"] == "SUCCESS"

    # ours cannot be made without all three
    request = read_request(event("Update"), Context.invoked_function_arn)
    with pytest.raises(KeyError):
        wrapper.dispatch(request, {RequestType.CREATE: lambda: "made"}, Context())
    # and if crhelper finds none after all, that is an error
    dispatcher = wrapper._Dispatcher()
    with pytest.raises(wrapper.DispatchFailed):
        dispatcher._wrap_function(None)


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_three_handlers(ours: Ours, answers: Answers, request_type: str) -> None:
    """F28: each request type has its own."""
    called: list[RequestType] = []
    handlers = {kind: (lambda kind=kind: called.append(kind)) for kind in RequestType}
    wrapper.dispatch(read_request(event(request_type), Context.invoked_function_arn), handlers, Context())
    assert called == [RequestType(request_type)]


def test_init_failure_with_an_empty_id(answers: Answers) -> None:
    """F1, F2: a Delete after a failed initialisation is answered with an empty id, and the stack is stuck."""
    with crhelper_network() as network:
        helper = raw()
        helper.init_failure(ImportError("broken"))
        helper(event("Delete", physical_id="phys-1"), Context())
    assert network.answers[0]["PhysicalResourceId"] == ""

    provider("no.such.module:Class")(event("Delete", physical_id="phys-1"), Context())
    assert answers.only["PhysicalResourceId"] == "phys-1"


def test_failed_create_with_a_random_id(ours: Ours, answers: Answers) -> None:
    """F7: the Delete that follows carries an id that nobody knows (crhelper #7)."""

    def create(event: Any, context: Any) -> str:
        raise RuntimeError("no")

    with crhelper_network() as network:
        helper = raw()
        helper.create(create)
        helper(event(), Context())
    assert network.answers[0]["PhysicalResourceId"].startswith("shop_Toy_")

    def fails(work: Work) -> Result:
        raise ProviderError("no")

    ours(fails)(event(), Context())
    assert answers.only["PhysicalResourceId"] == MARKER


def _lambda_and_events() -> Any:
    clients = mock.MagicMock()
    clients.put_rule.return_value = {"RuleArn": "arn:aws:events:eu-west-1:123456789012:rule/x"}
    return clients


def test_poll_update_gives_a_new_id(ours: Ours, answers: Answers) -> None:
    """F14, F23: an update that is polled for and returns True gets a new id, and CloudFormation deletes the
    live one.
    """
    with (
        crhelper_network() as network,
        mock.patch("boto3.client", _lambda_and_events),
    ):
        helper: Any = resource_helper.CfnResource()
        helper._lambda_client = helper._events_client = _lambda_and_events()
        helper.update(lambda event, context: None)
        helper.poll_update(lambda event, context: True)
        polled = event("Update", physical_id="phys-1") | {
            "CrHelperPoll": True,
            "CrHelperData": {},
            "CrHelperRule": "arn:aws:events:eu-west-1:123456789012:rule/x",
            "CrHelperPermission": "x",
        }
        context = Context()
        helper(polled, context)
    assert network.answers[0]["PhysicalResourceId"] not in ("phys-1", "True")

    # ours never polls; an event that says it is a poll is served like any other
    ours(lambda work: Result(str(work.physical_id), {}))(polled, Context())
    assert answers.only["PhysicalResourceId"] == "phys-1"


def test_poll_leaves_its_rule(ours: Ours, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """F23: a poll that times out leaves rule, target and permission behind, and they invoke the function for
    ever.
    """
    clients = _lambda_and_events()
    with crhelper_network() as network:
        helper = raw()
        helper._lambda_client = helper._events_client = clients
        helper.create(lambda event, context: None)
        helper.poll_create(lambda event, context: None)
        helper(event(), Context())
        helper._timeout()
    assert clients.put_rule.called
    assert network.answers[0]["Status"] == "FAILED"
    assert not clients.delete_rule.called

    # ours makes no client, so it cannot make a rule
    client = mock.Mock(side_effect=AssertionError("a client was made"))
    monkeypatch.setattr("boto3.client", client)
    ours(made)(event(), Context())
    assert answers.only["Status"] == "SUCCESS"
    assert not client.called


def test_poll_rule_name_too_long() -> None:
    """F24: the rule is named after the logical id, whose length EventBridge does not take (limit 64)."""
    clients = _lambda_and_events()
    with crhelper_network():
        helper = raw()
        helper._lambda_client = helper._events_client = clients
        helper.create(lambda event, context: None)
        helper.poll_create(lambda event, context: None)
        helper(event() | {"LogicalResourceId": "L" * 80}, Context())
    assert len(clients.put_rule.call_args.kwargs["Name"]) == 88

    # ours has no polling function to be set up for
    dispatcher = wrapper._Dispatcher()
    assert not [name for name in vars(dispatcher) if name.startswith("_poll_") and getattr(dispatcher, name)]
    assert not hasattr(dispatcher, "_events_client")


def test_malformed_event_to_the_url_before(ours: Ours, answers: Answers) -> None:
    """F31: FAILED goes to the URL of the event before, whose stack then fails for no reason."""
    with crhelper_network() as network:
        helper = raw()
        helper.create(lambda event, context: "phys-1")
        helper(event(), Context())
        helper({"RequestType": "Create"}, Context())
    assert [answer["Status"] for answer in network.answers] == ["SUCCESS", "FAILED"]
    assert network.urls[0] == network.urls[1]

    handler = ours(made)
    handler(event(), Context())
    with pytest.raises(Unanswerable):
        handler({"RequestType": "Create"}, Context())
    assert len(answers.bodies) == 1


def test_sleep_on_delete(ours: Ours, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """F26: each Delete sleeps two minutes for the sake of a log group that the template declares anyway."""
    pauses: list[float] = []
    waiting: Any = vars(resource_helper.CfnResource)["_wait_for_cwlogs"]
    monkeypatch.setattr(waiting, "__defaults__", (pauses.append,))
    with crhelper_network():
        helper = raw()
        helper.delete(lambda event, context: None)
        helper(event("Delete"), Context(seconds=900))
    assert pauses == [120]

    pauses.clear()
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(outbound, "sleep", pauses.append)
    ours(made)(event("Delete"), Context(seconds=900))
    assert pauses == []


def test_clients_at_construction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three clients, of which the third is never used: 85 ms of every cold start."""
    client = mock.Mock()
    monkeypatch.setattr("boto3.client", client)
    monkeypatch.delenv("AWS_SAM_LOCAL", raising=False)
    root = logging.root.level
    with crhelper_network():
        resource_helper.CfnResource()
    assert [call.args[0] for call in client.call_args_list] == ["lambda", "events", "logs"]

    client.reset_mock()
    wrapper._Dispatcher()
    assert not client.called
    assert logging.root.level == root


def test_reason_keeps_its_end(ours: Ours, answers: Answers) -> None:
    """It cuts a reason to its last 240 characters, which say nothing of what is wrong."""
    text = "Preset: no such preset. " + "x" * 500

    def create(event: Any, context: Any) -> str:
        raise RuntimeError(text)

    with crhelper_network() as network:
        helper = raw()
        helper.create(create)
        helper(event(), Context())
    assert "Preset" not in network.answers[0]["Reason"]

    def fails(work: Work) -> Result:
        raise ProviderError(text)

    ours(fails)(event(), Context())
    assert answers.only["Reason"].startswith(text)


def test_nothing_but_the_choice_goes_in() -> None:
    """The wrapper's own promise: no URL, no property, no key of the sender's reaches crhelper."""
    request = read_request(event(Password=CANARY) | {"CrHelperPoll": True}, Context.invoked_function_arn)
    given = wrapper._event_for_crhelper(request)
    assert given["ResponseURL"] == ""
    assert set(given) == {"RequestType", "StackId", "RequestId", "LogicalResourceId", "ResponseURL"}
    assert CANARY not in json.dumps(given)
    assert given["RequestId"] == REQUEST_ID
