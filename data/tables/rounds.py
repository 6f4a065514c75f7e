"""Recurring duties, the times they come due, and who came."""

from __future__ import annotations

from collections.abc import Sequence
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


def of_person(tx: Tx, person: str, kinds: Sequence[str], limit: int = 50) -> list[Round]:
    """What a person answers for of these kinds, and goes on."""
    found = tx.all(
        Round,
        "SELECT * FROM rounds WHERE person = :person AND ended_at IS NULL ORDER BY kind, number",
        person=person,
    )
    return [duty for duty in found if duty.kind in kinds][:limit]


def for_target(tx: Tx, kind: str, target: str) -> list[Round]:
    """What is done of a kind for one person, and goes on."""
    return tx.all(
        Round,
        "SELECT * FROM rounds WHERE kind = :kind AND target = :target AND ended_at IS NULL"
        " ORDER BY number",
        kind=kind,
        target=target,
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


def count_occasions(tx: Tx, duty: int) -> int:
    """How often a round has come due so far, what is planned included."""
    return int(tx.scalar("SELECT COUNT(*) FROM occasions WHERE round = :duty", duty=duty))


def counted(tx: Tx, duty: int) -> dict[str, int]:
    """How many of a round's occasions are in each state."""
    rows = tx.rows(
        "SELECT state, COUNT(*) AS count FROM occasions WHERE round = :duty GROUP BY state",
        duty=duty,
    )
    return {row["state"]: int(row["count"]) for row in rows}


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
        " WHERE COALESCE(o.person, r.person) = :person AND o.state = 'planned'"
        " ORDER BY o.at, o.id LIMIT :limit",
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


def carry(tx: Tx, earlier: int, later: int) -> None:
    """Whoever is in a course one time is expected the next time too."""
    tx.run(
        "INSERT INTO attendance (occasion, person, state, signed_at, came_at, clerk, data)"
        " SELECT :later, person, CASE state WHEN 'waiting' THEN 'waiting' ELSE 'signed' END,"
        " signed_at, NULL, NULL, data FROM attendance"
        " WHERE occasion = :earlier AND state <> 'cancelled'"
        " ON CONFLICT (occasion, person) DO NOTHING",
        earlier=earlier,
        later=later,
    )


def attendance(tx: Tx, occasion: int) -> list[Attendance]:
    return tx.all(
        Attendance,
        "SELECT * FROM attendance WHERE occasion = :occasion ORDER BY signed_at, person",
        occasion=occasion,
    )


def missed(tx: Tx, limit: int) -> list[Occasion]:
    """What nobody did, of rounds that go on and in which nothing was done since."""
    return tx.all(
        Occasion,
        "SELECT o.* FROM occasions o JOIN rounds r ON r.id = o.round"
        " WHERE o.state = 'missed' AND r.ended_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM occasions h WHERE h.round = o.round AND h.state = 'held'"
        " AND h.done_at > o.at) ORDER BY o.at, o.id LIMIT :limit",
        limit=limit,
    )


def forget(tx: Tx, occasion: int) -> None:
    """Nobody is to know any more who was there."""
    tx.run("DELETE FROM attendance WHERE occasion = :occasion", occasion=occasion)


def ever_of_kind(tx: Tx, kind: str) -> list[Round]:
    """The rounds of a kind, those that have ended included: for statistics."""
    return tx.all(Round, "SELECT * FROM rounds WHERE kind = :kind ORDER BY number", kind=kind)


def page(tx: Tx, kind: str, after: int, limit: int) -> list[Round]:
    """The rounds of a kind in the order of their numbers, those that have ended included."""
    return tx.all(
        Round,
        "SELECT * FROM rounds WHERE kind = :kind AND number > :after ORDER BY number LIMIT :limit",
        kind=kind,
        after=after,
        limit=limit,
    )
