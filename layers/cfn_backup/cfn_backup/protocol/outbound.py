"""Every effect the protocol has on the world outside the process,
and the time it goes by: each a replaceable seam.

Other modules call these through the module (``outbound.put(…)``),
so that a test can put a fake in their place.
"""

# ruff: noqa: PLC0415 - what can be missing, or is slow, is imported when it is needed

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit


class Alarm(Protocol):
    """Something that will happen, unless it is cancelled first."""

    def cancel(self) -> None: ...


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def monotonic() -> float:
    """Seconds of a clock that nobody sets."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def jitter(ceiling: float) -> float:
    """Anything between nothing and the ceiling: full jitter,
    so that many senders do not come back in step.
    """
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, hides nothing


def alarm(seconds: float, action: Callable[[], None]) -> Alarm:
    """Runs the action in a thread of its own after so many seconds."""
    timer = threading.Timer(seconds, action)
    # a process that is about to end must not wait for its watchdog.
    timer.daemon = True
    timer.start()
    return timer


def put(url: str, body: bytes, timeout: float) -> int:
    """One PUT to the presigned URL; gives the HTTP status.
    Raises OSError or HTTPException when there is none.
    """
    if os.environ.get("AWS_SAM_LOCAL"):
        # nobody waits behind the URL of an event from ``events/``; the person at the terminal does.
        print(body.decode())  # noqa: T201
        return 200
    # these two cost 40 ms to import and are not needed before there is an answer.
    import http.client
    import ssl

    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("an answer is sent over https only")
    # the default context honours SSL_CERT_FILE by itself; REQUESTS_CA_BUNDLE is what everybody else sets.
    trust = ssl.create_default_context()
    if bundle := os.environ.get("REQUESTS_CA_BUNDLE"):
        trust.load_verify_locations(bundle)
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=trust)
    try:
        # the URL is signed without a content type, so it has to be there and be empty.
        headers = {"Content-Type": "", "Content-Length": str(len(body))}
        connection.request("PUT", f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
