"""The rules about a schedule."""

from __future__ import annotations

from cfn_backup.written.problems import Findings
from cfn_backup.written.schedule import BadSchedule, DayFields, Malformed, TooOften, parse

CODES: dict[type[BadSchedule], str] = {Malformed: "E9208", DayFields: "E9209", TooOften: "E9210"}


def check_schedule(expression: str, findings: Findings, path: str) -> None:
    """Reports an expression that AWS Backup would refuse."""
    try:
        parse(expression)
    except BadSchedule as problem:
        findings.add(CODES[type(problem)], path, str(problem))
