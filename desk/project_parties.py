"""Who takes part in a project, who hears of it, what must be known of it, and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.lists_rows import Project, ProjectParty, Role
from data.practice_rows import Line
from data.tables import issues, people, reporters
from data.tables import projects as table
from desk import access, entry_wording, journal
from desk.rules import stages
from desk.service import Act

KIND = "project"
TRI: tuple[Role, ...] = ("branch", "property", "owners")


class NoSuchSide(Exception):  # noqa: N818
    """Nobody can be found who would stand for one of the three sides."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


def who_is(act: Act, project: Project) -> frozenset[stages.Who]:
    found: set[stages.Who] = set()
    if act.person.id in lead_people(act, project):
        found.add("lead")
    if access.may(act, "secretary"):
        found.add("reviewer")
    return frozenset(found)


def known(act: Act, project: Project) -> list[stages.Needs]:
    parties = [p for p in table.parties(act.tx, project.id) if p.role in TRI]
    known: dict[stages.Needs, bool] = {
        "lead": bool(project.team or project.person),
        "due": project.due is not None,
        "parties_agreed": all(party.agreed_at for party in parties),
        "parties_accepted": all(party.accepted_at for party in parties),
    }
    return [name for name, there in known.items() if there]


def lacking(act: Act, project: Project) -> list[stages.Needs]:
    """What must be known before its next stage."""
    to = stages.next_after(project.stage)
    found = stages.TABLE[project.stage, to].needs if to else ()
    return [name for name in found if name not in known(act, project)]


def three(act: Act, estate: str, owners: str) -> dict[Role, str]:
    """三方: who leads the grid that holds all of the estate, its property company, and the
    resident of that name."""
    roster = act.roster
    paths = [roster.path(place.grid) for place in roster.places if place.estate == estate]
    whole = [code for code in paths[0] if all(code in path for path in paths)] if paths else []
    branch = next((person for code in whole if (person := roster.grids[code].person)), None)
    company = next(
        (t.code for t in roster.teams.values() if t.kind == "property" and estate in t.areas), None
    )
    named = people.by_name(act.tx, owners) if owners else []
    if branch is None:
        raise NoSuchSide("branch")
    if company is None:
        raise NoSuchSide("property")
    if len(named) != 1:
        raise NoSuchSide("owners")
    return {"branch": branch, "property": company, "owners": named[0].id}


def own(act: Act, project: Project) -> list[ProjectParty]:
    """As which parties the person acting takes part."""
    parties = table.parties(act.tx, project.id)
    return [party for party in parties if act.person.id in people_of(act, party.who)]


def accepting(project: Project) -> bool:
    """Whether the parties are asked for their 认可, no longer for their 同意."""
    return project.stage == "effective"


def unsaid(project: Project, parties: Iterable[ProjectParty]) -> list[ProjectParty]:
    """Those that have not said what they are asked for now."""
    if project.state != "open":
        return []
    late = accepting(project)
    return [party for party in parties if not (party.accepted_at if late else party.agreed_at)]


def lead_people(act: Act, project: Project) -> tuple[str, ...]:
    return people_of(act, project.team or project.person or "")


def people_of(act: Act, who: str) -> tuple[str, ...]:
    """The people of a team, or the person."""
    team = act.roster.teams.get(who)
    return tuple(team.members) if team else tuple(filter(None, (who,)))


def party_name(act: Act, who: str) -> str:
    team = act.roster.teams.get(who)
    return team.name if team else entry_wording.name_of(act, who)


def hearers(act: Act, project: Project) -> list[str]:
    """Everybody who is told: proposer, lead, partners, followers, whoever reported the request."""
    asked: list[str] = []
    issue = issues.by_id(act.tx, project.issue) if project.issue else None
    if issue is not None:
        asked = [issue.reporter, *reporters.of_issue(act.tx, issue.id)]
        blamed = act.roster.blamed(issue.against)
        asked = [person for person in asked if person not in blamed]
    partners = [
        p for each in table.parties(act.tx, project.id) for p in people_of(act, each.who)[:1]
    ]
    lead = lead_people(act, project)[:1]
    follow_it = table.followers(act.tx, project.id)
    return list(dict.fromkeys((project.proposer, *lead, *partners, *asked, *follow_it)))


def tell(act: Act, project: Project, line: Line, text: str) -> None:
    for person in hearers(act, project):
        journal.tell(act, line, person, text)


def tell_partners(act: Act, project: Project, line: Line) -> None:
    for person in lead_people(act, project)[:1]:
        journal.tell(act, line, person, act.say("project.lead", **words(act, project)))
    for party in table.parties(act.tx, project.id):
        key = "project.partner" if party.role == "co" else "project.party"
        for person in people_of(act, party.who)[:1]:
            journal.tell(act, line, person, act.say(key, **words(act, project)), mark=party.role)


def words(act: Act, project: Project) -> dict[str, str]:
    """What every sentence about a project may say."""
    return {
        "number": f"{act.say('number.project')}-{project.number}",
        "title": project.title,
        "stage": act.say(f"project.stage.{project.stage}"),
        "lead": party_name(act, project.team or project.person or ""),
    }


def log(
    act: Act,
    project: Project,
    action: str,
    note: str = "",
    data: Mapping[str, object] | None = None,
) -> Line:
    return journal.append(act, KIND, project.subject, action, note, data, project.stage)
