"""Answers FAILED for a function that could not answer itself:
broken import, out of memory, killed, throttled to death.

Lambda hands an event here when its retries are used up or it has become too old
(on-failure destination of ``EventInvokeConfig``), and EventBridge an execution of the
state machine that failed, timed out or was stopped. This must work when everything else
is broken, so it imports nothing but the standard library, and has its own small copy
of what it needs of the protocol; ``tests/protocol`` holds the two copies together.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

BODY_LIMIT = 4096
"""Bytes of an answer that CloudFormation takes at most."""
PHYSICAL_ID_LIMIT = 1024
CREATE_FAILED = "create-failed:"
TRIES = 5
FIRST_PAUSE = 0.5
TRY_TIMEOUT = 8.0
"""Seconds; five of these and the pauses between them fit into the function's minute."""
SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-us-gov": "amazonaws.com",
}
"""The domain of each partition."""
RESPONSE_HOSTS_VARIABLE = "RESPONSE_URL_HOSTS"
_IDS = {
    "StackId": re.compile(
        r"arn:(?P<partition>aws[a-z-]*):cloudformation:(?P<region>[a-z0-9-]{1,32}):(?P<account_id>[0-9]{12})"
        r":stack/(?P<name>[A-Za-z][A-Za-z0-9-]{0,127})/(?P<uuid>[A-Za-z0-9-]{1,64})"
    ),
    "RequestId": re.compile(r"[!-~]{1,128}"),
    "LogicalResourceId": re.compile(r"[A-Za-z0-9]{1,255}"),
}
"""What the ids that an answer repeats look like."""
_PLACE = re.compile(r"arn:([a-z-]+):[a-z]+:([a-z0-9-]+):([0-9]{12}):.+")
EXECUTIONS = "aws.states"
"""Source of the events of Step Functions on EventBridge."""
PARKED_VARIABLE = "PARKED_REQUESTS_PATH"
_KEY = re.compile(r"[0-9a-f]{16}")
_HOW_IT_ENDED = {
    "FAILED": "failed",
    "TIMED_OUT": "took too long and was ended",
    "ABORTED": "was stopped by somebody",
}
_REQUEST_TYPES = ("Create", "Update", "Delete")

_WHAT_HAPPENED = {
    "RetriesExhausted": "it failed in every one of {count} attempts",
    "EventAgeExceeded": "the request became too old before the function could serve it, "
    "because of throttling or of retries",
}
_FROM_LAMBDA = re.compile(r"(Runtime|Sandbox|Function|Extension|Lambda)\.\w+")
"""Error types of Lambda's own; any other error's text may hold anything, so it is not repeated."""
_TIMED_OUT = re.compile(r"Task timed out after [0-9.]+ seconds")


class NotAnswered(Exception):
    """Raised when CloudFormation did not get the answer; Lambda then calls this function again."""


class Malformed(Exception):
    """Raised within, for a record that has no answer; to be called again with it would change nothing."""


def handler(record: object, context: Any) -> None:
    """Serves one record of an asynchronous invocation that failed, or one event of an execution of the state
    machine that died. One that is malformed is logged and left.

    Raises NotAnswered when no try to send the answer succeeded.
    """
    record = _mapping(record)
    if record.get("source") == EXECUTIONS:
        answer_for_execution(_mapping(record.get("detail")), context)
        return
    try:
        event = _request_of(record, context.invoked_function_arn)
    except Malformed as why:
        print(json.dumps({"level": "ERROR", "message": f"nothing to answer: {why}"}))  # noqa: T201
        return
    _log("answering FAILED", event, condition=_condition(record))
    body = answer(event, reason(record, context.log_stream_name))
    deliver(event["ResponseURL"], body, lambda: context.get_remaining_time_in_millis() / 1000)


