"""Recurring duty, yards and the grid end to end: the reports' own figures, what is private."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

import bot
from cli import printing
from cli import tables as table_commands
from data.duty_rows import Yard
from data.tables import journal as lines
from data.tables import members, people, rounds, yards
from desk import grid_map
from tests.journey.neighbours import last
from tests.journey.programs import Program
from tests.journey.town import Town

PRIVATE = ("赵桂英", "13900000104", "401")


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
