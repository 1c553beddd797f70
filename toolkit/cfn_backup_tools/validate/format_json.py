"""The findings for programs: one list of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cfn_backup_tools.validate.command import Report
    from cfn_backup_tools.validate.findings import LocatedFinding


def formatted(report: Report) -> str:
    """A list of findings; lines and columns count from 1, and the end is behind the last character."""
    return json.dumps([_finding(one) for one in report.findings], indent=2, ensure_ascii=False) + "\n"


def _finding(one: LocatedFinding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "file": one.file,
        "line": one.location.line,
        "column": one.location.column,
        "endLine": one.location.end_line,
        "endColumn": one.location.end_column,
        "severity": one.finding.severity.value,
        "code": one.finding.code,
        "logicalId": one.logical_id,
        "path": one.finding.path,
        "message": one.finding.message,
    }
    return {**found, "choice": one.choice} if one.choice else found
