"""What must hold in a simulated community, looked up with SQL of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bench.simulated_people import Rated
from data.database import Database, Tx, stamp
from desk import audit, statistics
from desk.rules.rates import rates

# Open, past its deadline, and nobody was told so.
UNSAID_LATE = (
    "SELECT i.number FROM issues i WHERE i.status IN ('assigned', 'accepted')"
    " AND i.done_due <= :now AND NOT EXISTS (SELECT 1 FROM events e WHERE e.issue = i.id"
    " AND e.action = 'overdue' AND e.at >= i.done_due)"
)
# Taken by nobody when the resident should have been contacted, and nobody was told so.
UNSAID_UNTAKEN = (
    "SELECT i.number FROM issues i WHERE i.status = 'assigned' AND i.contact_due <= :now"
    " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.issue = i.id"
    " AND e.action IN ('untaken', 'nearly', 'overdue') AND e.at >= (SELECT MAX(b.at)"
    " FROM events b WHERE b.issue = i.id AND b.action IN ('record', 'reopen')))"
)
# Danger to life that nobody has taken, and nobody called for a quarter of an hour.
UNCALLED = (
    "SELECT i.number FROM issues i WHERE i.status = 'assigned' AND i.level = 'U0'"
    " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.issue = i.id AND e.at > :before AND e.action"
    " IN ('record', 'alarm', 'decline', 'transfer', 'unmerge', 'reopen', 'recategorise'))"
)
OWNERLESS = (
    "SELECT number FROM issues WHERE (owner_team IS NULL) = (owner_person IS NULL)"
    " OR (owner_team IS NOT NULL AND owner_team NOT IN (SELECT code FROM teams))"
    " OR (owner_person IS NOT NULL AND owner_person NOT IN"
    " (SELECT id FROM people WHERE role <> 'resident'))"
)
# A reporter, or a joined one, for whom the news that it is done was never queued.
UNTOLD = (
    "SELECT i.number FROM events e JOIN issues i ON i.id = e.issue"
    " JOIN (SELECT id AS issue, reporter AS person FROM issues"
    " UNION SELECT issue, person FROM reporters) r ON r.issue = i.id"
    " LEFT JOIN reporters j ON j.issue = i.id AND j.person = r.person"
    " WHERE e.action = 'finish' AND e.actor <> r.person AND (j.at IS NULL OR j.at <= e.at)"
    " AND NOT EXISTS (SELECT 1 FROM outbox o"
    " WHERE o.key = e.issue || ':' || e.seq || ':' || r.person)"
)


def unsaid(db: Database, now: datetime) -> Iterator[str]:
    """After a sweep: whatever is late without a word in the log."""
    with db.read() as tx:
        for rule, sql in (("late", UNSAID_LATE), ("untaken", UNSAID_UNTAKEN)):
            for row in tx.rows(sql, now=now):
                yield f"{now:%m-%d %H:%M} {row['number']} is {rule} and nobody was reminded"
        for row in tx.rows(UNCALLED, before=now - timedelta(minutes=15)):
            yield f"{now:%m-%d %H:%M} {row['number']} is an emergency that rings nowhere"
        for row in tx.rows(OWNERLESS):
            yield f"{now:%m-%d %H:%M} {row['number']} has no owner"


def untold(db: Database) -> Iterator[str]:
    """Reporters who were never told that their issue was done."""
    with db.read() as tx:
        for row in tx.rows(UNTOLD):
            yield f"{row['number']}: a reporter was not told that it was done"


def messages(db: Database, sent: Mapping[str, str]) -> Iterator[str]:
    """Every message that was acknowledged is stored once, as it was sent."""
    with db.read() as tx:
        stored = Counter(row["key"] for row in tx.rows("SELECT key FROM messages"))
    yield from (f"message {key} was lost" for key in sent if key not in stored)
    yield from (f"message {key} came from nowhere" for key in stored if key not in sent)
    yield from (f"message {key} is there {n} times" for key, n in stored.items() if n > 1)


def pushes(db: Database, arrived: Mapping[int, int], now: datetime) -> Iterator[str]:
    """What the outbox says of each push is what the vendor saw."""
    with db.read() as tx:
        rows = tx.rows("SELECT id, status, in_doubt, urgent, next_at FROM outbox")
    for row in rows:
        count, status, unsure = arrived.get(row["id"], 0), row["status"], bool(row["in_doubt"])
        if status == "sent" and count == 0 and not unsure:
            yield f"push {row['id']} is said to be sent and never arrived"
        if count > 1 and not (unsure and row["urgent"]):
            yield f"push {row['id']} arrived {count} times"
        if count and status in ("queued", "dead", "held") and not unsure:
            yield f"push {row['id']} arrived and is {status}"
        if status == "sending" or (status == "queued" and row["next_at"] <= stamp(now)):
            yield f"push {row['id']} was left lying"


def three_rates(db: Database, said: Mapping[str, Rated], until: datetime) -> Iterator[str]:
    """The rates from the log are those of what residents said, counted by the simulation."""
    with db.read() as tx:
        found = rates(statistics.callbacks(tx, until - timedelta(days=400), until))
    own = list(said.values())
    if found is None or not own:
        if found is not None or own:
            yield f"rates from the log: {found}, answers counted: {len(own)}"
        return
    worth = {"satisfied": 1.0, "fairly": 0.9, "unsatisfied": 0.0}
    counted = (
        len(own),
        sum(answer.contacted for answer in own) / len(own),
        sum(answer.solved for answer in own) / len(own),
        sum(worth[answer.satisfaction] for answer in own) / len(own),
    )
    logged = (found.sample, found.response, found.solution, found.satisfaction)
    if any(abs(mine - theirs) > 1e-9 for mine, theirs in zip(counted, logged, strict=True)):
        yield f"rates from the log {logged} are not those counted {counted}"


def chains(db: Database) -> Iterator[str]:
    for breach in audit.verify(db):
        yield f"{breach.day} {breach.number}: line {breach.line} of its log: {breach.reason}"


def by(tx: Tx, table: str, column: str) -> dict[str, int]:
    """How many rows of each kind."""
    sql = f"SELECT {column} AS kind, COUNT(*) AS n FROM {table} GROUP BY {column} ORDER BY n DESC"
    return {str(row["kind"]): int(row["n"]) for row in tx.rows(sql)}
