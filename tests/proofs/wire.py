"""The wire between botocore and the services of a test: everything the provider asks of AWS passes here.

A request is answered in this process, by the strict AWS Backup, by moto, or by the fake CloudFormation. On
its way it has a
name, ``(service, operation, n-th of its kind)``, and something can be done to it: see ``Tamper``.
"""

from __future__ import annotations

import functools
import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import botocore.endpoint
import botocore.retries.bucket
import botocore.retries.quota
import moto.core.responses
from botocore.awsrequest import AWSResponse
from moto.backends import get_backend
from moto.core.models import botocore_stubber
from moto.core.request import normalize_request

from cfn_backup.aws import session
from local_aws.strict_backup import Caller, StrictBackupService
from local_aws.strict_backup.in_moto import _MotoRoles
from tests.fake_cloudformation import current_process, kill
from tests.fake_cloudformation.describe import _answer as ask_about_stacks
from tests.fake_cloudformation.process import Process

ACCOUNT = "123456789012"
REGION = "eu-west-1"
SERVICES = ("backup", "iam", "sns", "kms", "cloudformation", "rds", "ssm")


@dataclass(frozen=True, order=True)
class Call:
    """One call of an invocation. botocore's own repetitions of it have the same name."""

    service: str
    operation: str
    number: int
    """Counted among the calls of this operation in one invocation of a function, from 1."""

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}#{self.number}"


type Tamper = Callable[[Call, int, Callable[[], AWSResponse]], AWSResponse]
"""Gets the call, which of botocore's attempts at it this is (from 1), and what carries it out."""


def untouched(call: Call, attempt: int, carry_out: Callable[[], AWSResponse]) -> AWSResponse:
    return carry_out()


class Wire:
    """Answers the requests of the provider's clients, while it is plugged in."""

    def __init__(self, backup: StrictBackupService) -> None:
        self._backup = backup
        self._caller = Caller(ACCOUNT, REGION, "aws", roles=_MotoRoles("aws"))
        self.tamper: Tamper = untouched
        self.after_each: Callable[[Call], None] = lambda _: None
        """Called behind each request that was carried out, to look at what is there at that moment."""
        self.before_first: Callable[[], None] = lambda: None
        """Called before the first request of each execution of a function."""
        self.calls: list[Call] = []
        """Every call, in order; botocore's repetitions not counted again."""
        self._numbers: dict[Process | None, Counter[tuple[str, str]]] = {}
        self._lock = threading.Lock()

    def on_request(self, event_name: str, request: Any) -> AWSResponse:
        """botocore's ``before-send``: what it gives is the response."""
        process = current_process()
        if process is not None and process.dead:
            kill("a dead process calls nobody")
        if process not in self._numbers:
            self.before_first()
        _, service, operation = event_name.split(".")
        call, attempt = self._name(service.lower(), operation, request)

        def carry_out() -> AWSResponse:
            response = self._carried_out(service.lower(), request)
            self.after_each(call)
            return response

        return self.tamper(call, attempt, carry_out)

    def _name(self, service: str, operation: str, request: Any) -> tuple[Call, int]:
        attempt = _attempt(request)
        with self._lock:
            numbers = self._numbers.setdefault(current_process(), Counter())
            if attempt == 1:
                numbers[service, operation] += 1
            call = Call(service, operation, numbers[service, operation])
            if attempt == 1:
                self.calls.append(call)
        return call, attempt

    def _carried_out(self, service: str, request: Any) -> AWSResponse:
        if service == "backup":
            return self._ask_backup(request)
        if service == "cloudformation":
            known = ask_about_stacks(request)
            return known or error_response(
                service, request.url, "ValidationError", "the stack does not exist", 400
            )
        try:
            status, headers, body = _ask_moto(service, request)
        except (ValueError, LookupError):
            # moto trips over what AWS refuses: an ARN that is none.
            return error_response(service, request.url, "InvalidParameter", "Invalid parameter", 400)
        return response(request.url, status, dict(headers), body.encode() if isinstance(body, str) else body)

    def _ask_backup(self, request: Any) -> AWSResponse:
        url = urlsplit(request.url)
        body = request.body or b""
        query = parse_qs(url.query, keep_blank_values=True)
        answer = self._backup.handle(
            request.method, url.path, query, body.encode() if isinstance(body, str) else body, self._caller
        )
        return response(request.url, answer.status, dict(answer.headers), answer.body)


