# ruff: noqa: SLF001 - ministack has no public way in
"""Roll custom resources back as CloudFormation does.

ministack sends no Delete after a Create that failed, and deletes what an update made in the place of another
without sending the update back first.
"""

import secrets
import string
from typing import Any

from ministack.services.cloudformation import custom_resource, stacks

Record = dict[str, Any]
_ALPHABET = string.ascii_uppercase + string.digits
_INVENTED_LENGTH = 12

# What a Create that failed was about, by stack id and logical id.
_failed: dict[tuple[str, str], Record] = {}
# The id in the latest answer, likewise.
_answered: dict[tuple[str, str], str] = {}


def install() -> None:
    """Put it into ministack's CloudFormation, before the server starts."""
    deliver, invoke = custom_resource.deliver_response, custom_resource.invoke_custom_resource
    roll_back = stacks._roll_back_operation

    def deliver_response(token: str, response: Record) -> bool:
        place = (response.get("StackId", ""), response.get("LogicalResourceId", ""))
        _answered[place] = response.get("PhysicalResourceId") or ""
        return bool(deliver(token, response))

    def invoke_custom_resource(
        request_type: str,
        logical_id: str,
        props: Record,
        stack_name: str,
        stack_id: str,
        kind: str,
        **ids: Any,
    ) -> Any:
        _answered.pop((stack_id, logical_id), None)
        try:
            return invoke(request_type, logical_id, props, stack_name, stack_id, kind, **ids)
        except Exception:
            if request_type == "Create":
                _failed[stack_id, logical_id] = {
                    "PhysicalResourceId": _answered.get((stack_id, logical_id))
                    or _invented(stack_name, logical_id),
                    "ResourceType": kind,
                    "LogicalResourceId": logical_id,
                    "Properties": props,
                    "Attributes": {},
                }
            raise

    async def roll_back_operation(
        stack_name: str, stack_id: str, stack: Record, operation: Record, *more: Any
    ) -> None:
        _list_failed_create(stack_id, stack, operation)
        failed = await _send_back_replaced(stack_name, stack_id, stack, operation)
        await roll_back(stack_name, stack_id, stack, operation, *more)
        if failed:
            stack["StackStatus"] = "UPDATE_ROLLBACK_FAILED"
            reason = f"The following resource(s) failed to update: [{', '.join(failed)}]."
            stacks._add_event(
                stack_id, stack_name, stack_name, "AWS::CloudFormation::Stack", stack["StackStatus"], reason,
                stack_id,
            )  # fmt: skip

    custom_resource.deliver_response = deliver_response
    custom_resource.invoke_custom_resource = invoke_custom_resource
    stacks._roll_back_operation = roll_back_operation


def _invented(stack_name: str, logical_id: str) -> str:
    """What CloudFormation calls a resource that never told its id, by reports."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_INVENTED_LENGTH))
    return f"{stack_name}-{logical_id}-{letters}"


def _list_failed_create(stack_id: str, stack: Record, operation: Record) -> None:
    """The rollback then deletes it with all else that the operation made."""
    logical_id = operation.get("failed_logical_id") or ""
    failed = _failed.pop((stack_id, logical_id), None)
    if failed is not None:
        stack.setdefault("_resources", {})[logical_id] = failed
        operation["created"] = [*operation.get("created", []), logical_id]


async def _send_back_replaced(stack_name: str, stack_id: str, stack: Record, operation: Record) -> list[str]:
    """The logical ids of those that could not be sent back; what was made for them stays."""
    previous, failed = (operation.get("previous_stack") or {}).get("_resources", {}), []
    for logical_id in reversed(operation.get("replaced_ids", [])):
        made, before = stack["_resources"][logical_id], previous[logical_id]
        if not made["ResourceType"].startswith("Custom::"):
            continue
        stack["StackStatus"] = "UPDATE_ROLLBACK_IN_PROGRESS"
        try:
            await stacks._revert_update(
                stack_id, stack_name, logical_id, made["ResourceType"], made["PhysicalResourceId"],
                made["Properties"], before["Properties"], made["Attributes"], before,
            )  # fmt: skip
        except Exception:
            # ministack has logged it, and its event says why
            failed.append(logical_id)
            operation["created"] = [one for one in operation["created"] if one != logical_id]
    return failed
