"""What the tables of deliberation, mediation, opinions and points promise, on every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.council_rows import (
    Dispute,
    FollowUp,
    Fund,
    Invitee,
    Nomination,
    Opinion,
    Points,
    Spending,
    Topic,
)  # fmt: skip
from data.database import Database
from data.practice_rows import Occasion
from data.rows import StoredMessage
from data.tables import (
    disputes,
    funds,
    members,
    messages,
    motions,
    opinions,
    people,
    points,
    rounds,
    topics,
)
from desk import journal as log
from tests.contract.engines import together
from tests.contract.test_practice_tables import DAY, MOTION, NOW, PERSON, ROUND

TOPIC = Topic(
    id=0, number=1, status="proposed", title="分类点设在哪", text="原话", category="env.sorting",
    estates=("泉馨苑小区", "朝阳街小区"), grid=None, issues=("2026-11-23/1123-01",), proposer="p",
    chair=None, venue="", meets_at=None, motion=None, resolution="", created_at=NOW, closed_at=None,
)  # fmt: skip
TASK = FollowUp(
    id=0, topic=1, text="装扶手", person="q", team="huimin", issue=None, project="项-1",
    due_at=NOW + DAY, created_at=NOW, done_at=None, warned=0,
)  # fmt: skip
DISPUTE = Dispute(
    id=0, number=1, status="accepted", stage="people", category="neighbor.dispute", text="漏水",
    estate=None, issue=None, team="xiaoli", mediator="p", agreement="", opened_at=NOW,
    agreed_at=None, closed_at=None,
)  # fmt: skip
FUND = Fund(
    id=0, number=1, status="open", title="门禁", estate="泉馨苑小区", goal=1_200_000, topic=None,
    keeper="p", created_at=NOW, settled_at=None,
)  # fmt: skip
OPINION = Opinion(
    id=0, number=1, receipt="ACDEFGHJ", day="2026-11-23", status="received", text="话", estate=None,
    reply="", topic=None,
)  # fmt: skip
POINTS = Points(0, "p", 5, "service", 1, "wish-1", NOW, 0)
NOMINATION = Nomination(0, 1, "nominated", "p", "q", "修灯", None, NOW, None)


@pytest.fixture
def db(database: Database) -> Database:
    with database.write() as tx:
        for id_ in ("p", "q", "r"):
            people.put(tx, replace(PERSON, id=id_))
        topics.add(tx, TOPIC)
    return database


def test_a_topic_comes_back_as_it_went_in(db: Database) -> None:
    with db.write() as tx:
        found = topics.by_number(tx, 1)
        assert found == replace(TOPIC, id=1)
        topics.save(tx, replace(found, status="adopted", chair="q", meets_at=NOW + DAY))
        assert topics.page(tx, ("proposed",), 0, 9) == []
        assert [t.chair for t in topics.page(tx, ("adopted",), 0, 9)] == ["q"]
        assert topics.page(tx, (), 1, 9) == []
        assert [t.number for t in topics.latest(tx, ("adopted", "closed"), 9)] == [1]


def test_nobody_is_invited_twice(db: Database) -> None:
    row = Invitee(0, 1, "q", "居民代表", None, "invited", NOW)
    with db.write() as tx:
        assert topics.invite(tx, row)
        assert not topics.invite(tx, replace(row, role="组长"))
        [kept] = topics.invitees(tx, 1)
        topics.save_invitee(tx, replace(kept, state="coming"))
        assert [(i.role, i.state) for i in topics.invitees(tx, 1)] == [("居民代表", "coming")]
        assert topics.invited_to(tx, "q") == []  # not sent out yet
        topics.save(tx, replace(TOPIC, id=1, status="invited"))
        assert [t.number for t in topics.invited_to(tx, "q")] == [1]


def test_what_is_to_be_done(db: Database) -> None:
    with db.write() as tx:
        made = topics.add_followup(tx, TASK)
        assert topics.overdue(tx, NOW) == []
        assert [f.id for f in topics.overdue(tx, NOW + DAY)] == [made]
        assert [f.id for f in topics.owed_by(tx, "r", ("huimin",))] == [made]
        assert [f.id for f in topics.owed_by(tx, "q", ())] == [made]
        assert topics.owed_by(tx, "r", ("other",)) == []
        topics.save_followup(tx, replace(TASK, id=made, warned=1))
        assert topics.overdue(tx, NOW + DAY) == []
        topics.save_followup(tx, replace(TASK, id=made, done_at=NOW))
        assert topics.owed_by(tx, "q", ()) == []


def test_what_presses_stands_first_and_what_was_done_last_behind_it(db: Database) -> None:
    with db.write() as tx:
        for days, done in ((3, None), (1, None), (1, 0), (2, 1)):
            row = replace(TASK, due_at=NOW + days * DAY)
            topics.add_followup(
                tx, replace(row, done_at=None if done is None else NOW + done * DAY)
            )
        found = topics.every_followup(tx, 9)
        assert [row.id for row in found] == [2, 1, 4, 3]
        assert [row.id for row in topics.every_followup(tx, 2)] == [2, 1]
        assert topics.followup(tx, 3) == found[3]
        assert [topics.late(tx, NOW + days * DAY) for days in (0, 1, 3)] == [0, 1, 2]
        assert topics.followup(tx, 99) is None
        assert [topic.id for topic in topics.of_ids(tx, [1, 99])] == [1]
        assert topics.of_ids(tx, []) == []


def test_a_topic_hears_of_its_vote_when_it_is_over(db: Database) -> None:
    with db.write() as tx:
        motion = motions.add(tx, MOTION)
        topics.save(tx, replace(TOPIC, id=1, status="voting", motion=motion))
        assert topics.voted(tx) == []
        motions.save(tx, replace(MOTION, id=motion, status="passed"))
        assert [t.number for t in topics.voted(tx)] == [1]
        assert motions.households(tx, "泉馨苑小区") == 10
        assert motions.households(tx, "别处") is None
        found = motions.by_id(tx, motion)
        assert found is not None
        assert [m.number for m in motions.page(tx, 0, 9)] == [found.number]


def test_an_agenda_is_built_once(db: Database) -> None:
    with db.write() as tx:
        duty = rounds.add(tx, replace(ROUND, kind="council"))
        made = rounds.add_occasion(tx, Occasion(
            id=0, round=duty, at=NOW + DAY, remind_at=NOW, lapses_at=NOW + 2 * DAY,
            state="planned", person=None, done_at=None, note="", answers=(), warned=0,
        ))  # fmt: skip
        assert topics.unbuilt_agendas(tx, NOW) == []
        assert topics.unbuilt_agendas(tx, NOW + DAY) == [made]
        log.write(tx, NOW, "p", ("agenda", str(made)), "build")
        assert topics.unbuilt_agendas(tx, NOW + DAY) == []


def test_a_case_and_its_parties(db: Database) -> None:
    with db.write() as tx:
        made = disputes.add(tx, DISPUTE)
        assert disputes.by_number(tx, 1) == replace(DISPUTE, id=made)
        assert disputes.add_party(tx, made, "q")
        assert not disputes.add_party(tx, made, "q")
        disputes.add_party(tx, made, "r")
        assert disputes.parties(tx, made) == ["q", "r"]
        disputes.save(tx, replace(DISPUTE, id=made, status="closed", closed_at=NOW))
        assert disputes.counted(tx) == {"closed": 1}
        assert disputes.page(tx, ("accepted",), 0, 9) == []
        assert disputes.of_issue(tx, 7) is None


def test_a_household_pledges_once_and_what_it_gave_is_added_up(db: Database) -> None:
    with db.write() as tx:
        made = funds.add(tx, FUND)
        funds.pledge(tx, made, "door", "q", 10_000, 0, NOW)
        funds.pledge(tx, made, "door", "q", 20_000, 5_000, NOW)
        funds.pledge(tx, made, "door", "r", 20_000, 5_000, NOW)
        [kept] = funds.pledges(tx, made)
        assert (kept.person, kept.amount, kept.received) == ("q", 20_000, 10_000)
        funds.spend(tx, Spending(0, made, 3_000, "主机", NOW, "p"))
        assert [s.amount for s in funds.spendings(tx, made)] == [3_000]
        assert funds.of_household(tx, made, "other door") is None
        assert [f.number for f in funds.latest(tx, 9)] == [1]


def test_eight_givers_of_one_household_at_once_lose_nothing(db: Database) -> None:
    with db.write() as tx:
        made = funds.add(tx, FUND)

    def give(_: int) -> None:
        with db.write() as tx:
            funds.pledge(tx, made, "door", "q", 80, 10, NOW)

    together(8, give)
    with db.read() as tx:
        assert [p.received for p in funds.pledges(tx, made)] == [80]


def test_of_a_message_that_brought_an_opinion_only_its_key_is_left(db: Database) -> None:
    message = StoredMessage("k", "wechat", "g", "q", "text", "不说名字", {"id": "m"}, NOW, None)
    with db.write() as tx:
        people.put(tx, replace(PERSON, id="anonymous"))
        messages.receive(tx, message)
        opinions.forget_sender(tx, "k", "anonymous")
        messages.answer(tx, "k", "回执 ACDEFGHJ")
        kept = messages.by_key(tx, "k")
        assert kept is not None
        assert (kept.person, kept.chat, kept.text, kept.media) == ("anonymous", "", "", {})
        assert not messages.receive(tx, message)  # a retry is known
        opinions.add(tx, OPINION)
        assert opinions.by_receipt(tx, "ACDEFGHJ") == replace(OPINION, id=1)
        assert opinions.page(tx, 0, 9, "answered") == []
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"), db.write() as tx:
        opinions.add(tx, replace(OPINION, number=2))


def test_the_point_ledger(db: Database) -> None:
    taken = replace(POINTS, points=-5, at=NOW + DAY, undone=1)
    with db.write() as tx:
        points.add(tx, [POINTS, taken, replace(POINTS, person="q", points=2)])
        assert [row.points for row in points.every(tx)] == [5, 2, -5]
        assert points.sums(tx, NOW, NOW + timedelta(hours=1)) == [("p", 5), ("q", 2)]
        assert points.sums(tx, NOW, NOW + 2 * DAY) == [("q", 2), ("p", 0)]
        assert len(points.of_person(tx, "p", NOW, NOW + 2 * DAY)) == 2
        points.remove(tx, points.of_person(tx, "p", NOW, NOW + 2 * DAY))
        assert [row.person for row in points.every(tx)] == ["q"]
        assert points.settled(tx) == ("", None)
        before = points.log_size(tx)
        log.write(tx, NOW, "p", ("wish", "1"), "confirm")
        assert points.log_size(tx) != before
        assert points.odd(tx) == []
        for keys in (["wish.confirm:wish-1:p:q", "issue.satisfied:issue-2:p:p"], ["a:b:c:d"]):
            points.keep_odd(tx, keys)
            assert points.odd(tx) == keys
        points.settle(tx, "3/4", NOW)
        assert points.settled(tx) == ("3/4", NOW)
        assert points.issue_events(tx, ("satisfied",)) == []


def test_nominations(db: Database) -> None:
    with db.write() as tx:
        made = points.nominate(tx, NOMINATION)
        assert points.nomination(tx, 1) == replace(NOMINATION, id=made)
        motion = motions.add(tx, MOTION)
        voting = replace(NOMINATION, id=made, status="voting", motion=motion)
        points.save_nomination(tx, voting)
        assert points.nominations(tx, ("nominated",)) == []
        assert points.voted(tx) == []
        motions.save(tx, replace(MOTION, id=motion, status="passed"))
        assert [n.number for n in points.voted(tx)] == [1]


def test_whoever_can_be_told_of_a_vote(db: Database) -> None:
    with db.write() as tx:
        people.put(tx, replace(PERSON, id="s", room="301", estate="泉馨苑小区"))
        assert people.reachable_in(tx, "泉馨苑小区", ()) == []
        people.bind(tx, "wechat", "s", "s")
        assert [p.id for p in people.reachable_in(tx, "泉馨苑小区", ())] == ["s"]
        assert people.reachable_in(tx, "别处", ("g",)) == []
        people.move(tx, "s", estate="泉馨苑小区", building="3", unit="2", room="301", grid="g")
        assert [p.id for p in people.reachable_in(tx, None, ("g",))] == ["s"]


def test_a_passer_by_who_is_known_after_all_keeps_what_is_his(db: Database) -> None:
    with db.write() as tx:
        topics.save(tx, replace(TOPIC, id=1, proposer="q"))
        for person in ("p", "q"):
            topics.invite(tx, Invitee(0, 1, person, "居民代表", None, "invited", NOW))
        made = disputes.add(tx, DISPUTE)
        disputes.add_party(tx, made, "q")
        fund = funds.add(tx, FUND)
        funds.pledge(tx, fund, "door", "q", 1, 0, NOW)
        points.nominate(tx, NOMINATION)
        people.join_accounts(tx, "q", "p")
        assert people.by_id(tx, "q") is None
        assert [i.person for i in topics.invitees(tx, 1)] == ["p"]
        assert disputes.parties(tx, made) == ["p"]
        assert members.of_person(tx, "q") is None
