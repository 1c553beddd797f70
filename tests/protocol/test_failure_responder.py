"""The function that answers for one that could not: it must work when everything else is broken."""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfn_backup.protocol import answer, ids, request, sender
from functions.failure_responder import app
from tests.fake_cloudformation import (
    SIGNATURE,
    FakeCloudFormation,
    Resource,
    Throttled,
    status,
    unreachable,
)
from tests.fake_cloudformation import answers as cloudformation
from tests.fake_cloudformation.toy import TOY, World
from tests.protocol.conftest import MARKER, STACK_ID, URL, Answers, Context, event

SOURCE = Path(app.__file__)
TIMED_OUT = {"errorMessage": "2026-11-25T12:05:00Z 0a1b Task timed out after 300.00 seconds"}
IMPORT_ERROR = {
    "errorType": "Runtime.ImportModuleError",
    "errorMessage": "Unable to import module 'app': No module named 'x'",
}
OUT_OF_MEMORY = {
    "errorType": "Runtime.ExitError",
    "errorMessage": "RequestId: 1 Error: Runtime exited with error: signal: killed",
}
OURS = {"errorType": "KeyError", "errorMessage": "s3cr3t-value", "stackTrace": ["s3cr3t-value"]}


def record(sent: dict[str, Any], condition: str = "RetriesExhausted", /, **payload: Any) -> dict[str, Any]:
    """A record as Lambda sends it to an on-failure destination."""
    return {
        "version": "1.0",
        "timestamp": "2026-11-25T12:00:00.000Z",
        "requestContext": {
            "requestId": "1",
            "functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:BackupPlan:live",
            "condition": condition,
            "approximateInvokeCount": 3,
        },
        "requestPayload": sent,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": payload,
    }


