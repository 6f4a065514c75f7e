"""What could be done in chat only, at the console: by the same people, with the same effect."""

from __future__ import annotations

import re

from data.tables import entries, people
from data.tables import projects as project_table
from data.tables import surveys as survey_table
from data.tables import topics as topic_table
from desk.audit import verify
from tests.journey.practised import practise
from tests.journey.seats import Seat, seat
from tests.journey.test_console_practices import done
from tests.journey.test_points import LIGHT, earned, repaired
from tests.journey.town import Town

TRI = {"estate": "泉馨苑小区", "title": "修车棚", "due": "2027-03-31T18:00"}


def heard(town: Town, name: str) -> list[str]:
    """What a click at the console has sent to a phone."""
    town.wait(minutes=1)
    return town.heard(name)


def rows(browser: Seat, area: str, query: str = "") -> list[str]:
    page = browser.get(f"practices/{area}{query}").text
    return re.findall(rf'<th scope="row"><a href="/console/practices/{area}/([^"]+)"', page)


# -- 跟踪完成 -------------------------------------------------------------------------------------


def resolved(town: Town) -> None:
    """A topic with three things to be done: by an issue, by a project, by another project."""
    for said in ("立项 修车棚 牵头 惠民物业 期限 2027-03-31", "提议 泉馨苑装扶手", "立题 题-1",
                 "邀请 题-1 王芳", "开会 题-1", "散会 题-1", "决议 题-1 装两组",
                 "跟踪 题-1 惠民物业 11月25日 装扶手", "跟踪 题-1 惠民物业 12月20日 项-1 搭好车棚",
                 "跟踪 题-1 高建民 11月26日 项-1 报街道备案"):  # fmt: skip
        town.say("吴倩", said)


def test_what_was_resolved_is_tracked_until_its_owner_says_so(town: Town) -> None:
    resolved(town)
    owner, other = seat(town, "niezhiyong"), seat(town, "zhangjianguo")
    assert rows(owner, "followups") == ["1", "3", "2"]  # the most pressing first
    assert rows(owner, "followups", "?whose=mine") == ["1", "2"]
    assert rows(owner, "followups", "?q=备案") == ["3"]
    assert "跟踪完成" not in other.get("practices/followups/2").text
    assert other.post("practices/followups/2/do/done", note="好了").status_code == 200
    page = owner.get("practices/followups/1").text
    assert "issues/2026-1123-01" in page
    assert "do/done" not in page  # its issue says so
    town.heard("吴倩")
    page = done(owner, "practices/followups/2/do/done", note="停得下四十辆")
    assert "办好了" in page
    assert "停得下四十辆" in page
    assert "报街道备案" not in page.split('id="h-log"')[1]
    assert any("搭好车棚" in line for line in heard(town, "吴倩"))
    with town.runtime.db.read() as tx:
        assert [row.id for row in topic_table.followups(tx, 1) if row.done_at] == [2]
    assert "停得下四十辆" not in other.get("practices/followups/2").text
    assert list(verify(town.runtime.db)) == []


def test_what_is_late_waits_for_the_secretary(town: Town) -> None:
    resolved(town)
    town.wait(days=4)
    office = seat(town, "gaojianmin")
    assert "2 件等着看" in office.get("practices").text
    assert rows(office, "followups", "?state=late") == ["1", "3"]
    done(office, "practices/followups/3/do/done")
    assert rows(office, "followups", "?state=late") == ["1"]
    assert "超期 " in office.get("practices/followups").text


# -- 待核实 ---------------------------------------------------------------------------------------


