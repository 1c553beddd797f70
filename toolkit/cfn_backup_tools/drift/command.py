"""``cfn-backup drift``."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from cfn_backup.desired.owner import Owner
from cfn_backup_tools.account.calls import Calls, CannotLook, Refused
from cfn_backup_tools.account.findings import Finding, Report
from cfn_backup_tools.account.output import complain, print_json, print_text, say, told
from cfn_backup_tools.account.stacks import Stack, StackMember, read_stack
from cfn_backup_tools.drift.comparing import differences
from cfn_backup_tools.drift.facets import Facet, facets
from cfn_backup_tools.drift.records import Recorded, comparable, read_records, stacks_with_records


@dataclass(frozen=True)
class Drifted:
    """A facet that differs, and where."""

    member: StackMember
    facet: Facet
    findings: tuple[Finding, ...]


def run(options: argparse.Namespace, calls: Calls) -> int:
    """Looks, prints, repairs if asked to, and returns the exit code.

    :raises CannotLook: the account cannot be read, or a stack operation is under way.
    """
    if options.all:
        stacks = [stack for one in stacks_with_records(calls) if (stack := _still_there(calls, one))]
    else:
        stacks = [read_stack(calls, options.stack)]
    missed: list[str] = []
    drifted: list[Drifted] = []
    compared = 0
    for stack in stacks:
        prefix = f"{stack.name}/" if options.all else ""
        try:
            recorded = _records(calls, stack)
        except CannotLook as reason:
            if not options.all:
                raise
            missed.append(str(reason))
            continue
        missed += [f"{prefix}{one.member.logical_id}: {one.why_not}" for one in recorded if one.why_not]
        for found in _drifted(calls, recorded, prefix):
            compared += 1
            drifted += found
    report = _report(None if options.all else stacks[0].name, drifted, missed)
    if options.repair and drifted:
        report = _repaired(calls, options, report, drifted, {stack.stack_id for stack in stacks})
    _print(options, report, compared)
    return report.exit_code


def _still_there(calls: Calls, stack_id: str) -> Stack | None:
    try:
        return read_stack(calls, stack_id)
    except CannotLook:
        return None


def _records(calls: Calls, stack: Stack) -> list[Recorded]:
    if stack.in_progress:
        raise CannotLook(f"stack {stack.name} is {stack.status}: look again when the operation is over")
    say(f"reading stack {stack.name}")
    recorded = read_records(calls, stack)
    if not recorded:
        raise CannotLook(
            f"stack {stack.name} has no custom resource of the provider; of native resources CloudFormation "
            "itself detects drift"
        )
    return recorded


def _drifted(calls: Calls, recorded: list[Recorded], prefix: str) -> list[list[Drifted]]:
    """For each resource that can be compared, what differs."""
    found = []
    for member, intention in comparable(recorded):
        say(f"comparing {member.logical_id}")
        name = member.stack_id.split("/")[1]
        owner = Owner(member.stack_id, name, member.own_id)
        compared = [
            Drifted(member, facet, tuple(differing))
            for facet in facets(calls, intention, owner)
            if (differing := differences(facet, prefix + member.logical_id))
        ]
        found.append(compared)
    return found


def _report(stack: str | None, drifted: list[Drifted], missed: list[str]) -> Report:
    return Report(stack, tuple(finding for one in drifted for finding in one.findings), tuple(missed))


def _repaired(
    calls: Calls, options: argparse.Namespace, report: Report, drifted: list[Drifted], stacks: set[str]
) -> Report:
    """Shows what it will change, changes it, and says what is left.

    :raises CannotLook: a stack operation has begun meanwhile.
    """
    if not options.json:
        print_text(told(report.findings))
    for stack_id in sorted(stacks):
        stack = read_stack(calls, stack_id)
        if stack.in_progress:
            raise CannotLook(f"stack {stack.name} is {stack.status}: nothing was repaired")
    left: list[Drifted] = []
    repaired: list[Finding] = []
    for one in drifted:
        if one.facet.repair is None:
            left.append(one)
            continue
        say(f"repairing {one.facet.path} of {one.member.logical_id}")
        try:
            one.facet.repair(calls)
        except Refused as refusal:
            complain(f"{one.member.logical_id}: {one.facet.path} cannot be repaired: {refusal}")
            left.append(one)
        else:
            repaired += one.findings
    more = {"repaired": [finding.as_json() for finding in repaired]}
    return Report(report.stack, tuple(f for one in left for f in one.findings), report.not_looked_at, more)


def _print(options: argparse.Namespace, report: Report, compared: int) -> None:
    if options.json:
        print_json(report)
        return
    parts = [told(report.findings)] if report.findings else []
    parts += [f"not compared: {line}" for line in report.not_looked_at]
    repaired = report.more.get("repaired", ())
    if repaired:
        paths = ", ".join(f"{finding['logicalId']} {finding['path']}" for finding in repaired)
        parts.append(f"repaired: {paths}")
    whose = report.stack or "the account"
    verdict = f"{len(report.findings)} difference(s)" if report.findings else "as it was deployed"
    parts.append(f"{whose}: {verdict}, {compared} resource(s) compared")
    print_text("\n\n".join(parts))
