"""Vendors' access tokens, shared by all processes through the store."""

from __future__ import annotations

from datetime import UTC, datetime

from data.database import Database
from data.tables import outbox


class StoredTokens:
    """Where a channel's sender keeps its token: the value and its expiry in Unix seconds."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, name: str) -> tuple[str, float] | None:
        with self._db.read() as tx:
            found = outbox.token(tx, name)
        return (found[0], datetime.fromisoformat(found[1]).timestamp()) if found else None

    def put(self, name: str, value: str, expires_at: float) -> None:
        with self._db.write(alone=False) as tx:
            outbox.put_token(tx, name, value, datetime.fromtimestamp(expires_at, UTC))
