"""Pushes that wait for their recipients, and the vendors' access tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from data.database import Tx
from data.rows import Account, PushStatus, StoredPush, as_json

# The urgent, and the others; for an index that begins with `urgent`.
_DUE = [f"status = 'queued' AND urgent = {urgent} AND next_at <= :now" for urgent in (1, 0)]
_FREE = (
    " AND (channel, address) NOT IN (SELECT channel, address FROM outbox WHERE status = 'sending')"
)


def add(
    tx: Tx,
    *,
    key: str,
    issue: int | None,
    person: str,
    channel: str,
    address: str,
    text: str,
    urgent: bool,
    at: datetime,
    actions: Sequence[tuple[str, str]] = (),
    due: datetime | None = None,
    status: PushStatus = "queued",
    cause: str = "",
) -> bool:
    """Queue a push; False if one with this key was queued before."""
    return bool(
        tx.run(
            "INSERT INTO outbox (key, issue, person, channel, address, text, actions, urgent,"
            " status, attempts, next_at, in_doubt, cause, created_at, step)"
            " VALUES (:key, :issue, :person,"
            " :channel, :address, :text, :actions, :urgent, :status, 0, :due, 0, :cause, :at,"
            " (SELECT MAX(seq) FROM events WHERE issue = :issue))"
            " ON CONFLICT (key) DO NOTHING",
            key=key,
            issue=issue,
            person=person,
            channel=channel,
            address=address,
            text=tx.seal("text", text),
            actions=as_json(list(actions)),
            urgent=int(urgent),
            status=status,
            cause=cause,
            at=at,
            due=due or at,
        )
    )


def claim(
    tx: Tx,
    channels: Sequence[str],
    now: datetime,
    lease_until: datetime,
    *,
    only_urgent: bool = False,
) -> StoredPush | None:
    """Take the next due push; `attempts` is the fencing token for what follows.

    The urgent first, then what has waited longest: each by itself, so that the index leads to it
    however many wait. Nobody is sent two at once, so that they come in order; but what is urgent
    does not wait for a sender who may have died.
    """
    wanted = ", ".join(f":c{i}" for i in range(len(channels)))
    found = [
        f"(SELECT id FROM outbox WHERE {due} AND channel IN ({wanted}){free}"
        f" ORDER BY next_at, id LIMIT 1{tx.skip_locked})"
        for due, free in zip(_DUE, ("", _FREE), strict=True)
    ]
    first = found[0] if only_urgent else f"COALESCE({', '.join(found)})"
    push = tx.one(
        StoredPush,
        "UPDATE outbox SET status = 'sending', attempts = attempts + 1, lease_until = :lease"
        f" WHERE id = {first} RETURNING *",
        lease=lease_until,
        now=now,
        **{f"c{i}": channel for i, channel in enumerate(channels)},
    )
    if push is None or push.urgent or _only_one(tx, push):
        return push
    tx.run(
        "UPDATE outbox SET status = 'queued', attempts = attempts - 1, lease_until = NULL"
        " WHERE id = :id",
        id=push.id,
    )
    return None


def _only_one(tx: Tx, push: StoredPush) -> bool:
    """Whether the recipient is sent nothing else: two that claim together do not see each other."""
    return tx.take(f"{push.channel} {push.address}") and not tx.scalar(
        "SELECT 1 FROM outbox WHERE status = 'sending' AND channel = :channel"
        " AND address = :address AND id <> :id",
        channel=push.channel,
        address=push.address,
        id=push.id,
    )


def settle(
    tx: Tx,
    push: StoredPush,
    status: PushStatus,
    *,
    now: datetime,
    next_at: datetime | None = None,
    in_doubt: bool = False,
    certain: bool = False,
    cause: str = "",
) -> bool:
    """Write down what became of a claimed push; False if its lease had passed to another.

    A doubt stays on record, unless it is `certain` that the person has it exactly once.
    """
    return bool(
        tx.run(
            "UPDATE outbox SET status = :status, next_at = COALESCE(:next_at, next_at),"
            " in_doubt = CASE WHEN :certain = 1 THEN 0 WHEN :in_doubt = 1 THEN 1 ELSE in_doubt END,"
            " cause = :cause,"
            " lease_until = NULL, sent_at = CASE WHEN :status = 'sent' THEN :now ELSE sent_at END"
            " WHERE id = :id AND status = 'sending' AND attempts = :attempts"
            " AND lease_until = :lease",  # a resend by hand counts attempts afresh
            status=status,
            next_at=next_at,
            in_doubt=int(in_doubt),
            certain=int(certain),
            cause=cause,
            now=now,
            id=push.id,
            attempts=push.attempts,
            lease=push.lease_until,
        )
    )


def move(
    tx: Tx, push: StoredPush, to: Account, *, now: datetime, in_doubt: bool, cause: str
) -> bool:
    """Give a claimed push to another of the person's accounts; False if its lease had passed on."""
    return bool(
        tx.run(
            "UPDATE outbox SET status = 'queued', channel = :channel, address = :address,"
            " tried = :tried, attempts = 0, next_at = :now, lease_until = NULL, cause = '',"
            " in_doubt = CASE WHEN :in_doubt = 1 THEN 1 ELSE in_doubt END"
            " WHERE id = :id AND status = 'sending' AND attempts = :attempts"
            " AND lease_until = :lease",
            channel=to.channel,
            address=to.address,
            tried=as_json([*push.tried, (push.channel, cause)]),
            in_doubt=int(in_doubt),
            now=now,
            id=push.id,
            attempts=push.attempts,
            lease=push.lease_until,
        )
    )


