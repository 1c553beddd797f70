"""The records of what the resources of a stack should be, and which of them can be compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from cfn_backup.desired.intention import ROOT, Intention, Unreadable, parameter_path, read
from cfn_backup_tools.account.calls import Calls
from cfn_backup_tools.account.stacks import Stack, StackMember

_LATEST = timedelta(minutes=5)
"""A record is written just before the answer upon which CloudFormation notes the time of the update."""


@dataclass(frozen=True)
class Recorded:
    """A resource of the stack and its record; ``why_not`` says why it cannot be compared with."""

    member: StackMember
    intention: Intention | None
    why_not: str = ""


def read_records(calls: Calls, stack: Stack) -> list[Recorded]:
    """One for each custom resource of the provider in the stack."""
    members = [m for m in stack.members if m.is_custom and m.kind and m.physical_id]
    values = {
        path: read_values
        for stack_id in {member.stack_id for member in members}
        for path, read_values in _parameters(calls, parameter_path(stack_id)).items()
    }
    return [
        _recorded(member, values.get(parameter_path(member.stack_id, member.own_id))) for member in members
    ]


def stacks_with_records(calls: Calls) -> list[str]:
    """The ids of all stacks of the account and Region that have records."""
    where = calls.identity
    prefix = f"arn:{where.partition}:cloudformation:{where.region}:{where.account}:stack"
    found = {path.removeprefix(ROOT).rpartition("/")[0] for path in _parameters(calls, ROOT)}
    return sorted(f"{prefix}{one}" for one in found)


def _parameters(calls: Calls, path: str) -> dict[str, list[str]]:
    """The values of the parameters below a path, by the path of their record."""
    found: dict[str, list[str]] = {}
    for item in calls.items("ssm", "GetParametersByPath", "Parameters", Path=path, Recursive=True):
        found.setdefault(item["Name"].rpartition("/")[0], []).append(item["Value"])
    return found


def _recorded(member: StackMember, values: list[str] | None) -> Recorded:
    if values is None:
        return Recorded(
            member,
            None,
            "an older version of the provider made it and recorded nothing; the next update that changes "
            "one of "
            "its properties records what it should be",
        )
    try:
        intention = read(values)
    except Unreadable as reason:
        return Recorded(member, None, f"its record cannot be read: {reason}")
    return Recorded(member, intention, _stale(member, intention))


def _stale(member: StackMember, intention: Intention) -> str:
    updated = member.updated.timestamp() if member.updated else intention.recorded
    late = updated - intention.recorded > _LATEST.total_seconds()
    if late or intention.physical_id != member.physical_id:
        return (
            "its record is older than its last update, as after one that could not write it; the next "
            "update that "
            "changes one of its properties records what it should be"
        )
    return ""


def comparable(recorded: list[Recorded]) -> Iterator[tuple[StackMember, Intention]]:
    """Those that can be compared."""
    for one in recorded:
        if one.intention is not None and not one.why_not:
            yield one.member, one.intention
