"""The weekly times of an offer: which of them come next, and how many each has room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from desk.rules.deadlines import LOCAL

MORNING_ENDS, AFTERNOON_ENDS = time(12, 0), time(18, 0)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time of the week in China; Monday is 1."""

    day: int
    at: time

    @property
    def cell(self) -> str:
        """Its half of the day, by which times are compared: 3.pm."""
        part = "am" if self.at < MORNING_ENDS else "pm" if self.at < AFTERNOON_ENDS else "eve"
        return f"{self.day}.{part}"


def cells(slots: Iterable[Slot]) -> frozenset[str]:
    return frozenset(slot.cell for slot in slots)


def upcoming(slots: Sequence[Slot], now: datetime, days: int) -> list[datetime]:
    """When they come in the next days, the earliest first; nothing that has begun."""
    today = now.astimezone(LOCAL).date()
    found = [
        datetime.combine(day, slot.at, LOCAL).astimezone(now.tzinfo)
        for ahead in range(days + 1)
        for day in [today + timedelta(days=ahead)]
        for slot in slots
        if slot.day == day.isoweekday()
    ]
    return sorted(moment for moment in found if now < moment <= now + timedelta(days=days))


def week_of(moment: datetime) -> datetime:
    """The Monday on which its week begins, in China: what an offer without times is counted by."""
    local = moment.astimezone(LOCAL)
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, time(0), LOCAL).astimezone(moment.tzinfo)


def room(capacity: int, slots: Sequence[Slot]) -> int:
    """How many a single time has room for, of so many a week."""
    return max(1, capacity // max(1, len(slots)))
