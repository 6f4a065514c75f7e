"""What the tables of yards, stations, notices, cards, questionnaires promise, on every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.database import Database
from data.duty_rows import Bulletin, ElderCard, Station, Survey, SurveyAnswer, Yard
from data.practice_rows import Attendance, Occasion, Round
from data.rows import Grid, Person
from data.tables import (
    bulletins,
    elder_cards,
    people,
    roster,
    rounds,
    stations,
    surveys,
    yards,
)
from tests.contract.engines import together

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERSON = Person("p", "李秀兰", "resident", "139", "甲院", "3", "2", "301", "G", None, None, NOW)
YARD = Yard(
    id=0, number=1, code="yuan-1", label="12号院", estate="甲院", building="3", address="",
    grid="G", landlord="p", colour="红", stars=3, reason="飞线", changed_at=NOW,
)  # fmt: skip
STATION = Station(
    id=0, number=1, name="北园驿站", kind="暖心驿站", estate="甲院", building=None, address="东门",
    grid="G", hours="08:00-20:00", services=("充电", "饮水"), phone="", team=None, keepers=("p",),
    about="",
)  # fmt: skip
BULLETIN = Bulletin(0, 1, "停水", "甲院", None, "p", NOW, None)
CARD = ElderCard(0, 1, "p", 1943, ("独居",), NOW, None)
SURVEY = Survey(
    0, 1, "需求", (("要什么", ("理发", "陪诊")), ("还缺什么", ())), None, "p", NOW, None
)
ROUND = Round(
    id=0, kind="event", number=1, title="合唱队", person="p", team=None, target=None, estate=None,
    building=None, grid=None, rule="weekly 4 15:00", next_at=NOW, remind_hours=24, grace_hours=12,
    capacity=1, checklist=(), created_at=NOW, ended_at=None, data={"course": True},
)  # fmt: skip


def occasion(at: datetime, state: str = "planned", person: str | None = None) -> Occasion:
    return Occasion(0, 1, at, at - DAY, at + DAY, state, person, None, "", (), 0)  # type: ignore[arg-type]


@pytest.fixture
def db(database: Database) -> Database:
    with database.write() as tx:
        for id_ in ("p", "q"):
            people.put(tx, replace(PERSON, id=id_))
    return database


def test_a_yard_comes_back_and_its_code_is_its_own(db: Database) -> None:
    with db.write() as tx:
        made = yards.add(tx, YARD)
        found = yards.by_code(tx, "yuan-1")
        assert found == replace(YARD, id=made)
        yards.save(tx, replace(found, colour="蓝"))
        yards.add(tx, replace(YARD, number=2, code="yuan-2", landlord=None))
        assert yards.by_colour(tx) == {("G", "蓝"): 1, ("G", "红"): 1}
        assert [yard.number for yard in yards.of_landlord(tx, "p")] == [1]
        assert [yard.number for yard in yards.page(tx, 1, 9)] == [2]
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        yards.add(tx, replace(YARD, number=3))


def test_a_grid_has_a_title(db: Database) -> None:
    with db.write() as tx:
        roster.replace_grids(
            tx, [Grid("G", "东", "密", None, "p", "党小组"), Grid("H", "西", "密", None, "p")]
        )
        assert [grid.title for grid in roster.grids(tx)] == ["党小组", ""]


def test_stations(db: Database) -> None:
    with db.write() as tx:
        made = stations.add(tx, STATION)
        assert stations.by_name(tx, "北园驿站") == replace(STATION, id=made)
        stations.add(tx, replace(STATION, number=2, name="南园", kind="议事亭"))
        assert [s.number for s in stations.every(tx)] == [1, 2]
        assert [s.number for s in stations.every(tx, "议事亭")] == [2]
        assert stations.counted(tx) == {"暖心驿站": 1, "议事亭": 1}
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        stations.add(tx, replace(STATION, number=3))


def test_a_notice_is_read_once_by_whom_it_was_sent_to(db: Database) -> None:
    with db.write() as tx:
        made = bulletins.add(tx, BULLETIN)
        bulletins.address(tx, made, ["p"])
        assert bulletins.counts(tx, made) == (1, 0)
        assert [b.number for b in bulletins.unread_by(tx, "p")] == [1]
        assert bulletins.read(tx, made, "p", NOW)
        assert not bulletins.read(tx, made, "p", NOW)
        assert not bulletins.read(tx, made, "q", NOW)
        assert bulletins.counts(tx, made) == (1, 1)
        assert bulletins.unread_by(tx, "p") == []
        assert [b.number for b in bulletins.latest(tx)] == [1]


def test_a_person_has_one_card(db: Database) -> None:
    with db.write() as tx:
        made = elder_cards.add(tx, CARD)
        assert elder_cards.of_person(tx, "p") == replace(CARD, id=made)
        assert elder_cards.known(tx) == {("李秀兰", "139"): "p"}
        assert [p.id for p in elder_cards.born_before(tx, 1943, "甲院")] == ["p"]
        assert elder_cards.born_before(tx, 1942, "甲院") == []
        assert elder_cards.born_before(tx, 1943, "乙院") == []
        elder_cards.save(tx, replace(CARD, id=made, ended_at=NOW))
        assert elder_cards.count(tx) == 0
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        elder_cards.add(tx, replace(CARD, number=2))


def test_of_eight_answers_of_one_respondent_the_first_counts(db: Database) -> None:
    with db.write() as tx:
        made = surveys.add(tx, SURVEY)
        found = surveys.by_number(tx, 1)
        assert found == replace(SURVEY, id=made)

    def answer(index: int) -> bool:
        given = SurveyAnswer(made, "somebody", (f"{index}", ""), "online", NOW)
        with db.write() as tx:
            return surveys.answer(tx, given)

    assert sorted(together(8, answer)) == [False] * 7 + [True]
    with db.write() as tx:
        assert len(surveys.answers(tx, made)) == 1
        surveys.save(tx, replace(SURVEY, id=made, closed_at=NOW))
        assert surveys.under_way(tx) == []


def test_whose_turn_it_is(db: Database) -> None:
    with db.write() as tx:
        rounds.add(tx, ROUND)
        mine = rounds.add_occasion(tx, occasion(NOW))
        rounds.add_occasion(tx, occasion(NOW + DAY, person="q"))
        assert [o.id for o in rounds.planned_for(tx, "p")] == [mine]
        assert [o.person for o in rounds.planned_for(tx, "q")] == ["q"]
        assert rounds.counted(tx, 1) == {"planned": 2}
        assert rounds.count_occasions(tx, 1) == 2
        assert [r.number for r in rounds.page(tx, "event", 0, 9)] == [1]
        assert rounds.page(tx, "event", 1, 9) == []
        assert [r.id for r in rounds.of_person(tx, "p", ("event",))] == [1]
        assert rounds.of_person(tx, "p", ("visit",)) == []


def test_what_was_missed_and_not_made_up_for(db: Database) -> None:
    with db.write() as tx:
        rounds.add(tx, ROUND)
        missed = rounds.add_occasion(tx, occasion(NOW, "missed"))
        assert [o.id for o in rounds.missed(tx, 9)] == [missed]
        later = replace(occasion(NOW + 2 * DAY, "held"), done_at=NOW + 2 * DAY)
        rounds.add_occasion(tx, later)
        assert rounds.missed(tx, 9) == []


def test_a_course_carries_its_people_over_and_a_gathering_forgets_them(db: Database) -> None:
    with db.write() as tx:
        rounds.add(tx, ROUND)
        first = rounds.add_occasion(tx, occasion(NOW))
        second = rounds.add_occasion(tx, occasion(NOW + 7 * DAY))
        came = Attendance(first, "p", "came", NOW, NOW, "q", {"guardian": "q"})
        rounds.sign(tx, came)
        rounds.sign(tx, replace(came, person="q", state="cancelled", came_at=None))
        rounds.carry(tx, first, second)
        rounds.carry(tx, first, second)
        found = [(a.person, a.state, a.came_at, a.data) for a in rounds.attendance(tx, second)]
        assert found == [("p", "signed", None, {"guardian": "q"})]
        rounds.forget(tx, first)
        assert rounds.attendance(tx, first) == []


def test_who_is_known_after_all_keeps_his_yard_card_and_notices(db: Database) -> None:
    with db.write() as tx:
        yards.add(tx, replace(YARD, landlord="q"))
        elder_cards.add(tx, replace(CARD, person="q"))
        made = bulletins.add(tx, replace(BULLETIN, sender="q"))
        bulletins.address(tx, made, ["q"])
        surveys.add(tx, replace(SURVEY, proposer="q"))
        people.join_accounts(tx, "q", "p")
        assert people.by_id(tx, "q") is None
        assert [yard.number for yard in yards.of_landlord(tx, "p")] == [1]
        assert elder_cards.of_person(tx, "p") is not None
        assert [b.sender for b in bulletins.unread_by(tx, "p")] == ["p"]


def test_who_can_be_told_in_a_place(db: Database) -> None:
    with db.write() as tx:
        people.bind(tx, "wechat", "o-p", "p")
        assert [p.id for p in people.living_in(tx, "甲院")] == ["p"]  # the other has no account
        assert people.living_in(tx, "乙院") == []
        assert [p.id for p in people.with_grid(tx)] == ["p"]
        people.forget_name(tx, "p")
        person = people.by_id(tx, "p")
        assert person is not None
        assert person.name == ""
