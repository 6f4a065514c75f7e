"""Deliberation end to end: the reports' own figures, who may read what, and what falls due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.tables import disputes, messages, people
from data.tables import funds as fund_table
from data.tables import motions as motion_table
from data.tables import opinions as opinion_table
from data.tables import topics as topic_table
from desk import households, imports, joint_meeting, motions, topics
from desk.audit import verify
from desk.rules.lifecycle import Forbidden
from tests.journey.programs import Program
from tests.journey.test_practices import act, neighbour
from tests.journey.town import Town

PRIVATE = ("李秀兰", "13900000101", "301")


# -- 民意 ----------------------------------------------------------------------------------------


def test_32_suggestions_each_with_a_receipt_or_a_number(town: Town) -> None:
    """朝阳街社区: 32 suggestions, here half of them without a name."""
    for number in range(16):
        reply = town.say("李秀兰", f"匿名 第{number}条，希望多办些活动") or ""
        assert "回执号" in reply
        town.say("张伟", f"提议 希望6号楼前多装{number + 1}张长椅")
    desk = Program(town)
    assert len(desk.get("/opinions")["items"]) == 16
    proposed = desk.get("/topics", status="proposed")["items"]
    assert len(proposed) == 16
    counted = {
        (each["kind"], each["action"]): each["count"]
        for each in desk.get("/practices/statistics")["journal"]
    }
    assert counted["opinion", "give"] + counted["topic", "propose"] == 32
    assert list(verify(town.runtime.db)) == []


def test_nothing_in_the_store_leads_from_an_opinion_to_who_gave_it(town: Town) -> None:
    town.say("李秀兰", "匿名")
    town.say("李秀兰", "3号楼2单元301的门禁坏了，13900000101")
    reply = town.say("李秀兰", "匿名 泉馨苑的门卫态度不好") or ""
    receipt = reply.split("回执号 ")[1][:8]
    me = town.names["李秀兰"]
    with town.runtime.db.read() as tx:
        said = tx.rows("SELECT * FROM messages WHERE person = :me", me=me)
        assert said == []
        kept = tx.rows("SELECT text, chat, media FROM messages WHERE person = 'anonymous'")
        assert {tuple(row.values()) for row in kept} == {("", "", "{}")}
        assert len(kept) == 3
        lines = tx.rows("SELECT actor, at FROM journal WHERE kind = 'opinion'")
        assert {row["actor"] for row in lines} == {"anonymous"}
        assert {row["at"] for row in lines} == {"2026-11-22T16:00:00.000000Z"}  # midnight in China
        assert messages.session(tx, "wechat", "", me) is None
        assert not any(word in str(opinion_table.page(tx, 0, 9)) for word in PRIVATE)
    town.say("吴倩", "答复 意-2 已经批评教育")
    town.say("李秀兰", f"回执 {receipt.lower()}")
    with town.runtime.db.read() as tx:
        assert tx.rows("SELECT * FROM messages WHERE person = :me", me=me) == []
    shown = Program(town).call("GET", "/opinions").text
    assert "批评教育" in shown
    assert receipt not in shown
    assert Program(town, "wangfang").refused("GET", "/opinions") == (403, "not_staff")


def test_an_emergency_said_without_a_name_is_no_opinion(town: Town) -> None:
    town.say("李秀兰", "匿名 3号楼着火了快来人")
    assert [issue.level for issue in town.issues()] == ["U0"]


# -- 议事 ----------------------------------------------------------------------------------------


def test_4_project_proposals_by_vote(town: Town) -> None:
    """临猗: four projects, each decided by the households, each followed up as a project."""
    with town.runtime.db.write() as tx:
        for number in range(6):
            neighbour(town, tx, number, estate="泉馨苑小区", building="7", unit="1",
                      room=str(101 + number), grid="CYJ-2-1-2")  # fmt: skip
    for number, what in enumerate(("加装扶手", "改造花园", "更换门禁", "建充电棚"), 1):
        town.say("吴倩", f"立项 泉馨苑{what} 牵头 惠民物业 期限 2027-03-31")
        town.say("李秀兰", f"提议 泉馨苑{what}")
        for said in ("立题", "邀请", "开会"):
            rest = "王芳" if said == "邀请" else ""
            town.say("吴倩", f"{said} 题-{number} {rest}".strip())
        town.say("吴倩", f"散会 题-{number}")
        town.say("吴倩", f"表决 题-{number} 同意/不同意 3天 8户")
        for index, name in enumerate(("李秀兰", "张伟")):
            town.say(name, f"投票 议-{number}")
            town.say(name, "2" if number == 3 and index else "1")
        with town.runtime.db.write() as tx:
            motion = motion_table.by_number(tx, number)
            assert motion is not None
            for voter in range(4):
                assert motions.cast(act(town, tx, f"n{voter}"), motion, 0)
    town.wait(days=3)
    town.say("吴倩", "跟踪 题-1 高建民 12月25日 项-9 立项")
    assert "没有查到 项-9" in town.heard("吴倩")[-1]
    for number in range(1, 5):
        reply = town.say("吴倩", f"跟踪 题-{number} 高建民 12月25日 项-{number} 立项") or ""
        assert f"项-{number}" in reply
        town.say("吴倩", f"跟踪完成 题-{number} 项目已立项")
        town.say("吴倩", f"结题 题-{number}")
    program = Program(town)
    items = program.get("/topics", status="closed")["items"]
    assert [item["resolution"] for item in items] == ["同意"] * 4
    votes = program.get("/motions")["items"]
    assert [v["counts"] for v in votes] == [[6, 0], [6, 0], [5, 1], [6, 0]]
    assert list(verify(town.runtime.db)) == []


def test_a_vote_that_comes_to_nothing_is_talked_over(town: Town) -> None:
    for said in ("提议 泉馨苑装门禁", "立题 题-1", "邀请 题-1 王芳", "开会 题-1", "散会 题-1",
                 "表决 题-1 同意/不同意 1天 100户"):  # fmt: skip
        town.say("吴倩", said)
    town.say("李秀兰", "投票")
    town.say("李秀兰", "1")
    [motion] = Program(town, "lixiulan").get("/motions")["items"]
    assert (motion["voted"], motion["counts"]) == (1, None)  # nobody follows how it stands
    town.wait(days=1)
    assert any("不到51户，无效" in line for line in town.heard("李秀兰"))
    assert Program(town).get("/topics/1")["status"] == "meeting"


def test_28_topics_over_29_estates_all_closed(town: Town, tmp_path: Path) -> None:
    """临猗的季度共商会: 28 topics, 29 estates, 106 sittings."""
    rows = ["estate,aliases,buildings,units,grid,code"]
    rows += [f"第{n}小区,,1-3,1-2,CYJ-1-1-1,yard-{n}" for n in range(1, 30)]
    table = tmp_path / "places.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    imports.import_table(town.runtime.db, "places", table, town.now)
    with town.runtime.db.write() as tx:
        desk = act(town, tx, "吴倩")
        for number in range(1, 29):
            estates = tuple(f"第{n}小区" for n in ((number, 29) if number == 1 else (number,)))
            topic = topics.propose(desk, topics.Proposal(f"第{number}件事", estates=estates))
            topic = topics.adopt(desk, topic)
            topic = replace(topic, status="invited")
            for _ in range(4 if number <= 22 else 3):
                topic = topics.convene(desk, topic)
            topic = topics.resolve(desk, topic, "就这样办")
            topics.close(desk, topic)
        found = joint_meeting.figures(desk, town.now, town.now + timedelta(seconds=1))
    assert (found.topics, found.estates, found.sittings) == (28, 29, 106)
    assert (found.resolved, found.closed) == (28, 28)
    shown = Program(town, "wangfang").get("/council/statistics")
    assert shown == {"topics": 28, "estates": 29, "sittings": 106, "resolved": 28, "closed": 28}
    assert Program(town, "lixiulan").refused("GET", "/council/statistics") == (403, "not_staff")


def test_the_joint_meeting_puts_its_own_agenda_together(town: Town) -> None:
    town.say("吴倩", "聘任 聂志勇 物业委员 泉馨苑")
    for who, building in (("李秀兰", 1), ("张伟", 6), ("刘福生", 4)):
        town.say(who, f"泉馨苑{building}号楼停水了")
    town.say("李秀兰", "提议 泉馨苑装门禁")
    assert "12月15日14:30" in (town.say("吴倩", "设共商会 15日 14:30 议事亭") or "")
    town.say("吴倩", "设共商会 15日 14:30 议事亭")
    assert "现在不能" in town.heard("吴倩")[-1]
    town.heard("聂志勇")
    town.wait(days=14)
    assert town.heard("聂志勇") == []
    town.wait(days=2)
    [agenda] = [line for line in town.heard("聂志勇") if "季度共商会议程" in line]
    assert "题-1 泉馨苑装门禁" in agenda
    assert "泉馨苑小区" in agenda
    assert "3件，3人反映" in agenda
    town.wait(days=6, hours=6)
    town.say("吴倩", "共商会结束 议成一件")
    assert "下一次季度共商会：3月15日14:30" in (town.say("吴倩", "共商会") or "")


def test_common_problems_become_a_topic_by_a_number(town: Town) -> None:
    for who, building in (("李秀兰", 1), ("张伟", 6), ("刘福生", 4)):
        town.say(who, f"泉馨苑{building}号楼停水了")
    assert "（3件，3人）" in (town.say("吴倩", "拟议题") or "")
    town.say("吴倩", "1")
    town.say("吴倩", "立题 题-1")
    assert "没有新的共性问题" in (town.say("吴倩", "拟议题") or "")
    for said in ("邀请 题-1 供电所", "开会 题-1", "散会 题-1", "决议 题-1 周五前换泵"):
        town.say("吴倩", said)
    for who in ("李秀兰", "张伟", "刘福生"):  # whoever reported it hears what came of it
        assert any("定下来了：周五前换泵" in line for line in town.heard(who))


def test_what_is_late_is_told(town: Town) -> None:
    for said in ("提议 泉馨苑装扶手", "立题 题-1", "邀请 题-1 王芳", "开会 题-1", "散会 题-1",
                 "决议 题-1 装两组", "跟踪 题-1 惠民物业 11月25日 装扶手"):  # fmt: skip
        town.say("吴倩", said)
    town.heard("聂志勇")
    town.wait(days=2, hours=10)
    assert any("过了时间还没办好：装扶手" in line for line in town.heard("聂志勇"))
    [issue] = town.issues()
    assert (issue.owner_team, issue.source) == ("huimin", "found")


def test_what_is_not_adopted_is_nobodys_business(town: Town) -> None:
    town.say("李秀兰", "提议 泉馨苑装门禁，我家301，电话13900000101")
    other, desk = Program(town, "zhangwei"), Program(town)
    assert other.refused("GET", "/topics/1") == (404, "not_found")
    assert other.refused("GET", "/topics?status=proposed") == (403, "forbidden_person")
    assert other.refused("POST", "/topics/1/actions/adopt", json={}) == (404, "not_found")
    adopted = desk.post("/topics/1/actions/adopt", {"title": "泉馨苑装门禁"})
    assert (adopted["status"], adopted["title"]) == ("adopted", "泉馨苑装门禁")
    shown = other.call("GET", "/topics").text
    assert "门禁" in shown
    assert not any(word in shown for word in PRIVATE)
    assert other.refused("POST", "/topics/1/actions/adopt", json={}) == (409, "forbidden_status")
    close = "/topics/1/actions/close"
    assert desk.refused("POST", close, json={}) == (409, "forbidden_status")
    assert "私" in (town.say("王芳", "详情 题-1", "泉馨苑邻里群") or "")


# -- 兼任委员 --------------------------------------------------------------------------------------


def test_a_property_manager_and_an_officer_each_see_their_own_queue(town: Town) -> None:
    town.say("吴倩", "聘任 聂志勇 物业委员 泉馨苑")
    town.say("吴倩", "聘任 雷涛 民警委员 泉馨苑")
    town.say("李秀兰", "泉馨苑3号楼2单元301下水道堵了，电话13900000101")
    town.say("李秀兰", "泉馨苑3号楼2单元有人偷电动车电瓶")
    town.say("李秀兰", "我家和楼上邻居因为漏水吵起来了，请社区来调解一下", "泉馨苑邻里群")
    manager, officer = (town.say(name, "委员待办") or "" for name in ("聂志勇", "雷涛"))
    assert "下水" in manager
    assert "下水" not in officer
    for queue in (manager, officer):
        assert "纠纷" not in queue
        assert not any(word in queue for word in PRIVATE)
    assert town.say("张建国", "委员待办") != manager
    town.say("吴倩", "解聘 雷涛")
    assert "雷涛" not in (town.say("李秀兰", "委员名单") or "")
    assert "聂志勇" in (town.say("李秀兰", "委员名单") or "")


# -- 调解 ----------------------------------------------------------------------------------------


def test_12_cases_all_closed(town: Town) -> None:
    """临猗: the mediation committee's 12 cases, all of them settled."""
    for name in ("王芳", "高建民", "陈静"):
        town.say("吴倩", f"聘任 {name} 调解委员")
    for number in range(1, 13):
        mediator = ("王芳", "李平", "陈静")[number % 3]
        town.say(mediator, f"受理调解 第{number}家的楼道堆物")
        town.say(mediator, f"当事人 案-{number} 甲{number}、乙{number}")
        town.say(mediator, f"调解记录 案-{number} 坐下来谈了")
        if number in (3, 6):
            town.say(mediator, f"移交 案-{number} 街道司法所 谈不拢")
            mediator = "李慧"
            town.say(mediator, f"调解记录 案-{number} 又谈了一次")
        town.say(mediator, f"协议 案-{number} 三天内搬走")
    town.wait(days=30)
    for number in range(1, 13):
        mediator = "李慧" if number in (3, 6) else ("王芳", "李平", "陈静")[number % 3]
        town.say(mediator, f"回访 案-{number} 都做到了")
    assert "共受理12起，结案12起，化解率100%" in (town.say("王芳", "调解台账") or "")
    cases = Program(town).get("/disputes")["items"]
    assert {case["status"] for case in cases} == {"closed"}
    assert len(cases) == 12
    assert [case["id"] for case in cases if case["stage"] == "judicial"] == [3, 6]
    assert len(Program(town, "liping").get("/disputes")["items"]) == 10  # not what he handed over
    assert Program(town, "zhangjianguo").refused("GET", "/disputes") == (403, "not_staff")
    town.wait(days=5)
    assert not any("还没有做" in line for line in town.heard("王芳"))
    assert list(verify(town.runtime.db)) == []


