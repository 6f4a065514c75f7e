"""爱心助老卡: who holds one."""

from __future__ import annotations

from data.database import Tx
from data.duty_rows import ElderCard
from data.rows import Person
from data.tables import columns


def add(tx: Tx, card: ElderCard) -> int:
    return columns.add(tx, "elder_cards", card)


def save(tx: Tx, card: ElderCard) -> None:
    columns.save(tx, "elder_cards", card)


def by_number(tx: Tx, number: int) -> ElderCard | None:
    return tx.one(ElderCard, "SELECT * FROM elder_cards WHERE number = :number", number=number)


def of_person(tx: Tx, person: str) -> ElderCard | None:
    return tx.one(ElderCard, "SELECT * FROM elder_cards WHERE person = :person", person=person)


def count(tx: Tx) -> int:
    return int(tx.scalar("SELECT COUNT(*) FROM elder_cards WHERE ended_at IS NULL"))


def born_before(tx: Tx, year: int, estate: str, limit: int = 200) -> list[Person]:
    """The holders of an estate who were born in that year or earlier."""
    found = tx.all(
        Person,
        "SELECT p.* FROM people p JOIN elder_cards c ON c.person = p.id"
        " WHERE c.ended_at IS NULL AND c.born <= :year AND p.estate = :estate"
        " ORDER BY p.building, p.unit, p.id LIMIT :limit",
        year=year,
        estate=estate,
        limit=limit,
    )
    # From door to door. Rooms lie sealed, so that only here they have an order.
    return sorted(found, key=lambda p: (p.building or "", p.unit or "", p.room or "", p.id))


def known(tx: Tx) -> dict[tuple[str, str], str]:
    """The person of each (name, phone) that holds a card, to find those who have one already."""
    rows = tx.rows(
        "SELECT p.name AS name, p.phone AS phone, p.id AS id"
        " FROM people p JOIN elder_cards c ON c.person = p.id"
    )
    return {(row["name"], row["phone"]): row["id"] for row in rows}
