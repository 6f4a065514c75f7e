"""The vendor's API server on a loopback socket, as strict as the real one where we depend on it.

It keeps the rules a sender must live with (tokens and their expiry, the 48-hour window, five
messages per window, text size, daily quotas, a template's fields and their lengths), hands out the
files it was sent, and can be told to misbehave on the next calls.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

PATIENCE = 2.0  # seconds that tested senders wait: a busy machine may take one to answer
WINDOW = 48 * 3600
PER_WINDOW = 5
TEXT_BYTES = 2048
TOKEN_LIFE = 7200
TEMPLATE_PATHS = ("/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/bizsend")
FIELD_LENGTHS = {"thing": 20, "character_string": 32, "time": 20}

Fault = Callable[[], Response]


def errcode(code: int) -> Fault:
    """Refuse with this code."""
    return lambda: _json({"errcode": code, "errmsg": "told to refuse rid: 1-2"})


def status(code: int) -> Fault:
    """Answer with this HTTP status."""
    return lambda: Response("upstream error", code)


def slow(seconds: float = PATIENCE + 0.5) -> Fault:
    """Accept, but answer only after the caller has given up."""

    def answer() -> Response:
        time.sleep(seconds)
        return _json({"errcode": 0, "errmsg": "ok"})

    return answer


def text(body: str) -> Fault:
    """Answer HTTP 200 with these bytes."""
    return lambda: Response(body, mimetype="application/json")


def half() -> Response:
    """State a longer body than is sent, then hang up."""
    return broken_off(b'{"errcode":0')


def broken_off(body: bytes) -> Response:
    """A hundred bytes fewer than stated. (Where it is no stream, werkzeug states the truth.)"""
    return Response(iter([body]), headers={"Content-Length": str(len(body) + 100)})


class FakeWechat:
    """One Official Account's API. Use as a context manager; `base` is its address."""

    def __init__(self, app_id: str, secret: str) -> None:
        self.app_id = app_id
        self.secret = secret
        self.sent: list[tuple[str, str]] = []
        self.token_calls = 0
        self.send_calls = 0
        self.quota = 1000
        self.template_quota = 1000
        self.templates: dict[str, set[str]] = {}  # id: its fields
        self.template_messages: list[tuple[str, dict[str, str]]] = []
        self.now = 1_700_000_000.0
        self.ahead = 0.0  # how far its Date header is from `now`
        self.next_token: deque[Fault] = deque()
        self.next_send: deque[Fault] = deque()
        self.next_template: deque[Fault] = deque()
        self.next_media: deque[Fault] = deque()
        self.media: dict[str, bytes] = {}  # what was sent to the account, by its id
        self.media_calls = 0
        self.paths: list[str] = []
        self._tokens = 0
        self._token_expires = 0.0
        self._wrote: dict[str, float] = {}
        self._replies: dict[str, int] = {}
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
        return f"TOKEN-{self._tokens}"

    def wrote(self, openid: str) -> None:
        """The resident writes: the 48-hour window opens afresh."""
        self._wrote[openid] = self.now
        self._replies[openid] = 0

    def revoke(self) -> None:
        """The token stops being good before its time."""
        self._token_expires = 0.0

    def _app(self, request: Request) -> Response:
        return at(self.now + self.ahead, self._route(request))

    def _route(self, request: Request) -> Response:
        self.paths.append(request.path)
        if request.path == "/cgi-bin/media/get":
            return self._media(request)
        body = json.loads(request.get_data())
        if request.path == "/cgi-bin/stable_token":
            return self._stable_token(body)
        if request.path == "/cgi-bin/message/custom/send":
            return self._send(request.args.get("access_token", ""), body)
        if request.path in TEMPLATE_PATHS:
            return self._template(request.args.get("access_token", ""), body)
        if request.path == "/cgi-bin/qrcode/create":
            return self._qrcode(request.args.get("access_token", ""), body)
        return Response("no such interface", 404)

    def _stable_token(self, body: dict[str, object]) -> Response:
        with self._lock:
            self.token_calls += 1
            fault = self.next_token.popleft() if self.next_token else None
        if fault is not None:
            return fault()
        if body["appid"] != self.app_id:
            return errcode(40013)()
        if body["secret"] != self.secret:
            return errcode(40125)()
        with self._lock:
            if body.get("force_refresh") or self._token_expires - 300 <= self.now:
                self._tokens += 1
                self._token_expires = self.now + TOKEN_LIFE
            remaining = int(self._token_expires - self.now)
            return _json({"access_token": self.token, "expires_in": remaining})

    def _media(self, request: Request) -> Response:
        with self._lock:
            self.media_calls += 1
            fault = self.next_media.popleft() if self.next_media else None
        if fault is not None:
            return fault()
        with self._lock:
            if code := self._token_refusal(request.args.get("access_token", "")):
                return errcode(code)()
        return file_answer(self.media, request)

    def _send(self, token: str, body: dict[str, object]) -> Response:
        with self._lock:
            self.send_calls += 1
            fault = self.next_send.popleft() if self.next_send else None
        if fault is not None:
            return fault()
        with self._lock:
            code = self._refusal(token, body)
            if code == 0:
                openid, content = _addressed(body)
                self._replies[openid] += 1
                self.quota -= 1
                self.sent.append((openid, content))
        return errcode(code)()

    def _template(self, token: str, body: dict[str, Any]) -> Response:
        if self.next_template:
            return self.next_template.popleft()()
        with self._lock:
            data = {name: str(field["value"]) for name, field in body["data"].items()}
            code = self._token_refusal(token) or self._template_refusal(body, data)
            if code == 0:
                self.template_quota -= 1
                self.template_messages.append((body["touser"], data))
        return errcode(code)()

    def _qrcode(self, token: str, body: dict[str, Any]) -> Response:
        """A code for good, by a string of at most 64 characters."""
        if code := self._token_refusal(token):
            return errcode(code)()
        scene = body["action_info"]["scene"]["scene_str"]
        if body["action_name"] != "QR_LIMIT_STR_SCENE" or not 1 <= len(scene) <= 64:
            return errcode(40053)()
        return _json({"ticket": f"T-{scene}", "url": f"http://weixin.qq.com/q/{scene}"})

    def _template_refusal(self, body: dict[str, Any], data: dict[str, str]) -> int:
        fields = self.templates.get(body["template_id"])
        if fields is None:
            return 40037
        if body["touser"] not in self._wrote:
            return 43004
        if self.template_quota <= 0:
            return 45009
        fits = all(
            0 < len(value) <= FIELD_LENGTHS[name.rstrip("0123456789")]
            for name, value in data.items()
        )
        return 0 if fits and set(data) == fields else 47003

    def _token_refusal(self, token: str) -> int:
        if token != self.token:
            return 40001
        return 42001 if self._token_expires <= self.now else 0

    def _refusal(self, token: str, body: dict[str, object]) -> int:
        openid, content = _addressed(body)
        if code := self._token_refusal(token):
            return code
        if self.quota <= 0:
            return 45009
        if openid not in self._wrote:
            return 40003
        if len(content.encode()) > TEXT_BYTES:
            return 45002
        if self.now - self._wrote[openid] > WINDOW:
            return 45015
        return 45047 if self._replies[openid] >= PER_WINDOW else 0


class Quiet(WSGIRequestHandler):
    """Says nothing, for the tests read the state; and the time is the one it is told."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)


def at(now: float, response: Response) -> Response:
    """The answer, given at that moment of the vendor's clock."""
    response.date = datetime.fromtimestamp(now, UTC)
    return response


def file_answer(media: dict[str, bytes], request: Request) -> Response:
    """What both vendors' media/get says: the bytes as they are, or an errcode that is JSON."""
    content = media.get(request.args.get("media_id", ""))
    if content is None:
        return errcode(40007)()
    disposition = {"Content-Disposition": 'attachment; filename="photo.jpg"'}
    return Response(content, mimetype="image/jpeg", headers=disposition)


def _addressed(body: dict[str, object]) -> tuple[str, str]:
    message = body["text"]
    if body["msgtype"] != "text" or not isinstance(message, dict):
        raise ValueError("not a text message")
    return str(body["touser"]), str(message["content"])


def _json(answer: dict[str, object]) -> Response:
    return Response(json.dumps(answer), mimetype="application/json")