def test_an_agreement_that_is_not_kept_and_a_case_that_goes_to_court(town: Town) -> None:
    for said in ("受理调解 楼上漏水", "当事人 案-1 李秀兰、张伟", "调解记录 案-1 谈了",
                 "协议 案-1 修好", "违约 案-1 没有修", "移交 案-1 街道司法所 不修"):  # fmt: skip
        town.say("李平", said)
    for said in ("调解记录 案-1 谈了", "调解不成 案-1 各执一词"):
        town.say("李慧", said)
    assert any("向法院起诉" in line for line in town.heard("张伟"))
    assert "结案0起，化解率0%" in (town.say("李慧", "调解台账") or "")


def test_nobody_mediates_his_own_case(town: Town) -> None:
    town.say("李平", "受理调解 楼上漏水")
    with town.runtime.db.write() as tx:
        disputes.add_party(tx, 1, town.names["秦玉兰"])
    assert "没有查到" in (town.say("秦玉兰", "详情 案-1") or "")


# -- 共同筹资 --------------------------------------------------------------------------------------


def test_a_smart_lock_paid_together_and_shown_to_all(town: Town) -> None:
    """窑坡社区: 共同筹资安装智能门禁."""
    for said in ("提议 泉馨苑装智能门禁", "立题 题-1", "邀请 题-1 王芳", "开会 题-1", "散会 题-1"):
        town.say("吴倩", said)
    town.say("吴倩", "筹资 题-1 智能门禁 300元")
    assert "现在不能" in town.heard("吴倩")[-1]
    town.say("吴倩", "决议 题-1 大家出钱装")
    town.say("吴倩", "筹资 题-1 智能门禁 300元")
    assert any("筹-1 智能门禁，共需300元" in line for line in town.heard("李秀兰"))
    town.say("李秀兰", "认筹 筹-1 200元")
    town.say("张伟", "认筹 筹-1 100元")
    town.say("刘福生", "认筹 筹-1 100元")
    assert "不归您办" in town.heard("刘福生")[-1]  # lives elsewhere
    town.say("吴倩", "收款 筹-1 李秀兰 200元")
    assert any("收到您家200元" in line for line in town.heard("李秀兰"))
    town.say("吴倩", "支出 筹-1 250元 主机")
    assert "现在不能" in town.heard("吴倩")[-1]  # more than has come
    town.say("吴倩", "支出 筹-1 180元 主机一台，送到3号楼2单元301室")
    spent = [line for line in town.heard("张伟") if "支出180元" in line]
    assert len(spent) == 1
    assert "301" not in spent[0]
    shown = town.say("刘福生", "公示 筹-1") or ""
    assert "2户认筹300元，已收200元，已支出180元，余20元" in shown
    assert "李秀兰" not in shown
    town.say("吴倩", "结清 筹-1")
    assert "说明" in town.heard("吴倩")[-1]
    town.say("吴倩", "结清 筹-1 余款转入维修基金")
    [fund] = Program(town, "liufusheng").get("/funds")["items"]
    assert (fund["status"], fund["left"], fund["households"]) == ("settled", 2_000, 2)
    with town.runtime.db.read() as tx:
        [first, _] = fund_table.pledges(tx, 1)
        person = people.by_id(tx, town.names["李秀兰"])
        assert person is not None
        assert first.household == households.hashed(act(town, tx, "吴倩"), "fund-1", person)
        assert "泉馨苑" not in first.household
    assert list(verify(town.runtime.db)) == []


