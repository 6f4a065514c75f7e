"""The whole loop at random: every actor tries every step, time passes, and the promises hold."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from data.contents import Content, load_content
from data.database import Tx
from data.rows import Issue
from data.settings import ROOT
from data.tables import issues as table
from desk import audit, reminders, together
from desk.rules import deadlines, lifecycle
from desk.service import is_workday
from tests.contract.engines import ENGINES, READY
from tests.journey.lifecycle_oracle import (
    NAMED,
    Kept,
    Oracle,
    alarms_keep_their_distance,
    reachable,
    reporters,
)
from tests.journey.lifecycle_town import (
    MATTERS,
    MOVING,
    PARTS,
    STEPS,
    TEAMS,
    WORDS,
    Matter,
    Move,
    Office,
)

TARGETS = ("gongdian", "reli", "huimin", "hujun", "niezhiyong", "wangfang", "shequ")
# The loop is the same on every engine; what PostgreSQL may do otherwise shows in fewer.
EXAMPLES = {engine: int(os.environ.get("HUYING_LIFECYCLES", "20")) for engine in ENGINES}
EXAMPLES |= {"sqlite": int(os.environ.get("HUYING_LIFECYCLES", "80"))}
STEPS_EACH = 30


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(ROOT / "data" / "content")


class Loop(RuleBasedStateMachine):
    """Several issues at one house, and everybody who has to do with them."""

    content: Content
    place: Callable[[Path], str]

    @initialize(matter=st.sampled_from(MATTERS))
    def open(self, matter: Matter) -> None:
        self.folder = TemporaryDirectory()
        self.office = Office(self.place(Path(self.folder.name)), self.content)
        self.kept: dict[int, Kept] = {}
        self._remember(self.office.report(matter))

    @precondition(lambda self: len(self.kept) < 3)
    @rule(matter=st.sampled_from(MATTERS), reporter=st.sampled_from(("lixiulan", "liufusheng")))
    def report(self, matter: Matter, reporter: str) -> None:
        self._remember(self.office.report(matter, reporter))

    @rule(
        data=st.data(),
        action=st.sampled_from(sorted(STEPS)),
        part=st.sampled_from(PARTS),
        words=st.sampled_from((WORDS, WORDS, WORDS, " ")),
    )
    def attempt(self, data: st.DataObject, action: str, part: str, words: str) -> None:
        """Anybody tries anything."""
        self._attempt(data, action, part, words)

    @rule(
        data=st.data(),
        step=st.sampled_from(
            (
                ("accept", "owner"), ("finish", "owner"), ("finish", "grid"),
                ("reopen", "reporter"), ("decline", "owner"), ("ask_pause", "owner"),
                ("ask_extend", "owner"), ("agree", "desk"), ("resume", "owner"),
                ("join", "neighbour"), ("join", "stranger"), ("merge", "desk"),
                ("unmerge", "desk"), ("transfer", "grid"), ("satisfied", "reporter"),
            )
        ),
    )  # fmt: skip
    def proceed(self, data: st.DataObject, step: tuple[str, str]) -> None:
        """Those whose turn it may well be do what they may well do."""
        self._attempt(data, *step, WORDS)

    @rule(hours=st.sampled_from((0.02, 0.1, 0.6, 3, 25, 80, 200)))
    def wait(self, hours: float) -> None:
        self.office.wait(timedelta(hours=hours))
        with self.office.db.read() as tx:
            for kept in self.kept.values():
                issue = self.office.issue(tx, kept.number)
                if kept.status == "done" and issue.status == "closed":
                    assert table.last_event(tx, issue.id).action == "lapse"  # type: ignore[union-attr]
                    kept.status = "closed"
                self._is_warned_of(tx, issue)

    def _attempt(self, data: st.DataObject, action: str, part: str, words: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.kept)))
        other = data.draw(st.sampled_from(sorted(self.kept))) if action == "merge" else None
        teams = TARGETS if action == "transfer" else TEAMS
        target = data.draw(st.sampled_from(teams)) if action in MOVING else teams[0]
        move = Move(action, part, words, target, other)
        kept = self.kept[number]
        with self.office.db.read() as tx:
            before = self.office.issue(tx, number)
            person = self.office.cast(tx, before, part)
            wanted = Oracle(self.office, self.kept, tx, before, kept, person).reason(move)
            heard = reporters(self.kept, number)
        assert self.office.attempt(number, move) == wanted
        if wanted is None:
            self._follow(kept, before, move, person)
            if action == "finish":
                self._all_told(number, heard - {person} - kept.blamed)

    # -- the test's own picture -----------------------------------------------------------------

    def _remember(self, number: int) -> None:
        with self.office.db.read() as tx:
            issue = self.office.issue(tx, number)
        blamed = set(issue.against)
        for code in issue.against:
            team = self.office.roster.teams.get(code)
            blamed |= set(team.members) if team else set()
        self.kept[number] = Kept(
            number, issue.level, issue.contact_due, issue.done_due, frozenset(blamed),
            first=issue.reporter,
        )  # fmt: skip

    def _follow(self, kept: Kept, before: Issue, move: Move, person: str) -> None:
        """What a step that was allowed should have changed."""
        kept.steps += 1
        if move.action == "agree":
            self._granted(kept, before)
        elif move.action == "refuse":
            kept.asked.popitem()
        elif move.action not in ("arrive", "part_done"):
            action = NAMED.get(move.action, move.action)
            kept.status = lifecycle.TABLE[before.status, action].to  # type: ignore[index]
        effect: Callable[[Kept, Issue, Move, str], None] | None
        effect = getattr(self, f"_{move.action}", None)
        if effect:
            effect(kept, before, move, person)

    def _urge(self, kept: Kept, *_: Any) -> None:
        kept.urges += 1

    def _decline(self, kept: Kept, *_: Any) -> None:
        kept.returns += 1

    def _supervise(self, kept: Kept, *_: Any) -> None:
        kept.card = "red" if kept.card else "yellow"

    def _ask_pause(self, kept: Kept, _: Issue, __: Move, person: str) -> None:
        kept.asked.pop("pause", None)
        kept.asked["pause"] = person

    def _ask_extend(self, kept: Kept, _: Issue, __: Move, person: str) -> None:
        kept.asked.pop("extend", None)
        kept.asked["extend"] = person

    def _ask_exclude(self, kept: Kept, _: Issue, __: Move, person: str) -> None:
        kept.asked.pop("exclude", None)
        kept.asked["exclude"] = person

    def _join(self, kept: Kept, _: Issue, __: Move, person: str) -> None:
        kept.reported.add(person)
        with self.office.db.read() as tx:
            level = self.office.issue(tx, kept.number).level
        assert level in (kept.level, lifecycle.raised(kept.level))
        kept.level = level

    def _whistle(self, kept: Kept, before: Issue, move: Move, _: str) -> None:
        if before.owner_team != move.target:
            kept.status = "assigned"  # the leading unit owns it, and has yet to accept

    def _merge(self, kept: Kept, _: Issue, move: Move, __: str) -> None:
        kept.parent = move.other

    def _unmerge(self, kept: Kept, *_: Any) -> None:
        kept.parent = None

    def _resume(self, kept: Kept, before: Issue, *_: Any) -> None:
        assert before.paused_at is not None
        kept.done_due += self.office.now - before.paused_at

    def _reopen(self, kept: Kept, before: Issue, *_: Any) -> None:
        kept.level = lifecycle.raised(kept.level)
        kept.reopens += 1
        category = self.content.catalogue[before.category]
        now = self.office.now
        kept.contact_due = deadlines.contact_due(kept.level, now)
        kept.done_due = deadlines.done_due(
            kept.level, category.limit, now, is_workday, category.level
        )

    def _recategorise(self, kept: Kept, *_: Any) -> None:
        with self.office.db.read() as tx:
            issue = self.office.issue(tx, kept.number)
        kept.status, kept.level, kept.done_due = issue.status, issue.level, issue.done_due
        kept.contact_due = issue.contact_due
        kept.blamed = self.office.roster.blamed(issue.against)

    def _granted(self, kept: Kept, before: Issue) -> None:
        kind, _ = kept.asked.popitem()
        if kind == "extend":
            kept.done_due += timedelta(days=3)
        kept.status = lifecycle.TABLE[before.status, kind].to  # type: ignore[index]

    # -- the promises ---------------------------------------------------------------------------

    def _all_told(self, number: int, people: set[str]) -> None:
        with self.office.db.read() as tx:
            last = table.last_event(tx, number)
            assert last is not None
            told = {p.person for p in self.office.pushes(tx) if _event(p.key) == (number, last.seq)}
        assert people <= told

    def _is_warned_of(self, tx: Tx, issue: Issue) -> None:
        """After a sweep nothing that is late has gone unsaid."""
        now = self.office.now
        if issue.status not in ("assigned", "accepted"):
            return
        assert reminders.stage(issue, now) <= issue.warned
        if issue.done_due <= now:
            log = table.events(tx, issue.id)
            assert any(e.action == "overdue" and e.at >= issue.done_due for e in log)

    @invariant()
    def the_store_says_what_the_test_counted(self) -> None:
        with self.office.db.read() as tx:
            for kept in getattr(self, "kept", {}).values():
                issue = self.office.issue(tx, kept.number)
                log = table.events(tx, issue.id)
                assert _facts(issue) == _facts(kept)
                assert together.count(self.office.act(tx, "system"), issue) == len(
                    reporters(self.kept, kept.number)
                )
                assert Counter(e.action for e in log)["urge"] == kept.urges
                _owned(self.office, issue, kept)
                reachable(log, issue)
                alarms_keep_their_distance(log)

    @invariant()
    def the_log_holds(self) -> None:
        if hasattr(self, "office"):
            assert list(audit.verify(self.office.db)) == []

    @invariant()
    def each_push_is_for_the_right_person_once(self) -> None:
        if not hasattr(self, "office"):
            return
        with self.office.db.read() as tx:
            pushes = self.office.pushes(tx)
        once = Counter((_event(push.key), push.person) for push in pushes)
        assert [key for key, count in once.items() if count > 1] == []
        for push in pushes:
            assert push.person not in self.kept[push.issue or 0].blamed, push.text

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.db.close()
            self.folder.cleanup()


def _event(key: str) -> tuple[int, int]:
    """The event a push tells of: its key begins with the issue and the event's number."""
    issue, seq = key.split(":")[:2]
    return int(issue), int(seq)


def _facts(of: Issue | Kept) -> dict[str, object]:
    names = ("status", "level", "contact_due", "done_due", "urges", "returns", "reopens", "card",
             "parent")  # fmt: skip
    return {name: getattr(of, name) for name in names}


def _owned(office: Office, issue: Issue, kept: Kept) -> None:
    """Exactly one accountable owner, who exists and is not complained about."""
    assert (issue.owner_team is None) != (issue.owner_person is None)
    if issue.owner_team:
        team = office.roster.teams[issue.owner_team]
        assert not {team.code, *team.members[:1]} & kept.blamed
    else:
        assert office.roster.staff[str(issue.owner_person)].id not in kept.blamed
    assert issue.handler not in kept.blamed
    if issue.status == "accepted":
        assert issue.handler is not None
    assert office.roster.owner_people(issue)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_the_loop_keeps_its_promises(engine: str, content: Content) -> None:
    machine = type("Machine", (Loop,), {"content": content, "place": staticmethod(READY[engine])})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[engine],
            stateful_step_count=STEPS_EACH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize="HUYING_LIFECYCLES" not in os.environ,
            report_multiple_bugs=False,
            database=None,
        ),
    )
