"""A week of a small community, and proof that the looking-up finds what it looks for."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench import simulation_checks as checks
from bench.simulated_people import Rated
from bench.simulation import BEGIN, Outcome, Plan, simulate
from data.database import Database
from data.settings import Settings

WEEK = Plan(days=7, seed=7, people=600, issues_a_day=8.0, storm_day=3, storm=4.0)
END = BEGIN + timedelta(days=WEEK.days, hours=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("week")


@pytest.fixture(scope="module")
def week(folder: Path) -> Outcome:
    logging.disable(logging.WARNING)
    outcome = simulate(WEEK, folder)
    logging.disable(logging.NOTSET)
    return outcome


@pytest.fixture
def database(week: Outcome, folder: Path, tmp_path: Path) -> Iterator[Database]:  # noqa: ARG001
    """What the week left behind, to be tampered with."""
    shutil.copytree(folder, tmp_path / "week")
    opened = Database.of(Settings(data_dir=tmp_path / "week"))
    yield opened
    opened.close()


def test_a_week_keeps_its_promises(week: Outcome) -> None:
    assert week.faults == []
    for figure, least in (("issues", 28), ("rated", 1), ("delivered again", 1), ("sweeps", 1000)):
        value = week.figures[figure]
        assert isinstance(value, int)
        assert value >= least, figure


def test_a_lost_or_a_strange_message_is_found(database: Database) -> None:
    with database.read() as tx:
        sent = {row["key"]: "" for row in tx.rows("SELECT key FROM messages")}
    assert list(checks.messages(database, sent)) == []
    assert list(checks.messages(database, sent | {"x": ""})) == ["message x was lost"]
    stranger, _ = sent.popitem()
    assert list(checks.messages(database, sent)) == [f"message {stranger} came from nowhere"]


def test_a_push_that_arrived_twice_or_never_is_found(database: Database) -> None:
    sent = "status = 'sent' AND in_doubt = 0"
    with database.write() as tx:
        tx.run(f"DELETE FROM outbox WHERE NOT ({sent})")
        arrived = {row["id"]: 1 for row in tx.rows("SELECT id FROM outbox")}
    assert list(checks.pushes(database, arrived, END)) == []
    first, second = list(arrived)[:2]
    found = checks.pushes(database, arrived | {first: 2, second: 0}, END)
    assert list(found) == [
        f"push {first} arrived 2 times",
        f"push {second} is said to be sent and never arrived",
    ]


@pytest.mark.parametrize(
    ("tampering", "word"),
    [
        ("DELETE FROM events WHERE action = 'overdue'", "late"),
        ("DELETE FROM events WHERE action IN ('untaken', 'nearly', 'overdue')", "untaken"),
        ("UPDATE issues SET owner_team = 'nobody', owner_person = NULL", "no owner"),
    ],
)
def test_silence_and_missing_owners_are_found(
    database: Database, tampering: str, word: str
) -> None:
    assert not any(word in fault for fault in checks.unsaid(database, END))
    with database.write() as tx:
        tx.run(tampering)
    assert any(word in fault for fault in checks.unsaid(database, END))


def test_an_unheard_reporter_and_a_broken_chain_are_found(database: Database) -> None:
    with database.write() as tx:
        tx.run("DELETE FROM outbox")
        tx.run("UPDATE events SET note = 'changed' WHERE action = 'finish'")
    assert list(checks.untold(database))
    assert list(checks.chains(database))


def test_rates_that_differ_are_found(database: Database) -> None:
    until = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
    invented = {"1010-01": Rated(True, True, "satisfied")}
    assert list(checks.three_rates(database, invented, until))
