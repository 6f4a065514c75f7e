"""Lists are searched on either engine, also where the words lie sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.database import Database
from data.practice_rows import Entry
from data.tables import browse, entries, people
from data.tables.browse import Wanted
from tests.contract.test_tables import NOW, PERSON

TITLES = ("一床电热毯", "Wi-Fi 路由器", "旧电热毯一床 100%", "理发", "电热毯")
ENTRY = Entry(
    id=0, kind="wish", number=0, status="published", title="", text="", category="", skills=(),
    times=(), estate=None, building=None, grid=None, proposer="p", beneficiary=None, team=None,
    issue=None, capacity=1, created_at=NOW, listed_at=None, valid_until=None, warned=0, data={},
)  # fmt: skip


@pytest.fixture
def wishes(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(browse, "_BATCH", 2)
    with database.write() as tx:
        people.put(tx, PERSON)
        for number, title in enumerate(TITLES, 1):
            entries.add(tx, replace(ENTRY, number=number, title=title, estate="甲院"))
    return database


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("电热毯", [5, 3, 1]),
        ("一床 电热毯", [3, 1]),
        ("甲院 理发", [4]),
        ("wi-fi", [2]),
        ("%", [3]),
        ("_", []),
        ("愿-2", [2]),
        ("", [5, 4, 3, 2, 1]),
    ],
)
def test_words_are_found_where_they_lie_sealed(
    wishes: Database, words: str, numbers: list[int]
) -> None:
    wanted = Wanted({"kind": ["wish"]}, words, ("title", "estate"))
    with wishes.read() as tx:
        found = browse.page(tx, Entry, "entries", wanted, 10)
        assert [entry.number for entry in found] == numbers
        assert browse.count(tx, Entry, "entries", wanted) == len(numbers)


def test_pages_of_what_was_found_follow_each_other(wishes: Database) -> None:
    wanted = Wanted({}, "电热毯", ("title",))
    with wishes.read() as tx:
        first = browse.page(tx, Entry, "entries", wanted, 2)
        rest = browse.page(tx, Entry, "entries", replace(wanted, before=first[-1].number), 2)
    assert [entry.number for entry in (*first, *rest)] == [5, 3, 1]
