"""Notices, to whom each went, and who has read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.duty_rows import Bulletin
from data.tables import columns


def add(tx: Tx, bulletin: Bulletin) -> int:
    return columns.add(tx, "bulletins", bulletin)


def by_number(tx: Tx, number: int) -> Bulletin | None:
    return tx.one(Bulletin, "SELECT * FROM bulletins WHERE number = :number", number=number)


def latest(tx: Tx, limit: int = 20) -> list[Bulletin]:
    return tx.all(Bulletin, "SELECT * FROM bulletins ORDER BY number DESC LIMIT :limit",
                  limit=limit)  # fmt: skip


def address(tx: Tx, bulletin: int, people: Sequence[str]) -> None:
    """These people are sent it."""
    tx.insert(
        "bulletin_readers",
        [{"bulletin": bulletin, "person": person, "read_at": None} for person in people],
    )


def read(tx: Tx, bulletin: int, person: str, at: datetime) -> bool:
    """A person has read it; False where he was not sent it, or has read it before."""
    return bool(
        tx.run(
            "UPDATE bulletin_readers SET read_at = :at"
            " WHERE bulletin = :bulletin AND person = :person AND read_at IS NULL",
            bulletin=bulletin,
            person=person,
            at=at,
        )
    )


def unread_by(tx: Tx, person: str) -> list[Bulletin]:
    """What a person was sent and has not read, the latest first."""
    return tx.all(
        Bulletin,
        "SELECT b.* FROM bulletins b JOIN bulletin_readers r ON r.bulletin = b.id"
        " WHERE r.person = :person AND r.read_at IS NULL ORDER BY b.number DESC LIMIT 20",
        person=person,
    )


def counts(tx: Tx, bulletin: int) -> tuple[int, int]:
    """To how many it went, and how many have read it."""
    [row] = tx.rows(
        "SELECT COUNT(*) AS sent, COUNT(read_at) AS read FROM bulletin_readers"
        " WHERE bulletin = :bulletin",
        bulletin=bulletin,
    )
    return int(row["sent"]), int(row["read"])
