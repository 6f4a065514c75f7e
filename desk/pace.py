"""When messages went out, over all processes: what vendors' limits are counted by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from data.database import Database
from data.tables import outbox


class StoredTimes:
    """The outbox's own record."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def recent(self, channel: str, address: str, span: float) -> Sequence[float]:
        """Unix times of the messages of the last `span` seconds, the oldest first."""
        with self._db.read() as tx:
            sent = outbox.sent_since(tx, channel, address, self._clock() - timedelta(seconds=span))
        return [moment.timestamp() for moment in sent]
