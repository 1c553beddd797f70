"""Requests that wait: parked, joined, answered; all crash points of the starter and the answerer.

The account is a fake of Step Functions and Systems Manager around the strict AWS Backup.
"""

# ruff: noqa: N802, ARG002, ARG005 - a method is named like the operation that it answers
from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cfn_backup.aws.errors import AlreadyExists, GeneralServiceException, NotFound
from cfn_backup.emptying.starting import Begun, execution_name, key_of, start_or_join
from cfn_backup.protocol import outbound, vault_emptier
from cfn_backup.protocol.parked import ParkedRequest, Parking
from cfn_backup.protocol.request import ReturnAddress, StackId

from .asl import MACHINE_ARN
from .simulation import OWNER, STACK_ID, VAULT, SimulatedSession, World

URL = "https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/x?X-Amz-Signature=s"
TOKEN = OWNER.token("request", "vault", VAULT)
KEY = key_of(VAULT, TOKEN)


class Context:
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:VaultEmptier"
    log_stream_name = "stream"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class Killed(Exception):
    """Raised to end the process where it stands."""


class Account(SimulatedSession):
    """A session that also keeps parameters and executions."""

    def __init__(self, world: World) -> None:
        super().__init__(world.service, world.clock, 0)
        self.parameters: dict[str, str] = {}
        self.executions: dict[str, str] = {}
        self.inputs: list[str] = []
        self.strike: Callable[[str, str], None] = lambda _when, _operation: None

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        self.strike("before", operation)
        answer = (
            super().call(service, operation, **parameters)
            if service == "backup"
            else getattr(self, f"_{operation}")(**parameters)
        )
        self.strike("after", operation)
        result: dict[str, Any] = answer
        return result

    def _PutParameter(self, **given: Any) -> Mapping[str, Any]:
        assert given["Type"] == "SecureString"
        self.parameters[given["Name"]] = given["Value"]
        return {}

    def _GetParametersByPath(self, **given: Any) -> Mapping[str, Any]:
        found = {n: v for n, v in self.parameters.items() if n.rpartition("/")[0] == given["Path"]}
        return {"Parameters": [{"Name": name, "Value": value} for name, value in found.items()]}

    def _DeleteParameter(self, **given: Any) -> Mapping[str, Any]:
        if self.parameters.pop(given["Name"], None) is None:
            raise NotFound("gone")
        return {}

    def _StartExecution(self, **given: Any) -> Mapping[str, Any]:
        if given["name"] in self.executions:
            raise AlreadyExists("the name is taken")
        self.executions[given["name"]] = "RUNNING"
        self.inputs.append(given["input"])
        return {}

    def _ListExecutions(self, **given: Any) -> Mapping[str, Any]:
        return {"executions": [{"name": n} for n, status in self.executions.items() if status == "RUNNING"]}

    def _DescribeExecution(self, **given: Any) -> Mapping[str, Any]:
        return {"status": self.executions[given["executionArn"].rpartition(":")[2]]}


@pytest.fixture
def account(world: World, monkeypatch: pytest.MonkeyPatch) -> Account:
    session = Account(world)
    monkeypatch.setattr(vault_emptier, "Session", lambda: session)
    monkeypatch.setattr(outbound, "now", world.clock.now)
    monkeypatch.setenv("ALLOW_EMPTY_ON_DELETE", "true")
    return session


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = []

    def put(url: str, body: bytes, timeout: float) -> int:
        given.append(json.loads(body))
        return 200

    monkeypatch.setattr(outbound, "put", put)
    monkeypatch.setattr(outbound, "sleep", lambda _seconds: None)
    return given


def parked(request_id: str = "request-1", given_up_at: float = math.inf) -> ParkedRequest:
    return ParkedRequest(ReturnAddress(URL, StackId.parse(STACK_ID), request_id, "Vault"), VAULT, given_up_at)


