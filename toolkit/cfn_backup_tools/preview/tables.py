"""The parts of the page below the lanes: the same in numbers, the next runs, cost and what exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from cfn_backup_tools.preview import cost as costs
from cfn_backup_tools.preview.cost import MONTHS, Cost, Line
from cfn_backup_tools.preview.report import Planned, PlanReport, RuleReport
from cfn_backup_tools.preview.runs import Run
from cfn_backup_tools.preview.words import clock_change, count, days, life, place, settles, span, verdict

SHORT = 12
"""Characters of a figure, which is not broken over lines."""


# ---- rules and runs ----


def numbers(report: PlanReport) -> str:
    """A row for each rule, with what its lane shows."""
    heads = (
        "Rule",
        "Runs",
        "In the next 365 days",
        "Kept",
        "Warm",
        "Cold",
        "Recovery points",
        "Settled after",
    )
    rows = "".join(_row(_cells(rule)) for rule in report.rules)
    settled = report.settled
    last = _row(
        [
            ("Rule", "All rules"),
            ("Runs", ""),
            ("", ""),
            ("", ""),
            ("Warm", count(settled.warm)),
            ("Cold", count(settled.cold)),
            ("Recovery points", count(settled.total)),
            ("Settled after", _after(settled.after_days)),
        ]
    )
    return (
        '<section class="panel"><h2>The same in numbers</h2>'
        f"<table><thead>{_heads(heads)}</thead><tbody>{rows}</tbody><tfoot>{last}</tfoot></table></section>"
    )


def _cells(report: RuleReport) -> Iterator[tuple[str, str]]:
    rule, settled = report.rule, report.settled
    suppressed = f", {report.suppressed_in_a_year} suppressed" if report.suppressed_in_a_year else ""
    yield "Rule", rule.name
    yield "Runs", f"{report.words}, within {rule.start_window_minutes} minutes"
    yield "In the next 365 days", f"{report.runs_in_a_year} runs{suppressed}"
    yield "Kept", f"{life(rule.life)}; in {place(rule.vault)}{_copies(report)}"
    yield "Warm", count(settled.warm)
    yield "Cold", count(settled.cold)
    yield "Recovery points", count(settled.total)
    yield "Settled after", _after(settled.after_days)


def _copies(report: RuleReport) -> str:
    return "".join(
        f"; copy in {place(copy.copy.vault)}: {life(copy.copy.life)}, {settles(copy.settled)}"
        for copy in report.copies
    )


def _after(after: int | None) -> str:
    return "never" if after is None else days(after)


def _heads(names: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<th scope="col">{escape(name)}</th>' for name in names)}</tr>"


def _row(cells: Iterable[tuple[str, str]]) -> str:
    """A row: its name first, then each cell with what it is, for narrow screens, where there is no head."""
    (_, first), *rest = cells
    return f'<tr><th scope="row">{escape(first)}</th>{"".join(_cell(name, text) for name, text in rest)}</tr>'


def _cell(name: str, text: str) -> str:
    if not text:
        return "<td></td>"
    figure = ' class="figure"' if len(text) <= SHORT else ""
    return f'<td data-label="{escape(name)}"{figure}>{escape(text)}</td>'


def next_runs(report: PlanReport) -> str:
    """The next runs of each rule, and where the clock changes them."""
    rules = "".join(_runs_of(rule) for rule in report.rules)
    return f'<section class="panel"><h2>Next runs</h2><div class="columns">{rules}</div></section>'


def _runs_of(report: RuleReport) -> str:
    runs = (
        "".join(f"<li>{_run(run)}</li>" for run in report.next_runs) or "<li>never: the schedule is over</li>"
    )
    changes = "".join(f"<li>{escape(clock_change(change))}</li>" for change in report.clock_changes)
    changed = f'<p class="soft">The clock changes:</p><ul class="list">{changes}</ul>' if changes else ""
    return f'<div><h3>{escape(report.rule.name)}</h3><ul class="list">{runs}</ul>{changed}</div>'


def _run(run: Run) -> str:
    if run.suppressed_by is None:
        return escape(span(run))
    suppressed = f"<s>{escape(span(run))}</s> suppressed by {escape(run.suppressed_by)}"
    return f'<span class="is-suppressed">{suppressed}</span>'


# ---- cost ----


def stored(cost: Cost) -> str:
    """What is stored, and what it costs, with what is left out."""
    heads = ("Resource", "Vault", "Warm, GB-days a month", "Cold, GB-days a month")
    priced = (*heads, f"About, {cost.currency} a month") if cost.currency else heads
    rows = "".join(_row(_cost_cells(line, cost)) for line in cost.lines)
    together = [
        ("", "Together"),
        ("", ""),
        (heads[2], _gb(cost.stored.warm)),
        (heads[3], _gb(cost.stored.cold)),
    ]
    if cost.currency:
        together.append((priced[-1], "" if cost.per_month is None else f"{cost.per_month:,.2f}"))
    missing = (
        f'<p class="soft">No price, and not in the sum: {escape(", ".join(cost.without_price))}.</p>'
        if cost.without_price
        else ""
    )
    return (
        '<section class="panel"><h2>Stored in an average month, once settled: an estimate</h2>'
        f"<table><thead>{_heads(priced)}</thead><tbody>{rows}</tbody><tfoot>{_row(together)}</tfoot></table>{missing}"
        f'<div class="columns"><div><h3>Not in it</h3>{listed(costs.LEFT_OUT)}</div>'
        f"<div><h3>Assumed</h3>{listed(costs.ASSUMPTIONS)}</div></div></section>"
    )


def _cost_cells(line: Line, cost: Cost) -> Iterator[tuple[str, str]]:
    yield "Resource", f"{line.resource} ({line.resource_type})"
    yield "Vault", place(line.vault)
    yield "Warm, GB-days a month", _gb(line.settled_year.warm)
    yield "Cold, GB-days a month", _gb(line.settled_year.cold)
    if cost.currency:
        per_month = "no price" if line.per_month is None else f"{line.per_month:,.2f}"
        yield f"About, {cost.currency} a month", per_month


def _gb(gb_days: float) -> str:
    return f"{gb_days / MONTHS:,.1f}"


# ---- what exists ----


def what_exists(planned: Planned) -> str:
    """The vaults, roles and selections."""
    pairs = [
        *(("Vault", "; ".join((f"{v.name}, {v.origin}", *v.details))) for v in planned.vaults),
        *(("Role", "; ".join((f"{r.name}, {r.origin}", *r.policies))) for r in planned.roles),
        *(("Selection", f"{s.name}: {'; '.join(s.selects)}") for s in planned.selections),
        *(("Note", note) for note in planned.notes),
    ]
    if not pairs:
        return ""
    said = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in pairs)
    return f'<section class="panel"><h2>What will exist</h2><dl class="pairs">{said}</dl></section>'


def controls(planned: Planned) -> str:
    """What the controls of Audit Manager would say."""
    if not planned.verdicts:
        return ""
    rows = "".join(
        f"{_word(v.passes)}<dd><b>{escape(v.control)}</b>: {escape(v.why)}</dd>" for v in planned.verdicts
    )
    return (
        '<section class="panel"><h2>Checks of AWS Config and Backup Audit Manager</h2>'
        f'<dl class="pairs">{rows}</dl></section>'
    )


def _word(passes: bool | None) -> str:
    return f'<dt class="{verdict(passes)}">{verdict(passes)}</dt>'


def listed(items: Sequence[str]) -> str:
    """A list of sentences."""
    return f'<ul class="list">{"".join(f"<li>{escape(item)}</li>" for item in items)}</ul>'
