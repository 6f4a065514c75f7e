"""Every column that names a person: what an export shows, and what erasing makes of it.

A new table whose column refers to `people` is added here; tests/contract/test_persons.py finds one
that is not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from data.database import Tx

# delete: the row is about nothing else. stand_in: it counts for others, and nobody is named.
# null: it goes on without him. kept: it is dealt with by itself, or is staff's.
Fate = Literal["delete", "stand_in", "null", "kept"]
NAMING: tuple[tuple[str, str, Fate], ...] = (
    ("accounts", "person", "delete"),
    ("issues", "reporter", "kept"),  # desk/forgetting.py, one by one
    ("reporters", "person", "delete"),
    ("media", "person", "delete"),
    ("members", "person", "delete"),
    ("members", "applicant", "null"),
    ("attendance", "person", "delete"),
    ("bonds", "person", "delete"),
    ("bonds", "target", "delete"),
    ("motions", "proposer", "stand_in"),
    ("entries", "proposer", "stand_in"),
    ("entries", "beneficiary", "null"),
    ("claims", "person", "stand_in"),
    ("rounds", "person", "stand_in"),
    ("rounds", "target", "null"),
    ("occasions", "person", "stand_in"),
    ("topics", "proposer", "stand_in"),
    ("topics", "chair", "null"),
    ("invitees", "person", "delete"),
    ("followups", "person", "null"),
    ("disputants", "person", "delete"),
    ("pledges", "person", "stand_in"),
    ("spendings", "person", "stand_in"),
    ("funds", "keeper", "stand_in"),
    ("points", "person", "stand_in"),
    ("nominations", "person", "stand_in"),
    ("nominations", "proposer", "stand_in"),
    ("projects", "person", "null"),
    ("projects", "proposer", "stand_in"),
    ("followers", "person", "delete"),
    ("tasks", "person", "null"),
    ("questions", "expert", "stand_in"),
    ("questions", "asked_by", "stand_in"),
    ("bookings", "person", "stand_in"),
    ("elder_cards", "person", "delete"),
    ("bulletin_readers", "person", "delete"),
    ("bulletins", "sender", "stand_in"),
    ("surveys", "proposer", "stand_in"),
    ("yards", "landlord", "null"),
    ("disputes", "mediator", "kept"),
    ("agreements", "clerk", "kept"),
    ("api_tokens", "person", "kept"),
    ("logins", "person", "kept"),
)
# What must be done before he is taken out: unfinished things end, and his own words go.
_FIRST = (
    "UPDATE claims SET state = 'dropped', note = '' WHERE person = :person"
    " AND state IN ('claimed', 'delivered')",
    "UPDATE claims SET note = '' WHERE person = :person",
    "UPDATE entries SET text = '', status = CASE WHEN status IN ('proposed', 'published', 'taken')"
    " THEN 'withdrawn' ELSE status END WHERE proposer = :person AND issue IS NOT NULL",
    "UPDATE entries SET text = '' WHERE proposer = :person",
    "UPDATE rounds SET ended_at = COALESCE(ended_at, :now) WHERE person = :person",
    "UPDATE rounds SET ended_at = COALESCE(ended_at, :now), title = '' WHERE target = :person",
    "UPDATE occasions SET note = '' WHERE person = :person",
    "UPDATE nominations SET story = '' WHERE person = :person OR proposer = :person",
    "UPDATE bookings SET state = 'cancelled' WHERE person = :person AND state = 'booked'",
    "UPDATE outbox SET address = '' WHERE person = :person",
)


def rows_of(tx: Tx, table: str, column: str, person: str) -> list[dict[str, Any]]:
    """Everything a table says of a person in one of its columns."""
    return tx.rows(f"SELECT * FROM {table} WHERE {column} = :person", person=person)


def take_out(tx: Tx, person: str, stand_in: str, now: datetime) -> None:
    """Him out of every table; his own row stays, empty, because logs go on naming it."""
    for sql in _FIRST:
        if ":now" in sql:
            tx.run(sql, person=person, now=now)
        else:
            tx.run(sql, person=person)
    for table, column, fate in NAMING:
        if fate == "delete":
            tx.run(f"DELETE FROM {table} WHERE {column} = :person", person=person)
        elif fate != "kept":
            value = stand_in if fate == "stand_in" else None
            tx.run(
                f"UPDATE {table} SET {column} = :value WHERE {column} = :person",
                value=value,
                person=person,
            )
    tx.run(
        "UPDATE people SET name = '', phone = '', name_key = '', phone_key = '', invite_key = '',"
        " estate = NULL, building = NULL, unit = NULL, room = NULL, grid = NULL, invite = NULL,"
        " noticed_at = NULL, withdrawn_at = NULL, erase_at = NULL WHERE id = :person",
        person=person,
    )
