"""WeChat Official Account (服务号): signed callbacks in, Message out, a passive text reply back.

Plain, compatible and safe mode are told apart by the request. Whatever is encrypted is trusted by
`msg_signature` alone, and in compatible mode only the encrypted part is read: the clear fields
beside it are covered by no signature.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from channels.document import Document, Syntax, clean, read_document
from channels.door import Tally, cut, guard, read_body
from channels.envelope import Envelope, Sealed
from desk.message import Event, Gate, Inbox, Kind, Media, Message, NotGenuine

Fields = Mapping[str, "str | int | Fields"]
Wrap = Callable[[str], Response]

CHANNEL = "wechat"
NO_REPLY = "success"
QR_PREFIX = "qrscene_"

_EVENTS: dict[str, Event] = {
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "scan": "scan",
    "click": "click",
    "location": "location",
    "templatesendjobfinish": "template_done",
}
_MEDIA_KINDS: dict[str, Kind] = {
    "image": "image",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
}


@dataclass(frozen=True, slots=True)
class WechatConfig:
    """One Official Account. Vendor limits are here because the vendor changes them."""

    token: str = field(repr=False)
    app_id: str = ""
    secret: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    api_base: str = "https://api.weixin.qq.com"
    account: str = ""  # distinguishes several accounts in message keys; the AppID if empty
    only_encrypted: bool = False  # refuse plain-mode callbacks: right once safe mode is switched on
    max_age: float | None = None  # seconds a signature stays good: see envelope
    text_limit: int = 2048  # bytes of UTF-8
    template_id: str = ""  # for messages after the 48 hours; "" means to wait for the resident
    template_api: Literal["template", "subscribe"] = "template"
    template_fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What stands for this account in message keys."""
        return self.account or self.app_id


