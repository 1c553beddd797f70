"""Recasts single values: CloudFormation gives a custom resource every scalar as a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}(\.0+)?", re.ASCII)
BOOLEANS = {"true": True, "false": False}


class Misfit(Exception):
    """A value is not of the declared type; says what is wrong with it, and by which rule."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def recast_text(value: object) -> str:
    """Text; numbers and booleans become what CloudFormation makes of them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _digits(value)
    raise Misfit("E9003", f"is {shown(value)}, where text is expected")


def recast_whole_number(value: object) -> int:
    """A whole number, also written as text; a fraction that is zero is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value):
        return int(value.partition(".")[0])
    raise Misfit("E9004", f"is {shown(value)}, where a whole number is expected")


_WITH_UNIT = re.compile(r"\s*([0-9]{1,6})\s*-?\s*([a-z]+)\s*", re.IGNORECASE | re.ASCII)
_MINUTES = {
    "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1,
    "h": 60, "hour": 60, "hours": 60,
    "d": 1440, "day": 1440, "days": 1440,
    "w": 10080, "week": 10080, "weeks": 10080,
}  # fmt: skip


def without_unit(value: object, name: str) -> int | None:
    """The number that a text with a unit means for a property whose name says its unit: ``1h`` is 60 minutes.

    None if it means none.
    """
    matched = _WITH_UNIT.fullmatch(value) if isinstance(value, str) else None
    minutes = _MINUTES.get(matched[2].lower()) if matched else None
    unit = 1 if name.endswith("Minutes") else 1440 if name.endswith("Days") else 0
    if not matched or not minutes or not unit or int(matched[1]) * minutes % unit:
        return None
    return int(matched[1]) * minutes // unit


def recast_boolean(value: object) -> bool:
    """``true`` or ``false`` in any case, also written as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in BOOLEANS:
        return BOOLEANS[value.lower()]
    raise Misfit("E9005", f"is {shown(value)}, where true or false is expected")


RECAST: Mapping[str, Callable[[object], Any]] = {
    "text": recast_text,
    "number": recast_whole_number,
    "boolean": recast_boolean,
}
"""By the form that is declared."""


def shown(value: object) -> str:
    """The value as a message shows it, at most a line long."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 100 else f'"{value[:80]}…" ({len(value)} characters)'
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return f"a map ({', '.join(str(key)[:40] for key in list(value)[:4])})" if value else "an empty map"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    return recast_text(value) if isinstance(value, bool | int | float) else f"a {type(value).__name__}"


def _digits(number: float) -> str:
    try:
        return str(number)
    except ValueError:
        # beyond the interpreter's limit of digits
        return hex(int(number))
