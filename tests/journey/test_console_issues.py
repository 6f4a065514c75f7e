"""Issues in the console: what is shown of them, to whom, and what may be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.rows import Issue
from data.tables import reporters
from desk import ledger
from desk.service import Act
from tests.journey.seats import Seat, seat
from tests.journey.town import Town

LAMP = "3号楼2单元301门口的楼道灯坏了，我是李秀兰，电话13912345678"
NUMBER = re.compile(r"/console/issues/2026-(\d{4}-\d{2})\"")


def listed(browser: Seat, query: str = "") -> set[str]:
    return set(NUMBER.findall(browser.get(f"issues{query}").text))


def test_another_grids_issue_does_not_exist(town: Town) -> None:
    town.say("刘福生", "3号楼门口垃圾没人清")
    [issue] = town.issues()
    stranger = seat(town, "wangfang")
    reference = f"2026-{issue.number}"
    assert stranger.get(f"issues/{reference}").status_code == 404
    for deed in ("do/accept", "do/note", "reveal"):
        path = f"issues/{reference}/{deed}"
        assert stranger.post(path, note="x", reason="x").status_code == 404
    for page in ("today", "issues", "board", "statistics", "ledger", "ledger/print", "reports"):
        assert issue.number not in stranger.get(page).text, page
    assert listed(stranger, "?q=垃圾") == set()
    assert town.issue(issue.number).status == "assigned"
    assert seat(town, "lijianjun").get(f"issues/{reference}").status_code == 200


def test_who_is_complained_about_never_learns_of_it(town: Town) -> None:
    town.say("李秀兰", "投诉网格员王芳态度恶劣，骂人")
    [issue] = town.issues()
    assert "wangfang" in issue.against
    blamed = seat(town, "wangfang")
    assert blamed.get(f"issues/2026-{issue.number}").status_code == 404
    assert listed(blamed) == set()
    assert issue.number in listed(seat(town, "gaojianmin"))


def test_what_is_said_in_chat_is_never_markup(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了，<script>alert(1)</script>")
    town.say("李秀兰", "补充 1123-01 <img src=x onerror=alert(2)>")
    assert "<script>" in town.issue("1123-01").text
    browser = seat(town, "gaojianmin")
    for page in ("today", "today/piles", "issues", "board", "issues/1123-01", "ledger",
                 "ledger/print", "reports", "wall", "issues?q=<script>alert(3)"):  # fmt: skip
        text = browser.get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
    assert "&lt;script&gt;alert(1)" in browser.get("issues/1123-01").text


def test_names_phones_and_doors_are_hidden_until_asked_for_with_a_reason(town: Town) -> None:
    town.say("李秀兰", LAMP)
    browser = seat(town, "wangfang")
    for page in ("today", "issues", "board", "issues/1123-01", "ledger", "ledger/print"):
        text = browser.get(page).text
        assert "13912345678" not in text, page
        assert "李秀兰" not in text, page
        assert "301" not in text, page
    assert "请写明为什么要看" in browser.said("issues/1123-01/reveal", reason=" ")
    shown = browser.post("issues/1123-01/reveal", reason="上门维修").text
    assert "李秀兰" in shown
    assert "13900000101" in shown
    again = browser.get("issues/1123-01").text
    assert "13900000101" not in again
    assert "查阅个人信息" in again
    assert "上门维修" in again


def test_those_who_work_on_nothing_of_it_cannot_reveal(town: Town) -> None:
    """A member of staff may follow what he reported himself, but not read who else did."""
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    [issue] = town.issues()
    with town.runtime.db.write() as tx:
        reporters.join(tx, issue.id, "xueping", town.now, "我也看见了")
    other = seat(town, "xueping")
    assert other.get("issues/1123-01").status_code == 200
    assert other.post("issues/1123-01/reveal", reason="好奇").status_code == 403
    assert "看姓名、电话和门牌" not in other.get("issues/1123-01").text


def test_the_whole_loop_by_buttons(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    captain = seat(town, "zhangjianguo")
    assert "1123-01" in captain.get("today").text
    assert "已办好" in captain.said("issues/1123-01/do/accept", back="today")
    town.runtime.courier.deliver_due()
    assert any("张建国" in text for text in town.heard("李秀兰"))
    assert "请写几个字" in captain.said("issues/1123-01/do/finish", note=" ")
    captain.said("issues/1123-01/do/finish", note="换了灯泡")
    assert town.issue("1123-01").status == "done"
    town.runtime.courier.deliver_due()
    town.say("李秀兰", "没修好")
    assert town.issue("1123-01").status == "assigned"
    page = captain.get("issues/1123-01").text
    for said in ("受理", "接单", "办结", "换了灯泡", "重办"):
        assert said in page


def test_returns_transfers_and_cards(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    captain, secretary = seat(town, "zhangjianguo"), seat(town, "gaojianmin")
    captain.said("issues/1123-01/do/decline", note="没有梯子")
    issue = town.issue("1123-01")
    assert (issue.returns, issue.owner_team) != (0, "xiaobanshou")
    assert "没有这个队伍" in secretary.said("issues/1123-01/do/transfer", target="nobody")
    assert "请选一个队伍" in secretary.said("issues/1123-01/do/transfer", target="")
    secretary.said("issues/1123-01/do/transfer", target="gongdian", note="线路问题")
    assert town.issue("1123-01").owner_team == "gongdian"
    secretary.said("issues/1123-01/do/supervise")
    assert town.issue("1123-01").card == "yellow"
    secretary.said("issues/1123-01/do/whistle", teams=["shizheng", "gongdian"])
    assert town.issue("1123-01").owner_team == "shizheng"


def test_a_deed_that_is_over_is_explained_and_changes_nothing(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    captain = seat(town, "zhangjianguo")
    captain.said("issues/1123-01/do/accept")
    assert "已经不在这一步了" in captain.said("issues/1123-01/do/accept")
    assert "不归您办" in captain.said("issues/1123-01/do/reject", note="不是我们的事")
    assert "没有这个动作" in captain.said("issues/1123-01/do/explode")
    assert town.issue("1123-01").status == "accepted"


def test_an_extension_is_asked_for_and_agreed_to_from_today(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    captain = seat(town, "zhangjianguo")
    due = town.issue("1123-01").done_due
    assert "天数" in captain.said("issues/1123-01/do/extend", days="0", note="等配件")
    captain.said("issues/1123-01/do/extend", days="3", note="等配件")
    assert "等您审批" not in captain.get("today").text
    lead = seat(town, "wangfang")
    page = lead.get("today").text
    assert "等您审批" in page
    assert "等配件" in page
    lead.said("issues/1123-01/do/agree", back="today")
    assert (town.issue("1123-01").done_due - due).days == 3


def test_one_click_corrects_a_category_teaches_it_and_can_be_undone(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    lead = seat(town, "wangfang")
    lead.said("issues/1123-01/do/recategorise", category="repair.door")
    assert town.issue("1123-01").category == "repair.door"
    with town.runtime.db.read() as tx:
        assert [lesson.code for lesson in reporters.lessons(tx)] == ["repair.door"]
    assert "撤销改类" in lead.get("issues/1123-01").text
    lead.said("issues/1123-01/do/undo")
    assert town.issue("1123-01").category == "repair.light"
    with town.runtime.db.read() as tx:
        assert reporters.lessons(tx) == []
    assert "没有这个类别" in lead.said("issues/1123-01/do/recategorise", category="no.such")


def test_similar_issues_are_shown_merged_parted_and_split(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.say("张伟", "6号楼1单元的楼道灯坏了")
    lead = seat(town, "wangfang")
    assert "1123-01" in lead.get("issues/1123-02").text
    assert "请写要并入的事项编号" in lead.said("issues/1123-02/do/merge", into="那件")
    lead.said("issues/1123-02/do/merge", into="2026-1123-01")
    assert town.issue("1123-02").status == "merged"
    assert "并进来的" in lead.get("issues/1123-01").text
    lead.said("issues/1123-02/do/unmerge")
    assert town.issue("1123-02").status == "assigned"
    lead.said("issues/1123-01/do/split", note="门口还堆着杂物", category="env.clutter")
    made = town.issue("1123-03")
    assert (made.category, made.reporter) == ("env.clutter", "lixiulan")
    town.runtime.courier.deliver_due()
    assert any("1123-03" in text for text in town.heard("李秀兰"))


def test_another_grids_issue_is_no_target_for_merging(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.say("刘福生", "朝阳街小区3号楼2单元的楼道灯坏了")
    lead = seat(town, "wangfang")
    assert "没有这个" in lead.said("issues/1123-01/do/merge", into="1123-02")
    assert "1123-02" not in lead.get("issues/1123-01").text


def test_today_answers_nothing_while_nothing_changes(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    browser = seat(town, "wangfang")
    seen = re.findall(r"seen=(\w+)", browser.get("today").text)[0]
    assert browser.get(f"today/piles?seen={seen}").status_code == 204
    town.say("张伟", "我家闻到煤气味了")
    fresh = browser.get(f"today/piles?seen={seen}")
    assert fresh.status_code == 200
    assert "data-urgent" in fresh.text


def test_dead_letters_are_sent_again_by_the_office_only(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    with town.runtime.db.write() as tx:
        tx.run("UPDATE outbox SET status = 'dead', cause = 'errcode 40003'")
        push = tx.scalar("SELECT MIN(id) FROM outbox")
    secretary, worker = seat(town, "gaojianmin"), seat(town, "wangfang")
    assert "没发出去" in secretary.get("today").text
    assert "没发出去" not in worker.get("today").text
    assert worker.post(f"pushes/{push}/resend").status_code == 403
    assert "已放回待发队列" in secretary.said(f"pushes/{push}/resend")


@pytest.mark.parametrize("page", ["ledger.xlsx", "ledger/print"])
def test_an_export_holds_up_no_message(
    town: Town, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    town.say("李秀兰", LAMP)
    browser, made, answers = seat(town, "gaojianmin"), ledger.lines, list[str]()

    def slowly(act: Act, issues: Sequence[Issue]) -> list[ledger.Line]:
        with ThreadPoolExecutor(1) as pool:
            said = pool.submit(town.say, "刘福生", "八家巷5号楼门禁坏了")
            answers.append(said.result(timeout=5) or "")
        return made(act, issues)

    monkeypatch.setattr(ledger, "lines", slowly)
    assert browser.get(page).status_code == 200
    assert "1123-02" in answers[0]
