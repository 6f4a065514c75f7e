"""What was promised to reporters, and when it was kept: read from the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.database import Tx
from data.rows import Party


@dataclass(frozen=True, slots=True)
class Kept:
    """One issue's clocks; None where it has not happened (or the first words are gone)."""

    said_at: datetime | None  # the first words of whoever reported it
    created_at: datetime
    contact_due: datetime
    done_due: datetime
    contacted_at: datetime | None
    finished_at: datetime | None


def kept(tx: Tx, since: datetime, until: datetime, limit: int = 100_000) -> list[Kept]:
    """Every issue recorded in a span, the oldest first."""
    return tx.all(
        Kept,
        "SELECT m.received_at AS said_at, i.created_at AS created_at,"
        " i.contact_due AS contact_due, i.done_due AS done_due,"
        " (SELECT MIN(e.at) FROM events e WHERE e.issue = i.id"
        " AND e.action IN ('accept', 'claim', 'finish', 'note') AND e.actor <> i.reporter)"
        " AS contacted_at,"
        " (SELECT MAX(e.at) FROM events e WHERE e.issue = i.id AND e.action = 'finish')"
        " AS finished_at"
        " FROM issues i LEFT JOIN messages m ON m.key = i.message"
        " WHERE i.created_at >= :since AND i.created_at < :until"
        " AND i.status NOT IN ('withdrawn', 'merged', 'rejected') ORDER BY i.id LIMIT :limit",
        since=since,
        until=until,
        limit=limit,
    )


def whistles(tx: Tx, since: datetime, until: datetime) -> list[Party]:
    """Every unit that was whistled for in a span."""
    return tx.all(
        Party,
        "SELECT * FROM parties WHERE kind = 'whistle' AND asked_at >= :since AND asked_at < :until"
        " ORDER BY team, asked_at, issue",
        since=since,
        until=until,
    )
