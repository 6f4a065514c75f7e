"""Where an area's rows come from: a numbered table of the store, or a list in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from console.practices.shape import Asked, Found
from data.database import Value
from data.tables import browse
from data.tables.browse import Wanted
from desk.service import Act

T = TypeVar("T")
Allowed = Mapping[str, Sequence[Value]]


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """A numbered table, or the part of it that has `fixed` in common."""

    shape: type[T]
    table: str
    within: tuple[str, ...] = ()  # the columns in which words are looked for
    fixed: Mapping[str, str] = field(default_factory=dict)
    allowed: Callable[[Act], Allowed] = lambda _act: {}  # what somebody's list may hold at all
    sees: Callable[[Act, T], bool] = lambda _act, _row: True

    def find(self, act: Act, asked: Asked) -> Found[T]:
        among = self._among(act, asked.chosen)
        wanted = Wanted(among, asked.words, self.within, asked.before)
        rows = browse.page(act.tx, self.shape, self.table, wanted, asked.limit + 1)
        more = len(rows) > asked.limit
        rows = rows[: asked.limit]
        shown = [row for row in rows if self.sees(act, row)]
        return Found(shown, _number(rows[-1]) if more else None)

    def count(self, act: Act, chosen: Mapping[str, str]) -> int:
        """How many there are of what is chosen."""
        return browse.count(act.tx, self.shape, self.table, Wanted(self._among(act, chosen)))

    def one(self, act: Act, key: str) -> T | None:
        if not (key.isdecimal() and key.isascii() and len(key) < 10):
            return None
        among: dict[str, Sequence[Value]] = {name: (v,) for name, v in self.fixed.items()}
        among["number"] = (int(key),)
        rows = browse.page(act.tx, self.shape, self.table, Wanted(among), 1)
        return rows[0] if rows and self.sees(act, rows[0]) else None

    def _among(self, act: Act, chosen: Mapping[str, str]) -> dict[str, Sequence[Value]]:
        among = dict(self.allowed(act))
        for name, value in {**chosen, **self.fixed}.items():
            among[name] = [value] if value in among.get(name, [value]) else []
        return among


def _number(row: Any) -> int:
    return int(row.number)


def number(row: Any) -> str:
    """The key of a numbered row."""
    return str(row.number)


def listed(rows: Iterable[T], asked: Asked, texts: Callable[[T], str]) -> Found[T]:
    """A page of a list in memory; `before` is how many were shown."""
    words = asked.words.split()
    fit = [row for row in rows if all(word in texts(row) for word in words)]
    start = asked.before or 0
    end = start + asked.limit
    return Found(fit[start:end], end if len(fit) > end else None)
