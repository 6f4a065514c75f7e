"""Delivery: claim a push under a lease, send it, write down what became of it.

No HTTP call is made inside a transaction. A push whose sender died in between is sent again only
over a channel where that cannot be seen twice; elsewhere it is shown as in doubt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from data.database import Database, StoreFailed
from data.rows import StoredPush
from data.settings import Settings
from data.tables import outbox
from desk.message import DeliveryFailed, Push, Sender

log = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(hours=1)


class Courier:
    """Takes due pushes from the outbox to their recipients."""

    def __init__(
        self,
        db: Database,
        senders: Mapping[str, Sender],
        settings: Settings,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._senders = senders
        self._settings = settings.outbox
        self._clock = clock

    def deliver_due(self, limit: int = 100) -> int:
        """Send what is due, at most `limit`; returns how many were tried."""
        for count in range(limit):
            push = self._claim()
            if push is None:
                return count
            self._deliver(push)
        return limit

    def _claim(self) -> StoredPush | None:
        now = self._clock()
        lease = now + timedelta(seconds=self._settings.lease_seconds)
        with self._db.read() as tx:
            waiting = outbox.oldest_due(tx, now) is not None
        if not waiting:
            return None
        with self._db.write() as tx:
            return outbox.claim(tx, tuple(self._senders), now, lease)

    def _deliver(self, push: StoredPush) -> None:
        sender = self._senders[push.channel]
        try:
            sender.send(Push(push.id, push.channel, push.address, push.text, push.actions))
        except DeliveryFailed as failure:
            self._failed(push, sender, failure)
        else:
            with self._db.write() as tx:
                outbox.settle(tx, push, "sent", now=self._clock())

    def _failed(self, push: StoredPush, sender: Sender, failure: DeliveryFailed) -> None:
        now = self._clock()
        log.warning("push %s attempt %s: %s", push.id, push.attempts, failure.cause)
        doubtful = failure.in_doubt and not sender.idempotent
        with self._db.write() as tx:
            if failure.permanent or push.attempts >= self._settings.attempts:
                outbox.settle(tx, push, "dead", now=now, in_doubt=doubtful, cause=failure.cause)
            elif doubtful and not push.urgent:
                outbox.settle(tx, push, "doubt", now=now, in_doubt=True, cause=failure.cause)
            else:
                # Rather twice than never where it is urgent; the doubt stays on record.
                wait = failure.retry_after or 2.0**push.attempts
                outbox.settle(
                    tx,
                    push,
                    "queued",
                    now=now,
                    next_at=now + min(timedelta(seconds=wait), LONGEST_WAIT),
                    in_doubt=doubtful,
                    cause=failure.cause,
                )

    def recover(self) -> int:
        """Pushes whose lease ran out: their sender died, and nobody knows whether they arrived."""
        now = self._clock()
        with self._db.read() as tx:
            lost = outbox.lapsed(tx, now)
        if not lost:
            return 0
        with self._db.write() as tx:
            for push in lost:
                sender = self._senders.get(push.channel)
                harmless = sender is not None and sender.idempotent
                again = push.urgent or harmless
                outbox.settle(
                    tx,
                    push,
                    "queued" if again else "doubt",
                    now=now,
                    next_at=now,
                    in_doubt=not harmless,
                    cause="sender_died",
                )
        return len(lost)


def work(rounds: Callable[[], object], stop: threading.Event, every: float) -> None:
    """Call `rounds` until told to stop; a store that fails is tried again."""
    while not stop.is_set():
        try:
            rounds()
        except StoreFailed as error:
            log.error("store: %s", error)
        stop.wait(every)
