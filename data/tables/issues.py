"""Issues and their append-only event log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from data.database import Tx, Value
from data.rows import Event, Issue, as_json

OPEN = "('assigned', 'accepted')"
_COLUMNS = [field.name for field in fields(Issue) if field.name != "id"]
_INSERT = (
    f"INSERT INTO issues ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(':' + name for name in _COLUMNS)}) RETURNING id"
)
_UPDATE = f"UPDATE issues SET {', '.join(f'{name} = :{name}' for name in _COLUMNS)} WHERE id = :id"


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Open issues of one category that are due in one year."""

    category: str
    year: int
    count: int


def next_number(tx: Tx, day: str) -> int:
    """The day's next running number, counted up inside the caller's transaction."""
    return int(
        tx.scalar(
            "INSERT INTO numbers (day, last) VALUES (:day, 1)"
            " ON CONFLICT (day) DO UPDATE SET last = numbers.last + 1 RETURNING last",
            day=day,
        )
    )


def add(tx: Tx, issue: Issue) -> int:
    """Insert a new issue (its id is ignored); returns the id it got."""
    return int(tx.scalar(_INSERT, **_values(tx, issue)))


def save(tx: Tx, issue: Issue) -> None:
    """Write back every column of a changed issue."""
    tx.run(_UPDATE, id=issue.id, **_values(tx, issue))


def _values(tx: Tx, issue: Issue) -> dict[str, Value]:
    values: dict[str, Value] = {name: getattr(issue, name) for name in _COLUMNS}
    for name in ("evidence", "candidates", "against"):
        values[name] = as_json(getattr(issue, name))
    return tx.sealed("issues", values)


def by_id(tx: Tx, issue: int) -> Issue | None:
    return tx.one(Issue, "SELECT * FROM issues WHERE id = :issue", issue=issue)


def by_number(tx: Tx, number: str) -> Issue | None:
    """The newest issue of that number: numbers come round again every year."""
    return tx.one(
        Issue,
        "SELECT * FROM issues WHERE number = :number ORDER BY day DESC LIMIT 1",
        number=number,
    )


def by_message(tx: Tx, key: str) -> list[Issue]:
    return tx.all(Issue, "SELECT * FROM issues WHERE message = :key ORDER BY id", key=key)


def of_reporter(tx: Tx, person: str, limit: int = 20) -> list[Issue]:
    """A person's issues, the newest first."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE reporter = :person ORDER BY id DESC LIMIT :limit",
        person=person,
        limit=limit,
    )


def of_owner(tx: Tx, person: str, teams: Sequence[str], limit: int = 50) -> list[Issue]:
    """Open issues that a person answers for, alone or through a team; the most urgent first."""
    wanted = {f"t{i}": team for i, team in enumerate(teams)}
    through = f" OR owner_team IN ({', '.join(':' + name for name in wanted)})" if wanted else ""
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE (owner_person = :person{through}) AND status IN {OPEN}"
        " ORDER BY level, done_due, id LIMIT :limit",
        person=person,
        limit=limit,
        **wanted,
    )


def open_at(
    tx: Tx, estate: str, building: str | None, category: str, since: datetime, limit: int = 50
) -> list[Issue]:
    """Open issues of a category at a building, or (None) at no building, the oldest first."""
    there = "IS NULL" if building is None else "= :building"
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE estate = :estate AND building {there}"
        f" AND category = :category AND status IN {OPEN} AND created_at >= :since"
        " ORDER BY id LIMIT :limit",
        estate=estate,
        building=building,
        category=category,
        since=since,
        limit=limit,
    )


def open_in(tx: Tx, estate: str, since: datetime, limit: int = 50) -> list[Issue]:
    """Open issues of an estate, the newest first."""
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE estate = :estate AND status IN {OPEN}"
        " AND created_at >= :since ORDER BY id DESC LIMIT :limit",
        estate=estate,
        since=since,
        limit=limit,
    )


def since(tx: Tx, moment: datetime, limit: int = 20_000) -> list[Issue]:
    """Every issue recorded since that moment, merged ones included, the oldest first."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE created_at >= :moment ORDER BY id LIMIT :limit",
        moment=moment,
        limit=limit,
    )


def in_chat(tx: Tx, chat: str, since: datetime, limit: int = 20) -> list[Issue]:
    """Open issues reported in a group chat lately, the newest first."""
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE chat = :chat AND chat <> '' AND status IN {OPEN}"
        " AND created_at >= :since ORDER BY id DESC LIMIT :limit",
        chat=chat,
        since=since,
        limit=limit,
    )


