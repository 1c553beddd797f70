"""The findings for people: a line each, and a line that says what was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfn_backup_tools.validate.checking import summary

if TYPE_CHECKING:
    from cfn_backup_tools.validate.command import Report


def formatted(report: Report) -> str:
    """The findings, the templates in which there was nothing to check, and the summary."""
    lines = [str(finding) for finding in report.findings]
    lines += [f"{name}: no backup resource to check" for name, one in report.checked if not one.resources]
    lines.append(summary([one for _, one in report.checked], report.unreadable))
    return "\n".join(lines) + "\n"
