"""What the simulated phones show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.rows import PhoneLine, as_json


def add(
    tx: Tx,
    *,
    person: str,
    chat: str,
    sender: str,
    mine: bool,
    text: str,
    at: datetime,
    kind: str = "text",
    push: int | None = None,
    actions: Sequence[tuple[str, str]] = (),
) -> None:
    """Show a line; a push that is shown already is not shown twice."""
    tx.run(
        "INSERT INTO phone_lines (person, chat, sender, mine, kind, text, at, push, actions)"
        " VALUES (:person, :chat, :sender, :mine, :kind, :text, :at, :push, :actions)"
        " ON CONFLICT (push) DO NOTHING",
        person=person,
        chat=chat,
        sender=tx.seal("sender", sender),
        mine=int(mine),
        kind=kind,
        text=tx.seal("text", text),
        at=at,
        push=push,
        actions=as_json(list(actions)),
    )


def after(tx: Tx, cursor: int, limit: int = 500) -> list[PhoneLine]:
    """The lines after this id; for a newcomer (0) the latest ones."""
    if cursor == 0:
        newest = tx.all(
            PhoneLine, "SELECT * FROM phone_lines ORDER BY id DESC LIMIT :limit", limit=limit
        )
        return newest[::-1]
    return tx.all(
        PhoneLine,
        "SELECT * FROM phone_lines WHERE id > :cursor ORDER BY id LIMIT :limit",
        cursor=cursor,
        limit=limit,
    )
