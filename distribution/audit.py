"""Asks the package index which known vulnerabilities the pinned dependencies have: ``python -m distribution.audit``.

The index, or a mirror of it, may have no such data or be out of reach. Then this says so, and does not pass for
an audit: a dependency counts as audited only when an answer about it came.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("runtime",)
"""What runs in somebody's account. The tools of development are not deployed."""
TIMEOUT = 60
"""Seconds that an audit may take: without a network it takes a few."""


def main() -> int:
    """Prints what is known; 1 if a dependency has a known vulnerability."""
    found = 0
    for lock in LOCKS:
        answers = _ask(ROOT / "requirements" / f"{lock}.lock")
        for line in lines_of(f"requirements/{lock}.lock", answers):
            sys.stdout.write(f"{line}\n")
        found += sum(len(one.get("vulns", ())) for one in answers or ())
    return 1 if found else 0


def _ask(lock: Path) -> list[dict[str, Any]] | None:
    """pip-audit's answer for each dependency; None if there was none."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--disable-pip",
        "--require-hashes",
        "--requirement",
        str(lock),
    ]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", "5"]
    try:
        asked = subprocess.run(
            [*command, *options], capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        dependencies: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return dependencies


def lines_of(lock: str, answers: list[dict[str, Any]] | None) -> list[str]:
    """What to say of the answers."""
    if answers is None:
        return [f"NOT AUDITED: {lock}: the index's data on vulnerabilities could not be reached"]
    lines = [
        f"{lock}: {one['name']} {one['version']}: {vulnerability['id']}, mended in "
        f"{', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for one in answers
        for vulnerability in one.get("vulns", ())
    ]
    unknown = [one["name"] for one in answers if "skip_reason" in one]
    if unknown:
        lines.append(
            f"NOT AUDITED: {lock}: the index has no data on vulnerabilities of {len(unknown)} of "
            f"{len(answers)} dependencies: {', '.join(unknown)}"
        )
    known = len(answers) - len(unknown)
    return [*lines, f"audited: {lock}: {known} of {len(answers)} dependencies"] if known else lines


if __name__ == "__main__":
    sys.exit(main())
