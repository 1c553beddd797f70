"""The events in ``events/``: what CloudFormation sends, for `sam local invoke` and for the handlers'
tests.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cfn_backup.protocol.request import RequestType, read_request
from cfn_backup.protocol.staleness import is_stale

EVENTS = sorted((Path(__file__).parents[2] / "events").glob("*.json"))
TYPES = ("plan", "vault", "selection", "region-settings")


def scalars(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [scalar for item in value.values() for scalar in scalars(item)]
    if isinstance(value, list):
        return [scalar for item in value for scalar in scalars(item)]
    return [value]


def test_one_of_each() -> None:
    wanted = {f"backup-{kind}-{request_type.lower()}" for kind in TYPES for request_type in RequestType}
    assert {path.stem for path in EVENTS} == wanted


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_event(path: Path) -> None:
    # GIVEN an event
    event = json.loads(path.read_text())

    # WHEN a function of this account and Region reads it
    request = read_request(event, "arn:aws:lambda:eu-west-1:123456789012:function:cfn-backup-provider:live")

    # THEN it is what its name says, in CloudFormation's shape, and stays usable
    _, kind, request_type = re.fullmatch(r"(backup)-(.+)-(\w+)", path.stem).groups()  # type: ignore[union-attr]
    assert request.resource_type == f"Custom::Backup{kind.title().replace('-', '')}"
    assert request.type.lower() == request_type
    assert (request.physical_id is None) == (request.type is RequestType.CREATE)
    assert ("OldResourceProperties" in event) == (request.type is RequestType.UPDATE)
    assert event["ServiceToken"] == event["ResourceProperties"]["ServiceToken"]
    assert all(isinstance(scalar, str) for scalar in scalars(event))
    assert request.service_timeout == 600
    assert not is_stale(request.address.response_url, 1, 10**11)
