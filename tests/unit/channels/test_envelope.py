"""The vendor's own vectors through our seam, and what wechatpy would let pass."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from wechatpy.crypto import PrpCrypto
from wechatpy.utils import check_signature

from channels.document import read_document
from channels.envelope import BadCredentials, Envelope
from desk.message import BadMessage, NotGenuine

DATA = Path(__file__).parents[2] / "data"
VECTORS: list[dict[str, Any]] = json.loads((DATA / "wechat_vectors.json").read_text())["vectors"]
KEY = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
RAW_KEY = base64.b64decode(KEY + "=")


def of(kind: str) -> list[Any]:
    return [pytest.param(v, id=v["id"]) for v in VECTORS if v["kind"] == kind]


ENCRYPTED = of("decrypt") + of("decrypt_json") + of("url_verify")


def envelope(vector: dict[str, Any], **changes: Any) -> Envelope:
    known = {
        "token": vector["token"],
        "receiver": vector.get("receive_id", ""),
        "aes_key": vector.get("encoding_aes_key", ""),
    }
    return Envelope(**(known | changes))


def proof(vector: dict[str, Any]) -> tuple[str, str, str]:
    return vector["msg_signature"], vector["timestamp"], vector["nonce"]


def test_every_vector_is_of_a_kind_tested_here() -> None:
    kinds = {"plain_signature", "decrypt", "decrypt_json", "url_verify", "encrypt_reply"}
    assert {v["kind"] for v in VECTORS} == kinds


@pytest.mark.parametrize("vector", of("plain_signature"))
def test_a_plain_signature_holds_for_its_own_query_only(vector: dict[str, Any]) -> None:
    seam = envelope(vector)
    seam.check(vector["signature"], vector["timestamp"], vector["nonce"])
    for changed in (
        ("0" * 40, vector["timestamp"], vector["nonce"]),
        (vector["signature"], "1714036505", vector["nonce"]),
        (vector["signature"], vector["timestamp"], "1"),
        (vector["signature"].upper(), vector["timestamp"], vector["nonce"]),
        ("", "", ""),
        ("é" * 40, vector["timestamp"], vector["nonce"]),
    ):
        with pytest.raises(NotGenuine):
            seam.check(*changed)


@pytest.mark.parametrize("vector", ENCRYPTED)
def test_a_ciphertext_opens_to_the_vendors_plaintext(vector: dict[str, Any]) -> None:
    assert envelope(vector).open(vector["encrypt"], *proof(vector)) == vector["expected_plaintext"]


@pytest.mark.parametrize("vector", ENCRYPTED)
def test_a_ciphertext_for_somebody_else_is_not_genuine(vector: dict[str, Any]) -> None:
    for changes in ({"receiver": "wx0000000000000000"}, {"token": "another"}):
        with pytest.raises(NotGenuine):
            envelope(vector, **changes).open(vector["encrypt"], *proof(vector))
    with pytest.raises(NotGenuine):
        envelope(vector).open(vector["encrypt"][:-4], *proof(vector))


def test_the_plain_signature_does_not_vouch_for_an_encrypted_body() -> None:
    vector = next(v for v in VECTORS if v["id"] == "oa_safe_post")
    plain = "6c5c811b55cc85e0e1b54100749188c20beb3f5d"
    envelope(vector).check(plain, vector["timestamp"], vector["nonce"])
    with pytest.raises(NotGenuine):
        envelope(vector).open(vector["encrypt"], plain, vector["timestamp"], vector["nonce"])


@pytest.mark.parametrize("vector", of("encrypt_reply"))
def test_a_reply_is_sealed_to_the_vendors_bytes(
    vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: vector["random16"][: size * 2])
    seam = envelope(vector, clock=lambda: float(vector["timestamp"]))
    sealed = seam.seal(vector["plaintext"], vector["nonce"])
    assert sealed.encrypt == vector["expected_encrypt"]
    assert sealed.msg_signature == vector["expected_msg_signature"]
    assert (sealed.timestamp, sealed.nonce) == (vector["timestamp"], vector["nonce"])


def test_equal_replies_do_not_look_equal() -> None:
    seam = Envelope("token", "", KEY)
    assert seam.seal("好", "1").encrypt != seam.seal("好", "1").encrypt


def test_genuine_but_broken_json_is_a_bad_message() -> None:
    vector = next(v for v in VECTORS if v["id"] == "wecom_json_post_badjson")
    plaintext = envelope(vector).open(vector["encrypt"], *proof(vector))
    with pytest.raises(BadMessage):
        read_document(plaintext)


def sealed_by_hand(frame: bytes) -> tuple[str, str, str, str]:
    """A frame of our own making, signed as only the vendor could."""
    encrypt = base64.b64encode(PrpCrypto(RAW_KEY).cipher.encrypt(frame)).decode()
    signature = hashlib.sha1("".join(sorted(["token", "1", "2", encrypt])).encode()).hexdigest()
    return encrypt, signature, "1", "2"


def frame(content: bytes, stated: int, receiver: bytes = b"") -> bytes:
    body = b"r" * 16 + struct.pack(">I", stated) + content + receiver
    pad = 32 - len(body) % 32
    return body + bytes([pad]) * pad


@pytest.mark.parametrize(
    ("sealed", "refusal"),
    [
        # wechatpy cuts at the end and finds the empty receiver it expects of a robot.
        pytest.param(frame(b"{}", 2_000_000_000), BadMessage, id="length beyond the end"),
        pytest.param(frame(b"{}", 1), NotGenuine, id="length short of the end"),
        pytest.param(b"r" * 16 + struct.pack(">I", 0) + b"\x00" * 12, BadMessage, id="pad 0"),
        pytest.param(b"r" * 16 + b"\x30" * 48, BadMessage, id="pad 48"),
        pytest.param(frame(b"{}", 2)[:-2] + b"\x01\x0a", BadMessage, id="uneven pad"),
        pytest.param(b"\x10" * 16, BadMessage, id="padding alone"),
        pytest.param(b"\x20" * 32, BadMessage, id="nothing before the padding"),
        pytest.param(frame(b"\xff\xfe", 2), BadMessage, id="not UTF-8"),
        pytest.param(frame(b"{}", 2, b"wx1"), NotGenuine, id="another receiver"),
        pytest.param(b"", BadMessage, id="empty"),
    ],
)
def test_a_frame_is_checked_in_every_part(sealed: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Envelope("token", "", KEY).open(*sealed_by_hand(sealed))


@pytest.mark.parametrize("ciphertext", ["!!!!", "AAAA", "AAA", "AAAA\nAAAA", "A" * 43])
def test_what_is_no_ciphertext_is_a_bad_message(ciphertext: str) -> None:
    parts = sorted(["token", "1", "2", ciphertext])
    signature = hashlib.sha1("".join(parts).encode()).hexdigest()
    with pytest.raises(BadMessage):
        Envelope("token", "", KEY).open(ciphertext, signature, "1", "2")


def test_wechatpy_takes_an_empty_token_and_we_do_not() -> None:
    nobody = hashlib.sha1(b"").hexdigest()
    check_signature("", nobody, "", "")  # the defect: no exception
    with pytest.raises(BadCredentials):
        Envelope("", "wx1", KEY)


@pytest.mark.parametrize("key", ["short", KEY[:-1], KEY + "A", "!" * 43, "键" * 43])
def test_a_key_that_is_no_key_stops_the_start(key: str) -> None:
    with pytest.raises(BadCredentials):
        Envelope("token", "wx1", key)


def test_without_a_key_the_encrypted_is_refused() -> None:
    with pytest.raises(NotGenuine):
        Envelope("token", "").open(*sealed_by_hand(frame(b"{}", 2)))


@pytest.mark.parametrize(
    ("now", "genuine"), [(1000, True), (1600, True), (1601, False), (0, False)]
)
def test_the_replay_window_applies_where_it_is_set(now: int, genuine: bool) -> None:
    timestamp, nonce = "1000", "7"
    signature = hashlib.sha1("".join(sorted(["token", timestamp, nonce])).encode()).hexdigest()
    Envelope("token", "", clock=lambda: now).check(signature, timestamp, nonce)
    seam = Envelope("token", "", max_age=600, clock=lambda: now)
    if genuine:
        seam.check(signature, timestamp, nonce)
    else:
        with pytest.raises(NotGenuine):
            seam.check(signature, timestamp, nonce)


def test_an_overlong_parameter_is_not_even_hashed() -> None:
    with pytest.raises(NotGenuine):
        Envelope("token", "").check("0" * 40, "1", "9" * 129)
