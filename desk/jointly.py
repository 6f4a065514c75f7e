"""Several sides at one request: a meeting with the units and those who live there, and 联治, where
grid, members, justice, police and property work on one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.practice_rows import Occasion, Round
from data.rows import Issue, Team
from data.tables import issue_lists, parties, reporters
from data.tables import issues as table
from data.tables import rounds as round_table
from desk import access, attending, cooperation, events, journal, notices, rounds, wording
from desk.rules.lifecycle import Forbidden
from desk.service import Act

MEETING = "consult"
CASE = "joint_case"
SPAN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting about a request, and who was asked to come."""

    round: Round
    occasion: Occasion
    invited: tuple[str, ...]


# -- a meeting ------------------------------------------------------------------------------------


def meet(act: Act, issue: Issue, at: datetime, venue: str) -> Meeting:
    """协商会: the units that take part, the owner and those who reported it are asked to come."""
    if "overseer" not in access.who_is(act, issue, act.person):
        raise Forbidden("person")
    near = act.now < at <= act.now + rounds.AHEAD
    if issue.status not in ("assigned", "accepted", "paused") or not near:
        raise Forbidden("status")
    category = act.service.category(issue.category).name
    duty = rounds.Duty(
        kind=MEETING,
        title=act.say("meeting.title", category=category, number=issue.number),
        person=act.person.id,
        rule="once",
        starts=at,
        estate=issue.estate,
        grid=issue.grid,
        data={"issue": issue.id, "venue": venue},
    )
    known = rounds.begin(act, duty)
    [occasion] = round_table.occasions_of(act.tx, known.id)
    invited = _invited(act, issue)
    for person in invited:
        attending.sign_up(act, occasion, person)
    words = meeting_words(act, known, occasion)
    line = rounds.log(act, known, "invite", data={"count": len(invited)})
    events.append(act, issue, "meeting", act.say("meeting.noted", **words))
    for person in invited:
        journal.tell(act, line, person, act.say("meeting.invited", **words))
    return Meeting(known, occasion, invited)


def _invited(act: Act, issue: Issue) -> tuple[str, ...]:
    blamed = act.roster.blamed(issue.against)
    units = [act.roster.teams.get(party.team) for party in parties.of_issue(act.tx, issue.id)]
    leads = [person for team in units if team for person in team.members[:1]]
    asked = [issue.reporter, *reporters.of_issue(act.tx, issue.id)]
    found = dict.fromkeys((*act.roster.owner_people(issue), *leads, *asked))
    return tuple(person for person in found if person not in blamed)


def minutes(act: Act, known: Round, note: str) -> Occasion:
    """纪要: what was agreed goes into the request's log and to everybody who was asked."""
    issue = table.by_id(act.tx, int(known.data.get("issue", 0)))
    found = [o for o in round_table.occasions_of(act.tx, known.id) if o.state != "cancelled"]
    if issue is None or not found:
        raise Forbidden("status")
    if not note.strip():
        raise Forbidden("note")
    held = rounds.hold(act, found[-1], note)
    event = events.append(act, issue, "minutes", note)
    text = act.say("meeting.agreed", number=issue.number, note=note)
    for row in round_table.attendance(act.tx, held.id):
        key = f"{issue.id}:{event.seq}:{row.person}"
        if row.person != act.person.id:
            notices.push(act, issue, row.person, text, key, urgent=False)
    return held


def meeting_words(act: Act, known: Round, occasion: Occasion) -> dict[str, str]:
    return {
        "number": f"{act.say('number.consult')}-{known.number}",
        "title": known.title,
        "at": wording.moment(occasion.at, act),
        "venue": str(known.data.get("venue", "")),
    }


# -- 联治 ------------------------------------------------------------------------------------------


def join_forces(act: Act, issue: Issue) -> list[Team]:
    """联治: the sides that the place has are asked to work along, each by its own clock."""
    asked = [team for team in sides(act, issue) if team.code != issue.owner_team]
    if not asked:
        raise Forbidden("status")
    for team in asked:
        cooperation.assist(act, issue, team)
    events.append(act, issue, CASE, data={"teams": [team.code for team in asked]})
    return asked


def sides(act: Act, issue: Issue) -> list[Team]:
    """One team of each kind that joint cases need, the nearest; nobody it is about."""
    words = act.service.content.words
    blamed = act.roster.blamed(issue.against)
    here = {issue.estate, *act.roster.path(issue.grid)}
    able = [
        team
        for team in act.roster.teams.values()
        if not blamed & {team.code, *team.members[:1]} and (not team.areas or here & {*team.areas})
    ]
    able.sort(key=lambda team: not team.areas)  # whoever is just for this place before all others
    wanted = [[team for team in able if team.kind == kind] for kind in words["joint_kinds"]]
    wanted += [[team for team in able if name in team.name] for name in words["joint_names"]]
    return list({teams[0].code: teams[0] for teams in wanted if teams}.values())


def cases(act: Act) -> list[Issue]:
    """联治台账: the joint cases of the last months that this person may see."""
    found = issue_lists.with_event(act.tx, CASE, act.now - SPAN)
    return [issue for issue in found if access.may_see(act, issue, act.person)]
