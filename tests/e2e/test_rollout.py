"""The plain template of a rollout, with code from the bucket of its Region, serves stacks as `sam deploy` does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from distribution import application
from local_aws import instance, provider, read_back
from local_aws.instance import ROOT, Instance
from local_aws.stacks import Stacks
from rollout import package
from rollout.organisation import Rollout, Target

pytestmark = pytest.mark.e2e

REGION, ACCOUNT = "us-east-1", "000000000000"
OF_STACK_SETS = (
    "StackSet-cfn-backup-provider-0a1b2c3d-0123-4567-89ab-0123456789ab"  # pragma: allowlist secret - made up
)
"""A stack's name as StackSets makes it up."""


@pytest.fixture
def empty() -> Iterator[Instance]:
    """A local AWS without the provider."""
    running = instance.start(f"test-rollout-{os.getpid()}")
    try:
        yield running
    finally:
        instance.stop(running)


def test_what_is_rolled_out_serves_a_stack(empty: Instance, tmp_path: Path) -> None:
    # GIVEN the packages in the Region's bucket, as a rollout puts them there
    application.build(tmp_path)
    rollout = Rollout(
        package.read(tmp_path),
        Target("o-exampleorgid", [], [REGION], ACCOUNT, provider.PARAMETERS),
        lambda service, _: read_back.client(empty, service),
        (ROOT / "rollout" / "artifacts.yaml").read_text(),
        lambda _: None,
    )
    rollout.upload()

    # WHEN its template is deployed under a name of StackSets, and a stack uses it
    rollout.here(OF_STACK_SETS)
    stacks = Stacks(read_back.clients(empty).cloudformation)
    outputs = stacks.create("shop", (ROOT / "examples" / "table-daily.yaml").read_text())

    # THEN the stack has its plan and its vault
    assert all(outputs.values())
    assert {"PlanId", "Vault"} <= outputs.keys()
