"""Counting over the columns in memory: the figures of a period, by any part of the community."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.database import Tx
from data.staff_rows import Spread, Totals
from data.tables import figure_columns as table
from data.tables.board import OPEN, Filter, Scope
from desk.columns import NEVER, Columns, Ints

Mask = NDArray[np.bool_]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR: Final = 3_600_000_000
_UNFINISHED: Final = (*OPEN, "paused")


def micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Tally:
    """The issues of a filter within somebody's scope; spans are chosen at each count."""

    columns: Columns
    allowed: Mask
    repeated: Mask

    @classmethod
    def of(cls, tx: Tx, columns: Columns, scope: Scope, wanted: Filter) -> Tally:
        lists = (("grid", wanted.grids), ("category", wanted.categories),
                 ("owner_team", (wanted.team,) if wanted.team else ()))  # fmt: skip
        allowed = _within(tx, columns, scope)
        for column, names in lists:
            if names:
                allowed &= _among(columns, column, names)
        if wanted.no_grid:
            allowed &= _among(columns, "grid", ("",))
        if wanted.no_team:
            allowed &= _among(columns, "owner_team", ("",))
        repeated = np.isin(columns.ids, table.repeated(tx)) | (columns.numbers["parent"] > 0)
        return cls(columns, allowed, repeated)

    def spanned(self, begin: datetime, end: datetime) -> Ints:
        """Where the issues recorded in a span stand in the columns."""
        created = self.columns.numbers["created_at"]
        within = (created >= micros(begin)) & (created < micros(end)) & self.allowed
        return np.flatnonzero(within)

    def totals(self, at: Ints, now: datetime, by: str = "") -> list[Totals]:
        numbers = self.columns.numbers
        done, due = numbers["done_at"][at], numbers["done_due"][at]
        is_open = _among(self.columns, "status", OPEN)[at]
        late = ((done != NEVER) & (done > due)) | (is_open & (due <= micros(now)))
        measures = (
            done != NEVER,
            _among(self.columns, "status", _UNFINISHED)[at],
            late,
            numbers["returns"][at] > 0,
            numbers["reopens"][at] > 0,
            self.repeated[at],
        )
        names, keys = self._keys(at, by)
        counts = np.bincount(keys, minlength=len(names))
        sums = [np.bincount(keys[chosen], minlength=len(names)) for chosen in measures]
        found = [
            Totals(name, int(counts[i]), *(int(each[i]) for each in sums))
            for i, name in enumerate(names)
            if counts[i] or not by
        ]
        return sorted(found, key=lambda totals: (-totals.received, totals.name))

    def latest_repeated(self, at: Ints, most: int) -> list[int]:
        """The newest of those that several people have reported, by their ids."""
        found: list[int] = self.columns.ids[at[self.repeated[at]]].tolist()
        return found[-most:][::-1]

    def counted(self, at: Ints, by: str) -> dict[str, int]:
        names, keys = self._keys(at, by)
        counts = np.bincount(keys, minlength=len(names))
        return {name: int(counts[i]) for i, name in enumerate(names) if counts[i]}

    def recorded(self, at: Ints) -> list[datetime]:
        created = self.columns.numbers["created_at"][at].tolist()
        return [_EPOCH + timedelta(microseconds=each) for each in created]

    def took(self, at: Ints, until: str, by: str = "") -> dict[str, Spread]:
        """How long it took until then, of those that got so far: the nearest rank."""
        numbers = self.columns.numbers
        at = at[numbers[until][at] != NEVER]
        hours = (numbers[until][at] - numbers["created_at"][at]) / _HOUR
        names, keys = self._keys(at, by)
        order = np.lexsort((hours, keys))
        hours, keys = hours[order], keys[order]
        starts = np.searchsorted(keys, np.arange(len(names) + 1))
        return {
            name: _spread(name, hours[begin:end])
            for name, begin, end in zip(names, starts[:-1], starts[1:], strict=True)
            if end > begin
        }

    def answers(self, since: datetime, until: datetime, by: str = "") -> list[tuple[str, str, int]]:
        """(name, what was answered, how often): the last answer of each issue before `until`."""
        given = self.columns.answers
        before = np.flatnonzero(given["at"] < micros(until))
        issues = given["issue"][before]
        last = before[np.append(issues[1:] != issues[:-1], True)] if len(before) else before
        last = last[given["at"][last] >= micros(since)]
        issues, said = given["issue"][last], given["said"][last]
        at = np.searchsorted(self.columns.ids, issues)
        counts = self.allowed[at] & ~np.isin(issues, list(self.columns.excluded))
        at, said = at[counts], said[counts]
        names, keys = self._keys(at, by)
        sayings = self.columns.sayings
        pairs = np.bincount(keys * len(sayings) + said, minlength=len(names) * len(sayings))
        return [
            (names[i // len(sayings)], sayings[i % len(sayings)], int(pairs[i]))
            for i in np.flatnonzero(pairs).tolist()
        ]

    def _keys(self, at: Ints, by: str) -> tuple[Sequence[str], Ints]:
        """The names of a column, and which of them each issue has."""
        if not by:
            return ("",), np.zeros(len(at), np.int64)
        return self.columns.names[by], self.columns.numbers[by][at]


def _spread(name: str, hours: NDArray[np.float64]) -> Spread:
    """Of hours in order: those that half of them, and nine of ten, do not exceed."""
    count = len(hours)
    median, p90 = (float(hours[int(np.ceil(count * share)) - 1]) for share in (0.5, 0.9))
    return Spread(name, count, median, p90)


def _among(columns: Columns, column: str, names: Sequence[str]) -> Mask:
    known = [i for i, name in enumerate(columns.names[column]) if name in names]
    return np.isin(columns.numbers[column], known)


def _within(tx: Tx, columns: Columns, scope: Scope) -> Mask:
    """What somebody may see: as data.tables.board.within has it."""
    allowed = np.ones(len(columns.ids), np.bool_)
    if not scope.everything:
        allowed = np.isin(columns.ids, table.own(tx, scope))
        allowed |= _among(columns, "grid", scope.grids) if scope.grids else False
        allowed |= _among(columns, "owner_team", scope.teams) if scope.teams else False
        allowed |= _among(columns, "level", ("U0",)) if scope.on_duty else False
    hidden = list(_blamed(columns, {scope.person, *scope.teams}))
    return allowed & ~np.isin(columns.ids, hidden) if hidden else allowed


def _blamed(columns: Columns, names: set[str]) -> Iterator[int]:
    return (issue for issue, who in columns.against.items() if names & set(who))
