"""Every example is deployed as it stands, and goes again without leaving more than its vaults."""

from pathlib import Path

import pytest

from local_aws.instance import ROOT
from local_aws.read_back import Clients
from local_aws.stacks import Stacks

pytestmark = pytest.mark.e2e

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_an_example_is_deployed_and_deleted(clients: Clients, example: Path) -> None:
    # GIVEN a local AWS with the provider
    stacks, name = Stacks(clients.cloudformation), f"example-{example.stem}"
    # WHEN the example is deployed
    outputs = stacks.create(name, example.read_text())
    # THEN everything that it promises is there, and deleting it leaves no plan behind
    assert all(outputs.values())
    stacks.delete(name)
    names = [p["BackupPlanName"] for p in clients.backup.list_backup_plans()["BackupPlansList"]]
    assert not [plan for plan in names if plan.startswith(name)]
