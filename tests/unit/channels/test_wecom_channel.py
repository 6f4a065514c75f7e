"""/wecom as WeCom's servers would use it, and as somebody who is not WeCom would."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.door import BODY_CAP, Tally
from channels.envelope import BadCredentials
from channels.wecom import WecomConfig, blueprint
from desk.message import Inbox, Media, Message, StoreUnavailable
from tests.journey.fake_wecom import Card
from tests.journey.wecom_client import WecomClientSide
from tests.unit.channels.doubles import Desk, client_of, post

DATA = Path(__file__).parents[2] / "data"
VECTORS = {v["id"]: v for v in json.loads((DATA / "wechat_vectors.json").read_text())["vectors"]}
CALLBACKS: list[dict[str, Any]] = json.loads((DATA / "wechat_callbacks.json").read_text())[
    "messages"
]
VERIFY, POSTED = VECTORS["wecom_url_verify"], VECTORS["wecom_app_post"]
BROKEN = VECTORS["wecom_json_post_badjson"]
CONFIG = WecomConfig(
    token=POSTED["token"],
    corp_id=POSTED["receive_id"],
    agent_id=218,
    aes_key=POSTED["encoding_aes_key"],
)
NOW = 1_700_000_000
SENT_AT = datetime.fromtimestamp(NOW, UTC)
VENDOR = WecomClientSide(CONFIG, lambda: NOW)
CARD = Card("zhang", "task-1", "【新工单】", "", {}, {"接单": "accept:1123-01"})
PREFIX = f"wecom:{CONFIG.corp_id}:218"


class Desks:
    """A register of cards that remembers the clicks and answers with one label."""

    def __init__(self, label: str = "", error: Exception | None = None) -> None:
        self.label = label
        self.error = error
        self.clicks: list[tuple[str, str, str | None]] = []

    def clicked(self, message: Message, task: str, code: str, reply: str | None) -> str:
        assert message.event == "click"
        self.clicks.append((task, code, reply))
        if self.error is not None:
            raise self.error
        return self.label


def served(
    inbox: Inbox,
    clicks: Desks | None = None,
    config: WecomConfig = CONFIG,
    tally: Tally | None = None,
) -> FlaskClient:
    return client_of(blueprint(config, inbox, clicks, tally=tally, clock=lambda: NOW))


def received(**fields: Any) -> Message:
    desk = Desk()
    response = post(served(desk), VENDOR.message("zhang", **fields))
    assert (response.status_code, response.data) == (200, b"")
    (message,) = desk.messages
    return message


# -- the vendor's own examples ------------------------------------------------------------------


def test_the_vendors_url_verification_is_answered_with_the_echo_within_a_second() -> None:
    desk = Desk()
    started = time.monotonic()
    response = served(desk).get("/wecom", query_string=VERIFY["query"])
    assert time.monotonic() - started < 1
    assert (response.status_code, response.text) == (200, VERIFY["expected_plaintext"])
    assert response.mimetype == "text/plain"
    assert desk.messages == [], "a verification is nobody's message"


def test_the_vendors_message_is_received() -> None:
    query = {name: POSTED[name] for name in ("msg_signature", "timestamp", "nonce")}
    body = f"<xml><ToUserName>x</ToUserName><Encrypt>{POSTED['encrypt']}</Encrypt></xml>"
    desk = Desk(reply="收到")
    response = served(desk).post("/wecom", query_string=query, data=body)
    (message,) = desk.messages
    assert (message.channel, message.sender, message.kind) == ("wecom", "mycreate", "text")
    assert message.sent_at == datetime.fromtimestamp(1409659813, UTC)
    assert message.text
    assert message.text in POSTED["expected_plaintext"]
    reply = VENDOR.read_reply(response.data)
    assert reply is not None
    assert (reply["MsgType"], reply["Content"]) == ("text", "收到")
    assert (reply["ToUserName"], reply["FromUserName"]) == ("mycreate", CONFIG.corp_id)


def test_the_vendors_broken_json_is_a_bad_message() -> None:
    config = WecomConfig(BROKEN["token"], BROKEN["receive_id"], 1, BROKEN["encoding_aes_key"])
    query = {name: BROKEN[name] for name in ("msg_signature", "timestamp", "nonce")}
    body = f"<xml><Encrypt>{BROKEN['encrypt']}</Encrypt></xml>"
    desk, tally = Desk(), Tally()
    client = served(desk, config=config, tally=tally)
    assert client.post("/wecom", query_string=query, data=body).status_code == 400
    assert (desk.messages, tally.counts()) == ([], {"wecom.bad_message": 1})


@pytest.mark.parametrize(
    "row", [c for c in CALLBACKS if c["channel"] == "wecom"], ids=lambda row: row["id"]
)
def test_every_callback_collected_from_the_vendor_is_read(row: dict[str, Any]) -> None:
    desk = Desk()
    assert post(served(desk), VENDOR.deliver(row["xml"])).status_code == 200
    (message,) = desk.messages
    assert message.kind == row["expect"]["type"]
    assert message.sender


# -- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"MsgType": "text", "Content": "待办"}, {"kind": "text", "text": "待办"}),
        (
            {"MsgType": "image", "PicUrl": "https://p", "MediaId": "m"},
            {"kind": "image", "media": Media("m", "https://p")},
        ),
        (
            {"MsgType": "voice", "MediaId": "m", "Format": "amr"},
            {"kind": "voice", "media": Media("m")},
        ),
        (
            {"MsgType": "video", "MediaId": "m", "ThumbMediaId": "t"},
            {"kind": "video", "media": Media("m")},
        ),
        (
            {"MsgType": "location", "Location_X": "37.8", "Location_Y": "113.5", "Label": "3号楼"},
            {"kind": "location", "text": "3号楼"},
        ),
        (
            {"MsgType": "link", "Title": "通知", "Description": "停水", "Url": "https://x"},
            {"kind": "link", "text": "通知\n停水"},
        ),
        ({"MsgType": "file"}, {"kind": "event", "event": "other", "event_key": "file"}),
    ],
)
def test_every_kind_of_message(fields: dict[str, str], expected: dict[str, Any]) -> None:
    message = received(**fields, MsgId="7")
    plain = Message("wecom", "zhang", f"{PREFIX}:7", "text", SENT_AT)
    assert message == replace(plain, **expected)


@pytest.mark.parametrize(
    ("name", "fields", "event", "event_key"),
    [
        ("subscribe", {}, "subscribe", "subscribe"),
        ("unsubscribe", {}, "unsubscribe", "unsubscribe"),
        ("enter_agent", {"EventKey": ""}, "other", "enter_agent"),
        ("click", {"EventKey": "todo"}, "click", "todo"),
        ("LOCATION", {"Latitude": "1"}, "location", "location"),
        ("batch_job_result", {}, "other", "batch_job_result"),
        ("template_card_event", {"EventKey": "accept:1", "TaskId": "t"}, "click", "accept:1"),
    ],
)
def test_every_kind_of_event(name: str, fields: dict[str, str], event: str, event_key: str) -> None:
    message = received(MsgType="event", Event=name, **fields)
    assert (message.kind, message.event, message.event_key) == ("event", event, event_key)


def test_a_userid_is_the_same_in_any_case_of_letters() -> None:
    desk = Desk()
    post(served(desk), VENDOR.text("ZhangSan", "待办"))
    assert desk.messages[0].sender == "zhangsan"


def test_a_retry_has_the_same_key_and_nothing_else_has() -> None:
    desk = Desk()
    client = served(desk)
    other = replace(CARD, task="task-2")
    deliveries = [
        VENDOR.text("zhang", "待办", "1"),
        VENDOR.text("zhang", "待办", "2"),
        VENDOR.click(CARD, "接单", "C1"),
        VENDOR.click(other, "接单", "C2"),
        VENDOR.event("zhang", "enter_agent"),
        VENDOR.event("li", "enter_agent"),
    ]
    for delivery in (*deliveries, *deliveries):
        post(client, delivery)
    keys = [message.key for message in desk.messages]
    assert keys[:6] == keys[6:]
    assert len(set(keys)) == 6


@pytest.mark.parametrize(
    ("reply", "length"), [("好", 3), ("好" * 1000, 2046), ("]]>" * 10, 30), ("a\x00b", 2)]
)
def test_a_text_is_answered_within_the_vendors_limit(reply: str, length: int) -> None:
    response = post(served(Desk(reply)), VENDOR.text("zhang", "待办"))
    fields = VENDOR.read_reply(response.data)
    assert fields is not None
    assert len(fields["Content"].encode()) == length
    assert (fields["MsgType"], fields["ToUserName"]) == ("text", "zhang")


# -- clicks -------------------------------------------------------------------------------------


def test_a_click_is_answered_on_the_card_with_what_was_done() -> None:
    clicks = Desks(label="张建国 已接单]]>")
    response = post(served(Desk("1123-01 已接单"), clicks), VENDOR.click(CARD, "接单", "CODE"))
    assert clicks.clicks == [("task-1", "CODE", "1123-01 已接单")]
    fields = VENDOR.read_reply(response.data)
    assert fields is not None
    assert fields["MsgType"] == "update_button"
    assert fields["Button"] == {"ReplaceName": "张建国 已接单]]>"}
    assert "Content" not in fields


def test_a_click_that_changes_nothing_leaves_the_card_alone() -> None:
    response = post(served(Desk("详情"), Desks()), VENDOR.click(CARD, "接单", "CODE"))
    assert (response.status_code, response.data) == (200, b"")


def test_a_click_on_the_menu_is_answered_with_a_text() -> None:
    clicks = Desks(label="no card")
    delivery = VENDOR.event("zhang", "click", EventKey="todo")
    fields = VENDOR.read_reply(post(served(Desk("待办：无"), clicks), delivery).data)
    assert fields is not None
    assert (fields["MsgType"], fields["Content"], clicks.clicks) == ("text", "待办：无", [])


@pytest.mark.parametrize(
    ("desk", "clicks"),
    [
        (Desk(error=StoreUnavailable()), Desks()),
        (Desk("好"), Desks(error=StoreUnavailable())),
    ],
)
def test_an_unavailable_store_asks_for_another_delivery(desk: Desk, clicks: Desks) -> None:
    assert post(served(desk, clicks), VENDOR.click(CARD, "接单", "C")).status_code == 503


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", [c for c in CALLBACKS if c["channel"] == "hostile"], ids=lambda row: row["id"]
)
def test_hostile_callbacks_are_refused_or_read_as_what_they_are(row: dict[str, Any]) -> None:
    desk = Desk()
    response = post(served(desk), VENDOR.deliver(row["xml"]))
    if row["expect"].get("reject"):
        assert (response.status_code, desk.messages) == (400, [])
    else:
        (message,) = desk.messages
        assert (message.kind, message.text) == (row["expect"]["type"], row["expect"]["content"])


@pytest.mark.parametrize(
    "plaintext",
    [
        "",
        "hello",
        "<xml></xml>",
        "<xml><MsgType>text</MsgType></xml>",
        "<xml><MsgType>text</MsgType><MsgType>text</MsgType></xml>",
        "<xml><ToUserName>c</ToUserName><FromUserName>u</FromUserName><CreateTime>x</CreateTime>"
        "<MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        "<xml><ToUserName>c</ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>event</MsgType></xml>",
        "<xml><ToUserName>c</ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>text</MsgType><Content><a>1</a></Content><MsgId>1</MsgId></xml>",
        '<!DOCTYPE x [<!ENTITY e "1">]><xml><MsgType>&e;</MsgType></xml>',
    ],
)
def test_a_genuine_but_malformed_message_is_refused_and_counted(plaintext: str) -> None:
    desk, tally = Desk(), Tally()
    response = post(served(desk, tally=tally), VENDOR.deliver(plaintext))
    assert (response.status_code, desk.messages) == (400, [])
    assert tally.counts() == {"wecom.bad_message": 1}


def test_the_wrong_signature_receiver_size_or_mode_is_refused() -> None:
    client = served(Desk())
    good = VENDOR.text("zhang", "待办")
    forged = good._replace(query=good.query.replace("msg_signature=", "msg_signature=0"))
    assert post(client, forged).status_code == 403
    foreign = WecomClientSide(replace(CONFIG, corp_id="wwother"), lambda: NOW)
    assert post(client, foreign.text("zhang", "待办")).status_code == 403
    unsigned = good._replace(query=urlencode({"timestamp": "1", "nonce": "2"}))
    assert post(client, unsigned).status_code == 403
    plain = good._replace(body=b"<xml><MsgType>text</MsgType></xml>")
    assert post(client, plain).status_code == 403
    large = good._replace(body=b" " * (BODY_CAP + 1))
    assert post(client, large).status_code == 413
    assert client.get("/wecom").status_code == 403
    assert client.get("/wecom", query_string=VERIFY["query"] + "0").status_code in (400, 403)


@pytest.mark.parametrize(
    "config",
    [replace(CONFIG, token=""), replace(CONFIG, aes_key=""), replace(CONFIG, corp_id="")],
    ids=["token", "key", "corporation"],
)
def test_nothing_starts_without_token_key_and_corporation(config: WecomConfig) -> None:
    with pytest.raises(BadCredentials):
        blueprint(config, Desk())


def test_no_secret_is_shown() -> None:
    shown = repr(replace(CONFIG, secret="very-secret"))
    for hidden in (CONFIG.token, CONFIG.aes_key, "very-secret"):
        assert hidden not in shown


FUZZ_CLIENT = served(Desk("收到"), Desks("已接单"))
NAMES = ["MsgType", "Event", "EventKey", "TaskId", "ResponseCode", "MsgId", "Content", "MediaId"]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20)))
def test_no_signed_callback_ever_gives_a_500(fields: dict[str, str]) -> None:
    assert post(FUZZ_CLIENT, VENDOR.message("u", **fields)).status_code in (200, 400)
