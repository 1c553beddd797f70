"""Starting the work on a vault, or joining the one that is going on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cfn_backup.aws.executions import RUNNING, running_executions, start_execution, status_of
from cfn_backup.aws.session import Session
from cfn_backup.emptying.order import Order

MACHINE_VARIABLE = "VAULT_EMPTIER_ARN"
"""The ARN of the state machine."""
ALLOWED_VARIABLE = "ALLOW_EMPTY_ON_DELETE"
"""Whether the installer of the provider lets vaults be emptied: ``true`` or ``false``."""

ENDS_WITHIN = 3.0
"""Seconds from an execution's last look at who waits for an answer to its end. Whoever has parked a request,
has waited for so long and then still finds the execution running will be seen by it."""


@dataclass(frozen=True)
class Begun:
    """The execution that empties a vault, and its status: RUNNING, or what became of it if the same request
    had started it before."""

    name: str
    status: str
    joined: bool


def is_allowed() -> bool:
    """Whether the installer of the provider lets vaults be emptied."""
    return os.environ.get(ALLOWED_VARIABLE, "").lower() == "true"


def key_of(vault_name: str, creation_token: str) -> str:
    """What all executions and waiting requests of one vault have in common; another vault that gets the same
    name later has another."""
    return _digest(16, vault_name, creation_token)


def execution_name(vault_name: str, key: str, request_id: str) -> str:
    """At most 80 characters, of those that Step Functions takes. The same request gives the same."""
    return f"{_stem(vault_name, key)}{_digest(12, request_id)}"


def running_on(session: Session, machine_arn: str, vault_name: str, key: str) -> Iterator[str]:
    """The executions that empty this vault now: one, as a rule."""
    stem = _stem(vault_name, key)
    return (name for name in running_executions(session, machine_arn) if name.startswith(stem))


def start_or_join(
    session: Session, machine_arn: str, order: Order, key: str, pause: Callable[[float], None] | None = None
) -> Begun:
    """Starts the work, unless it is going on.

    ``pause`` is given when a request has just been parked: then an execution is joined only if it is sure to
    see the request.
    """
    name = execution_name(order.vault_name, key, order.request_id)
    going_on = next(running_on(session, machine_arn, order.vault_name, key), None)
    if going_on is not None and pause is not None:
        pause(ENDS_WITHIN)
        if status_of(session, machine_arn, going_on) != RUNNING:
            going_on = None
    if going_on is not None:
        return Begun(going_on, RUNNING, joined=True)
    if start_execution(session, machine_arn, name, {"order": order.to_json(), "key": key}):
        return Begun(name, RUNNING, joined=False)
    return Begun(name, status_of(session, machine_arn, name) or RUNNING, joined=True)


def _stem(vault_name: str, key: str) -> str:
    return f"{vault_name}-{key[:8]}-"


def _digest(length: int, *parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]
