"""Every area there is, in the groups in which the console offers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from console.practices import (
    activities,
    agenda,
    agreements,
    appeals,
    bookings,
    bulletins,
    cards,
    cleaning,
    committee,
    disputes,
    donations,
    doorsteps,
    favours,
    followups,
    funds,
    goods,
    honours,
    letters,
    members,
    motions,
    needs,
    opinions,
    patrols,
    people,
    plans,
    plots,
    points,
    policies,
    posts,
    projects,
    questions,
    resources,
    stations,
    supplies,
    surveys,
    tasks,
    teams,
    three_sides,
    topics,
    visits,
    wishes,
    yards,
)
from console.practices.shape import Area

_ALL: Final[Mapping[str, tuple[Area[Any], ...]]] = {
    "lists": (
        wishes.AREA, needs.AREA, resources.AREA, projects.AREA, three_sides.AREA, tasks.AREA,
        bookings.AREA, posts.AREA, plots.AREA, donations.AREA, agreements.AREA,
    ),
    "people": (people.AREA, teams.TEAMS, teams.UNITS, members.AREA, committee.AREA),
    "council": (
        agenda.AREA, topics.AREA, followups.AREA, motions.AREA, funds.AREA, opinions.AREA,
        disputes.AREA, questions.AREA,
    ),
    "duties": (
        visits.AREA, plans.AREA, patrols.PATROLS, patrols.WATCHES, cleaning.AREA, yards.AREA,
    ),
    "services": (
        activities.AREA, stations.AREA, supplies.AREA, cards.AREA, bulletins.AREA, surveys.AREA,
        doorsteps.AREA,
    ),
    "points": (
        points.AREA, favours.AREA, goods.AREA, appeals.AREA, honours.AREA, letters.AREA,
        policies.AREA,
    ),
}  # fmt: skip
AREAS: Final[Mapping[str, Area[Any]]] = {
    area.name: area for members_ in _ALL.values() for area in members_
}
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    group: tuple(area.name for area in members_) for group, members_ in _ALL.items()
}
