"""The REST interface: the same loop as in chat, for programs."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from data.database import Database, StoreFailed
from desk import api_tokens
from desk.audit import verify
from tests.journey.programs import BASE, DOOR, LIGHT, Program, read, reported
from tests.journey.town import Town


def test_a_report_goes_round_the_loop_and_everybody_hears_of_it(town: Town) -> None:
    city = Program(town)
    made = city.report(LIGHT)
    assert (made["number"], made["status"], made["category"]) == (
        "1123-01", "assigned", "repair.light",
    )  # fmt: skip
    assert made["place"] == {"estate": "泉馨苑小区", "building": "3", "grid": "CYJ-2-1-1"}
    assert made["owner"]["team"] == "xiaobanshou"
    town.runtime.courier.deliver_due()
    assert "【新工单】1123-01" in town.heard("张建国")[0]

    town.say("张建国", "接单 1123-01")
    assert city.get("/issues/1123-01")["issue"]["owner"]["handler"] == "zhangjianguo"
    worker = Program(town, "zhangjianguo", "write")
    assert worker.do("1123-01", "finish", note="换了灯泡")["result"] == "换了灯泡"
    closed = city.do("2026-1123-01", "satisfied", fairly=True)
    assert (closed["status"], closed["rating"]) == ("closed", "fairly")
    town.runtime.courier.deliver_due()
    assert any("基本满意" in text for text in town.heard("张建国"))

    told = city.get("/issues/1123-01")["events"]
    assert [event["action"] for event in told] == ["record", "accept", "finish", "satisfied"]
    assert [event["actor"]["name"] for event in told] == ["高建民", "张建国", "张建国", "高建民"]
    assert list(verify(town.runtime.db)) == []


def test_the_lifecycle_refuses_what_it_refuses_in_chat(town: Town) -> None:
    city = Program(town)
    reported(town)
    accept = "/issues/1123-01/actions/accept"
    assert city.post(accept)["status"] == "accepted"
    assert city.refused("POST", accept) == (409, "forbidden_status")
    satisfied = "/issues/1123-01/actions/satisfied"
    assert city.refused("POST", satisfied, json={}) == (403, "forbidden_person")
    finish = "/issues/1123-01/actions/finish"
    assert city.refused("POST", finish, json={}) == (422, "invalid")
    assert city.refused("POST", finish, json={"note": " "}) == (422, "invalid")
    assert city.refused("POST", "/issues/1123-09/actions/accept") == (404, "not_found")
    moved = "/issues/1123-01/actions/transfer"
    assert city.refused("POST", moved, json={"target": "nobody"}) == (409, "unknown_target")
    assert city.do("1123-01", "transfer", target="wangfang")["owner"]["name"] == "王芳"


def test_every_action_has_its_path(town: Town) -> None:
    city = Program(town)
    for number, text in enumerate((LIGHT, DOOR, "滨河花园一期2号楼下水道堵了"), 1):
        assert city.report(text)["number"] == f"1123-0{number}"
    assert city.do("1123-01", "recategorise", category="repair.door")["category"] == "repair.door"
    assert city.do("1123-01", "supervise")["card"] == "yellow"
    assert city.do("1123-01", "whistle", teams=["xiaobanshou", "huanbao"])["owner"]["team"]
    assert city.do("1123-02", "merge", into="1123-03")["merged_into"] == "2026-1123-03"
    assert city.do("1123-02", "unmerge")["status"] == "assigned"
    assert city.do("1123-02", "reject", note="不归社区管")["status"] == "rejected"
    assert city.do("1123-03", "urge")["urges"] == 1
    assert city.do("1123-03", "withdraw")["status"] == "withdrawn"
    refusal = city.refused("POST", "/issues/1123-01/actions/whistle", json={"teams": ["x"]})
    assert refusal == (409, "unknown_target")


def test_a_pause_is_asked_for_by_one_and_granted_by_another(town: Town) -> None:
    city, worker = Program(town), Program(town, "zhangjianguo", "write")
    city.report(LIGHT)
    worker.do("1123-01", "accept")
    worker.do("1123-01", "extend", days=3, note="等配件")
    before = city.get("/issues/1123-01")["issue"]["done_due"]
    refusal = worker.refused("POST", "/issues/1123-01/actions/agree")
    assert refusal == (403, "forbidden_person")
    assert city.do("1123-01", "agree")["done_due"] > before
    worker.do("1123-01", "pause", note="停电检修")
    assert city.do("1123-01", "agree")["status"] == "paused"
    assert worker.do("1123-01", "resume")["status"] == "accepted"


def test_several_things_in_one_text_and_what_is_known_is_joined(town: Town) -> None:
    city = Program(town)
    made = city.post("/issues", {"text": "泉馨苑3号楼楼道灯坏了。还有6号楼下水道堵了，往外冒水"})
    codes = [each["issue"]["category"] for each in made["items"]]
    assert codes == ["repair.light", "repair.drain"]
    body = {"text": "泉馨苑3号楼楼道灯坏了", "reporter": {"name": "老赵"}}
    [again] = city.post("/issues", body)["items"]
    assert (again["joined"], again["issue"]["reporters"]) == (True, 2)


def test_a_named_category_and_place_are_not_doubted(town: Town) -> None:
    city = Program(town)
    made = city.report("有个东西坏了", category="repair.door", estate="八家巷小区", building="5")
    assert made["category"] == "repair.door"
    assert made["place"] == {"estate": "八家巷小区", "building": "5", "grid": "CYJ-1-2-2"}
    body = {"text": "坏了", "category": "repair.nothing"}
    assert city.refused("POST", "/issues", json=body) == (422, "unknown_category")


def test_what_nobody_understands_goes_to_the_desk_and_danger_to_the_duty_chain(town: Town) -> None:
    city = Program(town)
    assert city.report("如题")["owner"]["team"] == "shequ"
    [unplaced] = city.post("/issues", {"text": "楼道灯坏了，晚上黑得看不见"})["items"]
    assert unplaced["missing"] == ["estate", "building"]
    assert city.report("泉馨苑3号楼煤气味特别大，头都晕了")["level"] == "U0"
    town.runtime.courier.deliver_due()
    assert any("【紧急】" in text for text in town.heard("王芳"))


def test_the_same_key_twice_is_one_issue(town: Town) -> None:
    city = Program(town)
    first, second = (
        city.post("/issues", {"text": LIGHT}, headers={"Idempotency-Key": "a-17"}) for _ in range(2)
    )
    assert first == second
    assert len(town.issues()) == 1
    Program(town, "wangfang").post("/issues", {"text": DOOR},
                                   headers={"Idempotency-Key": "a-17"})  # fmt: skip
    assert len(town.issues()) == 2
    refusal = city.refused(
        "POST", "/issues", json={"text": LIGHT}, headers={"Idempotency-Key": "号"}
    )
    assert refusal == (422, "invalid")


def test_pages_hold_still_while_new_issues_come(town: Town) -> None:
    city = Program(town)
    for building in range(1, 8):
        city.report(
            f"泉馨苑{building}号楼有个井盖松动", category="repair.public", estate="泉馨苑小区"
        )
    first = city.get("/issues", limit=3)
    city.report(DOOR)
    second = city.get("/issues", limit=3, cursor=first["next"])
    third = city.get("/issues", limit=3, cursor=second["next"])
    numbers = [issue["number"] for page in (first, second, third) for issue in page["items"]]
    assert numbers == [f"1123-0{number}" for number in range(7, 0, -1)]
    assert third["next"] is None


def test_filters(town: Town) -> None:
    city = Program(town)
    city.report(LIGHT)
    town.wait(hours=1)
    city.report(DOOR)
    city.do("1123-02", "accept")

    def found(**query: Any) -> list[str]:
        return [issue["number"] for issue in city.get("/issues", **query)["items"]]

    assert found() == ["1123-02", "1123-01"]
    assert found(status="accepted") == ["1123-02"]
    assert found(status=["accepted", "assigned"]) == ["1123-02", "1123-01"]
    assert found(category="repair.light") == ["1123-01"]
    assert found(category="repair") == ["1123-02", "1123-01"]
    assert found(category="rep") == []
    assert found(estate="八家巷小区") == ["1123-02"]
    assert found(grid="CYJ-2") == ["1123-01"]
    assert found(grid="CYJ") == ["1123-02", "1123-01"]
    assert found(grid="nowhere") == []
    assert found(level="U0") == []
    assert found(since=(town.now - timedelta(minutes=1)).isoformat()) == ["1123-02"]
    assert found(until=(town.now - timedelta(minutes=1)).isoformat()) == ["1123-01"]
    assert found(q="门禁") == ["1123-02"]
    assert found(q="1123-01") == ["1123-01"]
    for wrong in (
        {"limit": 0},
        {"limit": "x"},
        {"status": "x"},
        {"since": "昨天"},
        {"sttus": "done"},
    ):
        assert city.refused("GET", "/issues", query_string=wrong) == (422, "invalid")


def test_the_feed_misses_nothing_and_repeats_nothing(town: Town) -> None:
    city = Program(town)
    reported(town)
    town.say("张建国", "接单 1123-01")
    read = city.get("/events", limit=1)
    assert (read["more"], [event["action"] for event in read["items"]]) == (True, ["record"])
    town.say("张建国", "办结 1123-01 换了灯泡")
    rest = city.get("/events", after=read["next"])
    assert [event["action"] for event in rest["items"]] == ["accept", "finish"]
    assert city.get("/events", after=rest["next"]) == {
        "items": [], "next": rest["next"], "more": False,
    }  # fmt: skip
    logged = city.get("/issues/1123-01")["events"]
    assert logged == [*read["items"], *rest["items"]]


def test_statistics_agree_with_a_count_of_ones_own(town: Town) -> None:
    city = Program(town)
    texts = (LIGHT, DOOR, "朝阳街3号楼楼道灯坏了，晚上黑得看不见", "滨河花园一期2号楼下水道堵了")
    for text in texts:
        city.report(text)
        town.wait(days=1)
    first, second = (issue.number for issue in town.issues()[:2])
    for number in (first, second):
        city.do(number, "finish", note="修好了")
    city.do(first, "satisfied")
    city.do(second, "reopen", note="还是不行", contacted=False)
    told = city.get("/statistics", period="month")
    own = town.issues()
    assert told["total"] == len(own) == 4
    assert told["by_status"] == Counter(issue.status for issue in own)
    assert told["by_category"] == Counter(issue.category for issue in own)
    assert told["by_period"] == [{"period": "2026-11", "count": 4}]
    assert told["rates"] == {
        "sample": 2, "response": 0.5, "solution": 0.5, "satisfaction": 0.5,
        "composite": pytest.approx(0.5),
    }  # fmt: skip
    days = city.get("/statistics", period="day")["by_period"]
    assert [day["count"] for day in days] == [1, 1, 1, 1]
    assert city.get("/statistics", period="week")["by_period"] == [
        {"period": "2026-11-23", "count": 4}
    ]
    empty = city.get("/statistics", since="2020-01-01T00:00:00Z", until="2020-02-01T00:00:00Z")
    assert (empty["total"], empty["rates"]) == (0, None)


def test_reference_lists(town: Town) -> None:
    city = Program(town)
    assert len(city.get("/categories")["items"]) == 76
    roster = town.runtime.service.roster
    with town.runtime.db.read() as tx:
        picture = roster(tx)
    assert len(city.get("/grids")["items"]) == len(picture.grids)
    assert len(city.get("/places")["items"]) == len(picture.places)
    teams = city.get("/teams")["items"]
    assert {team["code"] for team in teams} == set(picture.teams)
    assert "phone" not in teams[0]


# -- who may --------------------------------------------------------------------------------------


def test_without_a_good_key_there_is_nothing(town: Town) -> None:
    client = town.runtime.app.test_client()
    for path in ("/issues", "/issues/1123-01", "/events", "/teams", "/statistics", "/webhooks"):
        answer = client.get(BASE + path)
        assert (answer.status_code, read(answer)["code"]) == (401, "no_token")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        answer = client.get(BASE + path, headers={"Authorization": "Bearer huying_guess"})
        assert (answer.status_code, read(answer)["code"]) == (401, "bad_token")


def test_a_key_ends_when_it_is_revoked_or_runs_out(town: Town) -> None:
    city, short = Program(town, name="city"), Program(town, name="short", days=1)
    assert city.get("/issues") == short.get("/issues")
    with town.runtime.db.write() as tx:
        assert api_tokens.revoke(tx, "city", town.now)
    assert city.refused("GET", "/issues") == (401, "bad_token")
    town.now += timedelta(days=1)
    assert short.refused("GET", "/issues") == (401, "bad_token")


def test_scopes(town: Town) -> None:
    reader, writer = Program(town, "gaojianmin", "read"), Program(town, "gaojianmin", "write")
    writer.report(LIGHT)
    assert reader.get("/issues/1123-01")
    assert writer.refused("GET", "/issues/1123-01") == (403, "no_scope")
    assert reader.refused("POST", "/issues", json={"text": LIGHT}) == (403, "no_scope")
    assert reader.refused("POST", "/issues/1123-01/actions/accept") == (403, "no_scope")
    assert reader.refused("GET", "/webhooks") == (403, "no_scope")
    body = {"reason": "上门"}
    assert reader.refused("POST", "/issues/1123-01/personal", json=body) == (403, "no_scope")


def test_a_key_sees_what_its_person_may_see(town: Town) -> None:
    """A resident's key knows the resident's own; a neighbour's issue is as if there were none."""
    reported(town)
    own, neighbour = Program(town, "lixiulan"), Program(town, "zhangwei")
    assert own.get("/issues")["items"][0]["number"] == "1123-01"
    assert neighbour.get("/issues")["items"] == []
    assert neighbour.get("/events")["items"] == []
    assert neighbour.refused("GET", "/issues/1123-01") == (404, "not_found")
    refusal = neighbour.refused("POST", "/issues/1123-01/actions/urge")
    assert refusal == (404, "not_found")
    assert neighbour.refused("GET", "/statistics") == (403, "not_staff")
    body = {"text": "灯坏了", "reporter": {"name": "别人"}}
    assert neighbour.refused("POST", "/issues", json=body) == (403, "not_staff")


