"""What CloudFormation asks: the event, checked and typed.

The event is whatever the invoker made it (reference: aws-cdk provider framework, ``response-url.ts``), so
nothing of it is believed before it is looked at: where the answer would go, whose stack it speaks of, whether
anything is missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cfn_backup.protocol import ids
from cfn_backup.protocol.extent import excess

RESPONSE_HOSTS_VARIABLE = "RESPONSE_URL_HOSTS"
"""For emulators only: hosts, or ``host:port``, separated by commas, that may get an answer too."""

DEFAULT_SERVICE_TIMEOUT = 3600
"""Seconds CloudFormation waits for an answer when the template sets no ServiceTimeout."""

_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-us-gov": "amazonaws.com",
}
"""The domain of each partition (botocore's partitions.json)."""

_STACK_ID = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):cloudformation:(?P<region>[a-z0-9-]{1,32}):(?P<account_id>[0-9]{12})"
    r":stack/(?P<name>[A-Za-z][A-Za-z0-9-]{0,127})/(?P<uuid>[A-Za-z0-9-]{1,64})"
)
_FUNCTION_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):lambda:(?P<region>[a-z0-9-]+):(?P<account_id>[0-9]{12}):function:.+"
)
_REQUEST_ID = re.compile(r"[!-~]{1,128}")
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")
_RESOURCE_TYPE = re.compile(r"AWS::CloudFormation::CustomResource|Custom::[A-Za-z0-9_@-]{1,60}")


OF_CLOUDFORMATION = ("ServiceToken", "ServiceTimeout")
"""Properties that are not the author's. The room ``rules`` has them too; importing it here would put all that
it needs before the failure wrapper."""


class Unanswerable(Exception):
    """Raised when an event does not say where an answer could go, or names a place that must not get one."""


class Refused(Exception):
    """Raised when an event is not acted on, but can be answered: FAILED, with this error's text."""

    def __init__(self, why: str, address: ReturnAddress, physical_id: str | None) -> None:
        super().__init__(why)
        self.address = address
        self.physical_id = physical_id


class RequestType(StrEnum):
    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True)
class StackId:
    """``arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>`` and its parts."""

    text: str
    partition: str
    region: str
    account_id: str
    name: str
    uuid: str

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: object) -> StackId:
        match = _STACK_ID.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise Unanswerable("the event's StackId is not the ARN of a stack")
        return cls(match.string, **match.groupdict())


@dataclass(frozen=True)
class ReturnAddress:
    """Where the answer goes, and the three ids that it has to repeat."""

    response_url: str = field(repr=False)
    """Presigned: whoever has it can answer in our name. It is never logged."""
    stack: StackId
    request_id: str
    logical_resource_id: str


@dataclass(frozen=True)
class Request:
    """One event, ready to be acted on. Old properties are left out on purpose:
    the real state decides, not they.
    """

    type: RequestType
    address: ReturnAddress
    resource_type: str
    physical_id: str | None
    """None on Create."""
    properties: Mapping[str, Any] = field(repr=False)
    """What the author wrote, without ServiceToken and ServiceTimeout; every scalar is a string."""
    service_timeout: int

    @property
    def stack(self) -> StackId:
        return self.address.stack

    @property
    def id(self) -> str:
        return self.address.request_id

    @property
    def logical_resource_id(self) -> str:
        return self.address.logical_resource_id

    def redacted(self) -> dict[str, Any]:
        """A copy for logs: no ResponseURL, and of the properties only how many there are."""
        return {
            "RequestType": str(self.type),
            "ResourceType": self.resource_type,
            "PhysicalResourceId": self.physical_id,
            "ResponseURL": "...",
            "ResourceProperties": len(self.properties),
            "ServiceTimeout": self.service_timeout,
        }


def read_request(event: object, function_arn: str) -> Request:
    """The event as a Request.

    Raises Unanswerable when no answer is possible, Refused when one is, but nothing may be done.
    """
    if not isinstance(event, Mapping):
        raise Unanswerable("the event is not an object")
    stack = StackId.parse(event.get("StackId"))
    address = ReturnAddress(
        response_url=_response_url(event.get("ResponseURL"), _response_hosts(function_arn, stack)),
        stack=stack,
        request_id=_id_of(event, "RequestId", _REQUEST_ID),
        logical_resource_id=_id_of(event, "LogicalResourceId", _LOGICAL_ID),
    )
    physical_id = _physical_id(event.get("PhysicalResourceId"))
    try:
        return _read(event, address, physical_id, function_arn)
    except ValueError as why:
        raise Refused(str(why), address, physical_id) from None


