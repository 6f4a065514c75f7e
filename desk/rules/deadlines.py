"""When the first human contact and the work are due.

Levels and hours: DOMAIN, "Levels and time limits". A category's own limit overrides its level's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
CONTACT = {
    "U0": timedelta(minutes=5),
    "U1": timedelta(hours=2),
    "U2": timedelta(hours=24),
    "U3": timedelta(hours=24),
}
DONE = {"U0": "2h", "U1": "24h", "U2": "7d", "U3": "15d"}
SPANS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LIMIT = re.compile(r"[1-9]\d*(min|h|d|wd)")
END_OF_WORK = 18  # o'clock, local: a limit in working days ends then


def has_limits(level: str, limit: str) -> bool:
    """Whether deadlines follow from these at all, and not at once."""
    return level in CONTACT and level in DONE and _LIMIT.fullmatch(limit) is not None


def contact_due(level: str, at: datetime) -> datetime:
    """When somebody must have been in touch."""
    return at + CONTACT[level]


def begun(created: datetime, contact_by: datetime, level: str, *, reopened: bool) -> datetime:
    """When an issue's clocks began: recorded, or reopened."""
    return max(created, contact_by - CONTACT[level]) if reopened else created


def done_due(
    level: str, limit: str, at: datetime, is_workday: Callable[[date], bool], own_level: str
) -> datetime:
    """When it must be done: the category's limit, or the level's when the issue was raised."""
    if level < own_level:
        return min(_after(DONE[level], at, is_workday), _after(limit, at, is_workday))
    return _after(limit, at, is_workday)


def _after(limit: str, at: datetime, is_workday: Callable[[date], bool]) -> datetime:
    if limit.endswith("wd"):
        return _working_days(int(limit[:-2]), at, is_workday)
    unit = limit.lstrip("0123456789")
    return at + int(limit.removesuffix(unit)) * SPANS[unit]


def _working_days(count: int, at: datetime, is_workday: Callable[[date], bool]) -> datetime:
    day = at.astimezone(LOCAL).date()
    while count > 0:
        day += timedelta(days=1)
        if is_workday(day):
            count -= 1
    end = datetime(day.year, day.month, day.day, END_OF_WORK, tzinfo=LOCAL)
    return end.astimezone(at.tzinfo)
