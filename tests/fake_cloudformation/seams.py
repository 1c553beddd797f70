"""Puts a fake CloudFormation's time and bucket where the protocol has its effects on the world."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from cfn_backup.protocol import outbound
from tests.fake_cloudformation.bucket import ResponseBucket
from tests.fake_cloudformation.clock import Clock


@contextmanager
def replaced(clock: Clock, bucket: ResponseBucket, responder: Callable[..., Any] | None) -> Iterator[None]:
    """``responder`` is the handler of the failure responder, which has seams of its own."""
    effects: dict[str, Any] = {
        "now": clock.now,
        "monotonic": clock.now,
        "sleep": clock.sleep,
        "alarm": clock.alarm,
        "jitter": lambda ceiling: ceiling,
        "put": bucket.put,
    }
    own = sys.modules.get(getattr(responder, "__module__", ""))
    with mock.patch.multiple(outbound, **effects):
        if own is None or not hasattr(own, "deliver"):
            yield
            return
        with mock.patch.multiple(own, put=bucket.put, sleep=clock.sleep):
            yield
