"""Points: versions, caps, claw-back, favours; stars, shares and what a letter must not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.contents import PointRule, load_content
from desk.rules import honours, stars
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.points import Deed, Grant, Rule, Undone, flagged, rule_at, score
from desk.rules.privacy import leaks
from desk.rules.punctual import at_once, in_time

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = Rule("wish", 1, datetime(2026, 1, 1, tzinfo=LOCAL), "wish.confirm", 5, 12)
NEW = Rule("wish", 2, datetime(2027, 1, 1, tzinfo=LOCAL), "wish.confirm", 4, 12)
PRAISE = Rule("praise", 1, OLD.since, "rating.person", 1, 20)
RULES = [OLD, NEW, PRAISE]
YEAR_END = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)  # a second before the year in China


def deed(number: int, at: datetime = NOW, by: str = "b", person: str = "p") -> Deed:
    return Deed(at, person, "wish.confirm", f"wish-{number}", by)


def points(grants: list[Grant]) -> list[int]:
    return [grant.points for grant in grants]


def test_the_version_in_force_when_it_was_done() -> None:
    assert rule_at(RULES, "wish.confirm", YEAR_END) is OLD
    assert rule_at(RULES, "wish.confirm", YEAR_END + timedelta(seconds=1)) is NEW
    assert rule_at(RULES, "wish.confirm", OLD.since - DAY) is None
    assert rule_at(RULES, "login.confirm", NOW) is None


def test_a_cap_holds_for_a_quarter_and_begins_anew_in_the_next() -> None:
    done = [deed(n) for n in range(5)] + [deed(9, YEAR_END + DAY)]
    found = score(done, [], RULES, {})
    assert points(found) == [5, 5, 2, 4]
    assert [grant.version for grant in found] == [1, 1, 1, 2]


def test_what_is_reopened_is_taken_back_and_earned_again() -> None:
    done = [deed(1), deed(1, NOW + 2 * DAY)]
    found = score(done, [Undone(NOW + DAY, "wish-1")], RULES, {})
    assert [(g.points, g.undone) for g in found] == [(5, False), (-5, True), (5, False)]


def test_what_is_taken_back_in_the_next_quarter_makes_no_room_there() -> None:
    later = YEAR_END + DAY
    done = [deed(n) for n in range(3)] + [deed(n, later) for n in range(10, 14)]
    found = score(done, [Undone(later, "wish-0")], RULES, {})
    assert sum(points(found)) == 12 - 5 + 12


def test_one_deed_counts_once() -> None:
    assert points(score([deed(1), deed(1)], [], RULES, {})) == [5]


def test_favours_do_not_count_until_somebody_has_looked() -> None:
    own = deed(1, by="p")
    home = Deed(NOW, "p", "rating.person", "issue-1", "b", same_door=True)
    marked = flagged([own, home], 3)
    assert [d.flag for d in marked] == ["self", "door"]
    assert score(marked, [], RULES, {}) == []
    assert score(marked, [], RULES, {own.key: False}) == []
    assert points(score(marked, [], RULES, {own.key: True, home.key: True})) == [1, 5]


def test_the_same_two_again_and_again() -> None:
    done = [deed(n, NOW + n * timedelta(minutes=1)) for n in range(5)]
    done += [deed(9, by="c"), deed(10, YEAR_END + DAY)]
    flags = {d.subject: d.flag for d in flagged(done, 3)}
    assert flags == {
        "wish-0": "", "wish-1": "", "wish-2": "", "wish-3": "pair", "wish-4": "pair",
        "wish-9": "", "wish-10": "",
    }  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 200)), max_size=30),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 200)), max_size=10),
)
def test_nobody_ends_below_nothing_and_no_cap_is_broken(
    done: list[tuple[int, int]], undone: list[tuple[int, int]]
) -> None:
    deeds = [deed(n, NOW + day * DAY) for n, day in done]
    back = [Undone(NOW + day * DAY, f"wish-{n}") for n, day in undone]
    found = score(deeds, back, RULES, {})
    assert sum(points(found)) >= 0
    assert found == score(deeds[::-1], back[::-1], RULES, {})
    assert [g.at for g in found] == sorted(g.at for g in found)


@pytest.mark.parametrize(
    "event", ["login.confirm ", "message.send", "reply.count", "online.minutes", "app.open"]
)
def test_use_of_the_app_cannot_even_be_written_as_a_rule(event: str) -> None:
    with pytest.raises(ValidationError):
        PointRule(id="x", version=1, since=NOW.date(), title="x", event=event, points=1, cap=1)


def test_the_sample_rules_are_of_deeds() -> None:
    content = load_content(Path(__file__).parents[3] / "data" / "content")
    rules = content.practices["points"].rule
    assert {rule.event.split(".")[0] for rule in rules} <= {
        "member", "issue", "wish", "demand", "donation", "visit", "patrol", "rating", "topic",
    }  # fmt: skip
    assert len(content.practices["governance"].policy) == 8  # seven rules, one in two versions
    assert len({policy.id for policy in content.practices["governance"].policy}) == 7


# -- 榜样, 星级, 承诺, 季度信 ----------------------------------------------------------------------

HONOURS = """
nominated consent consented
nominated decline declined
nominated refuse refused
consented decline declined
consented vote voting
consented publish published
consented refuse refused
voting choose chosen
voting pass_over consented
voting decline declined
chosen publish published
chosen decline declined
published decline declined
"""


@pytest.mark.parametrize("status", honours.STATUSES)
@pytest.mark.parametrize("action", honours.ACTIONS)
def test_each_pair_of_a_nomination(status: honours.Status, action: honours.Action) -> None:
    lines = [line.split() for line in HONOURS.strip().split("\n")]
    wanted = {(a, b): to for a, b, to in lines}.get((status, action))
    everybody: tuple[honours.Who, ...] = ("nominee", "reviewer", "system")
    if wanted is None:
        with pytest.raises(Forbidden):
            honours.step(status, action, everybody, "因为")
    else:
        assert honours.step(status, action, everybody, "因为").to == wanted


def test_nobody_is_published_who_was_not_asked() -> None:
    before = {status for (status, _), step in honours.TABLE.items() if step.to == "published"}
    assert before == {"consented", "chosen"}
    assert [s.who for s in honours.TABLE.values() if s.to == "declined"] == [
        frozenset({"nominee"})
    ] * 5


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ({"solution": 0.95, "satisfaction": 0.9, "on_time": 1.0, "resolved": 0.8}, 5),
        ({"solution": 0.95, "satisfaction": 0.5, "on_time": 1.0, "resolved": 0.1}, 3),
        ({"solution": 0.1, "satisfaction": 0.1}, 1),
        ({"solution": 1.0, "satisfaction": None, "on_time": None, "resolved": None}, None),
        ({}, None),
    ],
)
def test_stars_by_evidence(evidence: dict[str, float | None], wanted: int | None) -> None:
    assert stars.suggest(evidence) == wanted


def test_only_clocks_that_have_run_out_or_stopped_count() -> None:
    due = NOW + DAY
    share = in_time([(NOW, due), (due + DAY, due), (None, due), (None, NOW - DAY)], NOW)
    assert (share.kept, share.all) == (1, 3)
    assert in_time([(None, due)], NOW).rate is None
    first = at_once([(NOW, NOW), (NOW, NOW + DAY), (None, NOW)])
    assert (first.kept, first.all) == (1, 2)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("服务3次，积分12分。", []),
        ("看望了赵奶奶", ["赵奶奶"]),
        ("电话13900000101", ["…"]),
        ("3号楼2单元301室", ["…"]),
    ],
)
def test_what_a_letter_must_not_say(text: str, wanted: list[str]) -> None:
    assert leaks(text, ["赵奶奶", "张"]) == wanted
