# ruff: noqa: SLF001 - ministack has no public way in
"""Say that a stack cleans up while an update deletes what it replaced or removed, as CloudFormation does.

ministack sends those Deletes at the end of an update as well, but under the status of the update itself.
"""

from typing import Any

from ministack.services.cloudformation import custom_resource, handlers, stacks

UPDATING, CLEANING_UP = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"


def install() -> None:
    """Put it into ministack's CloudFormation, before the server starts."""
    invoke = custom_resource.invoke_custom_resource

    def invoke_custom_resource(
        request_type: str,
        logical_id: str,
        props: dict[str, Any],
        stack_name: str,
        stack_id: str,
        *more: Any,
        **ids: Any,
    ) -> Any:
        stack = handlers._resolve_stack(stack_id)
        if request_type == "Delete" and stack and stack["StackStatus"] == UPDATING:
            stack["StackStatus"] = CLEANING_UP
            stacks._add_event(
                stack_id, stack_name, stack_name, "AWS::CloudFormation::Stack", CLEANING_UP, "", stack_id
            )
        return invoke(request_type, logical_id, props, stack_name, stack_id, *more, **ids)

    custom_resource.invoke_custom_resource = invoke_custom_resource
