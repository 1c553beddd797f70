"""What CloudFormation knows: the state of the custom resource itself, and the contents of stacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from cfn_backup.aws.errors import InvalidRequest, NotFound
from cfn_backup.aws.session import Session, concurrently


@dataclass(frozen=True)
class StackResource:
    """A resource of a stack."""

    logical_id: str
    type: str
    physical_id: str
    status: str


def resource_in_stack(session: Session, stack_id: str, logical_id: str) -> StackResource | None:
    """What CloudFormation believes of a resource, or None if the stack or the resource is gone."""
    try:
        detail = session.call(
            "cloudformation", "DescribeStackResource", StackName=stack_id, LogicalResourceId=logical_id
        )["StackResourceDetail"]
    except (InvalidRequest, NotFound) as error:
        # «Stack '…' does not exist», «Resource … does not exist for stack …»
        if isinstance(error, NotFound) or "does not exist" in str(error):
            return None
        raise
    return StackResource(
        logical_id,
        detail.get("ResourceType", ""),
        detail.get("PhysicalResourceId", ""),
        detail.get("ResourceStatus", ""),
    )


def stack_status(session: Session, stack_id: str) -> str:
    """The stack's status; empty if it is gone."""
    try:
        stacks = session.call("cloudformation", "DescribeStacks", StackName=stack_id)["Stacks"]
    except (InvalidRequest, NotFound) as error:
        if isinstance(error, NotFound) or "does not exist" in str(error):
            return ""
        raise
    return str(stacks[0]["StackStatus"]) if stacks else ""


def contents(session: Session, stack_name: str) -> list[StackResource]:
    """The resources of a stack and of its nested stacks, in template order, nested ones where their stack
    stands.

    Raises NotFound if the stack does not exist. Nested stacks of one level are listed side by side.
    """
    own = _resources(session, stack_name)
    nested = [r for r in own if r.type == "AWS::CloudFormation::Stack" and r.physical_id and _exists(r)]
    below = concurrently([partial(contents, session, stack.physical_id) for stack in nested])
    inner = {stack.logical_id: resources for stack, resources in zip(nested, below, strict=True)}
    found: list[StackResource] = []
    for resource in own:
        if resource.logical_id in inner:
            found.extend(inner[resource.logical_id])
        elif resource.physical_id and _exists(resource):
            found.append(resource)
    return found


def _resources(session: Session, stack_name: str) -> list[StackResource]:
    try:
        return [
            StackResource(
                r["LogicalResourceId"],
                r["ResourceType"],
                r.get("PhysicalResourceId", ""),
                r["ResourceStatus"],
            )
            for r in session.pages(
                "cloudformation", "ListStackResources", "StackResourceSummaries", StackName=stack_name
            )
        ]
    except InvalidRequest as error:
        if "does not exist" in str(error):
            raise NotFound(
                f"Resources: there is no stack {stack_name} in this account and Region, so what it "
                "contains cannot be selected; give the name or id of a stack",
                operation=error.operation,
            ) from error
        raise


def _exists(resource: StackResource) -> bool:
    return not resource.status.startswith(("DELETE_", "CREATE_IN_PROGRESS", "CREATE_FAILED"))


def members_of_clusters(session: Session, instance_ids: list[str]) -> set[str]:
    """Those of the database instances that belong to a cluster, which is what is backed up then."""
    members: set[str] = set()
    for start in range(0, len(instance_ids), 100):
        wanted = [{"Name": "db-instance-id", "Values": instance_ids[start : start + 100]}]
        found = session.call("rds", "DescribeDBInstances", Filters=wanted, MaxRecords=100)["DBInstances"]
        members |= {i["DBInstanceIdentifier"] for i in found if i.get("DBClusterIdentifier")}
    return members
