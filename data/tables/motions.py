"""Questions put to the households, and their ballots: a household is only a keyed hash here."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.practice_rows import Motion
from data.tables import columns


def add(tx: Tx, motion: Motion) -> int:
    return columns.add(tx, "motions", motion)


def save(tx: Tx, motion: Motion) -> None:
    columns.save(tx, "motions", motion)


def by_number(tx: Tx, number: int) -> Motion | None:
    return tx.one(Motion, "SELECT * FROM motions WHERE number = :number", number=number)


def by_id(tx: Tx, motion: int) -> Motion | None:
    return tx.one(Motion, "SELECT * FROM motions WHERE id = :motion", motion=motion)


def households(tx: Tx, estate: str) -> int | None:
    """How many households the last vote of an estate was put to."""
    found = tx.scalar(
        "SELECT households FROM motions WHERE estate = :estate ORDER BY id DESC LIMIT 1",
        estate=estate,
    )
    return int(found) if found is not None else None


def page(tx: Tx, after: int, limit: int) -> list[Motion]:
    """In the order of their numbers."""
    return tx.all(
        Motion,
        "SELECT * FROM motions WHERE number > :after ORDER BY number LIMIT :limit",
        after=after,
        limit=limit,
    )


def open_ones(tx: Tx, limit: int = 50) -> list[Motion]:
    """Those that can be voted on, the first to close first."""
    return tx.all(
        Motion,
        "SELECT * FROM motions WHERE status = 'open' ORDER BY closes_at, id LIMIT :limit",
        limit=limit,
    )


def to_close(tx: Tx, now: datetime, limit: int = 50) -> list[Motion]:
    return tx.all(
        Motion,
        "SELECT * FROM motions WHERE status = 'open' AND closes_at <= :now"
        " ORDER BY closes_at, id LIMIT :limit",
        now=now,
        limit=limit,
    )


def cast(tx: Tx, motion: int, household: str, choice: int, at: datetime) -> bool:
    """A household's ballot; False if it has voted before."""
    return bool(
        tx.run(
            "INSERT INTO ballots (motion, household, choice, at)"
            " VALUES (:motion, :household, :choice, :at)"
            " ON CONFLICT (motion, household) DO NOTHING",
            motion=motion,
            household=household,
            choice=choice,
            at=at,
        )
    )


def ballots(tx: Tx, motion: int) -> list[int]:
    """The choices made, in no telling order."""
    rows = tx.rows(
        "SELECT choice FROM ballots WHERE motion = :motion ORDER BY household", motion=motion
    )
    return [int(row["choice"]) for row in rows]
