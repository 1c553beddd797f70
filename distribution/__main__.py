"""``make package``: everything that others install, in ``dist``, with a hash each."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

from distribution import wheel

DIST = Path(__file__).resolve().parents[1] / "dist"


def main() -> int:
    """Builds everything anew and prints what there is."""
    shutil.rmtree(DIST, ignore_errors=True)
    wheel.build(DIST)
    for file in sorted(DIST.iterdir()):
        sys.stdout.write(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
