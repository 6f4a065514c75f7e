"""Customer-service messages against the fake vendor on a real socket."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Lock

import pytest

from channels.vendor_api import seconds_to_next_day
from channels.wechat import WechatConfig
from channels.wechat_push import OfficialAccountSender
from desk.message import DeliveryFailed, Push
from tests.journey.fake_wechat import PATIENCE, FakeWechat, Fault, errcode, half, slow, status, text

APP_ID = "wxba5fad812f8e6fb9"
SECRET = "a-very-secret-app-secret"
OPENID = "oia2TjjewbmiOUlr6X-1crbLOvLw"
NAME = f"wechat:{APP_ID}:access_token"


class Tokens:
    """A store that several senders share."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def get(self, name: str) -> tuple[str, float] | None:
        with self._lock:
            return self.rows.get(name)

    def put(self, name: str, value: str, expires_at: float) -> None:
        with self._lock:
            self.rows[name] = (value, expires_at)


@pytest.fixture
def vendor() -> Iterator[FakeWechat]:
    with FakeWechat(APP_ID, SECRET) as fake:
        fake.wrote(OPENID)
        yield fake


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def sender(vendor: FakeWechat, tokens: Tokens) -> Iterator[OfficialAccountSender]:
    made = sender_for(vendor, tokens)
    yield made
    made.close()


def sender_for(
    vendor: FakeWechat, tokens: Tokens, secret: str = SECRET, base: str = ""
) -> OfficialAccountSender:
    config = WechatConfig(
        token="t", app_id=APP_ID, secret=secret, api_base=base or vendor.base, text_limit=2048
    )
    return OfficialAccountSender(config, tokens, timeout=PATIENCE, clock=lambda: vendor.now)


def push(said: str = "您的诉求已派给张师傅", address: str = OPENID) -> Push:
    return Push(1, "wechat", address, said)


def failure(sender: OfficialAccountSender, what: Push | None = None) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        sender.send(what or push())
    return caught.value


def test_a_push_arrives_as_written(vendor: FakeWechat, sender: OfficialAccountSender) -> None:
    sender.send(push('已派单 "3栋" \\ 😀'))
    assert vendor.sent == [(OPENID, '已派单 "3栋" \\ 😀')]
    assert sender.idempotent is False


def test_a_long_text_fits_the_vendors_limit(
    vendor: FakeWechat, sender: OfficialAccountSender
) -> None:
    sender.send(push("好" * 1000))
    assert vendor.sent[0][1] == "好" * 681 + "…"


def test_one_token_serves_all_senders_until_it_ends(
    vendor: FakeWechat, sender: OfficialAccountSender, tokens: Tokens
) -> None:
    sender.send(push())
    second = sender_for(vendor, tokens)
    second.send(push())
    assert vendor.token_calls == 1
    vendor.now += 7200 - 250
    second.send(push())
    assert vendor.token_calls == 1
    vendor.now += 100  # the next token is out, the old one about to end
    second.send(push())
    second.close()
    assert (vendor.token_calls, len(vendor.sent)) == (2, 4)


