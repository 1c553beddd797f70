"""``cfn-backup empty``: starting, watching, leaving, joining."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from cfn_backup.aws.errors import ProviderError
from cfn_backup.aws.executions import RUNNING, execution_arn
from cfn_backup.aws.session import Session
from cfn_backup.aws.vaults import find_vault
from cfn_backup.emptying.estimate import in_words, seconds_for
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.ownership import refuse_to_empty
from cfn_backup.emptying.starting import key_of, start_or_join
from cfn_backup_tools.empty.looking import look
from cfn_backup_tools.empty.vaults import OwnedVault, vault_of_name, vaults_of_stack

_POLL = 5.0
"""Seconds between two looks: DescribeBackupVault has a rate of 5 a second, which the provider needs too."""


@dataclass(frozen=True)
class _Going:
    """One vault that is being emptied."""

    name: str
    execution: str
    at_first: int
    since: float


def run(options: argparse.Namespace) -> int:
    """Does what the options say, and returns the exit code."""
    for variable, value in (("AWS_DEFAULT_REGION", options.region), ("AWS_PROFILE", options.profile)):
        if value:
            os.environ[variable] = value
    session = Session()
    try:
        found = (
            [vault_of_name(session, options.vault)]
            if options.vault
            else list(vaults_of_stack(session, options.stack, options.logical_id))
        )
        if not found:
            _complain("there is no vault that this stack's resources made")
            return 2
        if options.dry_run:
            return _look_at_all(session, found)
        return _empty(session, found, options)
    except ProviderError as error:
        _complain(str(error))
        return 2


def _look_at_all(session: Session, found: Sequence[OwnedVault]) -> int:
    looked = [look(session, vault) for vault in found]
    for lines, _ in looked:
        _say(*lines)
    return 0 if all(possible for _, possible in looked) else 1


def _empty(session: Session, found: Sequence[OwnedVault], options: argparse.Namespace) -> int:
    machine = _machine(session, options.prefix)
    going = []
    for vault in found:
        try:
            refuse_to_empty(vault.owner, vault.parts)
        except ProviderError as refusal:
            _complain(str(refusal))
            return 1
        going.append(_start(session, machine, vault))
    if options.leave:
        return 0
    try:
        ends = [_follow(session, machine, one) for one in going]
    except KeyboardInterrupt:
        _say("Left. It goes on; the same command joins it again.")
        return 0
    return 0 if all(ends) else 1


def _machine(session: Session, prefix: str) -> str:
    """The ARN of the provider's state machine, which has a fixed name."""
    here = session.call("sts", "GetCallerIdentity")["Arn"].split(":")
    region = _region()
    return f"arn:{here[1]}:states:{region}:{here[4]}:stateMachine:{prefix}-VaultEmptier"


def _region() -> str:
    import boto3  # noqa: PLC0415

    return str(boto3.session.Session().region_name)


def _start(session: Session, machine: str, vault: OwnedVault) -> _Going:
    state = vault.parts.state
    order = Order(
        vault_name=state.name,
        stack_id=str(vault.owner.stack_id),
        logical_id=vault.owner.logical_id,
        delete_vault=False,
        request_id=f"cfn-backup-empty-{uuid.uuid4()}",
    )
    begun = start_or_join(session, machine, order, key_of(state.name, state.creator_request_id))
    done = "joined" if begun.joined else "started"
    _say(
        f"{state.name}: {done}; {state.recovery_points} recovery points, about "
        f"{in_words(seconds_for(state.recovery_points))} at 8 a second (execution {begun.name})"
    )
    return _Going(state.name, begun.name, state.recovery_points, time.monotonic())


def _follow(session: Session, machine: str, going: _Going) -> bool:
    """Shows how far it is until it ends. Whether the vault is empty then."""
    while True:
        described = session.call(
            "stepfunctions", "DescribeExecution", executionArn=execution_arn(machine, going.execution)
        )
        if described["status"] != RUNNING:
            return _told(going, described["status"], described.get("output"))
        state = find_vault(session, going.name)
        if state is not None:
            _say(_progress(going, state.recovery_points, time.monotonic() - going.since))
        time.sleep(_POLL)


def _progress(going: _Going, left: int, seconds: float) -> str:
    rate = max(0, going.at_first - left) / seconds if seconds > 1 else 0.0
    rest = f", {in_words(left / rate)} to go" if rate > 0 else ""
    return f"{going.name}: {left} left, {rate:.1f} a second{rest}"


def _told(going: _Going, status: str, output: str | None) -> bool:
    outcome = json.loads(output or "{}").get("outcome", {})
    if outcome.get("emptied"):
        _say(f"{going.name}: empty")
        return True
    _complain(f"{going.name}: not empty: {outcome.get('why') or f'the execution ended as {status}'}")
    return False


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"cfn-backup empty: {text}\n")
