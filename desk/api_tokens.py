"""Programs' keys: made once, shown once, kept as a hash; each acts for a person, within scopes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from data.database import Database, Tx
from data.rows import ApiToken, Person
from data.tables import api_tokens as table
from data.tables import people

Scope = Literal["read", "write", "admin", "personal"]
SCOPES: tuple[Scope, ...] = ("read", "write", "admin", "personal")
PREFIX = "huying_"  # so that a key left lying about is recognised for what it is
_USED_EVERY = timedelta(minutes=10)  # last use is worth no write at each request


class NoSuchPerson(LookupError):  # noqa: N818
    """A key must act for somebody the community knows."""


class NameTaken(ValueError):  # noqa: N818
    """Another key that is still good bears this name."""


def make(
    tx: Tx,
    name: str,
    person: str | None,
    scopes: Sequence[Scope],
    now: datetime,
    days: int | None = None,
) -> tuple[ApiToken, str]:
    """A new key and its secret, which is not kept. Without a person it acts for the secretary."""
    if table.named(tx, name) is not None:
        raise NameTaken(name)
    acting = people.by_id(tx, person) if person else _secretary(tx)
    if acting is None:
        raise NoSuchPerson(person)
    secret = PREFIX + secrets.token_urlsafe(32)
    table.add(
        tx,
        name=name,
        digest=digest(secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        person=acting.id,
        now=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    made = table.named(tx, name)
    assert made is not None
    return made, secret


def _secretary(tx: Tx) -> Person | None:
    return next((person for person in people.staff(tx) if person.role == "secretary"), None)


def digest(secret: str) -> str:
    """What is kept of a key. It holds 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def holder(tx: Tx, secret: str, now: datetime) -> tuple[ApiToken, Person] | None:
    """The key a secret opens, and the person it acts for; None if it is not good (any more)."""
    token = table.by_hash(tx, digest(secret), now)
    person = people.by_id(tx, token.person) if token else None
    return (token, person) if token and person else None


def note_use(db: Database, token: ApiToken, now: datetime) -> None:
    """Remember that a key was used, to within some minutes."""
    if token.used_at is None or now - token.used_at >= _USED_EVERY:
        with db.write(alone=False) as tx:
            table.used(tx, token.id, now)


def revoke(tx: Tx, name: str, now: datetime) -> bool:
    """Take a key back, and the webhooks made with it; False if there is none of that name."""
    token = table.named(tx, name)
    if token is not None:
        table.revoke(tx, token.id, now)
    return token is not None