@pytest.mark.parametrize("stale", [True, False])
def test_eight_threads_fetch_one_token(
    vendor: FakeWechat, sender: OfficialAccountSender, stale: bool
) -> None:
    if stale:
        sender.send(push())
        vendor.revoke()
    vendor.wrote(OPENID)
    for number in range(8):
        vendor.wrote(f"resident{number}")
    before, together = vendor.token_calls, Barrier(8)

    def send(number: int) -> None:
        together.wait()
        sender.send(push(address=f"resident{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert vendor.token_calls - before == 1
    assert len({openid for openid, _ in vendor.sent if openid != OPENID}) == 8


def test_two_deployments_of_one_account_do_not_spoil_each_others_token(
    vendor: FakeWechat, sender: OfficialAccountSender
) -> None:
    other = sender_for(vendor, Tokens())
    sender.send(push())
    other.send(push())
    vendor.revoke()
    sender.send(push())
    other.send(push())
    sender.send(push())
    other.close()
    assert (len(vendor.sent), vendor.token_calls, vendor.send_calls) == (5, 4, 7)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_rejected_token_is_refreshed_once_and_the_push_sent_once(
    vendor: FakeWechat, sender: OfficialAccountSender, code: int
) -> None:
    sender.send(push("1"))
    vendor.revoke()
    vendor.next_send.append(errcode(code))
    sender.send(push("2"))
    assert (vendor.token_calls, vendor.send_calls) == (2, 3)
    assert [said for _, said in vendor.sent] == ["1", "2"]


def test_a_token_rejected_for_ever_ends_after_one_refresh(
    vendor: FakeWechat, sender: OfficialAccountSender
) -> None:
    vendor.next_send.extend([errcode(40001)] * 10)
    refusal = failure(sender)
    assert (refusal.permanent, refusal.in_doubt, refusal.retry_after) == (False, False, 60.0)
    assert (vendor.token_calls, vendor.send_calls) == (2, 2)


@pytest.mark.parametrize(
    ("code", "permanent", "retry_after"),
    [
        (-1, False, 10.0),
        (40003, True, None),
        (43004, True, None),
        (44004, True, None),
        (45002, True, None),
        (45009, False, 64000.0),
        (45011, False, 60.0),
        (45015, False, None),
        (45047, False, None),
        (48001, True, None),
        (48002, True, None),
        (40164, False, 3600.0),
        (50002, False, 3600.0),
        (99999, False, None),
    ],
)
def test_an_errcode_says_whether_and_when_to_try_again(
    vendor: FakeWechat,
    sender: OfficialAccountSender,
    code: int,
    permanent: bool,
    retry_after: float | None,
) -> None:
    vendor.next_send.append(errcode(code))
    refusal = failure(sender)
    assert (refusal.permanent, refusal.retry_after) == (permanent, retry_after)
    assert refusal.until_seen is (code in (45015, 45047))
    assert not refusal.in_doubt
    assert refusal.cause.startswith(f"errcode {code}")
    assert vendor.sent == []


def test_the_vendors_own_rules_come_out_as_these_refusals(
    vendor: FakeWechat, sender: OfficialAccountSender
) -> None:
    assert failure(sender, push(address="nobody")).cause.startswith("errcode 40003")
    for _ in range(5):
        sender.send(push())
    assert failure(sender).cause.startswith("errcode 45047")
    vendor.now += 48 * 3600 + 1
    assert failure(sender).cause.startswith("errcode 45015")
    vendor.wrote(OPENID)
    sender.send(push())
    vendor.quota = 0
    assert failure(sender).cause.startswith("errcode 45009")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(slow(), id="timeout"),
        pytest.param(status(500), id="500"),
        pytest.param(status(502), id="502"),
        pytest.param(half, id="half an answer"),
        pytest.param(text('{"errcode":'), id="half a JSON"),
        pytest.param(text("<html>"), id="a page"),
        pytest.param(text("{}"), id="no errcode"),
        pytest.param(text("[0]"), id="a list"),
        pytest.param(text('{"errcode":"0"}'), id="errcode of another type"),
        pytest.param(text(""), id="nothing"),
    ],
)
def test_a_lost_answer_leaves_the_push_in_doubt(
    vendor: FakeWechat, sender: OfficialAccountSender, fault: Fault
) -> None:
    vendor.next_send.append(fault)
    refusal = failure(sender)
    assert (refusal.in_doubt, refusal.permanent) == (True, False)
    assert vendor.send_calls == 1


@pytest.mark.parametrize("fault", [slow(), status(500), half, text("{}"), text("x")])
def test_a_token_that_does_not_come_leaves_nothing_in_doubt(
    vendor: FakeWechat, sender: OfficialAccountSender, fault: Fault
) -> None:
    vendor.next_token.append(fault)
    refusal = failure(sender)
    assert (refusal.in_doubt, refusal.permanent, vendor.send_calls) == (False, False, 0)
    sender.send(push())


def test_a_4xx_is_a_refusal(vendor: FakeWechat, sender: OfficialAccountSender) -> None:
    vendor.next_send.append(status(404))
    assert failure(sender).in_doubt is False


def test_no_connection_is_not_in_doubt(vendor: FakeWechat, tokens: Tokens) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    tokens.put(NAME, "TOKEN", vendor.now + 7200)
    for base in (f"http://127.0.0.1:{port}", "api.weixin.qq.com"):
        sender = sender_for(vendor, tokens, base=base)
        refusal = failure(sender)
        sender.close()
        assert (refusal.in_doubt, refusal.permanent) == (False, False)


def test_a_wrong_secret_is_told_as_such(vendor: FakeWechat, tokens: Tokens) -> None:
    sender = sender_for(vendor, tokens, secret="wrong")
    refusal = failure(sender)
    sender.close()
    assert refusal.cause == "errcode 40125: wrong AppSecret"
    assert refusal.permanent is False


@pytest.mark.parametrize("fault", [slow(), half, status(500), errcode(45015)])
def test_neither_token_nor_secret_nor_person_is_logged_or_raised(
    vendor: FakeWechat,
    sender: OfficialAccountSender,
    fault: Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sender.send(push())
    vendor.next_send.append(fault)
    refusal = failure(sender)
    assert refusal.__suppress_context__ or refusal.__context__ is None
    written = caplog.text + repr(refusal) + str(refusal)
    assert "/cgi-bin/message/custom/send" in caplog.text
    for hidden in (SECRET, vendor.token, OPENID, "张师傅"):
        assert hidden not in written


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-03-01T23:59:59+08:00", 1.0),
        ("2026-03-02T00:00:00+08:00", 86400.0),
        ("2026-03-02T00:00:01Z", 15 * 3600 + 3599.0),
    ],
)
def test_a_quota_is_fresh_at_midnight_in_china(now: str, seconds: float) -> None:
    assert seconds_to_next_day(datetime.fromisoformat(now).timestamp()) == seconds
