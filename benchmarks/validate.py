"""`cfn-backup validate` and `preview`, the whole process, and cfn-lint beside them on the same files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from statistics import median

from local_aws.instance import ROOT

PROGRAMS = ROOT / ".venv" / "bin"
EXAMPLE = ROOT / "examples" / "table-daily.yaml"
ROUNDS = 7
_MEASURED = """
import os, sys, time
nowhere = os.open(os.devnull, os.O_WRONLY)
out = [(os.POSIX_SPAWN_DUP2, nowhere, 1), (os.POSIX_SPAWN_DUP2, nowhere, 2)]
started = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=out)
_, _, used = os.wait4(process, 0)
print(time.perf_counter() - started, used.ru_maxrss)
"""


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
    # A process that is forked begins with the memory of its parent, and that counts as its peak: so the parent
    # is a small one.
    small = [sys.executable, "-I", "-S", "-c", _MEASURED, *command]
    said = subprocess.run(small, capture_output=True, text=True, check=True).stdout
    seconds, memory = map(float, said.split())
    return Cost(seconds, memory)
