"""What the figures mean, said once more in SQL: what desk/tally.py counts is compared with it.

Whole or by grid, team and category. A span of time is looked up first; LIMIT keeps the planner from
beginning with a grid's or a person's issues of all years instead.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from data.database import Tx, Value
from data.staff_rows import Spread, Totals
from data.tables.board import COUNTS, OPEN, Filter, Scope, Where, conditions, within

BY = ("grid", "owner_team", "category", "day")  # what figures are parted by
_ALL = 2_000_000_000
_SPAN = (
    "(SELECT id, day, category, grid, estate, owner_team, owner_person, level, status, created_at,"
    " accepted_at, done_at, done_due, returns, reopens, parent, reporter, against FROM issues"
    f" WHERE created_at >= :begin AND created_at < :end LIMIT {_ALL}) issues"
)
_ANSWERED = f"(SELECT e.issue, e.data FROM events e WHERE {COUNTS} LIMIT {_ALL}) e"
_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
_SUMS = {
    "done": "done_at IS NOT NULL",
    "open": "status IN ('assigned', 'accepted', 'paused')",
    "late": f"done_at > done_due OR (status IN {OPEN} AND done_due <= :now)",
    "returned": "returns > 0",
    "reopened": "reopens > 0",
    "repeated": "parent IS NOT NULL OR id IN (SELECT issue FROM reporters)",
}


def totals(tx: Tx, scope: Scope, wanted: Filter, now: datetime, by: str = "") -> list[Totals]:
    """The figures of all of them, or of each grid, team or category; the most numerous first."""
    where, span = _spanned(tx, scope, wanted)
    sums = ", ".join(
        f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS {name}"
        for name, condition in _SUMS.items()
    )
    order = f" GROUP BY {_key(by)} ORDER BY 2 DESC, 1" if by else ""
    return tx.all(
        Totals,
        f"SELECT {_key(by)} AS name, COUNT(*) AS received, {sums} FROM {_SPAN}"
        f" WHERE {where}{order}",
        now=now,
        **span,
        **where.values,
    )


def counted(tx: Tx, scope: Scope, wanted: Filter, by: str) -> dict[str, int]:
    """How many have each value of a column."""
    where, span = _spanned(tx, scope, wanted)
    rows = tx.rows(
        f"SELECT {_key(by)} AS name, COUNT(*) AS n FROM {_SPAN} WHERE {where} GROUP BY {_key(by)}",
        **span,
        **where.values,
    )
    return {row["name"]: row["n"] for row in rows}


def recorded(tx: Tx, scope: Scope, wanted: Filter) -> list[datetime]:
    """When each of them was recorded."""
    where, span = _spanned(tx, scope, wanted)
    rows = tx.rows(f"SELECT created_at FROM {_SPAN} WHERE {where}", **span, **where.values)
    return [datetime.fromisoformat(row["created_at"]) for row in rows]


def took(tx: Tx, scope: Scope, wanted: Filter, until: str, by: str = "") -> dict[str, Spread]:
    """By name: how long it took until `accepted_at` or `done_at`, of those that got so far.

    The middle case and what nine of ten stay under, by the nearest rank.
    """
    assert until in ("accepted_at", "done_at")
    where, span = _spanned(tx, scope, wanted)
    hours = tx.hours.format(start="created_at", end=until)
    rows = tx.all(
        Spread,
        "SELECT name, MAX(n) AS count, MIN(CASE WHEN place >= n * 0.5 THEN hours END) AS median,"
        " MIN(CASE WHEN place >= n * 0.9 THEN hours END) AS p90 FROM"
        " (SELECT name, hours, ROW_NUMBER() OVER (PARTITION BY name ORDER BY hours) AS place,"
        f" COUNT(*) OVER (PARTITION BY name) AS n FROM (SELECT {_key(by)} AS name,"
        f" {hours} AS hours FROM {_SPAN} WHERE {until} IS NOT NULL AND {where}) t) r GROUP BY name",
        **span,
        **where.values,
    )
    return {row.name: row for row in rows}


def answers(tx: Tx, scope: Scope, wanted: Filter, by: str = "") -> list[tuple[str, str, int]]:
    """(name, what was answered, how often) over the call-backs that count in `wanted`'s span."""
    where = conditions(tx, replace(wanted, answered_since=None, answered_until=None))
    within(where, scope)
    group = f"{_key(by)}, e.data" if by else "e.data"
    rows = tx.rows(
        f"SELECT {_key(by)} AS name, e.data, COUNT(*) AS n FROM {_ANSWERED}"
        f" JOIN issues ON id = e.issue WHERE {where} GROUP BY {group}",
        from_answer=wanted.answered_since,
        to_answer=wanted.answered_until,
        **where.values,
    )
    return [(row["name"], row["data"], row["n"]) for row in rows]


def _spanned(tx: Tx, scope: Scope, wanted: Filter) -> tuple[Where, dict[str, Value]]:
    """The conditions apart from the span, and the span."""
    where = conditions(tx, replace(wanted, since=None, until=None))
    within(where, scope)
    return where, {"begin": wanted.since or _EVER[0], "end": wanted.until or _EVER[1]}


def _key(by: str) -> str:
    assert by in ("", *BY)
    return f"COALESCE({by}, '')" if by else "''"
