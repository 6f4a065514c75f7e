"""What a store must be able to do; `data/sqlite.py` and `data/postgres.py` are the two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

BUSY_MS = 10_000  # how long a write waits for its turn

# read: one moment's view, nothing is kept. alone: nobody else writes so at the same time, in any
# process, so that what was read still holds at the commit. beside: does not wait for that turn.
FullText = Literal["fts5", "tsvector"]  # how words are found: data/tables/search.py
Kind = Literal["read", "alone", "beside"]


class StoreFailed(RuntimeError):  # noqa: N818
    """The database could not do it (locked too long, disk full, gone): nothing was committed."""


class Cursor(Protocol):
    """The result of one statement."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> dict[str, Any] | None: ...
    def fetchall(self) -> list[dict[str, Any]]: ...


class Transaction(Protocol):
    """An open transaction: shared SQL text with `:name` parameters in, rows by column name out."""

    skip_locked: str  # what makes a subquery pass over rows that another transaction holds
    full_text: FullText
    hours: str  # between two times as stored, {start} and {end}

    def execute(self, sql: str, values: dict[str, Any]) -> Cursor: ...
    def execute_many(self, sql: str, values: Iterable[dict[str, Any]]) -> None: ...

    def take(self, name: str) -> bool:
        """Hold this name to the end; False if another open transaction does. Nobody waits."""
        ...

    # For moving a whole store (data/moving.py):

    def tables(self) -> dict[str, list[str]]:
        """Every table of ours with its columns."""
        ...

    def stream(self, sql: str) -> Iterator[dict[str, Any]]:
        """The rows of a query that are too many to hold."""
        ...

    def counters(self) -> dict[str, int]:
        """By table, the highest id that was ever given; an id is never given twice."""
        ...

    def set_counters(self, counters: Mapping[str, int]) -> None: ...

    def check_references_at_commit(self) -> None: ...


class Driver(Protocol):
    """One store, opened and migrated."""

    def transaction(self, kind: Kind) -> AbstractContextManager[Transaction]:
        """Committed at the end of the block, or not at all; StoreFailed when that cannot be."""
        ...

    def compact(self) -> None:
        """What was overwritten or deleted is not there any more, as far as the engine can."""
        ...

    def close(self) -> None:
        """Nobody does."""
        ...
