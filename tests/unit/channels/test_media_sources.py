"""Files out of the vendors' hands: whole, not too large, from nowhere but outside."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from werkzeug.wrappers import Request, Response

from channels import download
from channels.aibot import AibotConfig
from channels.aibot_media import AibotMedia
from channels.wechat import WechatConfig
from channels.wechat_media import WechatMedia
from channels.wecom import WecomConfig
from channels.wecom_media import WecomMedia
from desk.message import DeliveryFailed, Media, MediaSource, Unfit
from tests.journey.fake_wechat import (
    PATIENCE,
    FakeWechat,
    Fault,
    broken_off,
    errcode,
    half,
    slow,
    status,
    text,
)
from tests.journey.fake_wecom import FakeWecom
from tests.journey.web_server import serving
from tests.unit.channels.test_wechat_sender import Tokens

APP, CORP, SECRET = "wxba5fad812f8e6fb9", "wx5823bf96d3bd56c7", "a-very-secret-app-secret"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PHOTO = b"\xff\xd8\xff\xe0 a photo \x00\xff\xd9"
Vendor = FakeWechat | FakeWecom


@dataclass
class Desk:
    """One vendor that has a photo, and who fetches it."""

    vendor: Vendor
    source: MediaSource
    tokens: Tokens

    def fails(self, name: str = "M1") -> DeliveryFailed:
        with pytest.raises(DeliveryFailed) as caught:
            self.source.fetch(Media(name))
        return caught.value


@contextmanager
def wechat_desk(base: str = "") -> Iterator[Desk]:
    with FakeWechat(APP, SECRET) as vendor:
        config = WechatConfig(token="t", app_id=APP, secret=SECRET, api_base=base or vendor.base)
        tokens = Tokens()
        source = WechatMedia(config, tokens, timeout=PATIENCE, clock=lambda: vendor.now)
        yield Desk(vendor, source, tokens)
        source.close()


@contextmanager
def wecom_desk(base: str = "") -> Iterator[Desk]:
    with FakeWecom(CORP, SECRET, 218, set()) as vendor:
        config = WecomConfig("t", CORP, 218, AES_KEY, SECRET, base or vendor.base)
        tokens = Tokens()
        source = WecomMedia(config, tokens, timeout=PATIENCE, clock=lambda: vendor.now)
        yield Desk(vendor, source, tokens)
        source.close()


@pytest.fixture(params=[wechat_desk, wecom_desk], ids=["wechat", "wecom"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with request.param() as opened:
        opened.vendor.media["M1"] = PHOTO
        yield opened


def test_a_file_comes_as_it_was_sent(desk: Desk) -> None:
    assert desk.source.fetch(Media("M1", "http://elsewhere.invalid/photo")) == PHOTO


def test_one_token_serves_many_files_and_is_renewed_once(desk: Desk) -> None:
    desk.source.fetch(Media("M1"))
    assert desk.vendor.token_calls == 1
    desk.vendor.revoke()
    assert desk.source.fetch(Media("M1")) == PHOTO
    assert desk.vendor.token_calls == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_stays_rejected_is_renewed_only_once(desk: Desk, code: int) -> None:
    desk.vendor.next_media.extend([errcode(code)] * 5)
    failure = desk.fails()
    assert failure.cause.startswith(f"errcode {code}: ")
    assert not failure.permanent
    assert len(desk.vendor.next_media) == 3


def test_what_the_vendor_no_longer_has_is_not_asked_for_again(desk: Desk) -> None:
    failure = desk.fails("GONE")
    assert (failure.permanent, failure.cause[:13]) == (True, "errcode 40007")


def test_a_spent_quota_waits(desk: Desk) -> None:
    desk.vendor.next_media.append(errcode(45009))
    failure = desk.fails()
    assert not failure.permanent
    assert failure.retry_after is not None
    assert failure.retry_after >= 3600
    assert desk.source.fetch(Media("M1")) == PHOTO


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (half, "no answer (RemoteProtocolError)"),
        (slow(), "no answer (ReadTimeout)"),
        (status(502), "HTTP 502"),
        (text("{oops"), "an answer that is not JSON"),
        (text('{"video_url": "https://v.example.com/1"}'), "an answer without a file"),
        (errcode(-1), "errcode -1"),
        (errcode(99999), "errcode 99999"),
    ],
)
def test_what_is_no_file_is_a_failure(desk: Desk, fault: Fault, cause: str) -> None:
    desk.vendor.next_media.append(fault)
    assert desk.fails().cause.startswith(cause)


def test_half_a_photo_is_no_photo(desk: Desk) -> None:
    desk.vendor.next_media.append(lambda: broken_off(PHOTO))
    assert desk.fails().cause == "no answer (RemoteProtocolError)"


@pytest.mark.parametrize("stated", [True, False], ids=["stated", "streamed"])
def test_a_file_too_large_is_cut_off(
    desk: Desk, stated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LARGEST", 100_000)
    sent: list[int] = []

    def endless() -> Iterator[bytes]:
        while len(sent) < 5000:
            sent.append(1)
            yield b"x" * 65536

    def answer() -> Response:
        if stated:
            return Response(b"x" * 100_001)
        return Response(endless())  # no Content-Length: it ends when it ends

    desk.vendor.next_media.append(answer)
    with pytest.raises(Unfit, match="large"):
        desk.source.fetch(Media("M1"))
    assert len(sent) < 500, "all of it was read"
    desk.vendor.media["M1"] = b"x" * 100_000
    assert len(desk.source.fetch(Media("M1"))) == 100_000


def test_a_file_that_drips_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PATIENCE", 0.3)

    def dripping() -> Iterator[bytes]:
        for _ in range(50):
            time.sleep(0.05)
            yield b"\xff"

    desk.vendor.next_media.append(lambda: Response(dripping()))
    begun = time.monotonic()
    assert desk.fails().cause == "no answer (too slow)"
    assert time.monotonic() - begun < 2


def test_nothing_secret_is_said_or_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk.source.fetch(Media("M1"))
    desk.vendor.next_media.append(errcode(40007))
    said = caplog.text + desk.fails().cause
    assert desk.vendor.token not in said
    assert SECRET not in said


# -- the smart robot's encrypted files ------------------------------------------------------------


@dataclass
class Store:
    """A file store: what each path answers, and who asked."""

    files: dict[str, Callable[[], Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        return self.files.get(request.path, lambda: Response("gone", 404))()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def base(store: Store) -> Iterator[str]:
    with serving(store) as address:
        yield address


def robot_source(*, private: bool = True, key: str = AES_KEY) -> AibotMedia:
    return AibotMedia(AibotConfig("t", key), timeout=PATIENCE, private=private)


def sealed(content: bytes, pad: int | None = None) -> bytes:
    """As the vendor seals a file: AES-256-CBC, the key's head as IV, padded to 32 bytes."""
    key = base64.b64decode(AES_KEY + "=")
    pad = pad or 32 - len(content) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(content + bytes([pad]) * pad) + encryptor.finalize()


