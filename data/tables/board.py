"""The issues as the console asks for them: within somebody's scope, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.database import Tx, Value
from data.rows import Approval, Issue
from data.tables import search
from data.tables.entries import HELD

OPEN = ("assigned", "accepted")
_ANSWERS = "action IN ('satisfied', 'reopen', 'dissatisfied')"
# The last answer to a call-back in a span, of issues that count: as data.tables.issues.callbacks.
COUNTS = (
    f"e.{_ANSWERS} AND e.at >= :from_answer AND e.at < :to_answer"
    " AND NOT EXISTS (SELECT 1 FROM events l WHERE l.issue = e.issue AND (l.action = 'exclude'"
    f" OR l.seq > e.seq AND l.at < :to_answer AND l.{_ANSWERS}))"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which issues somebody may read: the same as desk.access.may_see, said in SQL."""

    person: str
    everything: bool = False
    grids: Sequence[str] = ()
    teams: Sequence[str] = ()
    on_duty: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of them are wanted; what is empty does not matter."""

    statuses: Sequence[str] = ()
    levels: Sequence[str] = ()
    categories: Sequence[str] = ()
    grids: Sequence[str] = ()
    team: str = ""
    person: str = ""
    number: str = ""
    words: str = ""  # looked for by data.tables.search
    since: datetime | None = None
    until: datetime | None = None
    done_since: datetime | None = None
    done_until: datetime | None = None
    answered_since: datetime | None = None  # a call-back was answered in this span
    answered_until: datetime | None = None
    answer: str = ""  # the rating of that answer
    overdue_at: datetime | None = None
    due_from: datetime | None = None  # open, and due between these
    due_by: datetime | None = None
    late_at: datetime | None = None  # done, or at that moment still open, after its deadline
    returned: bool = False
    reopened: bool = False
    repeated: bool = False  # reported by several
    awaiting: bool = False  # something waits for approval
    finished: bool = False
    no_grid: bool = False
    no_team: bool = False


class Where:
    """Conditions and their values, put together piece by piece."""

    def __init__(self) -> None:
        self.conditions: list[str] = ["1 = 1"]
        self.values: dict[str, Value] = {}

    def add(self, condition: str, **values: Value) -> None:
        self.conditions.append(condition)
        self.values |= values

    def among(self, column: str, options: Sequence[str]) -> str:
        """`column IN (…)`, its values under names of their own."""
        names = {f"{column}_{len(self.values) + i}": option for i, option in enumerate(options)}
        self.values |= names
        return f"{column} IN ({', '.join(':' + name for name in names)})"

    def __str__(self) -> str:
        return " AND ".join(self.conditions)


def find(tx: Tx, scope: Scope, wanted: Filter, before: int | None, limit: int) -> list[Issue]:
    """The newest first, from the one after `before` on: new issues do not move later pages."""
    where = conditions(tx, wanted)
    within(where, scope)
    if before is not None:
        where.add("id < :before", before=before)
    # Ids first: sorting whole rows would cost ten times as much.
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE id IN (SELECT id FROM issues"
        f" WHERE {where} ORDER BY id DESC LIMIT :limit) ORDER BY id DESC",
        limit=limit,
        **where.values,
    )


def these(tx: Tx, issues: Sequence[int]) -> list[Issue]:
    """Issues that are known to be within somebody's scope, the newest first."""
    return tx.all(Issue, f"SELECT * FROM issues WHERE id IN ({_ids(issues)}) ORDER BY id DESC")


def urgent(tx: Tx, scope: Scope, wanted: Filter, limit: int) -> list[Issue]:
    """The most urgent first."""
    where = conditions(tx, wanted)
    within(where, scope)
    return tx.all(
        Issue,
        "SELECT * FROM issues WHERE id IN (SELECT id FROM issues"
        f" WHERE {where} ORDER BY level, done_due LIMIT :limit) ORDER BY level, done_due",
        limit=limit,
        **where.values,
    )


def count(tx: Tx, scope: Scope, wanted: Filter) -> int:
    where = conditions(tx, wanted)
    within(where, scope)
    return int(tx.scalar(f"SELECT COUNT(*) FROM issues WHERE {where}", **where.values))


def counted(tx: Tx, scope: Scope, wanted: Filter, column: str) -> dict[str, int]:
    """How many have each value of a column."""
    assert column in ("status", "grid", "owner_team")
    where = conditions(tx, wanted)
    within(where, scope)
    rows = tx.rows(
        f"SELECT {column} AS value, COUNT(*) AS n FROM issues WHERE {where}"
        f" GROUP BY {column} ORDER BY {column}",
        **where.values,
    )
    return {row["value"] or "": row["n"] for row in rows}


def approvals(tx: Tx, scope: Scope, limit: int) -> list[tuple[Approval, Issue]]:
    """What waits for a decision, the oldest first, with its issue."""
    waiting = tx.all(Approval, "SELECT * FROM approvals WHERE decision = '' ORDER BY id LIMIT 500")
    where = Where()
    within(where, scope)
    if not waiting:
        return []
    ids = ", ".join(str(approval.issue) for approval in waiting)
    seen = tx.all(Issue, f"SELECT * FROM issues WHERE {where} AND id IN ({ids})", **where.values)
    known = {issue.id: issue for issue in seen}
    return [(each, known[each.issue]) for each in waiting if each.issue in known][:limit]


def names(tx: Tx, people: Sequence[str]) -> dict[str, str]:
    """The names of people by id."""
    if not people:
        return {}
    where = Where()
    condition = where.among("id", sorted(set(people)))
    rows = tx.rows(f"SELECT id, name FROM people WHERE {condition}", **where.values)
    return {row["id"]: row["name"] for row in rows}


