"""Answers FAILED for a function that could not answer itself:
broken import, out of memory, killed, throttled to death.

Lambda hands an event here when its retries are used up or it has become too old
(on-failure destination of ``EventInvokeConfig``). This must work when everything else
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
RESPONSE_HOST = re.compile(
    r"cloudformation-custom-resource-response-[a-z0-9]+\.s3(\.dualstack)?([.-][a-z0-9-]+)?"
    r"\.(amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov"
    r"|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
RESPONSE_HOSTS_VARIABLE = "RESPONSE_URL_HOSTS"
_IDS = ("StackId", "RequestId", "LogicalResourceId")

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


def handler(record: Mapping[str, Any], context: Any) -> None:
    """Serves one record of an asynchronous invocation that failed.

    Raises NotAnswered when no try to send the answer succeeded, or the record has nowhere to send it to.
    """
    event = record.get("requestPayload")
    if not isinstance(event, Mapping) or not all(isinstance(event.get(name), str) for name in _IDS):
        raise NotAnswered("the record holds no request of CloudFormation's")
    _refuse_other_hosts(event.get("ResponseURL"))
    _log("answering FAILED", event, condition=_condition(record))
    body = answer(event, reason(record, context.log_stream_name))
    deliver(event["ResponseURL"], body, lambda: context.get_remaining_time_in_millis() / 1000)


def answer(event: Mapping[str, Any], why: str) -> bytes:
    """The body of a FAILED answer, at most 4096 bytes."""
    body = {name: event[name] for name in _IDS}
    body |= {"Status": "FAILED", "PhysicalResourceId": physical_id(event), "Reason": ""}
    room = BODY_LIMIT - len(_encode(body))
    if room < 1:
        raise NotAnswered("the request's ids alone are more than an answer may be")
    # a character takes at most 12 bytes, so none is dropped that could have stayed.
    while (excess := len(_encode(why)) - 2 - room) > 0:
        why = why[: len(why) - 1 - excess // 12]
    return _encode(body | {"Reason": why})


def physical_id(event: Mapping[str, Any]) -> str:
    """The event's own id; on Create, which has none, the marker:
    the Delete that follows looks for what was made.
    """
    given = event.get("PhysicalResourceId")
    if event.get("RequestType") != "Create" and isinstance(given, str) and given:
        return given
    return f"{CREATE_FAILED}{event['RequestId']}"


def reason(record: Mapping[str, Any], own_log_stream: str) -> str:
    """What happened, and where to look, in plain words."""
    context = _mapping(record.get("requestContext"))
    function = str(context.get("functionArn", "")).partition(":function:")[2] or "of the provider"
    happened = _WHAT_HAPPENED.get(_condition(record), "it failed").format(
        count=context.get("approximateInvokeCount", 3)
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


def _refuse_other_hosts(url: object) -> None:
    """The event was made by whoever invoked the provider: an answer goes to CloudFormation or nowhere."""
    emulators = os.environ.get(RESPONSE_HOSTS_VARIABLE, "").lower().split(",")
    known = {name.strip() for name in emulators if name.strip()}
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host = parts.hostname or ""
        ours = parts.port is None and RESPONSE_HOST.fullmatch(host) is not None
    except ValueError:
        raise NotAnswered("the request's ResponseURL is none") from None
    ours = ours or bool({host, parts.netloc.lower()} & known)
    if parts.scheme != "https" or parts.username is not None or not ours:
        raise NotAnswered("the request has no ResponseURL of CloudFormation's over https")


def _condition(record: Mapping[str, Any]) -> str:
    return str(_mapping(record.get("requestContext")).get("condition", ""))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _log(message: str, event: Mapping[str, Any], **more: str) -> None:
    """One JSON line like those of the other functions; never the ResponseURL or a property."""
    line = {
        "level": "ERROR",
        "message": message,
        "stack_id": event["StackId"],
        "logical_resource_id": event["LogicalResourceId"],
        "request_type": str(event.get("RequestType")),
        "request_id": event["RequestId"],
        **more,
    }
    print(json.dumps(line))  # noqa: T201 - what a Lambda function prints is its log
