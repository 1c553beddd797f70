"""``make package``: everything that others install, in ``dist``, with a hash each."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from distribution import application, bill_of_materials, wheel
from distribution.origins import ROOT, Unexplained, package_of
from local_aws.provider import ProviderNotDeployed

DIST = ROOT / "dist"


def main() -> int:
    """Builds everything anew and prints the hash of each file."""
    shutil.rmtree(DIST, ignore_errors=True)
    try:
        build(DIST)
    except (ProviderNotDeployed, Unexplained) as reason:
        sys.stderr.write(f"error: {reason}\n")
        return 1
    for file in sorted(DIST.iterdir()):
        sys.stdout.write(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    return 0


def build(output: Path) -> None:
    """The application's packages, the wheel and the bill of materials, in the folder ``output``.

    Raises ProviderNotDeployed when ``sam build`` fails, Unexplained when a packed file has no origin.
    """
    _say("  building the application …")
    application.build(output)
    _say("  building the wheel …")
    wheel.build(output)
    _say("  writing the bill of materials …")
    bill_of_materials.write([package_of(file) for file in sorted(output.iterdir())], output)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
