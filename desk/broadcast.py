"""一呼百应: several partners are called at once; the first to claim owns it, the next stand by.

Until somebody claims, whoever was accountable stays so. When the owner gives it back, it goes to
the first of those who stand by, before anybody else is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.rows import Issue, Party, Team
from data.tables import issues as table
from data.tables import parties
from desk import access, cooperation, events, notices, wording
from desk.rules import lifecycle
from desk.service import Act

KIND = "broadcast"


def broadcast(act: Act, issue: Issue, teams: Sequence[Team]) -> Issue:
    """Call these teams; each gets a card it can claim by."""
    lifecycle.step(issue.status, "broadcast", access.who_is(act, issue, act.person), "")
    blamed = act.roster.blamed(issue.against)
    if any(blamed & {team.code, *team.members[:1]} for team in teams):
        raise lifecycle.Forbidden("against")
    changed = replace(issue, source="called")
    table.save(act.tx, changed)
    called = [team for team in teams if parties.call(act.tx, _party(act, changed, team))]
    event = events.append(act, changed, "broadcast", data={"teams": [t.code for t in called]})
    for team in called:
        text = act.say(
            "broadcast.called",
            number=issue.number,
            category=act.service.category(issue.category).name,
            place=wording.place(issue, act, public=False),
            text=wording.summary(issue),
            due=wording.moment(issue.done_due, act),
        )
        for person in team.members[:1]:
            key = f"{issue.id}:{event.seq}:{person}"
            offered = notices.buttons(act, issue, "accept", "details")
            notices.push(act, issue, person, text, key, urgent=True, actions=offered)
    return changed


def _party(act: Act, issue: Issue, team: Team) -> Party:
    return Party(
        issue=issue.id,
        team=team.code,
        kind=KIND,
        leads=False,
        asked_by=act.person.id,
        asked_at=act.now,
        arrive_due=issue.done_due,
        arrived_at=None,
        done_due=issue.done_due,
        done_at=None,
        note="",
        warned=0,
    )


def may_claim(act: Act, issue: Issue) -> bool:
    """Whether the person acting was called to it and does not own it already."""
    party = cooperation.taking_part(act, issue)
    owns = "owner" in access.who_is(act, issue, act.person)
    return party is not None and party.kind == KIND and not owns


def claim(act: Act, issue: Issue) -> Issue:
    """The first claim makes the owner, later ones stand by. Returns the issue as it is now."""
    party = cooperation.taking_part(act, issue)
    if party is None or party.kind != KIND:
        raise lifecycle.Forbidden("person")
    step = lifecycle.step(issue.status, "claim", access.who_is(act, issue, act.person), "")
    first = issue.status == "assigned"
    parties.arrived(act.tx, issue.id, party.team, act.now)
    changed = replace(issue, status=step.to)
    if first:
        changed = replace(
            changed,
            owner_team=party.team,
            owner_person=None,
            handler=act.person.id,
            accepted_at=act.now,
            route_reason=act.say("broadcast.reason"),
        )
    table.save(act.tx, changed)
    event = events.append(act, changed, "claim", data={"team": party.team, "leads": first})
    if first:
        notices.tell_reporter(act, changed, event, "step.accepted", handler=act.person.name)
        notices.tell_former(act, issue, changed, event)
        _tell_others(act, changed, party, event.seq)
    return changed


def _tell_others(act: Act, issue: Issue, claimed: Party, seq: int) -> None:
    """Those who were called as well know that it is taken, and that they may stand by."""
    text = act.say("broadcast.taken", number=issue.number, owner=act.roster.owner_name(issue))
    for party in parties.of_issue(act.tx, issue.id):
        team = act.roster.teams.get(party.team)
        if party.kind == KIND and party.team != claimed.team and team:
            for person in team.members[:1]:
                key = f"{issue.id}:{seq}:{person}:taken"
                notices.push(act, issue, person, text, key, urgent=False)


def standing_by(act: Act, issue: Issue, shut_out: Sequence[str]) -> Team | None:
    """The team that claimed next and is still there."""
    claimed = [p for p in parties.of_issue(act.tx, issue.id) if p.kind == KIND and p.arrived_at]
    for party in sorted(claimed, key=lambda party: (party.arrived_at, party.team)):
        team = act.roster.teams.get(party.team)
        if team and not {team.code, *team.members[:1]} & set(shut_out):
            return team
    return None
