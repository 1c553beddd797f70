"""A schedule in words: ``cron(0 5 ? * SAT *)`` is «every Saturday at 05:00 UTC»."""

from __future__ import annotations

from itertools import pairwise

from cfn_backup.written.schedule import (
    DEFAULT_EXPRESSION,
    YEAR,
    BadSchedule,
    DayKind,
    DayPart,
    Schedule,
    parse,
)

UNIVERSAL = ("UTC", "Etc/UTC")

WEEKDAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MOST_NAMED = 12
"""A sentence that lists more than this says less than the expression."""


def describe(expression: str | None, timezone: str | None = None) -> str:
    """The schedule in words; the expression itself where it says more than a sentence can, or is wrong."""
    try:
        schedule = parse(expression or DEFAULT_EXPRESSION)
    except BadSchedule:
        return str(expression)
    zone = "UTC" if timezone in (None, "", *UNIVERSAL) else timezone
    days, times, years = _days(schedule), _times(schedule), _years(schedule.years)
    if days is None or years is None:
        return f"{expression} ({zone})"
    return f"{days}{' ' if times.startswith('at') else ', '}{times} {zone}{years}"


def _times(schedule: Schedule) -> str:
    if len(schedule.hours) == 24:
        return f"hourly at minute {schedule.minute}"
    step = _step(schedule.hours)
    if step and len(schedule.hours) > 3:
        return f"every {step} hours from {schedule.hours[0]:02}:{schedule.minute:02}"
    return "at " + _listed([f"{hour:02}:{schedule.minute:02}" for hour in schedule.hours])


def _step(hours: tuple[int, ...]) -> int | None:
    """The distance of hours that are evenly spread over the day."""
    steps = {later - earlier for earlier, later in pairwise(hours)}
    if len(steps) != 1:
        return None
    [step] = steps
    return step if 24 % step == 0 and len(hours) == 24 // step else None


def _years(years: tuple[int, ...]) -> str | None:
    """A last part of the sentence; empty where it is every year."""
    if len(years) == len(YEAR.all()):
        return ""
    if len(years) > 2 and _consecutive(years):
        return f" from {years[0]}" if years[-1] == YEAR.highest else f" from {years[0]} to {years[-1]}"
    return f" in {_listed([str(year) for year in years])}" if len(years) <= MOST_NAMED else None


def _days(schedule: Schedule) -> str | None:
    of = "" if len(schedule.months) == 12 else _listed([MONTH_NAMES[month - 1] for month in schedule.months])
    if schedule.every_day:
        return f"every day in {of}" if of else "every day"
    weekly = [
        name for part in schedule.days if part.kind is DayKind.WEEKDAYS for name in _weekdays(part.values)
    ]
    monthly = [
        name for part in schedule.days if part.kind is not DayKind.WEEKDAYS for name in _in_a_month(part)
    ]
    if len(weekly) + len(monthly) > MOST_NAMED:
        return None
    sentences = []
    if weekly:
        sentences.append(f"every {_listed(weekly)}{f' in {of}' if of and not monthly else ''}")
    if monthly:
        sentences.append(f"on the {_listed(monthly)} of {of or 'every month'}")
    return " and ".join(sentences)


def _in_a_month(part: DayPart) -> list[str]:
    """The days that a part chooses in every month, as they follow «on the»."""
    match part.kind, part.values:
        case DayKind.DATES, dates:
            return _dates(dates)
        case DayKind.FROM_END, (days,):
            return [f"{_ordinal(days)} day before the last day" if days else "last day"]
        case DayKind.NEAREST_WORKDAY, (date,):
            return [f"weekday nearest to the {_ordinal(date)}"]
        case DayKind.LAST_WEEKDAY, (weekday,):
            return [f"last {WEEKDAY_NAMES[weekday - 1]}"]
        case DayKind.NTH_WEEKDAY, (weekday, which):
            return [f"{_ordinal(which)} {WEEKDAY_NAMES[weekday - 1]}"]
        case _:
            return ["last weekday"]


def _dates(dates: tuple[int, ...]) -> list[str]:
    if len(dates) > 2 and _consecutive(dates):
        return [f"{_ordinal(dates[0])} to {_ordinal(dates[-1])}"]
    return [_ordinal(date) for date in dates]


def _weekdays(weekdays: tuple[int, ...]) -> list[str]:
    names = [WEEKDAY_NAMES[weekday - 1] for weekday in weekdays]
    in_a_row = all(later == earlier % 7 + 1 for earlier, later in pairwise(weekdays))
    return [f"{names[0]} to {names[-1]}"] if len(names) > 2 and in_a_row else names


def _consecutive(numbers: tuple[int, ...]) -> bool:
    return all(later == earlier + 1 for earlier, later in pairwise(numbers))


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
