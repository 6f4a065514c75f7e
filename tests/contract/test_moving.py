"""A whole store moved into another: everything arrives, or nothing does."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data import moving
from data.moving import NotEmpty, NotTheSame, move
from data.tables import issues, people, roster
from tests.contract.engines import ENGINES, keyed
from tests.contract.test_tables import ISSUE, PERSON, TEAM

WAYS = [(a, b) for a in ENGINES for b in ENGINES]


def fill(url: str) -> None:
    """Issues that point at later ones, a gap in the ids, odd characters and numbers."""
    with closing(keyed(url)) as database, database.write() as tx:
        people.put(tx, replace(PERSON, name="李'秀\"兰 %s :x \\ 😀\n"))
        roster.replace_teams(tx, "teams", [TEAM, replace(TEAM, code="t2", capacity=None)])
        first = issues.add(tx, replace(ISSUE, confidence=0.1 + 0.2))
        second = issues.add(tx, replace(ISSUE, number="1123-02"))
        tx.run("UPDATE issues SET parent = :second WHERE id = :first", first=first, second=second)
        third = issues.add(tx, replace(ISSUE, number="1123-03"))
        tx.run("DELETE FROM issues WHERE id = :third", third=third)


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    with closing(keyed(url)) as database, database.read() as tx:
        names = ("people", "teams", "issues", "state", "events")
        return {name: tx.rows(f"SELECT * FROM {name} ORDER BY 1") for name in names}


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_everything_arrives(source: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    old, new = ENGINES[source](tmp_path), ENGINES[target](tmp_path / "a")
    fill(old)
    moved = move(old, new, still=True)
    assert everything(new) == everything(old)
    assert moved["issues"].rows == 2
    with closing(keyed(new)) as database, database.write() as tx:
        added = issues.add(tx, replace(ISSUE, number="1123-04"))
        last = tx.scalar("SELECT MAX(id) FROM issues WHERE id <> :added", added=added)
        assert added == last + 2, "the id of an issue that is gone was given again"


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_nothing_goes_where_something_is(source: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    old, new = ENGINES[source](tmp_path), ENGINES[target](tmp_path / "a")
    fill(old)
    with closing(keyed(new)) as database, database.write() as tx:
        people.put(tx, PERSON)
    before = everything(new)
    with pytest.raises(NotEmpty, match="people"):
        move(old, new, still=True)
    assert everything(new) == before


@pytest.mark.parametrize("engine", ENGINES)
def test_what_arrives_otherwise_is_not_kept(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    old, new = f"sqlite:///{tmp_path / 'old.db'}", ENGINES[engine](tmp_path / "a")
    fill(old)
    honest = moving._send

    def careless(*way: Any) -> moving.Contents:
        sent = honest(*way)
        if way[2] == "people":
            way[1].execute("UPDATE people SET name = 'x'", {})
        return sent

    monkeypatch.setattr(moving, "_send", careless)
    with pytest.raises(NotTheSame, match="people"):
        move(old, new, still=True)
    left = everything(new)
    left.pop("state")  # looking at it gave it a key
    assert not any(left.values())


def test_contents_do_not_depend_on_the_order_but_on_everything_else() -> None:
    rows: list[dict[str, Any]] = [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    same = moving._contents(rows)
    assert same == moving._contents(rows[::-1])
    others: list[list[dict[str, Any]]] = [
        [*rows, rows[0]],
        rows[:1],
        [{"a": 1, "b": None}, {"a": 2, "b": "x"}],
    ]
    assert all(moving._contents(other) != same for other in others)
