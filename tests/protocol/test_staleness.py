"""An event that CloudFormation has given up is not acted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cfn_backup.protocol import outbound
from cfn_backup.protocol.staleness import is_stale, signed_at
from tests.fake_cloudformation.toy import World
from tests.protocol.conftest import URL, Answers, Context, event

if TYPE_CHECKING:
    from cfn_backup.protocol.entry import Provider

SIGNED = 1_795_608_000.0
DATED = f"{URL}&X-Amz-Date=20261125T120000Z"


def test_signed_at() -> None:
    assert signed_at(DATED) == SIGNED


@pytest.mark.parametrize(
    "url", [URL, f"{URL}&X-Amz-Date=", f"{URL}&X-Amz-Date=20261325T120000Z", f"{URL}&Expires=9"]
)
def test_missing_date_is_fresh(url: str) -> None:
    """Older URLs carry no date; not to act on a live request would strand its stack."""
    assert signed_at(url) is None
    assert not is_stale(url, 3600, SIGNED + 10**9)


@pytest.mark.parametrize(
    ("age", "service_timeout", "stale"),
    [
        (0, 3600, False),
        (3599, 3600, False),
        (3600, 3600, True),
        (7200, 3600, True),
        (61, 60, True),
        (-600, 60, False),
    ],
)
def test_stale_after_service_timeout(age: float, service_timeout: int, stale: bool) -> None:
    assert is_stale(DATED, service_timeout, SIGNED + age) is stale


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_stale_event(
    handler: Provider,
    world: World,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
    log_lines: Callable[[], list[dict[str, Any]]],
    request_type: str,
) -> None:
    """F11: a URL dated two hours ago."""
    # GIVEN an event that spent two hours in Lambda's queue
    monkeypatch.setattr(outbound, "now", lambda: SIGNED + 7200)

    # WHEN it is delivered at last
    handler(event(request_type) | {"ResponseURL": DATED}, Context())

    # THEN nothing is done, nothing is answered, and there is a metric for it
    assert world.calls == 0
    assert answers.bodies == []
    assert any("Stale" in line for line in log_lines())


def test_stale_by_its_own_service_timeout(
    handler: Provider, world: World, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN an event eleven minutes old
    monkeypatch.setattr(outbound, "now", lambda: SIGNED + 660)

    # THEN it is stale where the template waits ten minutes, and fresh where it waits an hour
    handler(event(ServiceTimeout="600") | {"ResponseURL": DATED}, Context())
    assert answers.bodies == []
    handler(event() | {"ResponseURL": DATED}, Context())
    assert answers.only["Status"] == "SUCCESS"
