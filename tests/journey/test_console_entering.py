"""What staff write down for others: a call, a walk-in, a call-back; and looking at photos."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from data.rows import Event
from data.tables import issues as table
from data.tables import people
from desk import phoning
from desk.phoning import Answers
from desk.rules.lifecycle import Forbidden
from tests.journey.programs import Program
from tests.journey.seats import seat
from tests.journey.test_console_lists import acting
from tests.journey.town import Town

CALL = {
    "channel": "phone", "text": "3号楼2单元的楼道灯坏了，老人下楼看不见", "name": "王大妈",
    "phone": "13812345678", "estate": "泉馨苑小区", "building": "3", "source": "asked",
}  # fmt: skip


def log(town: Town, number: str) -> list[Event]:
    issue = town.issue(number).id
    with town.runtime.db.read() as tx:
        return table.events(tx, issue)


def test_a_call_becomes_an_issue_with_its_caller(town: Town) -> None:
    browser = seat(town, "wangfang")
    page = browser.said("issues/new", once="a1", **CALL)
    assert "1123-01 已登记" in page
    issue = town.issue("1123-01")
    assert (issue.category, issue.channel, issue.source) == ("repair.light", "phone", "asked")
    assert (issue.estate, issue.building) == ("泉馨苑小区", "3")
    with town.runtime.db.read() as tx:
        caller = people.by_id(tx, issue.reporter)
    assert caller is not None
    assert (caller.name, caller.phone, caller.role) == ("王大妈", "13812345678", "resident")
    assert "电话" in page
    assert "有呼必应" in page
    assert "13812345678" not in page
    assert "王大妈" not in page


def test_sending_it_twice_records_it_once(town: Town) -> None:
    browser = seat(town, "wangfang")
    browser.said("issues/new", once="a1", **CALL)
    assert "没有重复登记" in browser.said("issues/new", once="a1", **CALL)
    assert len(town.issues()) == 1


def test_a_known_number_is_the_resident_who_hears_of_it_in_chat(town: Town) -> None:
    with town.runtime.db.read() as tx:
        known = people.by_id(tx, town.names["李秀兰"])
    assert known is not None
    browser = seat(town, "wangfang")
    browser.said("issues/new", once="a1", **{**CALL, "phone": known.phone, "name": ""})
    assert town.issue("1123-01").reporter == known.id
    town.heard("李秀兰")
    town.say("张建国", "接单 1123-01")
    assert any("1123-01" in text for text in town.heard("李秀兰"))


def test_what_is_missing_or_wrong_is_said_beside_its_field(town: Town) -> None:
    browser = seat(town, "wangfang")
    page = browser.post("issues/new", once="a1", **{**CALL, "text": "", "phone": "12"}).text
    assert re.search(r'id="enter-phone"[^>]*aria-invalid="true"', page)
    assert re.search(r'id="enter-text"[^>]*aria-invalid="true"', page)
    assert 'value="王大妈"' in page
    assert town.issues() == []


def test_several_requests_of_one_call_become_several(town: Town) -> None:
    text = "3号楼2单元的楼道灯坏了，另外6号楼门口垃圾没人清"
    browser = seat(town, "wangfang")
    browser.said("issues/new", once="a1", **{**CALL, "text": text, "building": ""})
    assert {issue.category for issue in town.issues()} == {"repair.light", "env.garbage"}


def test_members_of_teams_enter_nothing(town: Town) -> None:
    assert seat(town, "zhangjianguo").get("issues/new").status_code == 403


# -- 回访 ---------------------------------------------------------------------------------------


def finished(town: Town) -> str:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了，老人下楼看不见")
    town.say("张建国", "接单 1123-01")
    town.say("张建国", "办结 1123-01 换了灯泡")
    return "issues/2026-1123-01/do/phoned"


def test_what_is_said_on_the_telephone_closes_it_and_the_log_has_both(town: Town) -> None:
    path = finished(town)
    page = seat(town, "wangfang").said(
        path, contacted="1", solved="1", satisfaction="fairly", note="说修得快"
    )
    issue = town.issue("1123-01")
    assert (issue.status, issue.rating) == ("closed", "fairly")
    assert "电话回访" in page
    events = {event.action: event for event in log(town, "1123-01")}
    assert events["phoned"].actor == "wangfang"
    assert events["satisfied"].actor == issue.reporter
    ledger = seat(town, "gaojianmin").get("ledger").text
    assert "基本满意" in ledger
    assert "<td>王芳</td>" in ledger.replace('<td class="words">', "<td>")


def test_unsolved_reopens_it_and_needs_words(town: Town) -> None:
    path = finished(town)
    browser = seat(town, "wangfang")
    assert "请写几个字" in browser.said(path, contacted="1", solved="0", note="")
    assert town.issue("1123-01").status == "done"
    assert not [event for event in log(town, "1123-01") if event.action == "phoned"]
    browser.said(path, contacted="0", solved="0", note="灯还是不亮")
    issue = town.issue("1123-01")
    assert (issue.status, issue.reopens) == ("assigned", 1)
    assert log(town, "1123-01")[-1].data["contacted"] is False


def test_solved_and_yet_unsatisfied_closes_it_and_tells_those_above(town: Town) -> None:
    path = finished(town)
    seat(town, "wangfang").said(
        path, contacted="1", solved="1", satisfaction="unsatisfied", note="等了三天"
    )
    assert (town.issue("1123-01").status, town.issue("1123-01").rating) == ("closed", "unsatisfied")


def test_nobody_writes_down_what_is_said_of_his_own_work(town: Town) -> None:
    finished(town)
    issue = town.issue("1123-01")
    with town.runtime.db.write() as tx:
        for person in ("hujun", "zhangjianguo"):
            with pytest.raises(Forbidden):
                phoning.record(acting(town, tx, person), issue, Answers(True, True, "satisfied"))
        handled = replace(issue, handler="gaojianmin")
        with pytest.raises(Forbidden):
            phoning.record(acting(town, tx, "gaojianmin"), handled, Answers(True, True))


# -- 照片 ---------------------------------------------------------------------------------------


def test_photos_are_shown_when_asked_for_and_every_look_is_logged(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.phones.image(town.names["李秀兰"], None)
    town.wait(seconds=1)
    browser = seat(town, "zhangjianguo")
    page = browser.get("issues/2026-1123-01").text
    assert "看 1 张照片（会记录）" in page
    assert "data:image" not in page
    assert not [event for event in log(town, "1123-01") if event.action == "look"]
    page = browser.post("issues/2026-1123-01/photos").text
    assert 'src="data:image/jpeg;base64,' in page
    looks = [event.actor for event in log(town, "1123-01") if event.action == "look"]
    assert looks == ["zhangjianguo"]
    assert "查看照片" in page
    assert browser.get("issues/2026-1123-01/photos").status_code in (404, 405)


def test_a_photo_that_is_not_for_somebody_is_not_shown(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.phones.image(town.names["李秀兰"], None)
    town.wait(seconds=1)
    assert seat(town, "dongmei").post("issues/2026-1123-01/photos").status_code == 404


# -- 拆分 ---------------------------------------------------------------------------------------


def test_a_part_is_split_off_by_a_program_and_by_a_click(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    program = Program(town, "wangfang", "write")
    made = program.post("/issues/1123-01/actions/split",
                        {"note": "门口垃圾没人清", "category": "env.garbage"})  # fmt: skip
    assert (made["number"], made["category"]) == ("1123-02", "env.garbage")
    assert made["place"]["building"] == "3"
    unknown = {"note": "另一件", "category": "no.such"}
    refused = program.refused("POST", "/issues/1123-01/actions/split", json=unknown)
    assert refused == (422, "unknown_category")
    page = seat(town, "wangfang").said(
        "issues/2026-1123-01/do/split", note="单元门关不上", category="repair.door"
    )
    assert "1123-03" in page
    assert [issue.category for issue in town.issues()] == [
        "repair.light", "env.garbage", "repair.door"
    ]  # fmt: skip