def after(tx: Tx, issue: int, limit: int) -> list[Issue]:
    """The issues that come after this id, in order: for going through all of them in pages."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE id > :issue ORDER BY id LIMIT :limit",
        issue=issue,
        limit=limit,
    )


def callbacks(tx: Tx, since: datetime, until: datetime) -> list[Event]:
    """The last answer to a call-back for each issue that counts, given in that span."""
    return tx.all(
        Event,
        "SELECT e.* FROM events e WHERE e.action IN ('satisfied', 'reopen', 'dissatisfied')"
        " AND e.at >= :since AND e.at < :until AND NOT EXISTS (SELECT 1 FROM events l"
        " WHERE l.issue = e.issue AND (l.action = 'exclude' OR l.seq > e.seq AND l.at < :until"
        " AND l.action IN ('satisfied', 'reopen', 'dissatisfied'))) ORDER BY e.at",
        since=since,
        until=until,
    )


def waiting(
    tx: Tx, now: datetime, notice: float, answer: timedelta, after: int = 0, limit: int = 500
) -> list[Issue]:
    """Open issues that may have something overdue, in order, those that come after this id.

    `notice` is the share of an issue's whole time before its end from which it is nearly due;
    after `answer` somebody must have taken what is urgent. What has surely no news is left in the
    database: a sweep must not read every open issue.
    """
    left = tx.hours.format(start=":now", end="done_due")
    whole = tx.hours.format(start="created_at", end="done_due")
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE id > :after AND ("
        f" (status IN {OPEN} AND warned < 3 AND done_due <= :now)"
        f" OR (status = 'accepted' AND warned < 2 AND {left} <= {whole} * :notice)"
        " OR (status = 'assigned' AND warned < 1"
        " AND (contact_due <= :now OR"
        " (level IN ('U0', 'U1') AND (created_at <= :unanswered OR reopens > 0)))))"
        " ORDER BY id LIMIT :limit",
        now=now,
        notice=notice,
        unanswered=now - answer,
        after=after,
        limit=limit,
    )


def warned(tx: Tx, issue: Issue, stage: int) -> Issue:
    """Remember the stage of lateness that was told."""
    tx.run("UPDATE issues SET warned = :stage WHERE id = :id", stage=stage, id=issue.id)
    return replace(issue, warned=stage)


def latest(tx: Tx, limit: int = 200, status: str = "") -> list[Issue]:
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE :status = '' OR status = :status ORDER BY id DESC LIMIT :limit",
        status=status,
        limit=limit,
    )


def load_of_team(tx: Tx, team: str) -> int:
    """How many open issues a team answers for."""
    return int(
        tx.scalar(
            f"SELECT COUNT(*) FROM issues WHERE owner_team = :team AND status IN {OPEN}", team=team
        )
    )


def ownerless(tx: Tx, limit: int = 100) -> list[Issue]:
    """Open issues that belong to a team or person who is no longer there."""
    return tx.all(
        Issue,
        f"SELECT * FROM issues WHERE status IN {OPEN} AND ("
        " (owner_team IS NOT NULL AND owner_team NOT IN (SELECT code FROM teams))"
        " OR (owner_person IS NOT NULL AND owner_person NOT IN (SELECT id FROM people)))"
        " ORDER BY id LIMIT :limit",
        limit=limit,
    )


def open_by_category(tx: Tx) -> list[OpenGroup]:
    return tx.all(
        OpenGroup,
        "SELECT category, substr(done_due, 1, 4) AS year, COUNT(*) AS count FROM issues"
        f" WHERE status IN {OPEN} GROUP BY category, substr(done_due, 1, 4)"
        " ORDER BY category, year",
    )


def silent_since(tx: Tx, before: datetime, limit: int = 100) -> list[Issue]:
    """Done before that moment and never rated."""
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE status = 'done' AND done_at <= :before"
        " ORDER BY id LIMIT :limit",
        before=before,
        limit=limit,
    )


def unanswered_emergencies(tx: Tx, limit: int = 100) -> list[Issue]:
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE status = 'assigned' AND level = 'U0' ORDER BY id LIMIT :limit",
        limit=limit,
    )


def last_called(tx: Tx, issue: int) -> datetime:
    """When somebody was last called to an issue: recorded, handed on, reopened, the next called."""
    called = tx.scalar(
        "SELECT MAX(at) FROM events WHERE issue = :issue AND action IN"
        " ('record', 'alarm', 'decline', 'transfer', 'recategorise', 'unmerge', 'reopen')",
        issue=issue,
    )
    return datetime.fromisoformat(called)


def last_event(tx: Tx, issue: int) -> Event | None:
    return tx.one(
        Event, "SELECT * FROM events WHERE issue = :issue ORDER BY seq DESC LIMIT 1", issue=issue
    )


def events(tx: Tx, issue: int) -> list[Event]:
    return tx.all(Event, "SELECT * FROM events WHERE issue = :issue ORDER BY seq", issue=issue)


def all_of_reporter(tx: Tx, person: str) -> list[Issue]:
    """Every issue of a person, the oldest first."""
    return tx.all(Issue, "SELECT * FROM issues WHERE reporter = :person ORDER BY id", person=person)


def redact(tx: Tx, event: Event) -> None:
    """Take the personal out of a line of the log; its hash stays (desk.forgetting)."""
    tx.run(
        "UPDATE events SET actor = :actor, note = :note, data = :data"
        " WHERE issue = :issue AND seq = :seq",
        actor=event.actor,
        note=tx.seal("note", event.note),
        data=as_json(dict(event.data)),
        issue=event.issue,
        seq=event.seq,
    )


def add_event(tx: Tx, event: Event) -> None:
    """Append to an issue's log, and to the one order of all events that programs follow."""
    tx.run(
        "INSERT INTO events (issue, seq, at, actor, action, status, note, data, prev, hash)"
        " VALUES (:issue, :seq, :at, :actor, :action, :status, :note, :data, :prev, :hash)",
        issue=event.issue,
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        action=event.action,
        status=event.status,
        note=tx.seal("note", event.note),
        data=as_json(dict(event.data)),
        prev=event.prev,
        hash=event.hash,
    )
    tx.run("INSERT INTO feed (issue, seq) VALUES (:issue, :seq)", issue=event.issue, seq=event.seq)
