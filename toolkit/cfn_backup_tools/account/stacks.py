"""What a stack holds of AWS Backup: plans, vaults and selections, custom and native, in nested stacks too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cfn_backup_tools.account.calls import Calls, CannotLook, Refused

_NESTED = "AWS::CloudFormation::Stack"
_KINDS = {
    "Custom::BackupPlan": "plan",
    "AWS::Backup::BackupPlan": "plan",
    "Custom::BackupVault": "vault",
    "AWS::Backup::BackupVault": "vault",
    "Custom::BackupSelection": "selection",
    "AWS::Backup::BackupSelection": "selection",
}
_MOST_NESTED = 10  # AWS CloudFormation quotas have no number; AWS Backup follows ten levels


@dataclass(frozen=True)
class StackMember:
    """A resource of a stack.

    :param logical_id: with those of the nested stacks around it, joined by dots.
    :param kind: ``plan``, ``vault``, ``selection``, or empty.
    :param stack_id: of the stack that it is in, which may be a nested one.
    :param updated: when CloudFormation last changed its status.
    """

    logical_id: str
    type: str
    kind: str
    physical_id: str
    status: str
    stack_id: str
    updated: datetime | None = None

    @property
    def is_custom(self) -> bool:
        return self.type.startswith("Custom::")

    @property
    def own_id(self) -> str:
        """Its logical id in the stack that it is in."""
        return self.logical_id.rpartition(".")[2]


@dataclass(frozen=True)
class Stack:
    """:param status: CloudFormation's, such as ``UPDATE_COMPLETE``."""

    name: str
    stack_id: str
    status: str
    members: tuple[StackMember, ...]

    def of_kind(self, kind: str) -> list[StackMember]:
        return [member for member in self.members if member.kind == kind and member.physical_id]

    @property
    def in_progress(self) -> bool:
        return self.status.endswith("_IN_PROGRESS")


def read_stack(calls: Calls, name: str) -> Stack:
    """:raises CannotLook: there is no such stack."""
    try:
        (described,) = calls.call("cloudformation", "DescribeStacks", StackName=name)["Stacks"]
    except Refused as refusal:
        if "does not exist" in str(refusal):
            raise CannotLook(f"there is no stack {name} in this account and Region") from None
        raise
    members = tuple(_members(calls, described["StackId"], "", _MOST_NESTED))
    return Stack(described["StackName"], described["StackId"], described["StackStatus"], members)


def _members(calls: Calls, stack: str, prefix: str, depth: int) -> list[StackMember]:
    found: list[StackMember] = []
    for item in calls.items(
        "cloudformation", "ListStackResources", "StackResourceSummaries", StackName=stack
    ):
        status = item["ResourceStatus"]
        if status == "DELETE_COMPLETE":
            continue
        kind, physical_id = item["ResourceType"], item.get("PhysicalResourceId", "")
        logical_id = prefix + item["LogicalResourceId"]
        if kind == _NESTED and physical_id and depth:
            found += _members(calls, physical_id, f"{logical_id}.", depth - 1)
        else:
            updated = item.get("LastUpdatedTimestamp")
            found.append(
                StackMember(logical_id, kind, _KINDS.get(kind, ""), physical_id, status, stack, updated)
            )
    return found
