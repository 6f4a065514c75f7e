"""When a recurring duty comes due.

`once`; `every 7` (days); `weekly 4 15:00` (4 is Thursday), also on several days and at several
times: `weekly 1,3,5 08:00,20:00`; `monthly 15 09:00`, or on a shorter month's last day;
`quarterly 15 14:30`: that day of a quarter's last month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from desk.rules.deadlines import LOCAL

_CLOCKS = r"((?:[01]\d|2[0-3]):[0-5]\d(?:,(?:[01]\d|2[0-3]):[0-5]\d)*)"
_WEEKLY = re.compile(rf"weekly ([1-7](?:,[1-7])*) {_CLOCKS}")
_MONTHLY = re.compile(rf"monthly ([1-9]|[12]\d|3[01]) {_CLOCKS}")
_QUARTERLY = re.compile(rf"quarterly ([1-9]|1\d|2[0-8]) {_CLOCKS}")
_EVERY = re.compile(r"every ([1-9]\d{0,2})")
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
WEEKDAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}  # as in 周四


class BadRule(ValueError):  # noqa: N818
    """No rule by which a duty could recur."""


def weekly(days: int | Iterable[int], *times: time) -> str:
    """The rule for days of the week (Monday is 1) and times in China."""
    chosen = (days,) if isinstance(days, int) else sorted(set(days))
    return f"weekly {','.join(map(str, chosen))} {_clocks(times)}"


def monthly(day: int, *times: time) -> str:
    return f"monthly {day} {_clocks(times)}"


def quarterly(day: int, *times: time) -> str:
    """The rule for a day of each quarter's last month."""
    return f"quarterly {day} {_clocks(times)}"


def every(days: int) -> str:
    return f"every {days}"


def _clocks(times: Iterable[time]) -> str:
    return ",".join(f"{at:%H:%M}" for at in sorted(set(times)))


def first(rule: str, now: datetime) -> datetime:
    """The first occasion after now; a rule that names no time begins at this hour of the day."""
    if found := _EVERY.fullmatch(rule):
        return now + timedelta(days=int(found[1]))
    if rule == "once":
        return now
    if found := _WEEKLY.fullmatch(rule):
        days = {int(day) for day in found[1].split(",")}
        wanted: Iterator[date] = (d for d in _days(now) if d.isoweekday() in days)
    elif found := _MONTHLY.fullmatch(rule):
        wanted = (d for d in _days(now) if d.day == _day_of(d, int(found[1])))
    elif found := _QUARTERLY.fullmatch(rule):
        last = (d for d in _days(now) if d.month % 3 == 0)
        wanted = (d for d in last if d.day == int(found[1]))
    else:
        raise BadRule(rule)
    clocks = [time.fromisoformat(clock) for clock in found[2].split(",")]
    moments = (datetime.combine(day, clock, LOCAL) for day in wanted for clock in clocks)
    return next(at for at in moments if at > now).astimezone(now.tzinfo)


def following(rule: str, last: datetime) -> datetime | None:
    """The occasion after `last`; None for what happens once. Counted from the plan, not the deed,
    so that a late visit does not move all that follow."""
    return None if rule == "once" else first(rule, last)


def _days(now: datetime) -> Iterator[date]:
    """Today in China and the days after it: more than any rule has to wait."""
    today = now.astimezone(LOCAL).date()
    return (today + timedelta(days=ahead) for ahead in range(124))


def _day_of(day: date, wanted: int) -> int:
    return min(wanted, monthrange(day.year, day.month)[1])
