"""Topics of deliberation, who is invited to them, and what was resolved to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.council_rows import FollowUp, Invitee, Topic
from data.database import Tx
from data.tables import columns


def add(tx: Tx, topic: Topic) -> int:
    return columns.add(tx, "topics", topic)


def save(tx: Tx, topic: Topic) -> None:
    columns.save(tx, "topics", topic)


def by_id(tx: Tx, topic: int) -> Topic | None:
    return tx.one(Topic, "SELECT * FROM topics WHERE id = :topic", topic=topic)


def by_number(tx: Tx, number: int) -> Topic | None:
    return tx.one(Topic, "SELECT * FROM topics WHERE number = :number", number=number)


def of_ids(tx: Tx, ids: Sequence[int]) -> list[Topic]:
    names = {f"i{at}": topic for at, topic in enumerate(ids)}
    among = f"id IN ({', '.join(':' + name for name in names)})" if names else "1 = 0"
    return tx.all(Topic, f"SELECT * FROM topics WHERE {among}", **names)


def page(tx: Tx, statuses: Sequence[str], after: int, limit: int) -> list[Topic]:
    """Topics in some states, in the order of their numbers."""
    names = {f"s{i}": status for i, status in enumerate(statuses)}
    among = f" AND status IN ({', '.join(':' + name for name in names)})" if names else ""
    return tx.all(
        Topic,
        f"SELECT * FROM topics WHERE number > :after{among} ORDER BY number LIMIT :limit",
        after=after,
        limit=limit,
        **names,
    )


def latest(tx: Tx, statuses: Sequence[str], limit: int) -> list[Topic]:
    """Topics in some states, the newest first."""
    names = {f"s{i}": status for i, status in enumerate(statuses)}
    return tx.all(
        Topic,
        f"SELECT * FROM topics WHERE status IN ({', '.join(':' + name for name in names)})"
        " ORDER BY number DESC LIMIT :limit",
        limit=limit,
        **names,
    )


def voted(tx: Tx, limit: int = 50) -> list[Topic]:
    """Those whose vote is over, and which have not heard of it."""
    return tx.all(
        Topic,
        "SELECT t.* FROM topics t JOIN motions m ON m.id = t.motion"
        " WHERE t.status = 'voting' AND m.status <> 'open' ORDER BY t.id LIMIT :limit",
        limit=limit,
    )


# -- invited ------------------------------------------------------------------------------------


def invite(tx: Tx, row: Invitee) -> bool:
    """Ask somebody; False if he was asked before."""
    return bool(
        tx.run(
            "INSERT INTO invitees (topic, person, role, team, state, at)"
            " VALUES (:topic, :person, :role, :team, :state, :at)"
            " ON CONFLICT (topic, person) DO NOTHING",
            topic=row.topic,
            person=row.person,
            role=row.role,
            team=row.team,
            state=row.state,
            at=row.at,
        )
    )


def save_invitee(tx: Tx, row: Invitee) -> None:
    columns.save(tx, "invitees", row)


def invitees(tx: Tx, topic: int) -> list[Invitee]:
    return tx.all(Invitee, "SELECT * FROM invitees WHERE topic = :topic ORDER BY id", topic=topic)


def invited_to(tx: Tx, person: str, limit: int = 20) -> list[Topic]:
    """What somebody is asked to, and is not over, the newest first."""
    return tx.all(
        Topic,
        "SELECT t.* FROM topics t JOIN invitees i ON i.topic = t.id WHERE i.person = :person"
        " AND t.status IN ('invited', 'meeting', 'voting') ORDER BY t.number DESC LIMIT :limit",
        person=person,
        limit=limit,
    )


# -- what is to be done -------------------------------------------------------------------------


def add_followup(tx: Tx, row: FollowUp) -> int:
    return columns.add(tx, "followups", row)


def save_followup(tx: Tx, row: FollowUp) -> None:
    columns.save(tx, "followups", row)


def followups(tx: Tx, topic: int) -> list[FollowUp]:
    return tx.all(FollowUp, "SELECT * FROM followups WHERE topic = :topic ORDER BY id", topic=topic)


def every_followup(tx: Tx, limit: int) -> list[FollowUp]:
    """What was ever to be done: the most pressing first, then what was done, the latest first."""
    return tx.all(
        FollowUp,
        "SELECT * FROM followups ORDER BY CASE WHEN done_at IS NULL THEN 0 ELSE 1 END,"
        " CASE WHEN done_at IS NULL THEN due_at END, done_at DESC, id LIMIT :limit",
        limit=limit,
    )


def followup(tx: Tx, row: int) -> FollowUp | None:
    return tx.one(FollowUp, "SELECT * FROM followups WHERE id = :row", row=row)


def late(tx: Tx, now: datetime) -> int:
    """How many should have been done."""
    sql = "SELECT COUNT(*) FROM followups WHERE done_at IS NULL AND due_at <= :now"
    return int(tx.scalar(sql, now=now))


def overdue(tx: Tx, now: datetime, limit: int = 100) -> list[FollowUp]:
    """What should have been done, and of which nobody was reminded."""
    return tx.all(
        FollowUp,
        "SELECT * FROM followups WHERE done_at IS NULL AND warned = 0 AND due_at <= :now"
        " ORDER BY due_at, id LIMIT :limit",
        now=now,
        limit=limit,
    )


def finished(tx: Tx, limit: int = 100) -> list[FollowUp]:
    """Those whose issue has been closed."""
    return tx.all(
        FollowUp,
        "SELECT f.* FROM followups f JOIN issues i ON i.id = f.issue"
        " WHERE f.done_at IS NULL AND i.status = 'closed' ORDER BY f.id LIMIT :limit",
        limit=limit,
    )


def owed_by(tx: Tx, person: str, teams: Sequence[str], limit: int = 20) -> list[FollowUp]:
    """What a person or his teams still have to do, the most pressing first."""
    names = {f"t{i}": team for i, team in enumerate(teams)}
    through = f" OR team IN ({', '.join(':' + name for name in names)})" if names else ""
    return tx.all(
        FollowUp,
        f"SELECT * FROM followups WHERE done_at IS NULL AND (person = :person{through})"
        " ORDER BY due_at, id LIMIT :limit",
        person=person,
        limit=limit,
        **names,
    )


def unbuilt_agendas(tx: Tx, until: datetime, limit: int = 20) -> list[int]:
    """Planned joint meetings before that moment whose agenda has not been put together."""
    rows = tx.rows(
        "SELECT o.id AS id FROM occasions o JOIN rounds r ON r.id = o.round"
        " WHERE r.kind = 'council' AND o.state = 'planned' AND o.at <= :until AND NOT EXISTS"
        " (SELECT 1 FROM journal j WHERE j.kind = 'agenda' AND j.subject = CAST(o.id AS TEXT))"
        " ORDER BY o.at LIMIT :limit",
        until=until,
        limit=limit,
    )
    return [int(row["id"]) for row in rows]
