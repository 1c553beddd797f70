"""An independent reading of schedules: every minute of the clock is asked whether the expression means it.

It shares no code with the product: it has no parse, only questions to the text of one field about one value.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


type Clock = dict[int, list[tuple[datetime, datetime]]]
"""What the wall clock shows at every minute, for each minute of the hour: the instant and the wall time."""


def clock(zone: ZoneInfo, first: date, last: date) -> Clock:
    """Every minute from the first to the last date on the wall, both included."""
    now = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC) - timedelta(days=1)
    shown: Clock = {minute: [] for minute in range(60)}
    while (wall := now.astimezone(zone)).date() <= last:
        if wall.date() >= first:
            shown[wall.minute].append((now, wall))
        now += timedelta(minutes=1)
    return shown


def walk(expression: str, shown: Clock) -> list[datetime]:
    """The runs, in UTC: each minute at which the wall clock shows what is meant. A wall time that is shown
    a second time (``fold``) does not run again; one that is never shown does not run."""
    minute, hour, day_of_month, month, day_of_week, year = expression[len("cron(") : -1].split()
    return [
        now
        for now, wall in shown[int(minute)]
        if not wall.fold
        and means(hour, wall.hour, 0, 23)
        and means(month, wall.month, 1, 12, MONTHS)
        and means(year, wall.year, 1970, 2199)
        and means_day(day_of_month, day_of_week, wall.date())
    ]


def means(text: str, value: int, low: int, high: int, names: list[str] | None = None) -> bool:
    return any(_part_means(part, value, low, high, names or []) for part in text.split(","))


def _part_means(part: str, value: int, low: int, high: int, names: list[str]) -> bool:
    span, _, step = part.partition("/")
    begin, _, end = span.partition("-")
    begins = low if begin == "*" else _number(begin, names, low)
    ends = high if begin == "*" or (step and not end) else _number(end or begin, names, low)
    distance = (value - begins) % (high - low + 1)
    length = (ends - begins) % (high - low + 1)
    return distance <= length and distance % int(step or 1) == 0


def _number(text: str, names: list[str], low: int) -> int:
    return names.index(text) + low if text in names else int(text)


def means_day(of_month: str, of_week: str, on: date) -> bool:
    if of_month != "?":
        return any(_means_date(part, on) for part in of_month.split(","))
    return any(_means_weekday(part, on) for part in of_week.split(","))


def _means_date(part: str, on: date) -> bool:
    last = date(on.year, on.month, monthrange(on.year, on.month)[1])
    if part == "L":
        return on == last
    if part == "LW":
        return on == max(day for day in _days(last) if day.weekday() < 5)
    if part.startswith("L-"):
        return (last - on).days == int(part[2:])
    if part.endswith("W"):
        wanted = int(part[:-1])
        if wanted > last.day:
            return False
        workdays = [day for day in _days(last) if day.weekday() < 5]
        # Saturday goes to Friday and Sunday to Monday, where the month has them
        return on == min(workdays, key=lambda day: (abs(day.day - wanted), day.day < wanted))
    return _part_means(part, on.day, 1, 31, [])


def _means_weekday(part: str, on: date) -> bool:
    sunday_is_one = on.isoweekday() % 7 + 1
    if part == "L":
        return sunday_is_one == 7
    if "#" in part:
        name, _, which = part.partition("#")
        return _number(name, WEEKDAYS, 1) == sunday_is_one and (on.day - 1) // 7 + 1 == int(which)
    if part.endswith("L"):
        in_a_week = on + timedelta(days=7)
        return _number(part[:-1], WEEKDAYS, 1) == sunday_is_one and in_a_week.month != on.month
    return _part_means(part, sunday_is_one, 1, 7, WEEKDAYS)


def _days(last: date) -> list[date]:
    return [last.replace(day=day) for day in range(1, last.day + 1)]


def clock_jumps(zone: ZoneInfo, year: int) -> list[datetime]:
    """The hours of a year, in UTC, at whose end the wall clock has jumped."""
    hours = (datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(366 * 24))
    return [
        hour
        for hour in hours
        if hour.astimezone(zone).utcoffset() != (hour + timedelta(hours=1)).astimezone(zone).utcoffset()
    ]
