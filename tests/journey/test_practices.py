"""The practices end to end: the reports' own figures, what is private, and what falls due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.database import Tx
from data.practice_rows import Bond
from data.rows import Person
from data.tables import entries, members, people
from data.tables import issues as issue_table
from data.tables import motions as motion_table
from data.tables import rounds as round_table
from desk import attending, claims, listing, motions, rounds
from desk.audit import verify
from desk.enrolling import read
from desk.members import report
from desk.rules.lifecycle import Forbidden
from desk.service import Act, nobody
from tests.journey.programs import Program
from tests.journey.town import Town

PRIVATE = ("赵奶奶", "13900000101", "李秀兰", "301")


def act(town: Town, tx: Tx, who: str) -> Act:
    """Somebody about to do something, outside of chat."""
    person = people.by_id(tx, town.names.get(who, who))
    assert person is not None
    return Act(tx, town.runtime.service, person, town.now, town.runtime.service.roster(tx))


def neighbour(town: Town, tx: Tx, number: int, **home: str) -> Person:
    found = nobody(f"n{number}", town.now, name=f"居民{number}")
    people.put(tx, found)
    people.move(tx, found.id, estate=home.get("estate"), building=home.get("building"),
                unit=home.get("unit"), room=home.get("room"), grid=home.get("grid"))  # fmt: skip
    return found


def figures(town: Town) -> dict[tuple[str, str], int]:
    found = Program(town, name="figures").get("/practices/statistics")
    return {(each["kind"], each["action"]): each["count"] for each in found["journal"]}


# -- 双报到 ---------------------------------------------------------------------------------------


def test_124_members_report_and_are_counted(town: Town) -> None:
    """朝阳街社区: 124 in-service members; each reported, confirmed at the desk by name."""
    skills = ("法律", "水电", "家教", "巡逻")
    surnames, names = "赵钱孙李周吴郑王冯陈褚卫", "甲乙丙丁戊己庚辛壬癸子丑"
    for number in range(124):
        name = surnames[number % 12] + names[number // 12]
        said = f"代报到 {name} {number % 9}号公司 {skills[number % 4]} 泉馨苑{number % 8 + 1}号楼"
        town.say("吴倩", said)
    program = Program(town)
    found = program.get("/practices/statistics")
    assert found["members"] == {"confirmed": 124}
    assert ("member", "confirm", 124) in [tuple(each.values()) for each in found["journal"]]
    ledger = program.get("/members", limit=200)["items"]
    assert len(ledger) == 124
    assert {member["grid"] for member in ledger} == {"CYJ-2-1-1", "CYJ-2-1-2"}
    assert all(member["reason"] and member["team"] for member in ledger)
    assert list(verify(town.runtime.db)) == []


def test_scanning_the_desks_code_asks_for_what_is_needed(town: Town) -> None:
    town.phones.subscribe(town.names["杨帆"], "report")
    assert any("报到 姓名 单位 特长 小区" in line for line in town.heard("杨帆"))
    town.say("杨帆", "杨帆，城区司法局，会调解，住八家巷5号楼")
    heard = " ".join(town.heard("杨帆"))
    assert "员-1" in heard
    assert "小李说理" in heard


def test_who_is_on_the_list_already_is_not_entered_twice(town: Town) -> None:
    with town.runtime.db.write() as tx:
        people.put(tx, nobody("m-1", town.now, name="王春"))
        listed = act(town, tx, "m-1")
        made = report(listed, read(listed, "王春 司法局 法律 泉馨苑"), listed.person)
        members.save(tx, replace(made, state="listed"))
    town.say("杨帆", "报到 王春 司法局 法律 泉馨苑")
    with town.runtime.db.read() as tx:
        assert sum(members.counted(tx, "state").values()) == 1
        found = members.by_number(tx, 1)
        assert found is not None
        assert (found.state, found.applicant) == ("reported", town.names["杨帆"])


def test_a_resident_gets_no_ledger_and_no_claim(town: Town) -> None:
    town.say("吴倩", "代报到 赵志强 水电 中医院 滨河花园一期3号楼")
    town.say("李秀兰", "查看 员-1")
    assert "不归您办" in town.heard("李秀兰")[-1]
    resident = Program(town, "lixiulan")
    assert resident.refused("GET", "/members") == (403, "not_staff")
    assert resident.refused("GET", "/practices/statistics") == (403, "not_staff")
    confirm = "/members/1/actions/confirm"
    assert resident.refused("POST", confirm) == (404, "not_found")
    shown = Program(town, "wangfang", "read").call("GET", "/members").text
    assert "赵志强" not in shown


def test_tags_of_role_and_theme_are_found_and_counted(town: Town) -> None:
    for number, name in enumerate(("赵甲", "钱乙", "孙丙"), 1):
        town.say("吴倩", f"代报到 {name} 水电 中医院 泉馨苑{number}号楼")
    town.say("吴倩", "标签 员-1 宣讲、示范")
    town.say("吴倩", "标签 员-2 宣讲、暖心")
    town.say("王芳", "标签 员-3 宣讲")
    assert "不归您办" in town.heard("王芳")[-1]
    listed = town.say("王芳", "名册 宣讲") or ""
    assert [number in listed for number in ("员-1", "员-2", "员-3")] == [True, True, False]
    assert "赵甲" not in listed
    tags = Program(town).get("/practices/statistics")["tags"]
    assert tags == {"宣讲": 2, "示范": 1, "暖心": 1}


def test_who_answers_for_my_building_from_the_grid_to_the_stairway(town: Town) -> None:
    with town.runtime.db.write() as tx:
        made = {
            ("楼长", "3", None): "张伟",
            ("楼道长", "3", "2"): "白雪",
            ("党员中心户", "3", "1"): "樊建华",
        }
        members.replace_stewards(tx, [
            Bond(0, "steward", title, town.names[name], None, None, "泉馨苑小区", building, unit,
                 town.now, None)
            for (title, building, unit), name in made.items()
        ])  # fmt: skip
    said = town.say("李秀兰", "谁包我楼") or ""  # she lives in unit 2
    assert said.index("密网格：王芳") < said.index("大网格：高建民") < said.index("楼长：张伟")
    assert "楼道长：白雪" in said
    assert "樊建华" not in said
    assert "樊建华" in (town.say("刘福生", "谁包 泉馨苑3号楼1单元") or "")


def test_comparing_units_is_off_by_default(town: Town) -> None:
    town.say("吴倩", "对比榜")
    assert "没有打开" in town.heard("吴倩")[-1]
    town.runtime.service.settings.practices.compare = True
    town.say("吴倩", "对比榜")
    assert "没有打开" not in town.heard("吴倩")[-1]


# -- 微心愿 ---------------------------------------------------------------------------------------


def test_59_items_go_to_59_people_with_59_receipts(town: Town) -> None:
    """窑坡社区: 认领群众, 59 items, in one donation."""
    for number in range(1, 60):
        place = f"泉馨苑{number % 8 + 1}号楼{number % 3 + 1}单元"
        town.say("王芳", f"代许愿 老人{number} {place} 一袋米面油")
        town.say("吴倩", f"发布 愿-{number}")
    for name in ("王芳", "吴倩", "董梅"):
        town.heard(name)
    town.say("董梅", "捐赠 59份 米面油")
    town.say("吴倩", "发布 捐-1")
    town.heard("王芳")
    town.say("吴倩", "分配 捐-1 愿-1到愿-59")
    names = "\n".join(town.heard("董梅"))
    assert all(f"老人{number}" in names for number in (1, 30, 59))
    assert len(town.heard("王芳")) == 1  # one message for 59 wishes
    town.say("董梅", "送达 捐-1 都送到了")
    town.say("王芳", "签收 捐-1")
    town.heard("董梅")
    town.say("董梅", "详情 捐-1")
    assert "共59份，已分配59，已送达59，已签收59" in town.heard("董梅")[-1]
    counted = figures(town)
    assert (counted["wish", "claim"], counted["wish", "confirm"]) == (59, 59)
    assert list(verify(town.runtime.db)) == []


def test_16_wishes_come_true_and_the_statistics_say_so(town: Town) -> None:
    """朝阳街社区: 16 wishes, each by one sentence of a resident, each by one member."""
    for number in range(1, 17):
        town.say("李秀兰", f"许愿 想要第{number}本书")
        town.say("吴倩", f"发布 愿-{number}")
        town.say("崔海波", f"认领 愿-{number}")
        town.say("崔海波", f"送达 愿-{number} 送到了")
        town.say("李秀兰", f"满意 愿-{number}")
        town.now += timedelta(minutes=1)
    counted = figures(town)
    steps = ("propose", "publish", "claim", "deliver", "confirm")
    assert [counted["wish", step] for step in steps] == [16] * 5
    assert {issue.status for issue in town.issues()} == {"closed"}
    assert list(verify(town.runtime.db)) == []


def test_the_issue_moves_its_listing_and_never_the_other_way_round(town: Town) -> None:
    town.say("李秀兰", "许愿 想要一本书")
    town.say("吴倩", "发布 愿-1")
    town.say("崔海波", "认领 愿-1")
    assert town.issue("1123-01").status == "assigned"  # its owner goes on answering for it
    town.say("崔海波", "办结 1123-01 书送到了")
    assert status(town, 1) == "taken"
    town.say("李秀兰", "没修好 1123-01 没见着")
    with town.runtime.db.read() as tx:
        assert [claim.state for claim in entries.claims_of(tx, 1)] == ["claimed"]
    town.say("崔海波", "送达 愿-1 又送了一次")
    town.say("李秀兰", "满意")
    assert status(town, 1) == "fulfilled"
    assert list(verify(town.runtime.db)) == []


@pytest.mark.parametrize(
    ("said", "by"), [("撤销 1123-01", "李秀兰"), ("不予受理 1123-01 不在范围", "吴倩")]
)
def test_a_wish_that_is_taken_back_leaves_the_list(town: Town, said: str, by: str) -> None:
    town.say("李秀兰", "许愿 想要一本书")
    town.say("吴倩", "发布 愿-1")
    town.say("崔海波", "认领 愿-1")
    town.heard("崔海波")
    town.say(by, said)
    assert status(town, 1) == "withdrawn"
    assert any("不用再办" in line for line in town.heard("崔海波"))


def test_a_wish_that_the_owner_fulfils_himself_counts(town: Town) -> None:
    town.say("李秀兰", "许愿 想要一本书")
    town.say("吴倩", "发布 愿-1")
    owner = town.issue("1123-01").owner_team
    lead = town.runtime.service.roster
    with town.runtime.db.read() as tx:
        person = lead(tx).teams[owner or ""].members[0]
    name = next(name for name, id_ in town.names.items() if id_ == person)
    town.say(name, "办结 1123-01 书送到了")
    town.say("李秀兰", "满意 1123-01")
    assert status(town, 1) == "fulfilled"


def test_recategorised_away_and_back(town: Town) -> None:
    town.say("李秀兰", "许愿 想要一本书")
    town.say("吴倩", "改类 1123-01 楼道灯")
    assert status(town, 1) == "withdrawn"
    town.say("吴倩", "撤销改类 1123-01")
    assert status(town, 1) == "proposed"


def status(town: Town, number: int) -> str:
    with town.runtime.db.read() as tx:
        found = entries.by_number(tx, "wish", number)
    assert found is not None
    return found.status


# -- what is private ------------------------------------------------------------------------------


def test_no_name_and_no_door_in_a_group_or_for_a_program(town: Town) -> None:
    town.say("王芳", "代许愿 赵奶奶 泉馨苑3号楼2单元301室 一床电热毯，赵奶奶电话13900000101")
    town.say("吴倩", "发布 愿-1")
    for said in ("心愿单", "认领 愿-1", "详情 愿-1", "我的认领", "名册", "送达 愿-1"):
        reply = town.say("张建国", said, "泉馨苑邻里群") or ""
        assert not any(word in reply for word in PRIVATE), reply
    for who in ("gaojianmin", "lixiulan"):
        for path in ("/entries/wish-1", "/entries?kind=wish"):
            shown = Program(town, who, name=f"{who}{path}").call("GET", path).text
            assert "愿-1" in shown
            assert not any(word in shown for word in PRIVATE), shown


def test_only_the_claimer_and_the_proposer_read_for_whom_it_is(town: Town) -> None:
    town.say("王芳", "代许愿 赵奶奶 泉馨苑3号楼2单元 一床电热毯")
    town.say("吴倩", "发布 愿-1")
    town.say("张建国", "认领 愿-1")
    reads = {
        name: "赵奶奶" in (town.say(name, "详情 愿-1") or "")
        for name in ("张建国", "王芳", "崔海波", "李秀兰", "高建民")
    }
    assert reads == {
        "张建国": True, "王芳": True, "崔海波": False, "李秀兰": False, "高建民": False,
    }  # fmt: skip
    town.say("张建国", "放弃 愿-1 出差了")
    assert "赵奶奶" not in (town.say("张建国", "详情 愿-1") or "")


def test_what_is_not_reviewed_is_nobodys_business(town: Town) -> None:
    town.say("王芳", "代许愿 赵奶奶 泉馨苑3号楼2单元 一床电热毯")
    outsider, desk = Program(town, "zhangjianguo"), Program(town)
    assert outsider.refused("GET", "/entries/wish-1") == (404, "not_found")
    assert outsider.refused("GET", "/entries?kind=wish&status=proposed") == (
        403,
        "forbidden_person",
    )
    publish = "/entries/wish-1/actions/publish"
    assert outsider.refused("POST", publish, json={}) == (404, "not_found")
    assert desk.post(publish)["status"] == "published"
    assert outsider.post("/entries/wish-1/actions/claim")["status"] == "taken"
    resident = Program(town, "lixiulan")
    claim = "/entries/wish-1/actions/claim"
    assert resident.refused("POST", claim) == (409, "forbidden_status")
    delivered = outsider.post("/entries/wish-1/actions/deliver", {"note": "送到了"})
    assert delivered["left"] == 0
    assert desk.post("/entries/wish-1/actions/confirm")["status"] == "fulfilled"


def test_a_resident_who_has_not_reported_claims_nothing(town: Town) -> None:
    made = Program(town).post("/entries", {"kind": "post", "title": "楼道巡查"})
    assert (made["id"], made["status"]) == ("post-1", "published")
    claim = "/entries/post-1/actions/claim"
    assert Program(town, "lixiulan").refused("POST", claim) == (403, "forbidden_member")


def test_help_lists_what_one_may_say_and_nothing_else(town: Town) -> None:
    def shown(name: str) -> str:
        return "\n".join(
            town.say(name, f"帮助 {area}") or "" for area in ("双报到", "微心愿", "认领")
        )

    resident, worker, desk = shown("李秀兰"), shown("王芳"), shown("吴倩")
    assert "许愿" in resident
    assert not any(word in resident for word in ("代许愿", "名册", "设岗", "分配", "发布 愿-1"))
    assert "代许愿" in worker
    assert "分配" not in worker
    assert all(word in desk for word in ("代许愿", "名册", "设岗", "分配", "发布 愿-1"))
    assert "接单" not in (town.say("李秀兰", "帮助") or "")
    assert "接单" in (town.say("张建国", "帮助") or "")
    assert "督办" not in (town.say("张建国", "帮助") or "")


# -- rounds and votes -----------------------------------------------------------------------------


def test_a_visit_is_planned_reminded_of_and_missed(town: Town) -> None:
    with town.runtime.db.write() as tx:
        duty = rounds.Duty("visit", "看望独居老人", town.names["王芳"], "every 7")
        rounds.begin(act(town, tx, "吴倩"), duty)
    town.wait(days=6, hours=1)
    assert any("【提醒】看望独居老人" in line for line in town.heard("王芳"))
    town.wait(days=1)
    assert town.heard("吴倩") == []
    town.wait(days=1)
    assert any("还没有做" in line for line in town.heard("王芳"))
    assert any("看望独居老人" in line and "王芳" in line for line in town.heard("吴倩"))
    with town.runtime.db.write() as tx:
        late = next(o for o in round_table.occasions_of(tx, 1) if o.state == "missed")
        rounds.hold(act(town, tx, "王芳"), late, "补上了")
        with pytest.raises(Forbidden):
            rounds.hold(act(town, tx, "李秀兰"), late, "不是我")
    assert list(verify(town.runtime.db)) == []


def test_what_lapses_at_night_is_told_in_the_morning(town: Town) -> None:
    town.runtime.service.settings.quiet.hours = "on"
    with town.runtime.db.write() as tx:
        duty = rounds.Duty("visit", "巡查", town.names["王芳"], "once", grace_hours=14)
        rounds.begin(act(town, tx, "吴倩"), duty)  # lapses at 23:00
    town.heard("王芳")
    town.wait(hours=14, minutes=30)
    assert town.heard("王芳") == []
    town.wait(hours=8)
    assert any("还没有做" in line for line in town.heard("王芳"))


def test_signing_up_and_coming(town: Town) -> None:
    with town.runtime.db.write() as tx:
        by = act(town, tx, "吴倩")
        duty = rounds.Duty("event", "便民服务日", by.person.id, "weekly 4 15:00", capacity=1)
        rounds.begin(by, duty)
        [occasion] = round_table.occasions_of(tx, 1)
        assert attending.sign_up(by, occasion, town.names["李秀兰"]).state == "signed"
        assert attending.sign_up(by, occasion, town.names["张伟"]).state == "waiting"  # no room
        with pytest.raises(Forbidden):
            attending.sign_up(by, occasion, town.names["李秀兰"])
        moved = attending.cancel(by, occasion, town.names["李秀兰"])
        assert moved is not None
        assert moved.person == town.names["张伟"]
        attending.check_in(by, occasion, town.names["张伟"])
        with pytest.raises(Forbidden):
            attending.check_in(by, occasion, town.names["张伟"])
        attending.check_in(by, occasion, town.names["李秀兰"])  # came without signing up
        came = {row.person: row.state for row in round_table.attendance(tx, occasion.id)}
    assert set(came.values()) == {"came"}
    assert len(came) == 2


def test_one_household_one_vote_and_no_door_beside_a_choice(town: Town) -> None:
    with town.runtime.db.write() as tx:
        question = motions.Question(
            "装智能门禁", ("同意", "不同意"), 4, town.now + timedelta(days=3), estate="泉馨苑小区"
        )
        motion = motions.put(act(town, tx, "吴倩"), question)
        doors = [("3", "2", "301"), ("3", "2", "302"), ("6", "1", "502")]
        for number, (building, unit, room) in enumerate(doors):
            neighbour(
                town, tx, number, estate="泉馨苑小区", building=building, unit=unit, room=room
            )
        assert motions.cast(act(town, tx, "李秀兰"), motion, 0)
        assert not motions.cast(act(town, tx, "n0"), motion, 1)  # the same door, 301
        assert motions.cast(act(town, tx, "n1"), motion, 0)
        assert motions.cast(act(town, tx, "n2"), motion, 1)
        with pytest.raises(Forbidden):
            motions.cast(act(town, tx, "刘福生"), motion, 0)  # lives elsewhere
        kept = "".join(str(row["household"]) for row in tx.rows("SELECT household FROM ballots"))
        assert len(kept) == 3 * 32
        assert not any(word in kept for word in ("泉馨苑", "单元"))
    town.heard("吴倩")
    town.wait(days=3)
    assert any("3户表决" in line and "通过" in line for line in town.heard("吴倩"))
    with town.runtime.db.write() as tx:
        closed = motion_table.by_number(tx, 1)
        assert closed is not None
        assert (closed.status, closed.result["counts"]) == ("passed", [2, 1])
        with pytest.raises(Forbidden):
            motions.cast(act(town, tx, "n1"), closed, 0)


# -- the shared pieces hold -----------------------------------------------------------------------


def test_the_audit_sees_what_was_changed_behind_the_journals_back(town: Town) -> None:
    town.say("李秀兰", "许愿 想要一本书")
    with town.runtime.db.write() as tx:
        tx.run("UPDATE entries SET status = 'fulfilled'")
    assert [(b.number, b.reason) for b in verify(town.runtime.db)] == [("wish-1", "status")]
    with town.runtime.db.write() as tx:
        tx.run("UPDATE journal SET note = '改过'")
    assert [b.reason for b in verify(town.runtime.db)] == ["chain"]


def test_two_who_claim_at_once_do_not_both_get_it(town: Town) -> None:
    with town.runtime.db.write() as tx:
        entry = listing.propose(act(town, tx, "吴倩"), listing.Proposal("demand", "帮老人理发"))
        claims.claim(act(town, tx, "张建国"), entry)
        with pytest.raises(Forbidden) as caught:
            claims.claim(act(town, tx, "崔海波"), entry)  # as it was read before
        assert caught.value.reason == "status"
        assert issue_table.latest(tx) == []
