"""Taking the personal out of rows, and finding what is old enough for it.

Nothing under legal hold (`issues.held_at`) is touched by anything here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from data.database import Tx
from data.rows import Issue

ENDED = "('closed', 'withdrawn', 'rejected', 'merged')"
_HELD = "(SELECT id FROM issues WHERE held_at IS NOT NULL)"
_DONE = "('sent', 'dead', 'cancelled')"
_OF_NOTHING = "issue IS NULL AND deferred_until IS NULL AND received_at < :before"
_OLD = (
    f"received_at < :before AND (issue IS NULL OR issue NOT IN {_HELD})"  # of issues, and the rest
)
_WORDY = (
    f"text <> '' AND created_at < :before AND status IN {_DONE}"
    f" AND (issue IS NULL OR issue NOT IN {_HELD})"
)
_JOINED = f"text <> '' AND at < :before AND issue NOT IN {_HELD}"
_AGED = (
    f"anonymous_at IS NULL AND held_at IS NULL AND status IN {ENDED}"
    " AND COALESCE(closed_at, created_at) < :before"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than these moments goes."""

    chat: datetime  # messages that led to no issue
    raw: datetime  # the words of those that did, and of pushes
    issues: datetime  # since they were closed


def counted(tx: Tx, limits: Limits) -> dict[str, int]:
    """How many rows of each kind would go."""

    def count(table: str, where: str, before: datetime) -> int:
        return int(tx.scalar(f"SELECT COUNT(*) FROM {table} WHERE {where}", before=before))

    return {
        "chat": count("messages", _OF_NOTHING, limits.chat),
        "raw": count("messages", f"issue IS NOT NULL AND {_OLD}", limits.raw),
        "joined": count("reporters", _JOINED, limits.raw),
        "pushes": count("outbox", _WORDY, limits.raw),
        "issues": count("issues", _AGED, limits.issues),
    }


def forget_chat(tx: Tx, limits: Limits, limit: int) -> int:
    """Drop old messages, at most so many; returns how many went."""
    gone = 0
    for where, before in ((_OF_NOTHING, limits.chat), (_OLD, limits.raw)):
        gone += tx.run(
            "DELETE FROM messages WHERE key IN"
            f" (SELECT key FROM messages WHERE {where} ORDER BY received_at LIMIT :limit)",
            before=before,
            limit=limit,
        )
    return gone


def forget_words(tx: Tx, limits: Limits, limit: int) -> int:
    """Empty old pushes and what neighbours said when they joined; returns how many were."""
    gone = tx.run(
        "UPDATE outbox SET text = '', actions = '[]' WHERE id IN"
        f" (SELECT id FROM outbox WHERE {_WORDY} ORDER BY created_at LIMIT :limit)",
        before=limits.raw,
        limit=limit,
    )
    return gone + tx.run(f"UPDATE reporters SET text = '' WHERE {_JOINED}", before=limits.raw)


def aged(tx: Tx, limits: Limits, limit: int) -> list[Issue]:
    """Issues that were closed long enough ago."""
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE {_AGED} ORDER BY id LIMIT :limit",
        before=limits.issues,
        limit=limit,
    )


# -- one issue ----------------------------------------------------------------------------------


def strip_issue(tx: Tx, issue: int, lesson: str) -> None:
    """Whatever hangs on an issue and leads to somebody; `lesson` is what may still be learnt."""
    tx.run("DELETE FROM reporters WHERE issue = :issue", issue=issue)
    tx.run("DELETE FROM media WHERE issue = :issue", issue=issue)
    tx.run("UPDATE disputes SET text = '', agreement = '' WHERE issue = :issue", issue=issue)
    tx.run("DELETE FROM questions WHERE issue = :issue AND state <> 'answered'", issue=issue)
    tx.run("UPDATE parties SET note = '' WHERE issue = :issue", issue=issue)
    tx.run("UPDATE approvals SET reason = '' WHERE issue = :issue", issue=issue)
    tx.run("DELETE FROM messages WHERE issue = :issue", issue=issue)
    tx.run(
        "UPDATE outbox SET text = '', actions = '[]', address = '', status = CASE"
        f" WHEN status IN {_DONE} THEN status ELSE 'cancelled' END WHERE issue = :issue"
        " AND status <> 'sending'",
        issue=issue,
    )
    tx.run(
        "UPDATE lessons SET text = :lesson WHERE issue = :issue",
        lesson=tx.seal("text", lesson),
        issue=issue,
    )


# -- one person ---------------------------------------------------------------------------------


def kept_issues(tx: Tx, person: str) -> list[Issue]:
    """What cannot go yet: a person's open issues, and those under legal hold."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE anonymous_at IS NULL"
        f" AND (held_at IS NOT NULL OR status NOT IN {ENDED})"
        " AND (reporter = :person OR id IN (SELECT issue FROM reporters WHERE person = :person))"
        " ORDER BY id",
        person=person,
    )


def forget_sayings(tx: Tx, person: str, kept: Iterable[int], stand_in: str) -> None:
    """A person's messages, files, pushes and joined reports, but for those of `kept` issues."""
    names = {f"k{i}": issue for i, issue in enumerate(kept)}
    among = ", ".join(f":{name}" for name in names) or "-1"
    other = f"(issue IS NULL OR issue NOT IN ({among}))"
    for sql in (
        # Their keys stay for a day: the very message that asked for this may be delivered again.
        "UPDATE messages SET text = '', media = '{}', reply = '', person = :stand_in,"
        " deferred_until = NULL"
        f" WHERE person = :person AND {other}",
        f"DELETE FROM media WHERE person = :person AND {other}",
        f"DELETE FROM reporters WHERE person = :person AND {other}",
        f"UPDATE outbox SET text = '', actions = '[]', status = CASE WHEN status IN {_DONE}"
        f" THEN status ELSE 'cancelled' END WHERE person = :person AND {other}"
        " AND status <> 'sending'",
    ):
        told = {"stand_in": stand_in} if ":stand_in" in sql else {}
        tx.run(sql, person=person, **names, **told)
    tx.run("DELETE FROM sessions WHERE person = :person", person=person)
    tx.run(
        "UPDATE claims SET person = :stand_in, note = '' WHERE person = :person"
        " AND state NOT IN ('claimed', 'delivered')",
        stand_in=stand_in,
        person=person,
    )
