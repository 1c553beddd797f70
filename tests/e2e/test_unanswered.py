"""A function that cannot answer: the failure responder does, and the stack fails within seconds."""

import time
from collections.abc import Iterator

import pytest

from local_aws import read_back
from local_aws.instance import Instance
from local_aws.read_back import Clients
from local_aws.stacks import StackFailed, Stacks
from tests.e2e.conftest import zipped

pytestmark = pytest.mark.e2e

TEMPLATE = """
Parameters:
  Token: {Type: String}
Resources:
  Broken:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !Ref Token
      ServiceTimeout: 60
      Preset: daily35DayRetention
"""


@pytest.fixture
def broken_function(local: Instance, clients: Clients) -> Iterator[str]:
    """A function that fails before it can do anything, wired to the responder as the provider's own are."""
    resources = clients.cloudformation.describe_stack_resources(StackName="cfn-backup-provider")[
        "StackResources"
    ]
    ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    lambda_ = read_back.client(local, "lambda")
    ours = lambda_.get_function(FunctionName=ids["BackupPlanFunction"])["Configuration"]
    settings = lambda_.get_function_event_invoke_config(
        FunctionName=ids["BackupPlanFunction"], Qualifier="live"
    )
    function = lambda_.create_function(
        FunctionName="broken", Role=ours["Role"], Runtime="python3.13", Handler="app.handler", Publish=True,
        Code={"ZipFile": zipped("app.py", "import a_module_that_is_not_there")},
    )  # fmt: skip
    alias = lambda_.create_alias(FunctionName="broken", Name="live", FunctionVersion=function["Version"])
    lambda_.put_function_event_invoke_config(
        FunctionName="broken", Qualifier="live", MaximumRetryAttempts=settings["MaximumRetryAttempts"],
        MaximumEventAgeInSeconds=settings["MaximumEventAgeInSeconds"],
        DestinationConfig=settings["DestinationConfig"],
    )  # fmt: skip
    yield alias["AliasArn"]
    lambda_.delete_function(FunctionName="broken")


def test_the_failure_responder_answers_for_a_function_that_cannot_start(
    stacks: Stacks, clients: Clients, broken_function: str
) -> None:
    started = time.monotonic()
    # the Delete that follows the failed Create cannot be served either
    with pytest.raises(StackFailed, match="ROLLBACK_FAILED") as failed:
        stacks.create("unanswered", TEMPLATE, {"Token": broken_function})
    assert time.monotonic() - started < 30
    assert "Broken: " in str(failed.value)
    assert "timed out" not in str(failed.value)
    stacks.delete("unanswered")
