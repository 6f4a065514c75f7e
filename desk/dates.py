"""Days as people write them: 2027-06-30, 2027年6月30日, 6月30日. A term runs to the day's end."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from desk.rules.deadlines import LOCAL

_DATE = re.compile(
    r"(?:(?P<year>20\d\d)[-./年])?(?P<month>1[0-2]|0?[1-9])(?:[-./月])"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?:[日号]|(?!\d))"
)


def days(text: str, now: datetime) -> list[date]:
    """The days that a text names; without a year the next such day."""
    found = []
    for said in _DATE.finditer(text):
        if said["year"] is None and "月" not in said[0]:
            continue  # 12-2 is a door
        year = int(said["year"]) if said["year"] else now.astimezone(LOCAL).year
        day = _day(year, int(said["month"]), int(said["day"]))
        if day and said["year"] is None and day < now.astimezone(LOCAL).date():
            day = _day(year + 1, day.month, day.day)
        if day:
            found.append(day)
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def start_of(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(0), LOCAL).astimezone(now.tzinfo)


def end(day: date, now: datetime) -> datetime:
    """The end of a day, as a term has it."""
    return start_of(day + timedelta(days=1), now)


def end_of(text: str, now: datetime) -> datetime | None:
    """The end of the last day that a text names."""
    found = days(text, now)
    return end(found[-1], now) if found else None


def last_day(until: datetime) -> str:
    """The last day of a term that ends at that moment, as it is written."""
    return f"{(until - timedelta(seconds=1)).astimezone(LOCAL):%Y-%m-%d}"


def without(text: str) -> str:
    """A text without its days."""
    return _DATE.sub(lambda said: " " if said["year"] or "月" in said[0] else said[0], text)
