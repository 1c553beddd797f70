"""A vault in the strict AWS Backup, emptied by the state machine, with a clock that moves only when somebody
waits: for a call, for the pace, for the machine."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.aws import vaults
from cfn_backup.aws.deadline import Deadline
from cfn_backup.aws.errors import ProviderError, from_response
from cfn_backup.aws.session import Session
from cfn_backup.desired.owner import EMPTY_ON_DELETE_TAG, REMOVAL_POLICY_TAG, Owner
from cfn_backup.emptying import execution, limits
from cfn_backup.emptying.execution import Hands, Outcome
from cfn_backup.emptying.flight import Landing
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.progress import Progress
from cfn_backup.emptying.slice import Tick
from local_aws.strict_backup import (
    Caller,
    ManualClock,
    RecoveryPoint,
    ServiceError,
    StrictBackupService,
    Switches,
)

from .asl import Execution, Machine

ACCOUNT, REGION = "123456789012", "eu-west-1"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop/11112222-3333-4444-5555-666677778888"
LOGICAL_ID = "Vault"
VAULT = "shop-vault"
OWNER = Owner(STACK_ID, "shop", LOGICAL_ID)
COLD_START = 1.5
"""Seconds from a state machine's task to the first call of its function, at the longest."""


class SimulatedSession(Session):
    """Calls go straight to the strict service; each takes the clock's time, or is charged to a flight."""

    def __init__(self, service: StrictBackupService, clock: ManualClock, latency: float) -> None:
        super().__init__()
        self.service = service
        self.latency = latency
        self.made: Counter[str] = Counter()
        self.throttled_at: list[float] = []
        self.before: Callable[[str, Mapping[str, Any]], None] = lambda _operation, _parameters: None
        self.after: Callable[[str, Mapping[str, Any]], None] = lambda _operation, _parameters: None
        self._clock = clock
        self._caller = Caller(ACCOUNT, REGION)
        self._charge: list[float] | None = None

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        assert service == "backup", f"{service}:{operation}"
        self.made[operation] += 1
        self.before(operation, parameters)
        try:
            given = {name: _sent(value) for name, value in parameters.items()}
            answer = self.service.invoke(operation, given, self._caller)
        except ServiceError as error:
            if error.name == "ThrottlingException":
                self.throttled_at.append(self._clock.now())
            response = {"Error": {"Code": error.name, "Message": error.message}}
            raise from_response(operation, response) from None
        finally:
            self._take_time()
        self.after(operation, parameters)
        received: dict[str, Any] = _received(answer)
        return received

    def call_once(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        return self.call(service, operation, **parameters)

    def charged(self, call: Callable[[], None]) -> tuple[ProviderError | None, float]:
        """Makes a call whose time others do not wait for: how AWS refused it, and how long it took."""
        self._charge = []
        try:
            call()
        except ProviderError as error:
            return error, sum(self._charge)
        else:
            return None, sum(self._charge)
        finally:
            self._charge = None

    def _take_time(self) -> None:
        if self._charge is None:
            self._clock.sleep(self.latency)
        else:
            self._charge.append(self.latency)


class SimulatedFlight:
    """A flight whose calls take effect when they start and come back after their time."""

    def __init__(self, session: SimulatedSession, clock: ManualClock) -> None:
        self._session = session
        self._clock = clock
        self._flying: list[tuple[float, int, Landing]] = []
        self._numbers = itertools.count()
        self.most = 0

    def now(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    def start(self, subject: Any, call: Callable[[], None]) -> None:
        refusal, seconds = self._session.charged(call)
        landing = Landing(subject, refusal)
        heapq.heappush(self._flying, (self.now() + seconds, next(self._numbers), landing))
        self.most = max(self.most, len(self._flying))

    def in_flight(self) -> int:
        return len(self._flying)

    def landed(self, at_most: float) -> list[Landing]:
        if not self._flying:
            return []
        until = min(self._flying[0][0], self.now() + at_most)
        self._clock.sleep(max(0.0, until - self.now()))
        found = []
        while self._flying and self._flying[0][0] <= self.now():
            found.append(heapq.heappop(self._flying)[2])
        return found


@dataclass
class Watching:
    """An observer that remembers; `share` is how many empty at a time."""

    ticks: list[tuple[float, int]] = field(default_factory=list)
    gone_after: dict[str, float] = field(default_factory=dict)
    share: Callable[[], int] = lambda: 1
    ends: Callable[[float], bool] = lambda _now: False

    def tick(self, progress: Progress, now: float) -> Tick:
        self.ticks.append((now, progress.taken))
        return Tick(limits.CALLS_PER_SECOND / self.share(), self.ends(now))

    def gone(self, resource_type: str, seconds: float) -> None:
        self.gone_after[resource_type] = seconds


@dataclass
class Answered:
    """What a request that waited for the vault was told, and when."""

    at: float
    outcome: Outcome


class World:
    """One account with one vault of one owner, and the machine that empties it."""

    def __init__(
        self,
        *,
        latency: float = 0.1,
        deletion_seconds: float = 2.0,
        record: str | None = "DISASSOCIATE",
        answer_by: float = float("inf"),
        **switches: Any,
    ) -> None:
        self.clock = ManualClock(1_800_000_000.0)
        defaults = {"rates_enforced": True, "vault_not_empty_lag_seconds": 5.0}
        chosen = {**defaults, "recovery_point_deletion_seconds": deletion_seconds, **switches}
        self.service = StrictBackupService(switches=Switches().changed(chosen), clock=self.clock)
        self.session = SimulatedSession(self.service, self.clock, latency)
        self.watching = Watching()
        self.answers: list[Answered] = []
        self.answer_by = answer_by
        self.most_in_flight = 0
        self.before_task: Callable[[str], None] = lambda _do: None
        self.after_task: Callable[[str], None] = lambda _do: None
        self.make_vault(VAULT, record=record)

    def make_vault(self, name: str, *, record: str | None = "DISASSOCIATE", owner: Owner = OWNER) -> None:
        tags = {**owner.tags, REMOVAL_POLICY_TAG: "DESTROY"}
        if record is not None:
            tags[EMPTY_ON_DELETE_TAG] = record
        self.invoke(
            "CreateBackupVault",
            BackupVaultName=name,
            BackupVaultTags=tags,
            CreatorRequestId=owner.token("request", "vault", name),
        )

    def invoke(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """A call of somebody else's, which takes no time and comes under no rate."""
        switches, self.service.switches = self.service.switches, Switches()
        try:
            return self.service.invoke(operation, parameters, Caller(ACCOUNT, REGION))
        finally:
            self.service.switches = switches

    def put(self, count: int = 1, vault: str = VAULT, **members: Any) -> None:
        template = RecoveryPoint(creation_date=self.clock.now() - 86_400, **members)
        self.service.put_recovery_point_block(vault, count, template)

    def put_one(self, **members: Any) -> str:
        members.setdefault("creation_date", self.clock.now() - 86_400)
        return self.service.put_recovery_points(VAULT, RecoveryPoint(**members))[0]

    def left(self, vault: str = VAULT) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.invoke(
            "ListRecoveryPointsByBackupVault", BackupVaultName=vault, MaxResults=1000
        )["RecoveryPoints"]
        return found

    def has_vault(self, name: str = VAULT) -> bool:
        listed = self.invoke("ListBackupVaults")["BackupVaultList"]
        return name in [vault["BackupVaultName"] for vault in listed]

    def order(self, **changes: Any) -> Order:
        members = {
            "vault_name": VAULT,
            "stack_id": STACK_ID,
            "logical_id": LOGICAL_ID,
            "delete_vault": True,
            "request_id": "request-1",
        }
        return Order.from_json({**members, **changes})

    def run(self, order: Order | None = None) -> Execution:
        """The whole execution, as Step Functions would run it."""
        machine = Machine(self.task, self.clock.sleep, self.clock.now)
        return machine.run({"order": (order or self.order()).to_json()})

    def task(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The Lambda function behind the machine."""
        self.clock.sleep(COLD_START)
        do: str = payload["do"]
        state: dict[str, Any] = payload["state"]
        self.before_task(do)
        if do == "slice":
            state = self._slice(state)
        else:
            outcome = execution.outcome_of(state)
            self.answers.append(Answered(self.clock.now(), outcome))
            self.answer_by = float("inf")
            state = {**state, "outcome": outcome.to_json()}
        self.after_task(do)
        return state

    def _slice(self, state: dict[str, Any]) -> dict[str, Any]:
        flight = SimulatedFlight(self.session, self.clock)
        hands = Hands(
            session=self.session,
            flight=flight,
            observer=Watching(
                self.watching.ticks,
                self.watching.gone_after,
                self.watching.share,
                lambda now: now + 2 * limits.TICK >= self.answer_by,
            ),
            answer_is_due=lambda now: now + 2 * limits.TICK >= self.answer_by,
            remove_vault=self._remove_vault,
        )
        try:
            return execution.work(state, hands, 840.0)
        finally:
            self.most_in_flight = max(self.most_in_flight, flight.most)

    def _remove_vault(self, order: Order, deadline: Deadline) -> None:
        vaults.delete_vault(self.session, order.vault_name, deadline)


def _sent(value: Any) -> Any:
    return value.timestamp() if isinstance(value, dt.datetime) else value


def _received(value: Any, name: str = "") -> Any:
    """As boto3 returns it: without what is None, dates as datetimes."""
    if isinstance(value, dict):
        return {key: _received(item, key) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_received(item) for item in value]
    if name.endswith("Date") and isinstance(value, int | float):
        return dt.datetime.fromtimestamp(value, dt.UTC)
    return value
