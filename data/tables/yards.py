"""Yards: their number and code, whose they are, how dangerous they are."""

from __future__ import annotations

from data.database import Tx
from data.duty_rows import Yard
from data.tables import columns


def add(tx: Tx, yard: Yard) -> int:
    return columns.add(tx, "yards", yard)


def save(tx: Tx, yard: Yard) -> None:
    columns.save(tx, "yards", yard)


def by_number(tx: Tx, number: int) -> Yard | None:
    return tx.one(Yard, "SELECT * FROM yards WHERE number = :number", number=number)


def by_code(tx: Tx, code: str) -> Yard | None:
    return tx.one(Yard, "SELECT * FROM yards WHERE code = :code", code=code)


def page(tx: Tx, after: int = 0, limit: int = 100_000) -> list[Yard]:
    """All yards in the order of their numbers."""
    return tx.all(
        Yard,
        "SELECT * FROM yards WHERE number > :after ORDER BY number LIMIT :limit",
        after=after,
        limit=limit,
    )


def of_landlord(tx: Tx, person: str) -> list[Yard]:
    return tx.all(
        Yard, "SELECT * FROM yards WHERE landlord = :person ORDER BY number LIMIT 20", person=person
    )


def by_colour(tx: Tx) -> dict[tuple[str, str], int]:
    """How many yards of each colour there are in each grid."""
    rows = tx.rows("SELECT grid, colour, COUNT(*) AS count FROM yards GROUP BY grid, colour")
    return {(row["grid"], row["colour"]): int(row["count"]) for row in rows}
