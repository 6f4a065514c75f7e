"""Connections and transactions. The dialect lives here; the SQL text in data/tables/ is shared.

One connection a thread (a shared one corrupts counts), WAL with synchronous=FULL (NORMAL loses
acknowledged messages when the power goes), and BEGIN IMMEDIATE for every write: a deferred
transaction that reads before it writes fails at once under contention instead of waiting.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlite_utils import Database as SqliteUtils

from data.migrations import migrate

T = TypeVar("T")
Value = str | int | float | bytes | datetime | None
BUSY_MS = 10_000


class StoreFailed(RuntimeError):  # noqa: N818
    """The database could not do it (locked too long, disk full, gone): nothing was committed."""


def stamp(moment: datetime) -> str:
    """A UTC time as stored: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]


class Tx:
    """One open transaction: named parameters in, typed rows out."""

    def __init__(self, db: SqliteUtils) -> None:
        self._db = db

    def run(self, sql: str, **values: Value) -> int:
        """Execute one statement; returns how many rows it changed."""
        return int(self._db.execute(sql, _plain(values)).rowcount)

    def rows(self, sql: str, **values: Value) -> list[Mapping[str, Any]]:
        """All rows of a query."""
        return list(self._db.execute(sql, _plain(values)).fetchall())

    def scalar(self, sql: str, **values: Value) -> Any:
        """First column of the first row, or None."""
        row = self._db.execute(sql, _plain(values)).fetchone()
        return None if row is None else row[0]

    def all(self, shape: type[T], sql: str, **values: Value) -> list[T]:
        """All rows as values of `shape` (a dataclass whose fields are column names)."""
        adapter = _adapter(shape)
        return [adapter.validate_python(dict(row)) for row in self.rows(sql, **values)]

    def one(self, shape: type[T], sql: str, **values: Value) -> T | None:
        """The first row as a value of `shape`, or None."""
        row = self._db.execute(sql, _plain(values)).fetchone()
        return None if row is None else _adapter(shape).validate_python(dict(row))

    def insert(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Insert many rows of one shape. (sqlite-utils' insert would make a misspelt table.)"""
        names = list(rows[0]) if rows else []
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES (:{', :'.join(names)})"
        for row in rows:
            self.run(sql, **row)


class Database:
    """One SQLite file, opened and migrated."""

    def __init__(self, url: str) -> None:
        if not url.startswith("sqlite:///"):
            raise StoreFailed(f"不认识的数据库地址：{url.split(':', 1)[0]}。请用 sqlite:///路径")
        self.path = Path(url.removeprefix("sqlite:///"))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._local = threading.local()
        self._turn = threading.RLock()  # SQLite lets waiting threads sleep, some for a second
        with self.write() as tx:
            migrate(tx._db)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that is committed at the end of the block, or not at all."""
        if not self._turn.acquire(timeout=BUSY_MS / 1000):
            raise StoreFailed("database is locked")
        try:
            with self._transaction("BEGIN IMMEDIATE") as tx:
                yield tx
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view; writes in it are rolled back."""
        with self._transaction("BEGIN", keep=False) as tx:
            yield tx

    @contextmanager
    def _transaction(self, begin: str, keep: bool = True) -> Iterator[Tx]:
        try:
            db = self._connection()
            db.conn.execute(begin)
        except sqlite3.Error as error:
            raise StoreFailed(str(error)) from error
        try:
            yield Tx(db)
            db.conn.execute("COMMIT" if keep else "ROLLBACK")
        except sqlite3.OperationalError as error:
            _rollback(db.conn)
            raise StoreFailed(str(error)) from error
        except BaseException:
            _rollback(db.conn)
            raise

    def _connection(self) -> SqliteUtils:
        db: SqliteUtils | None = getattr(self._local, "db", None)
        if db is None:
            conn = sqlite3.connect(self.path, timeout=BUSY_MS / 1000, check_same_thread=False)
            conn.row_factory = sqlite3.Row
            _write_ahead(conn)
            for pragma in ("synchronous=FULL", "foreign_keys=ON"):
                conn.execute(f"PRAGMA {pragma}")
            db = self._local.db = SqliteUtils(conn)
        return db

    def close(self) -> None:
        """Close this thread's connection."""
        db: SqliteUtils | None = getattr(self._local, "db", None)
        if db is not None:
            db.conn.close()
            del self._local.db


def _plain(values: Mapping[str, Value]) -> dict[str, Any]:
    return {k: stamp(v) if isinstance(v, datetime) else v for k, v in values.items()}


def _write_ahead(conn: sqlite3.Connection) -> None:
    """Switch to WAL. While another process switches the same new file, SQLite does not wait."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            conn.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _rollback(conn: sqlite3.Connection) -> None:
    if conn.in_transaction:
        conn.execute("ROLLBACK")
