"""Answers what a handler asks CloudFormation about the fake's stacks, before the request leaves botocore.

Everything else goes on to wherever it would have gone: moto, for instance. The hook is one of botocore's
built-in handlers, so it holds for every session that is made after this module was imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import botocore.handlers
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from tests.fake_cloudformation.stack import Stack, StackResource

_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
_CREATED = "2026-11-25T12:00:00Z"


class KnowsStacks(Protocol):
    """A fake CloudFormation that is running."""

    def find_stack(self, name_or_id: str) -> Stack | None: ...


running: list[KnowsStacks] = []


def _headers() -> HTTPHeaders:
    headers = HTTPHeaders()
    headers["Content-Type"] = "text/xml"
    return headers


class _Raw:
    """The body, as AWSResponse wants to read it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterable[bytes]:
        yield self._body


def _answer(request: Any, **_: Any) -> AWSResponse | None:
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    asked = {key: values[0] for key, values in parse_qs(body).items()}
    stack = _find(asked.get("StackName", ""))
    if stack is None:
        return None
    match asked.get("Action"):
        case "DescribeStacks":
            return _success(
                "DescribeStacks", f"<Stacks><member>{_stack(stack)}</member></Stacks>", request.url
            )
        case "DescribeStackResource":
            return _resource(stack, asked.get("LogicalResourceId", ""), request.url)
        case "ListStackResources":
            members = "".join(f"<member>{_summary(r)}</member>" for r in stack.resources.values())
            content = f"<StackResourceSummaries>{members}</StackResourceSummaries>"
            return _success("ListStackResources", content, request.url)
    return None


def _find(name_or_id: str) -> Stack | None:
    found = (fake.find_stack(name_or_id) for fake in reversed(running))
    return next((stack for stack in found if stack is not None), None)


def _stack(stack: Stack) -> str:
    return (
        f"<StackName>{stack.name}</StackName><StackId>{stack.id}</StackId>"
        f"<CreationTime>{_CREATED}</CreationTime><StackStatus>{stack.status}</StackStatus>"
    )


def _resource(stack: Stack, logical_id: str, url: str) -> AWSResponse:
    resource = stack.resources.get(logical_id)
    if resource is None:
        return _error(f"Resource {logical_id} does not exist for stack {stack.name}", url)
    detail = f"<StackName>{stack.name}</StackName><StackId>{stack.id}</StackId>{_summary(resource)}"
    return _success("DescribeStackResource", f"<StackResourceDetail>{detail}</StackResourceDetail>", url)


def _summary(resource: StackResource) -> str:
    return (
        f"<LogicalResourceId>{resource.definition.logical_id}</LogicalResourceId>"
        f"<PhysicalResourceId>{escape(resource.physical_id)}</PhysicalResourceId>"
        f"<ResourceType>{resource.definition.type}</ResourceType>"
        f"<LastUpdatedTimestamp>{_CREATED}</LastUpdatedTimestamp>"
        f"<ResourceStatus>{resource.status}</ResourceStatus>"
    )


def _success(action: str, content: str, url: str) -> AWSResponse:
    body = (
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{content}</{action}Result>'
        f"<ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></{action}Response>"
    )
    return AWSResponse(url, 200, _headers(), _Raw(body.encode()))


def _error(message: str, url: str) -> AWSResponse:
    body = (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type><Code>ValidationError</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>fake</RequestId></ErrorResponse>"
    )
    return AWSResponse(url, 400, _headers(), _Raw(body.encode()))


botocore.handlers.BUILTIN_HANDLERS.append(("before-send.cloudformation", _answer))
