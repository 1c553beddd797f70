"""What the protocol's tests share: an event, a context, a bucket that keeps what arrives, a world with things
in it.
"""

# ruff: noqa: ARG002, ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from cfn_backup.protocol import outbound, provider
from functions.failure_responder import app as failure_responder
from tests.fake_cloudformation import SIGNATURE, FakeCloudFormation
from tests.fake_cloudformation import toy as toy_module
from tests.fake_cloudformation.toy import REFERENCE, TOY, World

if TYPE_CHECKING:
    from cfn_backup.protocol.entry import Provider

STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/12345678-1234-4123-8123-123456789012"
REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000001"
MARKER = f"create-failed:{REQUEST_ID}"
URL = (
    "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/answer"
    f"?X-Amz-Expires=7200&X-Amz-Signature={SIGNATURE}"
)

type Event = dict[str, Any]


@dataclass
class Context:
    """Lambda's context, with as much time left as a test wants."""

    seconds: float = 300
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:BackupToy:live"
    log_stream_name: str = "2026/11/25/[$LATEST]0123456789abcdef"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"
    function_name: str = "BackupToy"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


@dataclass
class Answers:
    """What was PUT, and where to."""

    bodies: list[bytes] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def put(self, url: str, body: bytes, timeout: float) -> int:
        self.urls.append(url)
        self.bodies.append(body)
        return 200

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def only(self) -> dict[str, Any]:
        """The one answer there is: any other number is a failure."""
        (answer,) = self.all
        return answer


def event(request_type: str = "Create", *, physical_id: str | None = None, **properties: Any) -> Event:
    """A CloudFormation event for a toy; Update and Delete get an id if none is given."""
    made: Event = {
        "RequestType": request_type,
        "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:BackupToy:live",
        "ResponseURL": URL,
        "StackId": STACK_ID,
        "RequestId": REQUEST_ID,
        "LogicalResourceId": "Toy",
        "ResourceType": TOY,
        "ResourceProperties": {"ServiceToken": "arn:aws:lambda:…", **properties},
    }
    if request_type != "Create":
        made["PhysicalResourceId"] = physical_id or "toy-that-exists"
    if request_type == "Update":
        made["OldResourceProperties"] = {"ServiceToken": "arn:aws:lambda:…"}
    return made


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Takes the place of the network; pauses take no time."""
    kept = Answers()
    monkeypatch.setattr(outbound, "put", kept.put)
    monkeypatch.setattr(outbound, "sleep", lambda seconds: None)
    return kept


@pytest.fixture
def world() -> World:
    return toy_module.new_world()


@pytest.fixture
def handler(world: World) -> Provider:
    """The Lambda handler of a toy."""
    return provider(REFERENCE, TOY)


@pytest.fixture
def cfn(world: World) -> Iterator[FakeCloudFormation]:
    with FakeCloudFormation({TOY: REFERENCE}, on_failure=failure_responder.handler) as fake:
        yield fake


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """The JSON lines written since the last look, metrics among them."""

    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return lines
