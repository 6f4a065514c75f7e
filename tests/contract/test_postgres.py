"""What only PostgreSQL can get wrong: writers side by side, servers that go away, idle holders."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg
import pytest

from data import driver, postgres
from data.database import Database, StoreFailed
from data.tables import issues, outbox
from tests.contract import cluster
from tests.contract.cluster import Cluster
from tests.contract.engines import aside, together
from tests.contract.test_outbox import LEASE, NOW, claim, queue, stored
from tests.contract.test_store import DAY, count, count_up


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A server of this test's own, which it may stop."""
    mine = cluster.own()
    yield mine
    mine.remove()


# -- writers side by side -----------------------------------------------------------------------


def test_a_taker_passes_over_what_another_is_taking(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_MS", 2000)
    for key in ("first", "second"):
        queue(database, key)
    with database.write(alone=False) as tx:
        mine = outbox.claim(tx, ("wechat",), NOW, NOW + LEASE)
        other = aside(lambda: claim(database))
        nothing = aside(lambda: claim(database))
    assert mine is not None
    assert other is not None
    assert (mine.key, other.key, nothing) == ("first", "second", None)


def test_couriers_do_not_wait_for_the_desk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_MS", 2000)
    queue(database, "push")
    with database.write() as tx:
        issues.next_number(tx, DAY)
        taken = aside(lambda: claim(database))
    assert taken is not None


def test_the_desk_does_not_wait_for_a_courier(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BUSY_MS", 2000)
    queue(database, "push")
    with database.write(alone=False) as tx:
        outbox.claim(tx, ("wechat",), NOW, NOW + LEASE)
        assert aside(lambda: count_up(database)) == 1


def test_taken_and_cancelled_at_once_is_one_of_both(database: Database) -> None:
    """A desk withdraws a push at the very moment at which a courier takes it."""
    for number in range(40):
        queue(database, f"7:{number}:a")

    def work(index: int) -> int:
        done = 0
        for number in range(40):
            if index % 2:
                done += claim(database) is not None
            else:
                with database.write() as tx:
                    done += outbox.cancel(tx, f"7:{number}:")
        return done

    changed = sum(together(4, work))
    assert changed == 40
    assert {push.status for push in stored(database)} <= {"sending", "cancelled"}


def test_two_schemas_of_one_database_do_not_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "BUSY_MS", 500)
    one, other = (Database(cluster.shared().schema()) for _ in range(2))
    with closing(one), closing(other), one.write() as tx:
        issues.next_number(tx, DAY)
        assert aside(lambda: count_up(other)) == 1


# -- what a transaction says --------------------------------------------------------------------


def test_a_failure_that_was_swallowed_is_not_taken_for_success(database: Database) -> None:
    """After a failed statement COMMIT rolls back without a word."""

    def careless() -> None:
        with database.write() as tx:
            issues.next_number(tx, DAY)
            with suppress(psycopg.IntegrityError):
                tx.run("INSERT INTO numbers (day, last) VALUES (:day, 7)", day=DAY)

    with pytest.raises(StoreFailed):
        careless()
    assert count(database) == 0


def test_a_commit_is_on_the_disk_whatever_the_servers_setting(url: str) -> None:
    with closing(Database(f"{url}%20-csynchronous_commit%3Doff")) as opened, opened.read() as tx:
        assert tx.scalar("SHOW synchronous_commit") == "on"


def test_a_nul_is_left_out(database: Database) -> None:
    queue(database, "a\0b")
    assert [push.key for push in stored(database)] == ["ab"]


def test_a_database_in_another_encoding_is_refused(url: str) -> None:
    link = psycopg.connect(url, autocommit=True)
    with closing(link):
        link.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc"
            " TEMPLATE template0"
        )
    with pytest.raises(StoreFailed, match="LATIN1"):
        Database(cluster.shared().url("latin"))


def test_an_address_that_does_not_answer_is_named_at_once(url: str) -> None:
    began = time.monotonic()
    with pytest.raises(StoreFailed, match="nowhere"):
        Database(url.replace("host=/", "host=/nowhere/"))
    with pytest.raises(StoreFailed):
        Database("postgresql://host:port:what/?no")
    assert time.monotonic() - began < 2 * postgres.CONNECT_SECONDS


# -- servers that go away -----------------------------------------------------------------------


def test_connections_that_died_while_idle_are_replaced_unnoticed(database: Database) -> None:
    def hold(_: int) -> None:
        count_up(database)

    together(8, hold)
    with psycopg.connect(cluster.shared().url("postgres"), autocommit=True) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'huying'"
        )
    assert sorted(together(8, lambda _: count_up(database))) == list(range(9, 17))


def test_a_connection_that_dies_in_the_middle_keeps_nothing(database: Database) -> None:
    def cut(pid: int) -> None:
        with psycopg.connect(cluster.shared().url("postgres"), autocommit=True) as link:
            link.execute("SELECT pg_terminate_backend(%s)", [pid])

    def interrupted() -> None:
        with database.write() as tx:
            issues.next_number(tx, DAY)
            cut(tx.scalar("SELECT pg_backend_pid()"))

    with pytest.raises(StoreFailed):
        interrupted()
    assert count_up(database) == 1


def test_the_store_fails_while_the_server_is_gone_and_comes_back_with_it(server: Cluster) -> None:
    with closing(Database(server.fresh())) as opened:
        count_up(opened)
        server.stop()
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(StoreFailed):
                count_up(opened)
            assert time.monotonic() - began < postgres.CONNECT_SECONDS + 1
        server.start()
        assert count_up(opened) == 2


def test_what_was_committed_survives_a_crash_of_the_server(server: Cluster) -> None:
    with closing(Database(server.fresh())) as opened:
        acknowledged: list[int] = []
        stop = threading.Event()

        def write(_: int) -> None:
            with suppress(StoreFailed):
                while not stop.is_set():
                    acknowledged.append(count_up(opened))

        crash = threading.Timer(0.5, server.stop)
        crash.start()
        together(4, write)
        stop.set()
        crash.join()
        server.start()
        last = count(opened)
    assert len(acknowledged) > 20
    assert len(set(acknowledged)) == len(acknowledged)
    assert last >= max(acknowledged)
    # Committed but not acknowledged: each of the four may have been waiting for its answer.
    assert last - len(acknowledged) in range(5)


def test_a_holder_that_stopped_in_the_middle_is_dropped(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "IDLE_MS", 200)
    with closing(Database(url)) as database:

        def stopped() -> None:
            with database.write() as tx:
                issues.next_number(tx, DAY)
                assert aside(lambda: count_up(database)) == 1

        with pytest.raises(StoreFailed):
            stopped()
        assert count(database) == 1
