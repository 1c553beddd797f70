"""The findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cfn_backup_tools.validate.command import Report
    from cfn_backup_tools.validate.findings import LocatedFinding


def formatted(report: Report) -> str:
    """A command for each finding; nothing where nothing was found."""
    return "".join(f"{_command(one)}\n" for one in report.findings)


def _command(one: LocatedFinding) -> str:
    place = one.location
    properties = {
        "file": one.file,
        "line": place.line,
        "endLine": place.end_line,
        "col": place.column,
        "endColumn": place.end_column,
        "title": one.finding.code,
    }
    written = ",".join(f"{name}={_of_property(str(value))}" for name, value in properties.items())
    return f"::{one.finding.severity.value} {written}::{_of_message(one.text)}"


def _of_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _of_property(text: str) -> str:
    return _of_message(text).replace(":", "%3A").replace(",", "%2C")
