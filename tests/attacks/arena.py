"""A local AWS with the provider as it is installed by default, and what others have there."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from local_aws import provider, read_back
from local_aws.instance import Instance
from local_aws.stacks import Stacks
from tests.e2e.conftest import zipped
from tests.e2e.life import ACCOUNT, REGION, custom
from tests.reconcile.account import OPTED_IN, Account

Json = dict[str, Any]
NOBODYS_VAULT, NOBODYS_PLAN, NOBODYS_TOPIC = "nobodys-vault", "nobodys-plan", "nobodys-topic"
RULE = {"RuleName": "r", "ScheduleExpression": "cron(0 1 * * ? *)", "Lifecycle": {"DeleteAfterDays": 35}}
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"
TRUSTS_BACKUP = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "backup.amazonaws.com"},
            }
        ],
    }
)
FUNCTIONS = {"Plan": "BackupPlan", "Vault": "BackupVault", "Selection": "BackupSelection"}
# Runs under the role of a function of the provider and says how each call was answered.
PROBE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    answers = []
    for service, operation, parameters in event:
        try:
            getattr(boto3.client(service), operation)(**parameters)
            answers.append(["", "allowed"])
        except ClientError as error:
            answers.append([error.response["Error"]["Code"], str(error)])
    return answers
"""
# Serves a custom resource and never answers, so that its stack stays busy.
SILENT = "def handler(event, context): pass"
BUCKET = "answers"


