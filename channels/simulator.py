"""The other side of the channels: what the vendor's servers send, and phones without a vendor.

For the `/chat` simulator, the command line, tests and measurements. It signs and seals on its own,
with hashlib and wechatpy's bare primitives, so that a mistake in `envelope` cannot hide itself by
being made twice.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import xmltodict
from wechatpy.crypto import PrpCrypto

from channels.aibot import AibotConfig
from channels.wechat import QR_PREFIX, WechatConfig
from desk.message import Event, Kind, Push

Mode = Literal["plain", "compatible", "safe"]

_VENDOR_EVENTS: dict[Event, str] = {
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "scan": "SCAN",
    "click": "CLICK",
    "location": "LOCATION",
    "template_done": "TEMPLATESENDJOBFINISH",
    "other": "VIEW",
}


class Delivery(NamedTuple):
    """One HTTP request as the vendor makes it; without a body it is the GET that verifies."""

    path: str
    query: str
    body: bytes
    headers: dict[str, str]


class WechatClientSide:
    """WeChat's servers in front of one Official Account."""

    def __init__(
        self,
        config: WechatConfig,
        *,
        mode: Mode = "plain",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._name = config.name or "gh_simulator"
        self._mode = mode
        self._clock = clock
        self._crypto = None if mode == "plain" else _crypto(config.aes_key)

    def verification(self, echostr: str) -> Delivery:
        """The GET that asks whether the server is ours."""
        return Delivery("/wechat", urlencode({**self._signed(), "echostr": echostr}), b"", {})

    def request(
        self,
        kind: Kind,
        sender: str,
        text: str = "",
        *,
        msg_id: str = "",
        event: Event = "subscribe",
        event_key: str = "",
        media_id: str = "MEDIA",
        sent_at: int | None = None,
    ) -> Delivery:
        """One message or event from `sender`; give `msg_id` (and `sent_at`) to repeat one."""
        now = int(self._clock()) if sent_at is None else sent_at
        fields = {"ToUserName": self._name, "FromUserName": sender, "CreateTime": now}
        if kind == "event":
            fields |= _event_fields(event, event_key)
        else:
            fields |= _content_fields(kind, text, media_id)
            fields["MsgId"] = msg_id or str(secrets.randbits(62))
        return self.deliver(_xml(fields))

    def deliver(self, xml: str) -> Delivery:
        """Any XML, signed (and sealed) as this account's mode demands."""
        query = self._signed()
        if self._crypto is not None:
            encrypt = self._crypto.encrypt(xml, self._config.app_id).decode()
            parts = (self._config.token, query["timestamp"], query["nonce"], encrypt)
            query |= {"encrypt_type": "aes", "msg_signature": _signature(*parts)}
            sealed = f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
            clear = xml if self._mode == "compatible" else _xml({"ToUserName": self._name})
            xml = clear.removesuffix("</xml>") + sealed
        return Delivery("/wechat", urlencode(query), xml.encode(), {"Content-Type": "text/xml"})

    def read_reply(self, body: bytes) -> str | None:
        """The text on the sender's phone, or None for silence."""
        if body in (b"", b"success"):
            return None
        fields = _xml_fields(body.decode())
        if self._crypto is not None:
            _require_signature(
                fields["MsgSignature"],
                (self._config.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]),
            )
            fields = _xml_fields(self._crypto.decrypt(fields["Encrypt"], self._config.app_id))
        return fields["Content"]

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = _stamp(self._clock)
        signature = _signature(self._config.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}


