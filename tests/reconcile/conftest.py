"""An account with the strict AWS Backup in it, and a stack whose clock stands still unless somebody waits."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache

import pytest
from moto import mock_aws
from moto.iam.models import IAMBackend, ManagedPolicy, iam_backends

from cfn_backup.aws.session import Session
from cfn_backup.desired.role import POLICIES
from local_aws.strict_backup.clock import ManualClock
from local_aws.strict_backup.in_moto import strict_backup
from local_aws.strict_backup.service import StrictBackupService
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.least_privilege import ROLES, acting, refusing
from tests.reconcile.stack import ACCOUNT, REGION, FakeCloudFormation, Stack

_clients: dict[str, object] = {}
"""Made under moto, which they stay with: making them costs more than most tests."""


@cache
def _managed_policies() -> tuple[ManagedPolicy, ...]:
    """The few of the thousand managed policies that are needed; moto takes a second to read them all."""
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        backend = IAMBackend(REGION, ACCOUNT)
        wanted = tuple(f":policy/{policy}" for policy in POLICIES)
        found = [p for arn, p in backend.managed_policies.items() if arn.endswith(wanted)]
    assert len(found) == len(POLICIES)
    return tuple(found)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def backup(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Iterator[StrictBackupService]:
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr("cfn_backup.aws.session._clients", _clients)
    with mock_aws(), strict_backup(clock=clock) as service:
        policies = iam_backends[ACCOUNT]["aws"].managed_policies
        policies |= {policy.arn: copy.deepcopy(policy) for policy in _managed_policies()}
        yield service


@pytest.fixture
def cloudformation() -> FakeCloudFormation:
    return FakeCloudFormation()


@pytest.fixture
def calls(
    monkeypatch: pytest.MonkeyPatch, backup: StrictBackupService, cloudformation: FakeCloudFormation
) -> Calls:
    made = Calls(cloudformation)
    monkeypatch.setattr(Session, "call", made.through(Session.call))
    return made


@pytest.fixture(autouse=True)
def least_privilege(monkeypatch: pytest.MonkeyPatch, calls: Calls) -> None:
    for resource, role in ROLES.items():
        for name in ("create", "update", "delete"):
            monkeypatch.setattr(resource, name, acting(role, getattr(resource, name)))
    monkeypatch.setattr(Session, "call", refusing(Session.call))


@pytest.fixture
def stack(calls: Calls, cloudformation: FakeCloudFormation, clock: ManualClock) -> Stack:
    return Stack(cloudformation, clock)


@pytest.fixture
def account(backup: StrictBackupService) -> Account:
    return Account()
