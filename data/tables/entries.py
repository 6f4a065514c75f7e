"""The listing: entries that others may take up, and the claims on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.practice_rows import Claim, Entry, EntryKind
from data.tables import columns

OPEN = "('published', 'taken')"
HELD = "('claimed', 'delivered')"


def add(tx: Tx, entry: Entry) -> int:
    return columns.add(tx, "entries", entry)


def save(tx: Tx, entry: Entry) -> None:
    columns.save(tx, "entries", entry)


def by_id(tx: Tx, entry: int) -> Entry | None:
    return tx.one(Entry, "SELECT * FROM entries WHERE id = :entry", entry=entry)


def by_number(tx: Tx, kind: str, number: int) -> Entry | None:
    return tx.one(
        Entry,
        "SELECT * FROM entries WHERE kind = :kind AND number = :number",
        kind=kind,
        number=number,
    )


def of_issue(tx: Tx, issue: int) -> Entry | None:
    """The public listing of a request."""
    return tx.one(Entry, "SELECT * FROM entries WHERE issue = :issue", issue=issue)


def of_kind(
    tx: Tx, kind: EntryKind, status: str, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """Entries in one state, the latest listed first; `before`: those of smaller numbers."""
    return tx.all(
        Entry,
        "SELECT * FROM entries WHERE kind = :kind AND status = :status"
        " AND (:before = 0 OR number < :before)"
        " ORDER BY listed_at DESC NULLS LAST, number DESC LIMIT :limit",
        kind=kind,
        status=status,
        before=before or 0,
        limit=limit,
    )


def page(tx: Tx, kind: str, statuses: tuple[str, ...], after: int, limit: int) -> list[Entry]:
    """Entries of a kind in the order of their numbers, in pages."""
    names = {f"s{i}": status for i, status in enumerate(statuses)}
    among = f" AND status IN ({', '.join(':' + name for name in names)})" if names else ""
    return tx.all(
        Entry,
        f"SELECT * FROM entries WHERE kind = :kind AND number > :after{among}"
        " ORDER BY number LIMIT :limit",
        kind=kind,
        after=after,
        limit=limit,
        **names,
    )


def proposed_since(
    tx: Tx, kind: EntryKind, category: str, estate: str | None, since: datetime
) -> Entry | None:
    """The latest entry of a kind about one thing at one place, whatever became of it."""
    return tx.one(
        Entry,
        "SELECT * FROM entries WHERE kind = :kind AND category = :category"
        " AND COALESCE(estate, '') = :estate AND created_at >= :since ORDER BY id DESC LIMIT 1",
        kind=kind,
        category=category,
        estate=estate or "",
        since=since,
    )


def offered(tx: Tx, team: str, title: str) -> Entry | None:
    """A unit's offer by its name, the latest of that name. Titles lie sealed: compared here."""
    offers = tx.all(
        Entry,
        "SELECT * FROM entries WHERE kind = 'resource' AND team = :team ORDER BY id DESC",
        team=team,
    )
    return next((offer for offer in offers if offer.title == title), None)


def of_person(tx: Tx, person: str, limit: int = 50) -> list[Entry]:
    """What a person proposed, or is to get; the newest first."""
    return tx.all(
        Entry,
        "SELECT * FROM entries WHERE proposer = :person OR beneficiary = :person"
        " ORDER BY id DESC LIMIT :limit",
        person=person,
        limit=limit,
    )


def unreviewed(tx: Tx, before: datetime, limit: int = 200) -> list[Entry]:
    """Proposed before that moment, not reviewed, and nobody was reminded."""
    return tx.all(
        Entry,
        "SELECT * FROM entries WHERE status = 'proposed' AND warned = 0"
        " AND created_at <= :before ORDER BY id LIMIT :limit",
        before=before,
        limit=limit,
    )


def unclaimed(tx: Tx, kind: EntryKind, before: datetime, limit: int = 200) -> list[Entry]:
    """Listed before that moment and still open."""
    return tx.all(
        Entry,
        "SELECT * FROM entries WHERE kind = :kind AND status = 'published'"
        " AND listed_at <= :before ORDER BY id LIMIT :limit",
        kind=kind,
        before=before,
        limit=limit,
    )


def outdated(tx: Tx, now: datetime, limit: int = 200) -> list[Entry]:
    """Published, and valid no longer."""
    return tx.all(
        Entry,
        "SELECT * FROM entries WHERE status = 'published' AND valid_until <= :now"
        " ORDER BY id LIMIT :limit",
        now=now,
        limit=limit,
    )


# -- claims -------------------------------------------------------------------------------------


def add_claim(tx: Tx, claim: Claim) -> int:
    return columns.add(tx, "claims", claim)


def save_claim(tx: Tx, claim: Claim) -> None:
    columns.save(tx, "claims", claim)


def claim_by_id(tx: Tx, claim: int) -> Claim | None:
    return tx.one(Claim, "SELECT * FROM claims WHERE id = :claim", claim=claim)


def claims_of(tx: Tx, entry: int) -> list[Claim]:
    """All claims on an entry, the oldest first."""
    return tx.all(Claim, "SELECT * FROM claims WHERE entry = :entry ORDER BY id", entry=entry)


def held_by(tx: Tx, person: str) -> list[Claim]:
    """The claims a person has not fulfilled yet, the most pressing first."""
    return tx.all(
        Claim,
        f"SELECT * FROM claims WHERE person = :person AND state IN {HELD}"
        " ORDER BY until NULLS FIRST, id",
        person=person,
    )


def claims_by(tx: Tx, person: str) -> list[Claim]:
    """Every claim a person ever made, the oldest first."""
    return tx.all(Claim, "SELECT * FROM claims WHERE person = :person ORDER BY id", person=person)


def given_from(tx: Tx, source: int) -> list[Claim]:
    """The claims that are served out of a donation or a resource."""
    return tx.all(Claim, "SELECT * FROM claims WHERE source = :source ORDER BY id", source=source)


def due_claims(tx: Tx, now: datetime, limit: int = 200) -> list[Claim]:
    """Claims whose time is over."""
    return tx.all(
        Claim,
        "SELECT * FROM claims WHERE state = 'claimed' AND until <= :now ORDER BY id LIMIT :limit",
        now=now,
        limit=limit,
    )


def nearly_due(tx: Tx, before: datetime, limit: int = 200) -> list[Claim]:
    """Claims that end before that moment and of which nobody was reminded."""
    return tx.all(
        Claim,
        "SELECT * FROM claims WHERE state = 'claimed' AND warned = 0 AND until <= :before"
        " ORDER BY id LIMIT :limit",
        before=before,
        limit=limit,
    )


def holds(tx: Tx, issue: int, person: str) -> bool:
    """Whether a person holds a claim on the public listing of a request."""
    return bool(
        tx.scalar(
            "SELECT COUNT(*) FROM claims c JOIN entries e ON e.id = c.entry"
            f" WHERE e.issue = :issue AND c.person = :person AND c.state IN {HELD}",
            issue=issue,
            person=person,
        )
    )


def claims_on(tx: Tx, found: Sequence[int]) -> list[Claim]:
    """The claims on several entries, the oldest first."""
    if not found:
        return []
    names = {f"e{i}": entry for i, entry in enumerate(found)}
    among = ", ".join(f":{name}" for name in names)
    return tx.all(Claim, f"SELECT * FROM claims WHERE entry IN ({among}) ORDER BY id", **names)
