"""`cfn-backup validate` and `preview`, the whole process, and cfn-lint beside them on the same files."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from statistics import median

from local_aws.instance import ROOT

PROGRAMS = ROOT / ".venv" / "bin"
EXAMPLE = ROOT / "examples" / "table-daily.yaml"
ROUNDS = 7


@dataclass(frozen=True)
class Cost:
    """What a run takes, or a run of one program against that of another."""

    seconds: float
    memory: float
    """Kilobytes, the most at a time."""

    def against(self, other: Cost) -> Cost:
        return Cost(self.seconds / other.seconds, self.memory / other.memory)


def measure(name: str = "validate") -> float:
    """Seconds that a command takes, the median of some runs."""
    return _median([str(PROGRAMS / "cfn-backup"), name, str(EXAMPLE)], ROUNDS).seconds


def against_cfn_lint() -> Cost:
    """`validate` of one template against cfn-lint of the same."""
    ours = _median([str(PROGRAMS / "cfn-backup"), "validate", str(EXAMPLE)], ROUNDS)
    return ours.against(_median([str(PROGRAMS / "cfn-lint"), "--", str(EXAMPLE)], ROUNDS))


def _median(command: list[str], rounds: int) -> Cost:
    _once(command)  # so that every file is in memory
    costs = [_once(command) for _ in range(rounds)]
    return Cost(median(cost.seconds for cost in costs), median(cost.memory for cost in costs))


def _once(command: list[str]) -> Cost:
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.perf_counter() - started, used.ru_maxrss)
