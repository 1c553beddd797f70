"""The commands of ``cfn-backup`` that look at an account, as the command line knows them. What a command does
is imported when it runs."""

from __future__ import annotations

import argparse
import importlib
from datetime import UTC, datetime
from functools import partial

from cfn_backup_tools.account.findings import EXIT_CANNOT_LOOK, EXIT_WELL

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no public name
ACCOUNT_COMMANDS = ("status", "coverage", "drift", "adopt")
_EXIT_CODES = "Exit code 0: all well; 1: something is not; 2: the account could not be read."


def add_commands(commands: Subparsers) -> None:
    """Adds them to the command line."""
    _add_status(commands)
    _add_coverage(commands)
    _add_drift(commands)
    _add_adopt(commands)


def _add_status(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "status",
        help="say of a deployed stack whether it is backed up, and if not, why",
        description="For each plan of the stack and each resource that its selections reach now: the last "
        "job, "
        "copy and recovery point, when the next is due, and if there is none or it failed, why, with the "
        "fix. "
        f"Reads only, with your own credentials. {_EXIT_CODES}",
    )
    _add_subject(parser, "every plan of the account in this Region")
    parser.add_argument("--html", metavar="FILE", help="write a page too, without scripts and network")
    parser.add_argument("--start", action="store_true", help="start one backup on demand, kept for a day")
    parser.add_argument(
        "--resource", metavar="ARN", help="what --start backs up (default: the first resource)"
    )
    parser.add_argument("--wait", action="store_true", help="follow the job that --start started to its end")
    parser.add_argument(
        "--wait-minutes", type=int, default=60, metavar="N", help="how long --wait waits (default: 60)"
    )
    parser.add_argument(
        "--at", type=_moment, metavar="YYYY-MM-DDTHH:MMZ", help="judge as of this time (default: now)"
    )
    _finish(parser, "status")


def _add_coverage(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "coverage",
        help="say which resources of the account no backup plan reaches",
        description="Every resource of the account and Region that AWS Backup supports, and which plan "
        "reaches it "
        "by which selection; what nothing reaches, what several reach, and what is reached but not opted in. "
        f"Reads only, with your own credentials. {_EXIT_CODES}",
    )
    parser.add_argument(
        "--tag",
        action="append",
        default=[],
        type=_tag,
        dest="tags",
        metavar="KEY=VALUE",
        help="only resources with this tag; may be repeated, then with all of them",
    )
    _finish(parser, "coverage")


def _add_drift(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "drift",
        help="say what somebody changed of what the provider made, and put it right",
        description="Compares what the provider recorded when it made the custom resources of the stack with "
        "what is there: plan, tags, vault, lock, policy, notifications, role, selections. CloudFormation "
        "calls "
        f"such a stack IN_SYNC whatever happened. Reads only, unless --repair is given. {_EXIT_CODES}",
    )
    _add_subject(parser, "every stack with resources of the provider in this Region")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="make what is there equal to what was recorded, after showing it; takes nothing away that "
        "somebody "
        "else put, and does nothing while a stack operation runs",
    )
    _finish(parser, "drift")


def _add_adopt(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "adopt",
        help="write a template for plans and vaults that exist",
        description="Prints a template for backup plans and vaults that somebody made by hand or with another tool, as "
        "short as presets and typed entries make it. Nothing is changed. What belongs to a stack, to AWS "
        "Organizations or to AWS Control Tower is left out, with the reason. Exit code 0: written; 1: something that "
        "was asked for by name is left out; 2: the account could not be read.",
    )
    parser.add_argument(
        "--plan", action="append", default=[], dest="plans", metavar="ID", help="a backup plan's id"
    )
    parser.add_argument(
        "--vault", action="append", default=[], dest="vaults", metavar="NAME", help="a vault's name"
    )
    parser.add_argument(
        "--all", action="store_true", help="every plan and vault of the account in this Region"
    )
    _finish(parser, "adopt", json=False)


def _add_subject(parser: argparse.ArgumentParser, everything: str) -> None:
    subject = parser.add_mutually_exclusive_group()
    subject.add_argument("stack", nargs="?", metavar="STACK", help="the stack's name or id")
    subject.add_argument("--all", action="store_true", help=everything)


def _finish(parser: argparse.ArgumentParser, command: str, *, json: bool = True) -> None:
    if json:
        parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--region", help="the Region (default: that of your configuration)")
    parser.add_argument("--profile", help="the profile of your AWS configuration")
    parser.add_argument("--policy", action="store_true", help="print the IAM policy that this needs, and end")
    parser.set_defaults(command=partial(_run, command, parser))


def _run(command: str, parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from cfn_backup_tools.account import policies  # noqa: PLC0415
    from cfn_backup_tools.account.calls import Calls, CannotLook  # noqa: PLC0415
    from cfn_backup_tools.account.output import complain, print_text  # noqa: PLC0415

    if options.policy:
        print_text(policies.policy(policies.of_command(command, options)))
        return EXIT_WELL
    if getattr(options, "stack", "") is None and not options.all:
        parser.error("give a STACK, or --all")
    if command == "adopt" and not (options.all or options.plans or options.vaults):
        parser.error("give --plan, --vault or --all")
    module = importlib.import_module(f"cfn_backup_tools.{command}.command")
    try:
        code: int = module.run(options, Calls(options.region, options.profile))
    except CannotLook as reason:
        complain(f"cfn-backup {command}: {reason}")
        return EXIT_CANNOT_LOOK
    return code


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form YYYY-MM-DDTHH:MMZ") from None


def _tag(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form KEY=VALUE")
    return key, value
