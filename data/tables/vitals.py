"""Signs of life left for `check`: who works, what time it is, who was turned away at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.database import Tx, stamp
from data.tables import messages, outbox

_HOUR = "%Y-%m-%dT%H"


@dataclass(frozen=True, slots=True)
class Refused:
    """How often callbacks of one channel were turned away for one reason lately."""

    channel: str
    reason: str
    count: int
    last_at: datetime


def beat(tx: Tx, job: str, now: datetime) -> None:
    """Somebody has just done this job."""
    _put(tx, f"beat.{job}", stamp(now))


def last_beat(tx: Tx, job: str) -> datetime | None:
    value = tx.scalar("SELECT value FROM state WHERE name = :name", name=f"beat.{job}")
    return datetime.fromisoformat(value) if value else None


def note_rush(tx: Tx, now: datetime) -> None:
    """More has come than could be handled."""
    _put(tx, "rush", stamp(now))


def rush(tx: Tx, since: datetime, until: datetime) -> bool:
    """Whether that was so within this time."""
    last = tx.scalar("SELECT value FROM state WHERE name = 'rush'") or ""
    return stamp(since) < last <= stamp(until)


def probe(tx: Tx, now: datetime) -> None:
    """Something to commit, to see whether that can be done."""
    _put(tx, "probe", stamp(now))


def put_skew(tx: Tx, seconds: float, now: datetime) -> None:
    """Our clock is so much ahead of the vendors' (behind them: negative)."""
    _put(tx, "skew", f"{seconds:.0f} {stamp(now)}")


def skew(tx: Tx) -> tuple[float, datetime] | None:
    """How far our clock was off, and when by itself that was."""
    value = tx.scalar("SELECT value FROM state WHERE name = 'skew'")
    if not value:
        return None
    seconds, _, at = value.partition(" ")
    return float(seconds), datetime.fromisoformat(at)


def refuse(tx: Tx, channel: str, reason: str, count: int, now: datetime) -> None:
    """So many more callbacks were turned away."""
    tx.run(
        "INSERT INTO refusals (channel, reason, hour, count, last_at)"
        " VALUES (:channel, :reason, :hour, :count, :now)"
        " ON CONFLICT (channel, reason, hour) DO UPDATE SET"
        " count = refusals.count + excluded.count, last_at = excluded.last_at",
        channel=channel,
        reason=reason,
        hour=f"{now:{_HOUR}}",
        count=count,
        now=now,
    )


def refusals(tx: Tx, since: datetime) -> list[Refused]:
    """What was turned away since then, and not merely before a message came through again."""
    return tx.all(
        Refused,
        "SELECT channel, reason, SUM(count) AS count, MAX(last_at) AS last_at FROM refusals r"
        " WHERE last_at > :since AND NOT EXISTS (SELECT 1 FROM messages m"
        " WHERE m.channel = r.channel AND m.received_at >= r.last_at)"
        " GROUP BY channel, reason ORDER BY channel, reason",
        since=since,
    )


def forget_refusals(tx: Tx, channel: str) -> int:
    return tx.run("DELETE FROM refusals WHERE channel = :channel", channel=channel)


def forget_old_refusals(tx: Tx, before: datetime) -> int:
    return tx.run("DELETE FROM refusals WHERE last_at < :before", before=before)


def _put(tx: Tx, name: str, value: str) -> None:
    tx.run(
        "INSERT INTO state (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=name,
        value=value,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """How it stands with what is to be done."""

    issues: int  # ever recorded
    open_issues: int
    queued: int
    age: float  # seconds that the oldest due push has waited
    dead: int
    doubt: int
    deferred: int


def figures(tx: Tx, now: datetime) -> Figures:
    """Counted over indexes: a scrape every few seconds must not be felt."""

    def count(sql: str) -> int:
        return int(tx.scalar(sql) or 0)

    oldest = outbox.oldest_due(tx, now)
    age = (now - oldest).total_seconds() if oldest else 0.0
    lost = {
        row["status"]: row["n"]
        for row in tx.rows(
            "SELECT status, COUNT(*) AS n FROM outbox WHERE status IN ('dead', 'doubt')"
            " GROUP BY status"
        )
    }
    return Figures(
        issues=count("SELECT SUM(last) FROM numbers WHERE day LIKE '2%'"),
        open_issues=count("SELECT COUNT(*) FROM issues WHERE status IN ('assigned', 'accepted')"),
        queued=count("SELECT COUNT(*) FROM outbox WHERE status = 'queued'"),
        age=max(0.0, age),
        dead=lost.get("dead", 0),
        doubt=lost.get("doubt", 0),
        deferred=messages.waiting(tx),
    )


def beats(tx: Tx) -> dict[str, datetime]:
    """When each background job last beat."""
    rows = tx.rows("SELECT name, value FROM state WHERE name LIKE 'beat.%'")
    return {row["name"].removeprefix("beat."): datetime.fromisoformat(row["value"]) for row in rows}
