"""The preview as one HTML page, without scripts and without network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from importlib.resources import files

from cfn_backup_tools.preview import cost as costs
from cfn_backup_tools.preview.axis import STEPS, TITLES, percent
from cfn_backup_tools.preview.cost import MONTHS, Cost, Line
from cfn_backup_tools.preview.picture import area, grid, marks, stripes
from cfn_backup_tools.preview.plan import Life
from cfn_backup_tools.preview.report import Planned, PlanReport, RuleReport
from cfn_backup_tools.preview.runs import ASSUMPTIONS, Run
from cfn_backup_tools.preview.words import (
    clock_change,
    count,
    days,
    life,
    money,
    place,
    settles,
    span,
    verdict,
    when,
)

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is loaded and nothing runs, even if a name in the template were to try."""

KEY = (
    ("run", "", "a run"),
    ("suppressed", "", "a run that another rule suppresses"),
    ("warm", "", "warm"),
    ("cold", "", "cold"),
    ("gone", "\N{MULTIPLICATION SIGN}", "deleted"),
)
NONE = '<span class="soft">\N{EN DASH}</span>'
LABEL = 9
"""Percent of the width that a label of the band needs."""
SHORT = 12
"""Characters of a figure, which is not broken over lines."""


def as_page(reports: Sequence[PlanReport], title: str) -> str:
    """The page; ``title`` is the template's name."""
    style = files("cfn_backup_tools.preview").joinpath("page.css").read_text("utf-8")
    body = "\n".join(_plan(report) for report in reports)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Backup preview: {escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{stripes()}\n<main>\n{body}\n{_assumptions(reports)}\n</main>\n</body>\n</html>\n"
    )


def _plan(report: PlanReport) -> str:
    planned = report.planned
    about = (
        f"Backup plan <b>{escape(planned.logical_id)}</b>, looked at from {escape(when(report.start))}. "
        "The numbers are those of one resource that is always backed up."
    )
    return "\n".join(
        [
            f'<article><header><h1>{escape(planned.name)}</h1><p class="soft">{about}</p>',
            _figures(report),
            "</header>",
            _lanes(report),
            _numbers(report),
            _next_runs(report),
            _cost(report.cost) if report.cost else "",
            _made(planned),
            _verdicts(planned),
            "</article>",
        ]
    )


# ---- figures ----


def _figures(report: PlanReport) -> str:
    settled = report.settled
    grows = settled.after_days is None
    figures = [
        (
            "recovery points" + (" in the ninth year, and growing" if grows else ", once settled"),
            count(settled.total),
            "",
        ),
        ("of them warm", count(settled.warm), ""),
        ("of them cold", count(settled.cold), ""),
        ("settled after", "never" if settled.after_days is None else days(settled.after_days), "text"),
    ]
    if report.cost and report.cost.per_month is not None and report.cost.currency:
        figures.append(("about, once settled", money(report.cost.per_month, report.cost.currency), "text"))
    cells = (
        f'<div><dt>{escape(name)}</dt><dd class="{style}">{escape(value)}</dd></div>'
        for name, value, style in figures
    )
    return f'<dl class="figures">{"".join(cells)}</dl>'


# ---- lanes ----


def _lanes(report: PlanReport) -> str:
    lanes = "\n".join(_lane(rule) for rule in report.rules)
    key = "".join(f'<li><i class="k-{name}">{sign}</i>{escape(text)}</li>' for name, sign, text in KEY)
    return (
        '<section class="panel"><h2>What happens when</h2>\n'
        f'<ul class="key">{key}</ul>\n{_axis(report.start)}\n'
        f"{_all_rules(report)}\n{lanes}\n{_axis(report.start)}</section>"
    )


def _axis(start: datetime) -> str:
    parts = "".join(f"<span>{title}</span>" for title in TITLES)
    dates = "".join(
        f'<span style="left:{percent(day)}%">{start + timedelta(days=day):%-d %b %y}</span>' for day in STEPS
    )
    return (
        '<div class="lane axis" aria-hidden="true"><div></div>'
        f'<div><div class="parts">{parts}</div><div class="dates">{dates}</div></div></div>'
    )


