"""Stations, errands, cards, questionnaires end to end: the reports' figures, what is private."""

from __future__ import annotations

from pathlib import Path

from data.tables import elder_cards, stations
from data.tables import issues as issue_table
from data.tables import journal as lines
from data.tables import surveys as survey_table
from desk.imports import import_table
from desk.tables import write_csv, write_excel
from tests.journey.programs import Program
from tests.journey.town import Town

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
    assert len(set(respondents)) == 2
    assert not any(person in each for each in respondents for person in ("lixiulan", "张伟"))
    assert {line.actor for line in log if line.action == "answer"} == {"system"}
