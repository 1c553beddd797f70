"""A rollback in which a replaced resource cannot be sent back: the stack says so, and does not hang."""

import json
from collections.abc import Iterator

import pytest

from local_aws import read_back
from local_aws.instance import Instance
from local_aws.read_back import Clients
from local_aws.stacks import StackFailed, Stacks
from tests.e2e.conftest import zipped

pytestmark = pytest.mark.e2e

# Another number is another thing, and there is no way back to the first.
STUBBORN = """
import json, urllib.request

def handler(event, context):
    number = event["ResourceProperties"]["Number"]
    answer = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": f"thing-{number}"}
    if event["RequestType"] == "Update" and number == "1":
        answer |= {"Status": "FAILED", "Reason": "there is no way back"}
    request = urllib.request.Request(
        event["ResponseURL"], json.dumps(answer).encode(), method="PUT", headers={"Content-Type": ""}
    )
    urllib.request.urlopen(request).close()
"""
TEMPLATE = """
Parameters:
  Token: {Type: String}
  Number: {Type: String}
Conditions:
  IsSecond: !Equals [!Ref Number, "2"]
Resources:
  Thing:
    Type: Custom::Thing
    Properties: {ServiceToken: !Ref Token, ServiceTimeout: 30, Number: !Ref Number}
  Wrong:
    Type: Custom::BackupVault
    Condition: IsSecond
    DependsOn: Thing
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupVault
      ServiceTimeout: 60
      BackupVaultName: a.b
"""


@pytest.fixture
def stubborn(local: Instance, clients: Clients) -> Iterator[str]:
    lambda_ = read_back.client(local, "lambda")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = clients.iam.create_role(RoleName="stubborn", AssumeRolePolicyDocument=document)["Role"]
    function = lambda_.create_function(
        FunctionName="stubborn", Role=role["Arn"], Runtime="python3.13",
        Handler="app.handler", Code={"ZipFile": zipped("app.py", STUBBORN)},
    )  # fmt: skip
    yield function["FunctionArn"]
    lambda_.delete_function(FunctionName="stubborn")
    clients.iam.delete_role(RoleName="stubborn")


def test_what_cannot_be_sent_back_fails_the_rollback(stacks: Stacks, stubborn: str) -> None:
    # GIVEN
    stacks.create("stubborn", TEMPLATE, {"Token": stubborn, "Number": "1"})

    # WHEN an update that replaced it fails
    with pytest.raises(StackFailed, match="UPDATE_ROLLBACK_FAILED") as failed:
        stacks.update("stubborn", TEMPLATE, {"Token": stubborn, "Number": "2"})

    # THEN the reasons are there, and the stack can be deleted
    assert "BackupVaultName: " in str(failed.value)
    assert "there is no way back" in str(failed.value)
    stacks.delete("stubborn")
