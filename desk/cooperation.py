"""Working together on an issue: 协办 and 吹哨报到. Each team called has clocks of its own.

The issue keeps its one accountable owner; a whistle's leading unit becomes that owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from data.database import Database
from data.rows import Issue, Party, Team
from data.tables import issues as table
from data.tables import parties
from desk import access, events, issues, notices, wording
from desk.rules import lifecycle
from desk.service import Act, Service
from desk.sweeping import sweep

ARRIVE = {"U0": timedelta(minutes=30), "U1": timedelta(hours=2)}  # else within a day
A_DAY = timedelta(hours=24)
NOT_COME, NOT_DONE = 1, 2  # stages of lateness


def assist(act: Act, issue: Issue, team: Team) -> Issue:
    """协办: a team is asked to help; the owner stays."""
    _may(act, issue, "assist", team)
    _call(act, issue, team, "assist", leads=False)
    return issue


def whistle(act: Act, issue: Issue, teams: Sequence[Team]) -> Issue:
    """吹哨: the first unit leads and owns, the others come along."""
    _may(act, issue, "whistle", *teams)
    lead = teams[0]
    for team in teams:
        _call(act, issue, team, "whistle", leads=team is lead)
    if issue.owner_team != lead.code:
        issue = issues.transfer(act, issue, lead, act.say("whistle.reason"))
    return issue


def _may(act: Act, issue: Issue, action: lifecycle.Action, *teams: Team) -> None:
    lifecycle.step(issue.status, action, access.who_is(act, issue, act.person), "")
    blamed = act.roster.blamed(issue.against)
    if any(blamed & {team.code, *team.members[:1]} for team in teams):
        raise lifecycle.Forbidden("against")


def _call(act: Act, issue: Issue, team: Team, kind: str, *, leads: bool) -> None:
    party = Party(
        issue=issue.id,
        team=team.code,
        kind=kind,
        leads=leads,
        asked_by=act.person.id,
        asked_at=act.now,
        arrive_due=act.now + ARRIVE.get(issue.level, A_DAY),
        arrived_at=None,
        done_due=issue.done_due,
        done_at=None,
        note="",
        warned=0,
    )
    if not parties.call(act.tx, party):
        return
    data = {"team": team.code, "leads": leads}
    event = events.append(act, issue, kind, data=data)
    text = act.say(
        f"{kind}.called",
        number=issue.number,
        category=act.service.category(issue.category).name,
        place=wording.place(issue, act, public=False),
        text=wording.summary(issue),
        by=act.person.name,
        role=act.say("whistle.lead" if leads else "whistle.co"),
        arrive=wording.moment(party.arrive_due, act),
        due=wording.moment(party.done_due, act),
    )
    for person in team.members[:1]:
        notices.push(act, issue, person, text, f"{issue.id}:{event.seq}:{person}", urgent=True)


def taking_part(act: Act, issue: Issue) -> Party | None:
    """As whose member the person acting takes part in an issue."""
    own = act.roster.teams_of(act.person.id)
    return next((p for p in parties.of_issue(act.tx, issue.id) if p.team in own), None)


def arrive(act: Act, issue: Issue) -> Party:
    """报到: the unit has come."""
    party = _own_part(act, issue)
    if parties.arrived(act.tx, issue.id, party.team, act.now):
        event = events.append(act, issue, "arrive", data={"team": party.team})
        _tell_caller(act, issue, party, event.seq, "whistle.arrived", "")
    return party


def part_done(act: Act, issue: Issue, note: str) -> Party:
    """A co-unit has done its share."""
    party = _own_part(act, issue)
    if not note.strip():
        raise lifecycle.Forbidden("note")
    parties.finished(act.tx, issue.id, party.team, act.now, note)
    event = events.append(act, issue, "part_done", note, {"team": party.team})
    _tell_caller(act, issue, party, event.seq, "whistle.part_done", note)
    return party


def put_off(act: Act, issue: Issue, span: timedelta) -> None:
    """The issue was paused or extended: so are those who work along."""
    for party in parties.of_issue(act.tx, issue.id):
        parties.put_off(act.tx, party, span)


def _own_part(act: Act, issue: Issue) -> Party:
    party = taking_part(act, issue)
    if party is None:
        raise lifecycle.Forbidden("person")
    if issue.status not in ("assigned", "accepted"):
        raise lifecycle.Forbidden("status")
    return party


def _tell_caller(
    act: Act, issue: Issue, party: Party, seq: int, reply: str, note: str, but: Sequence[str] = ()
) -> None:
    """Whoever called hears of it, and the owner."""
    team = act.roster.teams.get(party.team)
    words = {"number": issue.number, "team": team.name if team else party.team, "note": note}
    hear = dict.fromkeys((party.asked_by, *act.roster.owner_people(issue)))
    for person in hear:
        if person != act.person.id and person not in but:
            key = f"{issue.id}:{seq}:{person}:{reply}"
            notices.push(act, issue, person, act.say(reply, **words), key, urgent=False)


def remind(db: Database, service: Service, now: datetime) -> int:
    """Sweep: units that have not come or not finished; they and whoever called them are told."""
    return sweep(db, service, now, lambda tx: parties.late(tx, now), _warn)


def _warn(act: Act, party: Party) -> None:
    issue = table.by_id(act.tx, party.issue)
    if issue is None:
        return
    stage = NOT_DONE if act.now >= party.done_due else NOT_COME
    parties.warned(act.tx, party, stage)
    reply = "whistle.not_done" if stage == NOT_DONE else "whistle.not_come"
    event = events.append(act, issue, "part_late", data={"team": party.team, "stage": stage})
    team = act.roster.teams.get(party.team)
    late = team.members[:1] if team else ()
    _tell_caller(act, issue, party, event.seq, reply, "", but=late)
    text = act.say(f"{reply}_self", number=issue.number)
    for person in late:
        key = f"{issue.id}:{event.seq}:{person}:self"
        notices.push(act, issue, person, text, key, urgent=True)
