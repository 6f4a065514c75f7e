"""Photos that cannot be kept, vendors that do not hand them out, and dying in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.rows import StoredPush
from data.tables import media
from desk.album import Album
from tests.contract.engines import aside
from tests.journey.fake_wechat import broken_off, errcode
from tests.journey.office import Office, open_office
from tests.journey.photos import (
    LIGHT,
    RESIDENT,
    SHOT,
    Robot,
    log_of,
    on_disk,
    only,
    spoil,
    told,
)
from tests.journey.town import Town


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


# -- refused and lost -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "cause", "said"),
    [
        (b"%PDF-1.7 no photo at all", "picture", "不像是照片"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 99, "heic", "HEIC"),
        (b"\xff" * (10 << 20) + b"more", "large", "太大"),
    ],
    ids=["no picture", "heic", "too large"],
)
def test_whoever_sent_what_cannot_be_kept_is_told_once(
    office: Office, sent: bytes, cause: str, said: str
) -> None:
    office.resident_says(RESIDENT, LIGHT)
    before = len(told(office))
    office.resident_sends(RESIDENT, sent)
    office.wait(3600)
    assert (only(office).status, only(office).cause) == ("refused", cause)
    assert [said in text for text in told(office)[before:]] == [True]
    assert on_disk(office) == []


def test_nobody_is_woken_for_a_photo(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.runtime.service.settings.quiet.hours = "on"
    office.wait(14 * 3600)  # 23:00
    office.resident_sends(RESIDENT, b"no photo")
    before = len(told(office))
    assert only(office).status == "refused"
    office.wait(7.9 * 3600)
    assert len(told(office)) == before
    office.wait(600)
    assert "不像是照片" in told(office)[-1]


def test_a_group_does_not_read_what_was_wrong_with_somebodys_photo(town: Town) -> None:
    spoil(town, lambda: b"no photo")
    Robot(town).say("李秀兰", LIGHT, group=next(iter(town.groups)))
    town.heard("李秀兰")
    town.wait(seconds=1)
    assert only(town).status == "refused"
    with town.runtime.db.read() as tx:
        [push] = [
            p for p in tx.all(StoredPush, "SELECT * FROM outbox") if p.key.startswith("media:")
        ]
    assert (push.channel, push.person, push.status) == ("wechat", "lixiulan", "sent")


def test_somebody_known_only_in_a_group_is_no_dead_letter(town: Town) -> None:
    spoil(town, lambda: b"no photo")
    with town.runtime.db.write() as tx:
        tx.run("DELETE FROM accounts WHERE person = 'lixiulan' AND channel = 'wechat'")
    Robot(town).say("李秀兰", "楼道里堆东西", group=next(iter(town.groups)))
    town.wait(seconds=1)
    assert only(town).status == "refused"
    with town.runtime.db.read() as tx:
        assert not tx.scalar("SELECT 1 FROM outbox WHERE key LIKE 'media:%'")


def test_what_fails_is_tried_again_ever_more_slowly(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.wechat.next_media.extend([errcode(-1), lambda: broken_off(SHOT), errcode(40001)])
    office.wechat.next_media.append(errcode(40001))  # also with the new token
    office.resident_sends(RESIDENT, SHOT)
    causes = [only(office).cause]
    for _ in range(4):
        office.wait(only(office).next_at.timestamp() - office.wecom.now)
        causes.append(only(office).cause)
    assert causes[0].startswith("errcode -1")
    assert causes[1] == "no answer (RemoteProtocolError)"
    assert causes[2].startswith("errcode 40001")
    assert (only(office).status, only(office).attempts, causes[3]) == ("kept", 4, "")
    assert office.wechat.media_calls == 5


def test_a_spent_quota_waits_for_the_next_day(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.wechat.next_media.append(errcode(45009))
    office.resident_sends(RESIDENT, SHOT)
    office.wait(14 * 3600)
    assert (only(office).status, office.wechat.media_calls) == ("waiting", 1)
    office.wait(2 * 3600)
    assert only(office).status == "kept"


def test_a_photo_that_the_vendor_no_longer_has_is_asked_for_again(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.wechat.next_media.append(errcode(40007))
    office.resident_sends(RESIDENT, SHOT)
    assert (only(office).status, only(office).cause[:13]) == ("dead", "errcode 40007")
    assert "再发一次" in told(office)[-1]
    office.wait(86400)
    assert office.wechat.media_calls == 1


# -- dying in between -----------------------------------------------------------------------------


class Killed(BaseException):
    """The process dies here: nothing may catch it."""


@pytest.mark.parametrize("moment", ["after the download", "after the file", "before the commit"])
def test_a_crash_neither_loses_nor_doubles(
    office: Office, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.resident_says(RESIDENT, LIGHT)
    with monkeypatch.context() as spoilt:
        put, keep = Album.put, media.keep

        def dies_after(*args: object, **more: object) -> None:
            if moment == "after the file":
                put(*args)  # type: ignore[arg-type]
            elif moment == "before the commit":
                keep(*args, **more)  # type: ignore[arg-type]
            raise Killed

        if moment == "before the commit":
            spoilt.setattr(media, "keep", dies_after)
        else:
            spoilt.setattr(Album, "put", dies_after)
        with pytest.raises(Killed):
            office.resident_sends(RESIDENT, SHOT)
    assert only(office).status == "waiting"
    office.settle()
    assert only(office).status == "waiting", "it is still another's"
    office.wait(121)
    assert (only(office).status, only(office).attempts) == ("kept", 2)
    assert len(on_disk(office)) == len(log_of(office, "media")) == 1
    office.wait(3600)
    assert office.wechat.media_calls == 2


def test_nothing_is_fetched_inside_a_transaction(town: Town) -> None:
    """While a photo is on its way, others may write."""

    def write() -> bytes:
        def at_once() -> None:
            with town.runtime.db.write() as tx:
                tx.run("INSERT INTO state (name, value) VALUES ('written', 'meanwhile')")

        aside(at_once)
        return SHOT

    source = spoil(town, write)
    town.say("李秀兰", LIGHT)
    town.phones.image(town.names["李秀兰"], None)
    town.wait(seconds=1)
    assert (only(town).status, source.calls) == ("kept", 1)
