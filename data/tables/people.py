"""People and the accounts by which they are reached."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.rows import Account, Person

PERSON = "SELECT p.* FROM people p"


def by_id(tx: Tx, person: str) -> Person | None:
    return tx.one(Person, f"{PERSON} WHERE p.id = :person", person=person)


def by_account(tx: Tx, channel: str, address: str) -> Person | None:
    return tx.one(
        Person,
        f"{PERSON} JOIN accounts a ON a.person = p.id"
        " WHERE a.channel = :channel AND a.address = :address",
        channel=channel,
        address=address,
    )


def id_for(tx: Tx, kind: str, *known: str) -> str:
    """An id for somebody of whom only this is known: the same again, and no way back to it."""
    found = tx.fingerprint("person", "|".join(known))
    return f"{kind}-{hashlib.sha256(found.encode()).hexdigest()[:12]}"


def by_name(tx: Tx, name: str) -> list[Person]:
    """Residents of that name."""
    return tx.all(
        Person,
        f"{PERSON} WHERE p.name_key = :name AND p.role = 'resident' ORDER BY p.id LIMIT 5",
        name=tx.fingerprint("name", name),
    )


def by_phone(tx: Tx, phone: str) -> list[Person]:
    """Residents with that telephone number."""
    return tx.all(
        Person,
        f"{PERSON} WHERE p.phone_key = :phone AND p.phone_key <> '' AND p.role = 'resident'"
        " ORDER BY p.id LIMIT 5",
        phone=tx.fingerprint("phone", phone),
    )


def reachable_in(tx: Tx, estate: str | None, grids: Sequence[str]) -> list[Person]:
    """Those with a known door and an account who live in an estate or in one of these grids."""
    names = {f"g{i}": grid for i, grid in enumerate(grids)}
    among = f"p.grid IN ({', '.join(':' + name for name in names)})" if names else "1 = 0"
    return tx.all(
        Person,
        f"{PERSON} WHERE p.room IS NOT NULL AND (p.estate = :estate OR {among}) AND EXISTS"
        " (SELECT 1 FROM accounts a WHERE a.person = p.id) ORDER BY p.id",
        estate=estate,
        **names,
    )


def living_in(tx: Tx, estate: str) -> list[Person]:
    """Residents of an estate who have an account with us."""
    return tx.all(
        Person,
        f"{PERSON} WHERE p.estate = :estate AND p.role = 'resident' AND EXISTS"
        " (SELECT 1 FROM accounts a WHERE a.person = p.id) ORDER BY p.id",
        estate=estate,
    )


def with_grid(tx: Tx) -> list[Person]:
    """Residents whose grid is known and who have an account with us."""
    return tx.all(
        Person,
        f"{PERSON} WHERE p.grid IS NOT NULL AND p.role = 'resident' AND EXISTS"
        " (SELECT 1 FROM accounts a WHERE a.person = p.id) ORDER BY p.id",
    )


def forget_name(tx: Tx, person: str) -> None:
    """A name that was needed for one thing only is needed no more."""
    tx.run(
        "UPDATE people SET name = '', name_key = '' WHERE id = :person AND role = 'resident'",
        person=person,
    )


def by_invite(tx: Tx, code: str) -> Person | None:
    """Whoever was given this code; sealed like a name, since it opens a worker's account."""
    return tx.one(
        Person,
        f"{PERSON} WHERE p.invite_key = :code AND p.invite_key <> ''",
        code=tx.fingerprint("invite", code),
    )


def tries(tx: Tx, person: str, since: datetime) -> int:
    """How many messages of this person since then had the form of an invitation code."""
    lately = tx.rows(
        "SELECT text FROM messages WHERE person = :person AND received_at >= :since",
        person=person,
        since=since,
    )
    return sum("绑定" in row["text"] for row in lately)


def every(tx: Tx) -> list[Person]:
    return tx.all(Person, f"{PERSON} ORDER BY p.id")


