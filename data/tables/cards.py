"""Cards with buttons that were sent, and the vendor's code by which each can be changed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.database import Tx
from data.rows import StoredCard


@dataclass(frozen=True, slots=True)
class OutdatedCard:
    """A card whose buttons no longer fit its issue."""

    push: int
    channel: str
    address: str
    code: str
    issue: int


# The status has changed since the card was written, or the issue has gone to somebody else.
_OUTDATED = (
    "EXISTS (SELECT 1 FROM events e WHERE e.issue = o.issue AND e.seq > o.step"
    " AND (e.action IN ('decline', 'transfer') OR e.status <>"
    " (SELECT b.status FROM events b WHERE b.issue = o.issue AND b.seq = o.step)))"
)


def open_task(tx: Tx, push: int, task: str, now: datetime) -> str:
    """The task id of a push's card: this one, unless it has one already."""
    tx.run(
        "INSERT INTO cards (push, task, code, good_until, next_at)"
        " VALUES (:push, :task, '', :now, :now) ON CONFLICT (push) DO NOTHING",
        push=push,
        task=task,
        now=now,
    )
    return str(tx.scalar("SELECT task FROM cards WHERE push = :push", push=push))


def renew(tx: Tx, push: int, code: str, now: datetime, good_until: datetime) -> None:
    """The code that is good now; "" when it has been spent."""
    tx.run(
        "UPDATE cards SET code = :code, next_at = :now, good_until = :until WHERE push = :push",
        push=push,
        code=code,
        now=now,
        until=good_until,
    )


def postpone(tx: Tx, push: int, next_at: datetime) -> None:
    tx.run("UPDATE cards SET next_at = :at WHERE push = :push", push=push, at=next_at)


def by_task(tx: Tx, task: str) -> StoredCard | None:
    return tx.one(StoredCard, "SELECT * FROM cards WHERE task = :task", task=task)


def issue_of(tx: Tx, push: int) -> int | None:
    found: int | None = tx.scalar("SELECT issue FROM outbox WHERE id = :push", push=push)
    return found


def is_outdated(tx: Tx, push: int) -> bool:
    return bool(tx.scalar(f"SELECT 1 FROM outbox o WHERE o.id = :push AND {_OUTDATED}", push=push))


def outdated(tx: Tx, now: datetime, limit: int = 50) -> list[OutdatedCard]:
    """Cards to be changed now, for which there is still a code."""
    return tx.all(
        OutdatedCard,
        "SELECT c.push, o.channel, o.address, c.code, o.issue FROM cards c"
        " JOIN outbox o ON o.id = c.push"
        " WHERE c.code <> '' AND c.next_at <= :now AND c.good_until > :now"
        f" AND {_OUTDATED} ORDER BY c.push LIMIT :limit",
        now=now,
        limit=limit,
    )
