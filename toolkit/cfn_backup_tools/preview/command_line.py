"""``preview`` and ``prices``, as the command line knows them. What they do is imported when they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no public name

NEXT_RUNS = 5
MOST_RUNS = 1000


def add_commands(commands: Subparsers, add_parameters: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds them to the command line."""
    _add_preview(commands, add_parameters)
    _add_prices(commands)


def _add_preview(commands: Subparsers, add_parameters: Callable[[argparse.ArgumentParser], None]) -> None:
    parser = commands.add_parser(
        "preview",
        help="say when a plan runs, how many recovery points it keeps and what they cost",
        description="For each backup plan of a template, custom or native: what will exist, the next runs of each "
        "rule with the window in which they start, which of them another rule suppresses, how many recovery points "
        "there will be, warm and cold, by a simulation of nine years, and with --sizes what they store and cost. "
        "Needs no AWS account and no network. Exit code 0: shown; 1: the template has errors, or a plan cannot be "
        "previewed; 2: a file cannot be read or written, or a parameter is not known.",
    )
    parser.add_argument("template", nargs="?", metavar="TEMPLATE", help="a template in YAML or JSON")
    add_parameters(parser)
    parser.add_argument(
        "--sizes", metavar="FILE", help="how big the resources are: then storage is estimated, too"
    )
    parser.add_argument(
        "--prices", metavar="FILE", help="prices, as cfn-backup prices makes them: then cost, too"
    )
    parser.add_argument(
        "--region", default="", metavar="REGION", help="where the template is deployed, for prices"
    )
    parser.add_argument("--html", metavar="FILE", help="write a page, without scripts and network")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument(
        "--from", dest="start", type=_moment, metavar="YYYY-MM-DDTHH:MMZ", help="when to begin (default: now)"
    )
    parser.add_argument(
        "--runs",
        type=_number_of_runs,
        default=NEXT_RUNS,
        metavar="N",
        help=f"next runs of each rule ({NEXT_RUNS})",
    )
    parser.add_argument(
        "--write-sizes-example",
        metavar="FILE",
        help="write an example for --sizes, with the template's resources",
    )
    parser.set_defaults(command=_preview)


def _add_prices(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "prices",
        help="make the price file that preview --prices reads",
        description="Without --convert: prints the two calls of the AWS CLI that fetch the prices of a Region. They "
        "need credentials with pricing:GetProducts. With --convert: reads what the calls answered, of one or several "
        "Regions, and writes the price file. Exit code 0: written; 2: a file cannot be read or written.",
    )
    parser.add_argument("--region", metavar="REGION", help="whose prices to fetch; needed without --convert")
    parser.add_argument(
        "--service",
        action="append",
        default=[],
        choices=("AmazonRDS", "AmazonFSx", "AmazonDocDB", "AmazonNeptune"),
        help="print the call for the backups that this service bills, too; may be repeated",
    )
    parser.add_argument("--convert", nargs="+", metavar="FILE", help="answers of aws pricing get-products")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    parser.set_defaults(command=_prices)


def _preview(options: argparse.Namespace) -> int:
    from cfn_backup_tools.preview.commands import preview  # noqa: PLC0415

    return preview(options)


def _prices(options: argparse.Namespace) -> int:
    from cfn_backup_tools.preview.commands import prices  # noqa: PLC0415

    return prices(options)


def _moment(text: str) -> datetime:
    """A time in UTC, to the minute; seconds are accepted, too."""
    for form in ("%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(
        f"{text!r} is not of the form YYYY-MM-DDTHH:MMZ, such as 2026-11-24T05:00Z"
    )


def _number_of_runs(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= MOST_RUNS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {MOST_RUNS}")
    return int(text)
