"""Personal fields as they lie in the store: AES-256-GCM, under a key that is not in it.

A sealed value says under which key (`§1a2b3c:…`), so that a wrong one is named instead of giving
nonsense, and is bound to its column. What must be found again has a keyed hash beside it; the key
of that hash (the pepper) lies sealed in the store and outlives every rotation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from data.driver import StoreFailed

MARK = "§"
_FORM = re.compile(MARK + "[0-9a-f]{6}:")
_NONCE = 12

# What is sealed, by table, and the key of a row. A new personal column is added here and sealed by
# its table's functions (`tx.seal`, `tx.sealed`), an older store's when it is next opened;
# tests/contract/test_sealed_columns.py makes every new column choose.
SEALED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "people": (("id",), ("name", "phone", "room", "invite")),
    "issues": (("id",), ("text", "room", "result", "evidence")),
    "events": (("issue", "seq"), ("note",)),
    "messages": (("key",), ("text", "reply")),
    "sessions": (("channel", "chat", "person"), ("draft",)),
    "outbox": (("id",), ("text",)),
    "reporters": (("issue", "person"), ("text",)),
    "lessons": (("id",), ("text",)),
    "journal": (("kind", "subject", "seq"), ("note",)),
    "entries": (("id",), ("text", "title")),
    "claims": (("id",), ("note",)),
    "occasions": (("id",), ("note",)),
    "rounds": (("id",), ("title",)),
    "parties": (("issue", "team"), ("note",)),
    "approvals": (("id",), ("reason",)),
    "topics": (("id",), ("text", "title")),
    "followups": (("id",), ("text",)),
    "disputes": (("id",), ("text", "agreement")),
    "opinions": (("id",), ("text", "reply")),
    "nominations": (("id",), ("story",)),
    "questions": (("id",), ("question", "answer")),
    "tasks": (("id",), ("note",)),
    "elder_cards": (("id",), ("groups",)),
    "yards": (("id",), ("reason",)),
    "survey_answers": (("survey", "respondent"), ("answers",)),
    "saved_views": (("id",), ("query",)),
    "phone_lines": (("id",), ("text", "sender")),
    # No words of anybody, but keys to other doors:
    "tokens": (("name",), ("value",)),
    "webhooks": (("id",), ("secret",)),
    "logins": (("person",), ("totp",)),
}
COLUMNS = frozenset(column for _, columns in SEALED.values() for column in columns)


def looks_sealed(value: object) -> bool:
    """Whether it has the form of a sealed value."""
    return isinstance(value, str) and value.startswith(MARK) and bool(_FORM.match(value))


class WrongKey(StoreFailed):
    """The store was sealed under another key than the one at hand, or there is none."""


class Sealer(Protocol):
    """Seals and opens single values."""

    def seal(self, column: str, value: str) -> str: ...
    def open(self, column: str, value: str) -> str: ...
    def fingerprint(self, what: str, value: str) -> str: ...


class Keys:
    """What is derived from a deployment's secret, each for one purpose."""

    def __init__(self, secret: bytes, pepper: bytes = b"") -> None:
        self.name = _derived(secret, b"name of the key")[:3].hex()
        self._cipher = AESGCM(_derived(secret, b"sealing of rows"))
        self._head = f"{MARK}{self.name}:"
        self.pepper = pepper

    def seal(self, column: str, value: str) -> str:
        """The value as it is stored; nothing stays nothing, which hides nobody."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, value.encode(), column.encode())
        return self._head + base64.b64encode(nonce + sealed).decode()

    def open(self, column: str, value: str) -> str:
        """The value as it was given."""
        if not value.startswith(self._head):
            raise WrongKey(_OTHER.format(there=value[1:7], here=self.name))
        try:
            raw = base64.b64decode(value[len(self._head) :], validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], column.encode()).decode()
        except (InvalidTag, NotBase64, ValueError) as error:
            raise WrongKey(f"数据库里有一处密文被改过（{column}）") from error

    def fingerprint(self, what: str, value: str) -> str:
        """The same for the same value of the same kind, and no way back to it."""
        said = f"{what}\n{value}".encode()
        return hmac.new(self.pepper, said, hashlib.sha256).hexdigest()[:32] if value else ""


class NoKeys:
    """Nothing is sealed; what is sealed already cannot be read. For tools and tests."""

    def seal(self, column: str, value: str) -> str:  # noqa: ARG002
        return value

    def open(self, column: str, value: str) -> str:  # noqa: ARG002
        raise WrongKey(_NONE)

    def fingerprint(self, what: str, value: str) -> str:  # noqa: ARG002
        return value


_OTHER = (
    "密钥不对：数据是用密钥 {there} 加密的，现在的密钥是 {here}。"
    "请找回原来的 HUYING_SECRET_KEY（或 data_dir 里的 secret.key）"
)
_NONE = (
    "没有密钥：数据是加密的，HUYING_SECRET_KEY 没有设，data_dir 里也没有 secret.key。"
    "请从备份找回；没有它，姓名、电话和原话都读不出来"
)


def missing() -> WrongKey:
    """There is no key at all, and the store needs one."""
    return WrongKey(_NONE)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"huying: " + purpose).derive(secret)