def blueprint(
    config: WechatConfig,
    inbox: Inbox,
    *,
    tally: Tally | None = None,
    gate: Gate | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    """`/wechat`: URL verification and message callbacks. BadCredentials if it cannot be safe."""
    tally = tally or Tally()
    account = _Account(config, clock)
    pages = Blueprint(CHANNEL, __name__)
    guard(pages, CHANNEL, tally, gate)

    @pages.get("/wechat")
    def verify() -> ResponseReturnValue:
        account.check_url()
        if gate is not None:
            gate.verified(CHANNEL)
        return Response(request.args.get("echostr", ""), mimetype="text/plain")

    @pages.post("/wechat")
    def receive() -> ResponseReturnValue:
        document, wrap = account.open(read_body())
        receiver = document.identifier("ToUserName")
        message = read_message(document, config.name)
        tally.add(f"{CHANNEL}.received")
        text = cut(clean(inbox(message) or ""), config.text_limit)
        if not text:
            return Response(NO_REPLY, mimetype="text/plain")
        fields: Fields = {
            "ToUserName": message.sender,
            "FromUserName": receiver,
            "CreateTime": int(clock()),
            "MsgType": "text",
            "Content": text,
        }
        return wrap(render(fields, document.syntax))

    return pages


class _Account:
    """How one account's requests are told genuine, opened and answered."""

    def __init__(self, config: WechatConfig, clock: Callable[[], float]) -> None:
        self._config = config
        self._envelope = Envelope(
            config.token, config.app_id, config.aes_key, max_age=config.max_age, clock=clock
        )

    def check_url(self) -> None:
        """NotGenuine unless the plain signature of this request holds."""
        args = request.args
        self._envelope.check(
            args.get("signature", ""), args.get("timestamp", ""), args.get("nonce", "")
        )

    def open(self, body: bytes) -> tuple[Document, Wrap]:
        """The message's fields, and how to send a reply back the way it came."""
        args = request.args
        if args.get("encrypt_type") == "aes" or "msg_signature" in args:
            return self._open_sealed(body)
        if self._config.only_encrypted:
            raise NotGenuine("not encrypted", "plain")
        self.check_url()
        document = read_document(body)
        if "Encrypt" in document:
            raise NotGenuine("encrypted, but without msg_signature")
        return document, lambda reply: _response(reply, document.syntax)

    def _open_sealed(self, body: bytes) -> tuple[Document, Wrap]:
        args = request.args
        outer = read_document(body)
        nonce = args.get("nonce", "")
        plaintext = self._envelope.open(
            outer.text("Encrypt"), args.get("msg_signature", ""), args.get("timestamp", ""), nonce
        )

        def wrap(reply: str) -> Response:
            sealed = self._envelope.seal(reply, nonce)
            return _response(render_sealed(sealed, outer.syntax), outer.syntax)

        return read_document(plaintext), wrap


def read_message(document: Document, account: str) -> Message:
    """One callback's fields as a Message."""
    if document.identifier("MsgType").lower() == "event":
        return _read_event(document, account)
    return read_content(document, CHANNEL, account)


def read_content(document: Document, channel: str, account: str) -> Message:
    """Anything but an event. The WeCom app's messages have the same fields."""
    sort = document.identifier("MsgType").lower()
    key = f"{channel}:{account}:{document.identifier('MsgId')}"
    sender = document.identifier("FromUserName")
    sent_at = document.time("CreateTime")
    if sort in _MEDIA_KINDS:
        media = Media(document.identifier("MediaId"), document.text("PicUrl"))
        spoken = document.words("Recognition")
        return Message(channel, sender, key, _MEDIA_KINDS[sort], sent_at, text=spoken, media=media)
    if sort == "text":
        return Message(channel, sender, key, "text", sent_at, text=document.words("Content"))
    if sort == "location":
        return Message(channel, sender, key, "location", sent_at, text=document.words("Label"))
    if sort == "link":
        parts = (document.words("Title"), document.words("Description"))
        return Message(channel, sender, key, "link", sent_at, text="\n".join(filter(None, parts)))
    # A kind the vendor added since: genuine, so not refused, but nothing in it can be read.
    return Message(channel, sender, key, "event", sent_at, event="other", event_key=sort)


def _read_event(document: Document, account: str) -> Message:
    """Events carry no MsgId; the vendor tells retries apart by sender, time, event and its key.

    A template's result has no EventKey, and two may come for one person in one second: there the
    MsgID of the template message takes its place.
    """
    sender = document.identifier("FromUserName")
    name = document.identifier("Event")
    event_key = document.text("EventKey") or document.text("MsgID")
    parts = (CHANNEL, account, sender, document.text("CreateTime"), name, event_key)
    return Message(
        CHANNEL,
        sender,
        ":".join(parts),
        "event",
        document.time("CreateTime"),
        event=_EVENTS.get(name.lower(), "other"),
        event_key=event_key.removeprefix(QR_PREFIX),
    )


def render_sealed(sealed: Sealed, syntax: Syntax) -> str:
    """The Official Account's and the WeCom app's envelope around an encrypted reply."""
    fields: Fields = {
        "Encrypt": sealed.encrypt,
        "MsgSignature": sealed.msg_signature,
        "TimeStamp": int(sealed.timestamp),
        "Nonce": sealed.nonce,
    }
    return render(fields, syntax)


def render(fields: Fields, syntax: Syntax) -> str:
    """The fields in the syntax the account is set to."""
    if syntax == "json":
        return json.dumps(fields, ensure_ascii=False)
    return f"<xml>{_xml_elements(fields)}</xml>"


def _xml_elements(fields: Fields) -> str:
    return "".join(f"<{name}>{_xml_value(value)}</{name}>" for name, value in fields.items())


def _xml_value(value: str | int | Fields) -> str:
    """CDATA as the vendor writes it; a `]]>` inside is split over two, which wechatpy omits."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return _xml_elements(value)
    return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _response(text: str, syntax: Syntax) -> Response:
    return Response(text, mimetype=f"application/{syntax}")