@pytest.fixture
def sent(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the responder PUT."""
    monkeypatch.setattr(app, "put", answers.put)
    monkeypatch.setattr(app, "sleep", lambda seconds: None)
    return answers


@pytest.mark.parametrize(
    ("request_type", "physical_id"),
    [("Create", MARKER), ("Update", "toy-that-exists"), ("Delete", "toy-that-exists")],
)
def test_right_id(sent: Answers, request_type: str, physical_id: str) -> None:
    """F1, F2: FAILED with the event's id, or the marker."""
    app.handler(record(event(request_type)), Context())
    assert sent.only["Status"] == "FAILED"
    assert sent.only["PhysicalResourceId"] == physical_id
    assert cloudformation.read(sent.bodies[0], event(request_type)).valid
    assert sent.urls == [URL]


def test_foreign_id_on_create(sent: Answers) -> None:
    app.handler(record(event() | {"PhysicalResourceId": "somebodys"}), Context())
    assert sent.only["PhysicalResourceId"] == MARKER


@pytest.mark.parametrize(
    ("condition", "payload", "words"),
    [
        (
            "RetriesExhausted",
            TIMED_OUT,
            "failed in every one of 3 attempts, at last with: Task timed out after 300.00 seconds",
        ),
        ("RetriesExhausted", IMPORT_ERROR, "Runtime.ImportModuleError: Unable to import module 'app'"),
        (
            "RetriesExhausted",
            OUT_OF_MEMORY,
            "Runtime.ExitError: RequestId: 1 Error: Runtime exited with error: signal: killed",
        ),
        ("EventAgeExceeded", {}, "became too old before the function could serve it"),
        ("SomethingNew", {}, "it failed"),
    ],
)
def test_plain_words(sent: Answers, condition: str, payload: dict[str, Any], words: str) -> None:
    """F22: which function, what happened to it, where to look."""
    app.handler(record(event(), condition, **payload), Context())
    reason = sent.only["Reason"]
    assert words in reason
    assert reason.startswith("The function BackupPlan:live could not serve this request")
    assert event()["RequestId"] in reason
    assert Context.log_stream_name in reason


def test_text_of_other_errors_is_not_repeated(sent: Answers, capsys: pytest.CaptureFixture[str]) -> None:
    """F21, F22: it may hold anything."""
    app.handler(record(event(Password="s3cr3t-value"), **OURS), Context())
    assert "KeyError" in sent.only["Reason"]
    assert "s3cr3t" not in sent.bodies[0].decode()
    shown = capsys.readouterr().out
    assert "s3cr3t" not in shown
    assert SIGNATURE not in shown


@given(st.text(max_size=6000), st.text(max_size=6000), st.sampled_from(["Runtime.X", "", "漢" * 500]))
def test_response_4096_property(message: str, function: str, kind: str) -> None:
    """F5"""
    sent = record(event(), errorType=kind, errorMessage=message)
    sent["requestContext"]["functionArn"] = f"arn:aws:lambda:eu-west-1:1:function:{function}"
    body = app.answer(event(), app.reason(sent, "stream"))
    assert cloudformation.read(body, event()).valid


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "record",
        {},
        {"requestPayload": None},
        {"requestPayload": {}},
        record({"StackId": STACK_ID}),
        record(event() | {"LogicalResourceId": "L" * 5000}),
        record(event() | {"LogicalResourceId": "a\nb"}),
        record(event() | {"RequestId": "\ud800"}),
        record(event() | {"RequestId": 7}),
        record(event() | {"StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/"}),
        record(event() | {"StackId": STACK_ID.replace("123456789012", "999999999999")}),
        record(event() | {"StackId": STACK_ID.replace("eu-west-1", "us-east-1")}),
    ],
)
def test_nothing_of_a_malformed_record_is_answered_or_raised(
    sent: Answers, broken: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lambda would deliver it again, and that would change nothing."""
    app.handler(broken, Context())
    assert sent.bodies == []
    assert "nothing to answer" in capsys.readouterr().out


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(["requestContext", "requestPayload", "responsePayload"]) | st.none(),
    st.sampled_from([*event("Update"), "condition", "approximateInvokeCount", "functionArn", "errorMessage"]),
    _JSON,
)
def test_no_record_makes_it_raise(part: str | None, name: str, value: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "put", lambda url, body, timeout: 200)
        broken = record(event("Update"), errorType="Runtime.X")
        if part is None:
            broken[name] = value
        else:
            broken[part] = {**broken[part], name: value}
        app.handler(broken, Context())


@pytest.mark.parametrize("given_id", ["x" * 1025, "漢" * 400, "", 7, None, ["x"]])
def test_an_id_that_cloudformation_cannot_have_sent_is_not_repeated(sent: Answers, given_id: Any) -> None:
    app.handler(record(event("Delete") | {"PhysicalResourceId": given_id}), Context())
    assert sent.only["PhysicalResourceId"] == MARKER


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://evil.example/x",
        URL.replace("euwest1", "useast1").replace("eu-west-1", "us-east-1"),
        URL.replace("https", "http"),
        URL.replace(".com/", ".com:8443/"),
        "https://[::1/x",
    ],
)
def test_bad_response_host(sent: Answers, url: Any) -> None:
    """The event came from whoever invoked the provider; here too an answer goes to CloudFormation or
    nowhere.
    """
    app.handler(record(event() | {"ResponseURL": url}), Context())
    assert sent.bodies == []


def test_emulator_host(sent: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESPONSE_URL_HOSTS", "localhost")
    app.handler(record(event() | {"ResponseURL": "https://localhost:4566/x"}), Context())
    assert sent.urls == ["https://localhost:4566/x"]


@pytest.mark.parametrize(("statuses", "tries"), [([500, 500, 200], 3), ([403], 1), ([500] * 5, 5)])
def test_response_retry(monkeypatch: pytest.MonkeyPatch, statuses: list[int], tries: int) -> None:
    """F4"""
    left = list(statuses)
    monkeypatch.setattr(app, "put", lambda url, body, timeout: left.pop(0))
    monkeypatch.setattr(app, "sleep", lambda seconds: None)
    if statuses[-1] == 200:
        app.handler(record(event()), Context())
    else:
        with pytest.raises(app.NotAnswered, match=str(statuses[-1])):
            app.handler(record(event()), Context())
    assert len(statuses) - len(left) == tries


def test_inside_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """F4"""
    timeouts: list[float] = []

    def hang(url: str, body: bytes, timeout: float) -> int:
        timeouts.append(timeout)
        context.seconds -= timeout
        raise TimeoutError(url)

    context = Context(seconds=12)
    monkeypatch.setattr(app, "put", hang)
    monkeypatch.setattr(app, "sleep", lambda seconds: None)
    with pytest.raises(app.NotAnswered) as caught:
        app.handler(record(event()), context)
    assert timeouts == [8.0, 3.5]
    assert SIGNATURE not in str(caught.value)


# ---- on its own --------------------------------------------------------------------------------------------
# -------------------


def test_standard_library_only() -> None:
    """F1: whatever is wrong with the layer, this starts. What it needs of AWS it imports when it needs it."""
    imported: set[str] = set()
    for node in ast.parse(SOURCE.read_text()).body:
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])
    assert imported <= sys.stdlib_module_names


def test_starts_without_site_packages() -> None:
    """F1: the same, carried out in an interpreter that has nothing else."""
    subprocess.run([sys.executable, "-I", "-S", str(SOURCE)], check=True, timeout=20)


def test_agrees_with_the_protocol() -> None:
    """Its own copies of the protocol's facts are the protocol's."""
    assert app.BODY_LIMIT == answer.BODY_LIMIT
    assert app.PHYSICAL_ID_LIMIT == ids.PHYSICAL_ID_LIMIT
    assert app.CREATE_FAILED == ids.CREATE_FAILED
    assert app.physical_id(event()) == ids.create_failed(event()["RequestId"])
    assert app.SUFFIXES == request._SUFFIXES
    stack = request.StackId.parse(STACK_ID)
    assert app.response_hosts("aws", "eu-west-1") == request._response_hosts(
        Context.invoked_function_arn, stack
    )
    assert {name: shape.pattern for name, shape in app._IDS.items()} == {
        "StackId": request._STACK_ID.pattern,
        "RequestId": request._REQUEST_ID.pattern,
        "LogicalResourceId": request._LOGICAL_ID.pattern,
    }
    assert app.RESPONSE_HOSTS_VARIABLE == request.RESPONSE_HOSTS_VARIABLE
    assert (app.TRIES, app.FIRST_PAUSE) == (sender.TRIES, sender.FIRST_PAUSE)


# ---- in its place ------------------------------------------------------------------------------------------
# ---------------------


def test_throttled_to_death(cfn: FakeCloudFormation, world: World) -> None:
    """F1: the function never ran; the stack fails after minutes, not after an hour."""
    cfn.deliver(Throttled(), request_type="Create")
    stack = cfn.create_stack("shop", [Resource("Toy", TOY)])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "became too old" in stack.reasons[0]
    assert cfn.clock.now() - stack.events[0].at == 900


def test_network_down_for_a_while(cfn: FakeCloudFormation, world: World) -> None:
    """F4: five tries, Lambda's next attempt, five tries …: the stack gets the result that there is."""
    cfn.bucket.faults = [unreachable] * 5 + [status(500)] * 4
    stack = cfn.create_stack("shop", [Resource("Toy", TOY)])
    assert stack.status == "CREATE_COMPLETE"
    assert len(world.things) == 1
    assert json.loads(cfn.bucket.puts[0].body)["Status"] == "SUCCESS"


def test_network_down_for_long(cfn: FakeCloudFormation, world: World) -> None:
    """F4: all attempts in vain, then the responder: FAILED, and the Delete finds what was made."""
    cfn.bucket.faults = [unreachable] * 15
    stack = cfn.create_stack("shop", [Resource("Toy", TOY)])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "NotDelivered" in stack.reasons[0]
    assert world.things == {}
