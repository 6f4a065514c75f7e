"""WeCom smart robot (智能机器人): how group chats reach us, as encrypted JSON.

The robot hears a group only when it is mentioned. It answers in the HTTP response with one finished
stream message: nothing is streamed, because the answer is ready when the message is committed.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from channels.document import LONGEST_WORDS, Document, clean, read_document, utc
from channels.door import Tally, cut, guard, read_body
from channels.envelope import BadCredentials, Envelope, Sealed
from desk.message import Event, Gate, Inbox, Kind, Media, Message

CHANNEL = "aibot"
WELCOME = "enter_chat"  # the one event that may be answered with a text
_EVENTS: dict[str, Event] = {"template_card_event": "click"}
_MEDIA_KINDS: dict[str, Kind] = {"image": "image", "video": "video"}
_MENTION = re.compile(r"@\S+\s+")


@dataclass(frozen=True, slots=True)
class AibotConfig:
    """One smart robot. Vendor limits are here because the vendor changes them."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    account: str = ""  # distinguishes several robots in message keys
    robot_name: str = ""  # as members mention it; empty: the first mention is taken for the robot
    max_age: float | None = None  # seconds a signature stays good: see envelope
    text_limit: int = 20480  # bytes of UTF-8


def blueprint(
    config: AibotConfig,
    inbox: Inbox,
    *,
    tally: Tally | None = None,
    gate: Gate | None = None,
    clock: Callable[[], float] = time.time,
) -> Blueprint:
    """`/aibot`: URL verification and message callbacks. BadCredentials if it cannot be safe."""
    if not config.aes_key:
        raise BadCredentials("a smart robot speaks only encrypted: EncodingAESKey is missing")
    tally = tally or Tally()
    envelope = Envelope(config.token, "", config.aes_key, max_age=config.max_age, clock=clock)
    pages = Blueprint(CHANNEL, __name__)
    guard(pages, CHANNEL, tally, gate)

    @pages.get("/aibot")
    def verify() -> ResponseReturnValue:
        echo = _open(envelope, request.args.get("echostr", ""))
        if gate is not None:
            gate.verified(CHANNEL)
        return Response(echo, mimetype="text/plain")

    @pages.post("/aibot")
    def receive() -> ResponseReturnValue:
        plaintext = _open(envelope, read_document(read_body()).text("encrypt"))
        document = read_document(plaintext)
        message = read_message(document, config, request.args["timestamp"])
        tally.add(f"{CHANNEL}.received")
        text = cut(clean(inbox(message) or ""), config.text_limit)
        if not text:
            return Response("", mimetype="text/plain")
        reply = render_reply(document, message.key, text)
        if reply is None:
            tally.add(f"{CHANNEL}.unanswerable")
            return Response("", mimetype="text/plain")
        return _response(envelope.seal(reply, request.args["nonce"]))

    return pages


def _open(envelope: Envelope, ciphertext: str) -> str:
    args = request.args
    return envelope.open(
        ciphertext,
        args.get("msg_signature", ""),
        args.get("timestamp", ""),
        args.get("nonce", ""),
    )


def read_message(document: Document, config: AibotConfig, signed_at: str) -> Message:
    """One callback as a Message.

    Ordinary messages state no time of their own, so theirs is the signature's, `signed_at`.
    """
    content = _read_content(document)
    chat = document.identifier("chatid") if document.text("chattype") == "group" else None
    quoted = document.section("quote")
    return Message(
        CHANNEL,
        document.section("from").identifier("userid"),
        f"{CHANNEL}:{config.account}:{document.identifier('msgid')}",
        content.kind,
        utc(document.text("create_time") or signed_at),
        text=_without_mention(content.text, config.robot_name) if chat else content.text,
        chat=chat,
        media=content.media,
        event=content.event,
        event_key=content.event_key,
        quote=_read_content(quoted).text if "msgtype" in quoted else "",
    )


@dataclass(frozen=True, slots=True)
class _Content:
    kind: Kind
    text: str = ""
    media: Media | None = None
    event: Event = ""
    event_key: str = ""


def _read_content(document: Document) -> _Content:
    """What a message, or the message it quotes, says."""
    sort = document.identifier("msgtype")
    body = document.section(sort)
    if sort == "text":
        return _Content("text", body.words("content"))
    if sort == "voice":  # the vendor has already turned it into text
        return _Content("voice", body.words("content"))
    if sort in _MEDIA_KINDS:
        return _Content(_MEDIA_KINDS[sort], media=_media(body))
    if sort == "mixed":
        return _read_mixed(body)
    if sort == "event":
        name = body.identifier("eventtype")
        key = body.section(name).text("event_key") if name in body else ""
        return _Content("event", event=_EVENTS.get(name, "other"), event_key=key or name)
    # A file, or a kind the vendor added since: genuine, so not refused, but not readable.
    return _Content("event", event="other", event_key=sort)


def _read_mixed(body: Document) -> _Content:
    """Text and pictures in one message: all the text, and the first picture."""
    items = body.sections("msg_item")
    texts = [item.section("text").words("content") for item in items]
    pictures = [_media(item.section("image")) for item in items if "image" in item]
    text = "\n".join(filter(None, texts))[:LONGEST_WORDS]
    media = pictures[0] if pictures else None
    return _Content("text" if text or media is None else "image", text, media)


def _media(body: Document) -> Media:
    url = body.text("url")
    return Media(id=url, url=url)


def _without_mention(text: str, robot_name: str) -> str:
    if robot_name:
        return text.replace(f"@{robot_name}", "", 1).strip()
    # Without a space after it, nobody can tell where the name ends and the request begins.
    mention = _MENTION.match(text)
    return text[mention.end() :] if mention else text


def render_reply(document: Document, key: str, text: str) -> str | None:
    """A finished stream message, or a plain text on entering; None where no text may be sent.

    The stream's id follows from the message's key, so that a retry gets the same one.
    """
    reply: dict[str, object]
    if document.text("msgtype") != "event":
        stream = hashlib.sha256(key.encode()).hexdigest()[:32]
        reply = {
            "msgtype": "stream",
            "stream": {"id": stream, "finish": True, "content": text},
        }
    elif document.section("event").text("eventtype") == WELCOME:
        reply = {"msgtype": "text", "text": {"content": text}}
    else:
        return None
    return json.dumps(reply, ensure_ascii=False)


def _response(sealed: Sealed) -> Response:
    body = {
        "encrypt": sealed.encrypt,
        "msgsignature": sealed.msg_signature,
        "timestamp": int(sealed.timestamp),
        "nonce": sealed.nonce,
    }
    return Response(json.dumps(body), mimetype="application/json")