def release(tx: Tx, channel: str, address: str, now: datetime) -> int:
    """The recipient has written: what was held for that may go."""
    return tx.run(
        "UPDATE outbox SET status = 'queued', attempts = 0, next_at = :now"
        " WHERE status = 'held' AND channel = :channel AND address = :address",
        channel=channel,
        address=address,
        now=now,
    )


def sent_since(tx: Tx, channel: str, address: str, since: datetime) -> list[datetime]:
    """When messages went to this address lately, the oldest first."""
    rows = tx.rows(
        "SELECT sent_at FROM outbox WHERE channel = :channel AND address = :address"
        " AND sent_at > :since ORDER BY sent_at",
        channel=channel,
        address=address,
        since=since,
    )
    return [datetime.fromisoformat(row["sent_at"]) for row in rows]


def lapsed(
    tx: Tx, now: datetime, beyond: datetime | None = None, limit: int = 100
) -> list[StoredPush]:
    """Claimed, but whoever claimed them has not come back within the lease.

    No lease goes on beyond that moment: one that does was taken by a clock that ran ahead.
    """
    return tx.all(
        StoredPush,
        "SELECT * FROM outbox WHERE status = 'sending'"
        " AND (lease_until <= :now OR lease_until > :beyond) ORDER BY id LIMIT :limit",
        now=now,
        beyond=beyond or datetime.max.replace(tzinfo=UTC),
        limit=limit,
    )


def cancel(tx: Tx, prefix: str) -> int:
    """Withdraw queued pushes whose key begins so."""
    return tx.run(
        "UPDATE outbox SET status = 'cancelled' WHERE status = 'queued'"
        " AND substr(key, 1, :length) = :prefix",
        length=len(prefix),
        prefix=prefix,
    )


def of_issue(tx: Tx, issue: int) -> list[StoredPush]:
    return tx.all(StoredPush, "SELECT * FROM outbox WHERE issue = :issue ORDER BY id", issue=issue)


def of_person(tx: Tx, person: str) -> list[StoredPush]:
    """Every push for somebody, the oldest first."""
    return tx.all(
        StoredPush, "SELECT * FROM outbox WHERE person = :person ORDER BY id", person=person
    )


def requeue(tx: Tx, push: int, now: datetime) -> bool:
    """Send a dead, held or doubtful push again, because somebody said so."""
    return bool(
        tx.run(
            "UPDATE outbox SET status = 'queued', next_at = :now, attempts = 0, in_doubt = 0"
            " WHERE id = :push AND status IN ('dead', 'held', 'doubt') AND channel <> ''",
            now=now,
            push=push,
        )
    )


def troubled(tx: Tx, limit: int = 200) -> list[StoredPush]:
    """Dead letters and pushes whose fate is unknown."""
    return tx.all(
        StoredPush,
        "SELECT * FROM outbox WHERE status IN ('dead', 'doubt') OR in_doubt = 1"
        " ORDER BY id DESC LIMIT :limit",
        limit=limit,
    )


def failures(tx: Tx, since: datetime, limit: int = 500) -> list[StoredPush]:
    """Pushes that a channel refused and that have not got through since, or only elsewhere."""
    return tx.all(
        StoredPush,
        "SELECT * FROM outbox WHERE created_at > :since AND (tried <> '[]'"
        " OR (cause <> '' AND status IN ('queued', 'sending', 'held', 'dead')))"
        " ORDER BY id DESC LIMIT :limit",
        since=since,
        limit=limit,
    )


def queued(tx: Tx) -> int:
    """How many pushes wait to be sent."""
    return int(tx.scalar("SELECT COUNT(*) FROM outbox WHERE status = 'queued'"))


def oldest_due(tx: Tx, now: datetime) -> datetime | None:
    """Since when the push that waits longest is due."""
    found = [tx.scalar(f"SELECT MIN(next_at) FROM outbox WHERE {due}", now=now) for due in _DUE]
    return min((datetime.fromisoformat(at) for at in found if at), default=None)


def token(tx: Tx, name: str) -> tuple[str, str] | None:
    """A vendor's access token and when it expires (as stored)."""
    rows = tx.rows("SELECT value, expires_at FROM tokens WHERE name = :name", name=name)
    return (rows[0]["value"], rows[0]["expires_at"]) if rows else None


def put_token(tx: Tx, name: str, value: str, expires_at: datetime) -> None:
    tx.run(
        "INSERT INTO tokens (name, value, expires_at) VALUES (:name, :value, :expires_at)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value,"
        " expires_at = excluded.expires_at",
        name=name,
        value=tx.seal("value", value),
        expires_at=expires_at,
    )
