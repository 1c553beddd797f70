"""Calls to AWS with the caller's own credentials, paced by the rates that AWS documents.

boto3 is imported when the first call is made: the other commands of ``cfn-backup`` do without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    from botocore.client import BaseClient

# AWS General Reference, AWS Backup endpoints and quotas: calls a second, per account and Region.
_BACKUP_RATES = {"List": 20.0, "Get": 15.0, "Describe": 15.0}
_BACKUP_WRITES = 5.0
_OTHER_RATE = 20.0
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
_RETRIES = 8


class CannotLook(Exception):
    """The account cannot be read. The message is one line that says why, and what to do."""


class Denied(CannotLook):
    """The caller may not make the call.

    :param action: such as ``backup:ListBackupJobs``.
    """

    def __init__(self, action: str, message: str) -> None:
        super().__init__(f"{action} is not allowed: {message}")
        self.action = action


class NotOffered(CannotLook):
    """The service is not there in this Region."""


class Refused(Exception):
    """AWS answered with an error that the caller of ``call`` may expect, such as «not found».

    :param code: the error's code, such as ``ResourceNotFoundException``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Pace:
    """Lets one call at a time through, none sooner than its rate allows."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: dict[str, float] = field(default_factory=dict)

    def wait(self, service: str, operation: str) -> None:
        kind, rate = _rate(service, operation)
        now = self.clock()
        due = max(now, self._next.get(kind, now))
        self._next[kind] = due + 1 / rate
        if due > now:
            self.sleep(due - now)


def _rate(service: str, operation: str) -> tuple[str, float]:
    if service != "backup":
        return service, _OTHER_RATE
    for verb, rate in _BACKUP_RATES.items():
        if operation.startswith(verb):
            return f"backup {verb}", rate
    return "backup writes", _BACKUP_WRITES


@dataclass(frozen=True)
class Identity:
    """Where the calls go."""

    account: str
    region: str
    partition: str


class Calls:
    """The calls of one command. ``made`` counts them by service and operation."""

    def __init__(
        self, region: str | None = None, profile: str | None = None, pace: Pace | None = None
    ) -> None:
        self.made: dict[str, int] = {}
        self._region = region
        self._profile = profile
        self._pace = pace or Pace()
        self._session: boto3.Session | None = None
        self._clients: dict[str, BaseClient] = {}
        self._identity: Identity | None = None

    @property
    def identity(self) -> Identity:
        """:raises CannotLook: there are no credentials or no Region."""
        if self._identity is None:
            arn = self.call("sts", "GetCallerIdentity")["Arn"]
            region = str(self._client("backup").meta.region_name)
            self._identity = Identity(arn.split(":")[4], region, arn.split(":")[1])
        return self._identity

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Makes one call, like ``call("backup", "GetBackupPlan", BackupPlanId=…)``.

        :raises Refused: AWS refused it for what it asks.
        :raises CannotLook: it could not be made, or is not allowed.
        """
        answer: dict[str, Any] = self._answered(
            service, operation, lambda client: getattr(client, _method(operation))(**parameters)
        )
        return answer

    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Every page of a listing.

        :raises Refused: AWS refused it for what it asks.
        :raises CannotLook: it could not be made, or is not allowed.
        """
        if not self._client(service).can_paginate(_method(operation)):
            yield from self._token_pages(service, operation, parameters)
            return
        pages = self._answered(
            service,
            operation,
            lambda client: iter(client.get_paginator(_method(operation)).paginate(**parameters)),
            count=0,
        )
        while (page := self._answered(service, operation, lambda _: next(pages, None))) is not None:
            yield page

    def _token_pages(
        self, service: str, operation: str, parameters: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """For the listings that botocore has no paginator for."""
        token: dict[str, str] = {}
        while True:
            page = self.call(service, operation, **parameters, **token)
            yield page
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def items(self, service: str, operation: str, member: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The items of a listing, page after page."""
        for page in self.pages(service, operation, **parameters):
            yield from page.get(member) or ()

    def _answered(self, service: str, operation: str, make: Callable[[Any], Any], *, count: int = 1) -> Any:
        client = self._client(service)
        from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError  # noqa: PLC0415
        from botocore.parsers import ResponseParserError  # noqa: PLC0415

        if count:
            self._pace.wait(service, operation)
        action = f"{service}:{operation}"
        try:
            answer = make(client)
        except ResponseParserError:
            raise NotOffered(f"{action}: what answers is not {service}") from None
        except ClientError as error:
            code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            if code.isdecimal():
                # an HTTP status and no error of the service's own: an emulator that does not have it
                raise NotOffered(f"{action}: {text or code}") from None
            # Of a vault that is not there AWS says the same as of one that the caller may not see.
            if code in _DENIED and "Insufficient privileges" not in text:
                raise Denied(action, text) from None
            if code in ("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"):
                raise CannotLook(f"the credentials are not valid: {text}") from None
            raise Refused(code, text) from None
        except EndpointConnectionError as error:
            region = client.meta.region_name
            offered = region in self._own_session().get_available_regions(service)
            raise (CannotLook if offered else NotOffered)(f"{action}: {error}") from None
        except BotoCoreError as error:
            raise CannotLook(f"{action}: {error}") from None
        self.made[action] = self.made.get(action, 0) + count
        return answer

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _new_client(self._own_session(), service)
        return self._clients[service]

    def _own_session(self) -> boto3.Session:
        if self._session is None:
            self._session = _new_session(self._region, self._profile)
        return self._session


def _method(operation: str) -> str:
    from botocore import xform_name  # noqa: PLC0415

    return xform_name(operation)


def _new_session(region: str | None, profile: str | None) -> boto3.Session:
    try:
        import boto3  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    except ImportError:
        raise CannotLook("boto3 is not installed: pip install 'cfn-backup[aws]'") from None
    try:
        return boto3.Session(region_name=region, profile_name=profile)
    except BotoCoreError as error:
        raise CannotLook(str(error)) from None


def _new_client(session: boto3.Session, service: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    config = Config(
        retries={"mode": "standard", "max_attempts": _RETRIES}, connect_timeout=5, read_timeout=30
    )
    try:
        return session.client(service, config=config)  # type: ignore[call-overload]
    except BotoCoreError as error:
        raise CannotLook(f"{error}; give --region, or set AWS_REGION and credentials") from None
