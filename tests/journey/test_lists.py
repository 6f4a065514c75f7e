"""The three lists end to end: the reports' own figures, who may do what, and what is private."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from data.tables import entries
from data.tables import questions as question_table
from desk.audit import verify
from desk.imports import import_table
from desk.tables import write_csv
from tests.journey.programs import Program
from tests.journey.town import Town

PRIVATE = ("李秀兰", "13900000101", "301")
STEPS = (
    ("董梅", "开工 项-{}"), ("董梅", "投产 项-{} 开放了"), ("董梅", "达效 项-{} 天天有人来"),
    ("吴倩", "评估 项-{} 达到要求"), ("吴倩", "推广 项-{} 别的单位也学"),
)  # fmt: skip


def figures(town: Town) -> dict[tuple[str, str], int]:
    found = Program(town, name="figures").get("/practices/statistics")
    return {(each["kind"], each["action"]): each["count"] for each in found["journal"]}


def offer(town: Town, said: str = "上门理发 周二上午、周五上午 每周4人", who: str = "董梅") -> None:
    town.say(who, f"提供服务 {said}")
    with town.runtime.db.read() as tx:
        count = len(entries.page(tx, "resource", (), 0, 100))
    town.say("吴倩", f"发布 资-{count}")


def need(town: Town, said: str = "独居老人想理发 泉馨苑") -> None:
    town.say("王芳", f"需求 {said}")
    with town.runtime.db.read() as tx:
        count = len(entries.page(tx, "demand", (), 0, 100))
    town.say("吴倩", f"发布 需-{count}")


# -- projects and tasks ------------------------------------------------------------------------


def test_four_projects_go_through_six_steps_and_are_counted(town: Town) -> None:
    """临猗县: 三清单, 4 projects; each from a need and an offer to what it came to."""
    offer(town, "周末开放操场 周六上午 每周40人")
    for number in range(1, 5):
        need(town, f"第{number}院没有运动场地 泉馨苑")
        town.say("吴倩", f"立项 需-{number} 资-1 期限 2027-03-31 验收 每周开放")
        for who, step in STEPS:
            town.say(who, step.format(number))
    counted = figures(town)
    stages = ("approve", "started", "running", "effective", "assessed", "spread")
    assert [counted["project", stage] for stage in stages] == [4] * 6
    assert counted["demand", "confirm"] == 4
    program = Program(town)
    assert [p["state"] for p in program.get("/projects")["items"]] == ["done"] * 4
    assert list(verify(town.runtime.db)) == []


def test_64_tasks_in_9_areas_move_and_the_board_says_so(town: Town, tmp_path: Path) -> None:
    """黄陵街道: 9 areas, 64 tasks, imported; progress in chat."""
    rows = [
        {"area": f"领域{n % 9}", "title": f"任务{n}", "owner": "绿色环保队", "due": "2027-06-30"}
        for n in range(64)
    ]
    path = tmp_path / "tasks.csv"
    path.write_bytes(write_csv(list(rows[0]), rows))
    import_table(town.runtime.db, "tasks", path, town.now)
    for number in range(1, 17):
        town.say("姚丽", f"完成 任-{number} 做好了")
    program = Program(town)
    board = program.get("/tasks/board")
    assert (len(board["areas"]), board["tasks"], board["done"]) == (9, 64, 16)
    assert "共9个领域64项任务，完成16项" in (town.say("王芳", "任务清单") or "")
    assert figures(town)["task", "done"] == 16
    moved = program.post("/tasks/17/actions/progress", {"progress": 30})
    assert (moved["progress"], moved["state"]) == (30, "open")
    assert Program(town, "lixiulan").refused("GET", "/tasks") == (403, "not_staff")


def test_a_project_that_is_stopped_gives_its_need_back(town: Town) -> None:
    offer(town)
    need(town)
    town.say("吴倩", "立项 需-1 资-1 期限 2027-03-31")
    with town.runtime.db.read() as tx:
        [claim] = entries.claims_of(tx, 2)
        assert claim.until is not None
        assert claim.until > town.now + timedelta(days=100)  # as long as the project, not 14 days
    town.say("吴倩", "停办 项-1 场地没谈下来")
    with town.runtime.db.read() as tx:
        found = entries.by_number(tx, "demand", 1)
        assert found is not None
        assert found.status == "published"
    town.say("董梅", "开工 项-1")
    assert "现在不能这样办" in town.heard("董梅")[-1]


def test_the_follower_of_a_complaint_is_never_whom_it_is_about(town: Town) -> None:
    town.say("李秀兰", "201路公交离泉馨苑太远，加一站吧")
    town.say("吴倩", "外协 1123-01 公交加站")
    town.say("刘福生", "关注 1123-01")
    assert "公交加站" in town.heard("刘福生")[-1]
    town.say("刘福生", "进度 1123-01")
    assert "没有查到" in town.heard("刘福生")[-1]  # following shows the project, not the request
    shown = Program(town, "lixiulan").get("/projects/1")
    assert "李秀兰" not in str(shown)


# -- matching ----------------------------------------------------------------------------------


def test_who_needs_it_is_told_to_whoever_takes_it_on_and_to_nobody_else(town: Town) -> None:
    offer(town)
    town.say("王芳", "走访需求 周玉珍 泉馨苑3号楼2单元301 想理发")
    town.say("吴倩", "发布 需-1")
    for name in ("董梅", "崔海波"):
        town.heard(name)
    program = Program(town)
    [match] = program.get("/entries/demand-1/matches")["items"]
    assert match["offer"]["id"] == "resource-1"
    assert "理发" in match["reasons"]
    program.post("/entries/demand-1/actions/assign", {"offer": 1})
    town.runtime.courier.deliver_due()
    told = "\n".join(town.heard("董梅"))
    assert "周玉珍" in told
    assert "301" in told
    listed = (
        town.say("李秀兰", "需求清单"), town.say("崔海波", "详情 需-1"),
        program.call("GET", "/entries/demand-1").text, program.call("GET", "/problems").text,
    )  # fmt: skip
    assert all("周玉珍" not in (text or "") for text in listed)
    assert Program(town, "lixiulan").refused("GET", "/entries/demand-1/matches") == (
        403, "not_staff",
    )  # fmt: skip


def test_what_is_booked_out_is_no_longer_offered(town: Town) -> None:
    offer(town, "上门理发 周二上午 每周1人")
    program = Program(town)
    first, second, *_ = program.get("/entries/resource-1/calendar")["items"]
    assert (first["left"], second["left"]) == (1, 1)
    booked = program.post("/entries/resource-1/actions/book", {"at": first["at"]})
    path = "/entries/resource-1/actions/book"
    refused = program.refused("POST", path, json={"at": first["at"]})
    assert refused == (409, "forbidden_status")
    program.post(path, {"at": second["at"]})
    need(town)
    assert "没有找到" in (town.say("王芳", "匹配 需-1") or "")
    program.post(f"/bookings/{booked['id']}/actions/cancel", {})
    assert "资-1" in (town.say("王芳", "匹配 需-1") or "")


def test_an_offer_past_its_term_is_taken_down(town: Town) -> None:
    offer(town, "上门理发 周二上午 每周4人 2026-12-01")
    assert "资-1" in (town.say("王芳", "服务清单 理发") or "")
    town.heard("董梅")
    town.wait(days=10)
    assert any("有效期到了" in line for line in town.heard("董梅"))
    assert "资-1" not in (town.say("王芳", "服务清单 理发") or "")


@pytest.mark.parametrize(
    "said",
    ["资源浪费太严重了，路灯白天也亮着", "服务态度太差了，物业没人管", "预约的体检什么时候去",
     "需求很简单，楼道灯修好就行", "小事一桩，谢谢啦", "关注一下八家巷的垃圾", "答应好的事没办"],
)  # fmt: skip
def test_words_of_command_do_not_swallow_what_people_say(town: Town, said: str) -> None:
    town.say("李秀兰", said)
    counted = figures(town)
    assert not {kind for kind, _ in counted} & {"resource", "demand", "project", "booking"}


# -- questions ---------------------------------------------------------------------------------


def _answered(town: Town) -> None:
    town.say("张伟", "请问异地就医医保备案怎么办理")
    town.say("吴倩", "请教 1123-01")
    town.say("吴倩", "1")
    with town.runtime.db.read() as tx:
        found = question_table.by_number(tx, 1)
    assert found is not None
    name = next(name for name, id_ in town.names.items() if id_ == found.expert)
    town.say(name, "答 问-1 手机上备案，当天生效")


@pytest.mark.parametrize(
    "said",
    [
        "异地就医医保备案不办会怎么样",  # a refusal
        "异地就医医保备案要交多少钱",  # something else of it
        "异地就医医保备案办了三次都没成，医院说急诊不给报，老人晕倒了",
        "城乡医保怎么缴费",
    ],
)
def test_in_doubt_a_question_is_recorded_and_not_answered(town: Town, said: str) -> None:
    _answered(town)
    town.say("白雪", said)
    assert "当天生效" not in "\n".join(town.heard("白雪"))


def test_a_withdrawn_answer_answers_nobody(town: Town) -> None:
    _answered(town)
    town.say("吴倩", "作废 问-1 政策变了")
    town.say("白雪", "请问异地就医医保备案怎么办理")
    assert "当天生效" not in "\n".join(town.heard("白雪"))


def test_the_expert_reads_the_question_and_not_who_asks(town: Town) -> None:
    town.say("李秀兰", "请问3号楼2单元301异地就医医保备案怎么办，电话13900000101")
    Program(town).post("/issues/1123-01/actions/consult", {"expert": "jiangbo"})
    town.runtime.courier.deliver_due()
    [told] = [row for row in town.heard("蒋波") if row.startswith("【请教您】")]
    assert "异地就医医保备案" in told
    assert not [word for word in PRIVATE if word in told]
    [kept] = [row for row in _pushes(town) if "【请教您】" in row]
    assert kept == told
    town.say("蒋波", "进度 1123-01")  # were he to guess the number
    assert "没有查到" in town.heard("蒋波")[-1]


def _pushes(town: Town) -> list[str]:
    with town.runtime.db.read() as tx:
        rows = tx.rows("SELECT text FROM outbox ORDER BY id")
    return [row["text"] for row in rows]


def test_an_answer_by_a_program_is_kept_and_cited(town: Town) -> None:
    town.say("张伟", "请问异地就医医保备案怎么办理")
    program = Program(town)
    asked = program.post("/issues/1123-01/actions/consult", {"expert": "jiangbo"})
    mine = Program(town, "jiangbo")
    answered = mine.post(f"/questions/{asked['id']}/actions/answer", {"note": "手机上备案"})
    assert (answered["state"], answered["expert"]) == ("answered", "蒋波")
    [kept] = Program(town, "lixiulan").get("/knowledge", word="备案")["items"]
    assert (kept["answer"], kept["unit"]) == ("手机上备案", "城区医保局")
    assert town.issue("1123-01").status == "done"


# -- agreements, the fast lane, joint work -----------------------------------------------------


def test_agreements_and_projects_by_a_program(town: Town) -> None:
    program = Program(town)
    term = {"since": "2026-12-01T00:00:00+08:00", "until": "2027-11-30T00:00:00+08:00"}
    made = program.post("/agreements", {"team": "qizhong", "commitments": ["周末开放操场"], **term})
    assert [each["id"] for each in program.get("/agreements")["items"]] == [made["id"]]
    project = program.post("/projects", {"title": "修车棚", "team": "huimin", "units": ["qizhong"]})
    path = f"/projects/{project['id']}/actions/move"
    assert program.refused("POST", path, json={"stage": "started"}) == (422, "forbidden_note")
    assert Program(town, "lixiulan").refused("POST", "/agreements", json={
        "team": "qizhong", "commitments": ["x"], **term,
    }) == (403, "forbidden_person")  # fmt: skip


def test_a_small_matter_is_due_within_a_day_and_never_later(town: Town) -> None:
    town.say("刘福生", "朝阳街3号楼院里的长椅松了")
    before = town.issue("1123-01").done_due
    Program(town).do("1123-01", "small")
    assert town.issue("1123-01").done_due == town.now + timedelta(days=1) < before
    town.say("李秀兰", "泉馨苑3号楼停水了")
    soon = town.issue("1123-02").done_due
    Program(town, name="again").do("1123-02", "small")
    assert town.issue("1123-02").done_due <= soon


def test_a_meeting_and_a_joint_case_by_a_program(town: Town) -> None:
    town.say("李秀兰", "泉馨苑3号楼旁边总有人夜里喝酒砸瓶子，吵得睡不着")
    program = Program(town)
    program.do("1123-01", "join_forces")
    late = (town.now + timedelta(days=8)).isoformat()
    path = "/issues/1123-01/actions/meet"
    assert program.refused("POST", path, json={"at": late, "venue": "会议室"})[0] == 409
    at = (town.now + timedelta(days=2)).isoformat()
    program.do("1123-01", "meet", at=at, venue="会议室")
    assert program.post("/meetings/1/actions/minutes", {"note": "轮流值守"})["done"] is True
    assert any("轮流值守" in line for line in _pushes(town))
    assert Program(town, "lixiulan").refused("POST", path, json={"at": at, "venue": "x"}) == (
        403, "forbidden_person",
    )  # fmt: skip
    assert list(verify(town.runtime.db)) == []


def test_a_picture_after_the_work_is_done_belongs_to_it(town: Town) -> None:
    town.say("李秀兰", "泉馨苑3号楼2单元的楼道灯坏了")
    town.say("胡军", "接单 1123-01")
    town.say("胡军", "办结 1123-01 换好了")
    assert Program(town).get("/teams/xiaobanshou/queue") == {
        "waiting": [], "under_way": [], "done": 1,
    }  # fmt: skip
    town.phones.image(town.names["胡军"], None)
    assert "1123-01" in town.heard("胡军")[-1]


def test_what_is_private_is_put_to_no_expert(town: Town) -> None:
    Program(town, "lixiulan", name="her").report("离婚房子怎么分", category="neighbor.family")
    refused = Program(town).refused(
        "POST", "/issues/1123-01/actions/consult", json={"expert": "liping"}
    )
    assert refused == (409, "forbidden_status")


def test_a_danger_that_waits_for_its_place_keeps_waiting(town: Town) -> None:
    """An appointment is no reason to forget where the gas leaks."""
    offer(town, "法律咨询 周三下午 每周4人", "付强")
    town.say("刘福生", "闻到好大的煤气味！另外房东不退我押金，法律上怎么办")
    with town.runtime.db.read() as tx:
        rows = tx.rows("SELECT awaiting FROM sessions WHERE person = :p", p=town.names["刘福生"])
    codes = {issue.category for issue in town.issues()}
    assert "safety.gas" in codes
    assert any(code.startswith("legal.") for code in codes)
    assert [row["awaiting"] for row in rows] == ["where"]
