"""The log of calls: what was asked and how it was answered, for counting writes in tests."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

_KEPT = 100_000


@dataclass(frozen=True)
class LoggedCall:
    """`error` is the name of the exception, None for success; `number` counts from 1."""

    number: int
    at: float
    account: str
    region: str
    operation: str
    write: bool
    status: int
    error: str | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class CallLog:
    """The last 100,000 calls."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=_KEPT)
        self._number = 0
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[LoggedCall]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, **members: Any) -> None:
        with self._lock:
            self._number += 1
            self._calls.append(LoggedCall(number=self._number, **members))

    def of(self, operation: str) -> list[LoggedCall]:
        return [call for call in self if call.operation == operation]

    def writes(self) -> list[LoggedCall]:
        """Every call that is not a GET, refused ones too."""
        return [call for call in self if call.write]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
