"""CloudFormation as far as a resource's reconciliation can see it: a stack with its resources, and the order
of requests."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.aws.deadline import Deadline
from cfn_backup.aws.errors import InvalidRequest
from cfn_backup.aws.installer import InstallersPolicy
from cfn_backup.aws.session import Session
from cfn_backup.desired.owner import Owner
from cfn_backup.desired.place import Place
from cfn_backup.reconcile.plan import BackupPlanResource
from cfn_backup.reconcile.region_settings import BackupRegionSettingsResource
from cfn_backup.reconcile.selection import BackupSelectionResource
from cfn_backup.reconcile.vault import BackupVaultResource
from cfn_backup.reconcile.work import CustomResource, Result, Work
from local_aws.strict_backup.clock import ManualClock

ACCOUNT, REGION = "123456789012", "eu-west-1"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop/0a1b2c3d-0000-1111-2222-333344445555"
PLACE = Place("aws", REGION, ACCOUNT)
TYPES: Mapping[str, type[CustomResource]] = {
    "Plan": BackupPlanResource,
    "Vault": BackupVaultResource,
    "Selection": BackupSelectionResource,
    "Settings": BackupRegionSettingsResource,
}


@dataclass
class Resource:
    """A resource as the stack believes it to be."""

    physical_id: str
    status: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class FakeCloudFormation:
    """What the describing operations answer."""

    status: str = "CREATE_IN_PROGRESS"
    resources: dict[str, Resource] = field(default_factory=dict)
    contents: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    """Of other stacks: type, physical id and status of each resource."""
    cluster_members: tuple[str, ...] = ()

    def answer(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if operation == "DescribeStacks":
            return {"Stacks": [{"StackStatus": self.status}]}
        if operation == "DescribeStackResource":
            return self._resource(parameters["LogicalResourceId"])
        if operation == "ListStackResources":
            return self._page(parameters["StackName"], int(parameters.get("NextToken", 0)))
        if operation == "DescribeDBInstances":
            return self._instances(parameters["Filters"][0]["Values"])
        raise AssertionError(operation)

    def _resource(self, logical_id: str) -> dict[str, Any]:
        found = self.resources.get(logical_id)
        if found is None:
            raise InvalidRequest(f"Resource {logical_id} does not exist for stack {STACK_ID}")
        detail = {"PhysicalResourceId": found.physical_id, "ResourceStatus": found.status}
        return {"StackResourceDetail": {"ResourceType": "Custom::X", **detail}}

    def _page(self, stack: str, start: int) -> dict[str, Any]:
        if stack not in self.contents:
            raise InvalidRequest(
                f"ListStackResources: Stack with id {stack} does not exist (ValidationError)"
            )
        summaries = [
            {
                "LogicalResourceId": f"R{number}",
                "ResourceType": kind,
                "PhysicalResourceId": physical_id,
                "ResourceStatus": status,
            }
            for number, (kind, physical_id, status) in enumerate(self.contents[stack])
        ]
        more = {"NextToken": str(start + 100)} if start + 100 < len(summaries) else {}
        return {"StackResourceSummaries": summaries[start : start + 100], **more}

    def _instances(self, names: list[str]) -> dict[str, Any]:
        def show(name: str) -> dict[str, str]:
            member = {"DBClusterIdentifier": "c"} if name in self.cluster_members else {}
            return {"DBInstanceIdentifier": name, **member}

        return {"DBInstances": [show(name) for name in names]}


@dataclass
class Stack:
    """Sends what CloudFormation sends, in its order, with every scalar a string."""

    cloudformation: FakeCloudFormation
    clock: ManualClock
    work: Work | None = None
    """Of the last request."""
    policy: InstallersPolicy = field(default_factory=InstallersPolicy)

    def begin(self, logical_id: str, properties: Mapping[str, Any], physical_id: str | None = None) -> Work:
        deadline = Deadline(self.clock.now() + 600, self.clock.now, self.clock.sleep)
        self.work = Work(
            Owner(STACK_ID, "shop", logical_id),
            PLACE,
            str(uuid.uuid4()),
            stringified(properties),
            physical_id,
            Session(self.policy),
            deadline,
            policy=self.policy,
        )
        return self.work

    def create(self, logical_id: str, properties: Mapping[str, Any], kind: str = "") -> Result:
        """A creation, and its clean-up if it fails; raises what the resource raised."""
        self.cloudformation.resources[logical_id] = Resource("", "CREATE_IN_PROGRESS")
        work = self.begin(logical_id, properties)
        try:
            result = resource_of(kind or logical_id).create(work)
        except Exception:
            physical_id = work.identified or "create-failed:" + work.request_id
            self.cloudformation.status = "ROLLBACK_IN_PROGRESS"
            self.cloudformation.resources[logical_id] = Resource(physical_id, "DELETE_IN_PROGRESS")
            resource_of(kind or logical_id).delete(self.begin(logical_id, {}, physical_id))
            raise
        self.work = work
        self.settle(logical_id, "CREATE_COMPLETE", result, properties)
        return result

    def update(self, logical_id: str, properties: Mapping[str, Any], kind: str = "") -> Result:
        """An update with its clean-up; raises what the resource raised, and then nothing else has
        happened."""
        before = self.cloudformation.resources[logical_id]
        result = self.send_update(logical_id, properties, kind)
        self.work, work = None, self.work
        self.settle(logical_id, "UPDATE_COMPLETE", result, properties)
        self.clean_up(logical_id, before.physical_id, kind)
        self.work = work
        return result

    def send_update(self, logical_id: str, properties: Mapping[str, Any], kind: str = "") -> Result:
        resource = self.cloudformation.resources[logical_id]
        resource.status = "UPDATE_IN_PROGRESS"
        if "ROLLBACK" not in self.cloudformation.status:
            self.cloudformation.status = "UPDATE_IN_PROGRESS"
        return resource_of(kind or logical_id).update(
            self.begin(logical_id, properties, resource.physical_id)
        )

    def roll_back(
        self, logical_id: str, properties: Mapping[str, Any] | None = None, kind: str = ""
    ) -> Result:
        """The update with the old properties that follows a failure, here or elsewhere in the stack, and its
        clean-up."""
        self.cloudformation.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        before = self.cloudformation.resources[logical_id]
        result = self.update(logical_id, before.properties if properties is None else properties, kind)
        self.cloudformation.status = "UPDATE_ROLLBACK_COMPLETE"
        return result

    def settle(self, logical_id: str, status: str, result: Result, properties: Mapping[str, Any]) -> None:
        self.cloudformation.resources[logical_id] = Resource(result.physical_id, status, dict(properties))

    def clean_up(self, logical_id: str, physical_id: str, kind: str = "") -> None:
        """The Delete that follows a replacement."""
        if physical_id == self.cloudformation.resources[logical_id].physical_id:
            return
        done = "UPDATE_ROLLBACK_COMPLETE" if "ROLLBACK" in self.cloudformation.status else "UPDATE_COMPLETE"
        self.cloudformation.status = f"{done}_CLEANUP_IN_PROGRESS"
        resource_of(kind or logical_id).delete(self.begin(logical_id, {}, physical_id))
        self.cloudformation.status = done

    def delete(self, logical_id: str, physical_id: str | None = None, kind: str = "") -> None:
        """The deletion of the resource with its stack."""
        resource = self.cloudformation.resources.setdefault(logical_id, Resource("", ""))
        resource.status, self.cloudformation.status = "DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS"
        work = self.begin(logical_id, {}, physical_id or resource.physical_id)
        resource_of(kind or logical_id).delete(work)


def resource_of(kind: str) -> CustomResource:
    return TYPES[kind]()


def stringified(value: Any) -> Any:
    """Every scalar as the string that CloudFormation makes of it."""
    if isinstance(value, Mapping):
        return {name: stringified(member) for name, member in value.items()}
    if isinstance(value, list):
        return [stringified(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
