"""From a list's query string to what the store is asked for. What makes no sense is ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, get_args
from urllib.parse import urlencode

from data.rows import Status
from data.tables import search
from data.tables.board import OPEN, Filter
from desk.rules.deadlines import LOCAL
from desk.service import Act

NAMES: Final = (
    "q", "status", "level", "category", "grid", "team", "person", "since", "until", "flag",
    "done_since", "done_until", "answered_since", "answered_until", "answer",
)  # fmt: skip
STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "open": OPEN,
    "unfinished": ("assigned", "accepted", "paused"),
    **{status: (status,) for status in get_args(Status)},
}
LEVELS: Final = ("U0", "U1", "U2", "U3")
FLAGS: Final = (
    "overdue", "soon", "late", "returned", "reopened", "repeated", "awaiting", "finished"
)  # fmt: skip
NONE: Final = "-"  # what lies in no grid, or belongs to no team
SOON: Final = timedelta(hours=24)
_NUMBER = re.compile(r"\d{4}-\d{2,4}")


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """The filters a query string names, without paging and noise."""
    return {name: query[name].strip()[:100] for name in NAMES if query.get(name, "").strip()}


def as_query(filters: Mapping[str, object]) -> str:
    return urlencode({name: value for name, value in filters.items() if value})


def read(act: Act, query: Mapping[str, str]) -> Filter:
    """The filter that a query string means."""
    flag = query.get("flag", "")
    words = query.get("q", "").strip()
    number = words if _NUMBER.fullmatch(words) else ""
    level = query.get("level", "")
    return Filter(
        statuses=STATUSES.get(query.get("status", ""), ()),
        levels=(level,) if level in LEVELS else (),
        categories=_categories(act, query.get("category", "")),
        grids=_grids(act, query.get("grid", "")),
        no_grid=query.get("grid") == NONE,
        team=query.get("team", "").replace(NONE, ""),
        no_team=query.get("team") == NONE,
        person=query.get("person", ""),
        number=number,
        words=words if not number and search.says_something(words) else "",
        since=day(query.get("since", "")),
        until=_after(query.get("until", "")),
        done_since=day(query.get("done_since", "")),
        done_until=_after(query.get("done_until", "")),
        answered_since=day(query.get("answered_since", "")),
        answered_until=_after(query.get("answered_until", "")),
        answer=query.get("answer", ""),
        overdue_at=act.now if flag == "overdue" else None,
        due_from=act.now if flag == "soon" else None,
        due_by=act.now + SOON if flag == "soon" else None,
        late_at=act.now if flag == "late" else None,
        returned=flag == "returned",
        reopened=flag == "reopened",
        repeated=flag == "repeated",
        awaiting=flag == "awaiting",
        finished=flag == "finished",
    )


def _categories(act: Act, said: str) -> tuple[str, ...]:
    """A category's code, or every code of a top: what is before the dot."""
    if not said:
        return ()
    return tuple(
        code for code in act.service.content.catalogue if said in (code, code.partition(".")[0])
    ) or (said,)


def _grids(act: Act, said: str) -> tuple[str, ...]:
    """A grid and all below it."""
    if not said or said == NONE:
        return ()
    return tuple(code for code in act.roster.grids if said in act.roster.path(code)) or (said,)


def day(said: str) -> datetime | None:
    """A day's beginning, local."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=LOCAL) if said else None
    except ValueError:
        return None


def _after(said: str) -> datetime | None:
    """The end of a day: the last day is meant with it."""
    begun = day(said)
    return begun + timedelta(days=1) if begun else None
