"""Messages as received (the dedupe key is the primary key) and the dialogs they are part of."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.rows import Session, StoredMessage, as_json


def receive(tx: Tx, message: StoredMessage) -> bool:
    """Store a message; False if this delivery was stored before."""
    return bool(
        tx.run(
            "INSERT INTO messages (key, channel, chat, person, kind, text, media, received_at)"
            " VALUES (:key, :channel, :chat, :person, :kind, :text, :media, :received_at)"
            " ON CONFLICT (key) DO NOTHING",
            key=message.key,
            channel=message.channel,
            chat=message.chat,
            person=message.person,
            kind=message.kind,
            text=message.text,
            media=as_json(dict(message.media)),
            received_at=message.received_at,
        )
    )


def by_key(tx: Tx, key: str) -> StoredMessage | None:
    return tx.one(StoredMessage, "SELECT * FROM messages WHERE key = :key", key=key)


def answer(tx: Tx, key: str, reply: str) -> None:
    """Keep the answer, so that a repeated delivery gets the same one."""
    tx.run("UPDATE messages SET reply = :reply WHERE key = :key", reply=reply, key=key)


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
        draft=as_json(dict(session.draft)),
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
