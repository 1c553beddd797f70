# ruff: noqa: SLF001 - ministack has no public way in
"""Describe a resource of a stack while something is being done to it, as CloudFormation does.

ministack tells of a resource only when it is made, and then always with the status that it had before. Its
events have it right, but that what an update adds is updated, not created.
"""

from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers

Parameters = Any
Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Put it into ministack's CloudFormation, before the server starts."""
    own = handlers._ACTION_HANDLERS["DescribeStackResource"]

    def describe(parameters: Parameters) -> Answer:
        stack = handlers._resolve_stack(handlers._p(parameters, "StackName"))
        logical_id = handlers._p(parameters, "LogicalResourceId")
        latest = _latest_event(stack["StackId"], logical_id) if stack else None
        if stack is None or latest is None or not latest["ResourceStatus"].endswith("_IN_PROGRESS"):
            answer: Answer = own(parameters)
            return answer
        made = stack.get("_resources", {}).get(logical_id)
        if made is None and latest["ResourceStatus"] == "UPDATE_IN_PROGRESS":
            latest = {**latest, "ResourceStatus": "CREATE_IN_PROGRESS"}
        return _described(latest, (made or latest)["PhysicalResourceId"] or latest["PhysicalResourceId"])

    handlers._ACTION_HANDLERS["DescribeStackResource"] = describe


def _latest_event(stack_id: str, logical_id: str) -> dict[str, str] | None:
    events: list[dict[str, str]] = cloudformation._stack_events.get(stack_id) or []
    return next((event for event in reversed(events) if event["LogicalResourceId"] == logical_id), None)


def _described(event: dict[str, str], physical_id: str) -> Answer:
    members = {
        "LogicalResourceId": event["LogicalResourceId"],
        "PhysicalResourceId": physical_id,
        "ResourceType": event["ResourceType"],
        "ResourceStatus": event["ResourceStatus"],
        "LastUpdatedTimestamp": event["Timestamp"],
        "StackName": event["StackName"],
        "StackId": event["StackId"],
    }
    detail = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in members.items())
    result = f"<StackResourceDetail>{detail}</StackResourceDetail>"
    answer: Answer = handlers._xml(
        200,
        "DescribeStackResourceResponse",
        f"<DescribeStackResourceResult>{result}</DescribeStackResourceResult>",
    )
    return answer
