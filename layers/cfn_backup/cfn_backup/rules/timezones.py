"""The timezones of the IANA database, by name."""

from __future__ import annotations

from functools import cache

from cfn_backup.written.problems import Findings
from cfn_backup.written.recast import shown
from cfn_backup.written.unknown_members import nearest_of


def check_timezone(name: str, findings: Findings, path: str) -> None:
    """Reports a name that the IANA database does not have."""
    known = timezones()
    if name in known:
        return
    nearest = nearest_of(name, known)
    hint = f"did you mean {nearest}?" if nearest else "such as Etc/UTC or Europe/Zurich"
    findings.add("E9211", path, f"is {shown(name)}, which is no timezone of the IANA database; {hint}")


@cache
def timezones() -> frozenset[str]:
    """All names, from the tzdata package's list: reading it
    is much faster than looking through the zone files."""
    try:
        from importlib.resources import files  # noqa: PLC0415 - only needed for a rule with a timezone

        return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())
    except ModuleNotFoundError:
        from zoneinfo import available_timezones  # noqa: PLC0415

        return frozenset(available_timezones())
