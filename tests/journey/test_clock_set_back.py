"""A clock that ran ahead and is right again: nothing waits for a day that was none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.tables import media, outbox, vitals
from desk.vitals import BEAT, Heart
from tests.contract.engines import ENGINES
from tests.journey.town import Town

AHEAD = timedelta(days=40)
REPORT = "泉馨苑3号楼2单元的楼道灯坏了"
VAGUE = "家里没暖气"
RESIDENT, HANDLER = "李秀兰", "张建国"


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "other"
    folder.mkdir()
    built = Town(folder, options={"database_url": ENGINES[request.param](folder)})
    yield built
    built.runtime.db.close()


def only_say(town: Town, text: str) -> None:
    """Nobody delivers what it sets off."""
    town.phones.send(town.names[RESIDENT], None, text)


def test_what_was_pushed_by_a_fast_clock_goes_out_when_it_is_right(place: Town) -> None:
    place.now += AHEAD
    only_say(place, REPORT)
    place.now -= AHEAD
    place.runtime.courier.deliver_due()
    assert place.heard(HANDLER) == []
    place.wait(seconds=1)
    assert any("【新工单】" in text for text in place.heard(HANDLER))


def test_what_a_fast_clock_put_off_until_the_morning_waits_for_this_one(place: Town) -> None:
    place.runtime.service.settings.quiet.hours = "on"
    place.now += AHEAD + timedelta(hours=14)  # 23:00
    only_say(place, REPORT)
    place.now -= AHEAD
    place.wait(seconds=1)
    assert place.heard(HANDLER) == []
    place.wait(hours=8, seconds=1)
    assert any("【新工单】" in text for text in place.heard(HANDLER))


def test_a_lease_that_never_ends_is_at_an_end(place: Town) -> None:
    only_say(place, REPORT)
    place.now += AHEAD
    with place.runtime.db.write(alone=False) as tx:
        lease = place.now + timedelta(seconds=60)
        taken = outbox.claim(tx, ("wechat", "wecom"), place.now, lease)
    assert taken is not None
    place.now -= AHEAD
    place.wait(seconds=1)
    with place.runtime.db.read() as tx:
        assert taken.id in {push.id for push in outbox.troubled(tx)}


def test_a_question_is_not_open_for_weeks(place: Town) -> None:
    place.now += AHEAD
    only_say(place, VAGUE)
    place.now -= AHEAD
    assert place.issues() == []
    place.wait(seconds=1)
    assert place.issues() == []
    place.wait(minutes=31)
    assert len(place.issues()) == 1


def test_a_photo_is_fetched(place: Town) -> None:
    only_say(place, REPORT)
    for claimed in (False, True):
        with place.runtime.db.write() as tx:
            media.add(
                tx, message=tx.scalar("SELECT key FROM messages"), person=place.names[RESIDENT],
                channel="wechat", reference=f"M{claimed}", kind="image", status="waiting",
                at=place.now if claimed else place.now + AHEAD,
            )  # fmt: skip
            if claimed:
                media.claim(tx, ("wechat",), place.now, place.now + AHEAD)
    place.runtime.sweep()
    taken = []
    with place.runtime.db.write() as tx:
        while file := media.claim(tx, ("wechat",), place.now, place.now + timedelta(minutes=2)):
            taken.append(file.reference)
    assert sorted(taken) == ["MFalse", "MTrue"]


def test_a_heart_goes_on_beating(place: Town) -> None:
    beat = Heart(place.runtime.db, lambda: place.now).beating("sweep", lambda: None)
    place.now += AHEAD
    beat()
    place.now -= AHEAD
    beat()
    with place.runtime.db.read() as tx:
        last = vitals.last_beat(tx, "sweep")
    assert last is not None
    assert abs(last - place.now) < BEAT
