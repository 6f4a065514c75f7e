"""Every area there is, in the groups in which the console offers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from console.practices import (
    agenda,
    agreements,
    committee,
    disputes,
    donations,
    funds,
    goods,
    members,
    motions,
    needs,
    opinions,
    people,
    plots,
    posts,
    projects,
    resources,
    supplies,
    tasks,
    teams,
    topics,
    wishes,
)
from console.practices.shape import Area

_ALL: Final[Mapping[str, tuple[Area[Any], ...]]] = {
    "lists": (
        wishes.AREA, needs.AREA, resources.AREA, projects.AREA, tasks.AREA, posts.AREA,
        plots.AREA, donations.AREA, supplies.AREA, agreements.AREA,
    ),
    "people": (people.AREA, teams.TEAMS, teams.UNITS, members.AREA, committee.AREA),
    "council": (
        agenda.AREA, topics.AREA, motions.AREA, funds.AREA, opinions.AREA, disputes.AREA,
    ),
    "points": (goods.AREA,),
}  # fmt: skip
AREAS: Final[Mapping[str, Area[Any]]] = {
    area.name: area for members_ in _ALL.values() for area in members_
}
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    group: tuple(area.name for area in members_) for group, members_ in _ALL.items()
}
