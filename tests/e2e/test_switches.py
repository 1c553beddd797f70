"""Stacks succeed on a local AWS that is as slow and contrary as AWS: its switches turned on while it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws import read_back
from local_aws.instance import Instance
from local_aws.stacks import Stacks
from tests.e2e.conftest import ask_strict_backup
from tests.e2e.life import Life
from tests.reconcile.account import Account

pytestmark = pytest.mark.e2e

SWITCHES: Mapping[str, Mapping[str, Any]] = {
    "a role becomes assumable only after a while": {"role_assumable_lag_seconds": 3},
    "a plan refuses deletion for a while after its selections": {"plan_deletion_lag_seconds": 3},
    "a missing vault answers AccessDenied": {"missing_vault_answers": "AccessDenied"},
    "a missing vault answers ResourceNotFound": {"missing_vault_answers": "ResourceNotFound"},
    "all of it, with throttling": {
        "role_assumable_lag_seconds": 2,
        "plan_deletion_lag_seconds": 2,
        "selection_read_lag_seconds": 1,
        "throttle_every": 20,
    },
}
TABLES = {"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}


@dataclass(frozen=True)
class Switchboard:
    """The strict service's switches, over its admin paths."""

    local: Instance

    def turn_on(self, switches: Mapping[str, Any]) -> None:
        answer = ask_strict_backup(self.local, "switches", "PUT", json.dumps(switches).encode())
        assert {name: answer[name] for name in switches} == switches

    def turn_all_off(self) -> None:
        ask_strict_backup(self.local, "switches", "DELETE")


@pytest.fixture
def switches(local: Instance) -> Iterator[Switchboard]:
    board = Switchboard(local)
    yield board
    board.turn_all_off()


@pytest.mark.parametrize("name", SWITCHES)
def test_a_stack_lives(name: str, switches: Switchboard, local: Instance, stacks: Stacks) -> None:
    # GIVEN an AWS like that
    account = Account(**{s: read_back.client(local, s) for s in ("backup", "iam", "sns", "kms")})
    before = account.everything()
    switches.turn_on(SWITCHES[name])
    life = Life("contrary", stacks, account)

    # WHEN a stack is created, updated and deleted
    life.create({"Plan": {"Selections": [TABLES]}})
    life.update({"Vault": {"BackupVaultTags": {"a": "b"}}, "Selection": {"Resources": ["arn:aws:s3:::b"]}})
    assert set(life.selections()) == {"Selection"}
    life.delete()

    # THEN nothing is left
    switches.turn_all_off()
    assert account.everything() == before
