"""Exactly one answer per invocation, whoever comes first: the work or the watchdog."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from cfn_backup.protocol.answer import Answer
from cfn_backup.protocol.sender import NotDelivered, send

log = logging.getLogger(__name__)


class Responder:
    """Sends the first answer it is given and drops every later one."""

    def __init__(self, remaining: Callable[[], float]) -> None:
        self._remaining = remaining
        self._lock = threading.Lock()
        self._taken = False
        self._delivered = False

    def answer(self, answer: Answer) -> bool:
        """True when this answer was delivered, False when another had been before.

        Raises NotDelivered when the one answer there was did not arrive: then the invocation has to fail.
        Raises InvalidAnswer before anything is sent, so that another answer can be given instead.
        """
        body = answer.encode()
        # the lock is held while sending: the function must not return, and be frozen, in the middle of a PUT.
        with self._lock:
            if not self._taken:
                self._taken = True
                send(answer.address.response_url, body, self._remaining)
                self._delivered = True
                return True
        if not self._delivered:
            raise NotDelivered("the answer that came first did not arrive")
        log.warning("late answer dropped", extra={"status": answer.status})
        return False
