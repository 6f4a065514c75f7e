"""Where somebody who reports for service is placed: a team by skill and area, a grid by address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.rules.routing import TeamLike


@dataclass(frozen=True, slots=True)
class Placed:
    """The team and the grid, and why: a key with its words."""

    team: str | None
    grid: str | None
    reason: str
    words: Mapping[str, str]


def place(
    skills: Sequence[str],
    estate: str | None,
    grids: Sequence[str],
    teams: Sequence[TeamLike],
    sizes: Mapping[str, int],
) -> Placed:
    """The team that shares most skills, nearest first, then the smallest; no skill, no team.

    `grids` runs from the finest node of the address up to the root; `sizes` is members by team.
    """
    grid = grids[0] if grids else None
    fitting = [
        (-len(shared), distance, sizes.get(team.code, 0), team.code, shared, team)
        for team in teams
        if (shared := _shared(skills, team)) and (distance := _distance(team, estate, grids)) >= 0
    ]
    if not fitting:
        return Placed(None, grid, "grid_only" if grid else "nowhere", {})
    _, _, _, _, shared, team = min(fitting, key=lambda each: each[:4])
    words = {"team": team.name, "skills": "、".join(shared)}
    return Placed(team.code, grid, "skill" if grid else "skill_only", words)


def _shared(skills: Sequence[str], team: TeamLike) -> list[str]:
    """The skills that a team asks for: by name, or as a part of its name."""
    return [
        skill
        for skill in skills
        if any(skill in wanted or wanted in skill for wanted in (*team.skills, *team.aliases))
    ]


def _distance(team: TeamLike, estate: str | None, grids: Sequence[str]) -> int:
    """How near a team's area is, smaller is nearer; -1 when it does not cover the address."""
    if not team.areas:
        return 99
    if estate in team.areas:
        return 0
    steps = [step for step, grid in enumerate(grids, 1) if grid in team.areas]
    return steps[0] if steps else -1
