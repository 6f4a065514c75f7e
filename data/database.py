"""The store as the rest of the house knows it: transactions, named parameters in, typed rows out.

SQL text in data/tables/ is shared by both engines; what differs is behind `data/driver.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from data import resealing, sqlite
from data.driver import Driver, Kind, StoreFailed, Transaction
from data.sealing import COLUMNS, SEALED, Keys, NoKeys, Sealer, WrongKey, looks_sealed, missing
from data.settings import Settings

__all__ = ["Database", "StoreFailed", "Tx", "Value", "stamp"]

T = TypeVar("T")
Value = str | int | float | bytes | datetime | None


def stamp(moment: datetime) -> str:
    """A UTC time as stored: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]


class Tx:
    """One open transaction."""

    def __init__(self, transaction: Transaction, keys: Sealer) -> None:
        self._transaction = transaction
        self._keys = keys
        self.skip_locked = transaction.skip_locked
        self.full_text = transaction.full_text
        self.hours = transaction.hours

    def run(self, sql: str, **values: Value) -> int:
        """Execute one statement; returns how many rows it changed."""
        return self._transaction.execute(sql, _plain(values)).rowcount

    def rows(self, sql: str, **values: Value) -> list[dict[str, Any]]:
        """All rows of a query."""
        return self._opened(self._transaction.execute(sql, _plain(values)).fetchall())

    def scalar(self, sql: str, **values: Value) -> Any:
        """First column of the first row, or None."""
        row = self._transaction.execute(sql, _plain(values)).fetchone()
        return None if row is None else next(iter(self._opened([row])[0].values()))

    def all(self, shape: type[T], sql: str, **values: Value) -> list[T]:
        """All rows as values of `shape` (a dataclass whose fields are column names)."""
        adapter = _adapter(shape)
        return [adapter.validate_python(row) for row in self.rows(sql, **values)]

    def one(self, shape: type[T], sql: str, **values: Value) -> T | None:
        """The first row as a value of `shape`, or None."""
        row = self._transaction.execute(sql, _plain(values)).fetchone()
        return None if row is None else _adapter(shape).validate_python(self._opened([row])[0])

    def take(self, name: str) -> bool:
        """Hold this name to the end; False if another open transaction does. Nobody waits."""
        return self._transaction.take(name)

    def seal(self, column: str, value: str | None) -> str | None:
        """A personal value as its column stores it; it comes back by itself as it was given."""
        return self._keys.seal(column, value) if value else value

    def sealed(self, table: str, values: dict[str, Value]) -> dict[str, Value]:
        """A row's values as its table stores them, the personal ones sealed."""
        for column in SEALED[table][1] if table in SEALED else ():
            value = values[column]
            if isinstance(value, str) and value:
                values[column] = self._keys.seal(column, value)
        return values

    def fingerprint(self, what: str, value: str) -> str:
        """By what a sealed value is found again."""
        return self._keys.fingerprint(what, value)

    def _opened(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows of one query as they were given; most queries have nothing sealed in them."""
        for column in COLUMNS.intersection(rows[0]) if rows else ():
            for row in rows:
                if looks_sealed(row[column]):
                    row[column] = self._keys.open(column, row[column])
        return rows

    def insert(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Insert many rows of one shape. (sqlite-utils' insert would make a misspelt table.)"""
        if not rows:
            return
        names = list(rows[0])
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES (:{', :'.join(names)})"
        self._transaction.execute_many(sql, [_plain(row) for row in rows])


def _plain(values: Mapping[str, Value]) -> dict[str, Any]:
    return {k: stamp(v) if isinstance(v, datetime) else v for k, v in values.items()}


def _known_key(settings: Settings, sealed: str) -> Keys:
    """The key at hand, or the one that it was being changed to; WrongKey if neither opens it."""
    if not settings.has_secret():
        raise missing()
    try:
        return resealing.fit(Keys(settings.secret()), sealed)
    except WrongKey:
        following = settings.next_secret()
        if following is None:
            raise
        keys = resealing.fit(Keys(following), sealed)
        settings.take_up_next_secret()
        return keys


def open_driver(url: str) -> Driver:
    """The store at this address, brought up to date; StoreFailed or SchemaIsNewer if it cannot."""
    if url.startswith(sqlite.PREFIX):
        return sqlite.SqliteDriver(url)
    if url.startswith(("postgresql://", "postgres://")):
        from data.postgres import PostgresDriver  # only where it is used

        return PostgresDriver(url)
    raise StoreFailed(
        f"不认识的数据库地址：{url.split(':', 1)[0]}。请用 sqlite:///路径 或 postgresql://…"
    )


class Database:
    """One store, opened and migrated.

    Without keys nothing is sealed, and what is sealed cannot be read: a deployment's is opened by
    `of`.
    """

    def __init__(self, url: str) -> None:
        self._driver = open_driver(url)
        self._keys: Sealer = NoKeys()
        self._mine = threading.local()

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """A deployment's store with its key; WrongKey if that does not fit."""
        database = cls(settings.url)
        try:
            database._keys = database._fitting(settings)
        except BaseException:
            database.close()
            raise
        return database

    def _fitting(self, settings: Settings) -> Keys:
        """The key that opens this store; what lies there in plain words is sealed first."""
        with self._driver.transaction("read") as tx:
            sealed = resealing.pepper(tx)
        if sealed is None:
            keys = Keys(settings.secret())
            count = 0
            with self._driver.transaction("alone") as tx:
                sealed = resealing.pepper(tx)  # another process may have been quicker
                if sealed is None:
                    count = resealing.seal_all(tx, keys)
            if count:
                self._driver.compact()
            if sealed is None:
                return keys
        keys = _known_key(settings, sealed)
        self._catch_up(keys)
        return keys

    def _catch_up(self, keys: Keys) -> None:
        """What the version that sealed this store left plain."""
        with self._driver.transaction("read") as tx:
            if resealing.up_to_date(tx):
                return
        with self._driver.transaction("alone") as tx:
            resealing.catch_up(tx, keys)
        self._driver.compact()

    def rotate(self, new: bytes) -> int:
        """Everything under another key, in one transaction; returns how many rows there were."""
        if not isinstance(self._keys, Keys):
            raise missing()
        keys = Keys(new)
        with self._driver.transaction("alone") as tx:
            count = resealing.rotate(tx, self._keys, keys)
        self._keys = keys
        self._driver.compact()
        return count

    @contextmanager
    def write(self, *, alone: bool = True) -> Iterator[Tx]:
        """A transaction that is committed at the end of the block, or not at all.

        Nobody else writes at the same time, on any machine: what was read holds until the commit.
        With `alone=False` it does not wait for that turn, and may hold only statements each of
        which is safe by itself, whatever others do.
        """
        with self._transaction("alone" if alone else "beside") as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view; writes in it are rolled back."""
        with self._transaction("read") as tx:
            yield tx

    @contextmanager
    def _transaction(self, kind: Kind) -> Iterator[Tx]:
        if getattr(self._mine, "open", False):
            raise StoreFailed("a transaction of this thread is open already")
        self._mine.open = True
        try:
            with self._driver.transaction(kind) as transaction:
                yield Tx(transaction, self._keys)
        finally:
            self._mine.open = False

    def close(self) -> None:
        """Everybody is done with it."""
        self._driver.close()
