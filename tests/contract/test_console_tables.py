"""What the console keeps and how issues are found, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.database import Database, Tx
from data.staff_rows import StaffSession
from data.tables import issues, logins, people, search
from desk.service import nobody
from tests.contract.engines import together
from tests.contract.test_tables import ISSUE

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def found(tx: Tx, query: str) -> list[int]:
    condition, phrase = search.condition(tx, query)
    rows = tx.rows(f"SELECT id FROM issues WHERE {condition} ORDER BY id", phrase=phrase)
    return [row["id"] for row in rows]


def with_texts(tx: Tx, *texts: str) -> list[int]:
    """An issue for each text, in the index."""
    people.put(tx, nobody("lisa", NOW))
    made = []
    for i, text in enumerate(texts):
        made.append(issues.add(tx, replace(ISSUE, reporter="lisa", number=f"1123-{i + 1:02d}")))
        search.put(tx, made[-1], text)
    return made


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("楼道灯", [0]),
        ("道灯", [0]),
        ("灯", [0, 1]),
        ("灯坏", [0]),
        ("路灯", [1]),
        ("坏灯", []),
        ("楼单元", []),
        ("3号楼", [0]),
        ("2单", [0]),
        ("楼2单元", [0]),
        ("号楼2", [0]),
        ("wifi", [1]),
        ("ＷＩＦＩ", [1]),
        ("wi", [1]),
        ("楼道 坏", [0]),
        ("楼道 wifi", []),
        ("亮 wifi", [1]),
        ("了", [0]),
    ],
)
def test_two_characters_and_more_are_found_wherever_they_stand(
    database: Database, query: str, hits: list[int]
) -> None:
    with database.write() as tx:
        made = with_texts(tx, "3号楼2单元的楼道灯坏了", "路灯不亮，没有WiFi")
    with database.read() as tx:
        assert found(tx, query) == [made[hit] for hit in hits]


def test_a_note_is_found_too_but_no_phrase_reaches_from_one_text_into_the_next(
    database: Database,
) -> None:
    with database.write() as tx:
        [issue] = with_texts(tx, "楼道灯")
        search.put(tx, issue, "坏了")
    with database.read() as tx:
        assert found(tx, "坏了") == [issue]
        assert found(tx, "灯坏") == []


def test_what_is_forgotten_is_not_found(database: Database) -> None:
    with database.write() as tx:
        [issue] = with_texts(tx, "楼道灯")
        search.forget(tx, issue)
        assert found(tx, "楼道") == []
        search.put(tx, issue, "路灯")
        assert found(tx, "路灯") == [issue]
        assert found(tx, "楼道") == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(alphabet="灯楼道坏了aA1'\"*()&|!<:-^。 ", min_size=1, max_size=12))
def test_no_query_is_more_than_words(database: Database, query: str) -> None:
    if search.says_something(query):
        with database.read() as tx:
            assert found(tx, query) == []


def test_wrong_passwords_are_counted_one_by_one_however_many_come_at_once(
    database: Database,
) -> None:
    with database.write() as tx:
        people.put(tx, nobody("wang", NOW, role="worker"))
        logins.add(tx, "wang", "wang", NOW)
    until = NOW + timedelta(minutes=15)

    def fail(_: int) -> None:
        with database.write() as tx:
            logins.failed(tx, "wang", 5, until)

    together(4, fail)
    with database.read() as tx:
        login = logins.by_person(tx, "wang")
        assert login is not None
        assert (login.failures, login.locked_until) == (4, None)
    fail(0)
    with database.read() as tx:
        login = logins.by_person(tx, "wang")
    assert login is not None
    assert (login.failures, login.locked_until) == (0, until)


def test_a_time_steps_code_is_used_up_once(database: Database) -> None:
    with database.write() as tx:
        people.put(tx, nobody("wang", NOW, role="worker"))
        logins.add(tx, "wang", "wang", NOW)
        logins.set_totp(tx, "wang", "SECRET", 0)

    def use(_: int) -> bool:
        with database.write() as tx:
            return logins.use_step(tx, "wang", 7)

    assert sorted(together(4, use)) == [False, False, False, True]


def test_sessions_end_and_stale_ones_are_swept(database: Database) -> None:
    session = StaffSession("a", "wang", NOW, NOW, NOW + timedelta(hours=12), "")
    with database.write() as tx:
        people.put(tx, nobody("wang", NOW, role="worker"))
        logins.add(tx, "wang", "wang", NOW)
        for name in "abc":
            logins.open_session(tx, replace(session, hash=name))
        logins.seen(tx, "b", NOW + timedelta(hours=2))
        logins.end_stale(tx, NOW + timedelta(hours=2), NOW + timedelta(hours=1))
        assert [each.hash for each in logins.sessions_of(tx, "wang")] == ["b"]
        logins.disable(tx, "wang", NOW)
        assert logins.session(tx, "b") is None
        logins.disable(tx, "wang", None)
        assert logins.session(tx, "b") is not None
        logins.end_sessions(tx, "wang")
        assert logins.session(tx, "b") is None
