"""WeChat as it is on a bad day: late, busy, out of quota, unsure, and cut off by our own death."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.message import DeliveryFailed, Push

WINDOW = timedelta(hours=48)
DAY = 86_400
QUOTA_HOURS = 4  # on such days, the last hours before the vendor's midnight
LOCAL_OFFSET = timedelta(hours=8)
DOUBT, BUSY, GONE, KILL = 0.01, 0.02, 0.003, 0.0005  # shares of all sendings


class Killed(BaseException):
    """The process dies here: nothing may catch it."""


class Clock:
    """A clock that moves when told to, and that can be made to go off once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.armed = False

    def __call__(self) -> datetime:
        if self.armed:
            self.armed = False
            raise Killed
        return self.now

    @property
    def local(self) -> datetime:
        return self.now + LOCAL_OFFSET


@dataclass
class Vendor:
    """Takes pushes as the Official Account's interface does; not idempotent, like the real one."""

    clock: Clock
    chance: random.Random
    spent_days: frozenset[int]  # days of the simulation on which the quota runs out
    begun: datetime
    on_arrival: Callable[[Push], None]
    idempotent: bool = False
    arrived: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    wrote: dict[str, datetime] = field(default_factory=dict)

    def send(self, push: Push) -> None:
        """Deliver, or fail as the die falls."""
        self._refuse(push)
        lot = self.chance.random()
        if lot < KILL:
            self._perhaps(push)
            self._count("killed")
            raise Killed
        if lot < KILL + DOUBT:
            self._perhaps(push)
            self._count("in doubt")
            raise DeliveryFailed("no answer (ReadTimeout)", in_doubt=True)
        self._arrive(push)

    def _refuse(self, push: Push) -> None:
        """What the vendor says no to, and nothing arrives."""
        midnight = DAY - (self.clock.local - self.clock.local.replace(hour=0)).seconds
        day = (self.clock.now - self.begun).days
        if day in self.spent_days and midnight <= QUOTA_HOURS * 3600:
            self._count("45009")
            raise DeliveryFailed("errcode 45009: the quota is spent", retry_after=midnight)
        if self._needs_window(push.address) and self._window_closed(push.address):
            self._count("45015")
            raise DeliveryFailed("errcode 45015: not written for 48 hours", until_seen=True)
        lot = self.chance.random()
        if lot < BUSY:
            self._count("busy")
            raise DeliveryFailed("errcode -1: the vendor is busy", retry_after=10.0)
        if lot < BUSY + GONE:
            self._count("43004")
            raise DeliveryFailed("errcode 43004: does not follow", permanent=True)

    def _needs_window(self, address: str) -> bool:
        """One in ten has not allowed template messages: only the 48-hour window is left."""
        return address.endswith("7")

    def _window_closed(self, address: str) -> bool:
        return self.clock.now - self.wrote.get(address, self.begun) > WINDOW

    def _perhaps(self, push: Push) -> None:
        if self.chance.random() < 0.5:
            self._arrive(push)

    def _arrive(self, push: Push) -> None:
        self.arrived[push.id] += 1
        if self.arrived[push.id] == 1:
            self.on_arrival(push)

    def _count(self, fault: str) -> None:
        self.faults[fault] += 1
