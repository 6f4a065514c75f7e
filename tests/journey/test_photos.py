"""A resident's photo: from the vendor's bytes to the issue that it shows, without its place."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from data.tables import issues, media
from tests.journey.office import Office, open_office
from tests.journey.photos import (
    LIGHT,
    RESIDENT,
    SHOT,
    WORKER,
    Robot,
    as_town,
    files,
    log_of,
    on_disk,
    only,
)
from tests.journey.programs import Program
from tests.journey.town import Town


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


# -- kept and shown -------------------------------------------------------------------------------


def test_from_the_vendors_bytes_to_the_api(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    number = office.issue().number
    assert f"已附到 {number}" in (office.resident_sends(RESIDENT, SHOT) or "")
    file = only(office)
    assert (file.status, file.issue, file.kind) == ("kept", office.issue().id, "image")
    assert (file.type, file.width, file.height) == ("image/jpeg", 90, 120), "upright"
    assert [path.name for path in on_disk(office)] == [f"{file.sha}.jpg"]
    assert len(log_of(office, "media")) == 1

    city = Program(as_town(office), "gaojianmin", "read", "personal")
    [shown] = city.get(f"/issues/{number}/media")["items"]
    assert (shown["sha"], shown["width"], shown["bytes"]) == (file.sha, 90, file.bytes)
    answer = city.call("GET", f"/media/{shown['sha']}")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    [look] = log_of(office, "look")
    assert (look.actor, look.data) == ("gaojianmin", {"photos": 1, "token": city.name})
    assert not Image.open(BytesIO(answer.data)).getexif()
    assert b"Spy Camera" in SHOT
    assert b"Spy Camera" not in answer.data
    assert "照片：1张" in office.worker_says(WORKER, f"详情 {number}")


def test_a_workers_photo_comes_from_wecom(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.worker_says(WORKER, f"接单 {office.issue().number}")
    office.wecom.media["W1"] = SHOT
    message = office.worker_side.message(
        WORKER, MsgType="image", PicUrl="https://p.invalid/1", MediaId="W1", MsgId=""
    )
    office.post(message)
    office.settle()
    assert (only(office).status, only(office).issue) == ("kept", office.issue().id)


def test_a_repeated_delivery_is_one_photo(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.wechat.media["M"] = SHOT
    delivery = office.resident_side.request("image", RESIDENT, media_id="M", msg_id="4711")
    for _ in range(3):
        office.post(delivery)
        office.settle()
    assert len(files(office)) == len(log_of(office, "media")) == office.wechat.media_calls == 1


def test_the_answer_does_not_wait_for_the_photo(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.wechat.media["M"] = SHOT
    office.post(office.resident_side.request("image", RESIDENT, media_id="M"))
    assert office.wechat.media_calls == 0
    number = office.issue().number
    with office.runtime.db.read() as tx:
        assert media.due(tx, office.runtime.clock())
    reply = office.worker_side.read_reply(
        office.post(office.worker_side.text(WORKER, f"详情 {number}")).data
    )
    assert reply is not None
    assert "照片：0张，还有1张在取" in reply["Content"]


# -- which issue it belongs to --------------------------------------------------------------------


def test_a_photo_before_the_words_belongs_to_them(office: Office) -> None:
    assert "哪里" in (office.resident_sends(RESIDENT, SHOT) or "")
    assert (only(office).status, only(office).issue) == ("kept", None)
    office.resident_says(RESIDENT, LIGHT)
    assert only(office).issue == office.issue().id
    assert [event.action for event in log_of(office, "media")] == ["media"]


def test_a_photo_long_before_the_words_does_not(office: Office) -> None:
    office.resident_sends(RESIDENT, SHOT)
    office.wait(3601)
    office.resident_says(RESIDENT, LIGHT)
    assert only(office).issue is None


def test_a_photo_in_answer_to_a_question_goes_with_what_is_asked_about(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    first = office.issue().id
    assert "？" in (office.resident_says(RESIDENT, "下水道堵了") or "")
    assert "登记在一起" in (office.resident_sends(RESIDENT, SHOT) or "")
    assert only(office).issue is None
    office.resident_says(RESIDENT, "泉馨苑5号楼1单元")
    with office.runtime.db.read() as tx:
        second = issues.latest(tx)[0].id
    assert only(office).issue == second != first


def test_a_photo_beside_the_words(town: Town) -> None:
    robot = Robot(town)
    assert "已登记" in (robot.say("李秀兰", LIGHT) or "")
    assert only(town).issue == town.issues()[0].id
    robot.say("李秀兰", "补充 二楼也不亮")
    assert [file.issue for file in files(town)] == [town.issues()[0].id] * 2
    town.wait(seconds=1)
    assert {file.status for file in files(town)} == {"kept"}


def test_a_photo_beside_a_joining_report_goes_to_the_issue_joined(town: Town) -> None:
    town.say("李秀兰", LIGHT)
    Robot(town).say("张伟", "泉馨苑3号楼2单元楼道灯坏了，黑得看不见")
    assert len(town.issues()) == 1
    assert only(town).issue == town.issues()[0].id


def test_the_simulators_photos_are_fetched_and_keep_no_place(town: Town) -> None:
    town.say("李秀兰", LIGHT)
    town.phones.image(town.names["李秀兰"], None)
    town.wait(seconds=1)
    file = only(town)
    assert (file.status, file.width, file.height) == ("kept", 1280, 960)
    content = town.runtime.service.album.read(file.sha)
    assert content is not None
    assert b"Simulator" not in content


def test_voices_and_films_are_only_noted(office: Office) -> None:
    office.resident_says(RESIDENT, LIGHT)
    office.post(office.resident_side.request("video", RESIDENT, media_id="V"))
    office.post(office.resident_side.request("voice", RESIDENT, media_id="A"))
    office.settle()
    assert [(file.kind, file.status) for file in files(office)] == [
        ("video", "noted"),
        ("voice", "noted"),
    ]
    assert office.wechat.media_calls == 0
    assert (
        "照片" not in office.worker_says(WORKER, f"详情 {office.issue().number}").split("在取")[0]
    )
