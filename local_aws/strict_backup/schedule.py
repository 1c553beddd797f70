"""Schedule expressions: `cron(minutes hours day-of-month month day-of-week year)`, at most once an hour.

Sources: DG:plan-options-and-configuration, the EventBridge cron reference that it points to; `rate(...)` is
refused (hashicorp/terraform-provider-aws #8269).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAY_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True)
class _Field:
    """Range and names of one field; `special` are the forms that only it knows."""

    title: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str | None = None

    def values(self, text: str) -> set[int]:
        """Every value that the text stands for; none for the special forms and the `?` of a day field."""
        if text == "?" and self.special:
            return set()
        return set().union(*(self._part(part) for part in text.split(",")))

    def _part(self, part: str) -> set[int]:
        if self.special and re.fullmatch(self.special, part, re.IGNORECASE):
            return set()
        span, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and int(step) > 0):
            raise ValueError(f"{self.title} has the step '{step}'")
        return set(self._span(span, open_ended=bool(slash))[:: int(step) if slash else 1])

    def _span(self, span: str, *, open_ended: bool) -> list[int]:
        if span == "*":
            return list(range(self.low, self.high + 1))
        first, dash, last = span.partition("-")
        start = self._value(first)
        if not dash:
            return list(range(start, self.high + 1)) if open_ended else [start]
        end = self._value(last)
        if start <= end:
            return list(range(start, end + 1))
        return [*range(start, self.high + 1), *range(self.low, end + 1)]

    def _value(self, text: str) -> int:
        if text.upper() in self.names:
            return self.names.index(text.upper()) + 1
        if not text.isdecimal() or not self.low <= int(text) <= self.high:
            raise ValueError(f"{self.title} cannot be '{text}'")
        return int(text)


_DAY_OF_WEEK_NAME = f"(?:[1-7]|{'|'.join(DAY_NAMES)})"
_MINUTES = _Field("minutes", 0, 59)
_HOURS = _Field("hours", 0, 23)
_DAY_OF_MONTH = _Field("day of month", 1, 31, special=r"L(?:-\d{1,2})?|LW|(?:[1-9]|[12]\d|3[01])W")
_MONTH = _Field("month", 1, 12, _MONTHS)
_DAY_OF_WEEK = _Field(
    "day of week", 1, 7, DAY_NAMES, special=rf"L|{_DAY_OF_WEEK_NAME}L|{_DAY_OF_WEEK_NAME}#[1-5]"
)
_YEAR = _Field("year", 1970, 2199)


@dataclass(frozen=True)
class Fields:
    """The values of the six fields. The day fields are there as text too, for their special forms."""

    minutes: set[int]
    hours: set[int]
    month_days: set[int]
    months: set[int]
    weekdays: set[int]
    years: set[int]
    day_of_month: str
    day_of_week: str


def fields_of(expression: str) -> Fields:
    """:raises ValueError: what is wrong with the expression."""
    found = re.fullmatch(r"cron\(\s*(.*?)\s*\)", expression)
    if not found:
        raise ValueError("the expression must be cron(...)")
    texts = found[1].split()
    if len(texts) != 6:
        raise ValueError(f"cron has six fields, not {len(texts)}")
    if (texts[2] == "?") == (texts[4] == "?"):
        raise ValueError("one of day of month and day of week must be '?', and only one")
    fields = (_MINUTES, _HOURS, _DAY_OF_MONTH, _MONTH, _DAY_OF_WEEK, _YEAR)
    minutes, hours, month_days, months, weekdays, years = [
        field.values(text) for field, text in zip(fields, texts, strict=True)
    ]
    if len(minutes) != 1:
        raise ValueError("a schedule may run at most once an hour")
    return Fields(minutes, hours, month_days, months, weekdays, years, texts[2], texts[4])


def schedule_problem(expression: str) -> str | None:
    """What is wrong with a schedule expression; None if nothing is."""
    try:
        fields_of(expression)
    except ValueError as problem:
        return str(problem)
    return None