def test_a_dispute_is_for_its_mediators_and_those_above_the_place(town: Town) -> None:
    city = Program(town)
    said = "泉馨苑3号楼2单元，我家和楼上因为漏水吵起来了"
    number = reported(town, said, "neighbor.dispute")["number"]
    city.do(number, "transfer", target="xiaoli")
    for person in ("qinyulan", "wangfang", "gaojianmin", "lixiulan"):
        assert Program(town, person, "read").get(f"/issues/{number}")
    for person in ("lijianjun", "zhangjianguo", "lihui", "zhangwei"):
        other = Program(town, person)
        assert other.refused("GET", f"/issues/{number}") == (404, "not_found")
        assert other.get("/issues")["items"] == other.get("/events")["items"] == []
        note = {"note": "我来看看"}
        refusal = other.refused("POST", f"/issues/{number}/actions/note", json=note)
        assert refusal == (404, "not_found")


def test_whoever_is_complained_about_never_sees_it(town: Town) -> None:
    reported(town, "网格员王芳态度特别差，问她什么都不理人", "suggest.staff")
    [complaint] = town.issues()
    assert complaint.against == ("wangfang",)
    blamed = Program(town, "wangfang")
    assert blamed.get("/issues")["items"] == []
    assert blamed.get("/events")["items"] == []
    assert blamed.refused("GET", f"/issues/{complaint.number}") == (404, "not_found")
    assert Program(town, "dinghong").get(f"/issues/{complaint.number}")


