"""The calls to AWS: how many have to wait for each other, and how many write when nothing is to be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto import mock_aws

from cfn_backup.aws.session import READS, Session, forget_clients
from local_aws.strict_backup.clock import ManualClock
from local_aws.strict_backup.in_moto import strict_backup
from tests.reconcile.calls import Calls
from tests.reconcile.stack import REGION, FakeCloudFormation, Stack

PROPERTIES = {
    "Preset": "dailyMonthly1YearRetention",
    "Selections": [{"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}],
}
# The same plan in other words.
REWORDED = {**PROPERTIES, "Preset": "daily_monthly1_year_retention"}
# Far above what moto itself takes for a call, so that what overlaps is seen to overlap.
LATENCY_SECONDS = 0.1


def measure() -> tuple[int, int]:
    """Sequential round trips of a creation, and writing calls of an update that changes nothing."""
    with _account() as (stack, calls):
        calls.latency = LATENCY_SECONDS
        stack.create("Plan", PROPERTIES)
        rounds = calls.rounds()
        calls.latency = 0
        calls.begin()
        stack.update("Plan", REWORDED)
        writes = [operation for operation in calls.operations() if not operation.startswith(READS)]
    return rounds, len(writes)


@contextmanager
def _account() -> Iterator[tuple[Stack, Calls]]:
    environment = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}
    clock, cloudformation = ManualClock(), FakeCloudFormation()
    calls = Calls(cloudformation)
    with (
        patch.dict("os.environ", environment),
        mock_aws(config={"iam": {"load_aws_managed_policies": True}}),
        strict_backup(clock=clock),
        patch.object(Session, "call", calls.through(Session.call)),
    ):
        forget_clients()
        yield Stack(cloudformation, clock), calls
    forget_clients()
