"""双评价, 积分, letters and appraisals end to end: a quarter boundary, favours, what is private."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.tables import people
from data.tables import points as table
from desk import appraisal, letters, points, policies
from desk.audit import verify
from desk.deeds import AFTER_ALL, EVER
from desk.rules.lifecycle import Forbidden
from desk.rules.quarters import Quarter, quarter_of
from tests.journey.command_line import command
from tests.journey.programs import Program
from tests.journey.test_practices import act
from tests.journey.town import Town

LIGHT = "3号楼2单元的楼道灯坏了"


def repaired(town: Town, reporter: str = "李秀兰", where: str = LIGHT) -> str:
    """A light is reported, repaired and liked; its number."""
    town.say(reporter, where)
    number = town.issues()[-1].number
    town.say("张建国", f"办结 {number} 换了灯泡")
    town.say(reporter, f"满意 {number}")
    return number


def earned(town: Town, name: str) -> int:
    town.wait(minutes=6)
    with town.runtime.db.read() as tx:
        return points.statement(act(town, tx, name), town.names[name]).balance


def differences(town: Town) -> tuple[int, int]:
    with town.runtime.db.read() as tx:
        extra, lacking = points.differences(tx, town.runtime.service)
    return len(extra), len(lacking)


# -- 积分 ----------------------------------------------------------------------------------------


def test_the_ledger_is_what_the_logs_make_of_it(town: Town) -> None:
    repaired(town)
    town.say("李秀兰", "许愿 想要一本书")
    town.say("吴倩", "发布 愿-1")
    town.say("崔海波", "认领 愿-1")
    town.say("崔海波", "送达 愿-1 送到了")
    town.say("李秀兰", "满意 愿-1")
    town.say("李秀兰", "1")
    town.say("李秀兰", "2")  # of the person: to be improved
    assert (earned(town, "张建国"), earned(town, "崔海波")) == (3, 5)  # a wish is no issue besides
    assert differences(town) == (0, 0)
    with town.runtime.db.write() as tx:
        tx.run("UPDATE points SET points = 500 WHERE rule = 'wish'")
    assert differences(town) == (1, 1)
    with town.runtime.db.write() as tx:
        assert points.rebuild(tx, town.runtime.service, town.now) == 2
    assert earned(town, "崔海波") == 5
    assert list(verify(town.runtime.db)) == []


def test_a_reopened_wish_takes_its_points_back(town: Town) -> None:
    town.say("李秀兰", "许愿 想要一本书")
    town.say("吴倩", "发布 愿-1")
    town.say("崔海波", "认领 愿-1")
    town.say("崔海波", "送达 愿-1 送到了")
    town.say("李秀兰", "满意 愿-1")
    assert earned(town, "崔海波") == 5
    town.say("李秀兰", "没修好 1123-01 书是坏的")
    assert earned(town, "崔海波") == 0


def test_staff_have_no_points_and_talk_gives_none(town: Town) -> None:
    for _ in range(20):
        town.say("张建国", "帮助")
        town.say("张建国", "我的积分")
        town.say("王芳", "待办")
    assert earned(town, "张建国") == 0
    assert "工作人员不记积分" in (town.say("王芳", "我的积分") or "")
    assert "工作人员不记积分" in (town.say("高建民", "积分") or "")


def test_favours_wait_for_a_clerk(town: Town) -> None:
    town.say("张建国", f"泉馨苑{LIGHT}")  # reports and repairs it himself
    own = town.issues()[-1].number
    town.say("张建国", f"办结 {own} 换了灯泡")
    town.say("张建国", f"满意 {own}")
    for building in range(1, 6):
        repaired(town, where=f"泉馨苑{building}号楼1单元的楼道灯坏了")
    assert earned(town, "张建国") == 9  # three of five; not his own
    shown = town.say("吴倩", "待核实") or ""
    assert shown.count("同一个人多次") == 2
    assert "自己给自己" in shown
    first = re.search(r"(\d)\. [^\n]*同一个人多次", shown)
    assert first is not None
    town.say("吴倩", first[1])
    town.say("吴倩", "算")
    assert earned(town, "张建国") == 12
    assert "自己给自己" in (town.say("吴倩", "待核实") or "")
    town.say("张建国", "待核实")
    with town.runtime.db.write() as tx:
        deed = points.to_look_at(act(town, tx, "吴倩"))[0]
        with pytest.raises(Forbidden):
            points.look_at(act(town, tx, "张建国"), deed.key, count=True)
    assert differences(town) == (0, 0)


def test_praise_from_ones_own_household_waits(town: Town) -> None:
    with town.runtime.db.write() as tx:
        people.move(tx, town.names["张建国"], estate="泉馨苑小区", building="3", unit="2",
                    room="301", grid="CYJ-2-1-1")  # fmt: skip
    repaired(town)
    town.say("李秀兰", "1")
    town.say("李秀兰", "1")
    assert earned(town, "张建国") == 3  # the deed, not the praise
    assert "同一家人" in (town.say("吴倩", "待核实") or "")


def test_rating_is_voluntary_private_and_asked_once(town: Town) -> None:
    number = repaired(town)
    town.say("李秀兰", LIGHT.replace("3号楼", "1号楼"))  # she goes on to something else
    assert len(town.issues()) == 2
    assert "已结案" in (town.say("李秀兰", f"进度 {number}") or "")
    town.say("李秀兰", LIGHT, "泉馨苑邻里群")
    town.runtime.service.settings.practices.rating = False
    other = town.issues()[-1].number
    town.say("张建国", f"办结 {other} 换了灯泡")
    assert "再评一句" not in (town.say("李秀兰", f"满意 {other}") or "")


def test_goods_have_a_stock_and_an_end(town: Town) -> None:
    for _ in range(2):
        repaired(town)
    town.say("吴倩", "上架兑换 理发一次 3分 1份 2026-11-30")
    town.say("吴倩", "上架兑换 一袋米 3分 9份 2026-11-25")
    assert earned(town, "张建国") == 6
    assert "换好了，还有3分" in (town.say("张建国", "兑换 兑-1") or "")
    town.say("张建国", "兑换 兑-1")
    assert "现在不能" in town.heard("张建国")[-1]  # none left
    town.wait(days=3)
    town.say("张建国", "兑换 兑-2")
    assert "现在不能" in town.heard("张建国")[-1]  # no longer valid
    shown = Program(town, "zhangjianguo").get("/points/mine")
    assert shown == {"earned": 6, "adjusted": 0, "spent": 3, "balance": 3}
    assert Program(town, "wangfang").refused("GET", "/points") == (403, "not_staff")
    lines = Program(town).get("/points")["items"]
    assert [line["points"] for line in lines] == [3, 3]


def test_the_board_is_off_and_masks_names_when_it_is_on(town: Town) -> None:
    repaired(town)
    earned(town, "张建国")
    assert "没有打开" in (town.say("李秀兰", "积分榜") or "")
    assert "没有打开" in (town.say("吴倩", "考核") or "")
    outcomes = "/statistics/outcomes"
    assert Program(town).refused("GET", outcomes) == (403, "forbidden_person")
    town.runtime.service.settings.practices.compare = True
    board = town.say("李秀兰", "积分榜") or ""
    assert "1. 张** 3分" in board
    assert "张建国" not in board
    assert "泉馨苑小区：受理1件，办结1件" in (town.say("吴倩", "考核") or "")
    [estate] = Program(town, name="compared").get(outcomes)["items"]
    assert (estate["name"], estate["solution"]) == ("泉馨苑小区", 1.0)


# -- the quarter -----------------------------------------------------------------------------------


def test_a_quarter_boundary_for_points_and_letters(town: Town) -> None:
    town.say("吴倩", "代报到 孙丙 城区司法局 水电 泉馨苑4号楼")
    town.now = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)  # 23:00 in China
    for person in ("李秀兰", "张伟"):
        town.say(person, "许愿 想要一本书")
    for number in (1, 2):
        town.say("吴倩", f"发布 愿-{number}")
        town.say("崔海波", f"认领 愿-{number}")
        town.say("崔海波", f"送达 愿-{number} 送到了")
    town.say("李秀兰", "满意 愿-1")
    town.wait(hours=1)  # the new year, and the rule's second version
    town.say("张伟", "满意 愿-2")
    town.wait(minutes=6)
    last, this = Quarter(2026, 4), Quarter(2027, 1)
    with town.runtime.db.read() as tx:
        me = town.names["崔海波"]
        per_quarter = [
            [(row.points, row.version) for row in table.of_person(tx, me, q.since, q.until)]
            for q in (last, this)
        ]
        assert per_quarter == [[(5, 1)], [(4, 2)]]
        reader = act(town, tx, "高建民")
        written = {letter.name: letter for letter in letters.write(reader, last)}
    assert all(letter.leaks == () for letter in written.values())
    kinds = [letter.kind for letter in written.values()]
    assert (kinds.count("member"), kinds.count("unit"), kinds.count("resident")) == (1, 1, 2)
    text = "\n".join(letter.text for letter in written.values())
    assert "双报到 1次，5分" in text
    assert "贵单位在朝阳街社区报到1人" in text
    assert "办好2件" not in text
    assert not re.search(r"139\d{8}|单元|\d室", text)
    for letter in written.values():
        named = [n for n in ("李秀兰", "张伟", "孙丙", "崔海波") if n in letter.text]
        assert len(named) <= 1, letter.text
    mine = town.say("李秀兰", "季度信 2026Q4") or ""
    assert "您反映了1件事，办好1件" in mine
    assert "张伟" not in mine
    assert quarter_of(town.now) == this
    assert differences(town) == (0, 0)


def test_a_letter_that_says_too_much_does_not_leave(town: Town) -> None:
    town.say("吴倩", "代报到 孙丙 水电 李秀兰服务公司 泉馨苑4号楼")
    town.say("李秀兰", LIGHT)
    with town.runtime.db.read() as tx:
        written = list(letters.write(act(town, tx, "高建民"), Quarter(2026, 4)))
    held = {letter.kind: letter.leaks for letter in written if letter.leaks}
    assert held == {"member": ("李秀兰",), "unit": ("李秀兰",)}


def test_a_letter_is_a_page_to_print(town: Town) -> None:
    town.say("李秀兰", LIGHT)
    with town.runtime.db.read() as tx:
        reader = act(town, tx, "高建民")
        [letter] = letters.write(reader, Quarter(2026, 4))
        page = letters.page(reader, letter)
    assert page.startswith("<!doctype html>")
    assert "<h1>李秀兰：2026Q4您的事办得怎么样</h1>" in page
    assert "@page { size: A5" in page


# -- 制度, 星级, 物业 ------------------------------------------------------------------------------


def test_a_new_version_of_a_rule_is_told_once_and_read_by_name(town: Town) -> None:
    town.say("王芳", "制度")
    town.say("王芳", "2")
    town.now = datetime(2027, 1, 1, 2, 0, tzinfo=UTC)
    town.wait(minutes=1)
    assert sum("入户走访制度第2版" in line for line in town.heard("王芳")) == 1
    town.wait(minutes=1)
    assert not any("入户走访" in line for line in town.heard("王芳"))
    with town.runtime.db.read() as tx:
        reader = act(town, tx, "吴倩")
        visit = next(p for p in policies.today(reader) if p.id == "visit")
        assert visit.version == 2
        assert "王芳" in policies.unread(reader, visit)  # the version that she read is over
    town.say("王芳", "制度")
    assert "每半年走一遍" in (town.say("王芳", "2") or "")
    shown = {p["id"]: p for p in Program(town).get("/policies")["items"]}
    assert len(shown) == 7
    assert (shown["visit"]["version"], shown["visit"]["read"]) == (2, 1)


def test_stars_are_given_by_the_street_on_evidence(town: Town) -> None:
    repaired(town)
    with town.runtime.db.write() as tx:
        secretary = people.by_id(tx, town.names["高建民"])
        assert secretary is not None
        quarter = quarter_of(town.now)
        for who in ("高建民", "吴倩", "王芳"):
            with pytest.raises(Forbidden):
                appraisal.appraise(act(town, tx, who), secretary, quarter, 5, "好")
        with pytest.raises(Forbidden):
            appraisal.appraise(act(town, tx, "宋伟"), secretary, quarter, 5, " ")
        line = appraisal.appraise(act(town, tx, "宋伟"), secretary, quarter, 4, "议事要加强")
        assert line.data["solution"] == 1.0
        assert line.data["resolved"] is None
        assert line.data["suggested"] == 5
    shown = Program(town).get("/appraisals/stars")
    assert shown["given"] == {"gaojianmin:2026Q4": 4}
    assert Program(town, "lixiulan").refused("GET", "/appraisals/stars") == (403, "not_staff")


def test_a_property_company_is_rated_by_its_owners_and_the_community(town: Town) -> None:
    town.say("吴倩", "评物业 惠民物业 3天 10户")
    for who, option in (("李秀兰", "1"), ("张伟", "2"), ("杨帆", "3")):
        town.say(who, "投票")
        town.say(who, option)
    town.say("吴倩", "评物业 惠民物业 3天 10户")
    assert "现在不能" in town.heard("吴倩")[-1]  # once a quarter
    town.say("吴倩", "物业打分 惠民物业 好 清雪及时")
    rating = "/appraisals/property/huimin"
    program = Program(town)
    assert program.get(rating)["owners"] == [0, 0, 0]  # nobody follows a vote that goes on
    town.wait(days=3)
    shown = program.get(rating)
    assert (shown["owners"], shown["community"]) == ([1, 1, 1], True)
    assert program.refused("GET", "/appraisals/property/gongdian") == (404, "not_found")


def test_promises_are_measured_from_the_log(town: Town) -> None:
    repaired(town)
    town.say("张伟", "灯坏了")  # asked where first
    town.say("张伟", "是")
    town.wait(minutes=2)
    shown = Program(town).get("/statistics/promises")
    assert shown["receipt"]["all"] == len(town.issues())
    assert shown["done"] == {"kept": 1, "all": 1, "rate": 1.0}
    town.wait(days=9)
    late = Program(town, "wangfang").get("/statistics/promises")
    assert late["done"]["kept"] == 1
    assert late["done"]["all"] == 2


def test_whistles_by_unit_and_month(town: Town) -> None:
    town.say("李秀兰", LIGHT)
    town.say("吴倩", "吹哨 1123-01 供电所、惠民物业")
    town.say("靳鹏", "报到 1123-01")
    town.say("靳鹏", "办结 1123-01 换了线")
    town.wait(days=2)
    items = Program(town).get("/statistics/whistles")["items"]
    assert [(u["team"], u["month"], u["led"]) for u in items] == [
        ("gongdian", "2026-11", 1), ("huimin", "2026-11", 0),
    ]  # fmt: skip
    assert items[0]["done"] == {"kept": 1, "all": 1, "rate": 1.0}
    assert items[1]["arrived"] == {"kept": 0, "all": 1, "rate": 0.0}


def test_themes_of_requests(town: Town) -> None:
    number = repaired(town)
    for said in (f"主题 {number} 暖心", f"主题 {number} 放心、舒心"):
        town.say("王芳", said)
    assert Program(town).get("/statistics/themes") == {"themes": {"放心": 1, "舒心": 1}}
    town.say("李秀兰", f"主题 {number} 暖心")
    assert "不归您办" in town.heard("李秀兰")[-1]


def test_honours_for_programs_are_those_who_agreed(town: Town) -> None:
    town.say("李秀兰", "推荐榜样 张建国 三年义务修灯，电话13900000126")
    assert Program(town, "zhangwei").get("/honours") == {"items": []}
    town.say("张建国", "同意 榜-1")
    town.say("吴倩", "发布 榜-1")
    [shown] = Program(town, "zhangwei", name="later").get("/honours")["items"]
    assert shown["name"] == "张建国"
    assert "13900000126" not in shown["story"]


def test_everything_is_one_span(town: Town) -> None:
    repaired(town)
    earned(town, "张建国")
    with town.runtime.db.read() as tx:
        assert len(table.between(tx, EVER, AFTER_ALL)) == len(table.every(tx)) == 1
        assert table.between(tx, town.now + timedelta(days=1), AFTER_ALL) == []


def test_letters_and_points_on_the_command_line(town: Town, tmp_path: Path) -> None:
    town.say("吴倩", "代报到 孙丙 城区司法局 水电 泉馨苑4号楼")
    repaired(town)
    out = tmp_path / "letters"
    done = command(tmp_path, "letters", "2026Q4", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "党员 1 封，单位 1 封，居民 1 封，没有写出 0 封" in done.stdout
    names = sorted(path.name for path in out.iterdir())
    assert names == sorted(
        f"2026Q4-{who}-1.{kind}" for who in ("党员", "单位", "居民") for kind in ("txt", "html")
    )
    assert "孙丙" in (out / "2026Q4-党员-1.txt").read_text("utf-8")
    assert command(tmp_path, "points", "verify").stdout.strip() == "积分和日志一致。"
    with town.runtime.db.write() as tx:
        tx.run("UPDATE points SET points = 500")
    found = command(tmp_path, "points", "verify")
    assert found.returncode == 1
    assert "4 条对不上" in found.stdout
    assert "改动 4 条" in command(tmp_path, "points", "rebuild").stdout
    assert command(tmp_path, "letters", "四季度", "--out", str(out)).returncode == 1


def test_words_that_only_sound_like_commands_are_reports(town: Town) -> None:
    town.say("李秀兰", "物业评价 泉馨苑3号楼的垃圾三天没人清运")
    town.say("李秀兰", "回执 泉馨苑3号楼停水了")
    assert len({issue.message for issue in town.issues()}) == 2
