"""What the tables promise: dedupe key, dialogs, issues and their log, people, roster, phones."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.database import Database, StoreFailed
from data.rows import Event, Grid, Issue, Person, PlaceRange, Session, StoredMessage, Team
from data.tables import issues, ledger, messages, people, phones, roster
from tests.contract.engines import together

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

MESSAGE = StoredMessage(
    key="wechat:wx1:1001", channel="wechat", chat="", person="p", kind="text", text="楼道灯坏了",
    media={"id": "M1", "url": ""}, received_at=NOW, reply=None,
)  # fmt: skip
PERSON = Person(
    id="p", name="李秀兰", role="resident", phone="", estate="泉馨苑小区", building="3", unit="2",
    room=None, grid="CYJ-2-1-1", invite=None, noticed_at=None, created_at=NOW,
)  # fmt: skip
# Whatever columns an issue has: empty, but for those that the tests look at.
EMPTY = {"int": 0, "str": "", "Words": ()}
COLUMNS: dict[str, Any] = {column.name: EMPTY.get(str(column.type)) for column in fields(Issue)}
COLUMNS |= {
    "day": "2026-11-23", "number": "1123-01", "status": "assigned", "level": "U2",
    "category": "repair.light", "nature": "求助", "text": "楼道灯坏了", "estate": "泉馨苑小区",
    "building": "3", "reporter": "p", "channel": "wechat", "message": MESSAGE.key,
    "owner_team": "t", "confidence": 0.93, "evidence": ("楼道灯", "坏了"),
    "candidates": (("repair.light", 0.93), ("repair.lift", 0.04)),
    "created_at": NOW, "contact_due": NOW, "done_due": NOW, "source": "asked", "mode": "visit",
}  # fmt: skip
ISSUE = Issue(**COLUMNS)
TEAM = Team("t", "小扳手", ("扳手队",), "volunteer", ("repair.*",), (), (), 12, ("p",), "", "")


@pytest.fixture
def peopled(database: Database) -> Database:
    with database.write() as tx:
        people.put(tx, PERSON)
        people.put(tx, replace(PERSON, id="staff", name="王芳", role="worker", invite="123456"))
        roster.replace_teams(tx, "teams", [TEAM, replace(TEAM, code="another")])
    return database


def add(database: Database, issue: Issue) -> Issue:
    with database.write() as tx:
        return replace(issue, id=issues.add(tx, issue))


# -- messages and dialogs -----------------------------------------------------------------------


def test_of_eight_equal_deliveries_one_is_new(database: Database) -> None:
    def deliver(index: int) -> bool:
        with database.write() as tx:
            return messages.receive(tx, replace(MESSAGE, text=f"delivery {index}"))

    new = together(8, deliver)
    assert new.count(True) == 1
    with database.read() as tx:
        kept = messages.by_key(tx, MESSAGE.key)
    assert kept == replace(MESSAGE, text=f"delivery {new.index(True)}")


def test_the_answer_is_kept_with_its_message(database: Database) -> None:
    with database.write() as tx:
        messages.receive(tx, MESSAGE)
        messages.answer(tx, MESSAGE.key, "收到")
    with database.write() as tx:
        assert not messages.receive(tx, MESSAGE)
    with database.read() as tx:
        assert messages.by_key(tx, MESSAGE.key) == replace(MESSAGE, reply="收到")
        assert messages.by_key(tx, "wechat:wx1:1002") is None


def test_groups_that_were_heard_of(database: Database) -> None:
    with database.write() as tx:
        for number, (chat, days) in enumerate((("", 0), ("a", 0), ("b", 1), ("a", 2))):
            at = NOW + timedelta(days=days)
            messages.receive(tx, replace(MESSAGE, key=f"aibot:{number}", chat=chat, received_at=at))
        found = [("a", NOW + timedelta(days=2)), ("b", NOW + timedelta(days=1))]
        assert messages.chats(tx) == found
        assert messages.chats(tx, 1) == found[:1]


def test_a_dialog_is_replaced_ended_once_and_expires(database: Database) -> None:
    first = Session("wechat", "", "p", "place", 1, {"drafts": [{"text": "灯"}]}, NOW)
    second = replace(first, asked=2, awaiting="home")
    elsewhere = replace(first, chat="group", expires_at=NOW + timedelta(seconds=1))
    with database.write() as tx:
        for session in (first, second, elsewhere):
            messages.put_session(tx, session)
    with database.read() as tx:
        assert messages.session(tx, "wechat", "", "p") == second
        assert messages.expired_sessions(tx, NOW - timedelta(seconds=1)) == []
        assert messages.expired_sessions(tx, NOW) == [second]
    with database.write() as tx:
        assert messages.end_session(tx, second)
        assert not messages.end_session(tx, second)
        assert messages.session(tx, "wechat", "group", "p") == elsewhere


# -- issues -------------------------------------------------------------------------------------


def test_an_issue_comes_back_as_it_went_in(peopled: Database) -> None:
    stored = add(peopled, ISSUE)
    changed = replace(stored, status="done", done_at=NOW, result="已换灯", against=("wang",))
    with peopled.write() as tx:
        assert issues.by_id(tx, stored.id) == stored
        issues.save(tx, changed)
    with peopled.read() as tx:
        assert issues.by_id(tx, stored.id) == changed
        assert issues.by_message(tx, MESSAGE.key) == [changed]


def test_a_number_means_the_newest_issue_that_bears_it(peopled: Database) -> None:
    add(peopled, replace(ISSUE, day="2025-11-23"))
    newer = add(peopled, ISSUE)
    with peopled.read() as tx:
        assert issues.by_number(tx, "1123-01") == newer


@pytest.mark.parametrize(
    "bad",
    [
        replace(ISSUE, owner_team=None),
        replace(ISSUE, reporter="somebody unknown"),
    ],
    ids=["nobody answers for it", "nobody reported it"],
)
def test_the_store_itself_refuses_an_impossible_issue(peopled: Database, bad: Issue) -> None:
    with pytest.raises(Exception, match="constraint"):
        add(peopled, bad)
    with peopled.read() as tx:
        assert issues.latest(tx) == []


def test_a_number_is_given_once_a_day(peopled: Database) -> None:
    add(peopled, ISSUE)
    with pytest.raises(Exception, match="constraint"):
        add(peopled, ISSUE)


def test_owners_see_the_most_urgent_first_and_only_what_is_open(peopled: Database) -> None:
    calm = add(peopled, replace(ISSUE, number="1123-01"))
    urgent = add(peopled, replace(ISSUE, number="1123-02", level="U0"))
    alone = add(peopled, replace(ISSUE, number="1123-03", owner_team=None, owner_person="staff"))
    add(peopled, replace(ISSUE, number="1123-04", status="closed"))
    add(peopled, replace(ISSUE, number="1123-05", owner_team="another"))
    with peopled.read() as tx:
        assert issues.of_owner(tx, "staff", ["t"]) == [urgent, calm, alone]
        assert issues.of_owner(tx, "staff", []) == [alone]
        assert [issues.load_of_team(tx, team) for team in ("t", "another", "none")] == [2, 1, 0]


def test_the_log_keeps_its_order_and_no_place_is_taken_twice(peopled: Database) -> None:
    stored = add(peopled, ISSUE)
    first = Event(stored.id, 1, NOW, "p", "record", "assigned", "", {"team": "t"}, "", "h1")
    second = replace(first, seq=2, action="accept", prev="h1", hash="h2")
    with peopled.write() as tx:
        issues.add_event(tx, first)
        issues.add_event(tx, second)
    with peopled.read() as tx:
        assert issues.events(tx, stored.id) == [first, second]
        assert issues.last_event(tx, stored.id) == second
    with pytest.raises(Exception, match="constraint"), peopled.write() as tx:
        issues.add_event(tx, replace(second, hash="other"))


def test_whoever_follows_the_feed_misses_nothing(peopled: Database) -> None:
    """A cursor never comes to be seen after a higher one, however many write at once."""
    logs = [add(peopled, replace(ISSUE, number=f"1123-{n:02d}")) for n in range(4)]
    written: list[int] = []
    seen: list[int] = []

    def follow() -> None:
        while len(written) < 25 * len(logs):
            with peopled.read() as tx:
                seen.extend(line.cursor for line in ledger.feed(tx, max(seen, default=0), 10))

    def work(index: int) -> None:
        if index == len(logs):
            follow()
            return
        for seq in range(1, 26):
            with peopled.write() as tx:
                event = Event(logs[index].id, seq, NOW, "p", "note", "assigned", "", {}, "", "h")
                issues.add_event(tx, event)
                time.sleep(0.001 * (seq % 3))  # between the line and its commit
            written.append(seq)

    together(len(logs) + 1, work)
    with peopled.read() as tx:
        rest = [line.cursor for line in ledger.feed(tx, max(seen), 1000)]
    assert len(seen + rest) == 25 * len(logs)


# -- people -------------------------------------------------------------------------------------


def test_a_person_is_found_by_account_and_by_invitation(peopled: Database) -> None:
    with peopled.write() as tx:
        people.bind(tx, "wechat", "openid", "p")
        people.bind(tx, "wechat", "openid", "staff")
    with peopled.read() as tx:
        by_account = people.by_account(tx, "wechat", "openid")
        assert by_account is not None
        assert by_account == people.by_invite(tx, "123456")
        assert people.by_account(tx, "aibot", "openid") is None
        assert people.accounts_of(tx, "p") == []


def test_changing_a_person_keeps_when_the_notice_was_given(peopled: Database) -> None:
    with peopled.write() as tx:
        people.noticed(tx, "p", NOW)
        people.put(tx, replace(PERSON, name="李阿姨", noticed_at=None))
    with peopled.read() as tx:
        assert people.by_id(tx, "p") == replace(PERSON, name="李阿姨", noticed_at=NOW)


def test_the_account_last_used_comes_first(peopled: Database) -> None:
    with peopled.write() as tx:
        for channel in ("aibot", "wechat", "wecom"):
            people.bind(tx, channel, "a", "p")
        people.seen(tx, "wechat", "a", NOW)
        people.seen(tx, "wecom", "a", NOW + timedelta(seconds=1))
    with peopled.read() as tx:
        order = [account.channel for account in people.accounts_of(tx, "p")]
        assert order == ["wecom", "wechat", "aibot"]
        assert people.unreachable(tx) == ["staff"]


def test_joining_takes_everything_along(peopled: Database) -> None:
    stored = add(peopled, ISSUE)
    with peopled.write() as tx:
        messages.receive(tx, MESSAGE)
        people.bind(tx, "wechat", "openid", "p")
        people.join_accounts(tx, "p", "staff")
    with peopled.read() as tx:
        assert people.by_id(tx, "p") is None
        assert issues.of_reporter(tx, "staff") == [replace(stored, reporter="staff")]
        message = messages.by_key(tx, MESSAGE.key)
        assert message is not None
        assert message.person == "staff"


# -- the roster ---------------------------------------------------------------------------------


def test_lists_are_replaced_whole_and_every_change_is_noticed(database: Database) -> None:
    place = PlaceRange(1, "泉馨苑小区", ("泉馨苑",), "1-6", "1-3", "G", "yard")
    unit = replace(TEAM, code="u", name="阳光物业", capacity=None, source="units")
    with database.write() as tx:
        roster.replace_grids(
            tx, [Grid("G", "大网格", "大", None, "p"), Grid("H", "x", "小", "G", None)]
        )
        roster.replace_places(tx, [place])
        roster.replace_teams(tx, "teams", [TEAM])
        roster.replace_teams(tx, "units", [unit])
    with database.read() as tx:
        before = roster.version(tx)
        assert roster.places(tx) == [place]
        assert roster.teams(tx) == [TEAM, unit]
    with database.write() as tx:
        roster.replace_grids(tx, [])
        roster.replace_teams(tx, "teams", [])
    with database.read() as tx:
        assert roster.version(tx) == before + 2
        assert roster.grids(tx) == []
        assert roster.teams(tx) == [unit]


def test_a_list_that_cannot_be_stored_leaves_the_old_one(database: Database) -> None:
    grid = Grid("G", "大网格", "大", None, None)
    with database.write() as tx:
        roster.replace_grids(tx, [grid])
    with pytest.raises(Exception, match="constraint"), database.write() as tx:
        roster.replace_grids(tx, [replace(grid, name="new"), replace(grid, name="twice")])
    with database.read() as tx:
        assert roster.grids(tx) == [grid]


# -- phones -------------------------------------------------------------------------------------


def test_a_push_is_shown_once_and_what_is_said_as_often_as_it_is_said(database: Database) -> None:
    with database.write() as tx:
        for push in (7, 7, None, None):
            phones.add(
                tx, person="p", chat="", sender="呼应", mine=False, text="hi", at=NOW, push=push
            )
    with database.read() as tx:
        lines = phones.after(tx, 0)
        assert [line.push for line in lines] == [7, None, None]
        assert phones.after(tx, lines[0].id) == lines[1:]
        assert phones.after(tx, 0, limit=1) == lines[-1:]


def test_sums_and_averages_are_numbers(database: Database) -> None:
    with database.write() as tx:
        for day, last in (("a", 1), ("b", 2)):
            tx.run("INSERT INTO numbers (day, last) VALUES (:day, :last)", day=day, last=last)
        total, mean = tx.scalar("SELECT SUM(last) FROM numbers"), "SELECT AVG(last) FROM numbers"
        assert (total, type(total), tx.scalar(mean)) == (3, int, 1.5)


def test_text_is_in_the_same_order_everywhere(database: Database) -> None:
    names = ["a", "B", "Z", "é", "_", "-", "李", "10", "9", "😀", "A b", "Ab"]
    with database.write() as tx:
        for name in names:
            tx.run("INSERT INTO state (name, value) VALUES (:name, '')", name=name)
        found = [
            row["name"] for row in tx.rows("SELECT name FROM state WHERE value = '' ORDER BY name")
        ]
    assert found == sorted(names)


def test_what_the_schema_does_not_know_is_an_error_of_the_store(database: Database) -> None:
    with pytest.raises(StoreFailed), database.read() as tx:
        tx.scalar("SELECT no_such_column FROM people")
