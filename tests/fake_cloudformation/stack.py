"""What CloudFormation knows of a stack: this is what tests look at, and what DescribeStackResource tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fake_cloudformation.template import Resource


@dataclass(frozen=True)
class StackEvent:
    """One line of the stack's events."""

    at: float
    logical_id: str
    status: str
    reason: str
    physical_id: str


@dataclass
class StackResource:
    """A resource as CloudFormation believes it to be."""

    definition: Resource
    properties: dict[str, Any]
    status: str = ""
    reason: str = ""
    physical_id: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    request_id: str = ""
    """Of the request whose answer is awaited; an answer to any other is too late."""


@dataclass
class Stack:
    """A stack and its history."""

    name: str
    id: str
    status: str = ""
    resources: dict[str, StackResource] = field(default_factory=dict)
    events: list[StackEvent] = field(default_factory=list)

    def ref(self, logical_id: str) -> str:
        """What ``Ref`` gives."""
        return self.resources[logical_id].physical_id

    def get_att(self, logical_id: str, attribute: str) -> str:
        """What ``Fn::GetAtt`` gives. Raises LookupError with CloudFormation's own words."""
        attributes = self.resources[logical_id].attributes
        if attribute not in attributes:
            raise LookupError(f"Vendor response doesn't contain {attribute} key in object {self.id}")
        return attributes[attribute]

    @property
    def reasons(self) -> list[str]:
        """Why what failed failed, in order."""
        return [event.reason for event in self.events if event.status.endswith("FAILED") and event.reason]

    def statuses(self, logical_id: str) -> list[str]:
        """The statuses that a resource, or the stack under its own name, went through."""
        return [event.status for event in self.events if event.logical_id == logical_id]
