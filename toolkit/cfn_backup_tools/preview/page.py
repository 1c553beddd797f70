"""The preview as one HTML page, without scripts and without network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from importlib.resources import files

from cfn_backup_tools.preview.axis import STEPS, TITLES, percent
from cfn_backup_tools.preview.picture import area, grid, marks, stripes
from cfn_backup_tools.preview.plan import Life
from cfn_backup_tools.preview.report import PlanReport, RuleReport
from cfn_backup_tools.preview.runs import ASSUMPTIONS
from cfn_backup_tools.preview.tables import controls, listed, next_runs, numbers, stored, what_exists
from cfn_backup_tools.preview.words import count, days, life, money, settles, when

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Nothing is loaded and nothing runs, even if a name in the template were to try."""

KEY = (
    ("run", "", "a run"),
    ("suppressed", "", "a run that another rule suppresses"),
    ("warm", "", "warm"),
    ("cold", "", "cold"),
    ("gone", "\N{MULTIPLICATION SIGN}", "deleted"),
)
LABEL = 9
"""Percent of the width that a label of the band needs."""


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
            numbers(report),
            next_runs(report),
            stored(report.cost) if report.cost else "",
            what_exists(planned),
            controls(planned),
            "</article>",
        ]
    )


# ---- figures ----


def _figures(report: PlanReport) -> str:
    settled = report.settled
    grows = settled.after_days is None
    figures = [
        (
            "recovery points" + (" in the last simulated year, and growing" if grows else ", once settled"),
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


def _assumptions(reports: Sequence[PlanReport]) -> str:
    if not any(rule.suppressed_in_a_year for report in reports for rule in report.rules):
        return ""
    return f'<section class="panel"><h2>Assumed about suppressed runs</h2>{listed(ASSUMPTIONS)}</section>'
