"""One metric per request, by what became of it."""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cfn_backup.protocol import outbound, provider
from cfn_backup.protocol.metrics import Outcome, record
from cfn_backup.protocol.request import Unanswerable
from cfn_backup.protocol.sender import NotDelivered
from tests.protocol.conftest import Answers, Context, event

if TYPE_CHECKING:
    from cfn_backup.protocol.entry import Provider

type Lines = Callable[[], list[dict[str, Any]]]


def metrics_in(lines: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [line for line in lines if "_aws" in line]
    return found


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_succeeded(handler: Provider, answers: Answers, log_lines: Lines, request_type: str) -> None:
    handler(event(request_type), Context())
    found = metrics_in(log_lines())
    assert found["Succeeded"] == [1.0]
    assert (found["ResourceType"], found["RequestType"]) == ("Custom::Toy", request_type)
    assert found["Duration"][0] >= 0
    assert found["AwsCalls"] == [0.0]
    assert found["AwsRetries"] == [0.0]


def test_duration(
    handler: Provider, answers: Answers, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In milliseconds, by a clock that goes on by 0.7 s whenever somebody looks at it."""
    clock = itertools.count(1000, 0.7)
    monkeypatch.setattr(outbound, "monotonic", lambda: next(clock))
    handler(event(), Context())
    (duration,) = metrics_in(log_lines())["Duration"]
    looks = duration / 700
    assert looks == pytest.approx(round(looks))
    assert 0 < looks < 50


def test_failed(handler: Provider, answers: Answers, log_lines: Lines) -> None:
    handler(event(Refuse="no"), Context())
    found = metrics_in(log_lines())
    assert found["Failed"] == [1.0]
    assert "Succeeded" not in found


def test_not_delivered(
    handler: Provider, answers: Answers, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that did not arrive is a failure, whatever it said."""
    monkeypatch.setattr(outbound, "put", lambda url, body, timeout: 403)
    with pytest.raises(NotDelivered):
        handler(event(), Context())
    assert metrics_in(log_lines())["Failed"] == [1.0]


def test_broken_import(answers: Answers, log_lines: Lines) -> None:
    provider("no.such.module:Class")(event(), Context())
    assert metrics_in(log_lines())["Failed"] == [1.0]


def test_refused(handler: Provider, answers: Answers, log_lines: Lines) -> None:
    handler(event() | {"RequestType": "Read"}, Context())
    found = metrics_in(log_lines())
    assert found["Failed"] == [1.0]
    assert (found["ResourceType"], found["RequestType"]) == ("Custom::Toy", "Unknown")


def test_unanswerable(handler: Provider, answers: Answers, log_lines: Lines) -> None:
    with pytest.raises(Unanswerable):
        handler(event() | {"StackId": "of nobody"}, Context())
    assert metrics_in(log_lines())["Failed"] == [1.0]


def test_dimensions(
    handler: Provider, answers: Answers, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dashboard searches by service, an alarm needs the sum without any dimension."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "BackupPlan")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "my-provider")
    handler(event(), Context())
    found = metrics_in(log_lines())
    (described,) = found["_aws"]["CloudWatchMetrics"]
    assert described["Namespace"] == "my-provider"
    assert sorted(map(sorted, described["Dimensions"])) == [
        [],
        ["RequestType", "ResourceType", "service"],
        ["service"],
    ]
    assert found["service"] == "BackupPlan"


def test_nothing_stays(handler: Provider, answers: Answers, log_lines: Lines) -> None:
    """F31: Powertools' Metrics would keep what one request left for the next."""
    handler(event(Refuse="no"), Context())
    handler(event("Update"), Context())
    first, second = [line for line in log_lines() if "_aws" in line]
    assert "Failed" in first
    assert "Failed" not in second
    assert second["RequestType"] == "Update"


@pytest.mark.filterwarnings("ignore:Dimension")
def test_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has been sent: a metric that cannot be written must not make Lambda repeat the request."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "")
    record(Outcome.SUCCEEDED, resource_type="", request_type="", seconds=float("nan"))
