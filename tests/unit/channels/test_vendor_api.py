"""What a call to a vendor tells beside its answer: why nobody was there, what time it is there."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from werkzeug.serving import generate_adhoc_ssl_context, make_server
from werkzeug.wrappers import Request, Response

from channels.vendor_api import VendorTime, call, client
from desk.message import DeliveryFailed
from tests.journey.fake_wechat import Quiet
from tests.journey.web_server import serving

THERE = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)


def cause(base: str) -> str:
    http = client(base, 2.0)
    with pytest.raises(DeliveryFailed) as caught:
        call(http, "/x", None, {}, in_doubt=True)
    http.close()
    assert not caught.value.in_doubt, "nothing was sent"
    return caught.value.cause


@pytest.fixture
def untrusted() -> Iterator[str]:
    """A server whose certificate nobody has signed."""
    app = Request.application(lambda _: Response("{}"))
    server = make_server(
        "127.0.0.1", 0, app, request_handler=Quiet, ssl_context=generate_adhoc_ssl_context()
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_that_is_not_trusted(untrusted: str) -> None:
    assert cause(untrusted) == "no connection (certificate)"


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert cause(f"http://127.0.0.1:{port}") == "no connection (refused)"


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert cause("https://api.example.com") == "no connection (name)"


def test_any_other_reason_keeps_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoilt(*_: object, **__: object) -> None:
        raise ssl.SSLError("wrong version number")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", spoilt)
    with serving(lambda _: Response("{}")) as base:
        assert cause(base.replace("http:", "https:")) == "no connection (ConnectError)"


@pytest.mark.parametrize(
    ("date", "heard"),
    [
        ("Mon, 23 Nov 2026 01:02:03 GMT", [THERE]),
        ("Mon, 23 Nov 2026 09:02:03 +0800", [THERE]),
        ("yesterday", []),
        (None, []),
    ],
)
def test_an_answer_says_what_time_it_is_there(date: str | None, heard: list[datetime]) -> None:
    told: list[datetime] = []
    listener: VendorTime = told.append
    headers = {"Date": date} if date else {}
    with serving(lambda _: Response('{"errcode": 0}', headers=headers)) as base:
        http = client(base, 2.0, listener)
        assert call(http, "/x", None, {}, in_doubt=True) == {"errcode": 0}
        http.close()
    assert told == heard
