"""Recurring duties, the times they come due, and who came."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.practice_rows import Attendance, Occasion, Round
from data.rows import as_json
from data.tables import columns


def add(tx: Tx, duty: Round) -> int:
    return columns.add(tx, "rounds", duty)


def save(tx: Tx, duty: Round) -> None:
    columns.save(tx, "rounds", duty)


def by_id(tx: Tx, duty: int) -> Round | None:
    return tx.one(Round, "SELECT * FROM rounds WHERE id = :duty", duty=duty)


def by_number(tx: Tx, kind: str, number: int) -> Round | None:
    return tx.one(
        Round,
        "SELECT * FROM rounds WHERE kind = :kind AND number = :number",
        kind=kind,
        number=number,
    )


def of_kind(tx: Tx, kind: str, limit: int = 200) -> list[Round]:
    """The rounds of a kind that go on."""
    return tx.all(
        Round,
        "SELECT * FROM rounds WHERE kind = :kind AND ended_at IS NULL ORDER BY number LIMIT :limit",
        kind=kind,
        limit=limit,
    )


def to_plan(tx: Tx, until: datetime, limit: int = 200) -> list[Round]:
    """Rounds whose next occasion begins before that moment and is not planned yet."""
    return tx.all(
        Round,
        "SELECT * FROM rounds WHERE ended_at IS NULL AND next_at <= :until"
        " ORDER BY next_at, id LIMIT :limit",
        until=until,
        limit=limit,
    )


# -- occasions ----------------------------------------------------------------------------------


def add_occasion(tx: Tx, occasion: Occasion) -> int:
    return columns.add(tx, "occasions", occasion)


def save_occasion(tx: Tx, occasion: Occasion) -> None:
    columns.save(tx, "occasions", occasion)


def occasion(tx: Tx, occasion: int) -> Occasion | None:
    return tx.one(Occasion, "SELECT * FROM occasions WHERE id = :id", id=occasion)


def occasions_of(tx: Tx, duty: int, limit: int = 50) -> list[Occasion]:
    """A round's occasions, the latest first."""
    return tx.all(
        Occasion,
        "SELECT * FROM occasions WHERE round = :duty ORDER BY at DESC LIMIT :limit",
        duty=duty,
        limit=limit,
    )


def planned_for(tx: Tx, person: str, limit: int = 20) -> list[Occasion]:
    """What a person is to do next, the most pressing first."""
    return tx.all(
        Occasion,
        "SELECT o.* FROM occasions o JOIN rounds r ON r.id = o.round"
        " WHERE r.person = :person AND o.state = 'planned' ORDER BY o.at, o.id LIMIT :limit",
        person=person,
        limit=limit,
    )


def to_remind(tx: Tx, now: datetime, limit: int = 200) -> list[Occasion]:
    """Planned occasions of which it is time to remind, and nobody was reminded yet."""
    return tx.all(
        Occasion,
        "SELECT * FROM occasions WHERE state = 'planned' AND warned = 0 AND remind_at <= :now"
        " ORDER BY at, id LIMIT :limit",
        now=now,
        limit=limit,
    )


def lapsed(tx: Tx, now: datetime, limit: int = 200) -> list[Occasion]:
    """Planned occasions whose time of grace is over."""
    return tx.all(
        Occasion,
        "SELECT * FROM occasions WHERE state = 'planned' AND lapses_at <= :now"
        " ORDER BY at, id LIMIT :limit",
        now=now,
        limit=limit,
    )


# -- who signed up, and who came ------------------------------------------------------------------


def sign(tx: Tx, row: Attendance) -> None:
    """Insert, or change the state of, one person's attendance."""
    tx.run(
        "INSERT INTO attendance (occasion, person, state, signed_at, came_at, clerk, data)"
        " VALUES (:occasion, :person, :state, :signed_at, :came_at, :clerk, :data)"
        " ON CONFLICT (occasion, person) DO UPDATE SET state = excluded.state,"
        " came_at = excluded.came_at, clerk = excluded.clerk, data = excluded.data",
        occasion=row.occasion,
        person=row.person,
        state=row.state,
        signed_at=row.signed_at,
        came_at=row.came_at,
        clerk=row.clerk,
        data=as_json(dict(row.data)),
    )


def attendance(tx: Tx, occasion: int) -> list[Attendance]:
    return tx.all(
        Attendance,
        "SELECT * FROM attendance WHERE occasion = :occasion ORDER BY signed_at, person",
        occasion=occasion,
    )
