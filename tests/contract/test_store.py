"""What every engine must keep: transactions, views, contention, migrations."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import driver
from data.database import Database, StoreFailed, stamp
from data.migrations import MIGRATIONS, SchemaIsNewer
from data.tables import issues, roster
from tests.contract.engines import aside, open_and_close, together

DAY = "2026-11-23"


def count(database: Database) -> int:
    """How far the running number of DAY has come."""
    with database.read() as tx:
        return int(tx.scalar("SELECT last FROM numbers WHERE day = :day", day=DAY) or 0)


def count_up(database: Database) -> int:
    with database.write() as tx:
        return issues.next_number(tx, DAY)


# -- transactions -------------------------------------------------------------------------------


def test_what_was_written_is_there_for_other_connections_and_later_processes(url: str) -> None:
    first = Database(url)
    count_up(first)
    assert aside(lambda: count(first)) == 1
    first.close()
    second = Database(url)
    assert count(second) == 1
    second.close()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, StoreFailed])
def test_an_exception_undoes_the_whole_block_and_reaches_the_caller(
    database: Database, error: type[BaseException]
) -> None:
    def interrupted() -> None:
        with database.write() as tx:
            issues.next_number(tx, DAY)
            roster.touch(tx)
            raise error("told to fail")

    count_up(database)
    with pytest.raises(error):
        interrupted()
    assert count(database) == 1
    with database.read() as tx:
        assert roster.version(tx) == 0
    assert count_up(database) == 2


def test_a_statement_that_fails_undoes_the_block(database: Database) -> None:
    def half_done() -> None:
        with database.write() as tx:
            issues.next_number(tx, DAY)
            tx.run("INSERT INTO no_such_table (a) VALUES (1)")

    with pytest.raises(StoreFailed):
        half_done()
    assert count(database) == 0


def test_a_misspelt_table_is_refused_and_not_made(database: Database) -> None:
    with pytest.raises(StoreFailed), database.write() as tx:
        tx.insert("no_such_table", [{"a": 1}])
    with pytest.raises(StoreFailed), database.read() as tx:
        tx.scalar("SELECT COUNT(*) FROM no_such_table")


def test_read_keeps_nothing(database: Database) -> None:
    with database.read() as tx:
        issues.next_number(tx, DAY)
    assert count(database) == 0


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    count_up(database)
    with database.read() as tx:
        before = tx.scalar("SELECT last FROM numbers WHERE day = :day", day=DAY)
        aside(lambda: count_up(database))
        during = tx.scalar("SELECT last FROM numbers WHERE day = :day", day=DAY)
    assert (before, during) == (1, 1)
    assert count(database) == 2


def test_an_open_transaction_is_seen_by_its_own_thread_only(database: Database) -> None:
    """A connection each: on a shared one the other thread would see it, or commit it."""
    with database.write() as tx:
        issues.next_number(tx, DAY)
        assert aside(lambda: count(database)) == 0
        assert tx.scalar("SELECT last FROM numbers WHERE day = :day", day=DAY) == 1


# -- contention ---------------------------------------------------------------------------------


@pytest.mark.parametrize("drivers", [1, 2])
def test_reading_before_writing_waits_for_its_turn(url: str, drivers: int) -> None:
    """Eight threads, as one process or as two: none fails, none overwrites another's count."""
    opened = [Database(url) for _ in range(drivers)]
    rounds, threads = 25, 8
    count_up(opened[0])

    def read_then_write(index: int) -> None:
        mine = opened[index % drivers]
        for _ in range(rounds):
            with mine.write() as tx:
                last = tx.scalar("SELECT last FROM numbers WHERE day = :day", day=DAY)
                tx.run("UPDATE numbers SET last = :last WHERE day = :day", last=last + 1, day=DAY)

    together(threads, read_then_write)
    assert count(opened[0]) == 1 + rounds * threads
    for each in opened:
        each.close()


def test_numbers_count_up_without_gaps_or_doubles(database: Database) -> None:
    def take(index: int) -> list[int]:
        taken = []
        for turn in range(25):
            try:
                with database.write() as tx:
                    number = issues.next_number(tx, DAY)
                    if (index + turn) % 5 == 0:
                        raise ValueError("this issue is not recorded after all")
            except ValueError:
                continue
            taken.append(number)
        return taken

    taken = sorted(number for each in together(8, take) for number in each)
    assert taken == list(range(1, len(taken) + 1))
    assert len(taken) == 8 * 20


def test_each_day_counts_for_itself(database: Database) -> None:
    with database.write() as tx:
        first = [issues.next_number(tx, DAY) for _ in range(3)]
        other = issues.next_number(tx, "2026-11-24")
    assert (first, other) == ([1, 2, 3], 1)


@pytest.mark.parametrize("drivers", [1, 2])
def test_whoever_waits_too_long_is_told_and_nothing_is_kept(
    url: str, monkeypatch: pytest.MonkeyPatch, drivers: int
) -> None:
    monkeypatch.setattr(driver, "BUSY_MS", 100)
    opened = [Database(url) for _ in range(drivers)]

    def blocked() -> None:
        with pytest.raises(StoreFailed):
            count_up(opened[-1])

    with opened[0].write() as tx:
        issues.next_number(tx, DAY)
        aside(blocked)
    assert count(opened[0]) == 1
    aside(lambda: count_up(opened[-1]))
    assert count(opened[0]) == 2
    for each in opened:
        each.close()


def test_a_transaction_inside_another_of_the_same_thread_is_refused_at_once(
    database: Database,
) -> None:
    """It could not be undone by itself; waiting for its own thread it would never begin."""
    with database.write() as tx:
        issues.next_number(tx, DAY)
        with pytest.raises(StoreFailed):
            count_up(database)
    assert count(database) == 1


# -- migrations ---------------------------------------------------------------------------------


def test_opening_again_changes_nothing(url: str) -> None:
    first = Database(url)
    count_up(first)
    second = Database(url)
    assert count(second) == 1
    first.close()
    second.close()


def test_processes_may_start_at_once_on_nothing(url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(3)
    starts = [spawn.Process(target=open_and_close, args=(url, gate)) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert [start.exitcode for start in starts] == [0, 0, 0]
    database = Database(url)
    assert count_up(database) == 1
    database.close()


def test_threads_may_open_at_once_on_nothing(url: str) -> None:
    """Many tries at the race that the processes above run once."""
    gate = threading.Barrier(6)
    failures: list[Exception] = []

    def start() -> None:
        gate.wait(30)
        try:
            Database(url).close()
        except Exception as error:  # noqa: BLE001  whatever it is, it must not be
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_a_schema_from_a_later_program_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(MIGRATIONS, "_migrations", [*MIGRATIONS._migrations])
        MIGRATIONS(name="m9999_from_the_future")(lambda db: None)  # noqa: ARG005
        newer = Database(url)
        count_up(newer)
        newer.close()
    with pytest.raises(SchemaIsNewer, match="m9999_from_the_future"):
        Database(url)


# -- times --------------------------------------------------------------------------------------

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 2), max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5))]),
)  # fmt: skip


@given(MOMENTS, MOMENTS)
def test_stored_times_sort_as_text_and_lose_nothing(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
    assert datetime.fromisoformat(stamp(one)) == one
