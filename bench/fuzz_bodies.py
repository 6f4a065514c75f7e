"""Hostile callbacks: whatever somebody may send to the webhooks, rightly signed or not."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from wechatpy.crypto import PrpCrypto

from bench.fuzz_words import nasty
from data.settings import Settings

HUGE = 1 << 20
FIELDS = (
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "Event", "EventKey",
    "MediaId", "PicUrl", "Recognition", "Label", "Title", "Description", "Url", "Ticket", "MsgID",
    "Location_X", "Location_Y", "Scale", "TaskId", "ResponseCode", "AgentID", "Encrypt",
)  # fmt: skip
KINDS = ("text", "image", "voice", "video", "location", "link", "event", "file", "shortvideo", "")
EVENTS = ("subscribe", "unsubscribe", "SCAN", "CLICK", "LOCATION", "VIEW", "TEMPLATESENDJOBFINISH",
          "template_card_event", "enter_chat", "\u0000", "x" * 200)  # fmt: skip
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/">%p;]>',
    '<?xml version="1.0" encoding="utf-16"?>',
    "<?xml-stylesheet href='x'?>",
)
BEGUN = 1764300000  # when the first request is made; a seed makes the same ones whenever it is run
A_SECOND = 5  # requests


@dataclass(frozen=True)
class Request:
    """One HTTP request, and what kind of attempt it is."""

    kind: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    aim: str = ""  # the route that it was made for, as the application declares it


@dataclass(frozen=True)
class Door:
    """One webhook: where it is, and what signs and seals for it."""

    path: str
    token: str
    receiver: str
    crypto: PrpCrypto


def doors(settings: Settings) -> list[Door]:
    """The three of a deployment that has all of them."""

    def crypto(key: str) -> PrpCrypto:
        return PrpCrypto(base64.b64decode(key + "="))

    wechat, wecom, aibot = settings.wechat, settings.wecom, settings.aibot
    return [
        Door(path, each.token.get_secret_value(), receiver, crypto(each.aes_key.get_secret_value()))
        for path, each, receiver in (
            ("/wechat", wechat, wechat.appid),
            ("/wecom", wecom, wecom.corpid),
            ("/aibot", aibot, ""),
        )
    ]


def moment(number: int) -> int:
    """The time of that request, in seconds: residents write slowly enough to be heard."""
    return BEGUN + number // A_SECOND


def callback(door: Door, dice: random.Random, at: int) -> Request:
    """One attempt at a webhook."""
    robot = door.path == "/aibot"
    text = _json(robot_message(dice), dice) if robot else written(message(dice, at), dice)
    body = text.encode("utf-8", "surrogatepass")
    manner = dice.choices(("raw", "signed", "sealed", "forged"), (40, 30, 25, 5))[0]
    if door.path != "/wechat" and manner == "signed":
        manner = "sealed"
    if manner == "raw" or dice.random() < 0.5:
        body = mutated(body, dice)
    if manner == "raw":
        query = dice.choice(("", nasty(dice), _query(door, dice, at, proof=nasty(dice))))
    elif manner == "signed":
        query = _query(door, dice, at)
    elif manner == "forged":
        query = _query(door, dice, at, proof="" if dice.random() < 0.5 else "0" * 40)
    else:
        query, body = _sealed(door, body, dice, at)
    return Request(f"callback, {manner}", "POST", door.path, query, body, aim=f"POST {door.path}")


def _sealed(door: Door, body: bytes, dice: random.Random, at: int) -> tuple[str, bytes]:
    """Encrypted as the vendor does; at times the frame or the cipher is spoilt, and signed so."""
    encrypt = door.crypto.encrypt(body.decode("utf-8", "replace"), door.receiver).decode()
    if dice.random() < 0.3:
        encrypt = dice.choice((
            mutated(encrypt.encode(), dice).decode("latin-1"),
            base64.b64encode(dice.randbytes(dice.randrange(0, 96))).decode(),
            encrypt[: dice.randrange(len(encrypt))],
        ))  # fmt: skip
    parts = (door.token, *_stamp(dice, at), encrypt)
    query = {
        "msg_signature": hashlib.sha1("".join(sorted(parts)).encode()).hexdigest(),
        "timestamp": parts[1], "nonce": parts[2], "encrypt_type": "aes",
    }  # fmt: skip
    if door.path == "/aibot":
        outer = json.dumps({"encrypt": encrypt})
    else:
        outer = f"<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return urlencode(query), outer.encode("utf-8", "replace")


def _stamp(dice: random.Random, at: int) -> tuple[str, str]:
    odd = dice.random() < 0.2
    timestamp = dice.choice(("0", "99999999999999999999", "-1", "x")) if odd else str(at)
    return timestamp, str(dice.randrange(10**9))


def _query(door: Door, dice: random.Random, at: int, proof: str | None = None) -> str:
    timestamp, nonce = _stamp(dice, at)
    joined = "".join(sorted((door.token, timestamp, nonce)))
    good = hashlib.sha1(joined.encode()).hexdigest()
    query = {"signature": good if proof is None else proof, "timestamp": timestamp, "nonce": nonce}
    return urlencode(query, errors="surrogatepass")


def message(dice: random.Random, at: int) -> dict[str, str]:
    """A message's fields, of which some are not what they should be."""
    fields = {
        "ToUserName": "gh_x",
        "FromUserName": f"fuzz-{dice.randrange(200)}",
        "CreateTime": str(at),
        "MsgType": dice.choice(KINDS),
        "Content": nasty(dice),
        "MsgId": str(dice.getrandbits(62)),
    }
    if dice.random() < 0.001:
        piece = nasty(dice)[:20] or "字"
        fields |= {"MsgType": "text", "Content": piece * (HUGE // 4 // len(piece))}
    if fields["MsgType"] == "event":
        fields |= {"Event": dice.choice(EVENTS), "EventKey": nasty(dice)}
    for _ in range(dice.choice((0, 0, 1, 2, 4))):
        name = dice.choice(FIELDS)
        if dice.random() < 0.2:
            fields.pop(name, None)
        else:
            fields[name] = nasty(dice)
    return fields


def robot_message(dice: random.Random) -> dict[str, object]:
    """The same of a smart robot."""
    kind = dice.choice(("text", "image", "voice", "mixed", "event", "file", "video", "text"))
    fields: dict[str, object] = {
        "msgid": str(dice.getrandbits(62)), "chattype": dice.choice(("single", "group", "x")),
        "chatid": "wr-quanxinyuan", "from": {"userid": f"fuzz-{dice.randrange(200)}"},
        "msgtype": kind, kind: {"content": nasty(dice)},
    }  # fmt: skip
    if dice.random() < 0.5:
        odd: tuple[object, ...] = (
            nasty(dice),
            None,
            [],
            {},
            3,
            True,
            1e308,
            [[[]]],
            {"msg_item": [{}]},
        )
        fields[dice.choice((*fields, "quote", "create_time"))] = dice.choice(odd)
    return fields


def written(fields: dict[str, str], dice: random.Random) -> str:
    """As XML, escaped, in CDATA, or not at all."""
    parts = []
    for name, value in fields.items():
        manner = dice.random()
        if manner < 0.6:
            value = f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
        elif manner < 0.9:
            value = value.replace("&", "&amp;").replace("<", "&lt;")
        parts.append(f"<{name}>{value}</{name}>")
    head = dice.choice(ENTITIES) if dice.random() < 0.05 else ""
    return f"{head}<xml>{''.join(parts)}</xml>"


def _json(fields: dict[str, object], dice: random.Random) -> str:
    text = json.dumps(fields, ensure_ascii=dice.random() < 0.5)
    return text if dice.random() < 0.9 else text[:-1] + f',"msgid":{dice.choice(ODD_JSON)}}}'


ODD_JSON = ('"1"', "NaN", "-Infinity", "1e999", "[" * 3000, '"\\ud800"', "0" * 5000, "{}")


def mutated(body: bytes, dice: random.Random) -> bytes:
    """Bytes that were right, and no longer are."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda b: b,
        lambda b: b[: dice.randrange(len(b) + 1)],
        lambda b: b[dice.randrange(len(b) + 1) :],
        lambda b: b + b,
        lambda b: _spliced(b, dice.randbytes(dice.randrange(1, 8)), dice),
        lambda b: _spliced(b, nasty(dice).encode("utf-8", "surrogatepass"), dice),
        lambda b: _spliced(b, b"<a>" * dice.choice((10, 3000)), dice),
        lambda b: bytes(c ^ (dice.random() < 0.02) for c in b),
        lambda b: b.decode("utf-8", "replace").encode(dice.choice(("utf-16", "gb18030"))),
        lambda b: b"\xef\xbb\xbf" + b,
        lambda _: dice.randbytes(dice.randrange(200)),
    )
    for _ in range(dice.choice((1, 1, 2))):
        body = dice.choice(ways)(body)
    if dice.random() < 0.0005:
        body = (body * (HUGE // max(len(body), 1) + 1))[: HUGE + dice.choice((-1, 0, 1, 5))]
    return body


def _spliced(body: bytes, piece: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body) + 1)
    return body[:at] + piece + body[at:]
