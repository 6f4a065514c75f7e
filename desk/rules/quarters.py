"""Quarters: how they are named (2026Q4), when they begin and end, in China."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from desk.rules.deadlines import LOCAL

_NAME = re.compile(r"(20\d\d)\s*(?:[-年]\s*)?[Qq第]?\s*([1-4])(?:\s*季度)?")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year."""

    year: int
    number: int  # 1 to 4

    @property
    def name(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def since(self) -> datetime:
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=LOCAL)

    @property
    def until(self) -> datetime:
        return self.next().since

    def next(self) -> Quarter:
        last = self.number == 4
        return Quarter(self.year + last, 1 if last else self.number + 1)

    def before(self) -> Quarter:
        first = self.number == 1
        return Quarter(self.year - first, 4 if first else self.number - 1)


def quarter_of(at: datetime) -> Quarter:
    local = at.astimezone(LOCAL)
    return Quarter(local.year, (local.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """2026Q4, 2026年第4季度."""
    found = _NAME.search(text)
    return Quarter(int(found[1]), int(found[2])) if found else None