def staff(tx: Tx) -> list[Person]:
    """Everybody but residents."""
    return tx.all(Person, f"{PERSON} WHERE p.role <> 'resident' ORDER BY p.id")


def put(tx: Tx, person: Person) -> None:
    """Insert or, by id, overwrite; first-notice time and creation are kept."""
    tx.run(
        "INSERT INTO people (id, name, role, phone, estate, building, unit, room, grid, invite,"
        " noticed_at, created_at, name_key, phone_key, invite_key) VALUES (:id, :name, :role,"
        " :phone, :estate, :building, :unit, :room, :grid, :invite, :noticed_at, :created_at,"
        " :name_key, :phone_key, :invite_key)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,"
        " name_key = excluded.name_key, phone_key = excluded.phone_key,"
        " phone = excluded.phone, estate = excluded.estate, building = excluded.building,"
        " unit = excluded.unit, room = excluded.room, grid = excluded.grid,"
        " invite = excluded.invite, invite_key = excluded.invite_key",
        id=person.id,
        name=tx.seal("name", person.name),
        role=person.role,
        phone=tx.seal("phone", person.phone),
        estate=person.estate,
        building=person.building,
        unit=person.unit,
        room=tx.seal("room", person.room),
        grid=person.grid,
        invite=tx.seal("invite", person.invite),
        noticed_at=person.noticed_at,
        created_at=person.created_at,
        name_key=tx.fingerprint("name", person.name),
        phone_key=tx.fingerprint("phone", person.phone),
        invite_key=tx.fingerprint("invite", person.invite or ""),
    )


def bind(tx: Tx, channel: str, address: str, person: str) -> None:
    """Say whose account this is."""
    tx.run(
        "INSERT INTO accounts (channel, address, person) VALUES (:channel, :address, :person)"
        " ON CONFLICT (channel, address) DO UPDATE SET person = excluded.person",
        channel=channel,
        address=address,
        person=person,
    )


def seen(tx: Tx, channel: str, address: str, at: datetime) -> None:
    tx.run(
        "UPDATE accounts SET seen_at = :at WHERE channel = :channel AND address = :address",
        at=at,
        channel=channel,
        address=address,
    )


def accounts_of(tx: Tx, person: str) -> list[Account]:
    """A person's accounts, the most recently used first."""
    return tx.all(
        Account,
        "SELECT * FROM accounts WHERE person = :person"
        " ORDER BY seen_at IS NULL, seen_at DESC, channel, address",
        person=person,
    )


def unreachable(tx: Tx) -> list[str]:
    """Ids of staff without any account."""
    rows = tx.rows(
        "SELECT p.id FROM people p WHERE p.role <> 'resident' AND NOT EXISTS"
        " (SELECT 1 FROM accounts a WHERE a.person = p.id) ORDER BY p.id"
    )
    return [row["id"] for row in rows]


def noticed(tx: Tx, person: str, at: datetime) -> None:
    tx.run("UPDATE people SET noticed_at = :at WHERE id = :person", at=at, person=person)


def withdraw(tx: Tx, person: str, at: datetime | None) -> None:
    """撤回同意, or given again (None)."""
    tx.run("UPDATE people SET withdrawn_at = :at WHERE id = :person", at=at, person=person)


def has_withdrawn(tx: Tx, person: str) -> bool:
    return bool(
        tx.scalar(
            "SELECT 1 FROM people WHERE id = :person AND withdrawn_at IS NOT NULL", person=person
        )
    )


def ask_to_erase(tx: Tx, person: str, at: datetime) -> None:
    tx.run("UPDATE people SET erase_at = :at WHERE id = :person", at=at, person=person)


def to_erase(tx: Tx, limit: int = 100) -> list[Person]:
    """Residents who asked for it and of whom something was still needed."""
    return tx.all(
        Person, f"{PERSON} WHERE p.erase_at IS NOT NULL ORDER BY p.id LIMIT :limit", limit=limit
    )


