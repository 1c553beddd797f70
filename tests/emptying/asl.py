"""An interpreter of the Amazon States Language, as far as `statemachines/` uses it, on the caller's clock.

It refuses what it does not know, and counts the history events that Step Functions Standard writes (API
reference, HistoryEvent): a task of a Lambda function has Entered, Scheduled, Started, Succeeded and Exited,
and three more for every attempt that failed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Task = Callable[[dict[str, Any]], dict[str, Any]]

DEFINITION = Path(__file__).parents[2] / "statemachines" / "vault_emptier.asl.json"
MACHINE_ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:cfn-backup-provider-VaultEmptier"
LONGEST_INPUT = 256 * 1024
"""Bytes of a state's input or output (Step Functions quotas)."""
MOST_EVENTS = 25_000


class Aborted(Exception):
    """Raised by a task or a clock to end the execution as an operator's StopExecution does."""


@dataclass
class Execution:
    """One run of a machine."""

    status: str = "RUNNING"
    output: dict[str, Any] | None = None
    events: int = 0
    visited: list[str] = field(default_factory=list)
    largest_state: int = 0


@dataclass
class Machine:
    """`task` is the Lambda function behind every Task; `sleep` and `now` are the clock."""

    task: Task
    sleep: Callable[[float], None]
    now: Callable[[], float]
    transition_seconds: float = 0.1
    definition: Mapping[str, Any] = field(default_factory=lambda: json.loads(DEFINITION.read_text()))

    def run(self, state: dict[str, Any], name: str = "execution") -> Execution:
        """Runs to the end."""
        execution = Execution(events=1)  # ExecutionStarted
        begun, current = self.now(), self.definition["StartAt"]
        try:
            while current is not None:
                if self.now() - begun > self.definition["TimeoutSeconds"]:
                    execution.status = "TIMED_OUT"
                    return execution
                execution.visited.append(current)
                state, current = self._step(execution, self.definition["States"][current], state, name)
                execution.largest_state = max(execution.largest_state, len(json.dumps(state)))
                assert execution.largest_state < LONGEST_INPUT
                assert execution.events < MOST_EVENTS
        except Aborted:
            execution.status = "ABORTED"
        except _TaskFailed as failure:
            execution.status, execution.output = "FAILED", {"Error": failure.error}
        else:
            execution.status, execution.output = "SUCCEEDED", state
        execution.events += 1
        return execution

    def _step(
        self, execution: Execution, definition: Mapping[str, Any], state: dict[str, Any], name: str
    ) -> tuple[dict[str, Any], str | None]:
        self.sleep(self.transition_seconds)
        match definition["Type"]:
            case "Task":
                return self._run_task(execution, definition, state, name)
            case "Choice":
                execution.events += 2
                return state, _choose(definition, state)
            case "Wait":
                execution.events += 2
                self.sleep(_at(state, definition["SecondsPath"]))
                return state, definition["Next"]
            case "Succeed":
                execution.events += 2
                return state, None
        raise NotImplementedError(definition["Type"])

    def _run_task(
        self, execution: Execution, definition: Mapping[str, Any], state: dict[str, Any], name: str
    ) -> tuple[dict[str, Any], str | None]:
        execution.events += 2  # entered, exited
        payload = {
            key.removesuffix(".$"): _parameter(key, value, state, name)
            for key, value in definition["Parameters"].items()
        }
        (retry,) = definition["Retry"]
        assert retry["ErrorEquals"] == ["States.ALL"]
        pause = retry["IntervalSeconds"]
        for attempt in range(retry["MaxAttempts"] + 1):
            execution.events += 3  # scheduled, started, succeeded or failed
            try:
                return json.loads(json.dumps(self.task(json.loads(json.dumps(payload))))), definition["Next"]
            except Aborted:
                raise
            except Exception as error:
                failure = _TaskFailed(type(error).__name__, str(error))
            if attempt < retry["MaxAttempts"]:
                self.sleep(min(pause, retry["MaxDelaySeconds"]))
                pause *= retry["BackoffRate"]
        if "Catch" not in definition:
            raise failure
        (catch,) = definition["Catch"]
        assert catch["ResultPath"] == "$.error"
        return {**state, "error": failure.as_result()}, catch["Next"]


class _TaskFailed(Exception):
    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error, self.message = error, message

    def as_result(self) -> dict[str, str]:
        return {
            "Error": self.error,
            "Cause": json.dumps({"errorType": self.error, "errorMessage": self.message}),
        }


def _parameter(key: str, value: Any, state: dict[str, Any], name: str) -> Any:
    if not key.endswith(".$"):
        return value
    context = {"$$.Execution.Name": name, "$$.StateMachine.Id": MACHINE_ARN}
    return context[value] if value in context else _at(state, value)


def _at(state: dict[str, Any], path: str) -> Any:
    found: Any = state
    for member in path.split(".")[1:]:
        found = found[member]
    return found


def _choose(definition: Mapping[str, Any], state: dict[str, Any]) -> str:
    for choice in definition["Choices"]:
        if _has(state, choice["Variable"]):
            value = _at(state, choice["Variable"])
            if (
                choice.get("StringEquals", object()) == value
                or choice.get("BooleanEquals", object()) is value
            ):
                return str(choice["Next"])
    return str(definition["Default"])


def _has(state: dict[str, Any], path: str) -> bool:
    try:
        _at(state, path)
    except (KeyError, TypeError):
        return False
    return True
