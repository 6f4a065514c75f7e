"""Programs' keys, and where they want to hear of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.rows import ApiToken, Webhook, as_json

_LIVE = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)"


def add(
    tx: Tx,
    *,
    name: str,
    digest: str,
    scopes: Sequence[str],
    person: str,
    now: datetime,
    expires_at: datetime | None,
) -> int:
    """Keep a new key's hash; returns its id."""
    return int(
        tx.scalar(
            "INSERT INTO api_tokens (name, hash, scopes, person, created_at, expires_at)"
            " VALUES (:name, :hash, :scopes, :person, :now, :expires_at) RETURNING id",
            name=name,
            hash=digest,
            scopes=as_json(list(scopes)),
            person=person,
            now=now,
            expires_at=expires_at,
        )
    )


def by_hash(tx: Tx, digest: str, now: datetime) -> ApiToken | None:
    """The key of that hash, unless it was revoked or has run out."""
    return tx.one(
        ApiToken,
        f"SELECT * FROM api_tokens WHERE hash = :hash AND {_LIVE}",
        hash=digest,
        now=now,
    )


def live(tx: Tx, token: int, now: datetime) -> ApiToken | None:
    """A key by its id, if it is still good."""
    return tx.one(
        ApiToken, f"SELECT * FROM api_tokens WHERE id = :id AND {_LIVE}", id=token, now=now
    )


def every(tx: Tx) -> list[ApiToken]:
    return tx.all(ApiToken, "SELECT * FROM api_tokens ORDER BY id")


def named(tx: Tx, name: str) -> ApiToken | None:
    """The key of that name that was not revoked."""
    return tx.one(
        ApiToken,
        "SELECT * FROM api_tokens WHERE name = :name AND revoked_at IS NULL",
        name=name,
    )


def used(tx: Tx, token: int, at: datetime) -> None:
    tx.run("UPDATE api_tokens SET used_at = :at WHERE id = :id", at=at, id=token)


def revoke(tx: Tx, token: int, at: datetime) -> None:
    """The key is good for nothing from now on, nor are the webhooks made with it."""
    tx.run("UPDATE api_tokens SET revoked_at = :at WHERE id = :id", at=at, id=token)
    for webhook in open_webhooks(tx):
        if webhook.token == token:
            close(tx, webhook.id, at, "revoked")


# -- webhooks -----------------------------------------------------------------------------------


def subscribe(
    tx: Tx,
    *,
    token: int,
    url: str,
    events: Sequence[str],
    personal: bool,
    secret: str,
    now: datetime,
) -> Webhook:
    """Send events there from now on."""
    added = tx.one(
        Webhook,
        "INSERT INTO webhooks (token, url, events, personal, secret, after, created_at, cause)"
        " VALUES (:token, :url, :events, :personal, :secret,"
        " (SELECT COALESCE(MAX(cursor), 0) FROM feed), :now, '') RETURNING *",
        token=token,
        url=url,
        events=as_json(list(events)),
        personal=int(personal),
        secret=tx.seal("secret", secret),
        now=now,
    )
    assert added is not None
    return added


def open_webhooks(tx: Tx) -> list[Webhook]:
    return tx.all(Webhook, "SELECT * FROM webhooks WHERE closed_at IS NULL ORDER BY id")


def webhooks_behind(tx: Tx) -> list[Webhook]:
    """Those for which there are events that were not queued yet."""
    return tx.all(
        Webhook,
        "SELECT * FROM webhooks WHERE closed_at IS NULL"
        " AND after < (SELECT COALESCE(MAX(cursor), 0) FROM feed) ORDER BY id",
    )


def webhook(tx: Tx, webhook: int) -> Webhook | None:
    return tx.one(Webhook, "SELECT * FROM webhooks WHERE id = :id", id=webhook)


def queued_up_to(tx: Tx, webhook: int, cursor: int) -> None:
    tx.run("UPDATE webhooks SET after = :cursor WHERE id = :id", cursor=cursor, id=webhook)


def close(tx: Tx, webhook: int, at: datetime, cause: str) -> None:
    """Send nothing there any more; what is queued is withdrawn."""
    tx.run(
        "UPDATE webhooks SET closed_at = :at, cause = :cause WHERE id = :id AND closed_at IS NULL",
        at=at,
        cause=cause,
        id=webhook,
    )
    tx.run(
        "UPDATE outbox SET status = 'cancelled'"
        " WHERE channel = 'webhook' AND address = :address AND status = 'queued'",
        address=str(webhook),
    )
