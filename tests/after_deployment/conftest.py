from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.iam.models import iam_backends

from local_aws.strict_backup import ManualClock, Switches
from local_aws.strict_backup.in_moto import strict_backup
from tests.after_deployment.account import ACCOUNT, REGION, START, World
from tests.reconcile.conftest import _managed_policies


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An empty account at the beginning of 2027, a Friday."""
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", REGION)):
        monkeypatch.setenv(f"AWS_{name}", value)
    clock = ManualClock(START.timestamp())
    with mock_aws(), strict_backup(clock=clock, switches=Switches(scheduled_jobs=True)) as service:
        policies = iam_backends[ACCOUNT]["aws"].managed_policies
        policies |= {policy.arn: copy.deepcopy(policy) for policy in _managed_policies()}
        yield World(service, clock)