def _request_of(record: Mapping[str, Any], function_arn: str) -> Mapping[str, Any]:
    """CloudFormation's event in the record. It was made by whoever invoked the provider, so all that goes
    into the answer is looked at, and where it would go. Raises Malformed.
    """
    event = _mapping(record.get("requestPayload"))
    for name, shape in _IDS.items():
        value = event.get(name)
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise Malformed(f"the event's {name} is missing or malformed")
    place = _PLACE.fullmatch(str(function_arn))
    stack = _PLACE.fullmatch(event["StackId"])
    if place is None or stack is None or place.groups() != stack.groups():
        raise Malformed("the stack is not of this provider's partition, account and Region")
    _refuse_other_hosts(event.get("ResponseURL"), place[1], place[2])
    return event


def answer_for_execution(detail: Mapping[str, Any], context: Any) -> None:
    """Answers every request that is parked for what the execution worked on. Those that it answered itself
    are not there any more.
    """
    try:
        key = json.loads(detail["input"])["key"]
    except (KeyError, TypeError, ValueError):
        key = None
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        print(json.dumps({"level": "ERROR", "message": "nothing to answer: no execution of ours"}))  # noqa: T201
        return
    parameters = _parameters()
    for name, text in _parked(parameters, f"{os.environ[PARKED_VARIABLE]}/{key}"):
        event = _request_of({"requestPayload": json.loads(text)}, context.invoked_function_arn)
        _log("answering FAILED", event, condition=f"execution {detail.get('status')}")
        body = answer(event, reason_of_execution(detail, event, context.log_stream_name))
        deliver(event["ResponseURL"], body, lambda: context.get_remaining_time_in_millis() / 1000)
        parameters.delete_parameter(Name=name)


def reason_of_execution(detail: Mapping[str, Any], event: Mapping[str, Any], own_log_stream: str) -> str:
    """What became of the work, and where to look, in plain words."""
    happened = _HOW_IT_ENDED.get(str(detail.get("status")), "ended")
    return (
        f"The emptying of the vault {happened}: execution {detail.get('name')} of the state machine, whose "
        "history has the details. Recovery points that were deleted are gone; delete again to go on with the "
        f"rest. (request {event['RequestId']}, answered by the failure responder, log stream "
        f"{own_log_stream})"
    )


def _parked(parameters: Any, path: str) -> list[tuple[str, str]]:
    """Names and values of what is parked below a path."""
    pages = parameters.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=True)
    return [(parameter["Name"], parameter["Value"]) for page in pages for parameter in page["Parameters"]]


def _parameters() -> Any:
    """The third seam. Only here is something imported that is not of the standard library; the runtime of
    Lambda has it.
    """
    import boto3  # noqa: PLC0415

    return boto3.client("ssm")


