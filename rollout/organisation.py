"""The calls of a rollout: a bucket in each Region, this account's own stacks, and the stack set of all others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .package import Package

STACK = STACK_SET = "cfn-backup-provider"
ARTIFACTS = "cfn-backup-provider-artifacts"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
POLL_SECONDS = 10.0

type Clients = Callable[[str, str], Any]
"""A boto3 client of a service in a Region."""


class Failed(Exception):
    """An operation of CloudFormation did not succeed; the message has its reason."""


@dataclass(frozen=True)
class Target:
    """Where the provider is to be, and how."""

    organization: str
    units: Sequence[str]
    regions: Sequence[str]
    account: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    delegated: bool = False

    @property
    def home(self) -> str:
        """The Region of the stack set, the first one."""
        return self.regions[0]

    @property
    def buckets(self) -> str:
        """What the names of the buckets begin with; the Region follows."""
        return f"cfn-backup-provider-{self.account}"


@dataclass
class Rollout:
    """One version of the provider, on its way into an organisation."""

    package: Package
    target: Target
    clients: Clients
    artifacts_template: str
    say: Callable[[str], None]
    seconds: float = 3600.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def upload(self) -> None:
        """Make the bucket of each Region and put the code there. What older versions put there stays."""
        for region in self.target.regions:
            bucket = f"{self.target.buckets}-{region}"
            self.say(f"{region}: code into {bucket}")
            given = {"BucketName": bucket, "OrganizationId": self.target.organization}
            self._stack(region, ARTIFACTS, self.artifacts_template, given)
            s3 = self.clients("s3", region)
            for part in self.package.parts:
                s3.put_object(Bucket=bucket, Key=part.name, Body=part.read_bytes())
            s3.put_object(Bucket=bucket, Key=self._template_key, Body=self.package.for_all_regions().encode())

    def here(self, stack: str = STACK) -> None:
        """Install it in this account, in each Region: a stack set does not reach the management account."""
        for region in self.target.regions:
            self.say(f"{region}: stack {stack} in this account")
            self._stack(region, stack, self._template_url, self._parameters)

    def everywhere(self) -> None:
        """Install or upgrade it in all accounts of the units, and in those that join them later."""
        cloudformation = self.clients("cloudformation", self.target.home)
        common: dict[str, Any] = {
            "StackSetName": STACK_SET,
            "TemplateURL": self._template_url,
            "Parameters": _listed(self._parameters),
            "Capabilities": CAPABILITIES,
            "PermissionModel": "SERVICE_MANAGED",
            # An account that leaves keeps the provider: its stacks still need it.
            "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": True},
            **self._as,
        }
        where: dict[str, Any] = {
            "DeploymentTargets": {"OrganizationalUnitIds": list(self.target.units)},
            "Regions": list(self.target.regions),
            "OperationPreferences": {"FailureTolerancePercentage": 10, "MaxConcurrentPercentage": 20},
        }
        if STACK_SET in self._stack_sets(cloudformation):
            self.say(f"stack set {STACK_SET}: to version {self.package.version}")
            self._awaited(cloudformation, cloudformation.update_stack_set(**common, **where)["OperationId"])
        else:
            self.say(f"stack set {STACK_SET}: version {self.package.version}")
            cloudformation.create_stack_set(**common)
        made = cloudformation.create_stack_instances(StackSetName=STACK_SET, **where, **self._as)
        self._awaited(cloudformation, made["OperationId"])

    @property
    def _template_key(self) -> str:
        return f"cfn-backup-provider-{self.package.version}.template.json"

    @property
    def _template_url(self) -> str:
        home = self.target.home
        return f"https://s3.{home}.amazonaws.com/{self.target.buckets}-{home}/{self._template_key}"

    @property
    def _parameters(self) -> dict[str, str]:
        return {**self.target.parameters, "CodeBucket": self.target.buckets, "CodePrefix": ""}

    @property
    def _as(self) -> dict[str, str]:
        return {"CallAs": "DELEGATED_ADMIN"} if self.target.delegated else {}

    def _stack_sets(self, cloudformation: Any) -> Iterator[str]:
        pages = cloudformation.get_paginator("list_stack_sets").paginate(Status="ACTIVE", **self._as)
        return (found["StackSetName"] for page in pages for found in page["Summaries"])

    def _stack(self, region: str, name: str, template: str, parameters: Mapping[str, str]) -> None:
        """Create or update a stack of this account, and wait."""
        cloudformation = self.clients("cloudformation", region)
        body = {"TemplateURL": template} if template.startswith("https://") else {"TemplateBody": template}
        request = {
            "StackName": name, **body, "Parameters": _listed(parameters), "Capabilities": CAPABILITIES,
        }  # fmt: skip
        try:
            cloudformation.create_stack(**request)
            waited = "stack_create_complete"
        except cloudformation.exceptions.AlreadyExistsException:
            try:
                cloudformation.update_stack(**request)
            except cloudformation.exceptions.ClientError as error:
                if "No updates are to be performed" in str(error):
                    return
                raise
            waited = "stack_update_complete"
        cloudformation.get_waiter(waited).wait(StackName=name)

    def _awaited(self, cloudformation: Any, operation: str) -> None:
        """Wait for an operation of the stack set. Raises Failed, also when the time is over."""
        until = self.now() + self.seconds
        asked = {"StackSetName": STACK_SET, "OperationId": operation, **self._as}
        while True:
            status = cloudformation.describe_stack_set_operation(**asked)["StackSetOperation"]["Status"]
            if status == "SUCCEEDED":
                return
            if status in ("FAILED", "STOPPED"):
                raise Failed(
                    f"operation {operation} {status}: {json.dumps(self._failures(cloudformation, asked))}"
                )
            if self.now() >= until:
                raise Failed(
                    f"operation {operation} is still {status}; it goes on, look at it in the console"
                )
            self.sleep(POLL_SECONDS)

    def _failures(self, cloudformation: Any, asked: Mapping[str, str]) -> dict[str, str]:
        """Account and Region of what failed, with the reason."""
        found = cloudformation.list_stack_set_operation_results(**asked)["Summaries"]
        return {
            f"{one.get('Account')} {one.get('Region')}": one.get("StatusReason", "")
            for one in found
            if one.get("Status") == "FAILED"
        }


def _listed(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
