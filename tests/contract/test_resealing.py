"""Stores that an earlier version left behind, on either engine: nothing stays plain or unread."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from data.database import Database, open_driver
from data.sealing import WrongKey, looks_sealed
from data.tables import issues, people
from tests.contract.engines import keyed, together
from tests.contract.test_tables import ISSUE, PERSON

ODD = ("§", "§abc123:", "§000000:AAAA", "张三§李四", "")


def stored(url: str, table: str, column: str) -> list[str]:
    """A column as it lies there."""
    driver = open_driver(url)
    with driver.transaction("read") as tx:
        rows = tx.execute(f"SELECT {column} FROM {table} ORDER BY 1", {}).fetchall()
    driver.close()
    return [row[column] for row in rows]


def test_words_that_look_sealed_are_sealed_like_others(url: str) -> None:
    with closing(Database(url)) as plain, plain.write() as tx:
        people.put(tx, PERSON)
        for number, text in enumerate(ODD):
            issues.add(tx, replace(ISSUE, number=f"1123-{number:02d}", text=text))
    with closing(keyed(url)) as database, database.read() as tx:
        assert [issue.text for issue in issues.latest(tx)[::-1]] == list(ODD)
    assert [looks_sealed(text) for text in stored(url, "issues", "text")] == [False, *[True] * 4]


def test_what_an_earlier_list_left_plain_is_sealed_when_it_is_opened(url: str) -> None:
    with closing(keyed(url)) as database, database.write() as tx:
        people.put(tx, PERSON)
        issues.add(tx, ISSUE)
        tx.run("UPDATE issues SET evidence = :words", words='["若兮"]')
        tx.run("UPDATE state SET value = 'of an earlier list' WHERE name = 'sealed'")
    for _ in range(2):  # the second time there is nothing left to do
        with closing(keyed(url)) as database, database.read() as tx:
            [issue] = issues.latest(tx)
            assert issue.evidence == ("若兮",)
            assert issue.text == ISSUE.text
        assert all(looks_sealed(words) for words in stored(url, "issues", "evidence"))


def test_somebody_is_found_after_the_key_was_changed_and_by_nobody_without_it(url: str) -> None:
    with closing(keyed(url)) as database:
        with database.write() as tx:
            people.put(tx, replace(PERSON, invite="135790"))
            before = tx.fingerprint("household of 1", "3号楼301")
        assert database.rotate(b"another") > 0
    with closing(keyed(url, "another")) as database, database.read() as tx:
        assert [p.id for p in people.by_name(tx, PERSON.name)] == [PERSON.id]
        assert people.by_invite(tx, "135790") == replace(PERSON, invite="135790")
        assert people.by_invite(tx, "") is None
        assert tx.fingerprint("household of 1", "3号楼301") == before
    with pytest.raises(WrongKey, match="密钥不对"):
        keyed(url)


def test_of_those_who_open_a_new_store_at_once_one_makes_the_pepper(url: str) -> None:
    with closing(Database(url)):
        opened = together(4, lambda _: keyed(url))
    try:
        prints = set()
        for database in opened:
            with database.read() as tx:
                prints.add(tx.fingerprint("name", PERSON.name))
        assert len(prints) == 1
    finally:
        for database in opened:
            database.close()
