"""``cfn-backup``: the author's command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from cfn_backup_tools.account.command_line import add_commands
from cfn_backup_tools.commands import eject
from cfn_backup_tools.empty.command_line import add_command as add_empty
from cfn_backup_tools.init.command_line import add_command as add_init
from cfn_backup_tools.preview.command_line import add_commands as add_preview
from cfn_backup_tools.validate.command_line import add_command as add_validate

type Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except BrokenPipeError:
        # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cfn-backup",
        description="Checks and converts CloudFormation and SAM templates that use "
        "Custom::BackupPlan, Custom::BackupVault and Custom::BackupSelection.",
    )
    parser.add_argument("--version", action=_Version, help="say which version this is")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add_validate(commands, _add_parameters)
    _add_eject(commands)
    add_preview(commands, _add_parameters)
    add_init(commands)
    add_commands(commands)
    add_empty(commands)
    return parser


class _Version(argparse.Action):
    """Prints the version of the installed package; only who asks waits for reading it."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"cfn-backup {version('cfn-backup')}\n")
        parser.exit()


def _add_eject(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "eject",
        help="write the template with native resources in place of the custom ones",
        description="Replaces every custom resource by the native AWS::Backup and AWS::IAM resources "
        "that it stands for, and every reference to it. Everything else stays as it is written. What native "
        "resources cannot express is said on standard error and in the new template. Exit code 0: written; "
        "1: nothing is written, because nobody can say what some resource means; 2: a file cannot be read or "
        "written, or a parameter is not known.",
    )
    parser.add_argument("template", metavar="TEMPLATE", help="a template in YAML or JSON")
    _add_parameters(parser)
    parser.add_argument(
        "--format", choices=("yaml", "json"), help="the language to write (default: the template's own)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.set_defaults(command=eject)


def _add_parameters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        type=_parameter,
        dest="parameters",
        help="the value of a template parameter, instead of its default; may be repeated",
    )


def _parameter(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
