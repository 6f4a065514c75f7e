"""Lists, counts and figures of the console, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from data.database import Database, Tx
from data.rows import Approval, Event, as_json
from data.tables import board, issues, parties, people, reporters, search
from data.tables.board import Filter, Scope
from desk.service import nobody
from tests.contract import figures_in_sql as figures
from tests.contract.test_tables import ISSUE

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ALL = Scope("boss", everything=True)
HOUR = timedelta(hours=1)
A = replace(ISSUE, reporter="lisa", grid="g1", owner_team="t1", created_at=NOW)
MADE = (
    replace(A, number="1123-01", status="closed", accepted_at=NOW + HOUR, done_at=NOW + 2 * HOUR,
            done_due=NOW + 3 * HOUR),
    replace(A, number="1123-02", grid="g2", done_due=NOW + HOUR, returns=1, level="U0"),
    replace(A, number="1123-03", owner_team="t2", category="env.snow", reopens=1,
            done_due=NOW + 9 * HOUR),
    replace(A, number="1123-04", grid=None, owner_team=None, owner_person="wang",
            against=("boss",), done_due=NOW + 30 * HOUR),
)  # fmt: skip


@pytest.fixture
def filled(database: Database) -> Iterator[Tx]:
    """Four issues: the first answered by its reporter, the third reported by another too."""
    with database.write() as tx:
        for person in ("lisa", "zhang"):
            people.put(tx, nobody(person, NOW, name=person))
        ids = [issues.add(tx, issue) for issue in MADE]
        for issue, text in zip(ids, ("楼道灯", "下水道", "积雪", "态度"), strict=True):
            search.put(tx, issue, text)
        for seq, answer in enumerate(("unsatisfied", "satisfied"), 1):
            data = {"contacted": True, "solved": True, "satisfaction": answer}
            at = NOW + (2 + seq) * HOUR
            event = Event(ids[0], seq, at, "lisa", "satisfied", "closed", "", data, "", "")
            issues.add_event(tx, event)
        reporters.join(tx, ids[2], "zhang", NOW, "我家也是")
        parties.ask(tx, Approval(0, ids[1], "extend", "wang", "等配件", 3, NOW, "", None, None))
    with database.read() as tx:
        yield tx


def numbers(tx: Tx, scope: Scope, wanted: Filter) -> str:
    found = board.find(tx, scope, wanted, None, 10)
    assert board.count(tx, scope, wanted) == len(found)
    assert {i.id for i in board.urgent(tx, scope, wanted, 10)} == {i.id for i in found}
    return " ".join(sorted(issue.number[-1] for issue in found))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), "1 2 3"),
        (Filter(statuses=("assigned",)), "2 3"),
        (Filter(levels=("U0",)), "2"),
        (Filter(categories=("env.snow", "env.trash")), "3"),
        (Filter(grids=("g1",)), "1 3"),
        (Filter(team="t2"), "3"),
        (Filter(person="wang"), ""),
        (Filter(number="1123-03"), "3"),
        (Filter(words="楼道"), "1"),
        (Filter(words="道"), "1 2"),
        (Filter(since=NOW + HOUR), ""),
        (Filter(until=NOW), ""),
        (Filter(done_since=NOW, done_until=NOW + 5 * HOUR), "1"),
        (Filter(answered_since=NOW, answered_until=NOW + 9 * HOUR), "1"),
        (Filter(answered_since=NOW, answered_until=NOW + HOUR), ""),
        (Filter(answered_since=NOW, answered_until=NOW + 9 * HOUR, answer="satisfied"), "1"),
        (Filter(answered_since=NOW, answered_until=NOW + 9 * HOUR, answer="unsatisfied"), ""),
        (Filter(overdue_at=NOW + 5 * HOUR), "2"),
        (Filter(due_from=NOW + 5 * HOUR, due_by=NOW + 24 * HOUR), "3"),
        (Filter(late_at=NOW + 5 * HOUR), "2"),
        (Filter(returned=True), "2"),
        (Filter(reopened=True), "3"),
        (Filter(repeated=True), "3"),
        (Filter(awaiting=True), "2"),
        (Filter(finished=True), "1"),
        (Filter(no_grid=True), ""),
        (Filter(no_team=True), ""),
    ],
)  # fmt: skip
def test_filters(filled: Tx, wanted: Filter, found: str) -> None:
    """The fourth is about the reader, and in no list of his."""
    assert numbers(filled, ALL, wanted) == found


def test_every_filter_is_tried() -> None:
    marks = test_filters.pytestmark  # type: ignore[attr-defined]
    tried = {
        name.name
        for wanted, _ in marks[0].args[1]
        for name in fields(Filter)
        if getattr(wanted, name.name) != name.default
    }
    assert tried == {field.name for field in fields(Filter)}


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope("x"), ""),
        (Scope("x", everything=True), "1 2 3 4"),
        (Scope("x", grids=("g1",)), "1 3"),
        (Scope("x", teams=("t2",)), "3"),
        (Scope("wang"), "4"),
        (Scope("lisa"), "1 2 3 4"),
        (Scope("zhang"), "3"),
        (Scope("x", on_duty=True), "2"),
        (Scope("x", everything=True, teams=("boss",)), "1 2 3"),
    ],
)
def test_scopes(filled: Tx, scope: Scope, found: str) -> None:
    assert numbers(filled, scope, Filter()) == found


def test_pages_go_back_from_a_place(filled: Tx) -> None:
    newest = board.find(filled, ALL, Filter(), None, 2)
    rest = board.find(filled, ALL, Filter(), newest[-1].id, 2)
    assert [issue.number[-1] for issue in (*newest, *rest)] == ["3", "2", "1"]


def test_totals_whole_and_in_parts(filled: Tx) -> None:
    at = NOW + 5 * HOUR
    [whole] = figures.totals(filled, ALL, Filter(), at)
    assert (whole.received, whole.done, whole.open, whole.late) == (3, 1, 2, 1)
    assert (whole.returned, whole.reopened, whole.repeated) == (1, 1, 1)
    parts = figures.totals(filled, ALL, Filter(), at, "grid")
    assert [(part.name, part.received) for part in parts] == [("g1", 2), ("g2", 1)]
    [none] = figures.totals(filled, ALL, Filter(since=NOW + HOUR), at)
    assert none.received == none.late == 0
    assert figures.totals(filled, Scope("wang"), Filter(), at, "owner_team")[0].name == ""


def test_times_answers_and_counts(filled: Tx) -> None:
    found = figures.took(filled, ALL, Filter(), "done_at", "category")
    assert list(found) == [MADE[0].category]
    assert round(found[MADE[0].category].median, 3) == 2
    span = Filter(answered_since=NOW, answered_until=NOW + 9 * HOUR)
    said = as_json({"contacted": True, "solved": True, "satisfaction": "satisfied"})
    assert figures.answers(filled, ALL, span) == [("", said, 1)]
    assert figures.answers(filled, ALL, span, "grid") == [("g1", said, 1)]
    assert figures.answers(filled, Scope("x", teams=("t2",)), span) == []
    assert board.counted(filled, ALL, Filter(), "grid") == {"g1": 2, "g2": 1}
    assert len(figures.recorded(filled, ALL, Filter())) == 3


def test_what_lists_need_besides(filled: Tx) -> None:
    found = board.find(filled, ALL, Filter(), None, 10)
    ids = [issue.id for issue in found]
    [(approval, issue)] = board.approvals(filled, ALL, 5)
    assert (approval.days, issue.number) == (3, "1123-02")
    assert board.approvals(filled, Scope("x"), 5) == []
    assert board.names(filled, ["lisa", "nobody"]) == {"lisa": "lisa"}
    assert board.names(filled, []) == {}
    assert board.parties_of(filled, []) == {}
    assert list(board.last_answers(filled, ids)) == [ids[-1]]
    assert '"satisfied"' in board.last_answers(filled, ids)[ids[-1]]


@pytest.mark.parametrize(
    ("hours", "median", "p90"),
    [([5], 5, 5), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), (list(range(1, 11)), 5, 9)],
)
def test_the_middle_and_nine_of_ten_by_the_nearest_rank(
    database: Database, hours: list[int], median: int, p90: int
) -> None:
    with database.write() as tx:
        people.put(tx, nobody("lisa", NOW))
        for i, took in enumerate(hours):
            done = NOW + took * HOUR
            issues.add(tx, replace(A, number=f"1123-{i:02d}", done_at=done))
        assert figures.took(tx, ALL, Filter(), "accepted_at") == {}
        found = figures.took(tx, ALL, Filter(), "done_at")[""]
    assert (round(found.median, 3), round(found.p90, 3), found.count) == (median, p90, len(hours))
