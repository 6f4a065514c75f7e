"""Who a person is to an issue, and what he may therefore see and do."""

from __future__ import annotations

from typing import Literal

from data.rows import Issue, Person
from data.tables import entries, members, parties, reporters
from data.tables.board import Scope
from desk.rules import lifecycle
from desk.service import Act


def who_is(act: Act, issue: Issue, person: Person) -> frozenset[lifecycle.Who]:
    """In which capacities a person meets an issue."""
    found: set[lifecycle.Who] = {"anyone"}
    if person.id == "system":
        found.add("system")
    if person.id == issue.reporter or person.id in reporters.of_issue(act.tx, issue.id):
        found.add("reporter")
    if person.id in act.roster.blamed(issue.against):
        return frozenset(found)
    own = set(act.roster.teams_of(person.id))
    team = act.roster.teams.get(issue.owner_team or "")
    on_duty = issue.level == "U0" and person.id in act.service.content.about.duty
    if (team and person.id in team.members) or person.id == issue.owner_person or on_duty:
        found.add("owner")
    if own & {party.team for party in parties.of_issue(act.tx, issue.id)}:
        found.add("party")
    if _oversees(act, issue, person):
        found.add("overseer")
    if entries.holds(act.tx, issue.id, person.id):
        found.add("claimer")
    return frozenset(found)


def _oversees(act: Act, issue: Issue, person: Person) -> bool:
    """The grid workers above the place, the community's desk and its secretary."""
    if person.role in ("secretary", "street", "admin"):
        return True
    desk = act.roster.teams.get(act.service.content.about.desk)
    if desk and person.id in desk.members:
        return True
    return any(act.roster.grids[code].person == person.id for code in act.roster.path(issue.grid))


def may_see(act: Act, issue: Issue, person: Person) -> bool:
    """Whether a person may read an issue's details."""
    blamed = person.id in act.roster.blamed(issue.against)
    return not blamed and len(who_is(act, issue, person)) > 1


Capacity = Literal["anyone", "member", "worker", "secretary", "mediator", "committee", "street"]


def capacities(act: Act, person: Person) -> frozenset[Capacity]:
    """As what a person may use the practices, apart from any one issue.

    A member is whoever a clerk has confirmed, or who belongs to a team; a secretary is whoever
    reviews: the secretary, those above, the community's desk. What somebody is appointed to
    (mediator, committee) comes on top.
    """
    return _ranked(act, person) | _appointed(act, person)


def _ranked(act: Act, person: Person) -> frozenset[Capacity]:
    desk = act.roster.teams.get(act.service.content.about.desk)
    if person.role == "street":
        return frozenset(("anyone", "member", "worker", "secretary", "street"))
    if person.role in ("secretary", "admin") or (desk and person.id in desk.members):
        return frozenset(("anyone", "member", "worker", "secretary"))
    if person.role == "worker":
        return frozenset(("anyone", "member", "worker"))
    reported = members.of_person(act.tx, person.id)
    if person.role == "member" or (reported and reported.state == "confirmed"):
        return frozenset(("anyone", "member"))
    return frozenset(("anyone",))


def _appointed(act: Act, person: Person) -> frozenset[Capacity]:
    found: set[Capacity] = set()
    teams = [act.roster.teams[code] for code in act.roster.teams_of(person.id)]
    if any(team.kind == "mediation" for team in teams):
        found.add("mediator")
    for bond in members.bonds_of(act.tx, "committee"):
        if bond.person == person.id:
            mediates = act.say("committee.mediation") in bond.title
            found |= {"committee", "mediator"} if mediates else {"committee"}
    return frozenset(found)


def may(act: Act, capacity: Capacity) -> bool:
    """Whether the person acting has a capacity."""
    return capacity in capacities(act, act.person)


def answers_for(act: Act, grid: str | None) -> bool:
    """Whether a grid is the acting person's: he leads it or one above it, or he reviews."""
    leads = (act.roster.grids[code].person for code in act.roster.path(grid))
    return act.person.id in leads or may(act, "secretary")


def reviewers(act: Act) -> tuple[str, ...]:
    """Who is told of what waits for review: whoever leads the desk, and the secretary."""
    desk = act.roster.teams.get(act.service.content.about.desk)
    lead = desk.members[:1] if desk else ()
    secretary = [p.id for p in act.roster.staff.values() if p.role == "secretary"]
    return tuple(dict.fromkeys((*lead, *secretary[:1])))


def scope_of(act: Act, person: Person) -> Scope:
    """Which issues `may_see` lets a person read, for lists that cannot ask one by one."""
    desk = act.roster.teams.get(act.service.content.about.desk)
    above = person.role in ("secretary", "street", "admin")
    own = {code for code, grid in act.roster.grids.items() if grid.person == person.id}
    return Scope(
        person=person.id,
        everything=above or bool(desk and person.id in desk.members),
        grids=[code for code in act.roster.grids if own & set(act.roster.path(code))],
        teams=act.roster.teams_of(person.id),
        on_duty=person.id in act.service.content.about.duty,
    )
