"""Executions of a state machine of Step Functions (Standard)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.aws.errors import AlreadyExists, NotFound
from cfn_backup.aws.session import Session

RUNNING = "RUNNING"
SUCCEEDED = "SUCCEEDED"


def start_execution(session: Session, machine_arn: str, name: str, state: Mapping[str, Any]) -> bool:
    """Starts an execution of this name. False if there is, or was, one: a name is good once in 90 days."""
    try:
        session.call(
            "stepfunctions", "StartExecution", stateMachineArn=machine_arn, name=name, input=json.dumps(state)
        )
    except AlreadyExists:
        return False
    return True


def execution_arn(machine_arn: str, name: str) -> str:
    return f"{machine_arn.replace(':stateMachine:', ':execution:', 1)}:{name}"


def status_of(session: Session, machine_arn: str, name: str) -> str:
    """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; empty if there is no such execution."""
    try:
        described = session.call(
            "stepfunctions", "DescribeExecution", executionArn=execution_arn(machine_arn, name)
        )
    except NotFound:
        return ""
    return str(described["status"])


def running_executions(session: Session, machine_arn: str) -> Iterator[str]:
    """The names of the executions that are running; the list may lag (API reference, ListExecutions)."""
    listed: dict[str, str] = {}
    while True:
        page = session.call(
            "stepfunctions",
            "ListExecutions",
            stateMachineArn=machine_arn,
            statusFilter=RUNNING,
            maxResults=1000,
            **listed,
        )
        yield from (execution["name"] for execution in page.get("executions", ()))
        if not page.get("nextToken"):
            return
        listed = {"nextToken": page["nextToken"]}
