"""Who gets an issue, and why, in words. First match wins; there is always an owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Protocol


class TeamLike(Protocol):
    """What routing needs to know of a team (data.rows.Team has it)."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def kind(self) -> str: ...
    @property
    def categories(self) -> Sequence[str]: ...
    @property
    def skills(self) -> Sequence[str]: ...
    @property
    def areas(self) -> Sequence[str]: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def members(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """What routing looks at. `grids` runs from the finest node up to the root."""

    category: str
    name: str  # the category's name, for the reason
    owner_type: str
    skills: Sequence[str]
    urgency: str
    estate: str | None
    grids: Sequence[str]
    text: str
    against: Sequence[str]  # persons and team codes that must not get it


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is there. `load` counts a team's open issues; `leads` the person of each grid node."""

    teams: Sequence[TeamLike]
    load: Callable[[str], int]
    leads: Mapping[str, str | None]
    duty: Sequence[str]
    superior: str
    street: str
    fallback: str  # team code of the 兜底 queue


@dataclass(frozen=True, slots=True)
class Route:
    """The accountable owner (a team or a person) and the reason, a key with its words."""

    team: str | None
    person: str | None
    reason: str
    words: Mapping[str, str]


def route(request: Request, desk: Desk) -> Route:
    """Danger to life → duty chain; staff complaint → superior; team; grid worker; 兜底 queue."""
    return (
        _duty(request, desk)
        or _above(request, desk)
        or _team(request, desk)
        or _grid(request, desk)
        or _fallback(request, desk)
    )


def _duty(request: Request, desk: Desk) -> Route | None:
    person = next((p for p in desk.duty if p not in request.against), None)
    if request.urgency != "U0" or person is None:
        return None
    return Route(None, person, "duty", {"name": request.name})


def _above(request: Request, desk: Desk) -> Route | None:
    return _higher(request, desk) if request.owner_type == "superior" else None


def _higher(request: Request, desk: Desk) -> Route | None:
    for person, reason in ((desk.superior, "superior"), (desk.street, "street")):
        if person and person not in request.against:
            return Route(None, person, reason, {})
    return None


def _team(request: Request, desk: Desk) -> Route | None:
    fitting = [
        (score, team)
        for team in desk.teams
        if (score := _fit(team, request)) is not None and _may(team, request)
    ]
    load = {team.code: desk.load(team.code) for _, team in fitting}
    fitting.sort(key=lambda pair: (pair[0], load[pair[1].code], pair[1].code))
    free = [
        (score, team)
        for score, team in fitting
        if team.capacity is None or load[team.code] < team.capacity
    ]
    if not free:
        return None
    team = free[0][1]
    passed = [other.name for score, other in fitting if score < free[0][0] and other is not team]
    reason = "team_busy" if passed else _why(team, request)
    words = {
        "team": team.name,
        "name": request.name,
        "area": _area(team, request),
        "busy": "、".join(passed),
        "load": str(load[team.code]),
    }
    return Route(team.code, None, reason, words)


def _may(team: TeamLike, request: Request) -> bool:
    """A team that is complained about, or led by the person complained about, is passed over."""
    blamed = set(request.against)
    return team.code not in blamed and not (team.members and team.members[0] in blamed)


def _fit(team: TeamLike, request: Request) -> tuple[int, int, int, int] | None:
    """How well a team fits, smaller is better; None when it does not.

    In order: named by the resident; of the owner type; this very category before a glob before a
    skill; how near its area is.
    """
    near = _distance(team, request)
    match = _match(team, request)
    if near is None or match is None:
        return None
    named = 0 if _named(team, request) else 1
    kind = 0 if team.kind == request.owner_type else 1
    return named, kind, match, near


def takes(team: TeamLike, request: Request) -> bool:
    """Whether such requests are a team's work at all, wherever they come from."""
    return _match(team, request) is not None


def _match(team: TeamLike, request: Request) -> int | None:
    by_category = _among(request.category, tuple(team.categories))
    if by_category is not None:
        return by_category
    if team.kind == request.owner_type and set(team.skills) & set(request.skills):
        return 2
    return None


@lru_cache(maxsize=10_000)  # every message asks it of every team
def _among(category: str, patterns: tuple[str, ...]) -> int | None:
    if category in patterns:
        return 0
    return 1 if any(fnmatchcase(category, pattern) for pattern in patterns) else None


def _distance(team: TeamLike, request: Request) -> int | None:
    if not team.areas:
        return 99
    if request.estate in team.areas:
        return 0
    for step, grid in enumerate(request.grids, 1):
        if grid in team.areas:
            return step
    return None


def _named(team: TeamLike, request: Request) -> bool:
    return any(name and name in request.text for name in (team.name, *team.aliases))


def _area(team: TeamLike, request: Request) -> str:
    return request.estate if request.estate and request.estate in team.areas else ""


def _why(team: TeamLike, request: Request) -> str:
    if _named(team, request):
        return "team_named"
    if _match(team, request) == 2:
        return "team_skill"
    return "team_area" if _area(team, request) else "team"


def _grid(request: Request, desk: Desk) -> Route | None:
    for grid in request.grids:
        person = desk.leads.get(grid)
        if person and person not in request.against:
            return Route(None, person, "grid", {"grid": grid, "name": request.name})
    return None


def _fallback(request: Request, desk: Desk) -> Route:
    """The community's desk; those above it where the desk is complained about or has declined."""
    team = next((team for team in desk.teams if team.code == desk.fallback), None)
    if team is None or _may(team, request):
        return Route(desk.fallback, None, "fallback", {"name": request.name})
    return _higher(request, desk) or Route(None, desk.street, "street", {})
