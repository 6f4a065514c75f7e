"""Set up wrongly, over the real bytes: `check` names the cause, and is silent once it is mended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from channels import aibot, wechat, wecom
from channels.aibot import AibotConfig
from channels.simulator import AibotClientSide, Delivery, WechatClientSide
from channels.wechat import WechatConfig
from data.tables import vitals
from desk.check import check
from desk.message import Reason
from tests.journey.account import AES_KEY, CONFIG
from tests.journey.office import CORP, Office, open_office
from tests.journey.town import TOKEN, Town
from tests.journey.wecom_client import WecomClientSide
from tests.unit.channels.doubles import Desk, client_of, post

OTHER_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
LIGHT = "泉馨苑3号楼2单元的楼道灯坏了，每天晚上都摸黑"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def found(town: Office | Town) -> dict[int, str]:
    runtime = town.runtime
    content, settings = runtime.service.content, runtime.settings
    return {f.code: f.text for f in check(runtime.db, content, settings, runtime.clock())}


def answered(town: Office | Town, delivery: Delivery) -> int:
    client = town.runtime.app.test_client()
    query = f"{delivery.path}?{delivery.query}"
    if not delivery.body:
        return int(client.get(query).status_code)
    return int(client.post(query, data=delivery.body, headers=delivery.headers).status_code)


# -- callbacks ------------------------------------------------------------------------------------


def side(office: Office, **wrong: str) -> WechatClientSide:
    """The Official Account as somebody has set it up with the vendor."""
    config = replace(CONFIG, **wrong)  # type: ignore[arg-type]
    return WechatClientSide(config, mode="safe", clock=lambda: office.wecom.now)


@pytest.mark.parametrize(
    ("wrong", "status", "code", "named"),
    [
        ({"token": "another-token"}, 403, 45, "HUYING_WECHAT_TOKEN"),
        ({"aes_key": OTHER_KEY}, 400, 46, "HUYING_WECHAT_AES_KEY"),
        ({"app_id": "wxanother"}, 403, 47, "AppID"),
    ],
)
def test_an_account_set_up_wrongly(
    office: Office, wrong: dict[str, str], status: int, code: int, named: str
) -> None:
    assert found(office) == {}
    assert answered(office, side(office, **wrong).request("text", "someone", "你好")) == status
    assert set(found(office)) == {code}
    assert named in found(office)[code]
    assert "公众号" in found(office)[code]
    assert answered(office, side(office).request("text", "someone", "你好")) == 200
    assert found(office) == {}, "a message came through: it has been mended"


@pytest.mark.parametrize(
    ("wrong", "code"), [({"token": "x"}, 45), ({"aes_key": AES_KEY}, 46), ({"corp_id": "ww9"}, 47)]
)
def test_an_app_set_up_wrongly(office: Office, wrong: dict[str, str], code: int) -> None:
    app = WecomClientSide(replace(CORP, **wrong), lambda: office.wecom.now)  # type: ignore[arg-type]
    assert answered(office, app.verification("12345")) in (400, 403)
    assert set(found(office)) == {code}
    assert "企业微信" in found(office)[code]
    right = WecomClientSide(CORP, lambda: office.wecom.now)
    assert answered(office, right.verification("12345")) == 200
    assert found(office) == {}, "the address was found right: it has been mended"


def test_an_address_that_cannot_be_verified(town: Town) -> None:
    wrong = WechatClientSide(WechatConfig(token="wrong"), clock=lambda: town.now.timestamp())
    assert answered(town, wrong.verification("echo")) == 403
    assert set(found(town)) == {45}
    right = WechatClientSide(WechatConfig(token=TOKEN), clock=lambda: town.now.timestamp())
    assert answered(town, right.verification("echo")) == 200
    assert found(town) == {}


def test_encrypted_messages_without_a_key(town: Town) -> None:
    config = WechatConfig(token=TOKEN, app_id="wx1", aes_key=AES_KEY)
    sealed = WechatClientSide(config, mode="safe", clock=lambda: town.now.timestamp())
    assert answered(town, sealed.request("text", "someone", "你好")) == 403
    assert set(found(town)) == {49}


def test_whoever_does_not_sign_says_nothing_of_our_token(town: Town) -> None:
    for path in ("/wechat", "/aibot"):
        for body in (b"", b"<xml/>", b"{}"):
            assert answered(town, Delivery(path, "", body, {})) in (400, 403)
    assert found(town) == {}


Sent = tuple[str, Reason]


class Gate:
    """Remembers what was turned away."""

    def __init__(self) -> None:
        self.refusals: list[Sent] = []
        self.verifications: list[str] = []

    def refused(self, channel: str, reason: Reason) -> None:
        self.refusals.append((channel, reason))

    def verified(self, channel: str) -> None:
        self.verifications.append(channel)


NOW = 1_700_000_000.0
ROBOT = AibotConfig("t", AES_KEY)


@pytest.mark.parametrize(
    ("config", "delivery", "reason"),
    [
        (replace(CONFIG, max_age=300), lambda: late(CONFIG), ("wechat", "stale")),
        (replace(CONFIG, only_encrypted=True), lambda: plain(), ("wechat", "plain")),
        (ROBOT, lambda: robot(token="other"), ("aibot", "signature")),
        (ROBOT, lambda: robot(aes_key=OTHER_KEY), ("aibot", "decrypt")),
    ],
)
def test_each_door_names_its_reason(
    config: WechatConfig | AibotConfig, delivery: Callable[[], Delivery], reason: Sent
) -> None:
    gate, desk = Gate(), Desk()
    if isinstance(config, WechatConfig):
        pages = wechat.blueprint(config, desk, gate=gate, clock=lambda: NOW)
    else:
        pages = aibot.blueprint(config, desk, gate=gate, clock=lambda: NOW)
    assert post(client_of(pages), delivery()).status_code in (400, 403)
    assert gate.refusals == [reason]
    assert desk.messages == []


def late(config: WechatConfig) -> Delivery:
    return WechatClientSide(config, mode="safe", clock=lambda: NOW - 301).request("text", "a", "b")


def plain() -> Delivery:
    return WechatClientSide(CONFIG, clock=lambda: NOW).request("text", "a", "b")


def robot(**wrong: str) -> Delivery:
    config = replace(ROBOT, **wrong)  # type: ignore[arg-type]
    return AibotClientSide(config, clock=lambda: NOW).request("text", "a", "b")


def test_each_door_tells_when_its_address_was_verified() -> None:
    gate, desk = Gate(), Desk()
    clock: Callable[[], float] = lambda: NOW  # noqa: E731
    for pages, delivery in (
        (
            wechat.blueprint(CONFIG, desk, gate=gate, clock=clock),
            WechatClientSide(CONFIG, clock=clock).verification("e"),
        ),
        (
            wecom.blueprint(CORP, desk, gate=gate, clock=clock),
            WecomClientSide(CORP, clock).verification("e"),
        ),
        (
            aibot.blueprint(ROBOT, desk, gate=gate, clock=clock),
            AibotClientSide(ROBOT, clock=clock).verification("e"),
        ),
    ):
        answer = client_of(pages).get(f"{delivery.path}?{delivery.query}")
        assert (answer.status_code, answer.text) == (200, "e")
    assert gate.verifications == ["wechat", "wecom", "aibot"]
    assert gate.refusals == []


# -- the clock and the threads --------------------------------------------------------------------


def alive(office: Office) -> None:
    with office.runtime.db.write() as tx:
        for job in ("courier", "sweep", "media"):
            vitals.beat(tx, job, office.runtime.clock())


@pytest.mark.parametrize("skew", [90, -90])
def test_a_clock_that_is_off_shows_in_the_vendors_answers(office: Office, skew: int) -> None:
    alive(office)
    office.resident_says("sim-lixiulan", LIGHT)
    assert found(office) == {}
    office.wechat.ahead = office.wecom.ahead = -skew  # it is we who are off
    office.worker_says("zhangjianguo", f"接单 {office.issue().number}")
    assert set(found(office)) == {43}
    assert f"{'快' if skew > 0 else '慢'}了 90 秒" in found(office)[43]
    office.wechat.ahead = office.wecom.ahead = 0
    office.worker_says("zhangjianguo", "办结 已更换灯泡")
    assert found(office) == {}


def test_the_threads_of_serve_are_seen_to_live(town: Town) -> None:
    """Found missing before they run, and no more once they do."""
    town.say("李秀兰", LIGHT)
    assert set(found(town)) == {44}
    stop = threading.Event()
    threads = town.runtime.start_threads(stop)
    deadline = time.monotonic() + 20
    while found(town) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert found(town) == {}
    town.now += timedelta(minutes=6)
    assert 44 in found(town)
