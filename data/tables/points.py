"""The point ledger as the logs make it, and who was put forward as 榜样."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.council_rows import Nomination, Points
from data.database import Tx
from data.tables import columns


def every(tx: Tx) -> list[Points]:
    """The whole ledger, in the order of time."""
    return tx.all(Points, "SELECT * FROM points ORDER BY at, subject, rule, person, undone")


def of_person(tx: Tx, person: str, since: datetime, until: datetime) -> list[Points]:
    """What somebody earned in a span, the oldest first."""
    return tx.all(
        Points,
        "SELECT * FROM points WHERE person = :person AND at >= :since AND at < :until"
        " ORDER BY at, subject, rule",
        person=person,
        since=since,
        until=until,
    )


def between(tx: Tx, since: datetime, until: datetime) -> list[Points]:
    """Every line of a span, the oldest first."""
    return tx.all(
        Points,
        "SELECT * FROM points WHERE at >= :since AND at < :until ORDER BY at, subject, rule",
        since=since,
        until=until,
    )


def sums(tx: Tx, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """What everybody earned in a span, the most first."""
    rows = tx.rows(
        "SELECT person, SUM(points) AS total FROM points WHERE at >= :since AND at < :until"
        " GROUP BY person ORDER BY SUM(points) DESC, person",
        since=since,
        until=until,
    )
    return [(row["person"], int(row["total"])) for row in rows]


def add(tx: Tx, rows: Sequence[Points]) -> None:
    for row in rows:
        columns.add(tx, "points", row)


def remove(tx: Tx, rows: Sequence[Points]) -> None:
    for row in rows:
        tx.run("DELETE FROM points WHERE id = :id", id=row.id)


@dataclass(frozen=True, slots=True)
class Said:
    """As much of an issue's event as points need. (There are very many: no model is built.)"""

    issue: int
    at: datetime
    actor: str
    action: str
    data: str


def issue_events(tx: Tx, actions: Sequence[str]) -> list[Said]:
    """Every event of these kinds, the oldest first."""
    names = {f"a{i}": action for i, action in enumerate(actions)}
    rows = tx.rows(
        "SELECT issue, at, actor, action, data FROM events"
        f" WHERE action IN ({', '.join(':' + name for name in names)}) ORDER BY at, issue, seq",
        **names,
    )
    return [
        Said(row["issue"], datetime.fromisoformat(row["at"]), row["actor"], row["action"],
             row["data"])
        for row in rows
    ]  # fmt: skip


def log_size(tx: Tx) -> str:
    """Another text whenever something was written to either log."""
    feed = tx.scalar("SELECT COALESCE(MAX(cursor), 0) FROM feed")
    lines = tx.scalar("SELECT COUNT(*) FROM journal")
    return f"{feed}/{lines}"


def settled(tx: Tx) -> tuple[str, datetime | None]:
    """Which logs the ledger was last computed from, and when."""
    value = str(tx.scalar("SELECT value FROM state WHERE name = 'points'") or "")
    size, _, at = value.partition(" ")
    return size, datetime.fromisoformat(at) if at else None


def settle(tx: Tx, size: str, at: datetime) -> None:
    tx.run(
        "INSERT INTO state (name, value) VALUES ('points', :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        value=f"{size} {at.isoformat()}",
    )


def odd(tx: Tx) -> list[str]:
    """The keys of the deeds that looked like a favour when the ledger was last computed."""
    found: list[str] = json.loads(
        str(tx.scalar("SELECT value FROM state WHERE name = 'favours'") or "[]")
    )
    return found


def keep_odd(tx: Tx, keys: Sequence[str]) -> None:
    tx.run(
        "INSERT INTO state (name, value) VALUES ('favours', :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        value=json.dumps(keys),
    )


# -- 榜样 -----------------------------------------------------------------------------------------


def nominate(tx: Tx, row: Nomination) -> int:
    return columns.add(tx, "nominations", row)


def save_nomination(tx: Tx, row: Nomination) -> None:
    columns.save(tx, "nominations", row)


def nomination(tx: Tx, number: int) -> Nomination | None:
    return tx.one(Nomination, "SELECT * FROM nominations WHERE number = :number", number=number)


def nominations(tx: Tx, statuses: Sequence[str], limit: int = 50) -> list[Nomination]:
    """Those in some states, the newest first."""
    names = {f"s{i}": status for i, status in enumerate(statuses)}
    return tx.all(
        Nomination,
        f"SELECT * FROM nominations WHERE status IN ({', '.join(':' + n for n in names)})"
        " ORDER BY number DESC LIMIT :limit",
        limit=limit,
        **names,
    )


def voted(tx: Tx, limit: int = 20) -> list[Nomination]:
    """Those whose vote is over, and which have not heard of it."""
    return tx.all(
        Nomination,
        "SELECT n.* FROM nominations n JOIN motions m ON m.id = n.motion"
        " WHERE n.status = 'voting' AND m.status <> 'open' ORDER BY n.id LIMIT :limit",
        limit=limit,
    )
