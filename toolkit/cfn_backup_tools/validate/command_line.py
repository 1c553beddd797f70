"""The arguments of ``cfn-backup validate``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

FORMATS = ("text", "json", "sarif", "github", "junit")


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    add_parameters: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "validate",
        help="say what is wrong in templates, before anything is deployed",
        description="Checks every backup resource of the templates, custom and native, by the rules of a deployment. "
        "Each finding is one line: file, line, column, logical id and property, what is wrong and what to do, and the "
        "rule's code. Exit code 0: no errors (warnings may be, without --strict); 1: errors; 2: a file cannot be read, "
        "or a parameter or a rule is not known.",
    )
    parser.add_argument(
        "templates",
        nargs="+",
        metavar="TEMPLATE",
        help="a template in YAML or JSON; a folder, of which every template is checked; a pattern such as "
        "'stacks/**/*.yaml'; or - for the standard input",
    )
    add_parameters(parser)
    parser.add_argument(
        "--parameter-file",
        action="append",
        default=[],
        metavar="FILE",
        dest="parameter_files",
        help="values of parameters: a parameter file of CloudFormation, a template configuration of CodePipeline, or "
        "a samconfig.toml; may be repeated; --parameter wins",
    )
    parser.add_argument(
        "--config-env",
        default="default",
        metavar="NAME",
        help="the environment of a samconfig.toml (default: default)",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to write the findings (default: text)"
    )
    parser.add_argument("--strict", action="store_true", help="fail on warnings, too")
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE",
        help="a rule to leave out, or the beginning of several rules' codes; may be repeated, and have commas",
    )
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    # the commands have to start fast
    from cfn_backup_tools.validate.command import Wishes, run  # noqa: PLC0415

    ignored = tuple(code.strip() for text in options.ignore for code in text.split(",") if code.strip())
    return run(
        Wishes(
            templates=tuple(options.templates),
            parameters=dict(options.parameters),
            parameter_files=tuple(options.parameter_files),
            config_env=options.config_env,
            format=options.format,
            strict=options.strict,
            ignored=ignored,
        )
    )
