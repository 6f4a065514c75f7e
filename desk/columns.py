"""The columns that figures are counted from, in memory: 200,000 issues are some 20 MB.

They are read once, and afterwards only what has changed: the feed of events, written in the
event's own transaction, says which. So a figure is never older than the transaction that asks.
`tests/contract/figures_in_sql.py` says the same in SQL; a test compares them over random histories.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.database import Database, Tx
from data.tables import figure_columns as table

Ints = NDArray[np.int64]
NEVER: Final = np.iinfo(np.int64).min  # what has not happened yet
_PAGE: Final = 20_000
_MANY: Final = 5_000  # so many changes at once are read anew with everything
_TIMES: Final = ("created_at", "accepted_at", "done_at", "done_due")
_NAMED: Final = ("category", "grid", "owner_team", "owner_person", "level", "status", "day")


@dataclass(frozen=True)
class Columns:
    """All issues as of one moment, the oldest first; never changed, only replaced."""

    cursor: tuple[int, int]
    numbers: Mapping[str, Ints]  # by column; names are numbers in `names`
    names: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, Ints]  # issue, seq, at, said: one each, in the order of the log
    sayings: tuple[str, ...]  # what was answered, as stored
    excluded: frozenset[int]  # issues that are left out of the rates
    against: Mapping[int, tuple[str, ...]]  # whom the few complaints about people name

    @property
    def ids(self) -> Ints:
        return self.numbers["id"]


class ColumnCache:
    """The latest columns, shared by all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._columns: Columns | None = None

    def at(self, tx: Tx) -> Columns:
        """The columns as this transaction sees the store, or as a later one has seen it.

        Not for a transaction that has written events itself: it may yet be rolled back.
        """
        now = table.cursor(tx)
        known = self._columns
        if known is None or known.cursor < now:
            with self._lock:
                known = self._columns
                if known is None or known.cursor < now:
                    known = _renewed(tx, known, now) if known else _read(tx, now)
                    self._columns = known
        return known

    def warm(self, db: Database) -> None:
        """Read them before anybody asks: for a thread at start-up."""
        with db.read() as tx:
            self.at(tx)


@dataclass
class _Names:
    """Numbers for names, given as they come."""

    known: dict[str, int] = field(default_factory=dict)

    def numbers(self, values: Sequence[str | None]) -> Ints:
        known = self.known
        return np.array([known.setdefault(value or "", len(known)) for value in values], np.int64)

    @classmethod
    def of(cls, names: Sequence[str]) -> _Names:
        return cls({name: i for i, name in enumerate(names)})


def _read(tx: Tx, now: tuple[int, int]) -> Columns:
    names = {name: _Names() for name in _NAMED}
    sayings = _Names()
    pieces, answers = [_arrays([], names)], [_answers([], sayings)]
    against: dict[int, tuple[str, ...]] = {}
    after = 0
    while rows := table.page(tx, after, _PAGE):
        last = rows[-1]["id"]
        pieces.append(_arrays(rows, names))
        answers.append(_answers(table.said_between(tx, after, last), sayings))
        against |= _against(rows)
        after = last
    return Columns(
        cursor=now,
        numbers=_joined(pieces),
        names=_listed(names),
        answers=_joined([given for given, _ in answers]),
        sayings=tuple(sayings.known),
        excluded=frozenset().union(*(excluded for _, excluded in answers)),
        against=against,
    )


def _joined(pieces: Sequence[Mapping[str, Ints]]) -> dict[str, Ints]:
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _renewed(tx: Tx, old: Columns, now: tuple[int, int]) -> Columns:
    """The same with what has changed since."""
    changed = table.changed(tx, old.cursor)
    if len(changed) > _MANY:
        return _read(tx, now)
    names = {name: _Names.of(old.names[name]) for name in _NAMED}
    rows = table.of(tx, changed)
    fresh = _arrays(rows, names)
    gone = np.isin(old.ids, changed)
    order = np.argsort(np.concatenate([old.ids[~gone], fresh["id"]]), kind="stable")
    numbers = {
        name: np.concatenate([column[~gone], fresh[name]])[order]
        for name, column in old.numbers.items()
    }
    sayings = _Names.of(old.sayings)
    answers, excluded = _answers(table.said(tx, changed), sayings)
    left = ~np.isin(old.answers["issue"], changed)
    joined = {name: np.concatenate([column[left], answers[name]])
              for name, column in old.answers.items()}  # fmt: skip
    order = np.lexsort((joined["seq"], joined["issue"]))
    return Columns(
        cursor=now,
        numbers=numbers,
        names=_listed(names),
        answers={name: column[order] for name, column in joined.items()},
        sayings=tuple(sayings.known),
        excluded=(old.excluded - set(changed)) | excluded,
        against={i: who for i, who in old.against.items() if i not in set(changed)}
        | _against(rows),
    )


def _listed(names: Mapping[str, _Names]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each.known) for name, each in names.items()}


def _arrays(rows: Sequence[Mapping[str, Any]], names: Mapping[str, _Names]) -> dict[str, Ints]:
    found = {"id": np.array([row["id"] for row in rows], np.int64)}
    for name in _TIMES:
        found[name] = _moments([row[name] for row in rows])
    for name in _NAMED:
        found[name] = names[name].numbers([row[name] for row in rows])
    for name in ("returns", "reopens"):
        found[name] = np.array([row[name] for row in rows], np.int64)
    found["parent"] = np.array([row["parent"] is not None for row in rows], np.int64)
    return found


def _moments(stamps: Sequence[str | None]) -> Ints:
    """Times as stored, in microseconds."""
    read = np.array([stamp[:-1] if stamp else "NaT" for stamp in stamps], "datetime64[us]")
    return read.astype(np.int64)  # NaT is NEVER


def _against(rows: Sequence[Mapping[str, Any]]) -> dict[int, tuple[str, ...]]:
    return {row["id"]: tuple(json.loads(row["against"])) for row in rows if row["against"] != "[]"}


def _answers(
    rows: Sequence[Mapping[str, Any]], sayings: _Names
) -> tuple[dict[str, Ints], frozenset[int]]:
    given = [row for row in rows if row["action"] in table.ANSWERS]
    excluded = frozenset(row["issue"] for row in rows if row["action"] == "exclude")
    return {
        "issue": np.array([row["issue"] for row in given], np.int64),
        "seq": np.array([row["seq"] for row in given], np.int64),
        "at": _moments([row["at"] for row in given]),
        "said": sayings.numbers([row["data"] for row in given]),
    }, excluded
