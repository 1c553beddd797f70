"""The strict service in ministack, in place of its Backup, behind its IAM.

`python -m local_aws.strict_backup.in_ministack` starts ministack exactly as its own command does, with the
same environment variables, and with STRICT_BACKUP_SWITCHES (JSON) for the switches. What is replaced, and
why, is said at each place; ministack's own code is not changed on disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from ministack import app
from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, get_region
from ministack.services import backup

from ..admin import PREFIX, handle_admin
from ..clock import MovableClock
from ..service import Caller, Response, StrictBackupService
from ..switches import Switches
from . import cloudformation, events, iam, kms, tagging
from .resources import MinistackInventory

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]

# ministack hands its services the decoded path, in which the slash of a snapshot's ARN is like any other.
_raw_path: ContextVar[str] = ContextVar("raw_path", default="")


def main() -> None:
    """Installs the service and runs ministack until it ends."""
    if len(sys.argv) > 1:
        sys.exit("Run it in the foreground: ministack's options start a process without the strict service.")
    install()
    app.main()


def install(service: StrictBackupService | None = None) -> StrictBackupService:
    """Puts the service in place of ministack's Backup. Call it before the server starts."""
    service = service or StrictBackupService(
        switches=Switches.from_json(os.environ.get("STRICT_BACKUP_SWITCHES", "")),
        clock=MovableClock(),
        inventory=MinistackInventory(),
    )
    backup.handle_request = _handler(service)
    backup.reset = service.reset
    backup.get_state = lambda: None  # nothing of it is kept over a restart
    backup.load_persisted_state = lambda _state: None
    app.app = _with_admin(service, app.app)
    iam.install(raw_path)
    kms.install()
    cloudformation.install(service)
    tagging.install(service)
    events.install(service)
    return service


def raw_path(path: str) -> str:
    """The path as it was on the wire, of the request that ministack has decoded to `path`."""
    raw = _raw_path.get()
    return raw if unquote(raw) == path else quote(path)


def _handler(service: StrictBackupService) -> Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, list[str]]
    ) -> tuple[int, dict[str, str], bytes]:
        account, region = get_account_id(), get_region()
        caller = Caller(account, region, roles=iam.Roles(), principal=iam.caller(headers, query_params))
        # on a thread of its own, because the latency switch sleeps
        response = await run_reentrant(service.handle, method, raw_path(path), query_params, body, caller)
        return response.status, dict(response.headers), response.body

    return handle_request


def _with_admin(service: StrictBackupService, inner: Asgi) -> Asgi:
    """Answers the admin paths, which ministack would take for S3, and keeps the raw path for the service."""

    async def strict_app(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        if scope["type"] == "http":
            if scope["path"].startswith(PREFIX):
                query = parse_qs(scope["query_string"].decode())
                body = await _body(receive)
                await _send(send, handle_admin(service, scope["method"], scope["path"], query, body))
                return
            _raw_path.set(scope["raw_path"].decode())
        await inner(scope, receive, send)

    return strict_app


async def _body(receive: Callable[[], Awaitable[Any]]) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _send(send: Callable[[Any], Awaitable[None]], response: Response) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
