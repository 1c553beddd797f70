"""From the event to the answer: the right status, id, attributes and words, whatever happens in between."""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfn_backup.aws.errors import AccessDenied, ProviderError
from cfn_backup.protocol import outbound, provider
from cfn_backup.protocol.entry import Provider
from cfn_backup.protocol.request import Unanswerable
from cfn_backup.protocol.sender import NotDelivered
from cfn_backup.reconcile.work import Result, Work
from cfn_backup.symbolic import Path
from cfn_backup.written.findings import Finding, InvalidProperties
from tests.fake_cloudformation import answers as cloudformation
from tests.fake_cloudformation.toy import REFERENCE, World
from tests.protocol.conftest import MARKER, REQUEST_ID, STACK_ID, Answers, Context, event

type Method = Callable[[Work], Any]
type MakeHandler = Callable[..., Provider]


def nothing(work: Work) -> Result:
    return Result(work.physical_id or "made", {})


@pytest.fixture
def resource(monkeypatch: pytest.MonkeyPatch) -> MakeHandler:
    """Makes a handler whose resource has the methods that are given."""

    def make(create: Method = nothing, update: Method = nothing, delete: Method = nothing) -> Provider:
        module = types.ModuleType("scripted")
        methods = {"create": create, "update": update, "delete": delete}
        wrapped = {name: (lambda self, work, method=method: method(work)) for name, method in methods.items()}
        vars(module)["Scripted"] = type("Scripted", (), wrapped)
        monkeypatch.setitem(sys.modules, "scripted", module)
        return provider("scripted:Scripted")

    return make


def fails_with(error: BaseException, identified: str | None = None) -> Method:
    def method(work: Work) -> Result:
        if identified is not None:
            work.identify(identified)
        raise error

    return method


# ---- what goes in and comes out
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_work(resource: MakeHandler, answers: Answers, request_type: str) -> None:
    """A resource gets everything that it needs, typed, and nothing of the protocol."""
    # GIVEN a resource that keeps what it gets
    seen: list[Work] = []

    def keep(work: Work) -> Result:
        seen.append(work)
        return Result("toy", {})

    # WHEN it is called
    resource(keep, keep, keep)(
        event(request_type, physical_id="toy", Name="x", ServiceTimeout="600"), Context()
    )

    # THEN it knows whose it is, where it is, and what is wanted
    (work,) = seen
    assert (work.owner.stack_id, work.owner.stack_name, work.owner.logical_id) == (STACK_ID, "shop", "Toy")
    assert (work.place.partition, work.place.region, work.place.account_id) == (
        "aws",
        "eu-west-1",
        "123456789012",
    )
    assert work.request_id == REQUEST_ID
    assert work.properties == {"Name": "x"}
    assert work.physical_id == (None if request_type == "Create" else "toy")


def test_create(resource: MakeHandler, answers: Answers) -> None:
    resource(create=lambda work: Result("plan-1", {"VersionId": "v"}))(event(), Context())
    assert answers.only == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "plan-1",
        "StackId": STACK_ID,
        "RequestId": REQUEST_ID,
        "LogicalResourceId": "Toy",
        "Data": {"VersionId": "v"},
    }


def test_update_in_place_and_replacement(resource: MakeHandler, answers: Answers) -> None:
    handler = resource(update=lambda work: Result(str(work.properties["Id"]), {}))
    handler(event("Update", physical_id="same", Id="same"), Context())
    handler(event("Update", physical_id="old", Id="new"), Context())
    assert [answer["PhysicalResourceId"] for answer in answers.all] == ["same", "new"]


@pytest.mark.parametrize("physical_id", ["plan-1", MARKER, "create-failed:another", "shop-Toy-1AB2C3D4E5F6"])
def test_delete_of_anything(resource: MakeHandler, answers: Answers, physical_id: str) -> None:
    """F7: the resource decides; the answer has the id of the event, since another would make it another
    resource.
    """
    # GIVEN an id of ours, a marker or one that CloudFormation made up
    asked: list[str | None] = []

    # WHEN it is to be deleted
    handler = resource(delete=lambda work: asked.append(work.physical_id))
    handler(event("Delete", physical_id=physical_id), Context())

    # THEN the resource is asked in any case
    assert asked == [physical_id]
    assert answers.only["Status"] == "SUCCESS"
    assert answers.only["PhysicalResourceId"] == physical_id


