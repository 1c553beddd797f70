"""The timezones of the IANA database, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cfn_backup.written.unknown_members import nearest_of

OF_ABBREVIATION: Mapping[str, str] = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MDT": "America/Denver", "CST": "America/Chicago",
    "CDT": "America/Chicago", "EDT": "America/New_York", "BST": "Europe/London", "CEST": "Europe/Berlin",
    "EEST": "Europe/Athens", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland", "BRT": "America/Sao_Paulo", "MSK": "Europe/Moscow", "Z": "Etc/UTC",
}  # fmt: skip
"""What people mean by abbreviations that the database does not have."""


def nearest_timezone(name: str) -> str | None:
    """The timezone that was probably meant."""
    return OF_ABBREVIATION.get(name.upper()) or nearest_of(name, timezones())


@cache
def timezones() -> frozenset[str]:
    """All names, from the tzdata package's list: reading it is much faster than looking through the zone files."""
    try:
        from importlib.resources import files  # noqa: PLC0415 - only needed for a rule with a timezone

        return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())
    except ModuleNotFoundError:
        from zoneinfo import available_timezones  # noqa: PLC0415

        return frozenset(available_timezones())
