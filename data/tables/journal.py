"""The journal: what happened to everything that is not an issue. Lines are only ever added."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.practice_rows import Line
from data.rows import as_json


def add(tx: Tx, line: Line) -> None:
    tx.run(
        "INSERT INTO journal (kind, subject, seq, at, actor, action, status, note, data, prev,"
        " hash) VALUES (:kind, :subject, :seq, :at, :actor, :action, :status, :note, :data,"
        " :prev, :hash)",
        kind=line.kind,
        subject=line.subject,
        seq=line.seq,
        at=line.at,
        actor=line.actor,
        action=line.action,
        status=line.status,
        note=tx.seal("note", line.note),
        data=as_json(dict(line.data)),
        prev=line.prev,
        hash=line.hash,
    )


def redact(tx: Tx, line: Line) -> None:
    """Take the personal out of a line; its hash stays (desk.forgetting)."""
    tx.run(
        "UPDATE journal SET actor = :actor, note = :note, data = :data"
        " WHERE kind = :kind AND subject = :subject AND seq = :seq",
        actor=line.actor,
        note=tx.seal("note", line.note),
        data=as_json(dict(line.data)),
        kind=line.kind,
        subject=line.subject,
        seq=line.seq,
    )


def subjects_of(tx: Tx, person: str) -> list[tuple[str, str]]:
    """Every subject in whose log this person has acted."""
    rows = tx.rows(
        "SELECT DISTINCT kind, subject FROM journal WHERE actor = :person ORDER BY kind, subject",
        person=person,
    )
    return [(row["kind"], row["subject"]) for row in rows]


def last(tx: Tx, kind: str, subject: str) -> Line | None:
    return tx.one(
        Line,
        "SELECT * FROM journal WHERE kind = :kind AND subject = :subject ORDER BY seq DESC LIMIT 1",
        kind=kind,
        subject=subject,
    )


def of_subject(tx: Tx, kind: str, subject: str) -> list[Line]:
    """A subject's whole log, in order."""
    return tx.all(
        Line,
        "SELECT * FROM journal WHERE kind = :kind AND subject = :subject ORDER BY seq",
        kind=kind,
        subject=subject,
    )


def subjects_after(tx: Tx, kind: str, subject: str, limit: int) -> list[tuple[str, str]]:
    """The subjects that come after this one, in order: for going through all of them in pages."""
    rows = tx.rows(
        "SELECT kind, subject FROM journal WHERE seq = 1"
        " AND (kind > :kind OR (kind = :kind AND subject > :subject))"
        " ORDER BY kind, subject LIMIT :limit",
        kind=kind,
        subject=subject,
        limit=limit,
    )
    return [(row["kind"], row["subject"]) for row in rows]


def done(
    tx: Tx, kind: str, action: str, since: datetime, until: datetime, limit: int = 100_000
) -> list[Line]:
    """Every line of one action in a span, the oldest first: what statistics and points count."""
    return tx.all(
        Line,
        "SELECT * FROM journal WHERE kind = :kind AND action = :action"
        " AND at >= :since AND at < :until ORDER BY at, subject, seq LIMIT :limit",
        kind=kind,
        action=action,
        since=since,
        until=until,
        limit=limit,
    )


def by_actor(tx: Tx, person: str, since: datetime, until: datetime) -> list[Line]:
    """What one person did in a span, the oldest first."""
    return tx.all(
        Line,
        "SELECT * FROM journal WHERE actor = :person AND at >= :since AND at < :until"
        " ORDER BY at, kind, subject, seq",
        person=person,
        since=since,
        until=until,
    )


def of_actor(tx: Tx, person: str) -> list[Line]:
    """Everything one person did, the oldest first."""
    return tx.all(
        Line,
        "SELECT * FROM journal WHERE actor = :person ORDER BY at, kind, subject, seq",
        person=person,
    )


def counted(tx: Tx, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """How often each action happened to each kind of subject in a span."""
    rows = tx.rows(
        "SELECT kind, action, COUNT(*) AS count FROM journal WHERE at >= :since AND at < :until"
        " GROUP BY kind, action ORDER BY kind, action",
        since=since,
        until=until,
    )
    return {(row["kind"], row["action"]): int(row["count"]) for row in rows}
