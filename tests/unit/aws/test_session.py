"""Calls, pages and what runs side by side."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from cfn_backup.aws.errors import InvalidRequest, NotFound, ServiceLimitExceeded
from cfn_backup.aws.session import Session, _client, concurrently


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", "eu-west-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("cfn_backup.aws.session._clients", {})
    return Session()


@mock_aws
def test_calls_and_writes_are_counted(session: Session) -> None:
    session.call("sns", "CreateTopic", Name="t")
    session.call("sns", "ListTopics")
    assert (session.calls, session.writes) == (2, 1)


@mock_aws
def test_a_refusal_is_one_of_ours_and_is_counted(session: Session) -> None:
    with pytest.raises(NotFound, match=r"^GetRole: .*\(NoSuchEntity\)$"):
        session.call("iam", "GetRole", RoleName="nobody")
    assert (session.calls, session.writes) == (1, 0)


@mock_aws
def test_parameters_that_the_service_cannot_have_are_an_invalid_request(session: Session) -> None:
    with pytest.raises(InvalidRequest, match=r"^GetRole: Parameter validation failed"):
        session.call("iam", "GetRole", RoleName=1)
    assert session.calls == 0


def test_pages_are_read_as_they_are_needed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def call(self: Session, service: str, operation: str, **parameters: object) -> dict[str, object]:
        asked.append(parameters)
        page = [{"Id": str(len(asked))}]
        return {"Things": page, "NextToken": "more"} if len(asked) < 3 else {"Things": page}

    monkeypatch.setattr(Session, "call", call)
    pages = session.pages("backup", "ListThings", "Things", MaxResults=1)
    assert next(pages) == {"Id": "1"}
    assert asked == [{"MaxResults": 1}]
    assert [thing["Id"] for thing in pages] == ["2", "3"]
    assert asked[-1] == {"MaxResults": 1, "NextToken": "more"}


def test_what_does_not_depend_on_each_other_runs_side_by_side_and_keeps_its_order() -> None:
    both = threading.Barrier(2, timeout=5)
    assert concurrently([lambda: both.wait() * 0 + 1, lambda: both.wait() * 0 + 2]) == [1, 2]


def test_the_first_error_is_raised_when_all_have_ended() -> None:
    ended = []

    def fail(error: Exception) -> None:
        raise error

    with pytest.raises(KeyError):
        concurrently([lambda: fail(KeyError()), lambda: fail(ValueError()), lambda: ended.append(1)])
    assert ended == [1]


def _answering(code: str, seen: list[Any]) -> Callable[..., Any]:
    """A handler of botocore's ``before-send`` that refuses every request with this code."""

    def answer(request: Any, **_: object) -> AWSResponse:
        seen.append(request)
        body = json.dumps({"__type": code, "Message": "no"}).encode()
        headers: Any = {"x-amzn-errortype": code}
        response: Any = AWSResponse(request.url, 400, headers, io.BytesIO())
        response._content = body
        return response  # type: ignore[no-any-return]

    return answer


def test_a_quota_that_is_used_up_is_told_at_once(session: Session) -> None:
    # GIVEN
    seen: list[Any] = []
    refuse = _answering("LimitExceededException", seen)
    _client("backup").meta.events.register("before-send", refuse)

    # WHEN
    with pytest.raises(ServiceLimitExceeded, match="CreateBackupVault: no"):
        session.call("backup", "CreateBackupVault", BackupVaultName="v")

    # THEN
    assert (len(seen), session.retries) == (1, 0)
