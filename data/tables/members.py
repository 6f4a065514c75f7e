"""Who has reported for service, and who answers for which building."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields

from data.database import Tx
from data.practice_rows import Bond, Member
from data.rows import Person
from data.tables import columns

_MEMBER = "SELECT m.* FROM members m"


def add(tx: Tx, member: Member) -> int:
    return columns.add(tx, "members", member)


def save(tx: Tx, member: Member) -> None:
    columns.save(tx, "members", member)


def by_number(tx: Tx, number: int) -> Member | None:
    return tx.one(Member, f"{_MEMBER} WHERE m.number = :number", number=number)


def of_person(tx: Tx, person: str) -> Member | None:
    return tx.one(Member, f"{_MEMBER} WHERE m.person = :person", person=person)


def applying(tx: Tx, person: str) -> Member | None:
    """The listed member whom this account says it is."""
    return tx.one(Member, f"{_MEMBER} WHERE m.applicant = :person", person=person)


def named(tx: Tx, name: str, unit: str) -> list[Member]:
    """Members of that name in that unit."""
    return tx.all(
        Member,
        f"{_MEMBER} JOIN people p ON p.id = m.person"
        " WHERE p.name_key = :name AND m.unit = :unit AND m.state <> 'left' ORDER BY m.id LIMIT 5",
        name=tx.fingerprint("name", name),
        unit=unit,
    )


def known(tx: Tx) -> dict[tuple[str, str, str], str]:
    """The person of each (name, unit, phone) in the ledger, to find those who are in it already."""
    rows = tx.rows(
        "SELECT p.name AS name, m.unit AS unit, p.phone AS phone, m.person AS person"
        " FROM members m JOIN people p ON p.id = m.person"
    )
    return {(row["name"], row["unit"], row["phone"]): row["person"] for row in rows}


def page(tx: Tx, after: int, limit: int) -> list[Member]:
    """The ledger in the order of its numbers."""
    return tx.all(
        Member,
        f"{_MEMBER} WHERE m.number > :after AND m.state <> 'left' ORDER BY m.number LIMIT :limit",
        after=after,
        limit=limit,
    )


def with_word(tx: Tx, word: str, limit: int = 50) -> list[Member]:
    """Members who name a skill or carry a tag, the first to report first."""
    return tx.all(
        Member,
        f"{_MEMBER} WHERE m.state <> 'left' AND (replace(m.skills, :word, '') <> m.skills"
        " OR replace(m.tags, :word, '') <> m.tags)"
        " ORDER BY m.number LIMIT :limit",
        word=f'"{word}"',
        limit=limit,
    )


def in_building(tx: Tx, estate: str, building: str | None) -> list[tuple[Member, Person]]:
    """Confirmed members who live in an estate, or in one building of it."""
    sql = (
        f"{_MEMBER} JOIN people p ON p.id = m.person WHERE m.state = 'confirmed'"
        " AND p.estate = :estate AND (:building = '' OR p.building = :building) ORDER BY m.number"
    )
    found = tx.all(Member, sql, estate=estate, building=building or "")
    return [(member, _person(tx, member)) for member in found]


def _person(tx: Tx, member: Member) -> Person:
    found = tx.one(Person, "SELECT * FROM people WHERE id = :id", id=member.person)
    assert found is not None  # the foreign key says so
    return found


def counted(tx: Tx, column: str) -> dict[str, int]:
    """How many members there are by state, unit or placed team."""
    assert column in {field.name for field in fields(Member)}
    rows = tx.rows(
        f"SELECT {column} AS name, COUNT(*) AS count FROM members WHERE state <> 'left'"
        f" GROUP BY {column} ORDER BY COUNT(*) DESC, {column} NULLS FIRST"
    )
    return {row["name"] or "": int(row["count"]) for row in rows}


def tagged(tx: Tx) -> dict[str, int]:
    """How many members carry each tag."""
    counts: dict[str, int] = {}
    for row in tx.rows("SELECT tags FROM members WHERE state <> 'left' AND tags <> '[]'"):
        for tag in json.loads(row["tags"]):
            counts[tag] = counts.get(tag, 0) + 1
    return counts


# -- bonds --------------------------------------------------------------------------------------


def bond(tx: Tx, row: Bond) -> int:
    return columns.add(tx, "bonds", row)


def end_bond(tx: Tx, row: Bond) -> None:
    columns.save(tx, "bonds", row)


def stewards(tx: Tx, estate: str, building: str | None, unit: str | None) -> list[Bond]:
    """Who answers for a place, from the estate down to the stairway."""
    return tx.all(
        Bond,
        "SELECT * FROM bonds WHERE kind = 'steward' AND until IS NULL AND estate = :estate"
        " AND (building IS NULL OR building = :building) AND (unit IS NULL OR unit = :unit)"
        " ORDER BY building IS NOT NULL, unit IS NOT NULL, id",
        estate=estate,
        building=building,
        unit=unit,
    )


def bonds_of(tx: Tx, kind: str) -> list[Bond]:
    """All bonds of a kind that are in force."""
    return tx.all(
        Bond,
        "SELECT * FROM bonds WHERE kind = :kind AND until IS NULL"
        " ORDER BY estate NULLS FIRST, building NULLS FIRST, id",
        kind=kind,
    )


def replace_stewards(tx: Tx, rows: Sequence[Bond]) -> None:
    """The list of stewards as a table brings it, instead of the one before."""
    tx.run("DELETE FROM bonds WHERE kind = 'steward'")
    for row in rows:
        bond(tx, row)
