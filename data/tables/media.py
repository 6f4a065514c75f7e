"""Files that messages brought along: with which issue, and whether they have been fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.rows import MediaKind, MediaStatus, StoredMedia


def add(
    tx: Tx,
    *,
    message: str,
    person: str,
    channel: str,
    reference: str,
    kind: MediaKind,
    status: MediaStatus,
    at: datetime,
) -> None:
    """Note a file, once for each message."""
    tx.run(
        "INSERT INTO media (message, person, channel, reference, kind, status, cause, attempts,"
        " next_at, at, sha, type, width, height, bytes) VALUES (:message, :person, :channel,"
        " :reference, :kind, :status, '', 0, :at, :at, '', '', 0, 0, 0)"
        " ON CONFLICT (message, reference) DO NOTHING",
        message=message,
        person=person,
        channel=channel,
        reference=reference,
        kind=kind,
        status=status,
        at=at,
    )


def of_message(tx: Tx, message: str) -> list[StoredMedia]:
    return tx.all(
        StoredMedia, "SELECT * FROM media WHERE message = :message ORDER BY id", message=message
    )


def of_person(tx: Tx, person: str) -> list[StoredMedia]:
    """Every file that somebody sent."""
    return tx.all(
        StoredMedia, "SELECT * FROM media WHERE person = :person ORDER BY id", person=person
    )


def loose(tx: Tx, person: str, since: datetime) -> list[StoredMedia]:
    """What somebody has sent lately that belongs to nothing yet."""
    return tx.all(
        StoredMedia,
        "SELECT * FROM media WHERE person = :person AND issue IS NULL AND at >= :since"
        " AND status <> 'gone' ORDER BY id",
        person=person,
        since=since,
    )


def attach(tx: Tx, media: int, issue: int) -> bool:
    """Give a file to an issue; False if it belongs to one already."""
    return bool(
        tx.run(
            "UPDATE media SET issue = :issue WHERE id = :media AND issue IS NULL",
            issue=issue,
            media=media,
        )
    )


def due(tx: Tx, now: datetime) -> bool:
    """Whether a file may be fetched now."""
    return bool(
        tx.scalar(
            "SELECT 1 FROM media WHERE status = 'waiting' AND next_at <= :now"
            " AND (lease_until IS NULL OR lease_until <= :now) LIMIT 1",
            now=now,
        )
    )


def claim(
    tx: Tx, channels: Sequence[str], now: datetime, lease_until: datetime
) -> StoredMedia | None:
    """Take the next file that is to be fetched; one whose fetcher died is taken again."""
    wanted = ", ".join(f":c{i}" for i in range(len(channels)))
    return tx.one(
        StoredMedia,
        "UPDATE media SET attempts = attempts + 1, lease_until = :lease"
        " WHERE id = (SELECT id FROM media WHERE status = 'waiting' AND next_at <= :now"
        f" AND (lease_until IS NULL OR lease_until <= :now) AND channel IN ({wanted})"
        " ORDER BY next_at, id LIMIT 1) RETURNING *",
        lease=lease_until,
        now=now,
        **{f"c{i}": channel for i, channel in enumerate(channels)},
    )


def settle(
    tx: Tx, claimed: StoredMedia, status: MediaStatus, *, cause: str = "", next_at: datetime
) -> bool:
    """Write down what became of a claimed file; False if its lease had passed to another."""
    return bool(
        tx.run(
            "UPDATE media SET status = :status, cause = :cause, next_at = :next_at,"
            " lease_until = NULL"
            " WHERE id = :id AND status = 'waiting' AND attempts = :attempts"
            " AND lease_until = :lease",
            status=status,
            cause=cause,
            next_at=next_at,
            id=claimed.id,
            attempts=claimed.attempts,
            lease=claimed.lease_until,
        )
    )


def keep(
    tx: Tx, claimed: StoredMedia, *, sha: str, type: str, width: int, height: int, size: int
) -> bool:
    """The file is here; False if its lease had passed to another."""
    return bool(
        tx.run(
            "UPDATE media SET status = 'kept', cause = '', lease_until = NULL, sha = :sha,"
            " type = :type, width = :width, height = :height, bytes = :size"
            " WHERE id = :id AND status = 'waiting' AND attempts = :attempts"
            " AND lease_until = :lease",
            sha=sha,
            type=type,
            width=width,
            height=height,
            size=size,
            id=claimed.id,
            attempts=claimed.attempts,
            lease=claimed.lease_until,
        )
    )


def retry(tx: Tx, media: int, now: datetime) -> bool:
    """Fetch a dead file again, because somebody said so."""
    return bool(
        tx.run(
            "UPDATE media SET status = 'waiting', attempts = 0, next_at = :now, lease_until = NULL"
            " WHERE id = :media AND status = 'dead'",
            now=now,
            media=media,
        )
    )


def of_issue(tx: Tx, issue: int) -> list[StoredMedia]:
    """The files of an issue and of those that were merged into it, the oldest first."""
    return tx.all(
        StoredMedia,
        "SELECT * FROM media WHERE issue = :issue"
        " OR issue IN (SELECT id FROM issues WHERE parent = :issue) ORDER BY id",
        issue=issue,
    )


def by_sha(tx: Tx, sha: str) -> list[StoredMedia]:
    """Every message that brought this picture along."""
    return tx.all(
        StoredMedia,
        "SELECT * FROM media WHERE sha = :sha AND status = 'kept' ORDER BY id",
        sha=sha,
    )


def photos(tx: Tx) -> dict[int, int]:
    """How many photos each issue has that has any."""
    rows = tx.rows(
        "SELECT issue, COUNT(*) AS n FROM media WHERE status = 'kept' AND issue IS NOT NULL"
        " GROUP BY issue"
    )
    return {row["issue"]: row["n"] for row in rows}


def troubled(tx: Tx, limit: int = 200) -> list[StoredMedia]:
    """Files that could not be fetched, as long as somebody works on what they belong to."""
    return tx.all(
        StoredMedia,
        "SELECT m.* FROM media m JOIN issues i ON i.id = m.issue WHERE m.status = 'dead'"
        " AND i.status IN ('assigned', 'accepted', 'paused', 'done')"
        " ORDER BY m.id DESC LIMIT :limit",
        limit=limit,
    )


def waiting(tx: Tx) -> int:
    """How many files are still to be fetched."""
    return int(tx.scalar("SELECT COUNT(*) FROM media WHERE status = 'waiting'"))


def failing(tx: Tx, since: datetime, limit: int = 200) -> list[StoredMedia]:
    """Files that their vendor refused lately and that have not come since."""
    return tx.all(
        StoredMedia,
        "SELECT * FROM media WHERE at > :since AND cause <> '' AND status IN ('waiting', 'dead')"
        " ORDER BY id DESC LIMIT :limit",
        since=since,
        limit=limit,
    )


def forget(tx: Tx, before: datetime, loose_before: datetime) -> int:
    """Give up what is too old, and what never came to belong to anything."""
    return tx.run(
        "UPDATE media SET status = 'gone', sha = '', lease_until = NULL"
        " WHERE status IN ('waiting', 'kept')"
        " AND (at < :before OR (issue IS NULL AND at < :loose_before))",
        before=before,
        loose_before=loose_before,
    )


def kept(tx: Tx) -> set[str]:
    """The names of all files that are needed."""
    rows = tx.rows("SELECT DISTINCT sha FROM media WHERE status = 'kept'")
    return {row["sha"] for row in rows}
