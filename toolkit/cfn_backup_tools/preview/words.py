"""How the preview says things, on the terminal and on the page."""

from __future__ import annotations

from datetime import datetime

from cfn_backup.written.occurrences import ClockChange
from cfn_backup_tools.preview.plan import Life, Vault
from cfn_backup_tools.preview.runs import Run
from cfn_backup_tools.preview.simulation import Range, Settled
from cfn_backup_tools.preview.storage import GbDays

EN_DASH = "\N{EN DASH}"


def when(instant: datetime) -> str:
    """«2026-11-24 16:45 UTC»."""
    return f"{instant:%Y-%m-%d %H:%M} {_zone(instant)}"


def span(run: Run) -> str:
    """The window in which a job starts: «Wed 2026-11-25, between 05:00 and 13:00 UTC»."""
    start, end = run.start, run.window_end
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %Y-%m-%d %H:%M}"
    zones = _zone(end) if start.utcoffset() == end.utcoffset() else f"{_zone(end)} (from {_zone(start)})"
    return f"{start:%a %Y-%m-%d}, between {start:%H:%M} and {until} {zones}"


def _zone(instant: datetime) -> str:
    """The zone's abbreviation; its offset where it has none."""
    name = instant.tzname() or ""
    return name if name.isalpha() else f"UTC{instant:%:z}"


def days(number: int) -> str:
    """«35 days», «7 years (2555 days)»."""
    if number >= 365 and number % 365 == 0:
        return f"{number // 365} year{'s' if number > 365 else ''} ({number} days)"
    return f"{number} day{'s' if number != 1 else ''}"


def life(of: Life) -> str:
    """«warm for 30 days, then cold; deleted after 1 year (365 days)»."""
    end = "kept for ever" if of.delete_after_days is None else f"deleted after {days(of.delete_after_days)}"
    return end if of.cold_after_days is None else f"warm for {days(of.cold_after_days)}, then cold; {end}"


def count(found: Range) -> str:
    """«45-46» with an en dash, or a single number."""
    if found.least == found.most:
        return str(found.most)
    return f"{found.least}{EN_DASH}{found.most}"


def settles(settled: Settled) -> str:
    """«46 recovery points: 35 warm, 11 cold; after 1 year (365 days)»."""
    if not settled.total.most:
        return "no recovery points: nothing runs, or another rule suppresses every run"
    parts = f"{count(settled.total)} recovery point{'s' if settled.total != Range(1, 1) else ''}"
    if settled.cold.most:
        parts += f": {count(settled.warm)} warm, {count(settled.cold)} cold"
    if settled.after_days is None:
        return f"more every year; {parts} in the last simulated year"
    return f"{parts}; after {days(settled.after_days)}"


def clock_change(change: ClockChange) -> str:
    """«Sun 2027-03-28: 02:30 does not exist, so there is no run»."""
    time = "{:02}:{:02}".format(*divmod(change.minute, 60))
    effect = (
        "does not exist, so there is no run"
        if change.skipped
        else "comes twice; the rule runs the first time"
    )
    return f"{change.on:%a %Y-%m-%d}: {time} {effect}"


def place(vault: Vault) -> str:
    """«Main in eu-west-1»."""
    account = f" of account {vault.account}" if vault.account else ""
    return f"{vault.name}{account} in {vault.region}" if vault.region else f"{vault.name}{account}"


def gb(stored: GbDays, parts: int) -> str:
    """«4,075.8 GB-days», warm and cold apart where there is cold."""
    warm = f"{stored.warm / parts:,.1f} GB-days"
    return f"{warm} warm, {stored.cold / parts:,.1f} GB-days cold" if stored.cold else warm


def money(amount: float, currency: str) -> str:
    """«6.70 USD a month»."""
    return f"{amount:,.2f} {currency} a month"


def verdict(passes: bool | None) -> str:
    """One word."""
    return {True: "pass", False: "fail", None: "depends"}[passes]