@dataclass
class Arena:
    """The place, with a victim stack that is idle, one that is busy, and what belongs to nobody."""

    local: Instance
    parameters: Mapping[str, str] = field(default_factory=dict)
    seen: Json = field(default_factory=dict)
    """Everything, as it was looked at last."""

    @cached_property
    def account(self) -> Account:
        return Account(**{s: self.client(s) for s in ("backup", "iam", "sns", "kms")})

    @cached_property
    def stacks(self) -> Stacks:
        return Stacks(self.client("cloudformation"))

    def client(self, service: str) -> Any:
        return read_back.client(self.local, service)

    def prepare(self, built: Any) -> None:
        """Deploys the provider, and makes what others have."""
        provider.deploy(self.local, built, {**DEFAULTS, **self.parameters})
        self.account.backup.create_backup_vault(BackupVaultName=NOBODYS_VAULT)
        rule = {"RuleName": "r", "TargetBackupVaultName": NOBODYS_VAULT}
        plan = {"BackupPlanName": NOBODYS_PLAN, "Rules": [rule]}
        self.account.backup.create_backup_plan(BackupPlan=plan)
        self.account.sns.create_topic(Name=NOBODYS_TOPIC)
        self.account.sns.create_topic(Name="open-topic", Tags=OPTED_IN)
        for name in ("admin", "cfn-backup-provider-admin"):
            self.account.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUSTS_BACKUP)
        self.client("s3").create_bucket(Bucket=BUCKET)
        self._make_probes()
        self.stacks.create("victim", _victim())
        self.stacks.create("neighbour", _victim())
        self._make_busy()

    # ---- what there is

    @cached_property
    def victim(self) -> Mapping[str, str]:
        """Physical ids of the idle stack's resources by logical id, and the stack's own as ``Stack``."""
        return self.ids_of("victim")

    @cached_property
    def neighbour(self) -> Mapping[str, str]:
        return self.ids_of("neighbour")

    @cached_property
    def busy(self) -> Mapping[str, str]:
        return self.ids_of("busy")

    def ids_of(self, stack: str) -> dict[str, str]:
        """Physical ids of a stack's resources by logical id, and the stack's own as ``Stack``."""
        described = self.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        ids = {r["LogicalResourceId"]: r.get("PhysicalResourceId", "") for r in described}
        return {**ids, "Stack": described[0]["StackId"]}

    @cached_property
    def nobodys_plan(self) -> str:
        listed = self.account.backup.list_backup_plans()["BackupPlansList"]
        return next(str(p["BackupPlanId"]) for p in listed if p["BackupPlanName"] == NOBODYS_PLAN)

    def everything(self) -> Json:
        """All vaults, plans, selections, roles and topics, with what is not a probe's."""
        found = self.account.everything()
        return json.loads(json.dumps(found, default=str, sort_keys=True))  # type: ignore[no-any-return]

    def look(self) -> Json:
        """Everything as it is now; it is kept as `seen`."""
        self.seen = self.everything()
        return self.seen

    # ---- what an attacker can do

    def deploy(self, resources: Mapping[str, Json]) -> str:
        """A stack with these resources; the reasons why it failed, or nothing if it did not. It goes again."""
        name = f"attack-{uuid.uuid4().hex[:8]}"
        try:
            self.stacks.create(name, json.dumps({"Resources": resources}))
        except Exception as failure:
            return str(failure)
        finally:
            self.client("cloudformation").delete_stack(StackName=name)
            self._await_gone(name)
        return ""

    def _await_gone(self, name: str) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            listed = self.client("cloudformation").describe_stacks()["Stacks"]
            if not [s for s in listed if s["StackName"] == name and s["StackStatus"] != "DELETE_COMPLETE"]:
                return
            time.sleep(0.2)

    def send(self, function: str, event: Json) -> tuple[str, str]:
        """Invokes the function with an event; the status and the reason that it answers, or its error."""
        key = uuid.uuid4().hex
        s3 = self.client("s3")
        url = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": key})
        event = {"ResponseURL": url, **event}
        name = f"cfn-backup-provider-{FUNCTIONS[function]}"
        answer = self.client("lambda").invoke(
            FunctionName=name, Qualifier="live", Payload=json.dumps(event).encode()
        )
        payload = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            return "ERROR", payload
        try:
            body = json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        except Exception:
            return "SILENT", payload
        return body["Status"], body.get("Reason", "")

    def call(self, function: str, service: str, operation: str, parameters: Json) -> tuple[str, str]:
        """One call with the credentials of a function; the error's code and text."""
        calls: Sequence[Any] = [[service, operation, parameters]]
        answer = self.client("lambda").invoke(
            FunctionName=f"probe-{function}", Payload=json.dumps(calls).encode()
        )
        [result] = json.load(answer["Payload"])
        return result[0], result[1]

    def _make_probes(self) -> None:
        lambda_ = self.client("lambda")
        for function, name in FUNCTIONS.items():
            role = lambda_.get_function(FunctionName=f"cfn-backup-provider-{name}")["Configuration"]["Role"]
            lambda_.create_function(
                FunctionName=f"probe-{function}", Role=role, Runtime="python3.13", Handler="probe.handler",
                Timeout=60, Code={"ZipFile": zipped("probe.py", PROBE)},
            )  # fmt: skip

    def _make_busy(self) -> None:
        """A stack that is being created for minutes, as one of its resources never answers."""
        role = self.client("iam").create_role(RoleName="silent", AssumeRolePolicyDocument=TRUSTS_BACKUP)
        made = self.client("lambda").create_function(
            FunctionName="silent", Role=role["Role"]["Arn"], Runtime="python3.13", Handler="silent.handler",
            Code={"ZipFile": zipped("silent.py", SILENT)},
        )  # fmt: skip
        waiting = {
            "Type": "Custom::Waiting",
            "DependsOn": "Vault",
            "Properties": {"ServiceToken": made["FunctionArn"], "ServiceTimeout": 3000},
        }
        resources = {"Vault": custom("Vault", {}), "Waiting": waiting}
        self.client("cloudformation").create_stack(
            StackName="busy", TemplateBody=json.dumps({"Resources": resources})
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            described = self.client("cloudformation").describe_stack_events(StackName="busy")["StackEvents"]
            if any(e["LogicalResourceId"] == "Waiting" for e in described):
                return
            time.sleep(0.2)


# CloudFormation keeps the value of a parameter that an update does not mention; `samconfig.toml` opens these.
DEFAULTS = {"ResponseUrlHosts": "localhost", "AllowComplianceLocks": "false", "PassableRoles": '""'}


def _victim() -> str:
    resources = {
        "Vault": custom("Vault", {}),
        "Plan": custom(
            "Plan",
            {
                "BackupVault": {"Ref": "Vault"},
                "BackupPlanRules": [RULE],
                "Selections": [{"SelectionName": "Tables", "Resources": [TABLE]}],
            },
        ),
        "Selection": custom("Selection", {"BackupPlanId": {"Ref": "Plan"}, "Resources": [TABLE]}),
    }
    return json.dumps({"Resources": resources})
