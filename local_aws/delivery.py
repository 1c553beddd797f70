# ruff: noqa: SLF001 - ministack has no public way in
"""Deliver the events of custom resources as CloudFormation does: asynchronously, by way of Lambda's retries.

ministack invokes once and, if the function fails, waits for an answer that never comes. On AWS Lambda
invokes the function again and at last hands the event to its failure destination; the pauses between the
attempts are left out here.
"""

from typing import Any

from ministack.services import lambda_svc

Record = dict[str, Any]


def install() -> None:
    """Put it into ministack's invocation, before the server starts."""
    invoke = lambda_svc._execute_function_with_config_scope

    def deliver(function: Record, event: Record) -> Record:
        result: Record = invoke(function, event)
        if not isinstance(event, dict) or "ResponseURL" not in event:
            return result
        settings = _event_invoke_config(function)
        for _ in range(int(settings.get("MaximumRetryAttempts", 2))):
            if not result.get("error"):
                return result
            result = invoke(function, event)
        destination = settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if result.get("error") and destination:
            lambda_svc._route_async_failure(destination, function["config"]["FunctionName"], event, result)
        return result

    lambda_svc._execute_function_with_config_scope = deliver


def _event_invoke_config(function: Record) -> Record:
    """The one there is: a function of ours has it at its alias, so the record of a version lacks it."""
    whole = lambda_svc._functions.get(function["config"]["FunctionName"]) or {}
    configurations = (whole.get("event_invoke_configs") or {}).values()
    return next((configuration for configuration in configurations if configuration), {})
