"""Stacks succeed on a local AWS that is as slow and contrary as AWS: its switches turned on while it runs."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.request import Request, urlopen

import pytest

from local_aws import read_back
from local_aws.instance import Instance
from local_aws.stacks import Stacks
from tests.e2e.life import Life
from tests.reconcile.account import Account

pytestmark = pytest.mark.e2e

SWITCHES: Mapping[str, Mapping[str, Any]] = {
    "a role becomes assumable only after a while": {"role_assumable_lag_seconds": 3},
    "a plan refuses deletion for a while after its selections": {"plan_deletion_lag_seconds": 3},
    "a missing vault answers AccessDenied": {"missing_vault_answers": "AccessDenied"},
    "all of it, with throttling": {
        "role_assumable_lag_seconds": 2,
        "plan_deletion_lag_seconds": 2,
        "selection_read_lag_seconds": 1,
        "throttle_every": 20,
    },
}
TABLES = {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}


@pytest.fixture
def turn_on(local: Instance) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    context = ssl.create_default_context(cafile=local.variables()["AWS_CA_BUNDLE"])
    url = f"{local.url}/_strict-backup/switches"

    def ask(method: str, body: bytes | None = None) -> None:
        with urlopen(Request(url, body, method=method), context=context):  # noqa: S310
            pass

    yield lambda switches: ask("PUT", json.dumps(switches).encode())
    ask("DELETE")


@pytest.mark.parametrize("name", SWITCHES)
def test_a_stack_lives(
    name: str, turn_on: Callable[[Mapping[str, Any]], None], local: Instance, stacks: Stacks
) -> None:
    # GIVEN an AWS like that
    account = Account(**{s: read_back.client(local, s) for s in ("backup", "iam", "sns", "kms")})
    before = account.everything()
    turn_on(SWITCHES[name])
    life = Life("contrary", stacks, account)

    # WHEN a stack is created, updated and deleted
    life.create({"Plan": {"Selections": [TABLES]}})
    life.update({"Vault": {"BackupVaultTags": {"a": "b"}}, "Selection": {"Resources": ["arn:aws:s3:::b"]}})
    assert set(life.selections()) == {"Selection"}
    life.delete()

    # THEN nothing is left
    turn_on({})
    assert account.everything() == before
