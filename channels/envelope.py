"""Who sent these bytes, and what do they say: the guarded seam over wechatpy's crypto.

One class serves all three receivers of Tencent's scheme: an Official Account (receiver = AppID), a
WeCom app (CorpID) and a WeCom smart robot (""). wechatpy 1.8 supplies the primitives; everything
it takes on trust (an empty token, the signature's comparison, padding, lengths, encodings) is
checked here.

The replay window is wide (settings limits.clock_minutes, an hour): a repeated delivery is answered
from the store by its key, so in the encrypted modes a replay changes nothing, while a server clock
that runs wrong would lose every message. In plain mode it bounds how long a stolen query string
can sign a made-up body, and everywhere that a delivery is not repeated when its key is forgotten.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from wechatpy.crypto import PrpCrypto
from wechatpy.utils import WeChatSigner

from desk.message import BadMessage, NotGenuine

RANDOM_BYTES = 16
PAD_TO = 32
LONGEST_PARAMETER = 128


class BadCredentials(ValueError):  # noqa: N818  the fact, not "…Error"
    """A token or key that cannot protect anything: refuse to start."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted reply and what proves it; each vendor format names the four differently."""

    encrypt: str
    msg_signature: str
    timestamp: str
    nonce: str


class Envelope:
    """Checks, opens and seals what goes between one account and the vendor."""

    def __init__(
        self,
        token: str,
        receiver: str,
        aes_key: str = "",
        *,
        max_age: float | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not token or not token.isascii():
            raise BadCredentials("the callback token is empty or not ASCII: anyone could sign")
        self._token = token
        self._receiver = receiver.encode()
        self._crypto = _crypto(aes_key) if aes_key else None
        self._max_age = max_age
        self._clock = clock

    def check(self, signature: str, timestamp: str, nonce: str) -> None:
        """NotGenuine unless the plain signature holds. It covers no body: see `open`."""
        self._verify(signature, timestamp, nonce)

    def open(self, ciphertext: str, msg_signature: str, timestamp: str, nonce: str) -> str:
        """The plaintext, once the signature over the ciphertext and the receiver are right."""
        self._verify(msg_signature, timestamp, nonce, ciphertext)
        if self._crypto is None:
            raise NotGenuine("encrypted, but no EncodingAESKey is configured", "no_key")
        try:
            sealed = base64.b64decode(ciphertext, validate=True)
            frame = self._crypto.cipher.decrypt(sealed)
        except ValueError:
            raise BadMessage("not a ciphertext", "decrypt") from None
        content, receiver = _unframe(frame)
        if not hmac.compare_digest(receiver, self._receiver):
            raise NotGenuine("encrypted for another receiver", "receiver")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise BadMessage("the plaintext is not UTF-8", "decrypt") from None

    def seal(self, text: str, nonce: str) -> Sealed:
        """Encrypt a reply and sign it."""
        if self._crypto is None:
            raise BadCredentials("no EncodingAESKey is configured")
        timestamp = str(int(self._clock()))
        encrypt: str = self._crypto.encrypt(text, self._receiver).decode()
        return Sealed(encrypt, self._sign(timestamp, nonce, encrypt), timestamp, nonce)

    def _sign(self, *parts: str) -> str:
        signer = WeChatSigner()
        signer.add_data(self._token, *parts)
        return str(signer.signature)

    def _verify(self, signature: str, timestamp: str, nonce: str, *more: str) -> None:
        if len(timestamp) > LONGEST_PARAMETER or len(nonce) > LONGEST_PARAMETER:
            raise NotGenuine("an overlong timestamp or nonce")
        if not all(part.isascii() for part in (signature, timestamp, nonce, *more)):
            raise NotGenuine("a signature over other than ASCII")
        if not hmac.compare_digest(self._sign(timestamp, nonce, *more), signature):
            # Whoever does not sign at all is no vendor, and says nothing about our token.
            raise NotGenuine("wrong signature", "signature" if signature else "")
        if self._max_age is not None:
            self._check_age(timestamp, self._max_age)

    def _check_age(self, timestamp: str, max_age: float) -> None:
        if not timestamp.isdigit() or abs(self._clock() - int(timestamp)) > max_age:
            raise NotGenuine("signed too long ago", "stale")


def _crypto(aes_key: str) -> PrpCrypto:
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise BadCredentials("EncodingAESKey must be the 43 characters the vendor shows")
    crypto = PrpCrypto(key)
    # The IV is fixed by the scheme, so these bytes are all that hides equal messages from each
    # other; wechatpy draws them from `random`.
    crypto.get_random_string = lambda: secrets.token_hex(RANDOM_BYTES // 2)
    return crypto


def open_file(aes_key: str, sealed: bytes) -> bytes:
    """A smart robot's file: the scheme's cipher and padding, but no frame. BadMessage if not."""
    try:
        padded: bytes = _crypto(aes_key).cipher.decrypt(sealed)
    except ValueError:
        raise BadMessage("not a ciphertext") from None
    return _unpad(padded)


def _unpad(padded: bytes) -> bytes:
    pad = padded[-1] if padded else 0
    if not 1 <= pad <= PAD_TO or padded[-pad:] != bytes([pad]) * pad:
        raise BadMessage("wrong padding", "decrypt")
    return padded[:-pad]


def _unframe(frame: bytes) -> tuple[bytes, bytes]:
    """Content and receiver out of random(16) + length(4) + content + receiver + padding."""
    body = _unpad(frame)[RANDOM_BYTES:]
    if len(body) < 4:
        raise BadMessage("shorter than its own header", "decrypt")
    (length,) = struct.unpack(">I", body[:4])
    if len(body) < 4 + length:
        raise BadMessage("shorter than the length it states", "decrypt")
    return body[4 : 4 + length], body[4 + length :]
