"""``init``, as the command line knows it."""

from __future__ import annotations

import argparse

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no public name


def add_command(commands: Subparsers) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "init",
        help="write a first template",
        description="Asks what is to be backed up, for how long and where, and writes a template that does it. What "
        "is given as an option is not asked. Questions go to standard error, the template to standard output. Exit "
        "code 0: written; 2: an option means nothing, options do not go together, or the file cannot be written.",
    )
    parser.add_argument(
        "--protect",
        metavar="WHAT",
        help="a tag KEY=VALUE, everything, stack (the contents of this stack), or types such as DynamoDB,EFS",
    )
    parser.add_argument("--keep", metavar="TIME", help="35d, 1y, 5y, 7y, or a number of days")
    parser.add_argument(
        "--own-vault", metavar="yes|no", help="a vault of the template, or the account's Default"
    )
    parser.add_argument(
        "--lock", metavar="none|governance|compliance", help="a lock for the template's own vault"
    )
    parser.add_argument(
        "--copy-to", metavar="ARN", help="a vault that gets a copy of each backup; no for none"
    )
    parser.add_argument("--kind", metavar="custom|native", help="resources of this project, or AWS's own")
    parser.add_argument(
        "--yes", action="store_true", help="ask nothing: take the defaults for what is not given"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.set_defaults(command=_init)


def _init(options: argparse.Namespace) -> int:
    from cfn_backup_tools.init.command import init  # noqa: PLC0415

    return init(options)
