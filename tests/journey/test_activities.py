"""Activities end to end: the reports' own figures, what is kept of whoever comes, who is told."""

from __future__ import annotations

from data.tables import journal as lines
from data.tables import people, rounds
from desk.audit import verify
from tests.journey.neighbours import last, residents
from tests.journey.programs import Program
from tests.journey.town import Town

# -- service days and clubs -----------------------------------------------------------------------


def test_18_services_and_140_times(town: Town) -> None:
    """朝阳街社区: one service day with 18 services, 140人次, over the webhook."""
    services = [f"项目{n}" for n in range(1, 19)]
    town.say("董梅", f"办活动 便民服务日 今天下午3点 泉馨苑 项目：{'、'.join(services)}")
    names = residents(town, 20)
    town.wait(hours=6)
    for number in range(140):  # seven services each, all eighteen in use
        name, service = names[number % 20], services[(number // 20 + number % 20) % 18]
        town.say(name, f"签到 活-1 {service} 血压138/88")
    found = Program(town).get("/rounds/event-1")
    assert (found["held"], found["came"], found["times"]) == (1, 20, 140)
    assert len(found["services"]) == 18
    assert sum(found["services"].values()) == 140
    with town.runtime.db.read() as tx:
        kept = [str(dict(row)) for row in tx.rows("SELECT * FROM attendance")]
        kept += [str(dict(row)) for row in tx.rows("SELECT * FROM journal")]
    assert not any("138/88" in row for row in kept)
    assert list(verify(town.runtime.db)) == []


def test_18_service_days_and_140_attendances(town: Town) -> None:
    """The same figures, as 18 days one after another."""
    town.say("董梅", "办活动 便民服务日 每周四下午3点 泉馨苑")
    names = residents(town, 8)
    came = 0
    town.wait(days=3, hours=6)
    for day in range(18):
        for name in names[: 8 if day < 14 else 7]:
            town.say(name, "签到 活-1")
            came += 1
        town.wait(days=7)
    assert came == 140
    found = Program(town).get("/rounds/event-1")
    assert (found["held"], found["came"], found["missed"]) == (18, 140, 0)


def test_17_clubs_meet_every_week(town: Town) -> None:
    """黄陵街道: 17 clubs; a weekly afternoon; who joins once is expected every time."""
    for number in range(17):
        town.say("薛萍", f"办社团 社团{number}号 每周四下午3点 10人")
        town.say("李秀兰", f"报名 活-{number + 1}")
    town.heard("李秀兰")
    town.wait(days=3, hours=6, minutes=30)
    for number in range(17):
        town.say("李秀兰", f"签到 活-{number + 1}")
    town.wait(days=1)
    for _ in range(6):
        town.wait(days=1)
    program = Program(town)
    found = program.get("/rounds", kind="event", limit=200)["items"]
    assert len(found) == 17
    assert {each["held"] for each in found} == {1}
    assert all(each["signed"] > 1 for each in found)  # once, and carried to the weeks after
    assert any("社团0号" in line for line in town.heard("李秀兰"))


def test_who_is_full_waits_and_hears_of_it(town: Town) -> None:
    town.say("吴倩", "办活动 义诊 周四上午9点 泉馨苑 1人")
    town.say("李秀兰", "报名 活-1")
    resident = Program(town, "zhangwei")
    waiting = resident.post("/rounds/event-1/actions/sign_up", {})
    assert (waiting["signed"], waiting["capacity"]) == (1, 1)
    town.heard("张伟")
    town.say("李秀兰", "取消报名 活-1")
    assert "轮到您了" in last(town, "张伟")
    assert resident.refused("POST", "/rounds/event-1/actions/sign_up", json={}) == (
        409,
        "forbidden_status",
    )


# -- children -------------------------------------------------------------------------------------


def test_of_a_child_only_what_it_is_called_and_not_for_longer_than_needed(town: Town) -> None:
    town.say("潘悦", "开班 暑期少儿托管班 每天9点 滨河一期 30人")
    town.say("白雪", "报名 活-1 小明 8岁 同意")
    program = Program(town, "baixue")
    refused = ("POST", "/rounds/event-1/actions/sign_up")
    assert program.refused(*refused, json={"child": "小红 9岁"}) == (409, "forbidden_status")
    assert program.refused(*refused, json={}) == (409, "forbidden_status")
    with town.runtime.db.read() as tx:
        rows = rounds.attendance(tx, rounds.occasions_of(tx, 1)[0].id)
        [row] = rows
        child = people.by_id(tx, row.person)
        kept = "".join(str(dict(each)) for each in tx.rows("SELECT * FROM attendance"))
    assert child is not None
    assert (child.name, child.phone, child.estate) == ("小明", "", None)
    assert "8岁" not in kept
    assert set(row.data) == {"guardian", "guarded", "consent"}
    for who in ("gaojianmin", "zhangwei"):
        shown = Program(town, who, name=f"{who}-child").call("GET", "/rounds/event-1").text
        assert "小明" not in shown
    town.say("潘悦", "结束 活-1 放假了")
    with town.runtime.db.read() as tx:
        gone = people.by_id(tx, row.person)
    assert gone is not None
    assert gone.name == ""


def test_a_gathering_by_consent_leaves_nothing_behind(town: Town) -> None:
    town.say("吴倩", "办活动 公益相亲角 周六下午2点 泉馨苑")
    for name in ("杨帆", "白雪"):
        town.say(name, "报名 活-1")
        town.say(name, "1")
    town.say("吴倩", "结束 活-1")
    with town.runtime.db.read() as tx:
        assert tx.rows("SELECT * FROM attendance") == []
        log = lines.of_subject(tx, "event", "1")
    assert not any("yangfan" in f"{line.actor}{dict(line.data)}" for line in log)
    assert list(verify(town.runtime.db)) == []


# -- notices --------------------------------------------------------------------------------------


def test_a_notice_goes_to_the_right_grids_and_its_readers_are_counted(town: Town) -> None:
    made = Program(town, "wangfang").post(
        "/bulletins", {"text": "周四停水", "estate": "泉馨苑小区"}
    )
    town.runtime.courier.deliver_due()
    assert (made["sent"], made["read"]) == (2, 0)
    assert any("周四停水" in line for line in town.heard("李秀兰"))
    assert town.heard("刘福生") == []
    town.say("张伟", "知道了 通-1")
    town.say("刘福生", "知道了 通-1")
    [found] = Program(town).get("/bulletins")["items"]
    assert (found["sent"], found["read"]) == (2, 1)
    other = Program(town, "lijianjun")
    refused = other.refused("POST", "/bulletins", json={"text": "停水", "estate": "泉馨苑小区"})
    assert refused == (403, "forbidden_person")
    assert other.refused("POST", "/bulletins", json={"text": "停水"}) == (403, "forbidden_person")
