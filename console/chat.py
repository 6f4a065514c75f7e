"""The simulator's page: several phones side by side, every message over the real webhook.

The page only draws. What a person says goes to `Phones`, and everything any phone shows comes back
through its feed, so that all phones agree and pushes appear by themselves. Errors leave here as
codes; the sentences people read are in the template.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from flask import Blueprint, Request, Response, jsonify, render_template, request

from desk.message import Unfit

Role = Literal["resident", "worker", "member", "secretary", "street", "admin"]

MAX_TEXT: Final = 2000  # characters: longer than anything WeChat lets a person send
MAX_BODY: Final = 16 * 1024  # bytes
MAX_PHOTO: Final = 10 * 1024 * 1024  # bytes, as WeChat takes them

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person whose phone can be opened. `hint` tells a newcomer who this is, in a few words.

    `chats` are the conversations on this phone as (chat, title): None is the 1:1 one with the bot.
    """

    id: str
    name: str
    role: Role
    role_label: str
    hint: str
    chats: tuple[tuple[str | None, str], ...]


@dataclass(frozen=True, slots=True)
class Yard:
    """A QR code on a wall: its parameter, and the place it stands for."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said, once, however many phones show it. Ids rise.

    1:1 (`chat` is None): `actor` is whose phone it is on. In a group: who spoke, or whom the bot
    answers; empty when it speaks to all. `mine`: the actor said it; otherwise the bot did.
    A "note" is something done rather than said, such as scanning a code.
    """

    id: int
    actor: str
    chat: str | None
    sender_name: str
    mine: bool
    text: str
    at: datetime  # aware
    kind: Literal["text", "image", "note"] = "text"
    actions: tuple[tuple[str, str], ...] = ()  # buttons: what they say, and `command:number`


class WebhookFailed(Exception):  # noqa: N818  the fact, not "…Error"
    """The webhook did not take the message. `status` is its HTTP answer, 0 if there was none."""

    def __init__(self, status: int) -> None:
        super().__init__(f"webhook answered {status}")
        self.status = status


class Phones(Protocol):
    """The phones of the sample community, each wired to the real webhook.

    The first three actors are the ones the page opens with, and everybody has a chat. What is sent,
    and the answer to it, also belongs in the feed. The senders return the answer (None: the
    bot kept silent); a message that was not taken raises WebhookFailed and stays out of the feed,
    because the page keeps it and offers to send it again.
    """

    def actors(self) -> Sequence[Actor]: ...
    def yards(self) -> Sequence[Yard]: ...
    def send(self, actor: str, chat: str | None, text: str) -> str | None: ...
    def image(self, actor: str, chat: str | None, photo: bytes = b"") -> str | None: ...
    def photo(self, name: str) -> bytes: ...
    def subscribe(self, actor: str, yard_code: str) -> str | None: ...
    def click(self, actor: str, label: str, key: str) -> str | None: ...
    def feed(self, after: int) -> Sequence[Line]: ...


class Refused(Exception):  # noqa: N818
    """The request cannot be served: a code the page has a sentence for, and the HTTP status."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def blueprint(phones: Phones) -> Blueprint:
    """The page, and the JSON behind it."""
    room = Blueprint(
        "chat", __name__, url_prefix="/chat", template_folder="templates", static_folder="static"
    )
    # A restarted server counts its lines from one again: the page must notice and start over.
    epoch = secrets.token_hex(4)

    @room.get("")
    def page() -> str:
        return render_template("chat.html", max_text=MAX_TEXT)

    @room.get("/actors")
    def actors() -> Response:
        return jsonify(
            actors=[_actor_json(actor) for actor in phones.actors()],
            yards=[asdict(yard) for yard in phones.yards()],
        )

    @room.get("/feed")
    def feed() -> Response:
        after = request.args.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise Refused("bad_request", 400)
        return jsonify(epoch=epoch, lines=[_line_json(line) for line in phones.feed(int(after))])

    @room.post("/send")
    def send() -> Response:
        body = _body(request)
        actor, chat = _conversation(phones, body)
        text = _text(body, "text").strip()
        if not text:
            raise Refused("empty_text", 400)
        if len(text) > MAX_TEXT:
            raise Refused("long_text", 413)
        return jsonify(reply=phones.send(actor, chat, text))

    @room.post("/image")
    def image() -> Response:
        return jsonify(reply=phones.image(*_conversation(phones, _body(request))))

    @room.post("/photo")
    def send_photo() -> Response:
        """A photo of one's own: its bytes are the body."""
        if not _same_origin(request):
            raise Refused("other_site", 403)
        if (request.content_length or MAX_PHOTO + 1) > MAX_PHOTO:
            raise Refused("long_photo", 413)
        whose = {"actor": request.args.get("actor"), "chat": request.args.get("chat")}
        actor, chat = _conversation(phones, dict(whose))
        try:
            return jsonify(reply=phones.image(actor, chat, request.get_data()))
        except Unfit:
            raise Refused("bad_photo", 415) from None

    @room.get("/photo/<name>")
    def photo(name: str) -> Response:
        return Response(phones.photo(name), mimetype="image/jpeg")

    @room.post("/scan")
    def scan() -> Response:
        body = _body(request)
        actor, yard = _text(body, "actor"), _text(body, "yard")
        if not any(known.id == actor for known in phones.actors()):
            raise Refused("unknown_phone", 404)
        if not any(known.code == yard for known in phones.yards()):
            raise Refused("unknown_yard", 404)
        return jsonify(reply=phones.subscribe(actor, yard))

    @room.post("/click")
    def click() -> Response:
        body = _body(request)
        actor, _ = _conversation(phones, body)
        return jsonify(reply=phones.click(actor, _text(body, "label"), _text(body, "key")))

    room.after_request(_harden)
    room.register_error_handler(Refused, _refused)
    room.register_error_handler(WebhookFailed, _webhook_failed)
    return room


def _actor_json(actor: Actor) -> dict[str, object]:
    chats = [{"chat": chat, "title": title} for chat, title in actor.chats]
    return {**asdict(actor), "chats": chats}


def _line_json(line: Line) -> dict[str, object]:
    return {**asdict(line), "at": line.at.isoformat()}


def _body(req: Request) -> dict[str, object]:
    """The JSON object of a POST that our own page sent; another site's page is turned away."""
    if not _same_origin(req):
        raise Refused("other_site", 403)
    if req.mimetype != "application/json":
        raise Refused("not_json", 415)
    if (req.content_length or 0) > MAX_BODY:
        raise Refused("long_text", 413)
    body = req.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused("bad_request", 400)
    return body


def _same_origin(req: Request) -> bool:
    """Browsers say where a POST comes from; a program that says nothing is no browser."""
    site = req.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = req.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == req.host


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Refused("bad_request", 400)
    return value


def _conversation(phones: Phones, body: dict[str, object]) -> tuple[str, str | None]:
    """Whose phone and which chat: only what `actors` offers may be spoken in."""
    actor = _text(body, "actor")
    chat = None if body.get("chat") is None else _text(body, "chat")
    for known in phones.actors():
        if known.id == actor and any(chat == offered for offered, _ in known.chats):
            return actor, chat
    raise Refused("unknown_phone", 404)


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "chat.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _refused(refused: Refused) -> tuple[Response, int]:
    return jsonify(error=refused.code), refused.status


def _webhook_failed(failed: WebhookFailed) -> tuple[Response, int]:
    return jsonify(error="webhook_failed", status=failed.status), 502
