"""Synthesizes the parity programs with the AWS CDK: ``.venv-parity/bin/python -m tests.parity.synthesize
[--check]``.

Needs Node.js and the environment of requirements/parity.lock. Writes ``cases/<family>.json``; with
``--check`` it writes nothing, says where the stored cases differ from what the CDK gives now, and exits with
1 if any does.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import sys
import tempfile
from types import SimpleNamespace
from typing import Any

from tests.parity.programs import FAMILIES, programs_of
from tests.parity.programs.program import Program

CASES = pathlib.Path(__file__).parent / "cases"
MODULES = ("backup", "dynamodb", "ec2", "efs", "events", "iam", "kms", "rds", "s3", "sns", "ssm")


def the_cdk() -> SimpleNamespace:
    """``aws_cdk`` with the modules that programs use as attributes."""
    cdk = importlib.import_module("aws_cdk")
    modules = {name: importlib.import_module(f"aws_cdk.aws_{name}") for name in MODULES}
    return SimpleNamespace(**vars(cdk) | modules)


def synthesized(program: Program, cdk: Any) -> dict[str, Any]:
    """The template that the CDK makes of the program, without what it adds for its own deployments."""
    with tempfile.TemporaryDirectory() as folder:
        app = cdk.App(analytics_reporting=False, outdir=folder)
        synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        stack = cdk.Stack(app, "S", synthesizer=synthesizer)
        program.build(stack, cdk)
        app.synth()
        template: dict[str, Any] = json.loads((pathlib.Path(folder) / "S.template.json").read_text())
    template.pop("Parameters", None) if not template.get("Parameters") else None
    return template


def stored(family: str) -> dict[str, Any]:
    """The stored cases of a family; empty if there are none yet."""
    file = CASES / f"{family}.json"
    return json.loads(file.read_text()) if file.exists() else {}


def text_of(cases: dict[str, Any]) -> str:
    """The cases as they are stored: a line each, sorted."""
    lines = (f"{json.dumps(name)}: {json.dumps(cases[name], sort_keys=False)}" for name in sorted(cases))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("families", nargs="*", help=f"of {', '.join(FAMILIES)}; all by default")
    parser.add_argument("--check", action="store_true", help="write nothing, and say what differs")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="with --check: only every Nth program"
    )
    options = parser.parse_args()
    cdk = the_cdk()
    compared = different = 0
    for family in options.families or FAMILIES:
        programs = list(programs_of(family).items())[:: options.every]
        cases = {}
        for number, (name, program) in enumerate(programs, 1):
            cases[name] = synthesized(program, cdk)
            sys.stderr.write(f"\r{family}: {number} of {len(programs)}")
        sys.stderr.write("\n")
        if options.check:
            known = stored(family)
            changed = [name for name in cases if known.get(name) != cases[name]]
            compared, different = compared + len(cases), different + len(changed)
            sys.stdout.write("".join(f"{family}/{name} differs from the stored case\n" for name in changed))
        else:
            CASES.mkdir(exist_ok=True)
            (CASES / f"{family}.json").write_text(text_of(cases))
    if options.check:
        sys.stdout.write(f"{compared - different} of {compared} programs synthesize to the stored cases\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
