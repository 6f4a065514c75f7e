"""What the three lists' tables promise, on every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.database import Database
from data.lists_rows import Agreement, Booking, Project, Question, Task
from data.practice_rows import Entry
from data.rows import Person
from data.tables import agreements, bookings, entries, people, projects, questions, tasks
from tests.contract.engines import together

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERSON = Person("p", "李秀兰", "resident", "", "泉馨苑小区", "3", "2", None, None, None, None, NOW)
OFFER = Entry(
    id=0, kind="resource", number=1, status="published", title="理发", text="", category="",
    skills=(), times=("周二上午",), estate=None, building=None, grid=None, proposer="p",
    beneficiary=None, team="qizhong", issue=None, capacity=2, created_at=NOW, listed_at=NOW,
    valid_until=None, warned=0, data={"areas": []},
)  # fmt: skip
PROJECT = Project(
    id=0, number=1, kind="project", title="修车棚", stage="approved", state="open", team="qizhong",
    person=None, budget="", acceptance="", estate=None, grid=None, due=NOW, need=None, offer=None,
    issue=None, proposer="p", created_at=NOW, ended_at=None, warned=0,
)  # fmt: skip
TASK = Task(
    id=0, number=1, area="环境", title="清死角", team="huanbao", person=None, project=None, due=NOW,
    progress=0, state="open", note="", created_at=NOW, ended_at=None, warned=0,
)  # fmt: skip
AGREEMENT = Agreement(
    id=0, number=1, team="qizhong", commitments=("开放操场",), since=NOW, until=NOW + 40 * DAY,
    clerk="p", created_at=NOW, ended_at=None, warned=0,
)  # fmt: skip
QUESTION = Question(
    id=0, number=1, category="health.insurance", question="备案", answer="", state="asked",
    expert="p", unit="医保局", issue=None, asked_by="q", asked_at=NOW, answered_at=None,
    valid_until=None,
)  # fmt: skip
BOOKING = Booking(
    id=0, number=1, offer=1, at=NOW + DAY, seat=0, timed=True, person="q", need=None, issue=None,
    state="booked", created_at=NOW, warned=0,
)  # fmt: skip


@pytest.fixture
def db(database: Database) -> Database:
    with database.write() as tx:
        for id_ in ("p", "q"):
            people.put(tx, replace(PERSON, id=id_))
        entries.add(tx, OFFER)
        projects.add(tx, PROJECT)
    return database


def test_a_seat_is_given_once_however_many_ask_at_once(db: Database) -> None:
    def book(number: int) -> int | None:
        with db.write() as tx:
            taken = bookings.take(tx, replace(BOOKING, number=number + 1), seats=2)
            return taken.seat if taken else None

    seats = together(8, book)
    assert sorted(seat for seat in seats if seat is not None) == [0, 1]
    with db.read() as tx:
        assert bookings.taken(tx, 1, NOW, NOW + 2 * DAY) == {NOW + DAY: 2}


def test_a_cancelled_seat_is_free_again(db: Database) -> None:
    with db.write() as tx:
        taken = bookings.take(tx, BOOKING, seats=1)
        assert taken is not None
        assert bookings.take(tx, replace(BOOKING, number=2), seats=1) is None
        bookings.save(tx, replace(taken, state="cancelled"))
        assert bookings.taken(tx, 1, NOW, NOW + 2 * DAY) == {}
        again = bookings.take(tx, replace(BOOKING, number=3), seats=1)
        assert again is not None
        assert bookings.by_number(tx, 3) == again
        assert [b.number for b in bookings.of_person(tx, "p", NOW)] == [3]  # who offers it
        assert [b.number for b in bookings.to_remind(tx, NOW + DAY)] == [3]
        bookings.save(tx, replace(again, warned=1))
        assert bookings.to_remind(tx, NOW + DAY) == []


def test_a_project_comes_back_with_its_parties_and_followers(db: Database) -> None:
    with db.write() as tx:
        found = projects.by_number(tx, 1)
        assert found == replace(PROJECT, id=1)
        projects.take_part(tx, 1, "co", "huanbao")
        projects.take_part(tx, 1, "co", "huanbao")
        projects.take_part(tx, 1, "owners", "q")
        parties = projects.parties(tx, 1)
        assert [(party.role, party.who) for party in parties] == [
            ("co", "huanbao"), ("owners", "q"),
        ]  # fmt: skip
        projects.save_party(tx, replace(parties[1], agreed_at=NOW))
        assert [party.agreed_at for party in projects.parties(tx, 1)] == [None, NOW]
        assert [projects.follow(tx, 1, "q", NOW) for _ in range(2)] == [True, False]
        assert projects.followers(tx, 1) == ["q"]
        assert [projects.unfollow(tx, 1, "q") for _ in range(2)] == [True, False]
        assert [p.number for p in projects.overdue(tx, NOW)] == [1]
        projects.save(tx, replace(found, warned=1, state="done"))
        assert projects.overdue(tx, NOW) == []
        assert projects.page(tx, "open", 0, 9) == []
        assert [p.number for p in projects.page(tx, "", 0, 9)] == [1]


def test_the_board_counts_by_area(db: Database) -> None:
    with db.write() as tx:
        tasks.add(tx, TASK)
        tasks.add(tx, replace(TASK, number=2, title="清广告", progress=100, state="done"))
        tasks.add(tx, replace(TASK, number=3, area="平安", team=None, person="q", due=None))
        tasks.add(tx, replace(TASK, number=4, title="不做了", state="dropped"))
        board = tasks.board(tx, NOW)
        assert [(c.area, c.tasks, c.done, c.late, c.progress) for c in board] == [
            ("环境", 2, 1, 1, 50.0), ("平安", 1, 0, 0, 0.0),
        ]  # fmt: skip
        assert [t.number for t in tasks.open_of(tx, "q", ("huanbao",))] == [1, 3]
        assert [t.number for t in tasks.open_of(tx, "q", ())] == [3]
        assert [t.number for t in tasks.overdue(tx, NOW)] == [1]
        found = tasks.named(tx, "环境", "清死角")
        assert found is not None
        assert found.number == 1


def test_agreements_by_their_end(db: Database) -> None:
    with db.write() as tx:
        agreements.add(tx, AGREEMENT)
        assert [a.number for a in agreements.in_force(tx, NOW)] == [1]
        assert agreements.in_force(tx, NOW, "huanbao") == []
        assert agreements.in_force(tx, NOW + 40 * DAY) == []
        assert agreements.ending(tx, NOW + 39 * DAY, 1) == []
        [ending] = agreements.ending(tx, NOW + 40 * DAY, 1)
        assert ending.commitments == ("开放操场",)
        agreements.save(tx, replace(ending, warned=1))
        assert agreements.ending(tx, NOW + 40 * DAY, 1) == []


def test_what_is_answered_is_known_until_it_is_withdrawn(db: Database) -> None:
    with db.write() as tx:
        id_ = questions.add(tx, QUESTION)
        assert questions.known(tx, "health.insurance") == []
        answered = replace(
            QUESTION, id=id_, answer="手机上办", state="answered", answered_at=NOW,
            valid_until=NOW + DAY,
        )  # fmt: skip
        questions.save(tx, answered)
        assert questions.known(tx, "health.insurance") == [answered]
        assert questions.known(tx, "edu.school") == []
        assert questions.ageing(tx, NOW) == []
        assert questions.ageing(tx, NOW + DAY) == [answered]
        questions.save(tx, replace(answered, state="withdrawn"))
        assert questions.known(tx, "health.insurance") == []
        assert questions.page(tx, 0, 9) == []


def test_an_offer_by_unit_and_name_and_what_was_proposed_lately(db: Database) -> None:
    with db.write() as tx:
        found = entries.offered(tx, "qizhong", "理发")
        assert found is not None
        assert found.number == 1
        assert entries.offered(tx, "huanbao", "理发") is None
        need = replace(OFFER, kind="demand", category="env.garbage", estate="甲")
        entries.add(tx, need)
        listed = entries.proposed_since(tx, "demand", "env.garbage", "甲", NOW)
        assert listed is not None
        assert entries.proposed_since(tx, "demand", "env.garbage", None, NOW) is None
        assert entries.proposed_since(tx, "demand", "env.garbage", "甲", NOW + DAY) is None
