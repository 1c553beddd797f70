"""Mutants of ``protocol`` and ``reconcile``, made by cosmic-ray: which of them do the tests not notice?

    python -m tests.proofs.mutants --sample 120

works on a copy of the repository, since cosmic-ray changes files in place; ``--seed`` draws the sample.
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
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("layers", "functions", "local_aws", "toolkit", "tests", "pyproject.toml", "template.yaml", "events")
CONFIG = "tests/proofs/cosmic-ray.toml"


def main() -> int:
    """Prints the survivors, each as a diff."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--sample", type=int, default=0, help="how many mutants; 0 for all of them, which takes hours"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            _copy(ROOT / part, copy / part)
        return _hunt(copy, asked.sample, asked.seed)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy(source, target)


def _hunt(copy: Path, sample: int, seed: int) -> int:
    session = copy / "session.sqlite"
    # byte code of one mutant must not be taken for the next one's: they are written within the same second.
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    _cosmic_ray(copy, environment, "init", CONFIG, str(session))
    every, kept = _draw(session, sample, seed)
    print(f"{kept} of {every} mutants", flush=True)  # noqa: T201
    _cosmic_ray(copy, environment, "baseline", CONFIG)
    _cosmic_ray(copy, environment, "exec", CONFIG, str(session))
    return _report(session)


def _cosmic_ray(copy: Path, environment: Mapping[str, str], *arguments: str) -> None:
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


def _report(session: Path) -> int:
    with sqlite3.connect(session) as database:
        outcomes = database.execute(
            "SELECT r.test_outcome, m.module_path, m.start_pos_row, m.operator_name, r.diff "
            "FROM work_results r JOIN mutation_specs m ON r.job_id = m.job_id "
            "ORDER BY m.module_path, m.start_pos_row"
        ).fetchall()
    survivors = [row for row in outcomes if str(row[0]).upper().endswith("SURVIVED")]
    for _, module, line, operator, diff in survivors:
        print(f"\n{module}:{line} {operator}\n{diff}")  # noqa: T201
    print(f"\n{len(outcomes)} mutants, {len(outcomes) - len(survivors)} found, {len(survivors)} survived")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
