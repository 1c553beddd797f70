"""Says at the end of every test run how many parity cases agree."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.differences import DIFFERENCES


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line. Each case is a test that notes how it came out as the property ``parity`` of its report."""
    outcomes: list[bool] = [
        report.passed
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call" and _is_case(report)
    ]
    if outcomes:
        terminalreporter.write_line(
            f"parity: {sum(outcomes)} of {len(outcomes)} cases agree, {len(DIFFERENCES)} deliberate "
            "differences"
        )


def _is_case(report: pytest.TestReport) -> bool:
    return any(name == "parity" for name, _ in report.user_properties)
