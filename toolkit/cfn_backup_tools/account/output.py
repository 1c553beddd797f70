"""How the commands print: a table and findings for a person, JSON for a program."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from cfn_backup_tools.account.findings import Finding, Report

_WIDTH = 110


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as what is in them, two spaces apart."""
    lines = [list(header), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def told(findings: Iterable[Finding]) -> str:
    """Each finding as a paragraph: what and where, why, and what to do."""
    return "\n".join(_told(finding) for finding in findings)


def _told(finding: Finding) -> str:
    head = f"{finding.logical_id}: {finding.kind}"
    if finding.path:
        head += f" {finding.path}"
    if finding.resource:
        head += f" ({finding.resource})"
    lines = [head]
    if finding.path and (finding.expected is not None or finding.actual is not None):
        lines.append(f"  expected: {shown(finding.expected)}")
        lines.append(f"  actual:   {shown(finding.actual)}")
    for label, text in (("  ", finding.cause), ("  fix: ", finding.fix)):
        if text:
            lines += textwrap.wrap(text, _WIDTH, initial_indent=label, subsequent_indent="  ")
    return "\n".join(lines)


def shown(value: Any) -> str:
    """A value on one line; «nothing» where there is none."""
    return "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)


def when(at: datetime | None) -> str:
    """To the minute in UTC; a dash for never."""
    return "-" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def print_json(report: Report) -> None:
    sys.stdout.write(json.dumps(report.as_json(), indent=2, default=_iso) + "\n")


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def say(text: str) -> None:
    """Progress, where somebody is watching."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{text} …\n")


def print_text(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
