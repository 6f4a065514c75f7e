"""WeCom's servers on a loopback socket and its phones: as strict as the real ones where it matters.

It keeps the rules a sender must live with (tokens and their expiry, trusted addresses, who is in
the app's range, sizes, six buttons and six rows, task ids used once, repeats dropped, 30 messages a
minute and 1000 an hour per member, codes good once for 72 hours, 20 broadcasts a minute) and can be
told to misbehave. Its phones hold the texts and cards that arrived.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.journey.fake_wechat import Fault, Quiet, at, errcode, file_answer

TOKEN_LIFE = 7200
TEXT_BYTES, MARKDOWN_BYTES = 2048, 4096
BUTTONS = ROWS = 6
PER_MINUTE, PER_HOUR, BROADCASTS = 30, 1000, 20
CODE_LIFE = 72 * 3600
LONGEST = {"title": 36, "text": 160, "keyname": 5, "value": 30, "button": 10}
_TASK = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


@dataclass
class Card:
    """A card on a member's phone."""

    user: str
    task: str
    title: str
    text: str
    rows: dict[str, str]
    buttons: dict[str, str]  # what they say: their key
    replaced: str = ""  # what the one dead button says instead


@dataclass
class FakeWecom:
    """One self-built app's API and one group robot's. A context manager; `base` is its address."""

    corp_id: str
    secret: str
    agent_id: int
    members: set[str]
    robot_key: str = "robot-key"
    trusted: bool = True
    now: float = 1_700_000_000.0
    ahead: float = 0.0  # how far its Date header is from `now`
    texts: list[tuple[str, str]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    broadcasts: list[dict[str, Any]] = field(default_factory=list)
    dropped: int = 0  # messages over the limit: the caller is not told
    repeats: int = 0
    token_calls: int = 0
    send_calls: int = 0
    update_calls: int = 0
    lose_next_answer: bool = False  # a message is taken, but nobody hears of it
    next_token: deque[Fault] = field(default_factory=deque)
    next_send: deque[Fault] = field(default_factory=deque)
    next_update: deque[Fault] = field(default_factory=deque)
    next_media: deque[Fault] = field(default_factory=deque)
    media: dict[str, bytes] = field(default_factory=dict)  # what was sent to the app, by its id

    def __post_init__(self) -> None:
        self._tokens = 0
        self._token_expires = 0.0
        self._times: dict[str, list[float]] = defaultdict(list)
        self._recent: dict[str, float] = {}
        self._codes: dict[str, tuple[Card, float]] = {}
        self._issued = 0
        self._lock = threading.Lock()
        self._server = make_server(
            "127.0.0.1", 0, Request.application(self._app), threaded=True, request_handler=Quiet
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def base(self) -> str:
        """The address for `api_base`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def token(self) -> str:
        """The token that is good now."""
        return f"WECOM-TOKEN-{self._tokens}"

    def revoke(self) -> None:
        """The token stops being good before its time."""
        self._token_expires = 0.0

    def new_code(self, card: Card) -> str:
        """A code that changes this card once within 72 hours."""
        self._issued += 1
        code = f"CODE-{self._issued}"
        self._codes[code] = (card, self.now + CODE_LIFE)
        return code

    def _app(self, request: Request) -> Response:
        return at(self.now + self.ahead, self._route(request))

    def _route(self, request: Request) -> Response:
        routes: dict[str, Callable[[Request], Response]] = {
            "/cgi-bin/gettoken": self._gettoken,
            "/cgi-bin/message/send": self._message_send,
            "/cgi-bin/message/update_template_card": self._update,
            "/cgi-bin/webhook/send": self._webhook,
            "/cgi-bin/media/get": self._media,
        }
        route = routes.get(request.path)
        if route is None:
            return Response("no such interface", 404)
        fault = self._counted(request.path)
        if fault is not None:
            return fault()
        with self._lock:
            return route(request)

    def _counted(self, path: str) -> Fault | None:
        """Count the call; what it has been told to do instead of answering."""
        with self._lock:
            if path == "/cgi-bin/gettoken":
                self.token_calls += 1
                faults = self.next_token
            elif path == "/cgi-bin/message/update_template_card":
                self.update_calls += 1
                faults = self.next_update
            elif path == "/cgi-bin/media/get":
                faults = self.next_media
            else:
                self.send_calls += 1
                faults = self.next_send
            return faults.popleft() if faults else None

    def _gettoken(self, request: Request) -> Response:
        if request.args.get("corpid") != self.corp_id:
            return errcode(40013)()
        if request.args.get("corpsecret") != self.secret:
            return errcode(40001)()
        if self._token_expires <= self.now:
            self._tokens += 1
            self._token_expires = self.now + TOKEN_LIFE
        left = int(self._token_expires - self.now)
        return _json(errcode=0, errmsg="ok", access_token=self.token, expires_in=left)

    def _refused(self, request: Request, body: dict[str, Any]) -> int:
        """What is wrong with any call of the app."""
        if not self.trusted:
            return 60020
        if request.args.get("access_token") != self.token:
            return 40014
        if self._token_expires <= self.now:
            return 42001
        return 0 if body.get("agentid") == self.agent_id else 301002

    def _message_send(self, request: Request) -> Response:
        body = json.loads(request.get_data())
        code = self._refused(request, body) or malformed(body)
        users = [user for user in str(body["touser"]).split("|") if user in self.members]
        if code == 0 and not users:
            code = 81013
        task = body.get("template_card", {}).get("task_id", "")
        if code == 0 and task and any(card.task == task for card in self.cards):
            code = 42014
        answer = errcode(code)() if code else self._deliver(users, body)
        if self.lose_next_answer:
            self.lose_next_answer = False
            return Response("bad gateway", 502)
        return answer

    def _deliver(self, users: list[str], body: dict[str, Any]) -> Response:
        answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "m"}
        if self._is_repeat(body):
            self.repeats += 1
            return _json(**answer)
        for user in users:
            if not self._within_pace(user):
                self.dropped += 1
            elif body["msgtype"] == "text":
                self.texts.append((user, body["text"]["content"]))
            else:
                card = _card(user, body["template_card"])
                self.cards.append(card)
                answer["response_code"] = self.new_code(card)
        return _json(**answer)

    def _is_repeat(self, body: dict[str, Any]) -> bool:
        if not body.get("enable_duplicate_check"):
            return False
        what = json.dumps(body, sort_keys=True)
        known = self._recent.get(what, float("-inf"))
        if self.now - known < body.get("duplicate_check_interval", 1800):
            return True
        self._recent[what] = self.now
        return False

    def _within_pace(self, user: str) -> bool:
        times = self._times[user]
        minute = sum(moment > self.now - 60 for moment in times)
        hour = sum(moment > self.now - 3600 for moment in times)
        if minute >= PER_MINUTE or hour >= PER_HOUR:
            return False
        times.append(self.now)
        return True

    def _update(self, request: Request) -> Response:
        body = json.loads(request.get_data())
        if code := self._refused(request, body):
            return errcode(code)()
        card, until = self._codes.pop(body["response_code"], (None, 0.0))
        if card is None or until < self.now or body["userids"] != [card.user]:
            return errcode(40058)()
        card.replaced = body["button"]["replace_name"]
        return _json(errcode=0, errmsg="ok", invaliduser=[])

    def _media(self, request: Request) -> Response:
        code = self._refused(request, {"agentid": self.agent_id})
        return errcode(code)() if code else file_answer(self.media, request)

    def _webhook(self, request: Request) -> Response:
        if request.args.get("key") != self.robot_key:
            return errcode(93000)()
        body = json.loads(request.get_data())
        if code := _malformed_broadcast(body):
            return errcode(code)()
        times = self._times["the robot"]
        if sum(moment > self.now - 60 for moment in times) >= BROADCASTS:
            return errcode(45009)()
        times.append(self.now)
        self.broadcasts.append(body)
        return errcode(0)()


def malformed(body: dict[str, Any]) -> int:
    """The errcode for a message/send that breaks a rule of form; 0 if it keeps them all."""
    if body["msgtype"] == "text":
        size = len(body["text"]["content"].encode())
        return 44004 if size == 0 else 45002 if size > TEXT_BYTES else 0
    if body["msgtype"] != "template_card":
        return 40008
    card = body["template_card"]
    buttons, rows = card.get("button_list", []), card.get("horizontal_content_list", [])
    if not _TASK.fullmatch(card.get("task_id", "")):
        return 42014
    fits = (
        card["card_type"] == "button_interaction"
        and 1 <= len(buttons) <= BUTTONS
        and len(rows) <= ROWS
        and 0 < len(card["main_title"]["title"]) <= LONGEST["title"]
        and len(card.get("sub_title_text", "")) <= LONGEST["text"]
        and all(len(row["keyname"]) <= LONGEST["keyname"] for row in rows)
        and all(len(row["value"]) <= LONGEST["value"] for row in rows)
        and all(0 < len(b["text"]) <= LONGEST["button"] and b["key"] for b in buttons)
    )
    return 0 if fits else 40058


def _malformed_broadcast(body: dict[str, Any]) -> int:
    limits = {"text": TEXT_BYTES, "markdown": MARKDOWN_BYTES}
    if body["msgtype"] not in limits:
        return 40008
    size = len(body[body["msgtype"]]["content"].encode())
    return 44004 if size == 0 else 40058 if size > limits[body["msgtype"]] else 0


def _card(user: str, content: dict[str, Any]) -> Card:
    rows = content.get("horizontal_content_list", [])
    return Card(
        user=user,
        task=content["task_id"],
        title=content["main_title"]["title"],
        text=content.get("sub_title_text", ""),
        rows={row["keyname"]: row["value"] for row in rows},
        buttons={button["text"]: button["key"] for button in content["button_list"]},
    )


def _json(**answer: Any) -> Response:
    return Response(json.dumps(answer), mimetype="application/json")
