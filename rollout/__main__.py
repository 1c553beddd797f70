"""``python -m rollout``: install this version in an organisation, or upgrade it, or go back to it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from . import package
from .organisation import Failed, Rollout, Target

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """Do it; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        account = boto3.client("sts", region_name=given.regions[0]).get_caller_identity()["Account"]
        rollout = Rollout(
            package.read(ROOT / "dist"),
            Target(
                given.organization, given.units, given.regions, account,
                dict(given.parameter), given.delegated_admin,
            ),
            lambda service, region: boto3.client(service, region_name=region),  # type: ignore[call-overload]
            (ROOT / "rollout" / "artifacts.yaml").read_text(),
            lambda line: print(f"• {line}", flush=True),  # noqa: T201 - it talks to whoever runs it
        )  # fmt: skip
        rollout.upload()
        if given.here:
            rollout.here()
        if given.units:
            rollout.everywhere()
    except (package.NotPackaged, Failed, BotoCoreError, ClientError) as reason:
        print(f"error: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rollout", description=__doc__)
    parser.add_argument("--organization", required=True, metavar="o-…", help="who may read the code")
    parser.add_argument(
        "--regions", required=True, type=_words, help="with commas; the first has the stack set"
    )
    parser.add_argument("--units", default=[], type=_words, help="organisational units, with commas")
    parser.add_argument("--here", action="store_true", help="in this account as well, beside the stack set")
    parser.add_argument(
        "--delegated-admin", action="store_true", help="this is the delegated administrator of StackSets"
    )
    parser.add_argument(
        "--parameter", action="append", default=[], type=_pair, metavar="NAME=VALUE",
        help="a parameter of the provider, for all accounts",
    )  # fmt: skip
    return parser


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text} has no =")
    return name, value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
