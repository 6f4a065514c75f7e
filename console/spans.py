"""Which period a page is about, from its query string."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, cast, get_args

from desk.figures import Kind, Period, period
from desk.rules.deadlines import LOCAL

LONGEST: Final = timedelta(days=731)


def read(query: Mapping[str, str], now: datetime, default: Kind = "month") -> Period:
    """`since` and `last` for days of one's own (`days`), else `period` around `day` (today)."""
    since, last = _day(query.get("since")), _day(query.get("last"))
    own = query.get("period", "days") == "days"
    if own and since and last and since <= last and last - since <= LONGEST:
        return Period(since, last, "days")
    kind = query.get("period", default)
    if kind not in get_args(Kind) or kind == "days":
        kind = default
    return period(cast(Kind, kind), _day(query.get("day")) or today(now))


def lately(now: datetime) -> list[tuple[str, Period]]:
    """What reports are mostly about: the period that has just ended. On a Monday this week is
    empty, and the meeting is about the last one."""
    kinds: tuple[Kind, ...] = ("day", "week", "month", "quarter")
    ends = {kind: period(kind, today(now)).since - timedelta(days=1) for kind in kinds}
    return [(kind, period(kind, ends[kind])) for kind in kinds]


def today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()


def _day(said: str | None) -> date | None:
    try:
        found = date.fromisoformat(said) if said else None
    except ValueError:
        return None
    return found if found and 1970 < found.year < 9000 else None