# ---- failures
# -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_type", "identified", "answered"),
    [
        ("Create", None, MARKER),
        ("Create", "", MARKER),
        ("Create", "plan-1", "plan-1"),
        ("Update", None, "toy-that-exists"),
        ("Update", "a-new-one", "toy-that-exists"),
        ("Delete", None, "toy-that-exists"),
    ],
)
def test_failed_id(
    resource: MakeHandler, answers: Answers, request_type: str, identified: str | None, answered: str
) -> None:
    """F7, F8: the id of what may be left, so that the Delete finds it; the marker where nothing is."""
    method = fails_with(ProviderError("no"), identified)
    resource(method, method, method)(event(request_type), Context())
    assert answers.only["Status"] == "FAILED"
    assert answers.only["PhysicalResourceId"] == answered


def test_undone(resource: MakeHandler, answers: Answers) -> None:
    """F8: what was made and taken back leaves nothing to delete."""

    def undone(work: Work) -> Result:
        work.identify("vault-1")
        work.identify(None)
        raise ProviderError("no")

    resource(create=undone)(event(), Context())
    assert answers.only["PhysicalResourceId"] == MARKER


@pytest.mark.parametrize("noted", ["x" * 1025, "漢" * 400])
def test_impossible_identified(resource: MakeHandler, answers: Answers, noted: str) -> None:
    """F2: an id that CloudFormation would not take is no better than none."""
    resource(create=fails_with(ProviderError("no"), noted))(event(), Context())
    assert answers.only["PhysicalResourceId"] == MARKER


def test_reason_says_what_and_where(resource: MakeHandler, answers: Answers) -> None:
    """F22: what is wrong comes first, the way to the log last, and nothing of our insides in between."""
    error = AccessDenied("BackupVault shop: CreateBackupVault is not allowed", operation="CreateBackupVault")
    resource(create=fails_with(error))(event(), Context())
    reason = answers.only["Reason"]
    assert reason == f"{error} (request {REQUEST_ID}, log stream {Context.log_stream_name})"


def test_reason_lists_every_problem(resource: MakeHandler, answers: Answers) -> None:
    """F30: with the path of each."""
    problems = (
        Finding("E9101", Path.of("Preset"), "«daly» is none of …; did you mean «daily»?"),
        Finding(
            "E9102", Path.of("BackupPlanRules[0].Lifecycle.DeleteAfterDays"), "«x» is not a whole number"
        ),
    )
    resource(create=fails_with(InvalidProperties(problems)))(event(), Context())
    assert answers.only["Reason"].startswith(
        "2 problems: Preset: «daly» is none of …; did you mean «daily»? [E9101]; "
        "BackupPlanRules[0].Lifecycle.DeleteAfterDays: «x» is not a whole number [E9102] (request "
    )


def test_one_problem_is_not_counted(resource: MakeHandler, answers: Answers) -> None:
    resource(create=fails_with(InvalidProperties((Finding("E9101", Path.of("Preset"), "no"),))))(
        event(), Context()
    )
    assert answers.only["Reason"].startswith("Preset: no [E9101] (")


@pytest.mark.parametrize(
    "error", [KeyError("s3cr3t-value"), ValueError("s3cr3t-value"), RecursionError(), MemoryError()]
)
def test_internal_error(resource: MakeHandler, answers: Answers, error: Exception) -> None:
    """F22: any other error is ours; its text may hold anything, so only its kind is told."""
    resource(create=fails_with(error))(event(), Context())
    reason = answers.only["Reason"]
    assert reason.startswith(f"Internal error ({type(error).__name__})")
    assert "s3cr3t" not in reason
    assert "Traceback" not in reason


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize(
    "reference", ["no.such.module:Class", "cfn_backup.protocol:NoSuchClass", "broken:Class"]
)
def test_import_error(
    answers: Answers, monkeypatch: pytest.MonkeyPatch, reference: str, request_type: str
) -> None:
    """F1: a resource that cannot be imported is answered like any other failure."""

    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "broken":
                raise SyntaxError("half a file")

    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    provider(reference)(event(request_type), Context())
    assert answers.only["Status"] == "FAILED"
    assert answers.only["PhysicalResourceId"] == (MARKER if request_type == "Create" else "toy-that-exists")


