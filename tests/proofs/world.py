"""One AWS account for one test: the strict AWS Backup, moto's IAM, SNS and KMS, and a fake CloudFormation
with the provider.
"""

from __future__ import annotations

import concurrent.futures
import functools
import importlib.util
import itertools
import json
import random
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Self
from unittest import mock

import moto.iam.models
from moto.iam.models import AWSManagedPolicy, iam_backends
from moto.kms.models import kms_backends
from moto.sns.models import sns_backends

import local_aws.strict_backup.plans
import local_aws.strict_backup.selections
from cfn_backup.desired.role import POLICIES, TRUST_POLICY
from local_aws.strict_backup import Caller, RecoveryPoint, StrictBackupService, Switches
from local_aws.strict_backup.in_moto import _MotoRoles
from tests.fake_cloudformation import Clock, FakeCloudFormation, ResponseBucket, Stack
from tests.proofs.wire import ACCOUNT, REGION, Wire, plugged_in

PLAN, VAULT, SELECTION = "Custom::BackupPlan", "Custom::BackupVault", "Custom::BackupSelection"
CLASSES = {
    PLAN: "cfn_backup.reconcile.plan:BackupPlanResource",
    VAULT: "cfn_backup.reconcile.vault:BackupVaultResource",
    SELECTION: "cfn_backup.reconcile.selection:BackupSelectionResource",
}
FUNCTIONS = Path(__file__).parents[2] / "functions"

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:backups"
OTHER_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:more-backups"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/backup"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
BUCKET = "arn:aws:s3:::pictures"
OTHERS_STACK = (
    f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop-two/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
)

type Things = dict[str, str]
"""Everything in the account that the provider can change: what it is, under a name like ``vault/daily``."""


@dataclass(frozen=True)
class _StrictClock:
    """The strict service's time is CloudFormation's; its own waiting takes none."""

    clock: Clock

    def now(self) -> float:
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        if seconds:
            self.clock.sleep(seconds)


