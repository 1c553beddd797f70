"""Stacks on a local AWS, made and awaited without the long pauses of the AWS CLI's own waiters."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

_POLL_SECONDS = 0.2


class StackFailed(Exception):
    """The stack did not get where it should; the message gives CloudFormation's reasons."""


@dataclass(frozen=True)
class Stacks:
    """Creates, updates and deletes stacks, and waits for each to settle."""

    client: "CloudFormationClient"
    seconds: float = 120.0

    def create(self, name: str, template: str, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """Create the stack; its outputs. Raises StackFailed."""
        self.client.create_stack(
            StackName=name,
            TemplateBody=template,
            Parameters=_list(parameters),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        return self._outputs(name, "CREATE_COMPLETE")

    def update(self, name: str, template: str, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """Update the stack; its outputs. Raises StackFailed."""
        self.client.update_stack(
            StackName=name,
            TemplateBody=template,
            Parameters=_list(parameters),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        return self._outputs(name, "UPDATE_COMPLETE")

    def delete(self, name: str) -> None:
        """Delete the stack and wait until it is gone. Raises StackFailed."""
        stack_id = self._describe(name).get("StackId", name)
        self.client.delete_stack(StackName=name)
        self.settle(stack_id, "DELETE_COMPLETE")

    def settle(self, name: str, wanted: str) -> "StackTypeDef | None":
        """Wait until nothing is in progress. Raises StackFailed unless the stack is then as wanted."""
        deadline = time.monotonic() + self.seconds
        while True:
            try:
                stack = self._describe(name)
            except ClientError:
                if wanted == "DELETE_COMPLETE":
                    return None
                raise
            status = stack["StackStatus"]
            if not status.endswith("_IN_PROGRESS"):
                break
            if time.monotonic() > deadline:
                message = f"{name} is still {status} after {self.seconds:.0f} s\n{self.reasons(name)}"
                raise StackFailed(message)
            time.sleep(_POLL_SECONDS)
        if status != wanted:
            message = f"{name} is {status}, not {wanted}\n{self.reasons(name)}"
            raise StackFailed(message)
        return stack

    def reasons(self, name: str) -> str:
        """What CloudFormation says went wrong, one resource a line."""
        events = self.client.describe_stack_events(StackName=name)["StackEvents"]
        return "\n".join(
            f"  {event.get('LogicalResourceId')}: {event['ResourceStatusReason']}"
            for event in reversed(events)
            if event.get("ResourceStatus", "").endswith("_FAILED") and event.get("ResourceStatusReason")
        )

    def _describe(self, name: str) -> "StackTypeDef":
        return self.client.describe_stacks(StackName=name)["Stacks"][0]

    def _outputs(self, name: str, wanted: str) -> dict[str, str]:
        stack = self.settle(name, wanted)
        outputs = stack.get("Outputs", []) if stack else []
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def _list(parameters: Mapping[str, str] | None) -> Any:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()]
