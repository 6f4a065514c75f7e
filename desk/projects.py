"""Projects: one plan with one lead and its co-units, carried through six stages, told to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from data.database import Database
from data.lists_rows import Project, ProjectKind, ProjectParty, Role, Stage
from data.practice_rows import Line
from data.tables import entries, issues
from data.tables import projects as table
from desk import access, claims, fulfilling, journal
from desk import project_parties as sides
from desk.listing import shown
from desk.rules import listing as listing_rules
from desk.rules import stages
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeping import sweep


@dataclass(frozen=True)
class Plan:
    """What is to be done, by whom, until when, and by what it will be judged."""

    title: str
    kind: ProjectKind = "project"
    team: str | None = None
    person: str | None = None
    units: tuple[str, ...] = ()
    parties: Mapping[Role, str] | None = None  # of 三方联建
    budget: str = ""
    acceptance: str = ""
    estate: str | None = None
    grid: str | None = None
    due: datetime | None = None
    need: int | None = None
    offer: int | None = None
    issue: int | None = None


def start(act: Act, plan: Plan) -> Project:
    """立项: by those who review. The need it answers is taken, and stays so until it is judged."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    project = Project(
        id=0,
        number=issues.next_number(act.tx, sides.KIND),
        kind=plan.kind,
        title=shown(plan.title),
        stage="approved",
        state="open",
        team=plan.team,
        person=plan.person,
        budget=plan.budget,
        acceptance=plan.acceptance,
        estate=plan.estate,
        grid=plan.grid,
        due=plan.due,
        need=plan.need,
        offer=plan.offer,
        issue=plan.issue,
        proposer=act.person.id,
        created_at=act.now,
        ended_at=None,
        warned=0,
    )
    _take_need(act, project)
    project = replace(project, id=table.add(act.tx, project))
    for unit in plan.units:
        table.take_part(act.tx, project.id, "co", unit)
    for role, who in (plan.parties or {}).items():
        table.take_part(act.tx, project.id, role, who)
    line = sides.log(act, project, "approve", data={"team": plan.team, "units": list(plan.units)})
    sides.tell_partners(act, project, line)
    return project


def _take_need(act: Act, project: Project) -> None:
    need = entries.by_id(act.tx, project.need) if project.need else None
    if need is None:
        return
    offer = entries.by_id(act.tx, project.offer) if project.offer else None
    lead = sides.people_of(act, project.team or project.person or "")
    person = offer.proposer if offer else next(iter(lead), act.person.id)
    claims.claim(act, need, source=offer, person=person, until=project.due)


def complete(
    act: Act, project: Project, *, team: str | None, due: datetime | None, budget: str,
    acceptance: str,
) -> Project:  # fmt: skip
    """What was not known when it was set up; a new lead is told."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if project.state != "open":
        raise Forbidden("status")
    warned = project.warned if due == project.due else 0
    changed = replace(
        project, team=team, due=due, budget=budget, acceptance=acceptance, warned=warned
    )
    table.save(act.tx, changed)
    line = sides.log(act, changed, "complete", data={"team": team, "budget": budget})
    if team != project.team:
        for person in sides.lead_people(act, changed)[:1]:
            journal.tell(act, line, person, act.say("project.lead", **sides.words(act, changed)))
    return changed


def advance(act: Act, project: Project, to: Stage, note: str = "") -> Project:
    """开工 … 推广, or back: the table says which, who may, and what must be known."""
    stages.step(
        project.stage,
        to,
        project.state,
        sides.who_is(act, project),
        note,
        sides.known(act, project),
    )
    state = stages.state_at(to)
    ended = project.ended_at or (act.now if state == "done" else None)
    changed = replace(project, stage=to, state=state, ended_at=ended if state == "done" else None)
    table.save(act.tx, changed)
    forward = stages.STAGES.index(to) > stages.STAGES.index(project.stage)
    line = sides.log(act, changed, to if forward else "back", note)
    _settle_need(act, changed, to, note)
    reply = "project.advanced" if forward else "project.put_back"
    sides.tell(act, changed, line, act.say(reply, **sides.words(act, changed), note=note))
    return changed


def _settle_need(act: Act, project: Project, to: Stage, note: str) -> None:
    """What it was for has come when it was judged so."""
    need = entries.by_id(act.tx, project.need) if project.need else None
    if need is None or to != "assessed" or not access.may(act, "secretary"):
        return
    held = [c for c in entries.claims_of(act.tx, need.id) if c.state in listing_rules.HELD]
    if held and need.issue:
        fulfilling.deliver(act, need, note)  # whoever reported it is asked
    elif held:
        claims.deliver(act, need, note, held[0], told=False)
        claims.confirm(act, entries.by_id(act.tx, need.id) or need)


def stop(act: Act, project: Project, reason: str) -> Project:
    """停办, with the reason; the need is listed anew."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if project.state != "open":
        raise Forbidden("status")
    if not reason.strip():
        raise Forbidden("note")
    changed = replace(project, state="stopped", ended_at=act.now)
    table.save(act.tx, changed)
    need = entries.by_id(act.tx, project.need) if project.need else None
    held = [c for c in entries.claims_of(act.tx, need.id) if c.state == "claimed"] if need else []
    for claim in held:
        claims.give_back(act, need, claim, "drop", reason)  # type: ignore[arg-type]
    line = sides.log(act, changed, "stop", reason)
    sides.tell(
        act, changed, line, act.say("project.stopped", **sides.words(act, changed), note=reason)
    )
    return changed


