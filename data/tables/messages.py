"""Messages as received (the dedupe key is the primary key) and the dialogs they are part of."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.rows import Session, StoredMessage, as_json


def receive(tx: Tx, message: StoredMessage) -> bool:
    """Store a message; False if this delivery was stored before."""
    return bool(
        tx.run(
            "INSERT INTO messages (key, channel, chat, person, kind, text, media, received_at,"
            " deferred_until) VALUES (:key, :channel, :chat, :person, :kind, :text, :media,"
            " :received_at, :deferred_until)"
            " ON CONFLICT (key) DO NOTHING",
            key=message.key,
            channel=message.channel,
            chat=message.chat,
            person=message.person,
            kind=message.kind,
            text=tx.seal("text", message.text),
            media=as_json(dict(message.media)),
            received_at=message.received_at,
            deferred_until=message.deferred_until,
        )
    )


def by_key(tx: Tx, key: str) -> StoredMessage | None:
    return tx.one(StoredMessage, "SELECT * FROM messages WHERE key = :key", key=key)


def answer(tx: Tx, key: str, reply: str, issue: int | None = None) -> None:
    """Keep the answer, so that a repeated delivery gets the same one; and what it led to."""
    tx.run(
        "UPDATE messages SET reply = :reply, issue = :issue WHERE key = :key",
        reply=tx.seal("reply", reply),
        issue=issue,
        key=key,
    )


def of_person(tx: Tx, person: str) -> list[StoredMessage]:
    """What is still kept of what somebody has said, the oldest first."""
    return tx.all(
        StoredMessage,
        "SELECT * FROM messages WHERE person = :person ORDER BY received_at, key",
        person=person,
    )


def said_within(tx: Tx, person: str, since: datetime, until: datetime) -> int:
    """How many messages of somebody were stored in this time."""
    return int(
        tx.scalar(
            "SELECT COUNT(*) FROM messages WHERE person = :person"
            " AND received_at > :since AND received_at <= :until",
            person=person,
            since=since,
            until=until,
        )
    )


def said_in(tx: Tx, chat: str, since: datetime, until: datetime) -> int:
    """How many messages of a group were stored in this time."""
    return int(
        tx.scalar(
            "SELECT COUNT(*) FROM messages WHERE chat = :chat AND chat <> ''"
            " AND received_at > :since AND received_at <= :until",
            chat=chat,
            since=since,
            until=until,
        )
    )


def chats(tx: Tx, limit: int = 50) -> list[tuple[str, datetime]]:
    """The groups that were heard of, and when each was the last time; the latest first."""
    rows = tx.rows(
        "SELECT chat, MAX(received_at) AS at FROM messages WHERE chat <> ''"
        " GROUP BY chat ORDER BY MAX(received_at) DESC LIMIT :limit",
        limit=limit,
    )
    return [(row["chat"], datetime.fromisoformat(row["at"])) for row in rows]


def told_since(tx: Tx, person: str, chat: str, since: datetime) -> bool:
    """Whether something of this group, or of this person alone, was deferred since then."""
    return bool(
        tx.scalar(
            "SELECT 1 FROM messages WHERE deferred_until IS NOT NULL AND received_at > :since"
            " AND ((chat <> '' AND chat = :chat)"
            " OR (chat = '' AND :chat = '' AND person = :person)) LIMIT 1",
            since=since,
            chat=chat,
            person=person,
        )
    )


def waits_until(tx: Tx, person: str, latest: datetime) -> datetime | None:
    """Until when the last deferred message of somebody waits; one that waits longer is no hurry."""
    last = tx.scalar(
        "SELECT MAX(deferred_until) FROM messages"
        " WHERE person = :person AND deferred_until <= :latest",
        person=person,
        latest=latest,
    )
    return datetime.fromisoformat(last) if last else None


def deferred(tx: Tx, until: datetime, limit: int = 50) -> list[StoredMessage]:
    """What was deferred until that moment, in the order in which it came."""
    return tx.all(
        StoredMessage,
        "SELECT * FROM messages WHERE deferred_until <= :until"
        " ORDER BY deferred_until, received_at, key LIMIT :limit",
        until=until,
        limit=limit,
    )


def waiting(tx: Tx) -> int:
    """How many messages are deferred."""
    return int(tx.scalar("SELECT COUNT(*) FROM messages WHERE deferred_until IS NOT NULL"))


def take_up(tx: Tx, key: str) -> bool:
    """Handle it now; False if somebody else does."""
    return bool(
        tx.run(
            "UPDATE messages SET deferred_until = NULL"
            " WHERE key = :key AND deferred_until IS NOT NULL",
            key=key,
        )
    )


def defer(tx: Tx, key: str, until: datetime) -> None:
    """Let one that waits wait until then."""
    tx.run(
        "UPDATE messages SET deferred_until = :until"
        " WHERE key = :key AND deferred_until IS NOT NULL",
        key=key,
        until=until,
    )


def end_sessions(tx: Tx, person: str) -> None:
    """Forget every question that waits for this person's answer."""
    tx.run("DELETE FROM sessions WHERE person = :person", person=person)


def session(tx: Tx, channel: str, chat: str, person: str) -> Session | None:
    return tx.one(
        Session,
        "SELECT * FROM sessions WHERE channel = :channel AND chat = :chat AND person = :person",
        channel=channel,
        chat=chat,
        person=person,
    )


def put_session(tx: Tx, session: Session) -> None:
    tx.run(
        "INSERT INTO sessions (channel, chat, person, awaiting, asked, draft, expires_at)"
        " VALUES (:channel, :chat, :person, :awaiting, :asked, :draft, :expires_at)"
        " ON CONFLICT (channel, chat, person) DO UPDATE SET awaiting = excluded.awaiting,"
        " asked = excluded.asked, draft = excluded.draft, expires_at = excluded.expires_at",
        channel=session.channel,
        chat=session.chat,
        person=session.person,
        awaiting=session.awaiting,
        asked=session.asked,
        draft=tx.seal("draft", as_json(dict(session.draft))),
        expires_at=session.expires_at,
    )


def end_session(tx: Tx, session: Session) -> bool:
    """Remove it; False if somebody else already did."""
    return bool(
        tx.run(
            "DELETE FROM sessions WHERE channel = :channel AND chat = :chat AND person = :person",
            channel=session.channel,
            chat=session.chat,
            person=session.person,
        )
    )


def expired_sessions(tx: Tx, now: datetime, limit: int = 100) -> list[Session]:
    return tx.all(
        Session,
        "SELECT * FROM sessions WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit",
        now=now,
        limit=limit,
    )


def forget(tx: Tx, key: str) -> None:
    """The words of a message that nobody is to read again."""
    tx.run("UPDATE messages SET text = '' WHERE key = :key", key=key)
