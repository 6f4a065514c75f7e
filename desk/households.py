"""A household: a door. Where one counts once it is kept as a keyed hash, never as a door."""

from __future__ import annotations

from data.rows import Person
from data.tables import people
from desk.service import Act


def has_door(person: Person) -> bool:
    return bool(person.estate and person.building and person.room)


def hashed(act: Act, purpose: str, person: Person) -> str:
    """Another hash for every purpose, and none without our key."""
    return act.tx.fingerprint(f"household of {purpose}", door(person))


def door(person: Person) -> str:
    return "\n".join(
        (person.estate or "", person.building or "", person.unit or "", person.room or "")
    )


def together(one: Person, other: Person) -> bool:
    """Whether two people live behind the same door."""
    return has_door(one) and door(one) == door(other)


def reachable(act: Act, estate: str) -> list[Person]:
    """Those of an estate who have an account and a known door."""
    return people.reachable_in(act.tx, estate, ())
