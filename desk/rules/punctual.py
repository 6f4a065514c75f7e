"""Shares of what was promised that was kept: only clocks that have run out, or stopped, count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

INSTANT = timedelta(seconds=5)  # one answer: nobody was asked anything first


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    kept: int
    all: int

    @property
    def rate(self) -> float | None:
        return self.kept / self.all if self.all else None


def in_time(clocks: Iterable[tuple[datetime | None, datetime]], now: datetime) -> Share:
    """Pairs of (when it happened, when it was due)."""
    over = [(at, due) for at, due in clocks if at is not None or now > due]
    return Share(sum(at is not None and at <= due for at, due in over), len(over))


def at_once(said: Iterable[tuple[datetime | None, datetime]]) -> Share:
    """Pairs of (the first words, the receipt): those whose first words are known."""
    known = [(first, receipt) for first, receipt in said if first is not None]
    return Share(sum(receipt - first <= INSTANT for first, receipt in known), len(known))
