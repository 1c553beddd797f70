"""What CloudFormation makes of an answer: it is strict, and says little."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

LIMIT = 4096
ID_LIMIT = 1024


@dataclass(frozen=True)
class Answer:
    """An answer as understood. ``physical_id`` is None when CloudFormation has to invent one."""

    success: bool
    physical_id: str | None
    reason: str = ""
    data: dict[str, str] = field(default_factory=dict)
    valid: bool = True


def no_answer() -> Answer:
    """Nothing came within ServiceTimeout."""
    return _invalid("CloudFormation did not receive a response from your Custom Resource")


def read(body: bytes, event: dict[str, Any]) -> Answer:
    """The answer to the event, or the failure that CloudFormation reports instead of it."""
    if len(body) > LIMIT:
        return _invalid("Response object is too long.")
    try:
        # strictly UTF-8; json.loads would take a lone surrogate for a character.
        answer = json.loads(body.decode("utf-8"))
    except ValueError:
        return _invalid("Invalid response: not JSON")
    if not isinstance(answer, dict):
        return _invalid("Invalid response: not an object")
    return _invalid(problem) if (problem := _problem(answer, event)) else _valid(answer)


def _problem(answer: dict[str, Any], event: dict[str, Any]) -> str:
    for key in ("StackId", "RequestId", "LogicalResourceId"):
        if answer.get(key) != event[key]:
            return f"Invalid response: {key} is not the request's"
    if answer.get("Status") not in ("SUCCESS", "FAILED"):
        return "Invalid response: unknown Status"
    physical_id = answer.get("PhysicalResourceId")
    if (
        not isinstance(physical_id, str)
        or not physical_id
        or len(physical_id.encode(errors="replace")) > ID_LIMIT
    ):
        return "Invalid PhysicalResourceId"
    if not isinstance(answer.get("Reason", ""), str) or (
        answer["Status"] == "FAILED" and not answer.get("Reason")
    ):
        return "Invalid response: Reason"
    data = answer.get("Data", {})
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return "Invalid response: Data"
    return ""


def _valid(answer: dict[str, Any]) -> Answer:
    return Answer(
        success=answer["Status"] == "SUCCESS",
        physical_id=answer["PhysicalResourceId"],
        reason=answer.get("Reason", ""),
        data=answer.get("Data", {}),
    )


def _invalid(reason: str) -> Answer:
    return Answer(success=False, physical_id=None, reason=reason, valid=False)
