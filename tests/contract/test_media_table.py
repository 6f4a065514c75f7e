"""Files that messages brought along: noted once, fetched by one at a time, kept while needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.database import Database
from data.rows import StoredMedia
from data.tables import issues, media, people
from tests.contract.engines import together
from tests.contract.test_tables import ISSUE, PERSON

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
SHA = "ab" * 32


@pytest.fixture
def peopled(database: Database) -> Database:
    with database.write() as tx:
        people.put(tx, PERSON)
    return database


def note(database: Database, message: str = "m1", at: datetime = NOW) -> None:
    with database.write() as tx:
        media.add(
            tx, message=message, person=PERSON.id, channel="wechat", reference="M1",
            kind="image", status="waiting", at=at,
        )  # fmt: skip


def claim(
    database: Database, now: datetime = NOW, channels: tuple[str, ...] = ("wechat",)
) -> StoredMedia | None:
    with database.write() as tx:
        return media.claim(tx, channels, now, now + LEASE)


def claimed(database: Database, now: datetime = NOW) -> StoredMedia:
    found = claim(database, now)
    assert found is not None
    return found


def keep(database: Database, file: StoredMedia, sha: str = SHA) -> bool:
    with database.write() as tx:
        return media.keep(tx, file, sha=sha, type="image/jpeg", width=4, height=3, size=99)


def all_files(database: Database) -> list[StoredMedia]:
    with database.read() as tx:
        return tx.all(StoredMedia, "SELECT * FROM media ORDER BY id")


def test_a_message_brings_each_file_once(peopled: Database) -> None:
    note(peopled)
    note(peopled)
    note(peopled, "m2")
    assert [(file.message, file.status) for file in all_files(peopled)] == [
        ("m1", "waiting"),
        ("m2", "waiting"),
    ]


def test_one_file_is_fetched_by_one(peopled: Database) -> None:
    note(peopled)
    found = together(6, lambda _: claim(peopled))
    assert len([file for file in found if file is not None]) == 1


def test_a_file_is_claimed_when_due_and_only_for_a_source_there_is(peopled: Database) -> None:
    note(peopled)
    assert claim(peopled, channels=("wecom", "aibot")) is None
    assert claim(peopled, NOW - timedelta(seconds=1)) is None
    with peopled.read() as tx:
        assert media.due(tx, NOW)
        assert not media.due(tx, NOW - timedelta(seconds=1))
    file = claimed(peopled)
    assert (file.attempts, file.lease_until) == (1, NOW + LEASE)
    with peopled.read() as tx:
        assert not media.due(tx, NOW)


def test_what_the_dead_had_claimed_is_claimed_again_and_only_the_last_may_settle(
    peopled: Database,
) -> None:
    note(peopled)
    first = claimed(peopled)
    assert claim(peopled, NOW + LEASE - timedelta(seconds=1)) is None
    second = claimed(peopled, NOW + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)
    assert not keep(peopled, first, "cd" * 32)
    assert keep(peopled, second)
    assert not keep(peopled, second), "once is enough"
    [file] = all_files(peopled)
    assert (file.status, file.sha, file.width, file.height, file.bytes) == ("kept", SHA, 4, 3, 99)
    assert file.lease_until is None


def test_put_off_dead_and_tried_again(peopled: Database) -> None:
    note(peopled)
    later = NOW + timedelta(minutes=5)
    with peopled.write() as tx:
        file = media.claim(tx, ("wechat",), NOW, NOW + LEASE)
        assert file is not None
        assert media.settle(tx, file, "waiting", cause="HTTP 502", next_at=later)
    assert claim(peopled, NOW + LEASE) is None
    with peopled.read() as tx:
        assert [file.cause for file in media.failing(tx, NOW - timedelta(days=1))] == ["HTTP 502"]
    with peopled.write() as tx:
        file = media.claim(tx, ("wechat",), later, later + LEASE)
        assert file is not None
        assert not media.retry(tx, file.id, later), "it is being tried"
        assert media.settle(tx, file, "dead", cause="errcode 40007", next_at=later)
        assert media.retry(tx, file.id, later)
    assert claimed(peopled, later).attempts == 1


def test_files_go_to_one_issue_and_are_seen_in_the_one_that_took_it_in(peopled: Database) -> None:
    note(peopled)
    note(peopled, "m2")
    with peopled.write() as tx:
        child = issues.add(tx, ISSUE)
        parent = issues.add(tx, replace(ISSUE, number="1123-02", message="other"))
        loose = media.loose(tx, PERSON.id, NOW - timedelta(hours=1))
        assert len(loose) == 2
        assert media.loose(tx, PERSON.id, NOW + timedelta(seconds=1)) == []
        assert media.attach(tx, loose[0].id, child)
        assert not media.attach(tx, loose[0].id, parent)
        assert [file.message for file in media.loose(tx, PERSON.id, NOW)] == ["m2"]
        assert media.of_issue(tx, parent) == []
        tx.run("UPDATE issues SET parent = :parent WHERE id = :child", parent=parent, child=child)
        assert [file.message for file in media.of_issue(tx, parent)] == ["m1"]
        assert [file.message for file in media.of_issue(tx, child)] == ["m1"]


def test_photos_are_counted_when_they_are_here(peopled: Database) -> None:
    note(peopled)
    note(peopled, "m2")
    with peopled.write() as tx:
        number = issues.add(tx, ISSUE)
        for file in media.loose(tx, PERSON.id, NOW):
            media.attach(tx, file.id, number)
        assert media.photos(tx) == {}
    assert keep(peopled, claimed(peopled))
    with peopled.read() as tx:
        assert media.photos(tx) == {number: 1}


def test_what_is_old_or_belongs_to_nothing_is_given_up(peopled: Database) -> None:
    for message, age in (("old", 200), ("loose", 2), ("young", 0), ("owned", 2)):
        note(peopled, message, NOW - timedelta(days=age))
    with peopled.write() as tx:
        number = issues.add(tx, ISSUE)
        for message in ("old", "owned"):
            [file] = media.of_message(tx, message)
            media.attach(tx, file.id, number)
    for index in range(4):
        assert keep(peopled, claimed(peopled), f"{index}" * 64)
    with peopled.write() as tx:
        gone = media.forget(tx, NOW - timedelta(days=180), NOW - timedelta(days=1))
        assert gone == 2
        assert len(media.kept(tx)) == 2
    found = {file.message: (file.status, bool(file.sha)) for file in all_files(peopled)}
    assert found == {
        "old": ("gone", False), "loose": ("gone", False),
        "young": ("kept", True), "owned": ("kept", True),
    }  # fmt: skip


def test_a_passer_by_who_joins_brings_his_files_along(peopled: Database) -> None:
    note(peopled)
    with peopled.write() as tx:
        people.put(tx, replace(PERSON, id="known", name="王芳", invite=None))
        people.join_accounts(tx, PERSON.id, "known")
    assert [file.person for file in all_files(peopled)] == ["known"]
