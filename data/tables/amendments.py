"""What a community changed of the shipped content: one row a change, nothing is ever taken away."""

from __future__ import annotations

from data.database import Tx
from data.staff_rows import Amendment


def in_force(tx: Tx) -> list[Amendment]:
    """The latest of each entry, in the order in which they were made; not what is as shipped."""
    return tx.all(
        Amendment,
        "SELECT * FROM amendments a WHERE value <> '' AND NOT EXISTS (SELECT 1 FROM amendments l"
        " WHERE l.area = a.area AND l.entry = a.entry AND l.id > a.id) ORDER BY id",
    )


def latest(tx: Tx, area: str, entry: str) -> Amendment | None:
    """The last one of an entry, also where it made it as shipped again."""
    return tx.one(
        Amendment,
        "SELECT * FROM amendments WHERE area = :area AND entry = :entry ORDER BY id DESC LIMIT 1",
        area=area,
        entry=entry,
    )


def by_id(tx: Tx, id: int) -> Amendment | None:
    return tx.one(Amendment, "SELECT * FROM amendments WHERE id = :id", id=id)


def page(tx: Tx, before: int | None, limit: int) -> list[Amendment]:
    """The newest first."""
    return tx.all(
        Amendment,
        "SELECT * FROM amendments WHERE id < :before ORDER BY id DESC LIMIT :limit",
        before=before if before is not None else 2**62,
        limit=limit,
    )


def add(tx: Tx, made: Amendment) -> None:
    tx.run(
        "INSERT INTO amendments (at, person, area, entry, before, value, diff, undoes)"
        " VALUES (:at, :person, :area, :entry, :before, :value, :diff, :undoes)",
        at=made.at,
        person=made.person,
        area=made.area,
        entry=made.entry,
        before=made.before,
        value=made.value,
        diff=made.diff,
        undoes=made.undoes,
    )
