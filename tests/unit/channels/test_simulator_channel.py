"""The simulator's side of the wire: what it makes is what the vendor's own tools make and read."""

from __future__ import annotations

import pytest
import wechatpy
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from channels.simulator import SimulatedPhones, WechatClientSide
from channels.wechat import WechatConfig
from desk.message import Event, Kind, Push

CONFIG = WechatConfig(token="AAAAA", app_id="wx1", aes_key="A" * 43, account="gh_1")


def parameters(query: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in query.split("&"))


@pytest.mark.parametrize("kind", ["text", "image", "voice", "video", "location", "link"])
def test_the_sdk_reads_each_kind_of_message(kind: Kind) -> None:
    path, query, body, _ = WechatClientSide(CONFIG).request(kind, "o1", "灯坏了<&", msg_id="42")
    signed = parameters(query)
    check_signature(CONFIG.token, signed["signature"], signed["timestamp"], signed["nonce"])
    message = wechatpy.parse_message(body)
    assert (path, message.type, message.source, message.id) == ("/wechat", kind, "o1", 42)
    if kind == "text":
        assert message.content == "灯坏了<&"


@pytest.mark.parametrize(
    ("event", "key", "read"),
    [
        ("subscribe", "grid0312", "subscribe_scan"),
        ("subscribe", "", "subscribe"),
        ("unsubscribe", "", "unsubscribe"),
        ("scan", "grid0312", "scan"),
        ("click", "MENU", "click"),
        ("location", "", "location"),
        ("template_done", "7", "templatesendjobfinish"),
        ("other", "https://example.invalid/", "view"),
    ],
)
def test_the_sdk_reads_each_event(event: Event, key: str, read: str) -> None:
    delivery = WechatClientSide(CONFIG).request("event", "o1", event=event, event_key=key)
    assert wechatpy.parse_message(delivery.body).event == read


def test_the_sdk_opens_a_safe_delivery_and_its_replies_are_read() -> None:
    vendor = WechatClientSide(CONFIG, mode="safe")
    delivery = vendor.request("text", "o1", "灯坏了")
    signed = parameters(delivery.query)
    crypto = WeChatCrypto(CONFIG.token, CONFIG.aes_key, CONFIG.app_id)
    plain = crypto.decrypt_message(
        delivery.body, signed["msg_signature"], signed["timestamp"], signed["nonce"]
    )
    message = wechatpy.parse_message(plain)
    assert message.content == "灯坏了"
    reply = wechatpy.create_reply("收到", message).render()
    sealed = crypto.encrypt_message(reply, "1", "1700000000")
    assert vendor.read_reply(sealed.encode()) == "收到"
    with pytest.raises(ValueError, match="signature"):
        vendor.read_reply(sealed.replace("1700000000", "1700000001").encode())


def test_simulated_phones_pass_the_push_on() -> None:
    shown: list[Push] = []
    phones = SimulatedPhones(shown.append)
    push = Push(7, "wechat", "o1", "已派单")
    phones.send(push)
    assert (shown, phones.idempotent) == ([push], True)
