"""What the practices' tables promise: numbers, claims, journal, occasions, ballots, members."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.database import Database, StoreFailed
from data.practice_rows import Attendance, Bond, Claim, Entry, Member, Motion, Occasion, Round
from data.rows import Person
from data.tables import entries, issues, journal, members, motions, people, rounds
from desk import journal as log
from desk.chain import broken
from tests.contract.engines import together

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERSON = Person("p", "李秀兰", "resident", "", "泉馨苑小区", "3", "2", None, None, None, None, NOW)
ENTRY = Entry(
    id=0, kind="wish", number=1, status="published", title="电热毯", text="想要电热毯",
    category="wish.wish", skills=("跑腿",), times=("周六",), estate="泉馨苑小区", building=None,
    grid=None, proposer="p", beneficiary="p", team=None, issue=None, capacity=2, created_at=NOW,
    listed_at=NOW, valid_until=None, warned=0, data={"areas": ["甲"]},
)  # fmt: skip
CLAIM = Claim(
    id=0, entry=1, person="q", team=None, source=None, count=1, state="claimed", claimed_at=NOW,
    until=NOW + 14 * DAY, delivered_at=None, confirmed_at=None, warned=0, note="",
)  # fmt: skip
ROUND = Round(
    id=0, kind="visit", number=1, title="探访", person="p", team=None, target="q", estate=None,
    building=None, grid=None, rule="every 7", next_at=NOW, remind_hours=24, grace_hours=24,
    capacity=None, checklist=("门窗",), created_at=NOW, ended_at=None, data={},
)  # fmt: skip
OCCASION = Occasion(
    id=0, round=1, at=NOW, remind_at=NOW - DAY, lapses_at=NOW + DAY, state="planned", person=None,
    done_at=None, note="", answers=(), warned=0,
)  # fmt: skip
MOTION = Motion(
    id=0, number=1, question="装不装门禁", options=("同意", "不同意"), estate="泉馨苑小区",
    grid=None, households=10, quorum=6, status="open", proposer="p", created_at=NOW,
    closes_at=NOW + DAY, result={},
)  # fmt: skip
MEMBER = Member(
    id=0, number=1, person="p", state="confirmed", team=None, unit="司法局", occupation="律师",
    skills=("法律",), times=(), tags=("宣讲",), grid=None, placed="falv", reason="", applicant=None,
    source="chat", created_at=NOW, community_at=NOW, community_clerk="q", branch_at=None,
    branch_clerk=None,
)  # fmt: skip


@pytest.fixture
def db(database: Database) -> Database:
    with database.write() as tx:
        for id_ in ("p", "q"):
            people.put(tx, replace(PERSON, id=id_))
        entries.add(tx, ENTRY)
        rounds.add(tx, ROUND)
        motions.add(tx, MOTION)
    return database


def test_an_entry_comes_back_as_it_went_in(db: Database) -> None:
    with db.write() as tx:
        found = entries.by_number(tx, "wish", 1)
        assert found == replace(ENTRY, id=1)
        entries.save(tx, replace(found, status="taken", title="一床电热毯"))
        assert entries.of_kind(tx, "wish", "published") == []
        assert [e.title for e in entries.of_kind(tx, "wish", "taken")] == ["一床电热毯"]
        assert entries.of_person(tx, "p") != []


def test_numbers_of_a_kind_are_never_given_twice(db: Database) -> None:
    def number(_: int) -> int:
        with db.write() as tx:
            return issues.next_number(tx, "wish")

    assert sorted(together(8, number)) == list(range(1, 9))


def test_a_number_stands_for_one_entry(db: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        entries.add(tx, ENTRY)


def test_a_person_holds_one_claim_on_an_entry_at_a_time(db: Database) -> None:
    with db.write() as tx:
        first = entries.add_claim(tx, CLAIM)
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        entries.add_claim(tx, CLAIM)
    with db.write() as tx:
        entries.save_claim(tx, replace(CLAIM, id=first, state="lapsed"))
        assert entries.add_claim(tx, CLAIM) > first


def test_what_falls_due(db: Database) -> None:
    with db.write() as tx:
        entries.add_claim(tx, CLAIM)
        assert entries.due_claims(tx, NOW + 13 * DAY) == []
        assert len(entries.due_claims(tx, NOW + 14 * DAY)) == 1
        assert entries.nearly_due(tx, NOW + 13 * DAY) == []
        assert len(entries.nearly_due(tx, NOW + 14 * DAY)) == 1
        assert [c.person for c in entries.held_by(tx, "q")] == ["q"]
        assert len(entries.unclaimed(tx, "wish", NOW)) == 1
        assert entries.unclaimed(tx, "wish", NOW - DAY) == []
        entries.add(tx, replace(ENTRY, number=2, status="proposed", valid_until=NOW))
        assert [e.number for e in entries.unreviewed(tx, NOW)] == [2]
        assert entries.outdated(tx, NOW) == []


def test_the_journal_is_a_chain_for_each_subject(db: Database) -> None:
    with db.write() as tx:
        for at in range(3):
            log.write(tx, NOW + at * DAY, "p", ("wish", "1"), "claim", f"{at}", {"n": at}, "taken")
        log.write(tx, NOW, "q", ("post", "1"), "claim")
        lines = journal.of_subject(tx, "wish", "1")
        assert [line.seq for line in lines] == [1, 2, 3]
        assert broken(lines) is None
        assert broken([lines[0], replace(lines[1], note="别的"), lines[2]]) == 2
        assert journal.subjects_after(tx, "", "", 9) == [("post", "1"), ("wish", "1")]
        assert journal.subjects_after(tx, "post", "1", 9) == [("wish", "1")]
        assert journal.counted(tx, NOW, NOW + 2 * DAY) == {
            ("post", "claim"): 1, ("wish", "claim"): 2,
        }  # fmt: skip
        assert [line.data["n"] for line in journal.done(tx, "wish", "claim", NOW, NOW + DAY)] == [0]
        assert len(journal.by_actor(tx, "p", NOW, NOW + 9 * DAY)) == 3


def test_a_journal_line_is_written_once(db: Database) -> None:
    with db.write() as tx:
        line = log.write(tx, NOW, "p", ("wish", "1"), "claim")
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        journal.add(tx, line)


def test_occasions(db: Database) -> None:
    with db.write() as tx:
        assert [r.id for r in rounds.to_plan(tx, NOW)] == [1]
        made = rounds.add_occasion(tx, OCCASION)
        assert [o.id for o in rounds.to_remind(tx, NOW - DAY)] == [made]
        assert rounds.to_remind(tx, NOW - 2 * DAY) == []
        assert rounds.lapsed(tx, NOW) == []
        assert [o.id for o in rounds.lapsed(tx, NOW + DAY)] == [made]
        assert [o.id for o in rounds.planned_for(tx, "p")] == [made]
        rounds.save_occasion(tx, replace(OCCASION, id=made, state="held", answers=("好",)))
        assert rounds.lapsed(tx, NOW + DAY) == []
        assert rounds.occasions_of(tx, 1)[0].answers == ("好",)
        row = Attendance(made, "q", "signed", NOW, None, None, {"guardian": "p"})
        rounds.sign(tx, row)
        rounds.sign(tx, replace(row, state="came", came_at=NOW, clerk="p"))
        assert [a.state for a in rounds.attendance(tx, made)] == ["came"]
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        rounds.add_occasion(tx, OCCASION)


def test_of_eight_ballots_of_a_household_one_counts(db: Database) -> None:
    def vote(index: int) -> bool:
        with db.write() as tx:
            return motions.cast(tx, 1, "the same door", index % 2, NOW)

    assert sorted(together(8, vote)) == [False] * 7 + [True]
    with db.read() as tx:
        assert len(motions.ballots(tx, 1)) == 1
        assert motions.to_close(tx, NOW) == []
        assert [m.number for m in motions.to_close(tx, NOW + DAY)] == [1]


def test_members(db: Database) -> None:
    with db.write() as tx:
        members.add(tx, MEMBER)
        assert members.of_person(tx, "p") == replace(MEMBER, id=1)
        assert [m.number for m in members.with_word(tx, "法律")] == [1]
        assert [m.number for m in members.with_word(tx, "宣讲")] == [1]
        assert members.with_word(tx, "法") == []
        assert [m.number for m in members.named(tx, "李秀兰", "司法局")] == [1]
        assert members.counted(tx, "unit") == {"司法局": 1}
        assert members.tagged(tx) == {"宣讲": 1}
        found = members.in_building(tx, "泉馨苑小区", "3")
        assert [(m.number, person.id) for m, person in found] == [(1, "p")]
        assert members.in_building(tx, "泉馨苑小区", "4") == []
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        members.add(tx, replace(MEMBER, number=2))


def test_stewards_from_the_estate_to_the_stairway(db: Database) -> None:
    def bond(title: str, building: str | None = None, unit: str | None = None) -> Bond:
        return Bond(0, "steward", title, "p", None, None, "泉馨苑小区", building, unit, NOW, None)

    with db.write() as tx:
        rows = [bond("楼道长", "3", "2"), bond("包联"), bond("楼长", "3"), bond("别的楼", "4")]
        members.replace_stewards(tx, rows)
        found = members.stewards(tx, "泉馨苑小区", "3", "2")
        assert [b.title for b in found] == ["包联", "楼长", "楼道长"]
        assert [b.title for b in members.stewards(tx, "泉馨苑小区", None, None)] == ["包联"]


def test_a_passer_by_who_is_known_after_all_keeps_what_is_his(db: Database) -> None:
    with db.write() as tx:
        members.add(tx, MEMBER)
        entries.add(tx, replace(ENTRY, number=7, proposer="q", beneficiary="q"))
        entries.add_claim(tx, CLAIM)
        people.join_accounts(tx, "q", "p")
        assert people.by_id(tx, "q") is None
        assert [e.number for e in entries.of_person(tx, "p")] == [7, 1]
        assert len(entries.held_by(tx, "p")) == 1
        held = members.of_person(tx, "p")
        assert held is not None
        assert held.number == 1


def test_nothing_is_left_without_its_person(db: Database) -> None:
    with pytest.raises((StoreFailed, Exception), match=r"(?i)foreign key"), db.write() as tx:
        entries.add(tx, replace(ENTRY, number=3, proposer="nobody"))