PERSONAL = ("13900000101", "13812345678", "李秀兰", "301")


def test_no_answer_holds_a_name_a_phone_or_a_room(town: Town) -> None:
    city = Program(town, "gaojianmin", "read", "write", "admin")
    said = "泉馨苑3号楼2单元301漏水，我是李秀兰，电话13812345678，也可以打13900000101"
    reported(town, said, "repair.roof")
    town.say("李秀兰", "补充 我家3-2-301，打13812345678")
    answers = json.dumps(
        [city.get("/issues"), city.get("/issues/1123-01"), city.get("/events")], ensure_ascii=False
    )
    for word in PERSONAL:
        assert word not in answers
    for word in PERSONAL:  # nor can it be found by searching
        assert city.get("/issues", q=word)["items"] == []
    assert city.get("/issues", q="漏水")["items"]


def test_a_reveal_needs_its_scope_and_is_written_down(town: Town) -> None:
    reported(town, "泉馨苑3号楼2单元301漏水", "repair.roof")
    trusted = Program(town, "gaojianmin", "personal", "read", name="street")
    told = trusted.post("/issues/1123-01/personal", {"reason": "上门核实"})
    assert (told["name"], told["phone"], told["room"]) == ("李秀兰", "13900000101", "301")
    last = trusted.get("/issues/1123-01")["events"][-1]
    assert (last["action"], last["note"]) == ("disclose", "上门核实")
    with town.runtime.db.read() as tx:
        logged = tx.scalar("SELECT data FROM events WHERE action = 'disclose'")
    assert json.loads(logged) == {"token": "street"}
    assert list(verify(town.runtime.db)) == []
    refusal = trusted.refused("POST", "/issues/1123-01/personal", json={})
    assert refusal == (422, "invalid")


