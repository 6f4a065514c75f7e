"""What is old goes, on every store alike, and what is held stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.database import Database, Tx
from data.rows import Issue
from data.tables import forgetting, issues, messages, outbox, people, persons, reporters
from data.tables.forgetting import Limits
from tests.contract.test_tables import ISSUE, MESSAGE, NOW, PERSON

LONG_AGO = NOW - timedelta(days=2000)
LIMITS = Limits(NOW - timedelta(hours=23), NOW - timedelta(days=30), NOW - timedelta(days=1095))
CLOSED = replace(ISSUE, status="closed", closed_at=LONG_AGO, created_at=LONG_AGO)


@pytest.fixture
def peopled(database: Database) -> Database:
    with database.write() as tx:
        people.put(tx, PERSON)
        people.put(tx, replace(PERSON, id="neighbour"))
    return database


def issue(tx: Tx, number: int, like: Issue) -> Issue:
    wanted = replace(like, number=f"1123-{number:02d}", message=f"m{number}")
    return replace(wanted, id=issues.add(tx, wanted))


def said(tx: Tx, key: str, hours: float, about: int | None) -> None:
    messages.receive(tx, replace(MESSAGE, key=key, received_at=NOW - timedelta(hours=hours)))
    messages.answer(tx, key, "好", about)


def test_chat_goes_before_words_of_issues_and_what_is_held_stays(peopled: Database) -> None:
    with peopled.write() as tx:
        open_, held = issue(tx, 1, ISSUE), issue(tx, 2, replace(ISSUE, held_at=NOW))
        said(tx, "young chat", 22, None)
        said(tx, "old chat", 24, None)
        said(tx, "young words", 24 * 29, open_.id)
        said(tx, "old words", 24 * 31, open_.id)
        said(tx, "held words", 24 * 31, held.id)
        assert forgetting.counted(tx, LIMITS) | {"pushes": 0} == {
            "chat": 1, "raw": 1, "joined": 0, "pushes": 0, "issues": 0,
        }  # fmt: skip
        assert forgetting.forget_chat(tx, LIMITS, 100) == 2
        left = {row["key"] for row in tx.rows("SELECT key FROM messages")}
    assert left == {"young chat", "young words", "held words"}


def test_what_still_waits_to_be_handled_is_not_chat_yet(peopled: Database) -> None:
    """The server stood still for a day, and its sweep came before the late messages' turn."""
    with peopled.write() as tx:
        for key, hours in (("waits", 24.0), ("never handled", 24.0 * 31)):
            at = NOW - timedelta(hours=hours)
            messages.receive(tx, replace(MESSAGE, key=key, received_at=at, deferred_until=at))
        assert forgetting.counted(tx, LIMITS)["chat"] == 0
        forgetting.forget_chat(tx, LIMITS, 100)
        assert [waiting.key for waiting in messages.deferred(tx, NOW)] == ["waits"]


def test_of_somebody_who_is_erased_nothing_waits(peopled: Database) -> None:
    with peopled.write() as tx:
        messages.receive(tx, replace(MESSAGE, person=PERSON.id, deferred_until=NOW))
        forgetting.forget_sayings(tx, PERSON.id, (), "neighbour")
        assert messages.deferred(tx, NOW) == []


def test_pushes_that_are_done_and_joined_words_are_emptied(peopled: Database) -> None:
    then = NOW - timedelta(days=31)
    with peopled.write() as tx:
        mine = issue(tx, 1, ISSUE)
        reporters.join(tx, mine.id, "neighbour", then, "我家也是")
        for key, status in (("sent", "sent"), ("waiting", "queued")):
            outbox.add(tx, key=key, issue=mine.id, person="p", channel="wechat", address="a",
                       text="卡片", urgent=False, at=then)  # fmt: skip
            tx.run("UPDATE outbox SET status = :status WHERE key = :key", status=status, key=key)
        assert forgetting.forget_words(tx, LIMITS, 100) == 2
        texts = {row["key"]: row["text"] for row in tx.rows("SELECT key, text FROM outbox")}
        assert texts == {"sent": "", "waiting": "卡片"}
        assert reporters.text_of(tx, mine.id, "neighbour") == ""


def test_only_what_was_closed_long_ago_and_is_not_held_has_aged(peopled: Database) -> None:
    with peopled.write() as tx:
        old = issue(tx, 1, CLOSED)
        issue(tx, 2, replace(CLOSED, held_at=NOW))
        issue(tx, 3, replace(CLOSED, anonymous_at=NOW))
        issue(tx, 4, replace(CLOSED, closed_at=NOW))
        issue(tx, 5, replace(CLOSED, status="assigned", closed_at=None))
        merged = issue(tx, 6, replace(CLOSED, status="merged", closed_at=None))
        assert [each.id for each in forgetting.aged(tx, LIMITS, 10)] == [old.id, merged.id]


def test_what_keeps_a_person_is_open_or_held_his_own_or_joined(peopled: Database) -> None:
    with peopled.write() as tx:
        open_ = issue(tx, 1, ISSUE)
        issue(tx, 2, CLOSED)
        held = issue(tx, 3, replace(CLOSED, held_at=NOW))
        joined = issue(tx, 4, replace(ISSUE, reporter="neighbour"))
        reporters.join(tx, joined.id, "p", NOW, "")
        found = [each.id for each in forgetting.kept_issues(tx, "p")]
    assert found == [open_.id, held.id, joined.id]


def test_sayings_go_but_for_those_of_kept_issues(peopled: Database) -> None:
    with peopled.write() as tx:
        people.put(tx, replace(PERSON, id="nobody"))
        kept, gone = issue(tx, 1, ISSUE), issue(tx, 2, CLOSED)
        said(tx, "kept", 1, kept.id)
        said(tx, "gone", 1, gone.id)
        said(tx, "chat", 1, None)
        forgetting.forget_sayings(tx, "p", [kept.id], "nobody")
        assert [message.key for message in messages.of_person(tx, "p")] == ["kept"]
        blank = messages.of_person(tx, "nobody")
    assert {message.text for message in blank} == {""}
    assert {message.key for message in blank} == {"gone", "chat"}


def test_a_person_can_be_emptied_on_every_store(peopled: Database) -> None:
    with peopled.write() as tx:
        people.bind(tx, "wechat", "a", "p")
        people.withdraw(tx, "p", NOW)
        assert people.has_withdrawn(tx, "p")
        people.ask_to_erase(tx, "p", NOW)
        assert [person.id for person in people.to_erase(tx)] == ["p"]
        persons.take_out(tx, "p", "neighbour", NOW)
        assert people.by_account(tx, "wechat", "a") is None
        left = people.by_id(tx, "p")
        assert people.to_erase(tx) == []
    assert left is not None
    assert (left.name, left.estate, left.withdrawn_at) == ("", None, None)
