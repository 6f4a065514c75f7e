"""Stations and other places open to everybody: which is near, whether it is open, who walked in."""

from __future__ import annotations

from collections.abc import Sequence

from data.duty_rows import Station
from data.practice_rows import Line
from data.tables import journal as lines
from data.tables import stations as table
from desk import access, journal
from desk.rules import opening
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.values import Place

KIND = "station"


def number(act: Act, station: Station) -> str:
    return f"{act.say('number.station')}-{station.number}"


def services_in(act: Act, text: str) -> list[str]:
    """The services that a text asks for, by the words people use (充电=没电、充个电)."""
    found = []
    for entry in act.service.content.words["facility_services"]:
        service, _, synonyms = entry.partition("=")
        if any(word in text for word in (service, *filter(None, synonyms.split("、")))):
            found.append(service)
    return found


def near(act: Act, services: Sequence[str], home: Place | None) -> list[Station]:
    """The places that offer one of the services (all of them where none is named), the nearest
    first; of those as near the ones that are open now."""
    offering = [s for s in table.every(act.tx) if not services or set(services) & set(s.services)]
    path = act.roster.path(act.service.understander.grid_of(home) if home else act.person.grid)

    def far(station: Station) -> tuple[int, bool, int]:
        steps = _steps(act, station, home, path)
        return steps, not opening.is_open(station.hours, act.now), station.number

    return sorted(offering, key=far)


def _steps(act: Act, station: Station, home: Place | None, path: Sequence[str]) -> int:
    """How far: 0 in the same building, 1 in the estate, then by the grid that holds both."""
    if home and home.estate and station.estate == home.estate:
        return 0 if home.building and station.building == home.building else 1
    above = act.roster.path(station.grid)
    shared = (index for index, code in enumerate(path) if code in above)
    return 2 + next(shared, len(path))


def keeps(act: Act, station: Station) -> bool:
    """Its helpers, the team or unit that runs it, and staff."""
    team = act.roster.teams.get(station.team or "")
    helpers = {*station.keepers, *(team.members if team else ())}
    return act.person.id in helpers or access.may(act, "worker")


def walk_in(act: Act, station: Station, count: int, topic: str) -> Line:
    """来访: so many came for something; nobody has to say who he is."""
    if not keeps(act, station):
        raise Forbidden("person")
    data = {"count": count, "topic": topic}
    return journal.append(act, KIND, str(station.number), "walk_in", data=data)


def walked_in(act: Act, station: Station) -> int:
    """How many have come to a station so far."""
    log = lines.of_subject(act.tx, KIND, str(station.number))
    return sum(int(line.data["count"]) for line in log if line.action == "walk_in")


def enter(act: Act, station: Station) -> None:
    table.add(act.tx, station)
    data = {"kind": station.kind}
    journal.append(act, KIND, str(station.number), "list", data=data)


def note_on_site(act: Act, station: Station, issues: Sequence[int]) -> None:
    """现场: what people said there was entered by staff afterwards."""
    data = {"issues": list(issues)}
    journal.append(act, KIND, str(station.number), "on_site", data=data)