def milestone(act: Act, project: Project, note: str) -> Line:
    """进展: a step of a long matter; everybody who asked or follows hears of it."""
    if not sides.who_is(act, project):
        raise Forbidden("person")
    if project.state != "open":
        raise Forbidden("status")
    if not note.strip():
        raise Forbidden("note")
    line = sides.log(act, project, "milestone", note)
    sides.tell(
        act, project, line, act.say("project.milestone", **sides.words(act, project), note=note)
    )
    return line


def follow(act: Act, project: Project) -> bool:
    """关注: told of each step from now on."""
    if not table.follow(act.tx, project.id, act.person.id, act.now):
        return False
    sides.log(act, project, "follow")
    return True


def unfollow(act: Act, project: Project) -> bool:
    return table.unfollow(act.tx, project.id, act.person.id)


# -- 三方联建 -------------------------------------------------------------------------------------


def three_sided(act: Act, plan: Plan, estate: str, owners: str) -> Plan:
    """The plan with its three sides; the property company leads where nobody else is named."""
    parties = sides.three(act, estate, owners)
    return replace(plan, kind="tri", team=plan.team or parties["property"], parties=parties)


def agree(act: Act, project: Project) -> ProjectParty:
    """同意, or once it works 认可: each party for itself."""
    own = sides.own(act, project)
    if not own:
        raise Forbidden("person")
    waiting = sides.unsaid(project, own)
    if not waiting:
        raise Forbidden("status")
    party, accepting = waiting[0], sides.accepting(project)
    party = replace(party, accepted_at=act.now) if accepting else replace(party, agreed_at=act.now)
    table.save_party(act.tx, party)
    action = "accept" if accepting else "agree"
    line = sides.log(act, project, action, data={"role": party.role, "who": party.who})
    name = sides.party_name(act, party.who)
    text = act.say(f"project.side.{action}", **sides.words(act, project), name=name)
    for person in dict.fromkeys((project.proposer, *sides.lead_people(act, project))):
        journal.tell(act, line, person, text)
    return party


# -- by itself ----------------------------------------------------------------------------------


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: projects past their term; the lead and whoever set it up are told once."""
    return sweep(db, service, now, lambda tx: table.overdue(tx, now), _late)


def _late(act: Act, project: Project) -> None:
    table.save(act.tx, replace(project, warned=1))
    line = sides.log(act, project, "late")
    text = act.say("project.late", **sides.words(act, project))
    for person in dict.fromkeys((*sides.lead_people(act, project)[:1], project.proposer)):
        journal.tell(act, line, person, text)
