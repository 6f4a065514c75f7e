"""When duties recur, how votes count, what fits what, where a member is placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rows import Team
from desk.rules import recurring
from desk.rules.deadlines import LOCAL
from desk.rules.matching import Side, match, rank
from desk.rules.placing import place
from desk.rules.voting import count, quorum_of

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in China


# -- recurring ----------------------------------------------------------------------------------


def test_every_thursday_at_three() -> None:
    rule = recurring.weekly(4, time(15))
    first = recurring.first(rule, MONDAY)
    assert first.astimezone(LOCAL) == datetime(2026, 11, 26, 15, tzinfo=LOCAL)
    assert recurring.following(rule, first) == first + timedelta(days=7)


def test_the_same_day_before_and_after_its_hour() -> None:
    rule = recurring.weekly(1, time(10))
    assert recurring.first(rule, MONDAY) == MONDAY + timedelta(hours=1)
    assert recurring.first(rule, MONDAY + timedelta(hours=1)) == MONDAY + timedelta(days=7, hours=1)


def test_every_so_many_days_and_once() -> None:
    assert recurring.first(recurring.every(30), MONDAY) == MONDAY + timedelta(days=30)
    assert recurring.first("once", MONDAY) == MONDAY
    assert recurring.following("once", MONDAY) is None


@pytest.mark.parametrize("rule", ["", "weekly 8 10:00", "weekly 1 24:00", "every 0", "daily"])
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(recurring.BadRule):
        recurring.first(rule, MONDAY)


@given(day=st.integers(1, 7), at=st.times(), days=st.floats(0, 20_000))
def test_the_next_one_is_ahead_and_within_a_week(day: int, at: time, days: float) -> None:
    now = MONDAY + timedelta(days=days)
    found = recurring.first(recurring.weekly(day, at), now)
    assert timedelta(0) < found - now <= timedelta(days=7)
    assert found.astimezone(LOCAL).isoweekday() == day


# -- votes --------------------------------------------------------------------------------------


def test_more_than_half_of_the_households() -> None:
    assert [quorum_of(n) for n in (1, 2, 3, 10)] == [1, 2, 2, 6]
    assert quorum_of(9, Fraction(2, 3)) == 7


def test_counting() -> None:
    assert count([0, 0, 1], 2, 2, against=1).outcome == "passed"
    assert count([1, 1, 0], 2, 2, against=1).outcome == "rejected"
    assert count([0, 1], 2, 2).outcome == "tied"
    short = count([0], 2, 2)
    assert (short.outcome, short.winner, short.counts) == ("invalid", None, (1, 0))


@given(ballots=st.lists(st.integers(0, 3), max_size=40), quorum=st.integers(1, 40))
def test_nothing_is_decided_below_the_quorum(ballots: list[int], quorum: int) -> None:
    found = count(ballots, 4, quorum)
    assert found.voted == len(ballots)
    assert (found.outcome == "invalid") == (len(ballots) < quorum)
    if found.winner is not None:
        assert all(found.counts[found.winner] >= other for other in found.counts)


# -- matching -----------------------------------------------------------------------------------

NEED = Side(
    category="elderly.errand", skills=frozenset({"理发"}), words=frozenset({"老人", "理发"}),
    estate="泉馨苑小区", grids=("CYJ-2-1-1", "CYJ-2-1"), times=frozenset({"周六"}),
)  # fmt: skip
BARBER = Side(
    skills=frozenset({"理发"}), words=frozenset({"理发", "免费"}), estate="泉馨苑小区",
    times=frozenset({"周六"}),
)  # fmt: skip


def test_the_fitting_offer_comes_first_with_its_reasons() -> None:
    lawyer = Side(skills=frozenset({"法律"}), words=frozenset({"法律", "咨询"}))
    far = replace(BARBER, estate="铁路新村", times=frozenset())
    found = rank(NEED, [("law", lawyer), ("far", far), ("near", BARBER)])
    assert [each.offer for each in found] == ["near", "far"]
    assert {reason.key for reason in found[0].reasons} == {"skill", "words", "place", "time"}


def test_near_and_free_but_for_something_else_is_no_match() -> None:
    other = replace(BARBER, skills=frozenset({"法律"}), words=frozenset({"法律"}))
    assert match(NEED, other, "law").score == 0


def test_what_is_used_up_or_elsewhere_does_not_fit() -> None:
    assert match(NEED, replace(BARBER, left=0), "x").score == 0
    assert match(NEED, replace(BARBER, areas=("铁路新村",)), "x").score == 0
    assert match(NEED, replace(BARBER, areas=("CYJ-2-1",)), "x").score > 0


def test_the_category_itself_before_its_kind() -> None:
    scores = [
        match(NEED, Side(category=code), code).score
        for code in ("elderly.errand", "elderly.*", "elderly.care", "repair.light")
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == 0


words = st.frozensets(st.sampled_from(["理发", "法律", "水电", "老人", "家教"]))
sides = st.builds(Side, skills=words, words=words, estate=st.sampled_from(["", "甲", "乙"]))


@given(need=sides, offer=sides)
def test_a_score_is_a_share_and_has_reasons(need: Side, offer: Side) -> None:
    found = match(need, offer, "x")
    assert 0 <= found.score <= 1
    assert bool(found.reasons) == (found.score > 0)


# -- placing ------------------------------------------------------------------------------------


def team(code: str, *skills: str, areas: tuple[str, ...] = ()) -> Team:
    return Team(code, code, (), "volunteer", (), skills, areas, None, (), "", "")


def test_by_skill_then_area_then_size() -> None:
    teams = [team("far", "水电"), team("near", "水电", areas=("泉馨苑小区",)), team("law", "法律")]
    found = place(["水电"], "泉馨苑小区", ["CYJ-2-1-1"], teams, {})
    assert (found.team, found.grid, found.reason) == ("near", "CYJ-2-1-1", "skill")
    found = place(["水电"], "铁路新村", ["T"], teams, {})
    assert found.team == "far"
    both = [team("full", "水电"), team("empty", "水电")]
    assert place(["水电"], None, [], both, {"full": 3}).team == "empty"


def test_no_skill_no_team_and_no_address_no_grid() -> None:
    assert place([], "泉馨苑小区", ["G"], [team("t", "水电")], {}).reason == "grid_only"
    assert place(["水电"], None, [], [team("t", "水电")], {}).reason == "skill_only"
    assert place([], None, [], [], {}).reason == "nowhere"
    elsewhere = [team("t", "水电", areas=("铁路新村",))]
    assert place(["水电"], "泉馨苑小区", ["G"], elsewhere, {}).team is None
