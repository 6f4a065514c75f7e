"""Everybody who reported an issue besides the first, and what staff have corrected."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.rows import Issue, Lesson


def join(tx: Tx, issue: int, person: str, at: datetime, text: str) -> bool:
    """Add a reporter; False if this person had joined before."""
    return bool(
        tx.run(
            "INSERT INTO reporters (issue, person, at, text) VALUES (:issue, :person, :at, :text)"
            " ON CONFLICT (issue, person) DO NOTHING",
            issue=issue,
            person=person,
            at=at,
            text=tx.seal("text", text),
        )
    )


def leave(tx: Tx, issue: int, person: str) -> bool:
    return bool(
        tx.run(
            "DELETE FROM reporters WHERE issue = :issue AND person = :person",
            issue=issue,
            person=person,
        )
    )


def of_issue(tx: Tx, issue: int) -> list[str]:
    """Persons who joined an issue, or any that was merged into it, the earliest first."""
    rows = tx.rows(
        "WITH RECURSIVE inside (id) AS (SELECT id FROM issues WHERE id = :issue"
        " UNION SELECT c.id FROM issues c JOIN inside ON c.parent = inside.id)"
        " SELECT person, at FROM reporters WHERE issue IN (SELECT id FROM inside)"
        " UNION SELECT reporter, created_at FROM issues WHERE parent IN (SELECT id FROM inside)"
        " ORDER BY 2, 1",
        issue=issue,
    )
    return list(dict.fromkeys(row["person"] for row in rows))


def joined_since(tx: Tx, issue: int, since: datetime) -> int:
    return int(
        tx.scalar(
            "SELECT COUNT(*) FROM reporters WHERE issue = :issue AND at >= :since",
            issue=issue,
            since=since,
        )
    )


def issues_joined(tx: Tx, person: str, limit: int = 20) -> list[Issue]:
    """Issues of others that a person has joined, the newest first."""
    return tx.all(
        Issue,
        "SELECT i.* FROM issues i JOIN reporters r ON r.issue = i.id WHERE r.person = :person"
        " ORDER BY i.id DESC LIMIT :limit",
        person=person,
        limit=limit,
    )


def issues_around(tx: Tx, person: str) -> list[Issue]:
    """The issues that a person's own, or joined, ones were merged into."""
    return tx.all(
        Issue,
        "WITH RECURSIVE around (id) AS (SELECT parent FROM issues WHERE parent IS NOT NULL"
        " AND (reporter = :person OR id IN (SELECT issue FROM reporters WHERE person = :person))"
        " UNION SELECT i.parent FROM issues i JOIN around ON i.id = around.id"
        " WHERE i.parent IS NOT NULL)"
        " SELECT i.* FROM issues i JOIN around ON i.id = around.id ORDER BY i.id DESC",
        person=person,
    )


def text_of(tx: Tx, issue: int, person: str) -> str:
    """What a person said when joining."""
    return str(
        tx.scalar(
            "SELECT text FROM reporters WHERE issue = :issue AND person = :person",
            issue=issue,
            person=person,
        )
        or ""
    )


def children(tx: Tx, issue: int) -> list[Issue]:
    """Issues merged into this one."""
    return tx.all(Issue, "SELECT * FROM issues WHERE parent = :issue ORDER BY id", issue=issue)


def learn(tx: Tx, lesson: Lesson) -> None:
    """Keep a correction."""
    tx.run(
        "INSERT INTO lessons (issue, text, code, was, person, at, active)"
        " VALUES (:issue, :text, :code, :was, :person, :at, 1)",
        issue=lesson.issue,
        text=tx.seal("text", lesson.text),
        code=lesson.code,
        was=lesson.was,
        person=lesson.person,
        at=lesson.at,
    )


def lessons(tx: Tx) -> list[Lesson]:
    """The corrections in force, the oldest first."""
    return tx.all(Lesson, "SELECT * FROM lessons WHERE active = 1 ORDER BY id")


def last_lesson(tx: Tx, issue: int) -> Lesson | None:
    return tx.one(
        Lesson,
        "SELECT * FROM lessons WHERE issue = :issue AND active = 1 ORDER BY id DESC LIMIT 1",
        issue=issue,
    )


def unlearn(tx: Tx, lesson: int) -> None:
    """Take a correction back; the row stays as a record."""
    tx.run("UPDATE lessons SET active = 0 WHERE id = :lesson", lesson=lesson)
