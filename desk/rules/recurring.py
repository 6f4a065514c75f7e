"""When a recurring duty comes due: `once`, `every 7`, `weekly 4 15:00` (4 is Thursday), or
`quarterly 15 14:30` (that day of a quarter's last month)."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from desk.rules.deadlines import LOCAL

_WEEKLY = re.compile(r"weekly ([1-7]) ([01]\d|2[0-3]):([0-5]\d)")
_QUARTERLY = re.compile(r"quarterly ([1-9]|1\d|2[0-8]) ([01]\d|2[0-3]):([0-5]\d)")
_EVERY = re.compile(r"every ([1-9]\d{0,2})")


class BadRule(ValueError):  # noqa: N818
    """No rule by which a duty could recur."""


def weekly(day: int, at: time) -> str:
    """The rule for a day of the week (Monday is 1) and a time in China."""
    return f"weekly {day} {at:%H:%M}"


def quarterly(day: int, at: time) -> str:
    """The rule for a day of each quarter's last month, and a time in China."""
    return f"quarterly {day} {at:%H:%M}"


def every(days: int) -> str:
    return f"every {days}"


def first(rule: str, now: datetime) -> datetime:
    """The first occasion after now; a rule that names no time begins at this hour of the day."""
    if found := _WEEKLY.fullmatch(rule):
        return _on_weekday(now, int(found[1]), time(int(found[2]), int(found[3])))
    if found := _QUARTERLY.fullmatch(rule):
        return _in_quarter(now, int(found[1]), time(int(found[2]), int(found[3])))
    if found := _EVERY.fullmatch(rule):
        return now + timedelta(days=int(found[1]))
    if rule == "once":
        return now
    raise BadRule(rule)


def following(rule: str, last: datetime) -> datetime | None:
    """The occasion after `last`; None for what happens once. Counted from the plan, not the deed,
    so that a late visit does not move all that follow."""
    return None if rule == "once" else first(rule, last)


def _on_weekday(after: datetime, day: int, at: time) -> datetime:
    local = after.astimezone(LOCAL)
    days = (day - local.isoweekday()) % 7
    found = datetime.combine(local.date() + timedelta(days=days), at, LOCAL)
    return (found if found > local else found + timedelta(days=7)).astimezone(after.tzinfo)


def _in_quarter(after: datetime, day: int, at: time) -> datetime:
    local = after.astimezone(LOCAL)
    months = ((local.year, 3), (local.year, 6), (local.year, 9), (local.year, 12),
              (local.year + 1, 3))  # fmt: skip
    days = (datetime(year, month, day, at.hour, at.minute, tzinfo=LOCAL) for year, month in months)
    return next(found for found in days if found > local).astimezone(after.tzinfo)
