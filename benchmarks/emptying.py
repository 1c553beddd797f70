"""How long the emptying of a vault takes, and how much memory, under the documented rates of AWS Backup.

A simulation: the state machine, its function's code and the strict AWS Backup, with a clock that moves only when
somebody waits. Each size runs in a process of its own, whose peak memory is measured.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass

from local_aws.instance import ROOT

SIZES = (1_000, 10_000, 100_000, 1_000_000)
COMPARED = 300
"""Recovery points of the comparison with Terraform's way, which takes longer to simulate."""
PICTURE = ROOT / "docs" / "pictures" / "emptying.svg"
_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 360, 80, 50


@dataclass(frozen=True)
class Emptied:
    """One vault that was emptied; times in simulated seconds, memory in MB."""

    points: int
    seconds: float
    at_most: float
    throttled: int
    events: int
    peak_memory: float


def measure() -> list[Emptied]:
    """Every size, one after the other."""
    return [_in_a_process_of_its_own(size) for size in SIZES]


def against_terraform() -> float:
    """Our time in the place of Terraform's, for the same vault."""
    from tests.emptying.simulation import World  # noqa: PLC0415
    from tests.emptying.terraform import terraform_seconds  # noqa: PLC0415

    world = World()
    world.put(COMPARED)
    begun = world.clock.now()
    world.run()
    return (world.clock.now() - begun) / terraform_seconds(COMPARED)


def _in_a_process_of_its_own(points: int) -> Emptied:
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.emptying", str(points)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return Emptied(**json.loads(answer.stdout.splitlines()[-1]))


def _empty(points: int) -> Emptied:
    from tests.emptying.simulation import World  # noqa: PLC0415

    world = World()
    # the log of calls is the double's, and would be most of what is measured
    world.service.calls.add = lambda **_: None  # type: ignore[method-assign]
    world.put(points)
    begun = world.clock.now()
    execution = world.run()
    if not world.answers[-1].outcome.emptied or world.has_vault():
        raise RuntimeError(f"The vault was not emptied: {world.answers}")
    return Emptied(
        points,
        round(world.clock.now() - begun, 1),
        round(1.1 * points / 8 + 120, 1),
        len(world.session.throttled_at),
        execution.events,
        round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


def draw(results: list[Emptied]) -> str:
    """The times as an SVG, both axes logarithmic."""
    from math import log10  # noqa: PLC0415

    def x(points: float) -> float:
        return _LEFT + (log10(points) - 3) / 3 * (_WIDTH - _LEFT - 40)

    def y(seconds: float) -> float:
        return _HEIGHT - _BOTTOM - (log10(seconds) - 2) / 3.5 * (_HEIGHT - _BOTTOM - 30)

    def line(values: list[tuple[float, float]], style: str) -> str:
        path = " ".join(f"{x(points):.1f},{y(seconds):.1f}" for points, seconds in values)
        return f'<polyline points="{path}" fill="none" {style}/>'

    hours = [(60, "1 min"), (600, "10 min"), (3600, "1 h"), (36_000, "10 h"), (126_000, "35 h")]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">',
        "<style>text {font-size: 13px}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        *(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 40}" y1="{y(s):.1f}" y2="{y(s):.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 8}" y="{y(s) + 4:.1f}" text-anchor="end">{text}</text>'
            for s, text in hours
            if s >= 100
        ),
        *(
            f'<text x="{x(one.points):.1f}" y="{_HEIGHT - 25}" text-anchor="middle">{one.points:,}</text>'
            for one in results
        ),
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 6}" text-anchor="middle">recovery points</text>',
        line([(one.points, one.at_most) for one in results], 'stroke="#999" stroke-dasharray="4 4"'),
        line([(one.points, one.seconds) for one in results], 'stroke="#1f6feb" stroke-width="2"'),
        *(
            f'<circle cx="{x(one.points):.1f}" cy="{y(one.seconds):.1f}" r="4" fill="#1f6feb"/>'
            for one in results
        ),
        f'<text x="{_LEFT + 20}" y="30" fill="#1f6feb">emptying a vault, simulated under the documented rates</text>',
        f'<text x="{_LEFT + 20}" y="48" fill="#777">at most: 1.1 n / 8 s + 120 s</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(asdict(_empty(int(sys.argv[1])))) + "\n")
    else:
        found = measure()
        for one in found:
            sys.stdout.write(f"{asdict(one)}\n")
        sys.stdout.write(f"against Terraform's way: {against_terraform():.3f}\n")
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(draw(found))
