"""Requests that wait for something that outlives the invocation.

The presigned URL must not be part of an execution's input or history, which many may read. It is parked in a
SecureString, under the id of its request, and removed when the request is answered.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from cfn_backup.aws.parameters import delete_parameter, put_secret, secrets_below
from cfn_backup.aws.session import Session
from cfn_backup.protocol.answer import Answer, Reason
from cfn_backup.protocol.request import ReturnAddress, StackId
from cfn_backup.protocol.sender import FORBIDDEN, NotDelivered, send

log = logging.getLogger(__name__)

PATH_VARIABLE = "PARKED_REQUESTS_PATH"
DEFAULT_PATH = "/cfn-backup-provider/requests"
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,128}")
"""What a parameter's name can be made of."""


@dataclass(frozen=True)
class ParkedRequest:
    """A request that has not been answered."""

    address: ReturnAddress
    physical_id: str
    given_up_at: float
    """When CloudFormation stops waiting, in seconds since the epoch; infinite if the request does not say."""


class Parking:
    """Where requests wait, by the key of what they wait for."""

    def __init__(self, session: Session, path: str | None = None) -> None:
        self._session = session
        self._path = path or os.environ.get(PATH_VARIABLE) or DEFAULT_PATH

    def park(self, key: str, request: ParkedRequest) -> None:
        """Keeps a request until it is removed. Doing so twice is fine."""
        address = request.address
        put_secret(
            self._session,
            self._name(key, address.request_id),
            json.dumps(
                {
                    "ResponseURL": address.response_url,
                    "StackId": str(address.stack),
                    "RequestId": address.request_id,
                    "LogicalResourceId": address.logical_resource_id,
                    "PhysicalResourceId": request.physical_id,
                    "GivenUpAt": None if math.isinf(request.given_up_at) else request.given_up_at,
                }
            ),
        )

    def waiting(self, key: str) -> list[ParkedRequest]:
        """Everybody who waits for this."""
        return [_read(text) for text in secrets_below(self._session, f"{self._path}/{key}").values()]

    def remove(self, key: str, request: ParkedRequest) -> None:
        """Forgets a request; one that is gone is no error."""
        delete_parameter(self._session, self._name(key, request.address.request_id))

    def answer(
        self, key: str, request: ParkedRequest, reason: Reason | None, remaining: Callable[[], float]
    ) -> None:
        """Answers a request, and then forgets it: who is killed in between gives the same answer once more.

        Raises NotDelivered if the answer did not arrive, and may with another try.
        """
        answer = Answer(request.address, request.physical_id, reason=reason)
        try:
            send(request.address.response_url, answer.encode(), remaining)
        except NotDelivered as failure:
            if str(FORBIDDEN) not in str(failure):
                raise
            log.warning("nobody waits for the answer any more", extra={"request": request.address.request_id})
        self.remove(key, request)

    def _name(self, key: str, request_id: str) -> str:
        plain = _PLAIN.fullmatch(request_id) is not None
        leaf = request_id if plain else hashlib.sha256(request_id.encode()).hexdigest()
        return f"{self._path}/{key}/{leaf}"


def _read(text: str) -> ParkedRequest:
    parked = json.loads(text)
    given_up_at = parked["GivenUpAt"]
    return ParkedRequest(
        address=ReturnAddress(
            response_url=parked["ResponseURL"],
            stack=StackId.parse(parked["StackId"]),
            request_id=parked["RequestId"],
            logical_resource_id=parked["LogicalResourceId"],
        ),
        physical_id=parked["PhysicalResourceId"],
        given_up_at=math.inf if given_up_at is None else given_up_at,
    )
