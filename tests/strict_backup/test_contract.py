"""The same small contract through every mount: moto, and where it is installed, a running ministack."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import ALLOWS_GET_RESOURCES, REGION, TRUSTS_BACKUP, plan_document

ROOT = Path(__file__).parents[2]
Clients = Callable[..., Any]


def needs(module: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        importlib.util.find_spec(module) is None, reason=f"{module} is not installed in this environment"
    )


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a ministack with the strict service, IAM enforced."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(tmp_path_factory.mktemp("ministack")),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "local_aws.strict_backup.in_ministack"], cwd=ROOT, env=os.environ | settings
    )
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "ministack ended"
        try:
            _admin(address, "GET", "switches")
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("ministack does not answer")


def _admin(address: str, method: str, what: str, body: object = None) -> Any:
    request = urllib.request.Request(  # noqa: S310 - the address is our own
        f"{address}/_strict-backup/{what}", json.dumps(body).encode(), method=method
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def _connect(address: str | None, service: str, **credentials: str) -> Any:
    given = credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    once = Config(retries={"total_max_attempts": 1})
    boto: Any = boto3
    return boto.client(service, region_name=REGION, endpoint_url=address, config=once, **given)


@pytest.fixture(
    params=[pytest.param("moto", marks=needs("moto")), pytest.param("ministack", marks=needs("ministack"))]
)
def connect(request: pytest.FixtureRequest) -> Iterator[Clients]:
    """Makes clients of one mount, which is empty."""
    if request.param == "moto":
        from moto import mock_aws  # noqa: PLC0415

        from local_aws.strict_backup.in_moto import strict_backup  # noqa: PLC0415

        with mock_aws(), strict_backup():
            yield lambda service: _connect(None, service)
    else:
        address = request.getfixturevalue("ministack")
        reset = urllib.request.Request(f"{address}/_ministack/reset", method="POST")  # noqa: S310
        urllib.request.urlopen(reset).close()  # noqa: S310
        yield lambda service, **credentials: _connect(address, service, **credentials)


def _make_role(iam: Any, name: str, trust: object, policy: object) -> str:
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    arn: str = made["Role"]["Arn"]
    return arn


def test_vault_create_delete(connect: Clients) -> None:
    """V3, V5, V11"""
    backup = connect("backup")

    backup.create_backup_vault(BackupVaultName="daily")
    with pytest.raises(ClientError, match="Backup vault with the same name already exists"):
        backup.create_backup_vault(BackupVaultName="daily")
    assert ":key/" in backup.describe_backup_vault(BackupVaultName="daily")["EncryptionKeyArn"]
    backup.delete_backup_vault(BackupVaultName="daily")

    with pytest.raises(ClientError, match="AccessDeniedException"):
        backup.describe_backup_vault(BackupVaultName="daily")


def test_plan_create_update_delete(connect: Clients) -> None:
    """B2, B7, B11, B16"""
    backup = connect("backup")

    plan = backup.create_backup_plan(BackupPlan=plan_document())
    with pytest.raises(ClientError, match="same plan document already exists"):
        backup.create_backup_plan(BackupPlan=plan_document())
    with pytest.raises(ClientError, match="Error in some rules due to : "):
        backup.create_backup_plan(BackupPlan=plan_document(StartWindowMinutes=5))
    updated = backup.update_backup_plan(BackupPlanId=plan["BackupPlanId"], BackupPlan=plan_document("b"))
    assert updated["VersionId"] != plan["VersionId"]
    backup.delete_backup_plan(BackupPlanId=plan["BackupPlanId"])

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])


def test_selection_create_delete(connect: Clients) -> None:
    """S2, S4, S5, S17, B9"""
    backup, iam = connect("backup"), connect("iam")
    plan = backup.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"]
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}
    selection = {"SelectionName": "all", "ListOfTags": [tag]}
    nothing = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:List*", "Resource": "*"},
    }
    roles = {
        "good": _make_role(iam, "good", TRUSTS_BACKUP, ALLOWS_GET_RESOURCES),
        "poor": _make_role(iam, "poor", TRUSTS_BACKUP, nothing),
    }

    with pytest.raises(ClientError, match="cannot be assumed by AWS Backup"):
        backup.create_backup_selection(
            BackupPlanId=plan, BackupSelection={**selection, "IamRoleArn": roles["good"] + "-not"}
        )
    with pytest.raises(ClientError, match="is not authorized to call tag:GetResources"):
        backup.create_backup_selection(
            BackupPlanId=plan, BackupSelection={**selection, "IamRoleArn": roles["poor"]}
        )
    made = backup.create_backup_selection(
        BackupPlanId=plan, BackupSelection={**selection, "IamRoleArn": roles["good"]}
    )
    found = {"BackupPlanId": plan, "SelectionId": made["SelectionId"]}
    assert len(backup.get_backup_selection(**found)["BackupSelection"]["Conditions"]) == 4
    with pytest.raises(ClientError, match="Related backup plan selections must be deleted"):
        backup.delete_backup_plan(BackupPlanId=plan)
    backup.delete_backup_selection(**found)
    backup.delete_backup_plan(BackupPlanId=plan)


def test_tags_of_a_vault(connect: Clients) -> None:
    backup = connect("backup")
    arn = backup.create_backup_vault(BackupVaultName="daily", BackupVaultTags={"a": "1"})["BackupVaultArn"]

    backup.tag_resource(ResourceArn=arn, Tags={"b": "2"})
    backup.untag_resource(ResourceArn=arn, TagKeyList=["a"])

    assert backup.list_tags(ResourceArn=arn)["Tags"] == {"b": "2"}


@needs("ministack")
class TestMinistack:
    """What only a running local AWS has."""

    @pytest.fixture
    def connect(self, ministack: str) -> Clients:
        reset = urllib.request.Request(f"{ministack}/_ministack/reset", method="POST")  # noqa: S310
        urllib.request.urlopen(reset).close()  # noqa: S310
        return lambda service, **credentials: _connect(ministack, service, **credentials)

    def test_recovery_points_come_from_the_admin_path(self, ministack: str, connect: Clients) -> None:
        """V13, R1: with the slash of a snapshot's ARN"""
        # GIVEN
        backup = connect("backup")
        backup.create_backup_vault(BackupVaultName="daily")
        points = {"BackupVaultName": "daily", "RecoveryPoints": [{"ResourceType": "EBS"}]}
        (arn,) = _admin(ministack, "POST", "recovery-points", points)["RecoveryPointArns"]
        with pytest.raises(ClientError, match="because it contains recovery points"):
            backup.delete_backup_vault(BackupVaultName="daily")

        # WHEN
        backup.delete_recovery_point(BackupVaultName="daily", RecoveryPointArn=arn)

        # THEN
        backup.delete_backup_vault(BackupVaultName="daily")
        calls = _admin(ministack, "GET", "calls")["calls"]
        assert [call["operation"] for call in calls if call["status"] == 200] == [
            "CreateBackupVault",
            "DeleteRecoveryPoint",
            "DeleteBackupVault",
        ]

    def test_switches_change_while_it_runs(self, ministack: str, connect: Clients) -> None:
        """V22"""
        _admin(ministack, "PUT", "switches", {"vault_quota": 0})
        with pytest.raises(ClientError, match="LimitExceededException"):
            connect("backup").create_backup_vault(BackupVaultName="daily")

        _admin(ministack, "DELETE", "switches")
        connect("backup").create_backup_vault(BackupVaultName="daily")

    def test_a_policy_that_names_resources_is_enforced(self, connect: Clients) -> None:
        """V8, S4"""
        # GIVEN a caller for some vaults, without the permissions that AWS asks for besides
        sts, iam, backup = connect("sts"), connect("iam"), connect("backup")
        account = sts.get_caller_identity()["Account"]
        trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
        own_vaults = {
            "Effect": "Allow",
            "Action": "backup:*",
            "Resource": ["arn:aws:backup:*:*:backup-vault:own-*", "arn:aws:backup:*:*:backup-plan:*"],
        }
        storage = {"Effect": "Allow", "Action": ["kms:*", "backup-storage:*"], "Resource": "*"}
        limited = _make_role(
            iam, "limited", {"Version": "2012-10-17", "Statement": trust}, _policy(own_vaults)
        )
        credentials = sts.assume_role(RoleArn=limited, RoleSessionName="test")["Credentials"]
        caller = connect(
            "backup",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )

        # WHEN / THEN
        with pytest.raises(ClientError, match="requires backup-storage and KMS permissions"):
            caller.create_backup_vault(BackupVaultName="own-1")
        document = _policy(own_vaults, storage)
        iam.put_role_policy(RoleName="limited", PolicyName="own", PolicyDocument=json.dumps(document))
        caller.create_backup_vault(BackupVaultName="own-1")
        with pytest.raises(ClientError, match="not authorized to perform: backup:CreateBackupVault"):
            caller.create_backup_vault(BackupVaultName="other")
        plan = caller.create_backup_plan(BackupPlan=plan_document())["BackupPlanId"]
        role = _make_role(iam, "backup", TRUSTS_BACKUP, ALLOWS_GET_RESOURCES)
        selection = {"SelectionName": "all", "IamRoleArn": role, "Resources": ["*"]}
        with pytest.raises(ClientError, match="not authorized to perform: iam:PassRole"):
            caller.create_backup_selection(BackupPlanId=plan, BackupSelection=selection)
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection)

    def test_native_stacks_use_the_same_service(self, ministack: str, connect: Clients) -> None:
        """B9: CloudFormation waits while the plan is still refused"""
        # GIVEN
        _admin(ministack, "PUT", "switches", {"plan_deletion_lag_seconds": 1})
        cloudformation, backup = connect("cloudformation"), connect("backup")
        role = _make_role(connect("iam"), "backup", TRUSTS_BACKUP, ALLOWS_GET_RESOURCES)
        template = json.loads((Path(__file__).parent / "native_stack.json").read_text())
        template["Parameters"]["Role"]["Default"] = role

        # WHEN
        cloudformation.create_stack(StackName="native", TemplateBody=json.dumps(template))

        # THEN
        assert _stack_status(cloudformation) == "CREATE_COMPLETE"
        vault = backup.describe_backup_vault(BackupVaultName="native")
        assert (vault["Locked"], vault["MinRetentionDays"]) == (True, 7)
        (plan,) = backup.list_backup_plans()["BackupPlansList"]
        (selection,) = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])[
            "BackupSelectionsList"
        ]
        tagged = connect("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["backup"])
        arns = {resource["ResourceARN"] for resource in tagged["ResourceTagMappingList"]}
        assert arns == {vault["BackupVaultArn"], plan["BackupPlanArn"]}

        # WHEN plan and selection change
        plan_properties = template["Resources"]["Plan"]["Properties"]
        plan_properties["BackupPlan"]["BackupPlanName"] = "renamed"
        template["Resources"]["Selection"]["Properties"]["BackupSelection"]["SelectionName"] = "other"
        cloudformation.update_stack(StackName="native", TemplateBody=json.dumps(template))

        # THEN the plan stays and the selection is another
        assert _stack_status(cloudformation) == "UPDATE_COMPLETE"
        read = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])
        assert read["BackupPlan"]["BackupPlanName"] == "renamed"
        (other,) = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]
        assert other["SelectionId"] != selection["SelectionId"]

        # WHEN the stack is deleted THEN nothing is left
        cloudformation.delete_stack(StackName="native")
        assert _stack_status(cloudformation) == "gone"
        assert backup.list_backup_plans()["BackupPlansList"] == []
        assert backup.list_backup_vaults()["BackupVaultList"] == []


def _policy(*statements: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _stack_status(cloudformation: Any) -> str:
    """The stack's final status; `gone` if there is none any more."""
    for _ in range(200):
        try:
            status: str = cloudformation.describe_stacks(StackName="native")["Stacks"][0]["StackStatus"]
        except ClientError:
            return "gone"
        if not status.endswith("IN_PROGRESS"):
            return status
        time.sleep(0.1)
    return "unfinished"