@dataclass
class World:
    """A context manager. ``seed`` makes ids, and the order in which concurrent calls happen, the same in
    every run.

    ``threads``: concurrent calls really run in threads. Otherwise they run one after the other, in an
    order that the seed
    decides (0: the order in which they were asked for), so that the n-th call is the same one in every run.
    """

    switches: Switches | None = None
    seed: int = 0
    threads: bool = False
    function_timeout: float = 300
    handlers: Mapping[str, Any] = field(default_factory=lambda: CLASSES)
    functions: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.backup = StrictBackupService(clock=_StrictClock(self.clock))
        self.wire = Wire(self.backup)
        self.cloudformation = FakeCloudFormation(
            self.functions or self.handlers,
            on_failure=failure_responder().handler,
            account_id=ACCOUNT,
            region=REGION,
            clock=self.clock,
            function_timeout=self.function_timeout,
            seed=self.seed + 1,
        )
        self.vault_removed_by_hand = False
        """Then nobody knows any more which topic's policy has a statement for it."""
        self.left_by_failed_creates: list[str] = []
        """What was there although a Create, failing, had just answered that it made nothing."""
        self._at_request: dict[str, set[str]] = {}
        self.wire.before_first = self._note_request
        self.cloudformation.bucket.put = self._put  # type: ignore[method-assign]
        self._exit = ExitStack()
        self._caller = Caller(ACCOUNT, REGION, "aws", roles=_MotoRoles("aws"))

    def __enter__(self) -> Self:
        enter = self._exit.enter_context
        enter(mock.patch.object(moto.iam.models, "utcnow", self._utcnow))
        ids = _ids(self.seed)
        for module in (local_aws.strict_backup.plans, local_aws.strict_backup.selections):
            enter(mock.patch.object(module, "new_id", side_effect=lambda: str(next(ids))))
        self._furnish()
        self.foreign = self.things()
        self.backup.switches = self.switches or Switches()
        enter(plugged_in(self.wire, self.clock.sleep))
        if not self.threads:
            enter(mock.patch.object(concurrent.futures, "ThreadPoolExecutor", _in_turn(self.seed)))
        enter(self.cloudformation)
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    # ---- doing -------------------------------------------------------------------------------------------

    def ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """A call to AWS Backup by somebody other than the provider; it is not in the wire's list of calls."""
        answer: dict[str, Any] = self.backup.invoke(operation, parameters, self._caller)
        return answer

    def make_role(self, name: str, path: str = "/", tags: Mapping[str, str] | None = None) -> str:
        listed = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        made = self._iam.create_role(name, json.dumps(TRUST_POLICY), path, None, "", listed, None)
        self._iam.attach_role_policy(f"arn:aws:iam::aws:policy/{POLICIES[0]}", name)
        return str(made.arn)

    def put_recovery_point(self, vault: str, role: str | None = None) -> str:
        """One backup job's."""
        (arn,) = self.backup.put_recovery_points(vault, RecoveryPoint(iam_role_arn=role))
        return arn

    @property
    def _iam(self) -> Any:
        return iam_backends[ACCOUNT]["aws"]

    @property
    def _sns(self) -> Any:
        return sns_backends[ACCOUNT][REGION]

    def _utcnow(self) -> Any:
        import datetime as dt  # noqa: PLC0415

        return dt.datetime.fromtimestamp(self.clock.now(), dt.UTC).replace(tzinfo=None)

    # ---- looking -----------------------------------------------------------------------------------------

    def things(self) -> Things:
        """What there is, read past all calls."""
        place = self.backup._state.place(ACCOUNT, REGION)
        found: Things = {}
        for vault in place.vaults.values():
            described = [
                vault.tags,
                vault.encryption_key_arn,
                vault.lock,
                vault.access_policy,
                vault.notifications,
            ]
            found[f"vault/{vault.name}"] = repr([vault.creation_date, vault.creator_request_id, *described])
            for _, point in vault.recovery_points.walk(_any_point()):
                found[f"point/{vault.name}/{point.recovery_point_arn}"] = repr(point)
        for plan in place.plans_in_use():
            found[f"plan/{plan.plan_id}"] = repr([plan.creator_request_id, plan.versions, plan.tags])
            for selection in plan.selections.values():
                found[f"selection/{plan.plan_id}/{selection.selection_id}"] = repr(selection)
        for role in self._iam.roles.values():
            parts = [
                role.path,
                role.assume_role_policy_document,
                sorted(role.managed_policies),
                role.policies,
                role.tags,
            ]
            found[f"role/{role.name}"] = repr(parts)
        for topic in self._sns.topics.values():
            for number, statement in enumerate(statements(topic.policy)):
                found[f"statement/{topic.arn}/{statement.get('Sid', number)}"] = json.dumps(
                    statement, sort_keys=True
                )
        return found

    def added(self) -> Things:
        """What was not there before the first stack."""
        return {name: thing for name, thing in self.things().items() if name not in self.foreign}

    def touched(self) -> list[str]:
        """The names of others' things that are no longer what they were, byte by byte."""
        now = self.things()
        return [name for name, thing in self.foreign.items() if now.get(name) != thing]

    def answers_of(self, url: str) -> int:
        return sum(put.url == url for put in self.cloudformation.bucket.puts)

    def _note_request(self) -> None:
        attempts = self.cloudformation.service.attempts
        event = attempts[-1].event if attempts else {}
        if event.get("RequestType") == "Create":
            self._at_request.setdefault(event["RequestId"], set(self.things()))

    def _put(self, url: str, body: bytes, timeout: float) -> int:
        """The bucket's, with a look at whether the answer is true."""
        answer = json.loads(body)
        nothing_made = answer["Status"] == "FAILED" and answer["PhysicalResourceId"].startswith(
            "create-failed:"
        )
        # the watchdog and the failure responder cannot know what was made; and nobody hears a delivery that
        # comes behind the Delete, which may have kept what an earlier one made
        blind = any(
            words in answer.get("Reason", "")
            for words in ("did not finish within", "failure responder", "does not wait for it any more")
        )
        if nothing_made and not blind and answer["RequestId"] in self._at_request:
            self.left_by_failed_creates += sorted(set(self.things()) - self._at_request[answer["RequestId"]])
        return ResponseBucket.put(self.cloudformation.bucket, url, body, timeout)

    # ---- what was there before ---------------------------------------------------------------------------

    def _furnish(self) -> None:
        """What belongs to others: alike in name, path, tags, tokens and statement ids to what the stacks
        will make.
        """
        for backends in (
            iam_backends[ACCOUNT]["aws"],
            sns_backends[ACCOUNT][REGION],
            kms_backends[ACCOUNT][REGION],
        ):
            backends.reset()
        for policy in POLICIES:
            self._make_managed_policy(policy)
        self.make_role("backup")
        self._make_keys()
        others = {"cfn-backup-provider:stack-id": OTHERS_STACK, "cfn-backup-provider:logical-id": "Plan"}
        self.make_role("shop-Plan-aaaaaaaa", "/cfn-backup-provider/", others)
        self.make_role("shop-Selection-aaaaaaaa", "/cfn-backup-provider/", others)
        for topic in (TOPIC, OTHER_TOPIC):
            self._make_topic(topic)
        for name in ("shop-Vault", "shop-Plan", "shop-Vault-aaaaaaaa", "shop-Plan-aaaaaaaa", "theirs"):
            self._make_vault(name, others)
        self._make_plan("shop-Plan", others)
        self._make_plan("theirs", {})
        self.put_recovery_point("theirs", ROLE)

    def _make_keys(self) -> None:
        """KEY and OTHER_KEY of the scenarios."""
        kms_backends[ACCOUNT][REGION].keys.update(_keys())

    def _make_managed_policy(self, name: str) -> None:
        path, _, base = f"/{name}".rpartition("/")
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}],
        }
        date = "2020-01-01T00:00:00+00:00"
        data = {
            "Path": f"{path}/",
            "Document": document,
            "DefaultVersionId": "v1",
            "CreateDate": date,
            "UpdateDate": date,
        }
        policy = AWSManagedPolicy.from_data(base, ACCOUNT, REGION, data)
        self._iam.managed_policies[policy.arn] = policy

    def _make_topic(self, arn: str) -> None:
        theirs = {
            "Sid": "CfnBackupProvider0123456789abcdef",  # pragma: allowlist secret - a statement's id
            "Effect": "Allow",
            "Principal": {"Service": "backup.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": arn,
        }
        topic = self._sns.create_topic(arn.rpartition(":")[2])
        policy = json.loads(topic.policy)
        topic.policy = json.dumps({**policy, "Statement": [*policy["Statement"], theirs]})

    def _make_vault(self, name: str, tags: Mapping[str, str]) -> None:
        self.ask(
            "CreateBackupVault",
            BackupVaultName=name,
            BackupVaultTags=dict(tags),
            CreatorRequestId=f"{name}.0",
        )
        policy = {"Version": "2012-10-17", "Statement": []}
        self.ask("PutBackupVaultAccessPolicy", BackupVaultName=name, Policy=json.dumps(policy))
        self.ask(
            "PutBackupVaultNotifications",
            BackupVaultName=name,
            SNSTopicArn=TOPIC,
            BackupVaultEvents=["BACKUP_JOB_FAILED"],
        )

    def _make_plan(self, name: str, tags: Mapping[str, str]) -> None:
        document = {"BackupPlanName": name, "Rules": [{"RuleName": "Daily", "TargetBackupVaultName": name}]}
        made = self.ask(
            "CreateBackupPlan", BackupPlan=document, BackupPlanTags=dict(tags), CreatorRequestId=f"{name}.1"
        )
        selection = {"SelectionName": "tables", "IamRoleArn": ROLE, "Resources": [TABLE]}
        self.ask(
            "CreateBackupSelection",
            BackupPlanId=made["BackupPlanId"],
            BackupSelection=selection,
            CreatorRequestId=f"{name}.2",
        )


@functools.cache
def _keys() -> dict[str, Any]:
    """Made once: moto looks for real prime numbers."""
    backend = kms_backends[ACCOUNT][REGION]
    made = [backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None) for _ in range(2)]
    for number, key in enumerate(made, 1):
        key.id = f"{number:08d}-0000-4000-8000-000000000000"
        key.arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key.id}"
    backend.reset()
    return {key.id: key for key in made}