def answer(world: World, **outcome: Any) -> dict[str, Any]:
    state = {"order": world.order().to_json(), "key": KEY, "outcome": outcome}
    return vault_emptier.handler({"do": "answer", "state": state}, Context())


def start(account: Account, world: World, request_id: str = "request-1", *, waits: bool = True) -> Begun:
    pause = world.clock.sleep if waits else None
    return start_or_join(account, MACHINE_ARN, world.order(request_id=request_id), KEY, pause)


def test_a_request_is_parked_under_its_id_and_encrypted(account: Account) -> None:
    Parking(account, "/p/requests").park(KEY, parked())

    assert list(account.parameters) == [f"/p/requests/{KEY}/request-1"]


def test_the_presigned_url_is_never_in_an_executions_input(account: Account, world: World) -> None:
    Parking(account).park(KEY, parked())

    start(account, world)

    assert "Signature" not in account.inputs[0]
    assert "https" not in account.inputs[0]


def test_a_duplicate_delivery_joins(account: Account, world: World) -> None:
    first, second = start(account, world), start(account, world)

    assert (first.name, first.joined, second.joined) == (second.name, False, True)
    assert len(account.executions) == 1


def test_the_next_delete_joins(account: Account, world: World) -> None:
    first, second = start(account, world), start(account, world, "request-2")

    assert first.name == second.name
    assert len(account.executions) == 1


def test_an_execution_that_ends_while_a_request_is_parked_is_not_joined(
    account: Account, world: World
) -> None:
    # GIVEN an execution that is over a moment after it was listed
    first = start(account, world)

    def end(when: str, operation: str) -> None:
        if (when, operation) == ("after", "ListExecutions"):
            account.executions[first.name] = "SUCCEEDED"

    account.strike = end

    # WHEN / THEN the request gets one of its own
    assert start(account, world, "request-2").name != first.name
    assert len(account.executions) == 2


def test_a_delivery_long_after_the_answer_starts_nothing(account: Account, world: World) -> None:
    first = start(account, world)
    account.executions[first.name] = "SUCCEEDED"

    again = start(account, world)

    assert (again.name, again.status) == (first.name, "SUCCEEDED")
    assert len(account.executions) == 1


@pytest.mark.parametrize("name", [VAULT, "v" * 50])
def test_a_name_is_one_that_step_functions_takes(name: str) -> None:
    assert len(execution_name(name, KEY, "r" * 128)) <= 80


def test_another_vault_of_the_same_name_has_another_key() -> None:
    assert key_of(VAULT, "one") != key_of(VAULT, "other")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "operation", ["ListExecutions", "StartExecution", "DescribeExecution", "PutParameter"]
)
def test_a_starter_that_is_killed_is_repeated(
    account: Account, world: World, when: str, operation: str
) -> None:
    # GIVEN
    def strike(at: str, called: str) -> None:
        if (at, called) == (when, operation):
            account.strike = lambda _when, _operation: None
            raise Killed

    account.strike = strike

    # WHEN Lambda delivers the event again
    for _ in range(2):
        try:
            Parking(account).park(KEY, parked())
            start(account, world)
        except Killed:
            continue

    # THEN
    assert len(account.executions) == 1
    assert len(account.parameters) == 1


def test_everybody_who_waits_is_answered_once(
    account: Account, world: World, answers: list[dict[str, Any]]
) -> None:
    for request_id in ("request-1", "request-2"):
        Parking(account).park(KEY, parked(request_id))

    answer(world, finished=True, emptied=True)
    answer(world, finished=True, emptied=True)

    assert [(one["RequestId"], one["Status"]) for one in answers] == [
        ("request-1", "SUCCESS"),
        ("request-2", "SUCCESS"),
    ]
    assert account.parameters == {}


