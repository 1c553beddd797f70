"""Every call of the provider to AWS goes through here, so that it can be watched, delayed, refused or be the
last one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.aws.errors import CLASSES, GeneralServiceException
from cfn_backup.aws.session import READS, Session
from tests.reconcile.stack import FakeCloudFormation


class Killed(BaseException):
    """The process ends here: nothing of the provider's runs any more."""


@dataclass
class Call:
    """One call and when it was on its way, in seconds."""

    operation: str
    parameters: dict[str, Any]
    began: float
    ended: float = 0


@dataclass
class Calls:
    """The log of all calls, and what happens to them."""

    cloudformation: FakeCloudFormation
    made: list[Call] = field(default_factory=list)
    latency: float = 0
    refused: dict[str, str] = field(default_factory=dict)
    """Error codes by operation."""
    kill_after: int | None = None
    """The number of the writing call, from 0, whose answer arrives nowhere. To be killed elsewhere makes no
    other difference to anybody outside."""
    refuse_at: int | None = None
    """The number of the writing call, from 0, that is refused."""
    refuse_all_after: bool = False
    before: Callable[[str, dict[str, Any]], None] | None = None
    _dead: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """A new process, which has made no call yet."""
        self.made.clear()
        self._dead = False
        self.kill_after = self.refuse_at = None
        self.refuse_all_after = False

    def writes(self) -> list[str]:
        return [call.operation for call in self.made if not call.operation.startswith(READS)]

    def operations(self) -> list[str]:
        return [call.operation for call in self.made]

    def rounds(self) -> int:
        """How many calls had to wait for each other: the most of them of which no two were on their way
        together."""
        count, free_at = 0, 0.0
        for call in sorted(self.made, key=lambda call: call.ended):
            if call.began >= free_at:
                count, free_at = count + 1, call.ended
        return count

    def through(self, call: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        """``Session.call`` with all this around it."""

        def around(session: Session, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
            number, record = self._begin(operation, parameters)
            if self.before:
                self.before(operation, parameters)
            time.sleep(self.latency)
            try:
                self._refuse(operation, number)
                return self._made(call, session, service, operation, parameters)
            finally:
                record.ended = time.monotonic()
                if number is not None and number == self.kill_after:
                    self._dead = True
                if self._dead:
                    raise Killed

        return around

    def _begin(self, operation: str, parameters: dict[str, Any]) -> tuple[int | None, Call]:
        with self._lock:
            if self._dead:
                raise Killed
            number = None if operation.startswith(READS) else len(self.writes())
            record = Call(operation, parameters, time.monotonic())
            self.made.append(record)
            return number, record

    def _refuse(self, operation: str, number: int | None) -> None:
        code = self.refused.get(operation)
        if self.refuse_at is not None and (number == self.refuse_at or self._is_after()):
            code = "InternalFailure"
        if code:
            kind = CLASSES.get(code, GeneralServiceException)
            raise kind(f"{operation}: refused by the test ({code})", operation=operation, code=code)

    def _is_after(self) -> bool:
        return self.refuse_all_after and len(self.writes()) > (self.refuse_at or 0)

    def _made(
        self,
        call: Callable[..., dict[str, Any]],
        session: Session,
        service: str,
        operation: str,
        parameters: dict[str, Any],
    ) -> dict[str, Any]:
        if service in ("cloudformation", "rds"):
            session.calls += 1
            return self.cloudformation.answer(operation, parameters)
        return call(session, service, operation, **parameters)
