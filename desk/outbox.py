"""Delivery: claim a push under a lease, send it, write down what became of it.

A person has one message of each push. Where a channel fails for good, or for longer than the push
can wait, the same row goes to the person's next channel; `tried` keeps what it has been through.

No HTTP call is made inside a transaction. A push whose sender died in between is sent again only
over a channel where that cannot be seen twice; elsewhere it is shown as in doubt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from data.database import Database, StoreFailed, Tx
from data.rows import Account, PushStatus, StoredPush
from data.settings import Settings
from data.tables import outbox, people
from desk.ahead import SKEW
from desk.message import DeliveryFailed, Push, Sender

log = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(hours=1)
URGENT_WAIT = timedelta(seconds=90)
REMEMBERED = timedelta(minutes=10)  # vendors drop a repeat for some time, not for ever


class Courier:
    """Takes due pushes from the outbox to their recipients."""

    def __init__(
        self,
        db: Database,
        senders: Mapping[str, Sender],
        settings: Settings,
        clock: Callable[[], datetime],
        channels: Sequence[str] | None = None,
        told: Callable[[str, str], None] = lambda channel, fate: None,  # noqa: ARG005
        pressed: Callable[[Tx], bool] = lambda tx: False,  # noqa: ARG005
    ) -> None:
        """`senders` by channel, the best channel first.

        `channels`: those it serves out of them, so that a slow one can have a courier of its own.
        `pressed`: whether, at the moment, only one of what is not urgent is to go at a time.
        """
        self._db = db
        self._senders = senders
        self._channels = tuple(senders if channels is None else channels)
        self._settings = settings.outbox
        self._longest_lease = timedelta(seconds=settings.outbox.lease_seconds) + SKEW
        self._clock = clock
        self._pressed = pressed
        self._told = told  # the channel and what became of each attempt

    def deliver_due(self, limit: int = 100, ended: Callable[[], bool] = lambda: False) -> int:
        """Send what is due, at most `limit` and not after the end; returns how many were tried.

        What became of one push and the claim of the next are one commit: half as many.
        """
        count = 0
        push = None if ended() else self._first()
        while push is not None:
            count += 1
            written = self._tried(push)
            more = count < limit and not ended()
            with self._db.write(alone=False) as tx:
                fate = written(tx)
                following = self._claimed(tx, only_urgent=self._pressed(tx)) if more else None
            self._told(push.channel, fate)
            push = following
        return count

    def _first(self) -> StoredPush | None:
        with self._db.read() as tx:
            waiting = outbox.oldest_due(tx, self._clock()) is not None
        if not waiting:
            return None
        with self._db.write(alone=False) as tx:
            return self._claimed(tx, only_urgent=False)

    def _claimed(self, tx: Tx, *, only_urgent: bool) -> StoredPush | None:
        now = self._clock()
        lease = now + timedelta(seconds=self._settings.lease_seconds)
        return outbox.claim(tx, self._channels, now, lease, only_urgent=only_urgent)

    def _tried(self, push: StoredPush) -> Callable[[Tx], str]:
        """Send it; returns what writes down and tells what became of it."""
        sender = self._senders[push.channel]
        try:
            sender.send(Push(push.id, push.channel, push.address, push.text, push.actions))
        except DeliveryFailed as failure:
            return partial(self._failed, push, sender, failure)
        return partial(self._sent, push, sender)

    def _sent(self, push: StoredPush, sender: Sender, tx: Tx) -> str:
        once = sender.idempotent and not push.tried
        outbox.settle(tx, push, "sent", now=self._clock(), certain=once)
        return "sent"

    def _failed(self, push: StoredPush, sender: Sender, failure: DeliveryFailed, tx: Tx) -> str:
        now = self._clock()
        log.warning("push %s attempt %s: %s", push.id, push.attempts, failure.cause)
        patience = min(2.0**push.attempts, LONGEST_WAIT.total_seconds())
        wait = timedelta(seconds=failure.retry_after or patience)
        doubtful = failure.in_doubt and not (sender.idempotent and wait <= REMEMBERED)
        spent = failure.permanent or push.attempts >= self._settings.attempts
        too_long = wait >= (URGENT_WAIT if push.urgent else LONGEST_WAIT)
        # Rather twice than never where it is urgent; otherwise never over two channels.
        may_move = push.urgent or not (failure.in_doubt or push.in_doubt)
        if may_move and (spent or too_long or failure.until_seen):
            other = self._elsewhere(tx, push)
            if other is not None:
                outbox.move(
                    tx, push, other, now=now, in_doubt=failure.in_doubt, cause=failure.cause
                )
                return "moved"
        status = _outcome(push, failure, spent=spent, doubtful=doubtful)
        outbox.settle(
            tx,
            push,
            status,
            now=now,
            next_at=now + wait if status == "queued" else None,
            in_doubt=failure.in_doubt,
            cause=failure.cause,
        )
        return status

    def _elsewhere(self, tx: Tx, push: StoredPush) -> Account | None:
        """The best of the person's channels that this push has not been over."""
        order = list(self._senders)
        been = {push.channel, *(channel for channel, _ in push.tried)}
        left = [
            account
            for account in people.accounts_of(tx, push.person)
            if account.channel in order and account.channel not in been
        ]
        return min(left, key=lambda account: order.index(account.channel), default=None)

    def recover(self) -> int:
        """Pushes whose lease ran out: their sender died, and nobody knows whether they arrived."""
        now = self._clock()
        with self._db.read() as tx:
            lost = outbox.lapsed(tx, now, now + self._longest_lease)
        if not lost:
            return 0
        with self._db.write() as tx:
            for push in lost:
                sender = self._senders.get(push.channel)
                recent = push.lease_until is not None and abs(now - push.lease_until) < REMEMBERED
                harmless = sender is not None and sender.idempotent and recent
                again = push.urgent or harmless
                outbox.settle(
                    tx,
                    push,
                    "queued" if again else "doubt",
                    now=now,
                    next_at=now,
                    in_doubt=True,
                    cause="sender_died",
                )
        return len(lost)


def _outcome(
    push: StoredPush, failure: DeliveryFailed, *, spent: bool, doubtful: bool
) -> PushStatus:
    """What a failed push comes to where there is no other channel for it."""
    if spent:
        return "dead"
    if failure.until_seen:
        return "held"
    # Rather twice than never where it is urgent; the doubt stays on record.
    return "doubt" if doubtful and not push.urgent else "queued"


def work(rounds: Callable[[], object], stop: threading.Event, every: float) -> None:
    """Call `rounds` until told to stop, at once again as long as it finds something to do.

    What fails is tried again: nobody would notice for a while that a thread is dead.
    """
    while not stop.is_set():
        try:
            if rounds():
                continue
        except StoreFailed as error:
            log.error("store: %s", error)
        except Exception:
            log.exception("a round of %s failed", threading.current_thread().name)
        stop.wait(every)