def statements(policy: Any) -> list[dict[str, Any]]:
    parsed = json.loads(policy) if isinstance(policy, str) else policy or {}
    return list(parsed.get("Statement", []))


def _any_point() -> Any:
    from local_aws.strict_backup.recovery_point_store import PointFilter  # noqa: PLC0415

    return PointFilter()


def _ids(seed: int) -> Iterator[uuid.UUID]:
    source = random.Random(seed)  # noqa: S311 - the same ids in every run
    for _ in itertools.count():
        yield uuid.UUID(int=source.getrandbits(128), version=4)


def _in_turn(seed: int) -> type:
    """A ThreadPoolExecutor whose calls happen one after the other when it is left: all of them, whatever
    the others did.
    """
    order = random.Random(seed)  # noqa: S311 - the same order in every run

    class InTurn:
        def __init__(self, max_workers: int | None = None) -> None:  # noqa: ARG002 - as it is called
            self._calls: list[tuple[Callable[[], Any], concurrent.futures.Future[Any]]] = []

        def __enter__(self) -> Self:
            return self

        def submit(self, call: Callable[[], Any]) -> concurrent.futures.Future[Any]:
            future: concurrent.futures.Future[Any] = concurrent.futures.Future()
            self._calls.append((call, future))
            return future

        def __exit__(self, *error: object) -> None:
            if seed:
                order.shuffle(self._calls)
            for call, future in self._calls:
                try:
                    future.set_result(call())
                except BaseException as raised:
                    future.set_exception(raised)

    return InTurn


def failure_responder() -> ModuleType:
    """The function's own module, under a name of its own: the fake CloudFormation replaces its seams."""
    name = "failure_responder_under_proof"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FUNCTIONS / "failure_responder" / "app.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def names_of(things: Iterable[str], kind: str) -> list[str]:
    return sorted(name for name in things if name.startswith(f"{kind}/"))


def status_of(stack: Stack, logical_id: str) -> str:
    return stack.resources[logical_id].status
