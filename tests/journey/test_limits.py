"""Whoever writes too fast is told once, loses nothing, and is heard at once in danger."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest

from channels.simulator import WechatClientSide
from channels.wechat import WechatConfig
from data.rows import StoredPush
from data.settings import Limits
from data.tables import messages, roster
from desk.message import Message
from handlers import answering, inbound
from handlers.inbound import AT_ONCE, at_once
from handlers.turn import Turn
from tests.journey.town import TOKEN, Town

SLOW = "慢一点"
MANY = AT_ONCE + 3
HANDLED = at_once(MANY)
RUSH = "同时找我的人很多"
FAST = Limits(sender_per_minute=3, group_per_minute=4)


@pytest.fixture
def busy(town: Town) -> Town:
    town.runtime.service.settings.limits = FAST
    return town


def flood(town: Town, count: int = 8, who: str = "李秀兰", group: str | None = None) -> list[str]:
    said = [f"泉馨苑小区{n}号楼2单元的楼道灯坏了" for n in range(1, count + 1)]
    return [reply for text in said if (reply := town.say(who, text, group))]


def test_a_flood_is_answered_once_and_nothing_of_it_is_lost(busy: Town) -> None:
    replies = flood(busy)
    assert [reply for reply in replies if SLOW in reply] == replies[3:]
    assert len(replies) == 4
    assert len(busy.issues()) == 3
    busy.heard("李秀兰")
    busy.wait(minutes=1)
    assert sorted(issue.building or "" for issue in busy.issues()) == [str(n) for n in range(1, 9)]
    told = [line for line in busy.heard("李秀兰") if "已登记" in line]
    assert len(told) == 5
    busy.wait(minutes=1)
    assert len(busy.issues()) == 8, "what was put off was handled twice"


def test_in_a_flood_an_emergency_is_heard_at_once(busy: Town) -> None:
    flood(busy)
    reply = busy.say("李秀兰", "泉馨苑3号楼着火了")
    assert reply is not None
    assert "119" in reply
    assert busy.issues()[-1].level == "U0"


def test_one_sender_does_not_slow_another(busy: Town) -> None:
    flood(busy)
    assert SLOW not in (busy.say("张伟", "八家巷5号楼门禁坏了") or "")


def test_after_a_minute_one_may_go_on(busy: Town) -> None:
    flood(busy)
    busy.now += timedelta(minutes=1, seconds=1)
    assert SLOW not in (busy.say("李秀兰", "八家巷5号楼门禁坏了") or "")


def test_a_group_has_a_limit_of_its_own_and_is_told_once(busy: Town) -> None:
    busy.runtime.service.settings.limits = Limits(sender_per_minute=30, group_per_minute=4)
    group = "泉馨苑邻里群"
    replies = flood(busy, 6, group=group) + flood(busy, 3, who="张伟", group=group)
    assert len([reply for reply in replies if SLOW in reply]) == 1
    busy.wait(minutes=1)
    with busy.runtime.db.read() as tx:
        assert messages.deferred(tx, busy.now) == []
    assert {issue.building for issue in busy.issues()} == {str(n) for n in range(1, 7)}


def test_a_late_question_to_one_in_a_group_is_answered_where_it_is_read(busy: Town) -> None:
    busy.runtime.service.settings.limits = Limits(sender_per_minute=30, group_per_minute=4)
    group = "泉馨苑邻里群"
    flood(busy, 4, group=group)
    busy.say("张伟", "楼道灯坏了，天天晚上摔跤", group)
    busy.wait(minutes=1)
    assert busy.heard("张伟")[-1] == "好的，请问在几号楼？"
    assert "已登记" in (busy.say("张伟", "八家巷5号楼2单元") or "")
    assert (busy.issues()[-1].building, busy.issues()[-1].unit) == ("5", "2")


def test_staff_are_not_slowed(busy: Town) -> None:
    assert not any(SLOW in reply for reply in flood(busy, who="高建民"))


# -- a rush: more come at once than can be handled at once ---------------------------------------


def rush(town: Town, said: Mapping[str, str]) -> dict[str, str | None]:
    """All of them write while the store is busy; what each of them is answered."""
    inbox = town.runtime.inbox

    def say(number: int, sender: str) -> str | None:
        key, text = f"wechat:rush:{number}", said[sender]
        return inbox(Message("wechat", sender, key, "text", town.now, text=text))

    with ThreadPoolExecutor(len(said) + 1) as pool:
        with town.runtime.db.write():
            first = pool.submit(
                inbox, Message("wechat", "first", "wechat:rush:f", "text", town.now)
            )
            while not first.running() or not inbox._turns._busy:
                pass
            answers = {}
            for number, sender in enumerate(said):
                answers[sender] = pool.submit(say, number, sender)
                while len(inbox._turns._waiting) <= number:
                    pass
        return {sender: answer.result(20) for sender, answer in answers.items()}


def crowd(count: int, text: str = "泉馨苑小区{}号楼2单元的楼道灯坏了") -> dict[str, str]:
    return {f"resident-{number}": text.format(number) for number in range(1, count + 1)}


def test_in_a_rush_new_requests_wait_for_a_moment(town: Town) -> None:
    answers = rush(town, crowd(MANY))
    late = [sender for sender, reply in answers.items() if RUSH in (reply or "")]
    assert late == [f"resident-{number}" for number in range(HANDLED + 1, MANY + 1)]
    assert len(town.issues()) == HANDLED
    town.wait(seconds=1)
    assert len(town.issues()) == HANDLED
    town.wait(seconds=1)
    assert len(town.issues()) == MANY
    with town.runtime.db.read() as tx:
        pushed = {push.address: push.text for push in tx.all(StoredPush, "SELECT * FROM outbox")}
    assert all("已登记" in pushed[sender] for sender in late)
    town.wait(minutes=1)
    assert len(town.issues()) == MANY, "what was put off was handled twice"


def test_who_cannot_be_pushed_to_is_promised_no_push(town: Town) -> None:
    town.runtime.service.pushable = ("wecom",)
    late = [reply or "" for reply in rush(town, crowd(MANY)).values()][HANDLED:]
    assert all("回复“进度”" in reply and "发给您" not in reply for reply in late)


def test_the_more_come_the_fewer_are_handled_at_once() -> None:
    handled = [at_once(count) for count in range(4 * AT_ONCE)]
    assert handled[: AT_ONCE + 1] == list(range(AT_ONCE + 1))
    assert all(0 <= after <= before for before, after in pairwise(handled[AT_ONCE:]))
    assert handled[2 * AT_ONCE :] == [0] * 2 * AT_ONCE


def test_in_a_rush_danger_commands_and_small_talk_are_answered(town: Town) -> None:
    others = {
        "danger": "泉馨苑3号楼着火了",
        "command": "帮助",
        "small talk": "谢谢",
        "thanks": "感谢社区，饭收到了，热乎的",
        "asking": "申请了加装扶手，批下来没有",
        "rating": "又坏了，等于没修，不满意",
        "practice": "我的数据",
        "张伟": "满意",
    }
    answers = rush(town, crowd(2 * AT_ONCE) | others)
    assert "119" in (answers["danger"] or "")
    assert not any(RUSH in (answers[who] or "") for who in others)


def test_in_a_rush_what_is_urgent_is_pushed_and_hardly_anything_else(town: Town) -> None:
    rush(town, {"danger": "泉馨苑3号楼着火了"} | crowd(MANY))
    urgent = sum(push.urgent for push in pushes(town, "queued"))
    for round_ in range(3):
        town.runtime.courier.deliver_due()
        assert [push.urgent for push in pushes(town, "sent")].count(False) == round_
    assert sum(push.urgent for push in pushes(town, "sent")) == urgent > 0
    town.wait(seconds=3)
    assert pushes(town, "queued") == []


def pushes(town: Town, status: str) -> list[StoredPush]:
    with town.runtime.db.read() as tx:
        sql = "SELECT * FROM outbox WHERE status = :status"
        return tx.all(StoredPush, sql, status=status)


def test_who_waits_is_heard_in_the_order_in_which_he_wrote(town: Town) -> None:
    rush(town, crowd(MANY))
    said = Message(
        "wechat", f"resident-{MANY}", "wechat:rush:x", "text", town.now, text="八家巷5号楼门禁坏了"
    )
    assert town.runtime.inbox(said) is None, "told before that it takes a moment"
    assert len(town.issues()) == HANDLED
    town.wait(seconds=2)
    assert [issue.building for issue in town.issues()[-2:]] == [f"{MANY}", "5"]


def test_who_waits_makes_no_rush_by_writing_on(busy: Town) -> None:
    flood(busy)
    busy.now += timedelta(seconds=61)
    reply = busy.say("李秀兰", "八家巷5号楼门禁坏了") or ""
    assert "前面的话" in reply
    assert RUSH not in reply, "nobody else is there"
    assert len(busy.issues()) == 3, "heard in order"
    with busy.runtime.db.read() as tx:
        assert not busy.runtime.inbox.pressed(tx)


def test_a_repeated_delivery_of_what_waits_is_answered_the_same(town: Town) -> None:
    answers = rush(town, crowd(MANY))
    last = f"resident-{MANY}"
    again = Message("wechat", last, f"wechat:rush:{MANY - 1}", "text", town.now, text="x")
    assert town.runtime.inbox(again) == answers[last]


def test_one_that_cannot_be_handled_does_not_hold_up_the_others(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rush(town, crowd(MANY))
    broken = f"resident-{MANY - 1}"
    answer = answering.answer

    def fails(turn: Turn) -> str | None:
        if turn.message.sender == broken:
            raise ZeroDivisionError
        return answer(turn)

    with monkeypatch.context() as context:
        context.setattr(inbound, "answer", fails)
        town.wait(seconds=2)
        town.wait(seconds=2)
    assert len(town.issues()) == MANY - 1
    with town.runtime.db.read() as tx:
        [left] = messages.deferred(tx, town.now + timedelta(hours=2))
        assert messages.deferred(tx, town.now) == []
        waits = left.deferred_until
    assert left.key == f"wechat:rush:{MANY - 2}"
    town.wait(seconds=5)
    with town.runtime.db.read() as tx:
        [left] = messages.deferred(tx, town.now + timedelta(hours=2))
    assert left.deferred_until == waits, "it is not the clock that put it off"
    town.wait(hours=1)
    assert len(town.issues()) == MANY


def test_a_roster_that_is_not_committed_yet_is_nobody_elses(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rush(town, crowd(MANY))
    known = town.runtime.service._roster._roster
    answer = answering.answer

    def changes(turn: Turn) -> str | None:
        assert town.runtime.service._roster._roster is known
        roster.touch(turn.act.tx)
        return answer(turn)

    monkeypatch.setattr(inbound, "answer", changes)
    town.now += timedelta(seconds=2)
    town.runtime.inbox.catch_up()
    assert len(town.issues()) == MANY


# -- the clock ----------------------------------------------------------------------------------


def test_what_was_said_by_a_clock_that_ran_ahead_slows_nobody(busy: Town) -> None:
    busy.now += timedelta(days=1)
    flood(busy, 4, group="泉馨苑邻里群")
    busy.now -= timedelta(days=1)
    assert SLOW not in (busy.say("李秀兰", "八家巷5号楼门禁坏了") or "")
    reply = busy.say("张伟", "八家巷6号楼门禁坏了", "泉馨苑邻里群")
    assert SLOW not in (reply or "")


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (59, 200), (61, 403), (-61, 403)])
def test_a_callback_from_another_time_is_refused(town: Town, minutes: int, status: int) -> None:
    phone = WechatClientSide(
        WechatConfig(token=TOKEN), mode="plain",
        clock=lambda: (town.now - timedelta(minutes=minutes)).timestamp(),
    )  # fmt: skip
    sent = phone.request("text", "sim-lixiulan", "泉馨苑3号楼楼道灯坏了")
    answered = town.runtime.app.test_client().post(
        sent.path, query_string=sent.query, data=sent.body, headers=sent.headers
    )
    assert answered.status_code == status
    assert len(town.issues()) == (status == 200)
