"""WeCom self-built app (企业微信自建应用): how workers write to us and click on their cards.

Everything is encrypted XML. A message is answered passively with a text; a click on a card with
what its buttons shall say from now on, while the words of the answer follow as a push: the vendor
promises a passive text for messages, not for clicks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from channels.document import Document, clean, read_document
from channels.door import Tally, cut, guard, read_body
from channels.envelope import BadCredentials, Envelope
from channels.wechat import Fields, read_content, render, render_sealed
from desk.message import Event, Gate, Inbox, Message

CHANNEL = "wecom"
CARD_CLICK = "template_card_event"

_EVENTS: dict[str, Event] = {
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "click": "click",
    "location": "location",
    CARD_CLICK: "click",
}


@dataclass(frozen=True, slots=True)
class WecomConfig:
    """One self-built app. Vendor limits are here because the vendor changes them."""

    token: str = field(repr=False)
    corp_id: str
    agent_id: int
    aes_key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    max_age: float | None = None  # seconds a signature stays good: see envelope
    text_limit: int = 2048  # bytes of UTF-8
    per_minute: int = 30  # messages to one member; more are dropped without a word
    per_hour: int = 1000

    @property
    def name(self) -> str:
        """What stands for this app in message keys."""
        return f"{self.corp_id}:{self.agent_id}"


class Clicks(Protocol):
    """Who knows the cards that were sent."""

    def clicked(self, message: Message, task: str, code: str, reply: str | None) -> str:
        """A button was clicked and `reply` is the answer, which is to be pushed.

        Returns what the card's buttons shall say from now on; "" leaves them as they are.
        StoreUnavailable when nothing could be kept.
        """
        ...


def blueprint(
    config: WecomConfig,
    inbox: Inbox,
    clicks: Clicks | None = None,
    *,
    tally: Tally | None = None,
    gate: Gate | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    """`/wecom`: URL verification and callbacks. BadCredentials if it cannot be safe."""
    if not config.aes_key or not config.corp_id:
        raise BadCredentials("an app speaks only encrypted: EncodingAESKey or CorpID is missing")
    tally = tally or Tally()
    envelope = Envelope(
        config.token, config.corp_id, config.aes_key, max_age=config.max_age, clock=clock
    )
    pages = Blueprint(CHANNEL, __name__)
    guard(pages, CHANNEL, tally, gate)

    @pages.get("/wecom")
    def verify() -> ResponseReturnValue:
        echo = _open(envelope, request.args.get("echostr", ""))
        if gate is not None:
            gate.verified(CHANNEL)
        return Response(echo, mimetype="text/plain")

    @pages.post("/wecom")
    def receive() -> ResponseReturnValue:
        document = read_document(_open(envelope, read_document(read_body()).text("Encrypt")))
        receiver = document.identifier("ToUserName")
        message = read_message(document, config.name)
        tally.add(f"{CHANNEL}.received")
        said = inbox(message)
        if clicks is not None and document.text("Event").lower() == CARD_CLICK:
            label = clicks.clicked(
                message, document.text("TaskId"), document.text("ResponseCode"), said
            )
            fields = update_button(clean(label))
        else:
            fields = text_reply(cut(clean(said or ""), config.text_limit))
        if not fields:
            return Response("", mimetype="text/plain")
        addressed = {
            "ToUserName": document.identifier("FromUserName"),
            "FromUserName": receiver,
            "CreateTime": int(clock()),
            **fields,
        }
        sealed = envelope.seal(render(addressed, "xml"), request.args["nonce"])
        return Response(render_sealed(sealed, "xml"), mimetype="application/xml")

    return pages


def _open(envelope: Envelope, ciphertext: str) -> str:
    args = request.args
    return envelope.open(
        ciphertext,
        args.get("msg_signature", ""),
        args.get("timestamp", ""),
        args.get("nonce", ""),
    )


def text_reply(text: str) -> Fields:
    """A passive text; nothing where there is nothing to say."""
    return {"MsgType": "text", "Content": text} if text else {}


def update_button(label: str) -> Fields:
    """All buttons of the clicked card become one that only tells what was done."""
    return {"MsgType": "update_button", "Button": {"ReplaceName": label}} if label else {}


def read_message(document: Document, account: str) -> Message:
    """One callback's fields as a Message. UserIDs are the same in any case of letters."""
    if document.identifier("MsgType").lower() == "event":
        message = _read_event(document, account)
    else:
        message = read_content(document, CHANNEL, account)
    return replace(message, sender=message.sender.lower())


def _read_event(document: Document, account: str) -> Message:
    """Events carry no MsgId; the task tells two cards clicked in one second apart."""
    sender = document.identifier("FromUserName")
    name = document.identifier("Event").lower()
    event_key = document.text("EventKey")
    parts = (
        CHANNEL,
        account,
        sender,
        document.text("CreateTime"),
        name,
        event_key,
        document.text("TaskId"),
    )
    return Message(
        CHANNEL,
        sender,
        ":".join(parts),
        "event",
        document.time("CreateTime"),
        event=_EVENTS.get(name, "other"),
        event_key=event_key or name,
    )
