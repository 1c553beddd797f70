"""All points, not a sample: each fault at each AWS call of each scenario."""

from __future__ import annotations

import pytest

from tests.proofs.crash_points.faults import FAULTS, Fault
from tests.proofs.crash_points.scenarios import SCENARIOS, Scenario
from tests.proofs.crash_points.trial import rehearse, run
from tests.proofs.report import KINDS, TALLY


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name.replace(" ", "-"))
def test_survives(scenario: Scenario, fault: Fault, rounds: int) -> None:
    failures: list[str] = []
    for seed in range(rounds):
        # GIVEN a scenario that works without faults
        rehearsal = rehearse(scenario, seed)
        assert rehearsal.problems == []
        TALLY[f"scenario|{scenario}|{len(rehearsal.calls)}"] = 1
        for position in range(1, len(rehearsal.calls) + 1):
            # WHEN the fault happens at one of its calls, and CloudFormation goes on as it does
            trial = run(scenario, fault, position, rehearsal, seed)
            # THEN nothing is leaked, nothing of others' is touched, no recovery point is lost, and what
            # exists means what
            # the template says
            _count(fault, trial.problems == [], trial.leaks, trial.touched, trial.answers)
            failures += [
                f"seed {seed}, {fault.name} at call {position}, {trial.struck}, {trial.status}: {p}"
                for p in trial.problems
            ]
    assert not failures, "\n".join(failures)


def _count(fault: Fault, survived: bool, leaks: int, touched: int, answers: int) -> None:
    TALLY[f"trials|{fault.kind}"] += 1
    TALLY[f"survived|{fault.kind}"] += survived
    TALLY["leaks"] += leaks
    TALLY["touched"] += touched
    TALLY["answers"] += answers


def test_there_are_enough_of_them() -> None:
    assert len(SCENARIOS) >= 20
    assert {fault.kind for fault in FAULTS} == set(KINDS)
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
