"""What figures are counted from, for those who keep it in memory: see desk/columns.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.database import Tx
from data.tables.board import Scope, Where
from data.tables.entries import HELD

ANSWERS = ("satisfied", "reopen", "dissatisfied")
_COLUMNS = (
    "SELECT id, day, category, grid, owner_team, owner_person, level, status, created_at,"
    " accepted_at, done_at, done_due, returns, reopens, parent, against FROM issues"
)
# LIMIT: the issues are looked up first, not the answers of all years.
_SAID = (
    "SELECT issue, seq, at, action, data FROM"
    " (SELECT * FROM events WHERE {issues} LIMIT 2000000000) e"
    f" WHERE action IN {(*ANSWERS, 'exclude')} ORDER BY issue, seq"
)


def cursor(tx: Tx) -> tuple[int, int]:
    """The last event of all, and the last issue: what is newer has not been read."""
    last = tx.scalar("SELECT COALESCE(MAX(cursor), 0) FROM feed")
    return int(last), int(tx.scalar("SELECT COALESCE(MAX(id), 0) FROM issues"))


def changed(tx: Tx, since: tuple[int, int]) -> list[int]:
    """The issues to which something happened since then, in order."""
    rows = tx.rows(
        "SELECT issue AS id FROM feed WHERE cursor > :cursor"
        " UNION SELECT id FROM issues WHERE id > :last ORDER BY 1",
        cursor=since[0],
        last=since[1],
    )
    return [row["id"] for row in rows]


def page(tx: Tx, after: int, limit: int) -> list[dict[str, Any]]:
    return tx.rows(f"{_COLUMNS} WHERE id > :after ORDER BY id LIMIT :limit",
                   after=after, limit=limit)  # fmt: skip


def of(tx: Tx, issues: Sequence[int]) -> list[dict[str, Any]]:
    return tx.rows(f"{_COLUMNS} WHERE id IN ({_ids(issues)}) ORDER BY id")


def said(tx: Tx, issues: Sequence[int]) -> list[dict[str, Any]]:
    """Answers to call-backs, and exclusions from the rates, of these issues."""
    return tx.rows(_SAID.format(issues=f"issue IN ({_ids(issues)})"))


def said_between(tx: Tx, after: int, last: int) -> list[dict[str, Any]]:
    """The same of all issues in a range."""
    some = _SAID.format(issues="issue > :after AND issue <= :last")
    return tx.rows(some, after=after, last=last)


def repeated(tx: Tx) -> list[int]:
    """The issues that somebody besides the first reporter has reported."""
    return [row["issue"] for row in tx.rows("SELECT DISTINCT issue FROM reporters")]


def own(tx: Tx, scope: Scope) -> list[int]:
    """What somebody may see besides his grids' and teams': the same as board.within says."""
    where = Where()
    where.values["me"] = scope.person
    ways = [
        "SELECT id FROM issues WHERE owner_person = :me",
        "SELECT id FROM issues WHERE reporter = :me",
        "SELECT issue FROM reporters WHERE person = :me",
        "SELECT l.issue FROM entries l JOIN claims c ON c.entry = l.id"
        f" WHERE l.issue IS NOT NULL AND c.person = :me AND c.state IN {HELD}",
    ]
    if scope.teams:
        ways.append(f"SELECT issue FROM parties WHERE {where.among('team', scope.teams)}")
    rows = tx.rows(" UNION ".join(ways), **where.values)
    return [next(iter(row.values())) for row in rows]


def _ids(issues: Sequence[int]) -> str:
    return ", ".join(str(int(issue)) for issue in issues) or "NULL"
