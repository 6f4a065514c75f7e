"""What the simulator's JSON takes and refuses, without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import console
from console.chat import MAX_TEXT, blueprint
from tests.browser.fake_phones import GROUP, FakePhones, answer

CONSOLE = Path(console.__file__).parent
HELLO = {"actor": "lisa", "chat": None, "text": "楼道灯坏了"}


@pytest.fixture
def phones() -> FakePhones:
    return FakePhones(answer)


@pytest.fixture
def client(phones: FakePhones) -> FlaskClient:
    app = Flask("simulator")
    app.register_blueprint(blueprint(phones))
    return app.test_client()


def test_what_is_said_and_its_answer_come_back_in_the_feed(client: FlaskClient) -> None:
    sent = client.post("/chat/send", json=HELLO)
    assert sent.status_code == 200
    assert sent.json == {"reply": "已受理，编号 1123-01。\n回“进度”随时查看。"}
    lines = client.get("/chat/feed?after=0").json["lines"]  # type: ignore[index]
    assert [(line["id"], line["mine"], line["text"][:5]) for line in lines] == [
        (1, True, "楼道灯坏了"),
        (2, False, "已受理，编"),
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", lines[0]["at"])
    assert client.get("/chat/feed?after=2").json["lines"] == []  # type: ignore[index]


def test_the_actors_come_with_their_chats_and_the_codes_on_the_walls(client: FlaskClient) -> None:
    known = client.get("/chat/actors").json
    assert known is not None
    assert known["actors"][0]["chats"] == [
        {"chat": None, "title": "呼应"},
        {"chat": GROUP, "title": "泉馨苑邻里群"},
    ]
    assert known["yards"][0] == {"code": "yard-elm-1", "title": "泉馨苑小区1至4号楼"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_only_our_own_page_may_speak(
    client: FlaskClient, phones: FakePhones, headers: dict[str, str], status: int
) -> None:
    for path, body in (
        ("send", HELLO),
        ("image", {"actor": "lisa", "chat": None}),
        ("scan", {"actor": "lisa", "yard": "yard-elm-1"}),
    ):
        assert client.post(f"/chat/{path}", json=body, headers=headers).status_code == status
    assert bool(phones.lines) == (status == 200)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_page_cannot_pass_for_json(client: FlaskClient, kind: str) -> None:
    body = b'{"actor": "lisa", "chat": null, "text": "hi"}'
    refused = client.post("/chat/send", data=body, content_type=kind)
    assert (refused.status_code, refused.json) == (415, {"error": "not_json"})


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"text": "  \n"}, 400, "empty_text"),
        ({"text": "灯" * (MAX_TEXT + 1)}, 413, "long_text"),
        ({"text": "x" * 20_000}, 413, "long_text"),
        ({"text": 5}, 400, "bad_request"),
        ({"actor": None}, 400, "bad_request"),
        ({"actor": "nobody"}, 404, "unknown_phone"),
        ({"chat": "wr-elsewhere"}, 404, "unknown_phone"),
        ({"actor": "zhang", "chat": GROUP}, 404, "unknown_phone"),
        ({"chat": ""}, 404, "unknown_phone"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(
    client: FlaskClient, phones: FakePhones, change: dict[str, object], status: int, error: str
) -> None:
    refused = client.post("/chat/send", json={**HELLO, **change})
    assert (refused.status_code, refused.json) == (status, {"error": error})
    assert phones.lines == []


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"{", b"", b"\xff"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: bytes) -> None:
    refused = client.post("/chat/send", data=body, content_type="application/json")
    assert (refused.status_code, refused.json) == (400, {"error": "bad_request"})


def test_an_unknown_code_or_person_cannot_scan(client: FlaskClient) -> None:
    refused = client.post("/chat/scan", json={"actor": "lisa", "yard": "yard-x"})
    assert (refused.status_code, refused.json) == (404, {"error": "unknown_yard"})
    refused = client.post("/chat/scan", json={"actor": "x", "yard": "yard-elm-1"})
    assert (refused.status_code, refused.json) == (404, {"error": "unknown_phone"})


def test_a_webhook_that_fails_is_told_with_its_status(
    client: FlaskClient, phones: FakePhones
) -> None:
    phones.failing = 503
    failed = client.post("/chat/send", json=HELLO)
    assert (failed.status_code, failed.json) == (502, {"error": "webhook_failed", "status": 503})


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "", "²", "9" * 19])
def test_a_cursor_must_be_a_number(client: FlaskClient, after: str) -> None:
    assert client.get("/chat/feed", query_string={"after": after}).status_code == 400


def test_the_page_needs_no_inline_script_and_says_so(client: FlaskClient) -> None:
    page = client.get("/chat")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    html = page.get_data(as_text=True)
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"\s(?:on\w+|style)=", html) == []
    assert re.findall(r'(?:src|href)="(?!/chat/static/)', html) == []
    for path in re.findall(r'(?:src|href)="([^"]+)"', html):
        with client.get(path) as found:
            assert found.status_code == 200, path


def test_answers_are_not_kept_by_caches(client: FlaskClient) -> None:
    for path in ("/chat", "/chat/actors", "/chat/feed"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_every_sentence_the_scripts_ask_for_is_in_the_template() -> None:
    html = (CONSOLE / "templates" / "chat.html").read_text(encoding="utf-8")
    known = set(re.findall(r'data-word="([\w-]+)"', html))
    scripts = [CONSOLE / "static" / "chat.js", *(CONSOLE / "static" / "chat").glob("*.js")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
    asked = set(re.findall(r'\bword\("([\w-]+)"', source))
    codes = set(re.findall(r'(?:Refused\(|error=)"(\w+)"', (CONSOLE / "chat.py").read_text()))
    assert len(asked) > 8
    assert asked <= known
    # A broken request is our own mistake and has no sentence of its own.
    assert {f"error-{code}" for code in codes - {"bad_request", "not_json"}} <= known
    roles = ("resident", "worker", "member", "secretary", "street", "admin")
    assert {f"role-{role}" for role in roles} <= known
    assert {f"empty-{kind}" for kind in ("resident", "team", "office", "group")} <= known
    assert re.search(r"[\u4e00-\u9fff]", re.sub(r"//.*|【|】", "", source)) is None
