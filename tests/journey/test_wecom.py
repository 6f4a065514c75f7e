"""Residents over WeChat, workers over WeCom: cards, clicks, and what happens when one fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.tables import outbox
from tests.journey.fake_wechat import errcode
from tests.journey.fake_wecom import Card
from tests.journey.office import Office, open_office

RESIDENT, WORKER, DUTY = "sim-lixiulan", "zhangjianguo", "wangfang"
REPORT = "泉馨苑3号楼2单元的楼道灯坏了，每天晚上都摸黑"
DANGER = "朝阳街小区3号楼2单元301家里一股煤气味!!"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def reported(office: Office, words: str = REPORT) -> Card:
    """The card that the worker gets."""
    office.resident_says(RESIDENT, words)
    [card] = office.cards(WORKER)
    return card


def shown(card: Card) -> str:
    """What stands instead of the card's buttons, "" while they are there."""
    return card.replaced


def test_the_life_of_an_issue_over_two_vendors(office: Office) -> None:
    card = reported(office)
    number = office.issue().number
    assert number in card.title
    assert card.rows["地点"].startswith("泉馨苑小区3号楼2单元")
    assert "摸黑" in card.text + str(card.rows)
    assert list(card.buttons) == ["接单", "退单", "办结", "详情"]

    office.click(card, "接单")
    assert shown(card) == "张建国 已接单"
    assert any("已接单" in text for text in office.told(WORKER))
    assert any("张建国" in text for text in office.told_resident(RESIDENT))
    assert (office.issue().status, office.issue().handler) == ("accepted", WORKER)

    assert "办结" in office.worker_says(WORKER, f"办结 {number} 已更换声控灯泡")
    assert any("已更换声控灯泡" in text for text in office.told_resident(RESIDENT))
    assert "已结案" in (office.resident_says(RESIDENT, "满意") or "")
    assert any("满意" in text for text in office.told(WORKER))
    assert {push.status for push in office.pushes()} == {"sent"}
    assert office.wecom.dropped == 0


def test_a_click_that_changes_nothing_leaves_the_buttons(office: Office) -> None:
    card = reported(office)
    office.click(card, "详情")
    assert not shown(card)
    assert any("【详情】" in text for text in office.told(WORKER))
    office.click(card, "办结")  # needs words
    assert not shown(card)
    assert office.issue().status == "assigned"
    office.click(card, "接单")
    assert shown(card) == "张建国 已接单"


def test_a_repeated_click_has_the_same_answer_and_is_said_once(office: Office) -> None:
    card = reported(office)
    delivery = office.click(card, "接单")
    said, shown = office.told(WORKER), card.replaced
    for _ in range(2):
        card.replaced = ""
        office.answered(card, office.post(delivery))
        office.settle()
        assert (office.told(WORKER), card.replaced) == (said, shown)


def test_everybodys_card_tells_who_took_it(office: Office) -> None:
    office.resident_says(RESIDENT, DANGER)
    cards = list(office.wecom.cards)
    assert len({card.user for card in cards}) > 1
    mine = next(card for card in cards if card.user == DUTY)
    office.click(mine, "接单")
    name = mine.replaced.removesuffix(" 已接单")
    assert name
    assert {card.replaced for card in cards} == {f"{name} 已接单"}
    calls = office.wecom.update_calls
    office.wait(3600)
    assert office.wecom.update_calls == calls, "each code is used once"


def test_a_card_tells_what_was_done_by_word_or_on_another_channel(office: Office) -> None:
    card = reported(office)
    office.resident_says(RESIDENT, "撤销")
    assert shown(card) == "居民已撤销"


def test_a_card_stays_while_its_buttons_still_fit(office: Office) -> None:
    card = reported(office)
    office.resident_says(RESIDENT, "补充 二楼和三楼都不亮")
    office.resident_says(RESIDENT, "催办")
    office.wait(60)
    assert (shown(card), office.wecom.update_calls) == ("", 0)


def test_who_returned_an_issue_sees_on_the_card_who_has_it_now(office: Office) -> None:
    card = reported(office)
    office.click(card, "退单")  # needs a reason
    assert not shown(card)
    before = office.issue()
    office.worker_says(WORKER, "退单 这是供电公司的线路")
    after = office.issue()
    assert (before.status, after.status) == ("assigned", "assigned")
    assert (before.owner_team, before.owner_person) != (after.owner_team, after.owner_person)
    assert shown(card).endswith(" 待接单")
    assert "张建国" not in shown(card)


def test_a_card_that_comes_late_is_changed_at_once(office: Office) -> None:
    """What counts is when the card was written, not when it was sent."""
    office.wecom.next_send.append(errcode(-1))
    office.resident_says(RESIDENT, REPORT)
    assert office.cards(WORKER) == []
    assert "已接单" in office.worker_says(DUTY, f"接单 {office.issue().number}")
    office.wait(10)
    [card] = office.cards(WORKER)
    assert shown(card).endswith(" 已接单")


