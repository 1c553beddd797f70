"""The drawn parts of the page, as inline SVG.

Every picture is stretched to the width there is, so it holds no text, and its lines keep their width
(``non-scaling-stroke``). What is warm is filled, what is cold is striped, and suppressed runs stand on a line
of their own, so that nothing depends on colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cfn_backup_tools.preview.axis import FINER, STEPS, WIDTH, samples, x
from cfn_backup_tools.preview.simulation import Counts, RuleHistory

MARKS_HEIGHT = 20
RUNS_AT, SUPPRESSED_AT = 6, 15
AREA_HEIGHT = 100
SAMPLE = 4.0
MOST_DOTS_A_DAY = 2


def grid() -> str:
    """The lines behind everything: between the parts of the axis, and finer ones within them."""
    finer = "".join(f"M{_n(x(day))} 0V1" for day in FINER)
    between = "".join(f"M{_n(x(day))} 0V1" for day in STEPS[1:-1])
    return _svg("grid", 1, f'<path class="finer" d="{finer}"/><path class="between" d="{between}"/>')


def marks(history: RuleHistory, title: str) -> str:
    """The runs of a rule: a dot for each of the first 35 days, a stroke later, where they stand closer; on a
    second line rings for those that another rule suppresses."""
    frequent = max(history.started[: STEPS[1]], default=0) > MOST_DOTS_A_DAY
    dots = list(_places(history.started, range(STEPS[1])))
    later = sorted({round(at) for at in _places(history.started, range(STEPS[1], STEPS[-1]))})
    rings = list(_places(history.suppressed, range(STEPS[1])))
    later_rings = sorted({round(at) for at in _places(history.suppressed, range(STEPS[1], STEPS[-1]))})
    return _svg(
        "marks",
        MARKS_HEIGHT,
        _path("stroke" if frequent else "dot", dots if frequent else (), RUNS_AT)
        + _path("dot", () if frequent else dots, RUNS_AT)
        + _path("stroke", later, RUNS_AT)
        + _path("ring", rings, SUPPRESSED_AT)
        + _path("hole", rings, SUPPRESSED_AT)
        + _path("stroke ghost", later_rings, SUPPRESSED_AT),
        title,
    )


def area(counts: Counts, most: int, title: str) -> str:
    """How many recovery points there are: warm ones, and cold ones above them."""
    places = [(at, min(day, len(counts.warm) - 1)) for at, day in samples(SAMPLE)]
    scale = AREA_HEIGHT / max(most, 1)
    warm = [(at, AREA_HEIGHT - counts.warm[day] * scale) for at, day in places]
    total = [(at, AREA_HEIGHT - (counts.warm[day] + counts.cold[day]) * scale) for at, day in places]
    ground = [(WIDTH, float(AREA_HEIGHT)), (0.0, float(AREA_HEIGHT))]
    cold = ""
    if any(counts.cold):
        between = _points([*total, *reversed(warm)])
        edge = f'<polyline class="cold-edge" points="{_points(total)}"/>'
        cold = f'<polygon class="cold" points="{between}"/>{edge}'
    return _svg(
        "area",
        AREA_HEIGHT,
        f'<polygon class="warm" points="{_points([*warm, *ground])}"/>{cold}'
        f'<polyline class="warm-edge" points="{_points(warm)}"/>',
        title,
    )


def stripes() -> str:
    """The pattern of what is cold, once for the page. It is stretched sideways only, so it lies level."""
    return (
        '<svg width="0" height="0" aria-hidden="true"><defs><pattern id="stripes" width="8" height="6" '
        'patternUnits="userSpaceOnUse"><rect class="between-stripes" width="8" height="6"/>'
        '<rect class="stripe" width="8" height="3"/></pattern></defs></svg>'
    )


def _places(runs: Sequence[int], days: range) -> Iterator[float]:
    """Where the runs of these days are on the axis, those of one day side by side."""
    for day in days:
        number = runs[day] if day < len(runs) else 0
        for run in range(number):
            yield x(day + (run + 0.5) / number)


def _path(name: str, places: Iterable[float], y: int) -> str:
    """A mark at each place; the style decides what it looks like."""
    reach = 4 if name.startswith("stroke") else 0
    drawn = "".join(f"M{_n(at)} {y - reach}v{2 * reach or 0.01}" for at in places)
    return f'<path class="{name}" d="{drawn}"/>' if drawn else ""


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_n(at)},{_n(y)}" for at, y in places)


def _svg(name: str, height: int, content: str, title: str = "") -> str:
    said = f'role="img" aria-label="{title}"' if title else 'aria-hidden="true"'
    return (
        f'<svg class="{name}" viewBox="0 0 {WIDTH:.0f} {height}" preserveAspectRatio="none" {said}>'
        f"{content}</svg>"
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
