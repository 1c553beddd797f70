"""The figures of the proofs: counted while they run, in every worker, and printed as a table at the end of
the session.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

TALLY: Counter[str] = Counter()
"""Of this process. ``trials|<kind of fault>`` and ``survived|<kind of fault>`` belong together, and so do
the others.
"""

_seen: dict[str, str] = {}
"""The outcome of each test of the proofs, by its node id."""

KINDS = ("error before", "answer lost", "throttled", "process killed", "deadline reached")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--crash-rounds",
        type=int,
        default=int(os.environ.get("PROOF_ROUNDS", "1")),
        help="how often crash points, model and fuzzing are gone through, each time with another seed",
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["proofs"] = dict(TALLY)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    TALLY.update(getattr(node, "workeroutput", {}).get("proofs", {}))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if "tests/proofs/" in report.nodeid and (report.when == "call" or report.failed):
        _seen[report.nodeid] = report.outcome


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows = list(_rows())
    if not rows:
        return
    terminalreporter.section("proofs")
    width = max(len(what) for what, *_ in rows)
    terminalreporter.line(f"{'':{width}}  {'tried':>9}  {'survived':>9}")
    for what, tried, survived in rows:
        terminalreporter.line(
            f"{what:{width}}  {tried:>9,}  {survived if survived == '' else f'{survived:,}':>9}"
        )
    leaks, touched = TALLY["leaks"], TALLY["touched"]
    answers = f"; {TALLY['answers']:,} answers, each request's first one accepted" if TALLY["answers"] else ""
    terminalreporter.line(f"leaks: {leaks:,}; touched although not ours: {touched:,}{answers}")


def _rows() -> Iterator[tuple[str, int, int | str]]:
    yield from _tests("contract pairs", "test_contract.py")
    yield from _tests("slow and contrary services", "test_switches.py")
    yield from _tests("faults put in by hand, found", "test_mutations.py")
    scenarios = [key.split("|") for key in TALLY if key.startswith("scenario|")]
    if scenarios:
        yield (
            f"crash points: AWS calls in {len(scenarios)} scenarios",
            sum(int(calls) for *_, calls in scenarios),
            "",
        )
        for kind in KINDS:
            yield f"  {kind}", TALLY[f"trials|{kind}"], TALLY[f"survived|{kind}"]
        yield "  together", _sum("trials|"), _sum("survived|")
    for what in ("overlapping deliveries", "model steps", "fuzz inputs"):
        if TALLY[what]:
            yield what, TALLY[what], TALLY[f"{what} survived"]


def _tests(what: str, file: str) -> Iterator[tuple[str, int, int]]:
    outcomes = [outcome for node, outcome in _seen.items() if f"/{file}::" in node and outcome != "skipped"]
    if outcomes:
        yield what, len(outcomes), outcomes.count("passed")


def _sum(prefix: str) -> int:
    return sum(count for key, count in TALLY.items() if key.startswith(prefix))