def test_only_who_keeps_the_money_writes_it_down(town: Town) -> None:
    town.say("吴倩", "筹资 智能门禁 300元 泉馨苑")
    town.say("高建民", "收款 筹-1 李秀兰 200元")
    assert "不归您办" in town.heard("高建民")[-1]


def test_resolved_without_a_sitting_is_forbidden(town: Town) -> None:
    with town.runtime.db.write() as tx:
        desk = act(town, tx, "吴倩")
        topic = topics.propose(desk, topics.Proposal("装扶手"))
        with pytest.raises(Forbidden):
            topics.resolve(desk, topics.adopt(desk, topic), "装")
        assert topic_table.page(tx, ("resolved",), 0, 9) == []


def test_a_topic_goes_its_way_over_the_api(town: Town) -> None:
    program = Program(town)
    made = program.post("/topics", {"title": "装扶手", "estate": "泉馨苑小区"})
    path = f"/topics/{made['id']}/actions"
    program.post(f"{path}/adopt")
    invited = program.post(f"{path}/invite", {"roles": ["物业"], "teams": ["gongdian"]})
    assert (invited["status"], invited["asked"]) == ("invited", 2)
    unknown = program.refused("POST", f"{path}/invite", json={"teams": ["nobody"]})
    assert unknown == (409, "unknown_target")
    program.post(f"{path}/convene")
    program.post(f"{path}/minute", {"note": "装在东侧"})
    voting = program.post(f"{path}/vote", {"options": ["装", "不装"], "households": 2})
    resident = Program(town, "lixiulan")
    vote = f"/motions/{voting['motion']}/actions/vote"
    assert resident.post(vote, {"choice": 0})["voted"] == 1
    assert resident.refused("POST", vote, json={"choice": 1}) == (409, "forbidden_status")
    Program(town, "zhangwei").post(vote, {"choice": 0})
    town.wait(days=7)
    tracked = program.post(f"{path}/track", {"team": "huimin", "note": "装好", "days": 9})
    assert (tracked["resolution"], tracked["followups"]) == ("装", 1)
    assert town.issues()[-1].owner_team == "huimin"
    town.say("吴倩", "筹资 扶手 300元 泉馨苑")
    pledge = "/funds/1/actions/pledge"
    assert resident.post(pledge, {"amount": 20_000})["pledged"] == 20_000
    assert program.refused("POST", pledge, json={"amount": 1}) == (403, "forbidden_person")
    town.say("吴倩", "聘任 聂志勇 物业委员 泉馨苑")
    manager = Program(town, "niezhiyong").get("/committee/queue")
    assert manager["tasks"] == ["装好"]
    assert program.get("/committee")["items"][0]["name"] == "聂志勇"
    assert resident.refused("GET", "/committee/queue") == (403, "forbidden_person")


def test_a_good_is_had_for_points_and_in_no_other_way(town: Town) -> None:
    town.say("吴倩", "上架兑换 理发一次 3分 1份")
    claim = "/entries/good-1/actions/claim"
    member = Program(town, "zhangjianguo")
    assert member.refused("POST", claim, json={}) == (409, "forbidden_status")
    Program(town).post("/entries", {"kind": "good", "title": "没写分数的"})
    town.say("张建国", "兑换 兑-2")
    assert "现在不能" in town.heard("张建国")[-1]
