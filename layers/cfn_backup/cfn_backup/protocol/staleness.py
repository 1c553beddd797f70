"""Whether anybody still waits for the answer to a request.

Lambda delivers an event again for up to six hours. CloudFormation waits for ServiceTimeout and then goes on;
what a request makes after that belongs to no stack.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

_AMZ_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")


def signed_at(response_url: str) -> float | None:
    """When CloudFormation signed the URL, in seconds since the epoch; None when the URL does not say."""
    for value in parse_qs(urlsplit(response_url).query).get("X-Amz-Date", []):
        if _AMZ_DATE.fullmatch(value):
            try:
                return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
            except ValueError:
                return None
    return None


def seconds_left(response_url: str, service_timeout: int, now: float) -> float:
    """Until CloudFormation gives the request up; not above zero when it has. A URL without a date counts as
    fresh, for ever: not acting on a live request would strand a stack.
    """
    signed = signed_at(response_url)
    return math.inf if signed is None else signed + service_timeout - now


def is_stale(response_url: str, service_timeout: int, now: float) -> bool:
    """True when CloudFormation has given the request up."""
    return seconds_left(response_url, service_timeout, now) <= 0