class AibotClientSide:
    """WeCom's servers in front of one smart robot."""

    def __init__(self, config: AibotConfig, *, clock: Callable[[], float] = time.time) -> None:
        self._config = config
        self._clock = clock
        self._crypto = _crypto(config.aes_key)

    def verification(self, echostr: str) -> Delivery:
        """The GET that asks whether the server is ours."""
        query, encrypt = self._sealed(echostr)
        return Delivery("/aibot", urlencode({**query, "echostr": encrypt}), b"", {})

    def request(
        self,
        kind: Literal["text", "image", "voice", "event"],
        sender: str,
        text: str = "",
        *,
        chat: str | None = None,
        media_id: str = "image",
        quote: str = "",
        msg_id: str = "",
        event: str = "enter_chat",
        event_key: str = "",
    ) -> Delivery:
        """One message from `sender`, in the group `chat` or 1:1; a group needs no mention here."""
        contents: dict[str, dict[str, Any]] = {
            "text": {"content": text},
            "voice": {"content": text},
            "image": {"url": f"https://example.invalid/{media_id}"},
            "event": {"eventtype": event, event: {"event_key": event_key} if event_key else {}},
        }
        message: dict[str, Any] = {
            "msgid": msg_id or secrets.token_urlsafe(24),
            "aibotid": self._config.account,
            "chattype": "group" if chat else "single",
            "from": {"userid": sender},
            "msgtype": kind,
            kind: contents[kind],
        }
        if chat:
            message["chatid"] = chat
        if quote:
            message["quote"] = {"msgtype": "text", "text": {"content": quote}}
        return self.deliver(json.dumps(message, ensure_ascii=False))

    def deliver(self, plaintext: str) -> Delivery:
        """Any plaintext, sealed and signed."""
        query, encrypt = self._sealed(plaintext)
        body = json.dumps({"encrypt": encrypt}).encode()
        return Delivery("/aibot", urlencode(query), body, {"Content-Type": "application/json"})

    def read_reply(self, body: bytes) -> str | None:
        """The text the robot says, or None for silence."""
        if not body:
            return None
        reply = json.loads(body)
        parts = (self._config.token, str(reply["timestamp"]), reply["nonce"], reply["encrypt"])
        _require_signature(reply["msgsignature"], parts)
        message = json.loads(self._crypto.decrypt(reply["encrypt"], ""))
        content: str = message[message["msgtype"]]["content"]
        return content

    def _sealed(self, plaintext: str) -> tuple[dict[str, str], str]:
        timestamp, nonce = _stamp(self._clock)
        encrypt: str = self._crypto.encrypt(plaintext, "").decode()
        signature = _signature(self._config.token, timestamp, nonce, encrypt)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, encrypt


class SimulatedPhones:
    """A sender whose phones are on the simulator's page; they show a push once, by its id."""

    idempotent = True

    def __init__(self, deliver: Callable[[Push], None]) -> None:
        self._deliver = deliver

    def send(self, push: Push) -> None:
        """Hand the push to the page."""
        self._deliver(push)


def _event_fields(event: Event, event_key: str) -> dict[str, Any]:
    fields = {"MsgType": "event", "Event": _VENDOR_EVENTS[event]}
    if event == "template_done":
        return fields | {"MsgID": event_key, "Status": "success"}
    scanned = event == "subscribe" and event_key
    return fields | {"EventKey": QR_PREFIX + event_key if scanned else event_key}


def _content_fields(kind: Kind, text: str, media_id: str) -> dict[str, Any]:
    content: dict[str, dict[str, Any]] = {
        "text": {"Content": text},
        "image": {"PicUrl": f"https://example.invalid/{media_id}", "MediaId": media_id},
        "voice": {"MediaId": media_id, "Format": "amr", "Recognition": text},
        "video": {"MediaId": media_id, "ThumbMediaId": media_id},
        "location": {"Location_X": "37.86", "Location_Y": "113.57", "Scale": 16, "Label": text},
        "link": {"Title": text, "Description": "", "Url": "https://example.invalid/"},
    }
    return {"MsgType": kind, **content[kind]}


def _xml(fields: dict[str, Any]) -> str:
    elements = (f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    return f"<xml>{''.join(elements)}</xml>"


def _xml_fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = xmltodict.parse(text, strip_whitespace=False)["xml"]
    return fields


def _stamp(clock: Callable[[], float]) -> tuple[str, str]:
    return str(int(clock())), str(secrets.randbelow(10**10))


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _require_signature(signature: str, parts: tuple[str, ...]) -> None:
    if _signature(*parts) != signature:
        raise ValueError("the reply's signature is wrong: the vendor would drop it")


def _crypto(aes_key: str) -> PrpCrypto:
    return PrpCrypto(base64.b64decode(aes_key + "="))