def within(where: Where, scope: Scope) -> None:
    """Nobody reads complaints about himself or his team; beyond that, what scope allows."""
    blamed = []
    for i, name in enumerate((scope.person, *scope.teams)):
        blamed.append(f"against NOT LIKE :blamed{i}")
        where.values[f"blamed{i}"] = f'%"{name}"%'
    where.add(f"(against = '[]' OR ({' AND '.join(blamed)}))")
    if scope.everything:
        return
    where.values["me"] = scope.person
    ways = [
        "owner_person = :me",
        "reporter = :me",
        "id IN (SELECT issue FROM reporters WHERE person = :me)",
        "id IN (SELECT l.issue FROM entries l JOIN claims c ON c.entry = l.id"
        f" WHERE l.issue IS NOT NULL AND c.person = :me AND c.state IN {HELD})",
    ]
    if scope.grids:
        ways.append(where.among("grid", scope.grids))
    if scope.teams:
        ways.append(where.among("owner_team", scope.teams))
        ways.append(f"id IN (SELECT issue FROM parties WHERE {where.among('team', scope.teams)})")
    if scope.on_duty:
        ways.append("level = 'U0'")
    where.add(f"({' OR '.join(ways)})")


def conditions(tx: Tx, wanted: Filter) -> Where:
    """What a filter means."""
    where = Where()
    lists = (("status", wanted.statuses), ("level", wanted.levels),
             ("category", wanted.categories), ("grid", wanted.grids))  # fmt: skip
    for column, options in lists:
        if options:
            where.add(where.among(column, options))
    singles: tuple[tuple[str, str, Value], ...] = (
        ("owner_team = :team", "team", wanted.team),
        ("owner_person = :owner", "owner", wanted.person),
        ("number = :number", "number", wanted.number),
        ("created_at >= :since", "since", wanted.since),
        ("created_at < :until", "until", wanted.until),
        ("done_at >= :done_since", "done_since", wanted.done_since),
        ("done_at < :done_until", "done_until", wanted.done_until),
        (f"status IN {OPEN} AND done_due <= :overdue", "overdue", wanted.overdue_at),
        (f"status IN {OPEN} AND done_due > :due_from", "due_from", wanted.due_from),
        ("done_due <= :due_by", "due_by", wanted.due_by),
        (f"(done_at > done_due OR (status IN {OPEN} AND done_due <= :late))", "late",
         wanted.late_at),
    )  # fmt: skip
    for condition, name, value in singles:
        if value:
            where.add(condition, **{name: value})
    flags = (
        (wanted.returned, "returns > 0"),
        (wanted.reopened, "reopens > 0"),
        (wanted.repeated, "(parent IS NOT NULL OR id IN (SELECT issue FROM reporters))"),
        (wanted.finished, "done_at IS NOT NULL"),
        (wanted.no_grid, "grid IS NULL"),
        (wanted.no_team, "owner_team IS NULL"),
        (wanted.awaiting, "id IN (SELECT issue FROM approvals WHERE decision = '')"),
    )  # fmt: skip
    for wanted_so, condition in flags:
        if wanted_so:
            where.add(condition)
    if wanted.words:
        condition, phrase = search.condition(tx, wanted.words)
        where.add(condition, phrase=phrase)
    _answered(where, wanted)
    return where


def _answered(where: Where, wanted: Filter) -> None:
    """Issues whose last call-back of a span counts: as data.tables.issues.callbacks finds them."""
    if wanted.answered_since is None or wanted.answered_until is None:
        return
    said = " AND e.data LIKE :answer" if wanted.answer else ""
    where.add(
        f"id IN (SELECT e.issue FROM events e WHERE {COUNTS}{said})",
        from_answer=wanted.answered_since,
        to_answer=wanted.answered_until,
        **({"answer": f'%"{wanted.answer}"%'} if wanted.answer else {}),
    )


def parties_of(tx: Tx, issues: Sequence[int]) -> dict[int, list[str]]:
    """The teams that take part in each of these issues."""
    found: dict[int, list[str]] = {}
    for row in tx.rows(
        f"SELECT issue, team FROM parties WHERE issue IN ({_ids(issues)}) ORDER BY asked_at, team"
    ):
        found.setdefault(row["issue"], []).append(row["team"])
    return found


def last_answers(tx: Tx, issues: Sequence[int]) -> dict[int, str]:
    """What residents answered last about each of these issues, as stored."""
    # LIMIT keeps the planner from going through the answers of all years instead.
    rows = tx.rows(
        "SELECT issue, data FROM (SELECT issue, seq, action, data FROM events"
        f" WHERE issue IN ({_ids(issues)}) LIMIT 2000000000) e WHERE {_ANSWERS} ORDER BY issue, seq"
    )
    return {row["issue"]: row["data"] for row in rows}


def phoned(tx: Tx, issues: Sequence[int]) -> dict[int, str]:
    """Who rang the reporter of each of these issues up, where its answers came by telephone."""
    rows = tx.rows(
        f"SELECT issue, actor FROM events e WHERE issue IN ({_ids(issues)}) AND action = 'phoned'"
        " AND NOT EXISTS (SELECT 1 FROM events f WHERE f.issue = e.issue AND f.action = 'finish'"
        " AND f.seq > e.seq) ORDER BY issue, seq"
    )
    return {row["issue"]: row["actor"] for row in rows}


def _ids(issues: Sequence[int]) -> str:
    return ", ".join(str(int(issue)) for issue in issues) or "NULL"
