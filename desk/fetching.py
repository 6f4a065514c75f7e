"""Fetching photos: claim one under a lease, fetch it, keep what can be seen, write it down.

No call is made inside a transaction. A picture is stored under the hash of its content before its
row says so: whoever dies in between is followed by another who stores the same file again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from data.database import Database, Tx
from data.rows import MediaStatus, StoredMedia
from data.tables import issues
from data.tables import media as table
from data.tables.once import done
from desk import notices, once, pictures
from desk.message import DeliveryFailed, Media, MediaSource, Unfit
from desk.service import SYSTEM, Act, Service

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)  # longer than any source waits
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 24
UNCLAIMED = timedelta(days=1)  # after which a photo that belongs to nothing is given up
SETTLED = timedelta(hours=1)  # after which no row is still to be written for a file


class Fetcher:
    """Takes photos from the vendors into the album."""

    def __init__(
        self,
        db: Database,
        service: Service,
        sources: Mapping[str, MediaSource],
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._service = service
        self._sources = sources
        self._clock = clock

    def fetch_due(self, limit: int = 20) -> int:
        """Fetch what is due, at most `limit`; returns how many were tried."""
        for count in range(limit):
            file = self._claim()
            if file is None:
                return count
            self._fetch(file)
        return limit

    def _claim(self) -> StoredMedia | None:
        now = self._clock()
        with self._db.read() as tx:
            if not self._sources or not table.due(tx, now):
                return None
        with self._db.write() as tx:
            return table.claim(tx, tuple(self._sources), now, now + LEASE)

    def _fetch(self, file: StoredMedia) -> None:
        source = self._sources[file.channel]
        try:
            picture = pictures.cleaned(source.fetch(Media(file.reference, file.reference)))
        except Unfit as unfit:
            self._end(file, "refused", unfit.reason)
        except DeliveryFailed as failure:
            self._failed(file, failure)
        else:
            self._service.album.put(picture)
            with self._db.write() as tx:
                table.keep(
                    tx,
                    file,
                    sha=picture.sha,
                    type=pictures.TYPE,
                    width=picture.width,
                    height=picture.height,
                    size=len(picture.content),
                )

    def _failed(self, file: StoredMedia, failure: DeliveryFailed) -> None:
        log.warning("file %s attempt %s: %s", file.id, file.attempts, failure.cause)
        if failure.permanent or file.attempts >= ATTEMPTS:
            self._end(file, "dead", failure.cause)
            return
        patience = min(2.0**file.attempts, LONGEST_WAIT.total_seconds())
        next_at = self._clock() + timedelta(seconds=failure.retry_after or patience)
        with self._db.write() as tx:
            table.settle(tx, file, "waiting", cause=failure.cause, next_at=next_at)

    def _end(self, file: StoredMedia, status: MediaStatus, cause: str) -> None:
        """It will never be here: whoever sent it is told, so that he can send another."""
        now = self._clock()
        with self._db.write() as tx:
            if table.settle(tx, file, status, cause=cause, next_at=now):
                self._tell(tx, file, "lost" if status == "dead" else cause, now)

    def _tell(self, tx: Tx, file: StoredMedia, what: str, now: datetime) -> None:
        """Alone, never in the group it came from, and not at night."""
        act = Act(tx, self._service, SYSTEM, now, self._service.roster(tx))
        if notices.can_reach(act, file.person):
            issue = issues.by_id(tx, file.issue) if file.issue else None
            text = act.say(f"media.{what}")
            notices.push(act, issue, file.person, text, f"media:{file.id}", urgent=False)


def clear(db: Database, service: Service, now: datetime) -> int:
    """Sweep, once a day: photos too old, or of no issue, and files that no row knows."""
    today = once.day(now)
    with db.read() as tx:
        if done(tx, "media", today):
            return 0
    before = now - timedelta(days=service.settings.media.days)
    with db.write() as tx:
        if not once.may_delete(tx, "media", today, now):
            return 0
        table.forget(tx, before, now - UNCLAIMED)
        needed = table.kept(tx)
    return service.album.clear(needed, now - SETTLED)
