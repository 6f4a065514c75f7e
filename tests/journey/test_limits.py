"""Whoever writes too fast is told once, loses nothing, and is heard at once in danger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.simulator import WechatClientSide
from channels.wechat import WechatConfig
from data.settings import Limits
from data.tables import messages
from tests.journey.town import TOKEN, Town

SLOW = "慢一点"
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


def test_staff_are_not_slowed(busy: Town) -> None:
    assert not any(SLOW in reply for reply in flood(busy, who="高建民"))


# -- the clock ----------------------------------------------------------------------------------


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
