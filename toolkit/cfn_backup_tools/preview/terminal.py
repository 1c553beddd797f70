"""The preview as text, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfn_backup_tools.preview import cost as costs
from cfn_backup_tools.preview.cost import MONTHS, Cost, Line
from cfn_backup_tools.preview.report import Planned, PlanReport, RuleReport
from cfn_backup_tools.preview.runs import ASSUMPTIONS, Run
from cfn_backup_tools.preview.words import (
    clock_change,
    gb,
    life,
    money,
    place,
    settles,
    span,
    verdict,
    when,
)

LABEL = 12


def as_text(reports: Sequence[PlanReport]) -> str:
    """Everything, plan by plan; then what was assumed."""
    blocks = ["\n".join(_plan(report)) for report in reports]
    if any(rule.suppressed_in_a_year for report in reports for rule in report.rules):
        blocks.append("\n".join(["Assumed about suppressed runs:", *(f"  - {line}" for line in ASSUMPTIONS)]))
    return "\n\n".join(blocks) + "\n"


def _plan(report: PlanReport) -> Iterator[str]:
    planned = report.planned
    yield f"{planned.logical_id}: plan {planned.name}, from {when(report.start)}"
    yield from _made(planned)
    for rule in report.rules:
        yield ""
        yield from _rule(rule)
    yield ""
    yield "  All rules, for one resource that is always backed up"
    yield _labelled("settles", settles(report.settled))
    if report.cost:
        yield ""
        yield from _cost(report.cost)
    if planned.verdicts:
        yield ""
        yield "  Checks of AWS Config and Backup Audit Manager"
        yield from (_labelled(verdict(v.passes), f"{v.control}: {v.why}") for v in planned.verdicts)


def _made(planned: Planned) -> Iterator[str]:
    for vault in planned.vaults:
        yield _labelled("vault", "; ".join((f"{vault.name}, {vault.origin}", *vault.details)))
    for role in planned.roles:
        policies = f"; policies: {', '.join(role.policies)}" if role.policies else ""
        yield _labelled("role", f"{role.name}, {role.origin}{policies}")
    for selection in planned.selections:
        yield _labelled("selection", f"{selection.name}: {'; '.join(selection.selects)}")
    for note in planned.notes:
        yield _labelled("note", note)


def _rule(report: RuleReport) -> Iterator[str]:
    rule = report.rule
    yield f"  {rule.name}: {report.words}"
    if rule.continuous:
        yield _labelled("continuous", "one recovery point for point-in-time restore, where the type has it")
    yield _labelled("life", f"{life(rule.life)}; in vault {place(rule.vault)}")
    for copy in report.copies:
        kept = f"{life(copy.copy.life)}; {settles(copy.settled)}"
        yield _labelled("copies", f"to vault {place(copy.copy.vault)}: {kept}")
    yield from (_labelled("next" if first else "", _run(run)) for first, run in _first(report.next_runs))
    if not report.next_runs:
        yield _labelled("next", "never: the schedule is over")
    if report.suppressed_in_a_year:
        yield _labelled(
            "suppressed",
            f"{report.suppressed_in_a_year} of {report.runs_in_a_year} runs in the next 365 days",
        )
    for change in report.clock_changes:
        yield _labelled("clock", clock_change(change))
    yield _labelled("settles", settles(report.settled))


def _first[T](items: Sequence[T]) -> Iterator[tuple[bool, T]]:
    return ((number == 0, item) for number, item in enumerate(items))


def _run(run: Run) -> str:
    suppressed = f"  suppressed by {run.suppressed_by}" if run.suppressed_by else ""
    return f"{span(run)}{suppressed}"


def _cost(cost: Cost) -> Iterator[str]:
    yield "  Stored in an average month, once settled (estimate)"
    for vault in dict.fromkeys(line.vault for line in cost.lines):
        yield f"    vault {place(vault)}"
        yield from (f"      {_line(line, cost)}" for line in cost.lines if line.vault == vault)
    yield _labelled("together", f"{gb(cost.stored, MONTHS)}{_price(cost.per_month, cost)}")
    if cost.without_price:
        yield _labelled("no price", f"{', '.join(cost.without_price)}: not in the sum")
    yield "  Not in the estimate"
    yield from (f"    - {line}" for line in costs.LEFT_OUT)
    yield "  Assumed"
    yield from (f"    - {line}" for line in costs.ASSUMPTIONS)


def _line(line: Line, cost: Cost) -> str:
    stored = f"{gb(line.settled_year, MONTHS)}{_price(line.per_month, cost)}"
    return f"{line.resource} ({line.resource_type}): {stored}"


def _price(per_month: float | None, cost: Cost) -> str:
    return "" if per_month is None or cost.currency is None else f", about {money(per_month, cost.currency)}"


def _labelled(label: str, text: str) -> str:
    return f"    {label:<{LABEL}}{text}"