@pytest.mark.parametrize("missing", ["crhelper", "boto3", "aws_lambda_powertools"])
def test_broken_layer(answers: Answers, monkeypatch: pytest.MonkeyPatch, world: World, missing: str) -> None:
    """F1: neither does a missing dependency cost the stack its answer."""
    # GIVEN a layer without one of its packages
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "cfn_backup.protocol.dispatch", raising=False)

    # WHEN an event comes
    provider(REFERENCE)(event(), Context())

    # THEN there is one answer; without Powertools even SUCCESS, since only the logs are poorer
    assert answers.only["Status"] in ("SUCCESS", "FAILED")


def test_too_much_data(resource: MakeHandler, answers: Answers) -> None:
    """F5: FAILED with the reason, and with the real id, so that the Delete which follows cleans up."""
    resource(create=lambda work: Result("plan-1", {"A": "x" * 5000}))(event(), Context())
    assert answers.only["Status"] == "FAILED"
    assert answers.only["PhysicalResourceId"] == "plan-1"
    assert "4096" in answers.only["Reason"]


def test_too_much_data_of_what_is_noted(resource: MakeHandler, answers: Answers) -> None:
    """What exists is what was noted, whatever the result says."""

    def create(work: Work) -> Result:
        work.identify("noted")
        return Result("plan-1", {"A": "x" * 5000})

    resource(create=create)(event(), Context())
    assert answers.only["PhysicalResourceId"] == "noted"


def test_data_that_are_no_strings(resource: MakeHandler, answers: Answers) -> None:
    """F6"""
    resource(create=lambda work: Result("plan-1", {"LockDate": 7}))(event(), Context())  # type: ignore[dict-item]
    assert answers.only["Status"] == "FAILED"
    assert answers.only["PhysicalResourceId"] == "plan-1"
    assert "LockDate" in answers.only["Reason"]


@pytest.mark.parametrize("physical_id", ["", None, "x" * 1025])
@pytest.mark.parametrize(("request_type", "answered"), [("Create", MARKER), ("Update", "toy-that-exists")])
def test_nonempty_id_always(
    resource: MakeHandler, answers: Answers, physical_id: Any, request_type: str, answered: str
) -> None:
    """F2"""
    handler = resource(*[lambda work: Result(physical_id, {})] * 2)
    handler(event(request_type), Context())
    assert answers.only["Status"] == "FAILED"
    assert answers.only["PhysicalResourceId"] == answered


# ---- events that are refused
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given_type", ["Read", "create", "", None, 3])
def test_unknown_request(handler: Provider, world: World, answers: Answers, given_type: Any) -> None:
    """F28: FAILED, and nothing is called. Crhelper answers SUCCESS where a handler is missing."""
    handler(event() | {"RequestType": given_type}, Context())
    assert answers.only["Status"] == "FAILED"
    assert answers.only["PhysicalResourceId"] == MARKER
    assert world.calls == 0


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_unknown_type(handler: Provider, world: World, answers: Answers, request_type: str) -> None:
    """A ServiceToken of another type: told in plain words, before anything is done."""
    handler(event(request_type) | {"ResourceType": "Custom::BackupVault"}, Context())
    assert answers.only["Status"] == "FAILED"
    assert "Custom::BackupVault: this ServiceToken serves Custom::Toy" in answers.only["Reason"]
    assert world.calls == 0


def test_unknown_type_deleted(handler: Provider, answers: Answers) -> None:
    """Else the stack that made the slip could not be rolled back."""
    handler(event("Delete", physical_id=MARKER) | {"ResourceType": "Custom::BackupVault"}, Context())
    assert answers.only["Status"] == "SUCCESS"


