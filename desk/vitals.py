"""What running processes leave behind for `check`, which runs in another one.

None of it may hold up or break what it watches: it is written seldom, and a store that cannot take
it just now costs nothing but the note.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from data.database import Database, StoreFailed
from data.tables import vitals
from desk.message import Reason

log = logging.getLogger(__name__)
BEAT = timedelta(seconds=30)
SAME_SKEW = 10.0  # seconds; the Date header knows whole ones, and answers take their time
SKEW_GOOD = timedelta(hours=1)  # after which the same skew is written down again
REFUSALS_EVERY = timedelta(seconds=10)  # however many knock in between
REFUSALS_KEPT = timedelta(days=2)
PROBE_EVERY = 2.0  # seconds


class Heart:
    """Tells that a job is being done, at most every half minute."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def beating(self, job: str, rounds: Callable[[], object]) -> Callable[[], object]:
        """The same job, which from now on says that it lives. A round that fails does not count."""
        last: datetime | None = None

        def beat() -> object:
            nonlocal last
            done = rounds()
            now = self._clock()
            if last is None or not timedelta() <= now - last < BEAT:  # a clock may go back
                with self._db.write() as tx:
                    vitals.beat(tx, job, now)
                last = now
            return done

        return beat


class StoreProbe:
    """Whether the store still takes what is given it: a full disk can be read, too.

    Asked as often as one likes, it tries every few seconds; whoever asks while another is trying
    is told what was found before, so that a store that hangs does not keep every thread.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._good = True
        self._tried: float | None = None
        self._trying = threading.Lock()

    def __call__(self) -> bool:
        """Whether something was committed just now."""
        if self._trying.acquire(blocking=False):
            try:
                if self._tried is None or time.monotonic() - self._tried >= PROBE_EVERY:
                    self._good = self._try()
                    self._tried = time.monotonic()
            finally:
                self._trying.release()
        return self._good

    def _try(self) -> bool:
        try:
            with self._db.write(alone=False) as tx:
                vitals.probe(tx, self._clock())
        except StoreFailed as error:
            log.error("the store takes nothing: %s", error)
            return False
        return True


class VendorClock:
    """Compares our clock with the vendors', as far as their answers tell."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._noted: tuple[float, datetime] | None = None

    def heard(self, there: datetime) -> None:
        """A vendor has just said what time it is."""
        now = self._clock()
        skew = (now - there).total_seconds()
        if self._noted is not None:
            known, at = self._noted
            if abs(skew - known) < SAME_SKEW and timedelta() <= now - at < SKEW_GOOD:
                return
        self._noted = (skew, now)
        try:
            with self._db.write() as tx:
                vitals.put_skew(tx, skew, now)
        except StoreFailed as error:
            log.warning("the clock's skew is not noted: %s", error)


class Gatekeeper:
    """Counts callbacks that were turned away, by channel and reason, without their content."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._waiting: Counter[tuple[str, Reason]] = Counter()
        self._written: datetime | None = None
        self._lock = threading.Lock()

    def refused(self, channel: str, reason: Reason) -> None:
        """One more. A flood of forged callbacks is one write every few seconds."""
        now = self._clock()
        with self._lock:
            self._waiting[channel, reason] += 1
            if self._written is not None and timedelta() <= now - self._written < REFUSALS_EVERY:
                return
            self._written = now
            counted, self._waiting = self._waiting, Counter()
        try:
            with self._db.write() as tx:
                vitals.forget_old_refusals(tx, now - REFUSALS_KEPT)
                for (where, why), count in counted.items():
                    vitals.refuse(tx, where, why, count, now)
        except StoreFailed as error:
            log.warning("refused callbacks are not noted: %s", error)

    def verified(self, channel: str) -> None:
        """The address has been found right."""
        with self._lock:
            for key in [key for key in self._waiting if key[0] == channel]:
                del self._waiting[key]
        try:
            with self._db.write() as tx:
                vitals.forget_refusals(tx, channel)
        except StoreFailed as error:
            log.warning("earlier refusals are not forgotten: %s", error)
