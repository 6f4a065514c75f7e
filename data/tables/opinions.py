"""Anonymous opinions: no person and no hour is kept, here or with the message that brought it."""

from __future__ import annotations

from data.council_rows import Opinion
from data.database import Tx
from data.tables import columns


def add(tx: Tx, opinion: Opinion) -> int:
    return columns.add(tx, "opinions", opinion)


def save(tx: Tx, opinion: Opinion) -> None:
    columns.save(tx, "opinions", opinion)


def by_number(tx: Tx, number: int) -> Opinion | None:
    return tx.one(Opinion, "SELECT * FROM opinions WHERE number = :number", number=number)


def by_receipt(tx: Tx, receipt: str) -> Opinion | None:
    return tx.one(Opinion, "SELECT * FROM opinions WHERE receipt = :receipt", receipt=receipt)


def page(tx: Tx, after: int, limit: int, status: str = "") -> list[Opinion]:
    """In the order of their numbers."""
    return tx.all(
        Opinion,
        "SELECT * FROM opinions WHERE number > :after AND (:status = '' OR status = :status)"
        " ORDER BY number LIMIT :limit",
        after=after,
        limit=limit,
        status=status,
    )


def forget_sender(tx: Tx, key: str, nobody: str) -> None:
    """Of the message that brought an opinion, keep only that it came (a retry is known by it)."""
    tx.run(
        "UPDATE messages SET person = :nobody, chat = '', text = '', media = '{}' WHERE key = :key",
        nobody=nobody,
        key=key,
    )
