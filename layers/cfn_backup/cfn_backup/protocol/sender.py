"""Gets one answer to CloudFormation, or says that it could not.

The presigned URL is the only way a stack ever goes on. The status is looked at (crhelper and the CDK's
AwsCustomResource do not), a failure is tried again inside the deadline, and giving up is an error, so that
Lambda delivers the event again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from cfn_backup.protocol import outbound

log = logging.getLogger(__name__)

TRIES = 5
FIRST_PAUSE = 0.5
"""Seconds before the second try at most; doubled each time (full jitter,
as the CDK's provider framework does).
"""
TRY_TIMEOUT = 10.0
"""Seconds one try may take: S3 answers in well under one, so ten is a connection that will not come back."""
RESERVE = 0.5
"""Seconds left to the process for ending in order after the last try."""

FORBIDDEN = 403


class NotDelivered(Exception):
    """Raised when no try to send the answer succeeded."""


def send(url: str, body: bytes, remaining: Callable[[], float]) -> None:
    """PUTs the body. ``remaining`` tells the seconds left. Raises NotDelivered; the URL is in no message."""
    what = "no time left"
    for attempt in range(1, TRIES + 1):
        budget = remaining() - RESERVE
        if budget <= 0:
            break
        status, what = _try(url, body, min(TRY_TIMEOUT, budget))
        if status is not None and 200 <= status < 300:
            log.info("answer delivered", extra={"try": attempt, "bytes": len(body)})
            return
        log.warning("answer not delivered", extra={"try": attempt, "problem": what})
        if status == FORBIDDEN:
            # expired or forged: it will be no different the next time.
            break
        if attempt < TRIES:
            outbound.sleep(
                min(outbound.jitter(FIRST_PAUSE * 2 ** (attempt - 1)), max(remaining() - RESERVE, 0))
            )
    raise NotDelivered(f"CloudFormation did not take the answer: {what}")


def _try(url: str, body: bytes, timeout: float) -> tuple[int | None, str]:
    """The status, if there was one, and what happened in words."""
    try:
        status = outbound.put(url, body, timeout)
    except Exception as error:
        # whatever it was, the next try may do better; not its text, which may quote the URL.
        return None, type(error).__name__
    return status, f"HTTP status {status}"
