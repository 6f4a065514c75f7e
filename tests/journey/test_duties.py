"""Recurring duty, activities and stations end to end: the reports' own figures, what is private."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

import bot
from cli import printing
from cli import tables as table_commands
from data.duty_rows import Yard
from data.tables import elder_cards, members, people, rounds, stations, yards
from data.tables import issues as issue_table
from data.tables import journal as lines
from data.tables import surveys as survey_table
from desk import grid_map
from desk.audit import verify
from desk.imports import import_table
from desk.service import nobody
from desk.tables import write_csv, write_excel
from tests.journey.programs import Program
from tests.journey.town import Town

PRIVATE = ("赵桂英", "13900000104", "401")


def last(town: Town, name: str) -> str:
    return town.heard(name)[-1]


def residents(town: Town, count: int) -> list[str]:
    """So many people with phones of their own."""
    names = [f"街坊{number}" for number in range(count)]
    with town.runtime.db.write() as tx:
        for number, name in enumerate(names):
            people.put(tx, nobody(f"n{number}", town.now, name=name))
            people.move(tx, f"n{number}", estate="泉馨苑小区", building="3", unit="2", room=None,
                        grid="CYJ-2-1-1")  # fmt: skip
            people.bind(tx, "wechat", f"sim-n{number}", f"n{number}")
            town.names[name] = f"n{number}"
    return names


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


# -- visits and patrols ---------------------------------------------------------------------------


def test_ten_elders_of_ninety_are_seen_by_the_unit_that_answers_for_the_estate(
    town: Town,
) -> None:
    """司法局包联泉馨苑小区: a condolence for the 10 elders of 90 and more."""
    for number in range(14):  # ten of them are 90 by now
        born = 1936 - number if number < 10 else 1940 + number
        town.say("王芳", f"办卡 老人{number} {born} 泉馨苑{number % 8 + 1}号楼")
    town.say("付强", "包联计划 泉馨苑 慰问 每季度")
    town.heard("付强")
    town.say("付强", "名单 联-1")
    named = last(town, "付强")
    assert "90岁以上的10位" in named
    assert "老人9" in named
    assert "老人10" not in named
    town.say("任志刚", "名单 联-1")
    assert "没有查到" in last(town, "任志刚")
    town.say("付强", "完成 联-1 看望10位老人")
    with town.runtime.db.read() as tx:
        [held] = [line for line in lines.of_subject(tx, "plan", "1") if line.action == "hold"]
    assert held.data["people"] == 10


def test_30_people_check_every_day_each_in_one_message(town: Town) -> None:
    """怀柔: 30余 people, a list of six points, answered at once; what is wrong is an issue."""
    with town.runtime.db.read() as tx:
        staff = town.runtime.service.roster(tx).staff
    names = [name for name, key in town.names.items() if key in staff and key != "wuqian"][:32]
    town.say("吴倩", f"每日检查 泉馨苑 {'、'.join(names)}")
    assert "32人每天各查一次" in last(town, "吴倩")
    town.wait(hours=23)
    for number, name in enumerate(names):
        town.say(name, "巡查")
        town.now += timedelta(seconds=40)
        town.say(name, "都好" if number % 8 else f"4 {number % 8 + 1}号楼楼道灯不亮")
    found = Program(town).get("/rounds", kind="patrol", limit=200)["items"]
    assert sum(each["held"] for each in found) == 32
    assert {issue.source for issue in town.issues()} == {"found"}
    town.heard("王芳")
    town.say("王芳", "巡查情况")
    assert "巡查32次（32人），漏0次" in last(town, "王芳")
    assert "用40秒" in town.say("王芳", "巡查情况")  # type: ignore[operator]


def test_what_a_patrol_finds_needs_nobody_to_call(town: Town) -> None:
    town.say("吴倩", "排班 巡逻 泉馨苑 每天8点 贾国梁 查：楼道、消防通道")
    town.say("贾国梁", "巡查 2 堆了旧沙发")
    [issue] = town.issues()
    assert (issue.source, issue.estate, issue.category) == (
        "found",
        "泉馨苑小区",
        "safety.fire_lane",
    )
    town.say("贾国梁", "巡查 2 有人打架，流血了，快救命")
    assert "U0" in {issue.level for issue in town.issues()}  # danger does not wait for a list


def test_no_name_of_whoever_is_visited_in_a_group_or_for_a_program(town: Town) -> None:
    town.say("张丽华", "结对 赵桂英 朝阳街10号楼1单元 李平 每7天")
    for said in ("我的任务", "结对表", "记录 访-1", "完成 访-1 代购", "名单 联-1"):
        for name in ("李秀兰", "张建国"):
            reply = town.say(name, said, "泉馨苑邻里群") or ""
            assert not any(word in reply for word in PRIVATE), reply
    program = Program(town)
    for path in ("/rounds?kind=visit", "/rounds/visit-1"):
        shown = program.call("GET", path).text
        assert "visit-1" in shown
        assert not any(word in shown for word in PRIVATE)
    resident = Program(town, "lixiulan")
    assert resident.refused("GET", "/rounds?kind=visit") == (403, "not_staff")
    assert resident.refused("GET", "/rounds/visit-1") == (404, "not_found")


def test_a_pair_ends_with_its_round(town: Town) -> None:
    town.say("张丽华", "结对 赵桂英 朝阳街10号楼1单元 李平、徐红")
    with town.runtime.db.read() as tx:
        assert [bond.person for bond in members.bonds_of(tx, "pair")] == ["liping", "xuhong"]
    town.say("张丽华", "结束 访-1 换人了")
    with town.runtime.db.read() as tx:
        assert [bond.person for bond in members.bonds_of(tx, "pair")] == ["xuhong"]


def test_a_grid_worker_reads_of_his_own_grids_only(town: Town) -> None:
    town.say("李建军", "结对 张伟 泉馨苑6号楼 李平")  # not his grid
    assert "不归您办" in last(town, "李建军")
    town.say("王芳", "结对 张伟 泉馨苑6号楼 李平")
    reads = {
        name: "13900000102" in (town.say(name, "记录 访-1") or "")
        for name in ("王芳", "李平", "吴倩", "李建军", "李秀兰")
    }
    assert reads == {
        "王芳": True, "李平": True, "吴倩": True, "李建军": False, "李秀兰": False,
    }  # fmt: skip
    town.say("李建军", "包楼 李建军 泉馨苑3号楼 楼长")
    assert "不归您办" in last(town, "李建军")


def test_help_has_more_than_one_page(town: Town) -> None:
    town.say("吴倩", "帮助")
    first = last(town, "吴倩")
    assert "9. 还有" in first
    town.say("吴倩", "9")
    second = last(town, "吴倩")
    assert "1. " in second
    title = second.splitlines()[1].removeprefix("1. ")
    assert title not in first
    town.say("吴倩", "1")
    assert "—" in last(town, "吴倩")


# -- yards ----------------------------------------------------------------------------------------


def yard(town: Town, landlord: str = "zhangwei") -> Yard:
    with town.runtime.db.write() as tx:
        home = ("泉馨苑小区", "3", "", "CYJ-2-1-1")
        made = Yard(0, 1, "yuan-1", "黄陵12号院", *home, landlord, "蓝", 0, "", town.now)
        yards.add(tx, made)
    return made


def test_a_landlord_is_named_to_whoever_answers_for_the_grid_and_to_nobody_else(
    town: Town,
) -> None:
    yard(town)
    reads = {
        name: "13900000102" in (town.say(name, "院落 院-1") or "")
        for name in ("王芳", "刘洋", "孙国栋", "高建民", "张伟", "李建军", "张建国", "李秀兰")
    }
    assert reads == {
        "王芳": True, "刘洋": True, "孙国栋": True, "高建民": True, "张伟": True,
        "李建军": False, "张建国": False, "李秀兰": False,
    }  # fmt: skip
    for group in ("泉馨苑邻里群", "朝阳街小区业主群"):
        for said in ("院落 院-1", "四色", "我的院子"):
            assert "张伟" not in (town.say("王芳", said, group) or "")
    program = Program(town)
    for path in ("/yards", "/yards/1/qr", "/grids/map"):
        assert "13900000102" not in program.call("GET", path).text
    assert Program(town, "lixiulan").refused("GET", "/yards") == (403, "not_staff")
    with town.runtime.db.read() as tx:
        looked = [line for line in lines.of_subject(tx, "yard", "1") if line.action == "disclose"]
    assert {line.actor for line in looked} == {"wangfang", "liuyang", "sunguodong", "gaojianmin"}


def test_scanning_the_gate_binds_the_report_to_the_yard(town: Town) -> None:
    yard(town)
    town.phones.subscribe("yangfan", "yuan-1")  # lives elsewhere
    assert "您在黄陵12号院" in last(town, "杨帆")
    town.say("杨帆", "水管漏了，院里都是水")
    [issue] = town.issues()
    assert (issue.estate, issue.building, issue.grid) == ("泉馨苑小区", "3", "CYJ-2-1-1")
    assert issue.text == "黄陵12号院：水管漏了，院里都是水"
    with town.runtime.db.read() as tx:
        person = people.by_id(tx, "yangfan")
    assert person is not None
    assert person.estate == "八家巷小区"


def test_a_program_rates_a_yard_as_the_chat_does(town: Town) -> None:
    yard(town)
    worker = Program(town, "wangfang")
    rate = "/yards/1/actions/rate"
    made = worker.post(rate, {"colour": "橙", "note": "私拉电线"})
    assert (made["colour"], made["reason"]) == ("橙", "私拉电线")
    other = Program(town, "lijianjun")
    assert other.refused("POST", rate, json={"colour": "蓝", "note": "x"}) == (
        403,
        "forbidden_person",
    )
    with town.runtime.db.read() as tx:
        visits = rounds.of_person(tx, "wangfang", ("visit",))
    assert [(each.rule, each.title) for each in visits] == [("every 7", "黄陵12号院（橙色）检查")]
    worker.post(rate, {"colour": "红", "note": "又加了插座"})
    with town.runtime.db.read() as tx:
        visits = rounds.of_person(tx, "wangfang", ("visit",))
    assert [each.rule for each in visits] == ["every 1"]


# -- sheets and maps ------------------------------------------------------------------------------


def run(town: Town, monkeypatch: pytest.MonkeyPatch, *args: str) -> str:
    settings = town.runtime.settings
    for module in (printing, table_commands):
        monkeypatch.setattr(module, "load_settings", lambda: settings)
    if not bot.main.commands.keys() >= {"qr", "export"}:
        printing.register(bot.main, bot.create_app)
        table_commands.register(bot.main, bot.create_app)
    result = CliRunner().invoke(bot.main, list(args))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_sheet_of_codes_to_print(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    yard(town)
    sheet = tmp_path / "sheet.html"
    said = run(town, monkeypatch, "qr", "yards", "-o", str(sheet))
    page = sheet.read_text(encoding="utf-8")
    assert "1 个二维码" in said
    assert page.count("<figure>") == page.count("<svg") == 1
    assert "黄陵12号院" in page
    assert "张伟" not in page
    assert "13900000102" not in page
    run(town, monkeypatch, "qr", "places", "--grid", "CYJ-2-1-1", "-o", str(sheet))
    assert sheet.read_text(encoding="utf-8").count("<svg") == 1


def test_the_map_of_the_grid_from_the_top_down(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    yard(town)
    town.say("吴倩", "包楼 王芳 泉馨苑3号楼 楼长")
    book = tmp_path / "map.csv"
    run(town, monkeypatch, "export", "grids", "--format", "csv", "-o", str(book))
    shown = book.read_text(encoding="utf-8-sig").splitlines()
    assert len(shown) == 1 + 25
    assert shown[1].startswith("CYJ,")
    with town.runtime.db.read() as tx:
        rows = {str(row["code"]): row for row in grid_map.rows(tx, town.runtime.service.roster(tx))}
    mine = rows["CYJ-2-1-1"]
    assert (mine["lead"], mine["stewards"], mine["yards"]) == ("王芳", "楼长王芳", "蓝1")
    assert Program(town).get("/grids/map")["items"][0]["code"] == "CYJ"


def test_gaps_are_told_to_whoever_oversees_and_vanish_when_filled(town: Town) -> None:
    town.say("吴倩", "缺口")
    assert "泉馨苑小区：没有包联单位" in last(town, "吴倩")
    town.say("付强", "单位报到 泉馨苑")
    for number in range(1, 9):
        town.say("吴倩", f"包楼 王芳 泉馨苑{number}号楼 楼长")
    town.heard("吴倩")
    town.say("吴倩", "缺口")
    assert "泉馨苑" not in last(town, "吴倩")
    assert "缺口" not in (town.say("李秀兰", "帮助 网格") or "")
    assert Program(town, "lixiulan").refused("GET", "/grids/gaps") == (403, "not_staff")


def test_from_address_to_the_finest_grid(town: Town) -> None:
    assert "泉馨苑小区1至4号楼密网格（CYJ-2-1-1）王芳" in (
        town.say("李秀兰", "查网格 泉馨苑3号楼") or ""
    )
    found = Program(town, "lixiulan").get("/grids/lookup", address="泉馨苑3号楼2单元")
    assert found["path"] == ["CYJ-2-1-1", "CYJ-2-1", "CYJ-2", "CYJ"]


def test_where_something_is_to_be_expected(town: Town) -> None:
    for week in range(4):
        for number in range(week + 1):
            town.say("张伟", f"泉馨苑{number + 1}号楼门口垃圾堆成山了，没人清")
            town.now += timedelta(hours=30)
        town.wait(days=5)
    town.heard("王芳")
    town.say("王芳", "预测")
    assert "泉馨苑小区" in last(town, "王芳")
    [first, *_] = Program(town).get("/forecast")["items"]
    assert first["place"] == "泉馨苑小区"
    assert first["expected"] > 1


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


# -- stations, errands, cards, questionnaires -----------------------------------------------------


def test_64_stations_and_57_teams_by_import(town: Town, tmp_path: Path) -> None:
    """临猗: 64 stations and 57 teams; the figures come out of the system."""
    rows = [
        {"name": f"站点{n}", "kind": ("党群服务站", "暖心驿站")[n % 2], "estate": "泉馨苑小区",
         "hours": "周一至周五 08:00-18:00", "services": "充电、饮水", "keepers": "liping"}
        for n in range(64)
    ]  # fmt: skip
    path = tmp_path / "stations.xlsx"
    path.write_bytes(write_excel(list(rows[0]), rows))
    assert import_table(town.runtime.db, "stations", path, town.now) == 64
    teams = [{"code": f"t{n}", "name": f"志愿{n}队", "kind": "volunteer"} for n in range(57)]
    path = tmp_path / "teams.csv"
    path.write_bytes(write_csv(list(teams[0]), teams))
    assert import_table(town.runtime.db, "teams", path, town.now) == 57
    program = Program(town)
    found = program.get("/stations", service="充电", estate="泉馨苑小区")["items"]
    assert len(found) == 64
    assert all(station["open"] for station in found)  # Monday morning
    assert len([t for t in program.get("/teams")["items"] if t["kind"] == "volunteer"]) == 57
    assert "共64个站点：党群服务站32个、暖心驿站32个" in (town.say("李秀兰", "站点") or "")
    walked = Program(town, "liping").post("/stations/1/actions/walk_in", {"topic": "问路"})
    assert walked["visitors"] == 1
    assert import_table(town.runtime.db, "stations", tmp_path / "stations.xlsx", town.now) == 64
    with town.runtime.db.read() as tx:
        assert len(stations.every(tx)) == 64


def test_what_is_near_is_no_answer_to_what_is_wrong_near_by(town: Town) -> None:
    town.say("王芳", "登记站点 北园驿站 暖心驿站 泉馨苑3号楼 充电 全天")
    assert "北园驿站" in (town.say("李秀兰", "附近 充电") or "")
    for said in ("附近 工地夜里太吵了，睡不着", "站点 门口堆了垃圾没人清"):
        assert "站点" not in (town.say("张伟", said) or "")
    assert "北园驿站" not in "".join(town.heard("张伟"))


def test_two_elders_are_helped_with_consent_and_without_a_password(town: Town) -> None:
    """清徐: two elders could not declare their return online."""
    for name in ("赵桂英", "孟庆华"):
        town.say("耿淑芬", f"代办 {name} 返乡报备 账号密码：Home2026")
        town.say("耿淑芬", "2")
    assert [issue.reporter for issue in town.issues()] == ["zhaoguiying", "mengqinghua"]
    assert {issue.owner_person for issue in town.issues()} == {"gengshufen"}
    assert {issue.mode for issue in town.issues()} == {"errand"}
    found = town.issues()
    with town.runtime.db.read() as tx:
        events = [e for issue in found for e in issue_table.events(tx, issue.id)]
        tables = ("messages", "issues", "events", "outbox", "sessions", "journal")
        kept = "".join(str(dict(row)) for t in tables for row in tx.rows(f"SELECT * FROM {t}"))
    assert [e.note for e in events if e.action == "consent"] == ["家属同意", "家属同意"]
    assert "Home2026" not in kept


def test_what_is_told_in_the_private_lane_is_nowhere(town: Town) -> None:
    town.say("李秀兰", "想聊聊")
    town.say("李秀兰", "2")
    [issue] = town.issues()
    assert (issue.text, issue.owner_team) == ("预约心灵驿站（当面聊）", "xinling")
    assert issue.grid is None
    for name in ("王芳", "张伟", "张建国"):
        assert "没有查到" in (town.say(name, f"查看 {issue.number}") or "没有查到")
    assert town.heard("娄毅")
    town.say("李秀兰", "我不想活了，活着没意思")
    assert town.issues()[-1].level == "U0"
    assert any("1123-02" in line for line in town.heard("王芳"))  # the duty chain


def test_4000_cards_and_what_they_are_worth(town: Town, tmp_path: Path) -> None:
    rows = [
        {"name": f"老人{n}", "born": str(1930 + n % 30), "phone": f"139{n:08d}",
         "groups": ("独居", "残疾", "", "退役军人")[n % 4], "estate": "泉馨苑小区", "building": "3"}
        for n in range(4000)
    ]  # fmt: skip
    path = tmp_path / "cards.xlsx"
    path.write_bytes(write_excel(list(rows[0]), rows))
    assert import_table(town.runtime.db, "cards", path, town.now) == 4000
    merchant = Program(town, "zhengna")
    redeem = "/elder-cards/{}/actions/redeem"
    worth = [
        merchant.post(redeem.format(number), {"item": "理发"})
        for number in (1, 2, 3, 4, 17, 29)
    ]  # fmt: skip
    assert [(each["price"], each["why"]) for each in worth] == [
        ("free", "90+"), ("free", "残疾"), ("free", "90+"), ("free", "退役军人"),
        ("free", "80+独居"), ("half", ""),
    ]  # fmt: skip
    assert "老人" not in merchant.call("POST", redeem.format(8), json={"item": "理发"}).text
    resident = Program(town, "lixiulan")
    assert resident.refused("POST", redeem.format(1), json={"item": "x"}) == (404, "not_found")
    again = merchant.refused("POST", redeem.format(1), json={"item": "理发"})
    assert again == (409, "forbidden_status")
    found = Program(town).get("/elder-cards/statistics")
    assert (found["cards"], found["redeemed"]) == (4000, 7)
    with town.runtime.db.read() as tx:
        assert elder_cards.count(tx) == 4000


def test_a_questionnaire_online_and_at_the_door_becomes_a_demand(town: Town) -> None:
    town.say("吴倩", "出问卷 泉馨苑养老需求；最想要什么 理发/修家电/陪诊")
    town.say("李秀兰", "问卷")
    town.say("李秀兰", "3")
    town.say("王芳", "代填 卷-1 张伟")
    town.say("王芳", "陪诊")
    found = Program(town).get("/surveys/1")
    assert (found["answered"], found["visited"]) == (2, 1)
    assert found["questions"][0]["counts"] == {"陪诊": 2}
    assert Program(town, "zhangjianguo").refused("GET", "/surveys/1") == (404, "not_found")
    town.say("吴倩", "转需求 卷-1 1")
    [demand] = Program(town, name="again").get("/entries", kind="demand")["items"]
    assert demand["title"] == "陪诊"
    with town.runtime.db.read() as tx:
        respondents = [answer.respondent for answer in survey_table.answers(tx, 1)]
        log = lines.of_subject(tx, "survey", "1")
    assert all(len(each) == 64 for each in respondents)
    assert {line.actor for line in log if line.action == "answer"} == {"system"}
