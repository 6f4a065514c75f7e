"""Figures counted in memory are those that the store counts, whatever has happened."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.database import Database, Tx
from data.rows import Event, Issue
from data.staff_rows import Spread
from data.tables import issues, people, reporters
from data.tables.board import Filter, Scope
from desk.columns import ColumnCache
from desk.service import nobody
from desk.tally import Tally
from tests.contract import figures_in_sql as figures
from tests.contract.test_tables import ISSUE

START = datetime(2026, 10, 1, tzinfo=UTC)
GRIDS = ("g1", "g2", "g3", None)
TEAMS = ("t1", "t2", None)
CATEGORIES = ("repair.light", "env.snow", "legal.fraud")
PEOPLE = ("lisa", "zhang", "wang")
SAID = ("satisfied", "fairly", "unsatisfied")
SCOPES = (
    Scope("boss", everything=True),
    Scope("wang", grids=("g1",)),
    Scope("zhang", teams=("t1",), grids=("g2", "g3")),
    Scope("lisa", on_duty=True),
    Scope("nobody"),
)
FILTERS = (
    Filter(), Filter(grids=("g1", "g2")), Filter(no_grid=True), Filter(team="t2"),
    Filter(no_team=True), Filter(categories=("env.snow",)), Filter(grids=("nowhere",)),
    Filter(grids=("g1",), team="t1", categories=CATEGORIES[:2]),
)  # fmt: skip


class History:
    """Random things that happen to issues, each with its event, as the desk does them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now = START
        self.numbers = 0

    def happen(self, tx: Tx) -> None:
        self.now += timedelta(seconds=self.dice.randrange(1, 40_000))
        known = issues.latest(tx, 500)
        if len(known) < 5 or self.dice.random() < 0.35:
            self._record(tx)
        else:
            self._go_on(tx, self.dice.choice(known))

    def _record(self, tx: Tx) -> None:
        team = self.dice.choice(TEAMS)
        self.numbers += 1
        made = replace(
            ISSUE, number=f"{self.now:%m%d}-{self.numbers:02d}", day=f"{self.now:%Y-%m-%d}",
            reporter=self.dice.choice(PEOPLE), grid=self.dice.choice(GRIDS), owner_team=team,
            owner_person=None if team else self.dice.choice(PEOPLE), created_at=self.now,
            category=self.dice.choice(CATEGORIES), level=self.dice.choice(("U0", "U2")),
            done_due=self.now + timedelta(hours=self.dice.choice((2, 24, 400))),
            against=self.dice.choice(((), (), (), ("wang",), ("t1", "boss"))), accepted_at=None,
            done_at=None, closed_at=None, parent=None, returns=0, reopens=0, status="assigned",
        )  # fmt: skip
        self._log(tx, replace(made, id=issues.add(tx, made)), "record")

    def _go_on(self, tx: Tx, issue: Issue) -> None:
        soon = self.now + timedelta(hours=self.dice.randrange(-40, 40))
        changes: dict[str, dict[str, Any]] = {
            "accept": {"status": "accepted", "accepted_at": self.now},
            "finish": {"status": "done", "done_at": self.now},
            "decline": {"status": "assigned", "returns": issue.returns + 1, "accepted_at": None},
            "reopen": {"status": "accepted", "reopens": issue.reopens + 1, "done_at": None,
                       "done_due": soon},
            "satisfied": {"status": "closed"},
            "dissatisfied": {"status": "closed"},
            "recategorise": {"category": self.dice.choice(CATEGORIES)},
            "transfer": {"owner_team": "t2", "owner_person": None},
            "merge": {"status": "merged", "parent": max(1, issue.id - 1)},
            "pause": {"status": "paused"},
            "exclude": {},
            "join": {},
        }  # fmt: skip
        action = self.dice.choice(list(changes))
        changed = replace(issue, **changes[action])
        issues.save(tx, changed)
        if action == "join":
            reporters.join(tx, issue.id, self.dice.choice(PEOPLE), self.now, "我家也是")
        self._log(tx, changed, action)

    def _log(self, tx: Tx, issue: Issue, action: str) -> None:
        last = issues.last_event(tx, issue.id)
        said = action in ("reopen", "satisfied", "dissatisfied")
        answer = {"contacted": self.dice.random() < 0.8, "solved": action == "satisfied",
                  "satisfaction": self.dice.choice(SAID)}  # fmt: skip
        seq = last.seq + 1 if last else 1
        issues.add_event(tx, Event(issue.id, seq, self.now, "lisa", action, issue.status, "",
                                   answer if said else {}, "", ""))  # fmt: skip


def compare(
    tx: Tx, caches: Sequence[ColumnCache], scope: Scope, wanted: Filter, now: datetime
) -> None:
    """Every figure of a few spans, whole and by each column, from each cache and from the store."""
    tallies = [Tally.of(tx, cache.at(tx), scope, wanted) for cache in caches]
    for begin, days in ((START - timedelta(days=9), 400), (START + timedelta(days=5), 7)):
        end = begin + timedelta(days=days)
        span = replace(wanted, since=begin, until=end)
        answered = replace(wanted, answered_since=begin, answered_until=end)
        found = [(tally, tally.spanned(begin, end)) for tally in tallies]
        for by in ("", "grid", "owner_team", "category"):
            totals = figures.totals(tx, scope, span, now, by)
            answers = sorted(figures.answers(tx, scope, answered, by))
            for tally, at in found:
                assert tally.totals(at, now, by) == totals
                assert sorted(tally.answers(begin, end, by)) == answers
            for until in ("accepted_at", "done_at"):
                slow = figures.took(tx, scope, span, until, by)
                for tally, at in found:
                    alike(tally.took(at, until, by), slow)
        counted = figures.counted(tx, scope, span, "day")
        recorded = sorted(figures.recorded(tx, scope, span))
        for tally, at in found:
            assert tally.counted(at, "day") == counted
            assert sorted(tally.recorded(at)) == recorded


def alike(fast: Mapping[str, Spread], slow: Mapping[str, Spread]) -> None:
    assert fast.keys() == slow.keys()
    for name, spread in slow.items():
        assert fast[name].count == spread.count
        assert fast[name].median == pytest.approx(spread.median, abs=1e-5)
        assert fast[name].p90 == pytest.approx(spread.p90, abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_memory_and_store_count_the_same(database: Database, seed: int) -> None:
    history, cache = History(seed), ColumnCache()
    with database.write() as tx:
        for person in PEOPLE:
            people.put(tx, nobody(person, START, name=person))
    for step in range(30):
        with database.write() as tx:
            for _ in range(history.dice.randrange(1, 6)):
                history.happen(tx)
        with database.read() as tx:
            scope, wanted = SCOPES[step % len(SCOPES)], FILTERS[step % len(FILTERS)]
            compare(tx, (cache,), scope, wanted, history.now)
    grown_and_new = (cache, ColumnCache())
    with database.read() as tx:
        for scope in SCOPES:
            for wanted in FILTERS:
                compare(tx, grown_and_new, scope, wanted, history.now)
