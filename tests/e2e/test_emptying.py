"""A vault with recovery points on the local AWS: it is emptied before its stack goes, and by the deletion itself."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws import instance, provider, read_back
from local_aws.instance import ROOT, Instance
from local_aws.stacks import StackFailed, Stacks
from tests.e2e.conftest import ask_strict_backup

pytestmark = pytest.mark.e2e

CFN_BACKUP = str(Path(ROOT, ".venv", "bin", "cfn-backup"))
POINTS = 25
TEMPLATE = """
Resources:
  Vault:
    Type: Custom::BackupVault
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupVault
      RemovalPolicy: DESTROY
      EmptyOnDelete: true
Outputs:
  Vault: {Value: !Ref Vault}
"""


@pytest.fixture(scope="module")
def allowing() -> Iterator[Instance]:
    """A local AWS whose installer allows that vaults are emptied."""
    running = instance.start(f"test-emptying-{os.getpid()}")
    try:
        provider.deploy(running, provider.build(running.home / "build"), {"AllowEmptyOnDelete": "true"})
        yield running
    finally:
        instance.stop(running)


@pytest.fixture
def stacks(allowing: Instance) -> Stacks:
    return Stacks(read_back.clients(allowing).cloudformation)


def points_in(allowing: Instance, vault: str) -> int:
    found: int = read_back.clients(allowing).backup.describe_backup_vault(BackupVaultName=vault)[
        "NumberOfRecoveryPoints"
    ]
    return found


def fill(allowing: Instance, vault: str) -> None:
    ask_strict_backup(
        allowing,
        "recovery-points",
        "POST",
        json.dumps({"BackupVaultName": vault, "Count": POINTS, "Template": {}}).encode(),
    )
    assert points_in(allowing, vault) == POINTS


def cfn_backup(allowing: Instance, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CFN_BACKUP, *arguments], env=allowing.environment(), capture_output=True, text=True, check=False
    )


def test_a_vault_is_emptied_before_its_stack_goes(allowing: Instance, stacks: Stacks) -> None:
    # GIVEN
    vault = stacks.create("before", TEMPLATE)["Vault"]
    fill(allowing, vault)

    # WHEN it is only looked at, THEN nothing goes
    looked = cfn_backup(allowing, "empty", "before", "--dry-run")
    assert (looked.returncode, looked.stderr) == (0, "")
    assert f"{POINTS} " in looked.stdout
    assert points_in(allowing, vault) == POINTS

    # WHEN it is done, THEN the vault is empty, and still there
    done = cfn_backup(allowing, "empty", "before")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{vault}: empty"
    assert points_in(allowing, vault) == 0
    stacks.delete("before")


def test_the_deletion_of_a_stack_empties_its_vault(allowing: Instance, stacks: Stacks) -> None:
    vault = stacks.create("with", TEMPLATE)["Vault"]
    fill(allowing, vault)

    stacks.delete("with")

    backup = read_back.clients(allowing).backup
    assert vault not in [one["BackupVaultName"] for one in backup.list_backup_vaults()["BackupVaultList"]]


def test_without_the_property_nothing_is_emptied(allowing: Instance, stacks: Stacks) -> None:
    # GIVEN
    vault = stacks.create("kept", TEMPLATE.replace("EmptyOnDelete: true", "EmptyOnDelete: false"))["Vault"]
    fill(allowing, vault)

    # WHEN, THEN
    refused = cfn_backup(allowing, "empty", "kept")
    assert refused.returncode == 1
    assert "EmptyOnDelete" in refused.stderr
    with pytest.raises(StackFailed):
        stacks.delete("kept")
    assert points_in(allowing, vault) == POINTS
