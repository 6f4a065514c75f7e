"""The issues and events as programs ask for them: filtered, counted, in pages that hold still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.database import Tx, Value
from data.rows import FeedLine, Issue
from data.tables import search as full_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which issues are asked for; what is empty does not matter."""

    statuses: Sequence[str] = ()
    categories: Sequence[str] = ()  # codes, or the part before the dot
    estate: str | None = None
    grids: Sequence[str] = ()
    levels: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


def search(tx: Tx, wanted: Wanted, before: int | None, limit: int) -> list[Issue]:
    """The newest first, from the one after `before` on: new issues do not move later pages."""
    conditions, values = _conditions(wanted)
    if wanted.text is not None:
        _saying(tx, wanted.text, conditions, values)
    if before is not None:
        conditions.append("id < :before")
        values["before"] = before
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT :limit",
        limit=limit,
        **values,
    )


def _saying(tx: Tx, text: str, conditions: list[str], values: dict[str, Value]) -> None:
    """Its number, or words of it: those are sealed, and looked for where they lie masked."""
    values["number"] = text
    if not full_text.says_something(text):
        conditions.append("number = :number")
        return
    found, values["phrase"] = full_text.condition(tx, text)
    conditions.append(f"({found} OR number = :number)")


def _conditions(wanted: Wanted) -> tuple[list[str], dict[str, Value]]:
    conditions = ["1 = 1"]
    values: dict[str, Value] = {}
    lists = (("status", wanted.statuses), ("level", wanted.levels), ("grid", wanted.grids))
    for column, options in lists:
        if options:
            names = {f"{column}{i}": option for i, option in enumerate(options)}
            conditions.append(f"{column} IN ({', '.join(':' + name for name in names)})")
            values |= names
    if wanted.categories:
        codes = {f"category{i}": code for i, code in enumerate(wanted.categories)}
        either = (f"category = :{n} OR substr(category, 1, length(:{n}) + 1) = :{n} || '.'"
                  for n in codes)  # fmt: skip
        conditions.append(f"({' OR '.join(either)})")
        values |= codes
    singles = (
        ("estate = :estate", "estate", wanted.estate),
        ("created_at >= :since", "since", wanted.since),
        ("created_at < :until", "until", wanted.until),
    )
    for condition, name, value in singles:
        if value is not None:
            conditions.append(condition)
            values[name] = value
    return conditions, values


def by_day(tx: Tx, day: str, number: str) -> Issue | None:
    """One issue by what is unique: its day and its number."""
    return tx.one(
        Issue, "SELECT * FROM issues WHERE day = :day AND number = :number", day=day, number=number
    )


def feed(tx: Tx, after: int, limit: int) -> list[FeedLine]:
    """The events after a cursor, in the order in which they were written."""
    return tx.all(
        FeedLine,
        "SELECT f.cursor, e.* FROM feed f JOIN events e ON e.issue = f.issue AND e.seq = f.seq"
        " WHERE f.cursor > :after ORDER BY f.cursor LIMIT :limit",
        after=after,
        limit=limit,
    )


def numbers(tx: Tx, issue: int) -> dict[int, int]:
    """The feed cursor of each event of an issue."""
    rows = tx.rows("SELECT seq, cursor FROM feed WHERE issue = :issue", issue=issue)
    return {row["seq"]: row["cursor"] for row in rows}


def counted(tx: Tx, column: str, since: datetime, until: datetime) -> dict[str, int]:
    """How many issues recorded in that span have each value of a column."""
    assert column in ("status", "category", "day", "level", "estate")
    rows = tx.rows(
        f"SELECT {column} AS value, COUNT(*) AS n FROM issues"
        f" WHERE created_at >= :since AND created_at < :until GROUP BY {column}"
        f" ORDER BY {column} NULLS FIRST",
        since=since,
        until=until,
    )
    return {row["value"] or "": row["n"] for row in rows}
