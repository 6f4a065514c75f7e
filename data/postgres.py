"""PostgreSQL: several processes on several machines.

"One writer at a time" is an advisory lock that each `alone` transaction takes first and holds to
its end: what BEGIN IMMEDIATE is to SQLite. READ COMMITTED under it sees what the last one left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from weakref import finalize

import psycopg
from psycopg import Connection
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from data import dialect, driver
from data.driver import Cursor, FullText, Kind, StoreFailed
from data.migrations import MIGRATIONS, refuse_newer

log = logging.getLogger(__name__)
TURN = 0x4859_4947  # the lock's number; a schema has its own
NAME = TURN + 1  # those of names, which schemas share: at worst somebody comes again
CONNECTIONS = 16  # of one process, at most
CONNECT_SECONDS = 3  # vendors wait five for an answer
IDLE_MS = 60_000  # a process that stopped in the middle of a write holds the others up no longer
# A machine that vanished is noticed within a minute, not after the two hours of TCP.
_LINK: dict[str, str | int] = {
    "application_name": "huying", "connect_timeout": CONNECT_SECONDS, "keepalives_idle": 20,
    "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000,
}  # fmt: skip


class _Number(Loader):
    """SUM and AVG give `numeric`: a Python number, as SQLite has it."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


class _Transaction:
    """See data.driver.Transaction."""

    skip_locked = " FOR UPDATE SKIP LOCKED"
    full_text: FullText = "tsvector"
    hours = "EXTRACT(EPOCH FROM {end}::timestamptz - {start}::timestamptz)::float8 / 3600"

    def __init__(self, connection: Connection[DictRow]) -> None:
        self.connection = connection

    def execute(self, sql: str, values: dict[str, Any]) -> Cursor:
        return self.connection.execute(dialect.statement(sql), storable(values))

    def execute_many(self, sql: str, values: Iterable[dict[str, Any]]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(dialect.statement(sql), [storable(v) for v in values])

    def take(self, name: str) -> bool:
        sql = f"SELECT pg_try_advisory_xact_lock({NAME}, hashtext(%s)) AS taken"
        row = self.connection.execute(sql, [name]).fetchone()
        return row is not None and bool(row["taken"])

    def tables(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self.connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name <> 'migrations'"
            " ORDER BY table_name, ordinal_position"
        ):
            found.setdefault(row["table_name"], []).append(row["column_name"])
        return found

    def stream(self, sql: str) -> Iterator[dict[str, Any]]:
        with self.connection.cursor(name="stream") as cursor:
            cursor.itersize = 2000
            cursor.execute(sql)
            yield from cursor

    def counters(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for table, _, sequence in _identities(self.connection):
            sql = f"SELECT last_value FROM {sequence} WHERE is_called"
            for row in self.connection.execute(sql):
                found[table] = row["last_value"]
        return found

    def set_counters(self, counters: Mapping[str, int]) -> None:
        for table, column, sequence in _identities(self.connection):
            self.connection.execute(
                f"SELECT setval(%s, top) FROM (SELECT GREATEST(%s, MAX({column})) AS top"
                f" FROM {table}) AS given WHERE top > 0",
                [sequence, counters.get(table)],
            )

    def check_references_at_commit(self) -> None:
        self.connection.execute("SET CONSTRAINTS ALL DEFERRED")


def _identities(connection: Connection[DictRow]) -> list[tuple[str, str, str]]:
    """Tables that give their own ids: the table, its column, the sequence behind it."""
    rows = connection.execute(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_schema) || '.' ||"
        " quote_ident(table_name), column_name) AS sequence FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY table_name"
    )
    return [(row["table_name"], row["column_name"], row["sequence"]) for row in rows]


class _Schema:
    """What a step of the migrations works on."""

    def __init__(self, connection: Connection[DictRow]) -> None:
        self._connection = connection

    def execute(self, sql: str, /) -> Any:
        return self._connection.execute(dialect.definition(sql))


class PostgresDriver:
    """See data.driver.Driver."""

    def __init__(self, url: str) -> None:
        with _told():
            link = make_conninfo("", **{**_LINK, **conninfo_to_dict(url)})
            psycopg.connect(link).close()  # its error says why; the pool's only that it waited
            self._pool = ConnectionPool(
                link,
                connection_class=Connection[DictRow],
                kwargs={"autocommit": True, "row_factory": dict_row},
                configure=_configure,
                min_size=1,
                max_size=CONNECTIONS,
                timeout=CONNECT_SECONDS,
                reconnect_timeout=1.0,  # then it waits for somebody to ask, and tries anew
                open=True,
            )
        finalize(self, self._pool.close)
        with self.transaction("alone") as transaction:
            _migrate(transaction.connection)

    @contextmanager
    def transaction(self, kind: Kind) -> Iterator[_Transaction]:
        with _told():
            connection = self._begun(kind)
            try:
                yield _Transaction(connection)
                _finish(connection, keep=kind != "read")
            finally:
                self._put_back(connection)

    def _begun(self, kind: Kind) -> Connection[DictRow]:
        """A connection with its transaction begun. One that died while it lay idle is replaced."""
        while True:
            connection = self._pool.getconn()
            try:
                connection.execute(_begin(kind), prepare=False)
            except psycopg.Error:
                dead = connection.broken
                self._put_back(connection)
                if not dead:
                    raise
            except BaseException:
                self._put_back(connection)
                raise
            else:
                return connection

    def _put_back(self, connection: Connection[DictRow]) -> None:
        if connection.info.transaction_status != TransactionStatus.IDLE:
            with suppress(psycopg.Error):  # then it is broken, and the pool makes another
                connection.execute("ROLLBACK", prepare=False)
        self._pool.putconn(connection)

    def compact(self) -> None:
        """Old versions of rows are given up; the server's own log lives until it is recycled."""
        with _told():
            connection = self._pool.getconn()
            try:
                connection.execute("VACUUM", prepare=False)
            finally:
                self._put_back(connection)

    def close(self) -> None:
        self._pool.close()


def _begin(kind: Kind) -> str:
    """One trip to the server, the wait for one's turn included."""
    if kind == "read":
        return "BEGIN ISOLATION LEVEL REPEATABLE READ"
    begin = f"BEGIN; SET LOCAL lock_timeout = {driver.BUSY_MS}"
    schema = "hashtext(COALESCE(current_schema(), ''))"
    return begin if kind == "beside" else f"{begin}; SELECT pg_advisory_xact_lock({TURN}, {schema})"


def _finish(connection: Connection[DictRow], *, keep: bool) -> None:
    if keep and connection.info.transaction_status == TransactionStatus.INERROR:
        raise StoreFailed("a statement of this transaction failed")  # COMMIT would say nothing
    connection.execute("COMMIT" if keep else "ROLLBACK", prepare=False)


@contextmanager
def _told() -> Iterator[None]:
    """What the database could not do is StoreFailed; what it must not do stays what it is."""
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError):
        raise
    except psycopg.Error as error:
        raise StoreFailed(str(error)) from error


