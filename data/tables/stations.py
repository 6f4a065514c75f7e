"""Places that are open to everybody, and what there is in them."""

from __future__ import annotations

from data.database import Tx
from data.duty_rows import Station
from data.tables import columns


def add(tx: Tx, station: Station) -> int:
    return columns.add(tx, "stations", station)


def save(tx: Tx, station: Station) -> None:
    columns.save(tx, "stations", station)


def by_name(tx: Tx, name: str) -> Station | None:
    return tx.one(Station, "SELECT * FROM stations WHERE name = :name", name=name)


def by_number(tx: Tx, number: int) -> Station | None:
    return tx.one(Station, "SELECT * FROM stations WHERE number = :number", number=number)


def every(tx: Tx, kind: str = "") -> list[Station]:
    """All of them, or those of a kind, in the order of their numbers."""
    return tx.all(
        Station,
        "SELECT * FROM stations WHERE :kind = '' OR kind = :kind ORDER BY number",
        kind=kind,
    )


def counted(tx: Tx) -> dict[str, int]:
    """How many there are of each kind."""
    rows = tx.rows("SELECT kind, COUNT(*) AS count FROM stations GROUP BY kind ORDER BY kind")
    return {row["kind"]: int(row["count"]) for row in rows}
