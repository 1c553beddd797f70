"""``cfn-backup empty``, as the command line knows it. What it does is imported when it runs."""

from __future__ import annotations

import argparse

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no public name


def add_command(commands: Subparsers) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "empty",
        help="delete the recovery points of a stack's vaults, before the stack is deleted",
        description="Starts the provider's state machine on vaults with EmptyOnDelete: true, where no hour of "
        "CloudFormation's binds, and shows how far it is. It goes on when this command is left (Ctrl-C), and the "
        "same command joins it again. The vaults stay. Exit code 0: empty, or left while it goes on; 1: a vault "
        "cannot be emptied; 2: the account could not be read.",
    )
    parser.add_argument("stack", nargs="?", metavar="STACK", help="the stack whose vaults are to be emptied")
    parser.add_argument(
        "logical_id", nargs="?", metavar="LOGICAL_ID", help="only the vaults of this resource"
    )
    parser.add_argument("--vault", metavar="NAME", help="one vault, by its name, in place of STACK")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would go, what cannot and why, and how long it takes"
    )
    parser.add_argument("--leave", action="store_true", help="start or join, and do not wait")
    parser.add_argument("--region", help="the Region (default: that of your configuration)")
    parser.add_argument("--profile", help="the profile of your AWS configuration")
    parser.add_argument(
        "--prefix",
        default="cfn-backup-provider",
        help="the parameter Prefix of the provider's stack (default: cfn-backup-provider)",
    )
    parser.set_defaults(command=lambda options: _run(parser, options))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if (options.stack is None) == (options.vault is None):
        parser.error("give a STACK, or --vault NAME")
    try:
        import boto3  # noqa: F401, PLC0415
    except ImportError:
        parser.exit(2, "cfn-backup empty: this needs boto3: pip install 'cfn-backup[aws]'\n")
    from cfn_backup_tools.empty.command import run  # noqa: PLC0415

    return run(options)