def test_a_reason_is_answered(account: Account, world: World, answers: list[dict[str, Any]]) -> None:
    Parking(account).park(KEY, parked())

    answer(world, finished=True, emptied=False, why="a vault lock protects it")

    assert answers[0]["Status"] == "FAILED"
    assert (
        f"The vault {VAULT} is not deleted: a vault lock protects it. Nothing was deleted"
        in answers[0]["Reason"]
    )


def test_a_slice_that_failed_for_good_is_answered(
    account: Account, world: World, answers: list[dict[str, Any]]
) -> None:
    Parking(account).park(KEY, parked())
    error = {"Error": "States.TaskFailed", "Cause": json.dumps({"errorType": "X", "errorMessage": "y"})}
    state = {"order": world.order().to_json(), "key": KEY, "error": error}

    vault_emptier.handler({"do": "answer", "state": state}, Context())

    assert "at last with X: y" in answers[0]["Reason"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["GetParametersByPath", "DeleteParameter"])
def test_an_answerer_that_is_killed_gives_the_same_answer(
    account: Account, world: World, answers: list[dict[str, Any]], when: str, operation: str
) -> None:
    # GIVEN
    Parking(account).park(KEY, parked())

    def strike(at: str, called: str) -> None:
        if (at, called) == (when, operation):
            account.strike = lambda _when, _operation: None
            raise Killed

    account.strike = strike

    # WHEN Step Functions repeats the task
    for _ in range(2):
        try:
            answer(world, finished=True, emptied=True)
        except Killed:
            continue

    # THEN
    assert {one["Status"] for one in answers} == {"SUCCESS"}
    assert account.parameters == {}


def test_an_answer_that_does_not_arrive_is_sent_again(
    account: Account, world: World, answers: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Parking(account).park(KEY, parked())
    with monkeypatch.context() as broken:
        broken.setattr(outbound, "put", lambda url, body, timeout: 500)
        with pytest.raises(Exception, match="did not take the answer"):
            answer(world, finished=True, emptied=True)

    answer(world, finished=True, emptied=True)

    assert len(answers) == 1


def test_a_url_that_has_expired_keeps_nobody(
    account: Account, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Parking(account).park(KEY, parked())
    monkeypatch.setattr(outbound, "put", lambda url, body, timeout: 403)

    answer(world, finished=True, emptied=True)

    assert account.parameters == {}


def test_before_the_hour_is_over_only_who_cannot_wait_is_told_that_it_goes_on(
    account: Account, world: World, answers: list[dict[str, Any]]
) -> None:
    # GIVEN
    world.put(1000)
    Parking(account).park(KEY, parked("request-1", world.clock.now() + 100))
    Parking(account).park(KEY, parked("request-2", world.clock.now() + 3000))

    # WHEN
    state = answer(world, finished=False, emptied=False)

    # THEN
    assert [one["RequestId"] for one in answers] == ["request-1"]
    assert "1000 recovery points are left" in answers[0]["Reason"]
    assert "The emptying goes on and ends about 2027-01-1" in answers[0]["Reason"]
    assert state["outcome"]["finished"] is False
    assert len(account.parameters) == 1


def test_nothing_is_emptied_where_the_installer_does_not_allow_it(
    account: Account, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(10)
    monkeypatch.setenv("ALLOW_EMPTY_ON_DELETE", "false")

    state = vault_emptier.handler(
        {"do": "slice", "state": {"order": world.order().to_json(), "key": KEY}}, Context()
    )

    assert "AllowEmptyOnDelete" in state["outcome"]["why"]
    assert len(world.left()) == 10


def test_a_metric_or_a_list_that_fails_is_no_reason_to_stop(account: Account, world: World) -> None:
    def strike(_when: str, operation: str) -> None:
        if operation == "ListExecutions":
            raise GeneralServiceException("no connection")

    account.strike = strike
    reporter = vault_emptier.Reporter(account, world.order(), list, MACHINE_ARN)

    from cfn_backup.emptying.progress import Progress  # noqa: PLC0415

    assert reporter.tick(Progress(), world.clock.now()).calls_per_second == 8
