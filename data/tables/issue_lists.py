"""Requests by what has happened to them: fast lane, joint cases, what a team or a person did."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.rows import Issue


def with_event(tx: Tx, action: str, since: datetime, limit: int = 200) -> list[Issue]:
    """Requests to which something has happened since then, the latest first."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE id IN"
        " (SELECT issue FROM events WHERE action = :action AND at >= :since)"
        " ORDER BY id DESC LIMIT :limit",
        action=action,
        since=since,
        limit=limit,
    )


def done_by(tx: Tx, team: str, since: datetime) -> int:
    """How many requests a team has finished since then."""
    return int(
        tx.scalar(
            "SELECT COUNT(*) FROM issues WHERE owner_team = :team AND done_at >= :since"
            " AND status IN ('done', 'closed')",
            team=team,
            since=since,
        )
    )


def finished_by(tx: Tx, person: str, since: datetime) -> list[Issue]:
    """What a person has finished since then and nobody has rated, the latest first."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE handler = :person AND status = 'done' AND done_at >= :since"
        " ORDER BY done_at DESC LIMIT 5",
        person=person,
        since=since,
    )
