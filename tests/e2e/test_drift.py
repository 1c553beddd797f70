"""``cfn-backup drift`` as an author runs it, of a stack that the provider deployed on the local AWS."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local_aws.instance import ROOT, Instance
from local_aws.stacks import Stacks
from tests.e2e.conftest import Cli

pytestmark = pytest.mark.e2e

TEMPLATE = """
Resources:
  Vault:
    Type: Custom::BackupVault
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupVault
      RemovalPolicy: DESTROY
      BackupVaultTags: {team: a}
Outputs:
  Arn: {Value: !GetAtt Vault.BackupVaultArn}
"""


def drift(local: Instance, *arguments: str) -> tuple[int, Any]:
    command = [str(Path(ROOT, ".venv", "bin", "cfn-backup")), "drift", *arguments, "--json"]
    answer = subprocess.run(command, env=local.environment(), capture_output=True, text=True, check=False)
    assert answer.stdout, answer.stderr
    return answer.returncode, json.loads(answer.stdout)


def test_a_tag_that_somebody_changed_is_found_and_repaired(local: Instance, stacks: Stacks, aws: Cli) -> None:
    # GIVEN
    arn = stacks.create("drift", TEMPLATE)["Arn"]
    before = drift(local, "drift")

    # WHEN
    aws("backup", "tag-resource", "--resource-arn", arn, "--tags", "team=b")
    found = drift(local, "drift")
    mended = drift(local, "drift", "--repair")

    # THEN
    assert before[0] == 0, before[1]
    assert found[0] == 1
    (finding,) = found[1]["findings"]
    assert (finding["logicalId"], finding["path"]) == ("Vault", "BackupVaultTags.team")
    assert (finding["expected"], finding["actual"]) == ("a", "b")
    assert mended[0] == 0
    assert aws("backup", "list-tags", "--resource-arn", arn)["Tags"]["team"] == "a"


def test_a_deleted_stack_leaves_no_record(local: Instance, stacks: Stacks, aws: Cli) -> None:
    stacks.create("forgotten", TEMPLATE)

    stacks.delete("forgotten")

    path = "/cfn-backup-provider/intentions/forgotten"
    found = aws("ssm", "get-parameters-by-path", "--path", path, "--recursive")
    assert found["Parameters"] == [], local.log.read_text()[-6000:]
