"""What was written down by a clock that ran ahead: due, by the right time, much too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.database import Tx

Table = Literal["outbox", "media"]
TABLES: tuple[Table, ...] = ("outbox", "media")
_WAITING = {"outbox": ("created_at", "status = 'queued'"), "media": ("at", "status = 'waiting'")}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for its moment."""

    id: int
    made_at: datetime
    next_at: datetime


def waiting(tx: Tx, table: Table, ahead: datetime, far: datetime) -> list[Waiting]:
    """What was made later than `ahead`, or is put off (or held) for longer than `far`."""
    made, status = _WAITING[table]
    return tx.all(
        Waiting,
        f"SELECT id, {made} AS made_at, next_at FROM {table} WHERE {status}"
        f" AND ((next_at > :ahead AND ({made} > :ahead OR next_at > :far)) OR lease_until > :far)"
        " ORDER BY id LIMIT 1000",
        ahead=ahead,
        far=far,
    )


def bring_forward(tx: Tx, table: Table, id: int, made_at: datetime, next_at: datetime) -> bool:
    """Let it happen at that moment; False if it no longer waits."""
    made, status = _WAITING[table]
    return bool(
        tx.run(
            f"UPDATE {table} SET {made} = :made_at, next_at = :next_at, lease_until = NULL"
            f" WHERE id = :id AND {status}",
            made_at=made_at,
            next_at=next_at,
            id=id,
        )
    )


def hear(tx: Tx, beyond: datetime, at: datetime) -> int:
    """Messages that wait for longer than any does are taken up at that moment."""
    sql = "UPDATE messages SET deferred_until = :at WHERE deferred_until > :beyond"
    return tx.run(sql, at=at, beyond=beyond)


def unheard(tx: Tx, beyond: datetime) -> int:
    """How many messages wait for longer than any does."""
    sql = "SELECT COUNT(*) FROM messages WHERE deferred_until > :beyond"
    return int(tx.scalar(sql, beyond=beyond))


def questions(tx: Tx, beyond: datetime) -> int:
    """How many open questions wait for longer than any question does."""
    sql = "SELECT COUNT(*) FROM sessions WHERE expires_at > :beyond"
    return int(tx.scalar(sql, beyond=beyond))


def shorten_questions(tx: Tx, beyond: datetime, until: datetime) -> int:
    """Let those end at that moment."""
    sql = "UPDATE sessions SET expires_at = :until WHERE expires_at > :beyond"
    return tx.run(sql, until=until, beyond=beyond)
