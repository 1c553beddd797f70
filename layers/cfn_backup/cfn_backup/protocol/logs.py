"""Powertools' Logger for everything that logs below ``cfn_backup``:
one JSON object a line, about one request.

Modules log with ``logging.getLogger(__name__)`` and need know nothing of this. The event is never logged
(Powertools' ``log_event`` would: the presigned URL is in it), and neither are property values.
"""

# ruff: noqa: PLC0415 - what can be missing, or is slow, is imported when it is needed

from __future__ import annotations

import functools
import json
import logging
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from cfn_backup.protocol.redaction import Redaction

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

    from cfn_backup.protocol.request import ReturnAddress

ROOT = "cfn_backup"

_OTHERS = ("boto", "boto3", "botocore", "urllib3", "s3transfer", "crhelper")
"""At DEBUG these log requests with their parameters; crhelper logs the presigned URL."""

_KEYS = frozenset(
    {
        "level",
        "location",
        "timestamp",
        "service",
        "stack_id",
        "logical_resource_id",
        "request_type",
        "request_id",
    }
)
"""Never redacted: they come from the envelope, not from a property, and a log is searched by them."""

_redaction = Redaction()


class _Stdout(logging.StreamHandler[TextIO]):
    """Writes to whatever ``sys.stdout`` is at the time: emulators and tests put something else there."""

    @property
    def stream(self) -> TextIO:
        return sys.stdout

    @stream.setter
    def stream(self, value: TextIO) -> None:
        pass


class _Plain(logging.Formatter):
    """Text, redacted all the same."""

    def format(self, record: logging.LogRecord) -> str:
        return str(_redaction.of(super().format(record)))


def begin(address: ReturnAddress, request_type: str, properties: Mapping[str, Any]) -> None:
    """Sets the keys of every line from now on. Without
    Powertools lines still appear, in Lambda's own format.
    """
    # ast-grep-ignore: state-between-requests - it is set anew at the beginning of each request
    global _redaction  # noqa: PLW0603 - like Powertools' keys it belongs to the one request that a process serves at a time
    _redaction = Redaction(properties)
    for name in _OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        # not appended: nothing of the request before may stay.
        _logger().structure_logs(
            service=os.environ.get("POWERTOOLS_SERVICE_NAME", ROOT),
            stack_id=str(address.stack),
            logical_resource_id=address.logical_resource_id,
            request_type=request_type,
            request_id=address.request_id,
        )
    except Exception as error:
        # a layer without Powertools must not cost the stack its answer.
        _log_plainly()
        logging.getLogger(__name__).warning("plain logs: %s", type(error).__name__)


@functools.cache
def _logger() -> Logger:
    from aws_lambda_powertools import Logger

    # Powertools names the underlying logger after the service; this name makes it the parent of all of ours.
    return Logger(
        service=ROOT,
        logger_handler=_Stdout(),
        json_serializer=_line,
        serialize_stacktrace=False,
        utc=True,
        use_rfc3339=True,
    )


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(_redaction.of_fields(fields, _KEYS), ensure_ascii=False, default=str)


def _log_plainly() -> None:
    """What is left when Powertools is not: the same lines, as text."""
    root = logging.getLogger(ROOT)
    # else Lambda's own handler would show them once more, as they are.
    root.propagate = False
    if not root.handlers:
        handler = _Stdout()
        handler.setFormatter(_Plain("%(levelname)s %(name)s %(message)s"))
        root.addHandler(handler)
