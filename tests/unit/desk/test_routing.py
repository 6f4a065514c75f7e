"""Who gets an issue, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desk.rules.routing import Desk, Request, route


@dataclass(frozen=True)
class Team:
    code: str
    kind: str
    categories: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int | None = None
    members: tuple[str, ...] = ("lead",)
    name: str = ""
    aliases: tuple[str, ...] = ()


LIGHT = Request(
    category="repair.light",
    name="楼道灯",
    owner_type="property",
    skills=("水电",),
    urgency="U2",
    estate="泉馨苑小区",
    grids=("Q-1-1", "Q-1", "Q"),
    text="楼道灯不亮",
    against=(),
)
HERE = Team("here", "property", ("repair.*",), ("泉馨苑小区",))
ELSEWHERE = Team("elsewhere", "property", ("repair.*",), ("朝阳街小区",))
VOLUNTEERS = Team(
    "volunteers", "volunteer", ("repair.light",), name="小扳手志愿服务队", aliases=("小扳手",)
)


def desk(*teams: Team, **load: int) -> Desk:
    return Desk(
        teams=teams,
        load=lambda team: load.get(team, 0),
        leads={"Q-1-1": "wang", "Q-1": "han", "Q": "gao"},
        duty=("wang", "han"),
        superior="ding",
        street="song",
        fallback="office",
    )


def test_the_property_company_of_the_place() -> None:
    assert route(LIGHT, desk(ELSEWHERE, VOLUNTEERS, HERE)).team == "here"


def test_another_kind_when_the_right_one_is_not_there() -> None:
    found = route(LIGHT, desk(ELSEWHERE, VOLUNTEERS))
    assert (found.team, found.reason) == ("volunteers", "team")


def test_the_team_the_resident_names() -> None:
    found = route(replace(LIGHT, text="请小扳手来看看楼道灯"), desk(HERE, VOLUNTEERS))
    assert (found.team, found.reason) == ("volunteers", "team_named")


def test_a_named_team_that_does_not_do_this_is_not_chosen() -> None:
    other = Team("legal", "legal", ("legal.advice",), name="法律服务队")
    assert route(replace(LIGHT, text="法律服务队门口的灯"), desk(HERE, other)).team == "here"


def test_the_nearer_area_wins() -> None:
    wide = Team("wide", "property", ("repair.*",))
    grid = Team("grid", "property", ("repair.*",), ("Q-1",))
    assert route(LIGHT, desk(wide, grid)).team == "grid"
    assert route(LIGHT, desk(wide, grid, HERE)).team == "here"


def test_the_exact_category_before_a_pattern() -> None:
    exact = Team("exact", "property", ("repair.light",), ("泉馨苑小区",))
    assert route(LIGHT, desk(HERE, exact)).team == "exact"


def test_a_skill_when_no_category_matches() -> None:
    handy = Team("handy", "property", skills=("水电", "木工"))
    found = route(LIGHT, desk(handy))
    assert (found.team, found.reason) == ("handy", "team_skill")


def test_a_full_team_passes_it_on() -> None:
    full = replace(HERE, capacity=2)
    found = route(LIGHT, desk(full, VOLUNTEERS, here=2))
    assert (found.team, found.reason) == ("volunteers", "team_busy")
    assert route(LIGHT, desk(full, VOLUNTEERS, here=1)).team == "here"


def test_the_less_loaded_of_equals() -> None:
    twin = replace(HERE, code="twin")
    assert route(LIGHT, desk(HERE, twin, here=3, twin=1)).team == "twin"


def test_nobody_fits_and_the_desk_answers_for_it() -> None:
    found = route(LIGHT, desk(ELSEWHERE))
    assert (found.team, found.person, found.reason) == (None, "wang", "grid")
    found = route(replace(LIGHT, grids=()), desk(ELSEWHERE))
    assert (found.team, found.reason) == ("office", "fallback")


def test_danger_to_life_goes_to_the_duty_chain() -> None:
    assert route(replace(LIGHT, urgency="U0"), desk(HERE)).person == "wang"
    passed = replace(LIGHT, urgency="U0", against=("wang",))
    assert route(passed, desk(HERE)).person == "han"


def test_a_complaint_about_staff_goes_above_them() -> None:
    complaint = replace(LIGHT, category="suggest.staff", owner_type="superior")
    assert route(complaint, desk(HERE)).person == "ding"
    assert route(replace(complaint, against=("ding",)), desk(HERE)).person == "song"


def test_never_to_those_complained_about() -> None:
    assert route(replace(LIGHT, against=("here",)), desk(HERE, VOLUNTEERS)).team == "volunteers"
    led = replace(HERE, members=("zhao",))
    assert route(replace(LIGHT, against=("zhao",)), desk(led, VOLUNTEERS)).team == "volunteers"
    assert route(replace(LIGHT, against=("wang",)), desk(ELSEWHERE)).person == "han"