def test_generic_type(handler: Provider, answers: Answers) -> None:
    handler(event() | {"ResourceType": "AWS::CloudFormation::CustomResource"}, Context())
    assert answers.only["Status"] == "SUCCESS"


def test_refused_in_time(handler: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to an event that cannot be read gets no more time than Lambda gives."""
    timeouts: list[float] = []

    def put(url: str, body: bytes, timeout: float) -> int:
        timeouts.append(timeout)
        return 200

    monkeypatch.setattr(outbound, "put", put)
    handler(event() | {"RequestType": "Read"}, Context(seconds=3))
    assert [1 < timeout < 3 for timeout in timeouts] == [True]


def test_bad_response_host(handler: Provider, world: World, answers: Answers) -> None:
    """Nothing is sent and nothing is done; the invocation fails."""
    with pytest.raises(Unanswerable):
        handler(event() | {"ResponseURL": "https://evil.example/x"}, Context())
    assert answers.bodies == []
    assert world.calls == 0


def test_foreign_account_stack(handler: Provider, world: World, answers: Answers) -> None:
    handler(event() | {"StackId": STACK_ID.replace("123456789012", "210987654321")}, Context())
    assert answers.only["Status"] == "FAILED"
    assert "not of this provider" in answers.only["Reason"]
    assert world.calls == 0


# ---- answers that do not arrive
# -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("status", [403, 500])
def test_not_delivered(
    handler: Provider, answers: Answers, monkeypatch: pytest.MonkeyPatch, status: int, request_type: str
) -> None:
    """F4: the invocation fails, so that Lambda's retry and in the end the failure responder act."""
    monkeypatch.setattr(outbound, "put", lambda url, body, timeout: status)
    with pytest.raises(NotDelivered):
        handler(event(request_type), Context())


# ---- one process, many events
# --------------------------------------------------------------------------------------------


def test_warm_state(resource: MakeHandler, answers: Answers) -> None:
    """F31: nothing of one event is left for the next: no id, no data, no URL, no owner."""

    # GIVEN a handler that has served a failing Create with an id noted
    def create(work: Work) -> Result:
        if work.properties:
            work.identify("first")
            raise ProviderError("first fails")
        raise ProviderError("second fails")

    handler = resource(create=create)
    handler(event(Name="x"), Context())

    # WHEN the next event comes, of another stack and to another URL
    other = event() | {
        "ResponseURL": event()["ResponseURL"] + "&second",
        "RequestId": "second-request",
        "LogicalResourceId": "Other",
    }
    handler(other, Context())

    # THEN its answer has nothing of the first
    first, second = answers.all
    assert first["PhysicalResourceId"] == "first"
    assert second["PhysicalResourceId"] == "create-failed:second-request"
    assert (second["RequestId"], second["LogicalResourceId"]) == ("second-request", "Other")
    assert second["Reason"].startswith("second fails")
    assert answers.urls[1].endswith("&second")


@pytest.mark.parametrize("malformed", [{}, {"RequestType": "Create"}, {"ResponseURL": None}, None])
def test_warm_state_malformed(handler: Provider, answers: Answers, malformed: Any) -> None:
    """F31: crhelper PUTs FAILED to the URL of the event before."""
    handler(event(), Context())
    with pytest.raises(Unanswerable):
        handler(malformed, Context())
    assert len(answers.bodies) == 1


# ---- fuzz --------------------------------------------------------------------------------------------------
# -----------------

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
KEYS = sorted(event("Update"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    st.sampled_from(["Create", "Update", "Delete"]), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3)
)
def test_any_event(handler: Provider, answers: Answers, request_type: str, changes: dict[str, Any]) -> None:
    """Any JSON as event: one valid answer, or a refusal before anything is done."""
    answers.bodies.clear()
    sent = event(request_type) | changes
    try:
        handler(sent, Context())
    except Unanswerable:
        assert answers.bodies == []
        return
    (body,) = answers.bodies
    assert cloudformation.read(body, sent).valid
