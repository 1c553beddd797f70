"""``--html``: the same as one page, without scripts and without network."""

from __future__ import annotations

import html
from datetime import datetime

from cfn_backup_tools.account.findings import Finding, Report
from cfn_backup_tools.account.output import when
from cfn_backup_tools.status.facts import Job
from cfn_backup_tools.status.judging import Row

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; }
tr { border-bottom: 1px solid #8888; }
code { overflow-wrap: anywhere; }
.finding { border-left: .3rem solid #c33; margin: 1rem 0; padding: .2rem 1rem; }
"""


def page(report: Report, rows: list[Row], now: datetime) -> str:
    """The page as text. Every value is escaped."""
    whose = html.escape(report.stack or "All plans of the account")
    verdict = "All well" if report.ok else f"{len(report.findings)} finding(s)"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Backups of {whose}</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>Backups of {whose}</h1>\n"
        f"<p><strong>{verdict}</strong>, as of {when(now)}.</p>\n"
        + "".join(_finding(finding) for finding in report.findings)
        + "".join(f"<p>Not looked at: {html.escape(line)}</p>\n" for line in report.not_looked_at)
        + _table(rows)
        + "</body></html>\n"
    )


def _finding(finding: Finding) -> str:
    where = " · ".join(
        html.escape(part) for part in (finding.logical_id, finding.path, finding.resource) if part
    )
    return (
        f'<section class="finding"><h2>{html.escape(finding.kind)}</h2><p><code>{where}</code></p>'
        f"<p>{html.escape(finding.cause)}</p><p>Fix: {html.escape(finding.fix)}</p></section>\n"
    )


def _table(rows: list[Row]) -> str:
    header = ("", "Plan", "Resource", "Last job", "Last copy", "Last recovery point", "Next due")
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in _cells(row)) + "</tr>\n" for row in rows)
    head = "".join(f'<th scope="col">{name}</th>' for name in header)
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody></table></div>\n'
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        "✓ well" if row.well else "✗ not well",
        html.escape(row.logical_id),
        f"<code>{html.escape(row.resource.arn)}</code>",
        _job(row.last_job),
        _job(row.last_copy),
        when(row.last_point),
        when(row.next_due),
    )


def _job(job: Job | None) -> str:
    return "-" if job is None else f"{html.escape(job.state)}<br>{when(job.created)}"
