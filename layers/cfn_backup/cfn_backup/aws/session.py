"""Calls to AWS: clients made on first use, errors mapped onto ours, and everything counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cfn_backup.aws.errors import GeneralServiceException, InvalidRequest, from_response
from cfn_backup.aws.installer import InstallersPolicy

if TYPE_CHECKING:
    from botocore.client import BaseClient

READS = ("Get", "List", "Describe")
CONCURRENT_CALLS = 8

_clients: dict[str, BaseClient] = {}
_clients_lock = threading.Lock()


def _client(service: str, *, repeats: bool = True) -> BaseClient:
    """One client a service and manner, kept while the function is warm: making one costs more than a call."""
    key = service if repeats else f"{service}, once"
    with _clients_lock:
        if key not in _clients:
            # no clients and no botocore at import: a request that asks for nothing pays for nothing. And no
            # boto3 at all: what it adds to botocore is not used here, and takes a fifth of a cold start.
            from botocore.config import Config  # noqa: PLC0415
            from botocore.session import get_session  # noqa: PLC0415

            config = Config(
                retries={"mode": "adaptive", "max_attempts": 8} if repeats else {"total_max_attempts": 1},
                connect_timeout=5,
                read_timeout=30,
                max_pool_connections=CONCURRENT_CALLS * 2,
            )
            client = get_session().create_client(service, config=config)
            client.meta.events.register_first(f"needs-retry.{service}", _tell_quota_from_throttling)
            _clients[key] = client
        return _clients[key]


def _tell_quota_from_throttling(response: tuple[Any, dict[str, Any]] | None, **_: Any) -> None:
    """Renames the code of a quota that is used up, before botocore looks at it.

    botocore (``retries/standard.py``) takes ``LimitExceededException`` for throttling, repeats the call for a
    minute and slows down every other one. To AWS Backup it is a quota, which no waiting gives back. The new
    name is IAM's code for the same.
    """
    error = response[1].get("Error", {}) if response else {}
    if error.get("Code") == "LimitExceededException":
        error["Code"] = "LimitExceeded"


def forget_clients() -> None:
    """Makes the next call make its client anew (the local AWS and tests change under a running process)."""
    with _clients_lock:
        _clients.clear()


class Session:
    """The calls of one request."""

    def __init__(self, policy: InstallersPolicy | None = None) -> None:
        self._policy = policy or InstallersPolicy()
        self.calls = 0
        self.writes = 0
        self.retries = 0
        self._lock = threading.Lock()

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Makes one call, e.g. ``call("backup", "CreateBackupPlan", BackupPlan=…)``.

        Raises a subclass of ProviderError whatever goes wrong. What the installer of the provider does not
        allow is AccessDenied before the call is made.
        """
        return self._call(_client(service), operation, parameters)

    def call_once(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Like ``call``, but a call that is throttled or fails is not repeated: for whoever keeps a pace."""
        return self._call(_client(service, repeats=False), operation, parameters)

    def _call(self, client: BaseClient, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self._policy.refuse_call(operation, parameters)
        from botocore import xform_name  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError  # noqa: PLC0415

        method = getattr(client, xform_name(operation))
        try:
            response: dict[str, Any] = method(**parameters)
        except ClientError as error:
            self._count(operation, error.response)
            raise from_response(operation, error.response) from error
        except ParamValidationError as error:
            raise InvalidRequest(f"{operation}: {error}", operation=operation) from error
        except BotoCoreError as error:
            self._count(operation, {})
            raise GeneralServiceException(f"{operation}: {error}", operation=operation) from error
        self._count(operation, response)
        return response

    def pages(self, service: str, operation: str, member: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The items of a listing of AWS Backup, page after page as they are needed."""
        token: dict[str, str] = {}
        while True:
            page = self.call(service, operation, **parameters, **token)
            yield from page.get(member, [])
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _count(self, operation: str, response: Any) -> None:
        attempts = response.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        with self._lock:
            self.calls += 1
            self.retries += attempts
            if not operation.startswith(READS):
                self.writes += 1


def concurrently(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Runs calls that do not depend on each other side by side and gives their results in order.

    All are waited for; then the first error, in order, is raised.
    """
    if len(calls) < 2:
        return [call() for call in calls]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(max_workers=CONCURRENT_CALLS) as pool:
        futures = [pool.submit(call) for call in calls]
    return [future.result() for future in futures]