def move(
    tx: Tx,
    person: str,
    *,
    estate: str | None,
    building: str | None,
    unit: str | None,
    room: str | None,
    grid: str | None,
) -> None:
    """Where a person lives."""
    tx.run(
        "UPDATE people SET estate = :estate, building = :building, unit = :unit, room = :room,"
        " grid = :grid WHERE id = :person",
        person=person,
        estate=estate,
        building=building,
        unit=unit,
        room=tx.seal("room", room),
        grid=grid,
    )


def join_accounts(tx: Tx, source: str, target: str) -> None:
    """Everything that `source` (a passer-by until now) has said becomes `target`'s."""
    tx.run(
        "INSERT INTO reporters (issue, person, at, text) SELECT issue, :target, at, text"
        " FROM reporters WHERE person = :source ON CONFLICT (issue, person) DO NOTHING",
        source=source,
        target=target,
    )
    tx.run("DELETE FROM reporters WHERE person = :source", source=source)
    _join_practices(tx, source, target)
    for table, column in (
        ("accounts", "person"),
        ("messages", "person"),
        ("issues", "reporter"),
        ("sessions", "person"),
        ("entries", "proposer"),
        ("entries", "beneficiary"),
        ("claims", "person"),
        ("rounds", "person"),
        ("rounds", "target"),
        ("bonds", "person"),
        ("bonds", "target"),
        ("media", "person"),
        ("topics", "proposer"),
        ("topics", "chair"),
        ("followups", "person"),
        ("disputes", "mediator"),
        ("funds", "keeper"),
        ("pledges", "person"),
        ("spendings", "person"),
        ("nominations", "person"),
        ("nominations", "proposer"),
        ("yards", "landlord"),
        ("bulletins", "sender"),
        ("surveys", "proposer"),
    ):
        tx.run(
            f"UPDATE {table} SET {column} = :target WHERE {column} = :source",
            source=source,
            target=target,
        )
    tx.run("DELETE FROM people WHERE id = :source AND role = 'resident'", source=source)


def _join_practices(tx: Tx, source: str, target: str) -> None:
    """Where a person can be only once, what `target` has stays."""
    tx.run("UPDATE members SET applicant = NULL WHERE applicant = :source", source=source)
    tx.run(
        "UPDATE members SET person = :target WHERE person = :source"
        " AND NOT EXISTS (SELECT 1 FROM members m WHERE m.person = :target)",
        source=source,
        target=target,
    )
    tx.run("DELETE FROM members WHERE person = :source", source=source)
    tx.run(
        "INSERT INTO attendance (occasion, person, state, signed_at, came_at, clerk, data)"
        " SELECT occasion, :target, state, signed_at, came_at, clerk, data FROM attendance"
        " WHERE person = :source ON CONFLICT (occasion, person) DO NOTHING",
        source=source,
        target=target,
    )
    tx.run("DELETE FROM attendance WHERE person = :source", source=source)
    for table, of in (("invitees", "topic"), ("disputants", "dispute")):
        tx.run(
            f"UPDATE {table} SET person = :target WHERE person = :source AND NOT EXISTS"
            f" (SELECT 1 FROM {table} o WHERE o.{of} = {table}.{of} AND o.person = :target)",
            source=source,
            target=target,
        )
        tx.run(f"DELETE FROM {table} WHERE person = :source", source=source)
    tx.run(
        "INSERT INTO bulletin_readers (bulletin, person, read_at)"
        " SELECT bulletin, :target, read_at FROM bulletin_readers WHERE person = :source"
        " ON CONFLICT (bulletin, person) DO NOTHING",
        source=source,
        target=target,
    )
    tx.run("DELETE FROM bulletin_readers WHERE person = :source", source=source)
    tx.run(
        "UPDATE elder_cards SET person = :target WHERE person = :source"
        " AND NOT EXISTS (SELECT 1 FROM elder_cards c WHERE c.person = :target)",
        source=source,
        target=target,
    )
    tx.run("DELETE FROM elder_cards WHERE person = :source", source=source)
