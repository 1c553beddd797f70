"""One execution of a Lambda function, and its sudden death."""

from __future__ import annotations

import threading
from typing import NoReturn

_running = threading.local()


class Killed(BaseException):
    """The process is gone: out of time, out of memory, or killed by a test. No ``except Exception`` sees
    it.
    """


class Process:
    """What dies with an invocation."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.dead = False

    def kill(self, why: str) -> NoReturn:
        self.dead = True
        raise Killed(why)

    def __enter__(self) -> Process:
        self._outer = current_process()
        _running.process = self
        return self

    def __exit__(self, *_: object) -> None:
        _running.process = self._outer


def current_process() -> Process | None:
    """The execution that this thread belongs to; None outside of any."""
    process: Process | None = getattr(_running, "process", None)
    return process


def kill(why: str = "signal: killed") -> NoReturn:
    """Kills the function that calls this, as a crash-point test does."""
    process = current_process()
    if process is None:
        raise Killed(why)
    process.kill(why)