def _ask_moto(service: str, request: Any) -> tuple[int, dict[str, str], str | bytes]:
    """moto's own way from the request on, without its search through the addresses of all services."""
    asked = normalize_request(request)
    answer: tuple[int, dict[str, str], str | bytes] = _moto(service)(asked, asked.raw_url, asked.headers)
    return answer


# moto looks the methods of a service up in each call, which takes longer than everything else.
_responses: Any = moto.core.responses
_responses.method_names_from_class = functools.cache(_responses.method_names_from_class)


@functools.cache
def _moto(service: str) -> Callable[..., Any]:
    name: Any = service
    backend: Any = get_backend(name)[ACCOUNT]["aws" if service == "iam" else REGION]
    answer: Callable[..., Any] = next(iter(backend.urls.values()))
    return answer


def _attempt(request: Any) -> int:
    """botocore counts its attempts in a header: ``attempt=2; max=9``."""
    told = _text(request.headers.get("amz-sdk-request", ""))
    return int(told.partition("attempt=")[2].partition(";")[0] or 1)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        if content := self.read():
            yield content


def response(url: str, status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    return AWSResponse(url, status, headers, _Raw(body))  # type: ignore[arg-type]


def error_response(service: str, url: str, code: str, message: str, status: int) -> AWSResponse:
    """An error as the service's protocol writes it."""
    if service in ("backup", "kms"):
        body = json.dumps({"__type": code, "message": message})
        return response(
            url, status, {"x-amzn-errortype": code, "Content-Type": "application/json"}, body.encode()
        )
    text = (
        "<ErrorResponse><Error><Type>Sender</Type>"
        f"<Code>{code}</Code><Message>{escape(message)}</Message></Error><RequestId>proof</RequestId></ErrorResponse>"
    )
    return response(url, status, {"Content-Type": "text/xml"}, text.encode())


_ours: dict[str, Any] = {}
_plugged: list[Wire] = []


@contextmanager
def plugged_in(wire: Wire, sleep: Callable[[float], None]) -> Iterator[None]:
    """The provider's clients send to ``wire``; what botocore would wait between its attempts goes to
    ``sleep``.
    """
    if not _ours:
        _make_clients()
    before = dict(session._clients)
    session._clients.clear()
    session._clients.update(_ours)
    _plugged.append(wire)
    try:
        with (
            mock.patch.object(botocore.endpoint, "time", mock.Mock(sleep=sleep)),
            # the client-side rate limiter of the adaptive mode waits in real time; its waiting is
            # botocore's affair.
            mock.patch.object(botocore.retries.bucket.TokenBucket, "acquire", return_value=True),
            # clients live longer here than in any function: a quota used up by one run must not change the
            # next.
            mock.patch.object(botocore.retries.quota.RetryQuota, "acquire", return_value=True),
        ):
            yield
    finally:
        _plugged.pop()
        session._clients.clear()
        session._clients.update(before)


def _make_clients() -> None:
    """The provider's own, with its own configuration; kept, since making one costs more than a hundred
    calls.
    """
    session.forget_clients()
    for service in SERVICES:
        client: Any = session._client(service)
        # botocore asks every hook, so these two would carry each request out a second time.
        events: Any = client.meta.events
        events.unregister("before-send", botocore_stubber)
        events.unregister("before-send.cloudformation", ask_about_stacks)
        # and these two take half the time of a call, for what nobody reads here.
        client._user_agent_creator.to_string = lambda: "proofs"
        for unread in (
            client._request_signer.handler,
            client._user_agent_creator.rebuild_and_replace_user_agent_handler,
        ):
            created = f"request-created.{client.meta.service_model.service_id.hyphenize()}"
            events.unregister(created, unread)
        events.register_first(
            "before-send", lambda event_name, request, **_: _plugged[-1].on_request(event_name, request)
        )
        _ours[service] = client