def _all_rules(report: PlanReport) -> str:
    most = max(report.counts.total[: STEPS[-1] + 1])
    title = f"Recovery points of all rules over seven years, at most {most}"
    return (
        '<div class="lane all"><div class="about"><h3>All rules</h3>'
        f"<p><strong>{escape(settles(report.settled))}</strong></p>"
        f"<p>At most {most} in these seven years.</p></div>"
        f'<div class="chart">{grid()}{area(report.counts, most, escape(title))}</div></div>'
    )


def _lane(report: RuleReport) -> str:
    rule = report.rule
    most = max(report.counts.total[: STEPS[-1] + 1])
    runs = f"{report.runs_in_a_year} runs in a year, {report.suppressed_in_a_year} of them suppressed"
    kept = f"recovery points over seven years, at most {most}"
    chart = [
        grid(),
        marks(report.history, escape(f"{rule.name}: {runs}")),
        _band(rule.life, continuous=rule.continuous),
        area(report.counts, most, escape(f"{rule.name}: {kept}")),
    ]
    return (
        f'<div class="lane rule"><div class="about"><h3>{escape(rule.name)}</h3>{_about(report)}</div>'
        f'<div class="chart">{"".join(chart)}</div></div>'
    )


def _about(report: RuleReport) -> str:
    kept = "one continuous recovery point" if report.rule.continuous else life(report.rule.life)
    sentences = "".join(f"<p>{escape(text[:1].upper() + text[1:])}</p>" for text in (report.words, kept))
    return f"{sentences}<p><strong>{escape(settles(report.settled))}</strong></p>"


def _band(of: Life, *, continuous: bool) -> str:
    """The life of a recovery point that is made at the start."""
    warm_until = of.cold_after_days if of.cold_after_days is not None else of.delete_after_days
    parts = []
    if continuous:
        return f'<div class="band">{_stretch("is-warm", 0, None, "kept up to date")}</div>'
    parts.append(_stretch("is-warm", 0, warm_until, "warm"))
    if of.cold_after_days is not None:
        parts.append(_stretch("is-cold", of.cold_after_days, of.delete_after_days, "cold"))
    if of.delete_after_days is not None and of.delete_after_days < STEPS[-1]:
        parts.append(_stretch("is-gone", of.delete_after_days, None, ""))
    parts.append(_end(of.delete_after_days))
    return f'<div class="band">{"".join(parts)}</div>'


def _stretch(name: str, begin: int, end: int | None, text: str) -> str:
    left = percent(begin)
    width = round((100 if end is None else percent(end)) - left, 3)
    label = f"<b>{escape(text)}</b>" if text and width >= LABEL else ""
    return f'<span class="{name}" style="left:{left}%;width:{width}%">{label}</span>'


def _end(deleted: int | None) -> str:
    """A cross where the recovery point is deleted; an arrow where that is later than the axis shows."""
    beyond = deleted is None or deleted > STEPS[-1]
    at = 100.0 if deleted is None else percent(deleted)
    sign = "\N{RIGHTWARDS ARROW}" if beyond else "\N{MULTIPLICATION SIGN}"
    return f'<span class="end" style="left:min({at}% + 1px, 100% - 14px)">{sign}</span>'


# ---- the same numbers ----


def _numbers(report: PlanReport) -> str:
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


def _next_runs(report: PlanReport) -> str:
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


def _cost(cost: Cost) -> str:
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
        f'<div class="columns"><div><h3>Not in it</h3>{_list(costs.LEFT_OUT)}</div>'
        f"<div><h3>Assumed</h3>{_list(costs.ASSUMPTIONS)}</div></div></section>"
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


def _made(planned: Planned) -> str:
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


def _verdicts(planned: Planned) -> str:
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


def _assumptions(reports: Sequence[PlanReport]) -> str:
    if not any(rule.suppressed_in_a_year for report in reports for rule in report.rules):
        return ""
    return f'<section class="panel"><h2>Assumed about suppressed runs</h2>{_list(ASSUMPTIONS)}</section>'


def _list(items: Sequence[str]) -> str:
    return f'<ul class="list">{"".join(f"<li>{escape(item)}</li>" for item in items)}</ul>'
