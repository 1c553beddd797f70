"""The strict AWS Backup service: a request in, an answer out, state in between. It knows no transport."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import (
    access_points,
    job_operations,
    legal_holds,
    plans,
    protected_resources,
    recovery_points,
    selections,
    settings,
    tags,
    vault_settings,
    vaults,
)
from .arrivals import Arrivals
from .calls import CallLog
from .clock import Clock, SystemClock
from .errors import ServiceError, not_implemented, service_unavailable, throttled
from .events import Event, changes
from .job_records import Inventory, NoInventory, Resource
from .model import Query, match_route, operation_model, read_input, violations, write_output
from .new_recovery_points import completed, completed_block
from .operations import OPERATIONS, Call, Operation
from .recovery_point_store import RecoveryPoint
from .roles import Anyone, NoRoles, Principal, RoleDirectory
from .rules import keeps
from .scheduled_jobs import Scheduler
from .state import Document, Place, Plan, State, Vault, partition_of
from .switches import Switches

__all__ = ["Caller", "Response", "StrictBackupService"]

# imported for the operations that they register
_OPERATION_MODULES = (
    access_points,
    job_operations,
    legal_holds,
    plans,
    protected_resources,
    recovery_points,
    selections,
    settings,
    tags,
    vault_settings,
    vaults,
)
_ERROR_TYPE_ORIGIN = "http://internal.amazon.com/coral/com.amazonaws.services.cryo/"


@dataclass(frozen=True)
class Caller:
    """Where a call comes from: account, Region, the roles it can name, and who makes it."""

    account: str
    region: str
    partition: str | None = None
    roles: RoleDirectory = dataclasses.field(default_factory=NoRoles)
    principal: Principal = dataclasses.field(default_factory=Anyone)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes


class StrictBackupService:
    """One AWS Backup with all its accounts and Regions. Safe to call from several threads.

    Assign `switches` to change its behaviour; `calls` is the log of calls, and every function in `listeners`
    gets each event that AWS Backup would send to EventBridge.
    """

    def __init__(
        self,
        *,
        switches: Switches | None = None,
        clock: Clock | None = None,
        inventory: Inventory | None = None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.calls = CallLog()
        self.listeners: list[Callable[[Event], None]] = []
        self._inventory = inventory or NoInventory()
        self._initial_switches = switches or Switches()
        self._switches = self._initial_switches
        self._faults = _Faults(self._switches)
        self._state = State()
        self._scheduler = self._new_scheduler()
        self._lock = threading.RLock()

    @property
    def switches(self) -> Switches:
        return self._switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        with self._lock:
            self._switches = switches
            self._faults = _Faults(switches)
            self._scheduler.switches = switches

    def reset(self) -> None:
        """Forgets everything, and puts the switches back to those it was made with."""
        with self._lock:
            self._state = State()
            self._scheduler = self._new_scheduler()
            self.switches = self._initial_switches
            self.calls.clear()

    def _new_scheduler(self) -> Scheduler:
        return Scheduler(self._state, self.switches, self._inventory, self._send, self.clock.now())

    def _send(self, _place: Place, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    def handle(self, method: str, path: str, query: Query, body: bytes, caller: Caller) -> Response:
        """Answers one HTTP request.

        :param path: as on the wire, percent-encoded.
        :param query: decoded, every value of every name.
        """
        found = match_route(method, path, query)
        if found is None:
            return _error_response(ServiceError("UnknownOperationException", f"{method} {path}", status=404))
        operation, labels = found
        try:
            with self._logged(operation.name, caller):
                parameters = read_input(operation, labels, query, _json(body))
                output = self._answer(operation.name, parameters, caller)
        except ServiceError as error:
            return _error_response(error)
        status, answer = write_output(operation, output)
        return _response(status, answer)

    def invoke(self, operation: str, parameters: Mapping[str, Any], caller: Caller) -> Document:
        """Runs one operation on input in the shape of the service model, with all checks.

        :raises ServiceError: the answer is an error.
        """
        with self._logged(operation, caller):
            return self._answer(operation, parameters, caller)

    @contextlib.contextmanager
    def _logged(self, operation: str, caller: Caller) -> Iterator[None]:
        self.clock.sleep(self.switches.latency_seconds)
        http = operation_model(operation).http
        status, error = int(http.get("responseCode", 200)), None
        try:
            yield
        except ServiceError as refusal:
            status, error = refusal.status, refusal.name
            raise
        finally:
            self.calls.add(
                at=self.clock.now(),
                account=caller.account,
                region=caller.region,
                operation=operation,
                write=http["method"] != "GET",
                status=status,
                error=error,
            )

    def _answer(self, name: str, parameters: Mapping[str, Any], caller: Caller) -> Document:
        with self._lock:
            self._faults.strike(name)
            self._refuse_beyond_rate(name, caller)
            operation = OPERATIONS.get(name)
            if operation is None:
                raise not_implemented(name)
            _refuse_violations(operation, parameters)
            self._scheduler.catch_up(self.clock.now(), caller.roles)
            # a copy, so that nothing the caller holds on to is part of the state
            call = self._call(name, json.loads(json.dumps(parameters)), caller)
            before = call.place.vaults.get(call.get("BackupVaultName", ""))
            output = operation.answer(call)
            for event in changes(name, call.place, before, output, call.parameters, call.now):
                self._send(call.place, event)
            self._faults.lose_answer(name)
            return output

    @keeps("G13")
    def _refuse_beyond_rate(self, operation: str, caller: Caller) -> None:
        if self.switches.rates_enforced and not self._place(caller).rates.admit(operation, self.clock.now()):
            raise throttled()

    def _call(self, name: str, parameters: Mapping[str, Any], caller: Caller) -> Call:
        return Call(
            operation=name,
            parameters=parameters,
            place=self._place(caller),
            global_settings=self._state.account_settings(caller.account),
            switches=self.switches,
            now=self.clock.now(),
            roles=caller.roles,
            principal=caller.principal,
            scheduler=self._scheduler,
        )

    def _place(self, caller: Caller) -> Place:
        partition = caller.partition or partition_of(caller.region)
        return self._state.place(caller.account, caller.region, partition)

    def put_recovery_points(
        self, vault: str, *points: RecoveryPoint, account: str | None = None, region: str | None = None
    ) -> list[str]:
        """Puts points into a vault, as backup jobs would, and returns their ARNs. Account and Region need not
        be given while only one vault has the name.

        :raises LookupError: there is no such vault, or more than one.
        """
        with self._lock:
            place, found = self._find_vault(vault, account, region)
            whole = [completed(point, place, self.clock.now()) for point in points]
            for point in whole:
                found.recovery_points.put(point)
            return [point.recovery_point_arn for point in whole]

    def put_recovery_point_block(
        self,
        vault: str,
        count: int,
        template: RecoveryPoint | None = None,
        *,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Puts `count` points like the template into a vault at the price of one. The template's ARN, if it
        has one, is the beginning of theirs.

        :raises LookupError: there is no such vault, or more than one.
        :raises ValueError: the count is not a number above zero.
        """
        if not isinstance(count, int) or count < 1:
            raise ValueError(f"A block cannot have {count!r} points.")
        with self._lock:
            place, found = self._find_vault(vault, account, region)
            found.recovery_points.put_block(
                completed_block(template or RecoveryPoint(), place, self.clock.now()), count
            )

    def put_resources(self, *resources: Resource, account: str, region: str) -> None:
        """Puts resources into an account that backup jobs then find. One of the same ARN is replaced.

        Jobs are made up for at the next call of an operation, those that were due before this one too.
        """
        with self._lock:
            place = self._state.place(account, region)
            place.resources |= {resource.arn: resource for resource in resources}
            place.removed_resources -= set(place.resources)

    def put_arrivals(
        self,
        vault: str,
        every_seconds: float,
        template: RecoveryPoint | None = None,
        *,
        count: int = 1_000_000,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Lets points like the template arrive in a vault, as a backup plan's jobs would: the first after
        `every_seconds`, then one in every such time, `count` in all.

        :raises LookupError: there is no such vault, or more than one.
        :raises ValueError: the time is not above zero.
        """
        if every_seconds <= 0:
            raise ValueError(f"A point cannot arrive every {every_seconds!r} seconds.")
        with self._lock:
            place, found = self._find_vault(vault, account, region)
            now = self.clock.now()
            whole = completed_block(template or RecoveryPoint(), place, now)
            found.arrivals.append(Arrivals(whole, every_seconds, now + every_seconds, count))

    def remove_resource(self, arn: str, *, account: str, region: str) -> None:
        """Says that a resource is no more: jobs do not find it, and a cluster of Aurora lets its continuous
        points go."""
        with self._lock:
            place = self._state.place(account, region)
            place.removed_resources.add(arn)
            place.resources.pop(arn, None)

    def point_in_time_recovery_off(self, account: str, region: str) -> list[str]:
        """The databases whose point-in-time recovery a deletion has switched off, in order (R7)."""
        with self._lock:
            return list(self._state.place(account, region).point_in_time_recovery_off)

    def put_service_vault(
        self, name: str, *, account: str, region: str, vault_type: str = "BACKUP_VAULT"
    ) -> None:
        """Puts a vault that only the service makes, like `aws/efs/automatic-backup-vault`, or that says that
        it is of another type."""
        with self._lock:
            place = self._state.place(account, region)
            vaults.put_service_vault(place, name, self.clock.now(), vault_type)

    def tagged_resources(self, account: str, region: str) -> list[tuple[str, dict[str, str]]]:
        """ARN and tags of the tagged vaults and plans of an account in a Region, for a tagging API."""
        with self._lock:
            place = self._state.place(account, region)
            owners: list[Vault | Plan] = [*place.vaults.values(), *place.plans_in_use()]
            return [(owner.arn, dict(owner.tags)) for owner in owners if owner.tags]

    def _find_vault(self, name: str, account: str | None, region: str | None) -> tuple[Place, Vault]:
        found = [
            (place, place.vaults[name])
            for place in self._state.places.values()
            if name in place.vaults and account in (None, place.account) and region in (None, place.region)
        ]
        if len(found) != 1:
            raise LookupError(f"There are {len(found)} vaults {name}.")
        return found[0]


class _Faults:
    """The faults that the switches ask for, counted since they were set."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._throttle_left = switches.throttle_next
        self._unavailable_left = switches.unavailable_next
        self._lost_left = switches.answers_lost_next
        self._calls = 0

    @keeps("G13")
    def strike(self, operation: str) -> None:
        """:raises ServiceError: this call is one of those that fail."""
        if not self._concerns(operation):
            return
        self._calls += 1
        if self._throttle_left > 0:
            self._throttle_left -= 1
            raise throttled()
        if self._unavailable_left > 0:
            self._unavailable_left -= 1
            raise service_unavailable()
        if self._switches.throttle_every and self._calls % self._switches.throttle_every == 0:
            raise throttled()

    def lose_answer(self, operation: str) -> None:
        """:raises ServiceError: this call was done, but its caller will not hear of it."""
        if self._concerns(operation) and self._lost_left > 0:
            self._lost_left -= 1
            raise service_unavailable()

    def _concerns(self, operation: str) -> bool:
        return operation in (self._switches.faulty_operations or (operation,))


@keeps("V1", "B14", "S1")
def _refuse_violations(operation: Operation, parameters: Mapping[str, Any]) -> None:
    """Names and the like are in the patterns of the service model, which botocore does not check."""
    for violation in violations(operation_model(operation.name), parameters):
        if violation.path not in operation.checks_itself:
            raise violation.error()


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        raise ServiceError("SerializationException", "The request body is not JSON.") from None
    if not isinstance(document, dict):
        raise ServiceError("SerializationException", "The request body is not a JSON object.")
    return document


def _response(status: int, body: Document, headers: Mapping[str, str] | None = None) -> Response:
    common = {"Content-Type": "application/json", "x-amzn-requestid": str(uuid.uuid4())}
    content = b"" if status == 204 else json.dumps(body).encode()
    return Response(status, {**common, **(headers or {})}, content)


def _error_response(error: ServiceError) -> Response:
    """The name travels in a header, the inner code in the body (hashicorp/terraform-provider-aws #29199)."""
    body = {**error.members, "Message": error.message}
    return _response(error.status, body, {"x-amzn-errortype": f"{error.name}:{_ERROR_TYPE_ORIGIN}"})
