"""The bucket that answers go to: presigned URLs that expire, and the faults of a network."""

# ruff: noqa: ARG002, ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.fake_cloudformation.clock import Clock
from tests.fake_cloudformation.process import Killed, current_process

EXPIRES = 7200
"""Seconds that a URL lives (X-Amz-Expires of real events)."""

SIGNATURE = "5a1f00c0ffee5a1f00c0ffee5a1f00c0ffee5a1f00c0ffee5a1f00c0ffee5a1f"
"""What must never be seen in a log."""


@dataclass(frozen=True)
class Put:
    """One answer that arrived."""

    url: str
    body: bytes
    at: float


@dataclass
class ResponseBucket:
    """Takes the answers of one Region. ``faults`` says what happens to the PUTs to come, one each."""

    clock: Clock
    region: str
    partition: str = "aws"
    faults: list[Fault] = field(default_factory=list)
    puts: list[Put] = field(default_factory=list)
    tries: int = 0

    def __post_init__(self) -> None:
        self._number = itertools.count(1)
        self._signed: dict[str, float] = {}
        self._lock = threading.Lock()

    def presign(self, stack_id: str, logical_id: str) -> str:
        now = self.clock.now()
        date = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
        suffix = ".cn" if self.partition == "aws-cn" else ""
        bucket = f"cloudformation-custom-resource-response-{self.region.replace('-', '')}"
        key = f"{stack_id.replace(':', '%3A').replace('/', '%2F')}%7C{logical_id}%7C{next(self._number)}"
        url = (
            f"https://{bucket}.s3.{self.region}.amazonaws.com{suffix}/{key}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Date={date}&X-Amz-SignedHeaders=host&X-Amz-Expires={EXPIRES}&X-Amz-Credential=AKIDEXAMPLE"
            f"&X-Amz-Signature={SIGNATURE}"
        )
        self._signed[url] = now
        return url

    def put(self, url: str, body: bytes, timeout: float) -> int:
        """What ``outbound.put`` becomes. Gives the HTTP status, or raises as a network does."""
        process = current_process()
        if process is not None and process.dead:
            raise Killed("a dead process sends nothing")
        with self._lock:
            self.tries += 1
            fault = self.faults.pop(0) if self.faults else arrives
        return fault(self, url, body)

    def take(self, url: str, body: bytes) -> int:
        """An answer that got through."""
        signed = self._signed.get(url)
        if signed is None or self.clock.now() > signed + EXPIRES:
            return 403
        with self._lock:
            self.puts.append(Put(url, body, self.clock.now()))
        return 200

    def first(self, url: str) -> Put | None:
        """The answer that counts: CloudFormation goes on with the first."""
        return next((put for put in self.puts if put.url == url), None)


type Fault = Callable[[ResponseBucket, str, bytes], int]


def arrives(bucket: ResponseBucket, url: str, body: bytes) -> int:
    return bucket.take(url, body)


def status(code: int) -> Fault:
    """The bucket refuses."""
    return lambda bucket, url, body: code


def unreachable(bucket: ResponseBucket, url: str, body: bytes) -> int:
    """No connection."""
    raise ConnectionError("connection refused")


def answer_lost(bucket: ResponseBucket, url: str, body: bytes) -> int:
    """It arrives, but the sender never hears of it."""
    bucket.take(url, body)
    raise TimeoutError("timed out")
