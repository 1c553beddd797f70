"""`cfn-backup validate` and `preview` of one template, the whole process."""

import subprocess
import time
from statistics import median

from local_aws.instance import ROOT

ROUNDS = 7


def measure(name: str = "validate") -> float:
    """Seconds that a command takes, the median of some runs."""
    command = [
        str(ROOT / ".venv" / "bin" / "cfn-backup"),
        name,
        str(ROOT / "examples" / "table-daily.yaml"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return median(_once(command) for _ in range(ROUNDS))


def _once(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started
