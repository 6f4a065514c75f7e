"""/aibot as WeCom's servers would use it: groups, quotes, pictures, clicks."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto

from channels.aibot import AibotConfig, blueprint
from channels.door import BODY_CAP, Tally
from channels.envelope import BadCredentials
from channels.simulator import AibotClientSide
from desk.message import Inbox, Media, Message, StoreUnavailable
from tests.unit.channels.doubles import Desk, client_of, post

DATA = Path(__file__).parents[2] / "data"
VECTORS = {v["id"]: v for v in json.loads((DATA / "wechat_vectors.json").read_text())["vectors"]}
GROUP = VECTORS["aibot_text_group"]
CLICK = VECTORS["aibot_card_button_event"]
CONFIG = AibotConfig(
    token=GROUP["token"], aes_key=GROUP["encoding_aes_key"], account="AIBOTID", robot_name=""
)
VENDOR = AibotClientSide(CONFIG)


def served(inbox: Inbox, config: AibotConfig = CONFIG, tally: Tally | None = None) -> FlaskClient:
    return client_of(blueprint(config, inbox, tally=tally))


def received(fields: dict[str, Any], config: AibotConfig = CONFIG) -> Message:
    desk = Desk()
    base = {"msgid": "m1", "chattype": "single", "from": {"userid": "u1"}}
    response = post(served(desk, config), VENDOR.deliver(json.dumps(base | fields)))
    assert (response.status_code, response.data) == (200, b"")
    (message,) = desk.messages
    return message


def test_the_vendors_group_message_is_received_without_its_mention() -> None:
    desk = Desk(reply="已受理")
    client = served(desk)
    response = client.post("/aibot", query_string=GROUP["query"], data=GROUP["body"])
    assert VENDOR.read_reply(response.data) == "已受理"
    reply = json.loads(response.data)
    assert set(reply) == {"encrypt", "msgsignature", "timestamp", "nonce"}
    assert (reply["nonce"], type(reply["timestamp"])) == (GROUP["nonce"], int)
    (message,) = desk.messages
    assert message == Message(
        "aibot",
        "USERID",
        "aibot:AIBOTID:CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=",
        "text",
        datetime.fromtimestamp(int(GROUP["timestamp"]), UTC),
        text="3单元5楼的灯坏了两天了",
        chat="wrQoP7CwAAACtAB63uBJCS61p1sy3wGQ",
    )


def test_the_vendors_card_click_is_received_and_not_answered_with_text() -> None:
    desk, tally = Desk(reply="好"), Tally()
    client = served(desk, tally=tally)
    response = client.post("/aibot", query_string=CLICK["query"], data=CLICK["body"])
    assert (response.status_code, response.data) == (200, b"")
    assert tally.counts()["aibot.unanswerable"] == 1
    (message,) = desk.messages
    assert (message.kind, message.event, message.event_key) == ("event", "click", "accept:20260001")
    assert message.sent_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_the_url_is_verified_by_the_decrypted_echo() -> None:
    client = served(Desk())
    delivery = VENDOR.verification("1616140317555161061")
    response = client.get(delivery.path, query_string=delivery.query)
    assert (response.text, response.mimetype) == ("1616140317555161061", "text/plain")
    wrong = delivery.query.replace("msg_signature=", "msg_signature=0")
    assert client.get("/aibot", query_string=wrong).status_code == 403
    assert client.get("/aibot").status_code == 403


@pytest.mark.parametrize(
    ("robot_name", "said", "heard"),
    [
        ("", "@小助手 灯坏了", "灯坏了"),
        ("", "@小助手\u2005灯坏了", "灯坏了"),
        ("", "@小助手灯坏了", "@小助手灯坏了"),
        ("", "灯坏了", "灯坏了"),
        ("小助手", "@小助手灯坏了", "灯坏了"),
        ("小助手", "灯坏了@小助手", "灯坏了"),
        ("小助手", "@小李 @小助手 灯坏了", "@小李  灯坏了"),
        ("小助手", "@小助手", ""),
    ],
)
def test_the_robots_name_is_not_part_of_the_request(robot_name: str, said: str, heard: str) -> None:
    config = AibotConfig(CONFIG.token, CONFIG.aes_key, robot_name=robot_name)
    group = {"chattype": "group", "chatid": "c1", "msgtype": "text", "text": {"content": said}}
    assert received(group, config).text == heard


def test_a_one_to_one_message_is_left_as_it_is() -> None:
    message = received({"msgtype": "text", "text": {"content": "@小李 在吗"}})
    assert (message.text, message.chat) == ("@小李 在吗", None)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ({"msgtype": "text", "text": {"content": "楼道灯不亮"}}, "楼道灯不亮"),
        ({"msgtype": "voice", "voice": {"content": "漏水了"}}, "漏水了"),
        ({"msgtype": "image", "image": {"url": "https://x/1"}}, ""),
        (
            {"msgtype": "mixed", "mixed": {"msg_item": [{"text": {"content": "看图"}}]}},
            "看图",
        ),
        ({"msgtype": "file", "file": {"url": "https://x/1"}}, ""),
        (None, ""),
        ({}, ""),
    ],
)
def test_what_staff_quote_comes_along(quote: object, expected: str) -> None:
    message = received({"msgtype": "text", "text": {"content": "请处理"}, "quote": quote})
    assert (message.text, message.quote) == ("请处理", expected)


def item(text: str = "", url: str = "") -> dict[str, Any]:
    if url:
        return {"msgtype": "image", "image": {"url": url}}
    return {"msgtype": "text", "text": {"content": text}}


@pytest.mark.parametrize(
    ("items", "kind", "text", "media"),
    [
        (
            [item("@机器人 灯"), item(url="u1"), item("坏了"), item(url="u2")],
            "text",
            "灯\n坏了",
            "u1",
        ),
        ([item(url="u1")], "image", "", "u1"),
        ([], "text", "", None),
    ],
)
def test_text_and_pictures_come_together(
    items: list[dict[str, Any]], kind: str, text: str, media: str | None
) -> None:
    message = received(
        {"chattype": "group", "chatid": "c", "msgtype": "mixed", "mixed": {"msg_item": items}}
    )
    assert (message.kind, message.text) == (kind, text)
    assert message.media == (Media(media, media) if media else None)


@pytest.mark.parametrize(
    ("fields", "kind", "event", "event_key"),
    [
        ({"msgtype": "voice", "voice": {"content": "灯坏了"}}, "voice", "", ""),
        ({"msgtype": "image", "image": {"url": "u"}}, "image", "", ""),
        ({"msgtype": "video", "video": {"url": "u"}}, "video", "", ""),
        ({"msgtype": "file", "file": {"url": "u"}}, "event", "other", "file"),
        ({"msgtype": "stream", "stream": {"id": "1"}}, "event", "other", "stream"),
        (
            {"msgtype": "event", "event": {"eventtype": "enter_chat"}},
            "event",
            "other",
            "enter_chat",
        ),
        (
            {"msgtype": "event", "event": {"eventtype": "feedback_event", "feedback_event": {}}},
            "event",
            "other",
            "feedback_event",
        ),
    ],
)
def test_every_other_kind_has_its_name(
    fields: dict[str, Any], kind: str, event: str, event_key: str
) -> None:
    message = received(fields)
    assert (message.kind, message.event, message.event_key) == (kind, event, event_key)


def test_entering_the_chat_is_greeted_with_a_text_the_only_form_allowed() -> None:
    response = post(served(Desk("您好")), VENDOR.request("event", "u1", event="enter_chat"))
    assert VENDOR.read_reply(response.data) == "您好"


def test_a_retry_has_the_same_key_and_the_same_stream() -> None:
    crypto = PrpCrypto(base64.b64decode(CONFIG.aes_key + "="))
    desk = Desk("已受理")
    streams = []
    for msg_id in ("m1", "m1", "m2"):
        response = post(served(desk), VENDOR.request("text", "u1", "灯坏了", msg_id=msg_id))
        streams.append(json.loads(crypto.decrypt(json.loads(response.data)["encrypt"], "")))
    keys = [message.key for message in desk.messages]
    assert keys[0] == keys[1] != keys[2]
    assert streams[0] == streams[1] != streams[2]
    assert streams[0]["msgtype"] == "stream"
    assert streams[0]["stream"]["finish"] is True


@pytest.mark.parametrize(("reply", "length"), [("好" * 6826, 20478), ("好" * 7000, 20478)])
def test_a_long_reply_is_cut_at_a_whole_character(reply: str, length: int) -> None:
    response = post(served(Desk(reply)), VENDOR.request("text", "u1", "说说"))
    text = VENDOR.read_reply(response.data)
    assert text is not None
    assert len(text.encode()) == length


@pytest.mark.parametrize(
    "plaintext",
    [
        VECTORS["wecom_json_post_badjson"]["expected_plaintext"],
        "",
        "hello",
        "{}",
        "[]",
        '{"msgid":"1","msgtype":"text","text":"x","from":{"userid":"u"}}',
        '{"msgid":"1","msgtype":"text","text":{"content":["x"]},"from":{"userid":"u"}}',
        '{"msgid":"1","msgtype":"text","text":{"content":"x"},"from":"u"}',
        '{"msgid":"1","msgtype":"text","text":{"content":"x"}}',
        '{"msgtype":"text","text":{"content":"x"},"from":{"userid":"u"}}',
        '{"msgid":"1","chattype":"group","msgtype":"text","text":{},"from":{"userid":"u"}}',
        '{"msgid":"1","msgtype":"mixed","mixed":{"msg_item":{}},"from":{"userid":"u"}}',
        '{"msgid":"1","msgtype":"mixed","mixed":{"msg_item":[1]},"from":{"userid":"u"}}',
        '{"msgid":"1","msgtype":"event","event":{},"from":{"userid":"u"}}',
        '{"msgid":"1","msgid":"2","msgtype":"text","text":{},"from":{"userid":"u"}}',
        '{"msgid":"1","msgtype":"text","text":{},"from":{"userid":"u"},"create_time":1e999}',
        '{"msgid":"1","msgtype":"text","text":{},"from":{"userid":"u"},"create_time":-1}',
        '{"a":' + "[" * 100_000,
    ],
)
def test_a_genuine_but_malformed_message_is_refused_and_counted(plaintext: str) -> None:
    desk, tally = Desk(), Tally()
    response = post(served(desk, tally=tally), VENDOR.deliver(plaintext))
    assert (response.status_code, desk.messages) == (400, [])
    assert tally.counts() == {"aibot.bad_message": 1}


@pytest.mark.parametrize("body", [b"", b"hello", b"{}", b'{"encrypt": ["x"]}', b"\xff", b"[]"])
def test_a_body_without_a_genuine_ciphertext_is_refused(body: bytes) -> None:
    query = VENDOR.request("text", "u1", "x").query
    response = served(Desk()).post("/aibot", query_string=query, data=body)
    assert response.status_code in (400, 403)


def test_the_wrong_signature_receiver_or_size_is_refused() -> None:
    client = served(Desk())
    good = VENDOR.request("text", "u1", "x")
    bad = good._replace(query=good.query.replace("msg_signature=", "msg_signature=0"))
    assert post(client, bad).status_code == 403
    foreign = VECTORS["wecom_json_post_badjson"]  # same keys, but for a CorpID
    query = {name: foreign[name] for name in ("msg_signature", "timestamp", "nonce")}
    assert client.post("/aibot", query_string=query, data=foreign["body"]).status_code == 403
    large = good._replace(body=b" " * (BODY_CAP + 1))
    assert post(client, large).status_code == 413
    assert post(client, large._replace(body=b" " * BODY_CAP)).status_code == 400


def test_an_unavailable_store_asks_for_another_delivery() -> None:
    down = Desk(error=StoreUnavailable())
    assert post(served(down), VENDOR.request("text", "u1", "灯坏了")).status_code == 503


@pytest.mark.parametrize("missing", ["token", "aes_key"])
def test_nothing_starts_without_token_and_key(missing: str) -> None:
    token = "" if missing == "token" else CONFIG.token
    aes_key = "" if missing == "aes_key" else CONFIG.aes_key
    with pytest.raises(BadCredentials):
        blueprint(AibotConfig(token, aes_key), Desk())


FUZZ_CLIENT = served(Desk("收到"))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = ["msgid", "from", "chattype", "chatid", "text", "mixed", "quote", "event", "create_time"]


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {"msgtype": st.sampled_from(["text", "mixed", "event", "voice", "image"])},
        optional=dict.fromkeys(FIELDS, JSON),
    )
)
def test_no_signed_json_ever_gives_a_500(message: dict[str, Any]) -> None:
    base = {"msgid": "1", "from": {"userid": "u"}}
    delivery = VENDOR.deliver(json.dumps(base | message))
    assert post(FUZZ_CLIENT, delivery).status_code in (200, 400)
