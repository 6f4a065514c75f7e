"""Messages and cards against WeCom's rules on a real socket."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import pytest

from channels.wecom import WecomConfig
from channels.wecom_push import WecomSender
from desk.message import DeliveryFailed, Push
from tests.journey.fake_wechat import PATIENCE, Fault, errcode, half, slow, status, text
from tests.journey.fake_wecom import FakeWecom
from tests.unit.channels.test_wechat_sender import Tokens

CORP, SECRET, AGENT = "wx5823bf96d3bd56c7", "a-very-secret-app-secret", 218
WORKER = "zhangjianguo"
BUTTONS = (("接单", "accept:1123-01"), ("退单", "decline:1123-01"), ("详情", "details:1123-01"))
CARD_TEXT = """【新工单】1123-01
楼道灯 · 一般
地点：泉馨苑小区3号楼2单元
内容：楼道灯坏了，每天晚上都摸黑，老人上下楼不方便，请尽快来修，已经三天了
反映人：李秀兰 13900000101
派给您的原因：小扳手志愿服务队负责楼道灯
回复“接单 1123-01”"""


@dataclass
class Register:
    """Cards that were opened and issued, in memory."""

    tasks: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    def open(self, push: int) -> str:
        return self.tasks.setdefault(push, f"task-{push}")

    def issued(self, push: int, code: str) -> None:
        self.codes[push] = code


@dataclass
class Times:
    """When messages went out."""

    sent: dict[str, list[float]] = field(default_factory=dict)

    def recent(self, channel: str, address: str, span: float) -> Sequence[float]:  # noqa: ARG002
        return self.sent.get(address, [])


@pytest.fixture
def vendor() -> Iterator[FakeWecom]:
    with FakeWecom(CORP, SECRET, AGENT, {WORKER, "li"}) as fake:
        yield fake


@dataclass
class Bench:
    """A sender with what it keeps."""

    vendor: FakeWecom
    tokens: Tokens = field(default_factory=Tokens)
    cards: Register = field(default_factory=Register)
    times: Times = field(default_factory=Times)

    def sender(self, secret: str = SECRET, agent: int = AGENT) -> WecomSender:
        config = WecomConfig("t", CORP, agent, "k", secret, self.vendor.base)
        return WecomSender(
            config,
            self.tokens,
            self.cards,
            self.times,
            timeout=PATIENCE,
            clock=lambda: self.vendor.now,
        )


@pytest.fixture
def bench(vendor: FakeWecom) -> Bench:
    return Bench(vendor)


@pytest.fixture
def sender(bench: Bench) -> Iterator[WecomSender]:
    made = bench.sender()
    yield made
    made.close()


def push(
    said: str = "1123-01 已结案",
    address: str = WORKER,
    actions: tuple[tuple[str, str], ...] = (),
    number: int = 1,
) -> Push:
    return Push(number, "wecom", address, said, actions)


def failure(sender: WecomSender, what: Push | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        sender.send(what or push())
    return caught.value


# -- what arrives -------------------------------------------------------------------------------


def test_a_text_arrives_as_written(vendor: FakeWecom, sender: WecomSender) -> None:
    sender.send(push('已派单 "3栋" \\ 😀'))
    assert vendor.texts == [(WORKER, '已派单 "3栋" \\ 😀')]
    assert sender.idempotent is True


def test_a_long_text_fits_the_vendors_limit(vendor: FakeWecom, sender: WecomSender) -> None:
    sender.send(push("好" * 1000))
    assert vendor.texts[0][1] == "好" * 681 + "…"


def test_a_push_with_buttons_is_a_card_whose_code_is_kept(
    bench: Bench, vendor: FakeWecom, sender: WecomSender
) -> None:
    sender.send(push(CARD_TEXT, actions=BUTTONS))
    [shown] = vendor.cards
    assert (shown.user, shown.task, shown.title) == (WORKER, "task-1", "【新工单】1123-01")
    assert shown.rows == {"地点": "泉馨苑小区3号楼2单元", "反映人": "李秀兰 13900000101"}
    assert shown.buttons == dict(BUTTONS)
    for told in ("楼道灯 · 一般", "老人上下楼不方便", "小扳手", "回复“接单 1123-01”"):
        assert told in shown.text
    assert bench.cards.codes == {1: "CODE-1"}
    assert vendor.texts == []


# -- once ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("actions", [(), BUTTONS])
def test_a_push_whose_answer_was_lost_is_shown_once(
    bench: Bench, vendor: FakeWecom, sender: WecomSender, actions: tuple[tuple[str, str], ...]
) -> None:
    vendor.lose_next_answer = True
    lost = push("1123-01\n已派单", actions=actions)
    assert failure(sender, lost).in_doubt
    vendor.now += 300
    sender.send(lost)
    assert len(vendor.texts) + len(vendor.cards) == 1
    assert vendor.send_calls == 2
    assert bench.cards.codes == {}, "the code went with the lost answer"


def test_two_pushes_of_the_same_words_are_two_messages_after_a_while(
    vendor: FakeWecom, sender: WecomSender
) -> None:
    sender.send(push("居民催办", number=1))
    vendor.now += 601
    sender.send(push("居民催办", number=2))
    assert (len(vendor.texts), vendor.repeats) == (2, 0)


# -- the token ----------------------------------------------------------------------------------


def test_one_token_serves_all_senders_until_it_ends(
    bench: Bench, vendor: FakeWecom, sender: WecomSender
) -> None:
    sender.send(push("1"))
    other = bench.sender()
    other.send(push("2"))
    assert vendor.token_calls == 1
    vendor.now += 7200
    other.send(push("3"))
    other.close()
    assert (vendor.token_calls, len(vendor.texts)) == (2, 3)


@pytest.mark.parametrize("revoked", [True, False])
def test_eight_threads_fetch_one_token(
    vendor: FakeWecom, sender: WecomSender, revoked: bool
) -> None:
    if revoked:
        sender.send(push())
        vendor.revoke()
    before, together = vendor.token_calls, Barrier(8)

    def send(number: int) -> None:
        together.wait()
        sender.send(push(str(number), number=number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert vendor.token_calls - before == 1


@pytest.mark.parametrize("code", [40014, 42001, 40001])
def test_a_rejected_token_is_refreshed_once_and_the_push_sent_once(
    vendor: FakeWecom, sender: WecomSender, code: int
) -> None:
    sender.send(push("1"))
    vendor.revoke()
    vendor.next_send.append(errcode(code))
    sender.send(push("2"))
    assert (vendor.token_calls, vendor.send_calls, len(vendor.texts)) == (2, 3, 2)


def test_a_token_rejected_for_ever_ends_after_one_refresh(
    vendor: FakeWecom, sender: WecomSender
) -> None:
    vendor.next_send.extend([errcode(40014)] * 10)
    assert failure(sender).retry_after == 60.0
    assert (vendor.token_calls, vendor.send_calls) == (2, 2)


def test_wrong_credentials_are_told_as_such(bench: Bench) -> None:
    for wrong, cause in (
        (bench.sender(secret="wrong"), "errcode 40001: wrong Secret"),
        (bench.sender(agent=1), "errcode 301002: AgentID and Secret are not of the same app"),
    ):
        refusal = failure(wrong)
        wrong.close()
        assert (refusal.cause, refusal.permanent, refusal.retry_after) == (cause, False, 3600.0)


# -- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "permanent", "retry_after"),
    [
        (-1, False, 10.0),
        (40003, True, None),
        (45002, True, None),
        (45009, False, 3600.0),
        (48002, False, 3600.0),
        (60011, False, 3600.0),
        (60020, False, 3600.0),
        (60111, True, None),
        (81013, True, None),
        (301002, False, 3600.0),
        (99999, False, None),
    ],
)
def test_an_errcode_says_whether_and_when_to_try_again(
    vendor: FakeWecom,
    sender: WecomSender,
    code: int,
    permanent: bool,
    retry_after: float | None,
) -> None:
    vendor.next_send.append(errcode(code))
    refusal = failure(sender)
    assert (refusal.permanent, refusal.retry_after) == (permanent, retry_after)
    assert not refusal.in_doubt
    assert refusal.cause.startswith(f"errcode {code}")


def test_a_text_is_not_taken_for_a_card_that_exists(vendor: FakeWecom, sender: WecomSender) -> None:
    vendor.next_send.append(errcode(42014))
    assert failure(sender).cause == "errcode 42014"


@pytest.mark.parametrize("field", ["invaliduser", "unlicenseduser"])
def test_a_member_left_out_of_an_accepted_message_was_not_reached(
    vendor: FakeWecom, sender: WecomSender, field: str
) -> None:
    vendor.next_send.append(text(f'{{"errcode":0,"{field}":"li|ZhangJianGuo"}}'))
    refusal = failure(sender)
    assert (refusal.permanent, refusal.cause) == (True, f"errcode 81013: {field}")


def test_the_vendors_own_rules_come_out_as_these_refusals(
    vendor: FakeWecom, sender: WecomSender
) -> None:
    assert failure(sender, push(address="nobody")).cause.startswith("errcode 81013")
    assert failure(sender, push("")).cause.startswith("errcode 44004")
    vendor.trusted = False
    assert failure(sender).cause.startswith("errcode 60020")


@pytest.mark.parametrize("fault", [slow(), status(502), half, text("{}"), text("x")])
def test_a_lost_answer_leaves_the_push_in_doubt(
    vendor: FakeWecom, sender: WecomSender, fault: Fault
) -> None:
    vendor.next_send.append(fault)
    refusal = failure(sender)
    assert (refusal.in_doubt, refusal.permanent) == (True, False)


@pytest.mark.parametrize("fault", [slow(), status(500), half, text("{}")])
def test_a_token_that_does_not_come_leaves_nothing_in_doubt(
    vendor: FakeWecom, sender: WecomSender, fault: Fault
) -> None:
    vendor.next_token.append(fault)
    refusal = failure(sender)
    assert (refusal.in_doubt, vendor.send_calls) == (False, 0)
    sender.send(push())


# -- pace ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "wait"),
    [
        ([], 0),
        ([1.0] * 29, 0),
        ([1.0] * 30, 59.0),
        ([59.0, *[1.0] * 29], 1.0),
        ([60.0, *[1.0] * 29], 0),
        ([3000.0] * 1000, 600.0),
        ([3599.0, *[100.0] * 999], 1.0),
        ([3599.0, *[100.0] * 969, *[2.0] * 30], 58.0),
    ],
)
def test_what_the_vendor_would_drop_is_put_off(
    bench: Bench, vendor: FakeWecom, sender: WecomSender, ages: list[float], wait: float
) -> None:
    bench.times.sent[WORKER] = [vendor.now - age for age in ages]
    if wait:
        refusal = failure(sender)
        assert (refusal.retry_after, refusal.permanent, refusal.in_doubt) == (wait, False, False)
        assert vendor.send_calls == 0
        sender.send(push(address="li"))
    else:
        sender.send(push())
    assert vendor.dropped == 0


# -- changing a card ----------------------------------------------------------------------------


def test_a_code_changes_its_card_once(bench: Bench, vendor: FakeWecom, sender: WecomSender) -> None:
    sender.send(push(CARD_TEXT, actions=BUTTONS))
    sender.update_card(WORKER, bench.cards.codes[1], "张建国 已接单")
    assert vendor.cards[0].replaced == "张建国 已接单"
    with pytest.raises(DeliveryFailed) as caught:
        sender.update_card(WORKER, bench.cards.codes[1], "again")
    assert caught.value.permanent
    assert vendor.cards[0].replaced == "张建国 已接单"


def test_a_code_is_good_for_three_days(
    bench: Bench, vendor: FakeWecom, sender: WecomSender
) -> None:
    sender.send(push(CARD_TEXT, actions=BUTTONS))
    vendor.now += 72 * 3600 + 1
    with pytest.raises(DeliveryFailed) as caught:
        sender.update_card(WORKER, bench.cards.codes[1], "late")
    assert caught.value.permanent


def test_a_change_that_cannot_be_made_now_may_be_made_later(
    bench: Bench, vendor: FakeWecom, sender: WecomSender
) -> None:
    sender.send(push(CARD_TEXT, actions=BUTTONS))
    vendor.next_update.append(errcode(60020))
    with pytest.raises(DeliveryFailed) as caught:
        sender.update_card(WORKER, bench.cards.codes[1], "已接单")
    assert (caught.value.permanent, caught.value.retry_after) == (False, 3600.0)
    vendor.revoke()
    sender.update_card(WORKER, bench.cards.codes[1], "已接单")
    assert vendor.cards[0].replaced == "已接单"


# -- secrets ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [slow(), half, status(500), errcode(81013)])
def test_neither_token_nor_secret_nor_person_is_logged_or_raised(
    vendor: FakeWecom,
    sender: WecomSender,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sender.send(push())
    vendor.next_send.append(fault)
    refusal = failure(sender)
    assert refusal.__suppress_context__ or refusal.__context__ is None
    written = caplog.text + repr(refusal) + str(refusal)
    assert "/cgi-bin/message/send" in caplog.text
    assert "/cgi-bin/gettoken" in caplog.text
    for hidden in (SECRET, vendor.token, WORKER, "已结案"):
        assert hidden not in written