def test_a_reporter_who_was_named_is_known_again(town: Town) -> None:
    city = Program(town)
    for text in (LIGHT, "泉馨苑6号楼门禁坏了"):
        city.report(text, reporter={"name": "老赵", "phone": "13700000001"})
    first, second = town.issues()
    assert first.reporter == second.reporter
    town.runtime.courier.deliver_due()
    assert "老赵 13700000001" in town.heard("张建国")[0]


# -- the door -------------------------------------------------------------------------------------


def test_what_is_no_request_is_refused_by_name(town: Town) -> None:
    city = Program(town)
    assert city.refused("POST", "/issues", data=b"{", content_type="application/json") == (
        400, "bad_json",
    )  # fmt: skip
    assert city.refused("POST", "/issues", data=b"text=x") == (415, "not_json")
    assert city.refused("POST", "/issues", json={"text": "灯" * 2001}) == (422, "invalid")
    assert city.refused("POST", "/issues", json={"text": "灯", "status": "done"}) == (
        422,
        "invalid",
    )
    assert city.refused("POST", "/issues", json=[]) == (422, "invalid")
    big = b'{"text": "' + b"x" * (1 << 19) + b'"}'
    assert city.refused("POST", "/issues", data=big, content_type="application/json") == (
        413, "too_large",
    )  # fmt: skip
    deep = b"[" * 100_000
    assert city.refused("POST", "/issues", data=deep, content_type="application/json") == (
        400, "bad_json",
    )  # fmt: skip
    assert city.refused("PUT", "/issues") == (405, "not_allowed")
    assert city.refused("GET", "/nothing") == (404, "not_found")
    answer = city.call("POST", "/issues", json={"text": "", "estate": 3})
    assert {fault["field"] for fault in read(answer)["errors"]} == {"text", "estate"}
    assert town.issues() == []


def test_the_document_lists_exactly_what_there_is(town: Town) -> None:
    app = town.runtime.app
    document = read(app.test_client().get(f"{BASE}/openapi.json"))
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    served = {
        (method, rule.rule.removeprefix(BASE).replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.described"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served
    assert len(described) >= 35
    text = json.dumps(document, ensure_ascii=False)
    assert '"known"' not in text
    new_issue = document["components"]["schemas"]["NewIssue"]["properties"]
    assert "repair.light" in json.dumps(new_issue["category"])


def test_a_store_that_cannot_commit_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    city = Program(town)

    def broken(_: Database) -> Any:
        raise StoreFailed("database is locked")

    monkeypatch.setattr(Database, "write", broken)
    assert city.refused("POST", "/issues", json={"text": LIGHT}) == (503, "store_unavailable")
