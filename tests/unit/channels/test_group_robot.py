"""Broadcasts of the group robot against the vendor's rules on a real socket."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from channels.group_robot import ROBOT, GroupRobotConfig, GroupRobotSender
from desk.message import DeliveryFailed, Push
from tests.journey.fake_wechat import PATIENCE, Fault, errcode, half, slow, status
from tests.journey.fake_wecom import FakeWecom
from tests.unit.channels.test_wecom_sender import Times

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def vendor() -> Iterator[FakeWecom]:
    with FakeWecom("ww1", "s", 1, set(), robot_key=KEY) as fake:
        yield fake


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def sender(vendor: FakeWecom, times: Times) -> Iterator[GroupRobotSender]:
    made = sender_for(vendor, times)
    yield made
    made.close()


def sender_for(vendor: FakeWecom, times: Times, key: str = KEY) -> GroupRobotSender:
    config = GroupRobotConfig(key, vendor.base)
    return GroupRobotSender(config, times, timeout=PATIENCE, clock=lambda: vendor.now)


def push(said: str = "今晚停水", address: str = ROBOT) -> Push:
    return Push(1, "group_robot", address, said)


def failure(sender: GroupRobotSender, what: Push | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        sender.send(what or push())
    return caught.value


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("今晚停水", {"content": "今晚停水"}),
        (
            "<@zhang> <@li> 请看待办",
            {"content": "请看待办", "mentioned_list": ["zhang", "li"]},
        ),
        ("<@all>今晚停水 <@all>", {"content": "今晚停水", "mentioned_list": ["@all"]}),
        ("3<5 且 <@ 空> 不是提及", {"content": "3<5 且 <@ 空> 不是提及"}),
    ],
)
def test_a_text_and_whom_it_mentions(
    vendor: FakeWecom, sender: GroupRobotSender, said: str, body: dict[str, object]
) -> None:
    sender.send(push(said))
    assert vendor.broadcasts == [{"msgtype": "text", "text": body}]


def test_what_opens_like_a_heading_is_markdown_with_its_own_mentions(
    vendor: FakeWecom, sender: GroupRobotSender
) -> None:
    sender.send(push("## 停水通知\n<@zhang> 请转告"))
    [sent] = vendor.broadcasts
    assert sent == {"msgtype": "markdown", "markdown": {"content": "## 停水通知\n<@zhang> 请转告"}}


@pytest.mark.parametrize(("said", "size"), [("好" * 1000, 2046), ("# " + "好" * 2000, 4094)])
def test_a_long_broadcast_fits_the_vendors_limit(
    vendor: FakeWecom, sender: GroupRobotSender, said: str, size: int
) -> None:
    sender.send(push(said))
    [sent] = vendor.broadcasts
    content = sent[sent["msgtype"]]["content"]
    assert size - 3 < len(content.encode()) <= size
    assert content.endswith("…")


def test_the_twenty_first_within_a_minute_is_put_off(
    vendor: FakeWecom, sender: GroupRobotSender, times: Times
) -> None:
    for number in range(20):
        sender.send(push(str(number)))
        times.sent.setdefault(ROBOT, []).append(vendor.now)
        vendor.now += 1
    refusal = failure(sender)
    assert (refusal.retry_after, refusal.permanent, vendor.send_calls) == (40.0, False, 20)
    vendor.now += 40
    sender.send(push("21"))
    assert len(vendor.broadcasts) == 21


def test_the_vendors_own_count_is_waited_for_too(
    vendor: FakeWecom, sender: GroupRobotSender
) -> None:
    for number in range(20):
        sender.send(push(str(number)))
    assert failure(sender).retry_after == 60.0
    assert len(vendor.broadcasts) == 20


@pytest.mark.parametrize(
    ("code", "permanent", "retry_after"),
    [(93000, False, 3600.0), (40058, True, None), (44004, True, None), (-1, False, 10.0)],
)
def test_an_errcode_says_whether_and_when_to_try_again(
    vendor: FakeWecom,
    sender: GroupRobotSender,
    code: int,
    permanent: bool,
    retry_after: float | None,
) -> None:
    vendor.next_send.append(errcode(code))
    refusal = failure(sender)
    assert (refusal.permanent, refusal.retry_after) == (permanent, retry_after)


def test_a_wrong_key_is_told_as_such(vendor: FakeWecom, times: Times) -> None:
    wrong = sender_for(vendor, times, key="another")
    assert failure(wrong).cause.startswith("errcode 93000")
    wrong.close()


def test_a_lost_answer_is_in_doubt_because_the_robot_repeats_itself(
    vendor: FakeWecom, sender: GroupRobotSender
) -> None:
    vendor.next_send.append(status(502))
    assert failure(sender).in_doubt
    assert sender.idempotent is False


def test_only_its_own_group_is_written_to(vendor: FakeWecom, sender: GroupRobotSender) -> None:
    refusal = failure(sender, push(address="another group"))
    assert (refusal.permanent, vendor.send_calls) == (True, 0)


@pytest.mark.parametrize("fault", [slow(), half, status(500), errcode(93000)])
def test_the_key_is_never_logged_raised_or_shown(
    vendor: FakeWecom,
    sender: GroupRobotSender,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sender.send(push())
    vendor.next_send.append(fault)
    refusal = failure(sender)
    assert refusal.__suppress_context__ or refusal.__context__ is None
    assert "/cgi-bin/webhook/send" in caplog.text
    written = caplog.text + repr(refusal) + str(refusal) + repr(GroupRobotConfig(KEY))
    assert KEY not in written
