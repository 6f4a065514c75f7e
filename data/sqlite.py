"""SQLite: one file, one process. What `make run` uses.

A transaction has a connection to itself (a shared one corrupts counts): the one that was used last,
whose pages are still in memory. WAL with synchronous=FULL (NORMAL loses acknowledged messages when
the power goes), and BEGIN IMMEDIATE for every write: a deferred transaction that reads before it
writes fails at once under contention instead of waiting.

Who must wait for another process asks again and again: SQLite's own waiting sleeps up to a tenth
of a second, in which the disk is idle. The log is written back into the file every 40 MB: at the
usual 4 MB every thirtieth message waited 14 ms for that.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, cast

from sqlite_utils import Database as SqliteUtils

from data import driver
from data.driver import Cursor, FullText, Kind, StoreFailed
from data.migrations import migrate

PREFIX = "sqlite:///"
_LOG = "wal_autocheckpoint=10000"  # pages of 4 KiB
ASK_AGAIN = 0.0005  # seconds
# What the database must not do stays what it is; all else is StoreFailed.
_WRONG_USE = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)


class _Transaction:
    """See data.driver.Transaction."""

    skip_locked = ""  # there is one writer at a time
    full_text: FullText = "fts5"
    hours = "(julianday({end}) - julianday({start})) * 24"

    def __init__(self, db: SqliteUtils) -> None:
        self._db = db

    def execute(self, sql: str, values: dict[str, Any]) -> Cursor:
        cursor = self._db.execute(sql, values)
        cursor.row_factory = _by_name
        return cast(Cursor, cursor)

    def execute_many(self, sql: str, values: Iterable[dict[str, Any]]) -> None:
        self._db.conn.executemany(sql, values)

    def take(self, name: str) -> bool:  # noqa: ARG002
        return True  # there is one writer at a time

    def tables(self) -> dict[str, list[str]]:
        others = ("sqlite_", "_", "issue_index")  # what is made of our tables by itself
        names = [name for name in self._db.table_names() if not name.startswith(others)]
        return {name: [column.name for column in self._db[name].columns] for name in names}

    def stream(self, sql: str) -> Iterator[dict[str, Any]]:
        cursor = self._db.execute(sql)
        cursor.row_factory = _by_name
        yield from cast(Iterator[dict[str, Any]], cursor)

    def counters(self) -> dict[str, int]:
        return dict(self._db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def set_counters(self, counters: Mapping[str, int]) -> None:
        counting = [t.name for t in self._db.tables if "AUTOINCREMENT" in t.schema]
        for table in set(counting) & set(counters):
            self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
            self._db.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, counters[table]]
            )

    def check_references_at_commit(self) -> None:
        self._db.execute("PRAGMA defer_foreign_keys = ON")


class SqliteDriver:
    """See data.driver.Driver."""

    def __init__(self, url: str) -> None:
        self.path = Path(url.removeprefix(PREFIX))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = threading.RLock()  # SQLite lets waiting threads sleep, some for a second
        self._idle: list[SqliteUtils] = []
        self._closed = False
        with self._connection() as db, _begun(db, "alone"):
            migrate(db)

    @contextmanager
    def transaction(self, kind: Kind) -> Iterator[_Transaction]:
        turn = nullcontext() if kind == "read" else self._my_turn()
        with turn, self._connection() as db, _begun(db, kind):
            yield _Transaction(db)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=driver.BUSY_MS / 1000):
            raise StoreFailed("database is locked")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _connection(self) -> Iterator[SqliteUtils]:
        """One that nobody else uses meanwhile."""
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._opened()
        try:
            yield db
        finally:
            if db.conn.in_transaction:  # it could not be rolled back
                db.conn.close()
            else:
                self._idle.append(db)
            if self._closed:
                self.close()

    def _opened(self) -> SqliteUtils:
        try:
            timeout = driver.BUSY_MS / 1000
            conn = sqlite3.connect(self.path, timeout=timeout, check_same_thread=False)
            _write_ahead(conn)
            for pragma in ("synchronous=FULL", "foreign_keys=ON", _LOG):
                conn.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            raise StoreFailed(str(error)) from error
        return SqliteUtils(conn)

    def compact(self) -> None:
        """Written anew, without old pages, and the log of changes emptied."""
        with self._my_turn(), self._connection() as db:
            try:
                db.conn.execute("VACUUM")
                db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError as error:
                raise StoreFailed(str(error)) from error

    def close(self) -> None:
        """Close every connection, those in use when they are given back."""
        self._closed = True
        while self._idle:
            self._idle.pop().conn.close()


@contextmanager
def _begun(db: SqliteUtils, kind: Kind) -> Iterator[None]:
    """One transaction, committed at the end of the block unless it only read."""
    try:
        begin = _begin if kind == "read" else _begin_write
        begin(db.conn)
    except sqlite3.Error as error:
        raise StoreFailed(str(error)) from error
    try:
        yield
        db.conn.execute("ROLLBACK" if kind == "read" else "COMMIT")
    except _WRONG_USE:
        _rollback(db.conn)
        raise
    except sqlite3.Error as error:  # locked, full, read-only, torn
        _rollback(db.conn)
        raise StoreFailed(str(error)) from error
    except BaseException:
        _rollback(db.conn)
        raise


def _begin(conn: sqlite3.Connection) -> None:
    conn.execute("BEGIN")


def _begin_write(conn: sqlite3.Connection) -> None:
    """Take the one writer's place, or sqlite3.OperationalError after BUSY_MS."""
    deadline = time.monotonic() + driver.BUSY_MS / 1000
    conn.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                conn.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(ASK_AGAIN)
    finally:
        conn.execute(f"PRAGMA busy_timeout={driver.BUSY_MS}")


def _by_name(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _write_ahead(conn: sqlite3.Connection) -> None:
    """Switch to WAL. While another process switches the same new file, SQLite does not wait."""
    deadline = time.monotonic() + driver.BUSY_MS / 1000
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
        with suppress(sqlite3.Error):  # a full disk has rolled it back already
            conn.execute("ROLLBACK")