def test_a_favour_counts_once_a_clerk_has_looked(town: Town) -> None:
    town.say("张建国", f"泉馨苑{LIGHT}")  # reports and repairs it himself
    own = town.issues()[-1].number
    town.say("张建国", f"办结 {own} 换了灯泡")
    town.say("张建国", f"满意 {own}")
    for building in range(1, 6):
        repaired(town, where=f"泉馨苑{building}号楼1单元的楼道灯坏了")
    assert earned(town, "张建国") == 9
    assert seat(town, "wangfang").get("practices/favours").status_code == 403
    office = seat(town, "gaojianmin")
    assert "3 件等着看" in office.get("practices").text
    own_one, first, second = rows(office, "favours", "?state=open")
    page = office.get(f"practices/favours/{own_one}").text
    assert "自己给自己" in page
    assert f"issues/2026-{own}" in page
    assert "核实：算" in done(office, f"practices/favours/{first}/do/count")
    assert "核实：不算" in done(office, f"practices/favours/{own_one}/do/discount")
    assert earned(town, "张建国") == 12
    assert rows(office, "favours", "?state=open") == [second]
    refused = office.post(f"practices/favours/{first}/do/discount")
    assert "已经不在这一步了" in refused.text
    assert earned(town, "张建国") == 12
    assert town.say("吴倩", "待核实") is not None
    assert list(verify(town.runtime.db)) == []


# -- 三方联建 -------------------------------------------------------------------------------------


def test_three_sides_agree_before_and_after(town: Town) -> None:
    office = seat(town, "gaojianmin")
    refused = office.post("practices/three_sides/new/start", **TRI, owners="没有这个人")
    assert "没有找到这位居民" in refused.text
    page = done(office, "practices/three_sides/new/start", **TRI, owners="李秀兰")
    assert page.count("等同意") == 3
    assert "三方都同意" in page
    branch, company = seat(town, "liuyang"), seat(town, "niezhiyong")
    assert "三方联建" in heard(town, "李秀兰")[-1]
    refused = company.post("practices/three_sides/1/do/move", stage="started", note="")
    assert refused.status_code == 200
    assert "do/agree" not in seat(town, "zhangjianguo").get("practices/three_sides/1").text
    done(branch, "practices/three_sides/1/do/agree")
    assert "do/agree" not in branch.get("practices/three_sides/1").text
    done(company, "practices/projects/1/do/agree")  # it is a project like others
    town.say("李秀兰", "同意 项-1")
    for stage, note in (("started", ""), ("running", "搭好了"), ("effective", "停进四十辆")):
        page = done(company, "practices/three_sides/1/do/move", stage=stage, note=note)
    assert page.count("等认可") == 3
    page = office.get("practices/three_sides/1").text
    assert 'value="assessed"' not in page
    town.say("李秀兰", "认可 项-1")
    done(branch, "practices/three_sides/1/do/accept")
    done(company, "practices/three_sides/1/do/accept")
    page = done(office, "practices/three_sides/1/do/move", stage="assessed", note="验收合格")
    assert page.count("已认可") == 3
    with town.runtime.db.read() as tx:
        known = project_table.by_number(tx, 1)
    assert known is not None
    assert (known.kind, known.team, known.stage) == ("tri", "huimin", "assessed")
    assert list(verify(town.runtime.db)) == []


def test_what_a_project_lacks_is_added(town: Town) -> None:
    town.say("吴倩", "立项 装楼道扶手")
    office, lead = seat(town, "gaojianmin"), seat(town, "niezhiyong")
    assert "牵头单位、期限" in office.get("practices/projects/1").text
    page = done(office, "practices/projects/1/do/complete", team="huimin", due="2027-03-31T18:00",
                budget="8000元", acceptance="")  # fmt: skip
    assert "下一步还缺" not in page
    assert "由您牵头" in heard(town, "聂志勇")[-1]
    page = done(office, "practices/projects/1/do/complete", team="", due="", budget="9000元",
                acceptance="三栋楼都装好")  # fmt: skip
    assert "惠民物业服务站" in page
    assert 'value="2027-03-31T18:00"' in page
    assert "do/complete" not in lead.get("practices/projects/1").text
    assert "do/stop" not in lead.get("practices/projects/1").text  # as in chat, not his


