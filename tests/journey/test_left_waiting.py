"""Nobody is left waiting: what the random lives of issues brought to light, one case each."""

from __future__ import annotations

import pytest

from data.rows import Event, StoredPush
from data.tables import issues as table
from data.tables import people, reporters
from desk import reminders, together
from desk.people import recognise
from desk.service import Act
from tests.journey.town import Town

LAMP = "泉馨苑3号楼2单元楼道灯坏了"


def events(town: Town, action: str, number: str = "1123-01") -> list[Event]:
    issue = town.issue(number)
    with town.runtime.db.read() as tx:
        log = table.events(tx, issue.id)
    return [event for event in log if event.action == action]


def test_a_reopened_issue_has_its_clocks_anew(town: Town) -> None:
    town.say("李秀兰", LAMP)
    town.wait(days=4)
    assert len(events(town, "overdue")) == 1
    town.say("张建国", "办结 1123-01 换了灯泡")
    town.say("李秀兰", "没修好 1123-01")
    town.wait(minutes=1)
    assert len(events(town, "untaken")) == 0, "reopened a minute ago"
    town.wait(minutes=30)
    assert len(events(town, "untaken")) == 1
    town.wait(days=8)
    assert len(events(town, "overdue")) == 2


def test_the_duty_chain_is_called_step_by_step_after_a_pause(town: Town) -> None:
    """A server that was down, or an emergency reopened hours later, must not ring everybody."""
    town.say("刘福生", "朝阳街小区3号楼2单元一股煤气味!!")
    town.wait(hours=2)
    town.wait(seconds=5)
    assert len(events(town, "alarm")) == 1
    town.wait(minutes=5)
    assert len(events(town, "alarm")) == 2


def test_merged_twice_and_still_told(town: Town) -> None:
    for name, house in (("李秀兰", 3), ("张伟", 6), ("刘福生", 7)):
        town.say(name, f"泉馨苑{house}号楼1单元楼道灯坏了")
    town.say("吴倩", "合并 1123-01 1123-02")
    town.say("吴倩", "合并 1123-02 1123-03")
    town.heard("李秀兰")
    town.say("张建国", "办结 1123-03 都换了")
    assert any("都换了" in text for text in town.heard("李秀兰"))
    town.say("李秀兰", "没修好")
    assert town.issue("1123-03").reopens == 1


def test_one_of_two_neighbours_cannot_withdraw_it(town: Town) -> None:
    town.say("李秀兰", LAMP)
    issue = town.issue("1123-01")
    with town.runtime.db.write() as tx:
        together.join(_act(town, tx, "zhangwei"), issue, "我家也是")
    reply = town.say("李秀兰", "撤销 1123-01")
    assert reply is not None
    assert "别的邻居" in reply
    assert town.issue("1123-01").status == "assigned"
    town.heard("李秀兰")
    town.say("张伟", "满意 1123-01")
    assert any("已结案" in text for text in town.heard("李秀兰"))


def test_a_corrected_category_keeps_the_raise_and_is_watched_anew(town: Town) -> None:
    town.say("李秀兰", LAMP)
    town.wait(days=4)
    issue = town.issue("1123-01")
    with town.runtime.db.write() as tx:
        for person in ("zhangwei", "liufusheng"):
            issue = together.join(_act(town, tx, person), issue, "一样")
    town.say("张建国", "办结 1123-01 换了灯泡")
    town.say("李秀兰", "没修好 1123-01")
    town.say("吴倩", "改类 1123-01 下水堵")
    issue = town.issue("1123-01")
    assert (issue.level, issue.warned) == ("U1", 0)
    assert issue.done_due > town.now


@pytest.mark.parametrize("joined_before", [False, True])
def test_binding_takes_along_what_was_joined(town: Town, joined_before: bool) -> None:
    """A passer-by who said 我家也是 claims an imported person's account."""
    town.say("李秀兰", LAMP)
    issue = town.issue("1123-01")
    with town.runtime.db.write() as tx:
        tx.run("UPDATE people SET invite = '123456' WHERE id = 'zhangwei'")
        stranger = recognise(tx, "wechat", "openid-new", town.now)
        together.join(_act(town, tx, stranger.id), issue, "我家也是")
        if joined_before:
            together.join(_act(town, tx, "zhangwei"), issue, "我家也是")
        people.join_accounts(tx, stranger.id, "zhangwei")
        assert reporters.of_issue(tx, issue.id) == ["zhangwei"]
        assert people.by_id(tx, stranger.id) is None


def test_whoever_is_in_a_team_complained_about_neither_sees_nor_hears(town: Town) -> None:
    town.say("张伟", "投诉居委会，打了三次电话都不接，态度还恶劣")
    assert "shequ" in town.issue("1123-01").against
    for member in ("吴倩", "孙国栋"):
        assert "没有查到" in str(town.say(member, "详情 1123-01"))
        assert not any("1123-01" in push.text for push in pushes(town, member))


def test_a_request_of_a_former_owner_is_void(town: Town) -> None:
    town.say("李秀兰", LAMP)
    town.say("张建国", "挂起 1123-01 等配件")
    town.say("王芳", "转派 1123-01 惠民物业")
    town.say("吴倩", "同意 1123-01")
    assert town.issue("1123-01").status == "assigned"


def test_pausing_leaves_somebody_in_charge(town: Town) -> None:
    town.say("李秀兰", LAMP)
    town.say("张建国", "挂起 1123-01 等配件")
    town.say("吴倩", "同意 1123-01")
    town.say("王芳", "恢复 1123-01")
    assert town.issue("1123-01").handler == "zhangjianguo"


def test_nobody_waits_behind_earlier_deadlines(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep reads in pages and warns in small transactions; all, however many are open."""
    for house in range(1, 9):
        town.say("李秀兰", f"泉馨苑{house}号楼1单元楼道灯坏了")
    monkeypatch.setattr(table.waiting, "__defaults__", (0, 3))
    monkeypatch.setattr(reminders, "TOGETHER", 4)
    town.wait(hours=25)
    assert [len(events(town, "untaken", f"1123-{n:02d}")) for n in range(1, 9)] == [1] * 8


def test_the_third_urging_is_heard_above(town: Town) -> None:
    town.say("李秀兰", LAMP)
    for _ in range(3):
        town.say("李秀兰", "催办 1123-01")
    assert sum("催办3次" in text for text in town.heard("王芳")) == 1


def pushes(town: Town, name: str) -> list[StoredPush]:
    with town.runtime.db.read() as tx:
        return tx.all(StoredPush, "SELECT * FROM outbox WHERE person = :who", who=town.names[name])


def _act(town: Town, tx: object, person: str) -> Act:
    service = town.runtime.service
    found = people.by_id(tx, person)  # type: ignore[arg-type]
    assert found is not None
    return Act(tx, service, found, town.now, service.roster(tx))  # type: ignore[arg-type]