def _configure(connection: Connection[DictRow]) -> None:
    connection.adapters.register_loader("numeric", _Number)
    connection.execute(
        "SET client_encoding = 'UTF8'; SET synchronous_commit = on;"
        f" SET idle_in_transaction_session_timeout = {IDLE_MS}",
        prepare=False,
    )


def storable(values: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL's text holds every character but NUL, which nobody means to say."""
    return {k: v.replace("\0", "") if isinstance(v, str) else v for k, v in values.items()}


# -- the schema ---------------------------------------------------------------------------------


def _migrate(connection: Connection[DictRow]) -> None:
    """Bring the schema up to date, inside the turn: of several that start at once one does it."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreFailed(f"数据库的编码是 {encoding}，请建成 UTF8 的")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)"
    )
    applied = {row["name"] for row in connection.execute("SELECT name FROM migrations")}
    refuse_newer(sorted(applied))
    pending = [step for step in MIGRATIONS._migrations if step.name not in applied]
    schema: Any = _Schema(connection)
    for step in pending:
        step.fn(schema)
        connection.execute(
            "INSERT INTO migrations (name, applied_at) VALUES (%s, %s)",
            [step.name, datetime.now(UTC).isoformat()],
        )
    if pending:
        _Transaction(connection).set_counters({})  # a step may have filled a table, ids and all
        log.info("schema brought up to date: %s", "、".join(step.name for step in pending))