def robot_fails(source: AibotMedia, url: str) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        source.fetch(Media(url, url))
    return caught.value


@pytest.mark.parametrize("length", [0, 1, 15, 16, 31, 32, 33, 5000])
def test_a_robots_file_is_opened(store: Store, base: str, length: int) -> None:
    content = bytes(range(256)) * 20
    store.files["/p"] = lambda: Response(sealed(content[:length]))
    url = f"{base}/p?sign=a%2Bb"
    assert robot_source().fetch(Media(url, url)) == content[:length]


@pytest.mark.parametrize("body", [b"", b"short", b"x" * 64, sealed(PHOTO)[:-16]])
def test_what_cannot_be_opened_is_no_file(store: Store, base: str, body: bytes) -> None:
    store.files["/p"] = lambda: Response(body)
    failure = robot_fails(robot_source(), f"{base}/p")
    assert (failure.cause, failure.permanent) == ("the file cannot be decrypted", True)


def test_another_robots_key_opens_nothing(store: Store, base: str) -> None:
    store.files["/p"] = lambda: Response(sealed(PHOTO))
    source = robot_source(key="kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR")
    assert robot_fails(source, f"{base}/p").permanent


@pytest.mark.parametrize(
    ("code", "permanent"), [(403, True), (404, True), (410, True), (500, False), (503, False)]
)
def test_an_address_that_is_over_is_not_tried_again(
    store: Store, base: str, code: int, permanent: bool
) -> None:
    store.files["/p"] = status(code)
    failure = robot_fails(robot_source(), f"{base}/p")
    assert (failure.cause, failure.permanent) == (f"HTTP {code}", permanent)


def test_no_redirect_is_followed(store: Store, base: str) -> None:
    store.files["/p"] = lambda: Response(status=302, headers={"Location": f"{base}/inside"})
    store.files["/inside"] = lambda: Response(sealed(PHOTO))
    failure = robot_fails(robot_source(), f"{base}/p")
    assert (failure.cause, failure.permanent) == ("HTTP 302", True)
    assert store.asked == ["/p"]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://0x7f000001/x",
        "http://example.com/x",
        "file:///etc/passwd",
        "https://user:pw@example.com/",
        "",
    ],
)
def test_nothing_inside_is_ever_asked(url: str) -> None:
    failure = robot_fails(robot_source(private=False), url)
    assert failure.permanent
    assert failure.cause.startswith("refused: ")


def test_a_name_that_leads_inside_is_refused(
    store: Store, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is public, one of its addresses is not."""
    port = int(base.rsplit(":", 1)[1])

    def resolved(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", (address, port)) for address in ("93.184.216.34", "127.0.0.1")]

    monkeypatch.setattr("socket.getaddrinfo", resolved)
    failure = robot_fails(robot_source(private=False), f"https://photos.example.com:{port}/p")
    assert (failure.cause, failure.permanent) == ("refused: a private address", True)
    assert store.asked == []


def test_a_robots_file_too_large_is_cut_off(
    store: Store, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "LARGEST", 10_000)
    store.files["/p"] = lambda: Response(sealed(b"x" * 20_000))
    with pytest.raises(Unfit, match="large"):
        robot_source().fetch(Media("", f"{base}/p"))


def test_packed_bytes_are_not_unpacked(store: Store, base: str) -> None:
    """A server that packs although it was asked not to gives no file of gigabytes."""
    packed = {"Content-Encoding": "gzip"}
    store.files["/p"] = lambda: Response(sealed(PHOTO), headers=packed)
    assert robot_source().fetch(Media("", f"{base}/p")) == PHOTO