# -- 入户问卷 -------------------------------------------------------------------------------------


def test_a_questionnaire_is_filled_in_at_the_door(town: Town) -> None:
    town.say("吴倩", "出问卷 泉馨苑养老需求；最想要什么 理发/修家电/陪诊；还缺什么")
    worker, member = seat(town, "wangfang"), seat(town, "zhangjianguo")
    page = worker.get("practices/doorsteps/1").text
    assert "1. 最想要什么" in page
    assert '<option value="陪诊">' in page
    given = {"estate": "泉馨苑小区", "building": "3", "answer_1": "陪诊"}
    page = worker.post("practices/doorsteps/1/do/visit", whom="周玉珍", **given).text
    assert page.count('class="fault"') == 1  # the second question is not answered
    assert 'value="周玉珍"' in page
    given["answer_2"] = "没人说话，电话13900000101"
    done(worker, "practices/doorsteps/1/do/visit", whom="周玉珍", **given)
    again = member.post("practices/doorsteps/1/do/visit", whom="周玉珍", **given).text
    assert "这位已经答过了" in again
    given["answer_1"] = "别的"
    assert (
        "请从里面选一个" in member.post("practices/doorsteps/1/do/visit", whom="张伟", **given).text
    )
    given["answer_1"] = "理发"
    elsewhere = member.post("practices/doorsteps/1/do/visit", whom="刘福生", **given).text
    assert "这份问卷不问这个小区的人" in elsewhere
    done(member, "practices/doorsteps/1/do/visit", whom="张伟", **given)
    with town.runtime.db.read() as tx:
        kept = survey_table.answers(tx, 1)
        assert {each.source for each in kept} == {"visit"}
        assert sorted(each.answers[0] for each in kept) == ["理发", "陪诊"]
        [person] = people.by_name(tx, "周玉珍")
    assert not any("13900000101" in answer for each in kept for answer in each.answers)
    assert person.building == "3"
    assert "入户收到几份" in worker.get("practices/doorsteps").text
    assert "入户收到几份" not in member.get("practices/doorsteps").text
    assert member.get("practices/surveys/1").status_code == 403
    town.say("吴倩", "停问卷 卷-1")
    assert worker.get("practices/doorsteps/1").status_code == 404


def test_a_need_heard_at_the_door_names_nobody(town: Town) -> None:
    worker = seat(town, "wangfang")
    page = done(worker, "practices/needs/new/heard", whom="周玉珍", estate="泉馨苑小区",
                building="3", title="周玉珍头发长了，出不了门，想有人来理发")  # fmt: skip
    assert "需-1" in page
    listed = seat(town, "gaojianmin").get("practices/needs").text
    assert "理发" in listed
    assert "周玉珍" not in listed
    with town.runtime.db.read() as tx:
        need = entries.by_number(tx, "demand", 1)
    assert need is not None
    assert (need.estate, need.building, need.data["source"]) == ("泉馨苑小区", "3", "visit")
    assert "上门理发" in need.skills or "理发" in need.skills


def test_a_survey_with_an_address_at_the_door_in_chat(town: Town) -> None:
    """Whoever is not known has a home now, so that a survey of an estate can ask him."""
    town.say("吴倩", "出问卷 泉馨苑养老需求；最想要什么 理发/修家电/陪诊")
    town.say("王芳", "代填 卷-1 周玉珍 泉馨苑3号楼")
    assert "答完了" in (town.say("王芳", "陪诊") or "")


def test_all_of_it_opens_in_a_community_that_has_practised(town: Town) -> None:
    practise(town)
    office = seat(town, "gaojianmin")
    for area, count in {"followups": 1, "three_sides": 1, "doorsteps": 1, "favours": 0}.items():
        assert len(rows(office, area)) == count, area
    assert set(rows(office, "projects", "?kind=tri")) == {"2"}