def answer(event: Mapping[str, Any], why: str) -> bytes:
    """The body of a FAILED answer, at most 4096 bytes."""
    body = {name: event[name] for name in _IDS}
    body |= {"Status": "FAILED", "PhysicalResourceId": physical_id(event), "Reason": ""}
    room = BODY_LIMIT - len(_encode(body))
    # a character takes at most 12 bytes, so none is dropped that could have stayed.
    while (excess := len(_encode(why)) - 2 - room) > 0:
        why = why[: len(why) - 1 - excess // 12]
    return _encode(body | {"Reason": why})


def physical_id(event: Mapping[str, Any]) -> str:
    """The event's own id; on Create, which has none, the marker:
    the Delete that follows looks for what was made.
    """
    given = event.get("PhysicalResourceId")
    is_id = isinstance(given, str) and 0 < len(given.encode(errors="replace")) <= PHYSICAL_ID_LIMIT
    if event.get("RequestType") != "Create" and is_id:
        return str(given)
    return f"{CREATE_FAILED}{event['RequestId']}"


def reason(record: Mapping[str, Any], own_log_stream: str) -> str:
    """What happened, and where to look, in plain words."""
    context = _mapping(record.get("requestContext"))
    function = str(context.get("functionArn", "")).partition(":function:")[2][:200] or "of the provider"
    count = context.get("approximateInvokeCount")
    happened = _WHAT_HAPPENED.get(_condition(record), "it failed").format(
        count=count if isinstance(count, int) else 3
    )
    return (
        f"The function {function} could not serve this request: {happened}{_last_error(record)}. "
        f"Its log has the details. (request {record['requestPayload']['RequestId']}, "
        f"answered by the failure responder, log stream {own_log_stream})"
    )


def _last_error(record: Mapping[str, Any]) -> str:
    payload = _mapping(record.get("responsePayload"))
    kind, text = str(payload.get("errorType", "")), str(payload.get("errorMessage", ""))
    timed_out = _TIMED_OUT.search(text)
    if timed_out:
        return f", at last with: {timed_out[0]}"
    if _FROM_LAMBDA.fullmatch(kind):
        return f", at last with {kind}: {text.encode('ascii', 'replace').decode()[:300]}"
    return f", at last with {kind[:100]}" if kind else ""


def deliver(url: str, body: bytes, remaining: Callable[[], float]) -> None:
    """PUTs the answer: five tries, full jitter, the status checked, a 403 final (expired or forged)."""
    what = "no time left"
    for attempt in range(TRIES):
        timeout = min(TRY_TIMEOUT, remaining() - 0.5)
        if timeout <= 0:
            break
        try:
            status = put(url, body, timeout)
            what = f"HTTP status {status}"
        except (OSError, http.client.HTTPException) as error:
            # not its text, which may quote the URL.
            status, what = 0, type(error).__name__
        if 200 <= status < 300:
            return
        print(json.dumps({"level": "WARNING", "message": f"answer not delivered: {what}"}))  # noqa: T201
        if status == 403:
            break
        sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311 - spreads load, hides nothing
    raise NotAnswered(f"CloudFormation did not take the answer: {what}")


def put(url: str, body: bytes, timeout: float) -> int:
    """One PUT; gives the status. The seam that tests replace."""
    parts = urlsplit(url)
    trust = ssl.create_default_context()
    if bundle := os.environ.get("REQUESTS_CA_BUNDLE"):
        trust.load_verify_locations(bundle)
    connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=trust)
    try:
        # the URL is signed without a content type, so it has to be there and be empty.
        headers = {"Content-Type": "", "Content-Length": str(len(body))}
        connection.request("PUT", f"{parts.path}?{parts.query}", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def sleep(seconds: float) -> None:
    """The other seam."""
    time.sleep(seconds)


def _refuse_other_hosts(url: object, partition: str, region: str) -> None:
    """An answer goes to the bucket that CloudFormation has in this Region, or nowhere. Raises Malformed."""
    emulators = os.environ.get(RESPONSE_HOSTS_VARIABLE, "").lower().split(",")
    known = {name.strip() for name in emulators if name.strip()}
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host = parts.hostname or ""
        ours = parts.port is None and host in response_hosts(partition, region)
    except ValueError:
        raise Malformed("the event's ResponseURL is none") from None
    ours = ours or bool({host, parts.netloc.lower()} & known)
    if parts.scheme != "https" or parts.username is not None or not ours:
        raise Malformed("the event has no ResponseURL of CloudFormation's over https")


def response_hosts(partition: str, region: str) -> frozenset[str]:
    """The forms in which the bucket's host can be written; none in a partition that is not known."""
    bucket = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    places = ("s3", f"s3.{region}", f"s3-{region}", f"s3.dualstack.{region}")
    domain = SUFFIXES.get(partition)
    return frozenset(f"{bucket}.{place}.{domain}" for place in places if domain)


def _condition(record: Mapping[str, Any]) -> str:
    return str(_mapping(record.get("requestContext")).get("condition", ""))[:100]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _log(message: str, event: Mapping[str, Any], **more: str) -> None:
    """One JSON line like those of the other functions; never the ResponseURL or a property."""
    request_type = event.get("RequestType")
    line = {
        "level": "ERROR",
        "message": message,
        "stack_id": event["StackId"],
        "logical_resource_id": event["LogicalResourceId"],
        "request_type": request_type if request_type in _REQUEST_TYPES else "Unknown",
        "request_id": event["RequestId"],
        **more,
    }
    print(json.dumps(line))  # noqa: T201 - what a Lambda function prints is its log