def test_a_card_that_cannot_be_changed_now_is_changed_later(office: Office) -> None:
    card = reported(office)
    office.wecom.next_update.append(errcode(60020))
    office.resident_says(RESIDENT, "撤销")
    assert not shown(card)
    office.wait(3599)
    assert not shown(card)
    office.wait(2)
    assert shown(card) == "居民已撤销"


def test_a_late_click_is_told_where_the_issue_stands(office: Office) -> None:
    """The card still shows its buttons because the vendor would not change it."""
    card = reported(office)
    office.wecom.next_update.append(errcode(40058))
    office.resident_says(RESIDENT, "撤销")
    assert not shown(card)
    office.click(card, "接单")
    assert shown(card) == "居民已撤销"
    assert office.issue().status == "withdrawn"


def test_a_lost_answer_shows_no_second_card(office: Office) -> None:
    office.wecom.lose_next_answer = True
    office.resident_says(RESIDENT, REPORT)
    [push] = [push for push in office.pushes() if push.person == WORKER]
    assert (push.status, push.attempts) == ("queued", 1)
    office.wait(push.next_at.timestamp() - office.wecom.now)
    [push] = [push for push in office.pushes() if push.person == WORKER]
    assert (push.status, push.attempts, push.in_doubt) == ("sent", 2, False)
    assert len(office.cards(WORKER)) == 1


def test_when_wecom_refuses_the_server_the_worker_hears_over_wechat_once(office: Office) -> None:
    office.wecom.trusted = False
    office.wechat.wrote("sim-zhangjianguo")
    office.resident_says(RESIDENT, REPORT)
    [push] = [push for push in office.pushes() if push.person == WORKER]
    assert (push.channel, push.status) == ("wechat", "sent")
    assert push.tried[0][0] == "wecom"
    assert "60020" in push.tried[0][1]
    assert len(office.told_resident("sim-zhangjianguo")) == 1
    office.wecom.trusted = True
    office.wait(86400)
    assert push.id not in [p.id for p in office.pushes() if p.status != "sent"]
    assert not [card for card in office.cards(WORKER) if "新工单" in card.title]


def test_a_member_outside_the_apps_range_is_reached_over_wechat(office: Office) -> None:
    office.wecom.members.discard(WORKER)
    office.wechat.wrote("sim-zhangjianguo")
    office.resident_says(RESIDENT, REPORT)
    [push] = [push for push in office.pushes() if push.person == WORKER]
    assert (push.channel, push.status) == ("wechat", "sent")
    assert push.tried[0][1].startswith("errcode 81013")


def test_a_hundred_pushes_to_one_member_are_put_off_and_not_dropped(office: Office) -> None:
    for number in range(100):
        queue(office, f"第{number}条")
    started = office.wecom.now
    while len(office.told(WORKER)) < 100:
        office.wait(10)
        assert office.wecom.now - started < 300
    assert sorted(office.told(WORKER)) == sorted(f"第{number}条" for number in range(100))
    assert (office.wecom.dropped, office.wecom.repeats, office.wechat.send_calls) == (0, 0, 0)


def queue(office: Office, text: str) -> None:
    """A push to the worker that asks for nothing."""
    with office.runtime.db.write() as tx:
        outbox.add(
            tx, key=text, issue=None, person=WORKER, channel="wecom", address=WORKER,
            text=text, urgent=False, at=office.runtime.clock(),
        )  # fmt: skip


def test_a_resident_who_has_been_silent_is_told_by_template(tmp_path: Path) -> None:
    fields = "character_string1=number thing2=text time3=time"
    with open_office(tmp_path, template_id="TEMPLATE", template_fields=fields) as office:
        office.wechat.templates["TEMPLATE"] = {"character_string1", "thing2", "time3"}
        card = reported(office)
        office.wait(49 * 3600)
        before = len(office.told_resident(RESIDENT))
        office.click(card, "接单")
        assert len(office.told_resident(RESIDENT)) == before
        [(openid, data)] = office.wechat.template_messages
        assert openid == RESIDENT
        assert data["character_string1"] == office.issue().number
        assert len(data["thing2"]) <= 20


def test_without_a_template_a_silent_resident_is_told_when_he_writes(office: Office) -> None:
    card = reported(office)
    office.wait(49 * 3600)
    before = len(office.told_resident(RESIDENT))
    office.click(card, "接单")
    assert len(office.told_resident(RESIDENT)) == before
    office.resident_says(RESIDENT, "你好")
    assert any("张建国" in text for text in office.told_resident(RESIDENT)[before:])