def _read(
    event: Mapping[str, Any], address: ReturnAddress, physical_id: str | None, function_arn: str
) -> Request:
    """The part of an event that can be answered whatever it contains;
    ValueError says what is wrong with it.
    """
    _refuse_foreign_stack(address.stack, function_arn)
    request_type = _request_type(event.get("RequestType"))
    properties = event.get("ResourceProperties")
    if request_type is RequestType.DELETE and _is_unreadable(properties):
        properties = {}  # a Delete that were refused for them would leave the stack where it is
    if not isinstance(properties, Mapping):
        raise ValueError("the event has no ResourceProperties")  # noqa: TRY004 - one error class for all of it
    too_much = excess(properties)
    if too_much is not None:
        raise ValueError(f"the properties have {too_much}")
    resource_type = event.get("ResourceType")
    if not isinstance(resource_type, str) or not _RESOURCE_TYPE.fullmatch(resource_type):
        raise ValueError("the event's ResourceType is not the type of a custom resource")
    if request_type is RequestType.CREATE:
        physical_id = None
    elif physical_id is None:
        raise ValueError(f"the {request_type} event has no PhysicalResourceId")
    return Request(
        type=request_type,
        address=address,
        resource_type=resource_type,
        physical_id=physical_id,
        properties={name: value for name, value in properties.items() if name not in OF_CLOUDFORMATION},
        service_timeout=_service_timeout(properties.get("ServiceTimeout")),
    )


def _is_unreadable(properties: object) -> bool:
    return not isinstance(properties, Mapping) or excess(properties) is not None


def _response_url(url: object, hosts: frozenset[str]) -> str:
    """The URL, if it may get an answer: an event that names
    another host would make us send what we know to it.
    """
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        allowed = _is_response_host(parts, hosts)
    except ValueError:
        allowed = False
    if not allowed:
        raise Unanswerable("the event has no ResponseURL of CloudFormation's over https")
    return str(url)


def _is_response_host(parts: SplitResult, hosts: frozenset[str]) -> bool:
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        return False
    if parts.netloc.lower() in _emulator_hosts() or parts.hostname in _emulator_hosts():
        return True
    return parts.port is None and parts.hostname in hosts


def _response_hosts(function_arn: str, stack: StackId) -> frozenset[str]:
    """The forms in which the bucket can be written that CloudFormation has in the function's own Region."""
    # the ARN of a function under `sam local invoke` is of no Region that the event could be of
    own = None if os.environ.get("AWS_SAM_LOCAL") else _FUNCTION_ARN.fullmatch(function_arn)
    partition, region = (own["partition"], own["region"]) if own else (stack.partition, stack.region)
    domain = _SUFFIXES.get(partition)
    if domain is None:
        return frozenset()
    bucket = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    places = ("s3", f"s3.{region}", f"s3-{region}", f"s3.dualstack.{region}")
    return frozenset(f"{bucket}.{place}.{domain}" for place in places)


def _emulator_hosts() -> frozenset[str]:
    hosts = os.environ.get(RESPONSE_HOSTS_VARIABLE, "").lower().split(",")
    return frozenset(host.strip() for host in hosts if host.strip())


def _id_of(event: Mapping[str, Any], key: str, shape: re.Pattern[str]) -> str:
    value = event.get(key)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise Unanswerable(f"the event's {key} is missing or malformed")
    return value


def _physical_id(value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value.encode(errors="replace")) > ids.PHYSICAL_ID_LIMIT:
        raise Unanswerable("the event's PhysicalResourceId is malformed")
    return value


def _request_type(value: object) -> RequestType:
    try:
        return RequestType(str(value))
    except ValueError:
        raise ValueError(f"unknown request type {str(value)[:40]!r}") from None


def _refuse_foreign_stack(stack: StackId, function_arn: str) -> None:
    """A provider serves stacks of its own account and Region;
    any other StackId was made up by the invoker.
    """
    # `sam local invoke` gives every function an ARN of its own invention.
    if os.environ.get("AWS_SAM_LOCAL"):
        return
    match = _FUNCTION_ARN.fullmatch(function_arn)
    ours = match.groupdict() if match else {}
    theirs = {"partition": stack.partition, "region": stack.region, "account_id": stack.account_id}
    if ours != theirs:
        raise ValueError("the stack is not of this provider's partition, account and Region")


def _service_timeout(value: object) -> int:
    """Seconds, 1 to 3600. CloudFormation has checked it, so what cannot be read is taken as its default."""
    try:
        seconds = int(str(value))
    except ValueError:
        return DEFAULT_SERVICE_TIMEOUT
    return seconds if 1 <= seconds <= DEFAULT_SERVICE_TIMEOUT else DEFAULT_SERVICE_TIMEOUT
