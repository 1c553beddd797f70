"""Mutants of ``protocol`` and ``reconcile``, made by cosmic-ray: which of them do the tests not notice?

    python -m tests.proofs.mutants --sample 120

The two rooms are worked on side by side, each in a copy of the repository, since cosmic-ray changes files in
place; ``--seed`` draws the sample.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("layers", "functions", "local_aws", "toolkit", "tests", "pyproject.toml", "template.yaml", "events")
CONTRACT = "tests/proofs/test_contract.py tests/proofs/test_switches.py"
ROOMS: Mapping[str, str] = {
    "protocol": f"tests/protocol {CONTRACT}",
    "reconcile": f"tests/reconcile {CONTRACT}",
}
"""Which tests each room's mutants are run against."""
CONFIG = """
[cosmic-ray]
module-path = "layers/cfn_backup/cfn_backup/{room}"
timeout = 180.0
excluded-modules = []
test-command = "python -m pytest -x -q -p no:cacheprovider -p no:xdist --no-header {tests}"

[cosmic-ray.distributor]
name = "local"
"""

type Outcome = tuple[str, str, int, str, str]
"""Test outcome, module, line, operator, diff."""


@dataclass(frozen=True)
class Hunted:
    """What came of one room's mutants."""

    room: str
    existing: int
    outcomes: tuple[Outcome, ...]

    @property
    def survivors(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome[0].upper().endswith("SURVIVED"))


def main() -> int:
    """Prints the survivors, each as a diff."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--sample", type=int, default=0, help="how many mutants of both; 0 for all, which takes hours"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with ThreadPoolExecutor(len(ROOMS)) as pool:
        hunted = list(pool.map(lambda room: _hunt(room, asked.sample // len(ROOMS), asked.seed), ROOMS))
    for one in hunted:
        for _, module, line, operator, diff in one.survivors:
            print(f"\n{module}:{line} {operator}\n{diff}")  # noqa: T201
    print()  # noqa: T201
    for one in hunted:
        found = len(one.outcomes) - len(one.survivors)
        print(  # noqa: T201
            f"{one.room}: {len(one.outcomes)} of {one.existing:,} mutants, {found} found, "
            f"{len(one.survivors)} survived"
        )
    return 0


def _hunt(room: str, sample: int, seed: int) -> Hunted:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            _copy(ROOT / part, copy / part)
        config, session = copy / "mutants.toml", copy / "session.sqlite"
        config.write_text(CONFIG.format(room=room, tests=ROOMS[room]))
        _cosmic_ray(copy, "init", str(config), str(session))
        existing, kept = _draw(session, sample, seed)
        print(f"{room}: {kept} of {existing:,} mutants", flush=True)  # noqa: T201
        _cosmic_ray(copy, "baseline", str(config))
        _cosmic_ray(copy, "exec", str(config), str(session))
        return Hunted(room, existing, _outcomes(session))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy(source, target)


def _cosmic_ray(copy: Path, *arguments: str) -> None:
    # byte code of one mutant must not be taken for the next one's: they are written within the same second.
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    subprocess.run(
        [sys.executable, "-m", "cosmic_ray.cli", *arguments], cwd=copy, env=environment, check=True
    )


def _draw(session: Path, sample: int, seed: int) -> tuple[int, int]:
    """Keeps a sample of the mutants; an even one, the same for a seed."""
    with sqlite3.connect(session) as database:
        listed = database.execute(
            "SELECT job_id FROM mutation_specs"
            # `X | None` of an annotation is no expression that is ever evaluated here
            " WHERE operator_name NOT LIKE 'core/ReplaceBinaryOperator_BitOr_%'"
            " ORDER BY module_path, start_pos_row, start_pos_col, operator_name, occurrence"
        )
        ordered = [job for (job,) in listed]
        step = max(1, len(ordered) // sample) if sample else 1
        kept = set(ordered[seed % step :: step])
        every = database.execute("SELECT job_id FROM mutation_specs").fetchall()
        surplus = [(job,) for (job,) in every if job not in kept]
        database.executemany("DELETE FROM mutation_specs WHERE job_id = ?", surplus)
        database.executemany("DELETE FROM work_items WHERE job_id = ?", surplus)
    return len(ordered), len(kept)


def _outcomes(session: Path) -> tuple[Outcome, ...]:
    with sqlite3.connect(session) as database:
        return tuple(
            database.execute(
                "SELECT r.test_outcome, m.module_path, m.start_pos_row, m.operator_name, r.diff "
                "FROM work_results r JOIN mutation_specs m ON r.job_id = m.job_id "
                "ORDER BY m.module_path, m.start_pos_row"
            )
        )


if __name__ == "__main__":
    sys.exit(main())
