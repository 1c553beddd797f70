"""The strict service mounted in moto, with clients that are made once."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.strict_backup import ManualClock, StrictBackupService

Client = Any  # the tests send what the stubs would refuse
Refused = Callable[..., AbstractContextManager[None]]
RoleMaker = Callable[..., str]
SwitchSetter = Callable[..., None]

REGION = "eu-west-1"
ACCOUNT = "123456789012"
TRUSTS_BACKUP = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ALLOWS_GET_RESOURCES = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}],
}


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    import moto  # noqa: F401, PLC0415 - hooks botocore, before any client is made; absent where only ministack is

    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)


@pytest.fixture(scope="session")
def clients(session: boto3.Session) -> dict[str, Client]:
    """`raw` sends anything and never repeats a call."""
    anything = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return {
        "backup": session.client("backup"),
        "raw": session.client("backup", config=anything),
        "iam": session.client("iam"),
    }


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def service(clock: ManualClock, session: boto3.Session) -> Iterator[StrictBackupService]:
    from moto import mock_aws  # noqa: PLC0415

    from local_aws.strict_backup.in_moto import strict_backup  # noqa: PLC0415

    with mock_aws(), strict_backup(clock=clock) as mounted:
        yield mounted


@pytest.fixture
def backup(service: StrictBackupService, clients: dict[str, Client]) -> Client:
    return clients["backup"]


@pytest.fixture
def raw(service: StrictBackupService, clients: dict[str, Client]) -> Client:
    return clients["raw"]


@pytest.fixture
def make_role(service: StrictBackupService, clients: dict[str, Client]) -> RoleMaker:
    """Makes a role that AWS Backup can assume and that allows tag:GetResources, unless told otherwise."""

    def make(
        name: str = "backup",
        *,
        trust: object = TRUSTS_BACKUP,
        policy: object = ALLOWS_GET_RESOURCES,
        path: str = "/",
    ) -> str:
        iam = clients["iam"]
        made = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(trust))
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="tags", PolicyDocument=json.dumps(policy))
        arn: str = made["Role"]["Arn"]
        return arn

    return make


@pytest.fixture
def role(make_role: RoleMaker) -> str:
    return make_role()


@pytest.fixture
def vault(backup: Client) -> str:
    backup.create_backup_vault(BackupVaultName="daily")
    return "daily"


@pytest.fixture
def plan(backup: Client) -> str:
    made = backup.create_backup_plan(BackupPlan=plan_document())
    plan_id: str = made["BackupPlanId"]
    return plan_id


@pytest.fixture
def set_switches(service: StrictBackupService) -> SwitchSetter:
    def change(**changes: object) -> None:
        service.switches = service.switches.changed(changes)

    return change


@pytest.fixture
def refused() -> Refused:
    """Expects a ClientError of a class, and if given, a part of its text, its status and its inner code."""

    @contextlib.contextmanager
    def expect(name: str, text: str = "", *, status: int = 400, code: str | None = None) -> Iterator[None]:
        with pytest.raises(ClientError) as caught:
            yield
        response: Any = caught.value.response
        assert response["Error"]["Code"] == name
        assert text in response["Error"]["Message"]
        assert response["ResponseMetadata"]["HTTPStatusCode"] == status
        if code:
            assert response["Code"] == code

    return expect


def plan_document(name: str = "plan", **rule: object) -> dict[str, Any]:
    return {
        "BackupPlanName": name,
        "Rules": [{"RuleName": "daily", "TargetBackupVaultName": "daily", **rule}],
    }
