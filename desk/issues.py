"""Carrying an issue along: each function is one step of the loop inside one transaction."""

from __future__ import annotations

from dataclasses import replace

from data.rows import Event, Issue, Mode, Party, Person, Team, as_json
from data.tables import issues as table
from data.tables import parties, reporters
from desk import access, broadcast, callbacks, claims, events, notices, recording, wording
from desk.rules import deadlines, lifecycle, routing
from desk.rules.rates import Satisfaction
from desk.service import Act
from nlp.text import mask_ids

URGENT_URGES = 3  # every third 催办 is heard by those above as well
SECOND_RETURN = 2  # DOMAIN, "The loop": the second return goes to an arbiter, never ping-pong


def _take(act: Act, issue: Issue, action: lifecycle.Action, note: str) -> lifecycle.Step:
    return lifecycle.step(issue.status, action, access.who_is(act, issue, act.person), note)


def accept(act: Act, issue: Issue) -> Issue:
    """接单: this person handles it from now on."""
    step = _take(act, issue, "accept", "")
    changed = replace(issue, status=step.to, handler=act.person.id, accepted_at=act.now)
    table.save(act.tx, changed)
    event = events.append(act, changed, "accept")
    reply = "step.accepted_urgent" if issue.level == "U0" else "step.accepted"
    notices.tell_reporter(act, changed, event, reply, handler=act.person.name)
    return changed


def decline(act: Act, issue: Issue, note: str, suggested: Team | None = None) -> Issue:
    """退单 with a reason: to whoever stands by, to the team that is suggested, or the next fitting.

    The second return goes to the arbiter, who reads the suggestion.
    """
    step = _take(act, issue, "decline", note)
    former = [issue.owner_team, issue.owner_person]
    refused = [e.data.get("team") or e.data.get("person") for e in _returns(act, issue)]
    blamed = act.roster.blamed(issue.against)
    shut_out = [owner for owner in (*blamed, *former, *refused) if owner]
    returns = issue.returns + 1
    superior = act.service.content.about.superior
    if stands_by := broadcast.standing_by(act, issue, shut_out):
        route = routing.Route(stands_by.code, None, "standing_by", {"team": stands_by.name})
    elif returns >= SECOND_RETURN and superior not in shut_out:
        route = routing.Route(None, superior, "arbiter", {})
    elif suggested and not {suggested.code, *suggested.members[:1]} & set(shut_out):
        route = routing.Route(suggested.code, None, "suggested", {"team": suggested.name})
    else:
        route = recording.find_route(act, issue, issue.level, shut_out)
    changed = replace(
        issue,
        status=step.to,
        handler=None,
        accepted_at=None,
        owner_team=route.team,
        owner_person=route.person,
        route_reason=recording.reason(act, route),
        returns=returns,
    )
    return _hand_on(act, issue, changed, "decline", note, "step.moved")


def transfer(act: Act, issue: Issue, target: Team | Person, note: str) -> Issue:
    """转派 to a team or a person; deadlines stay as they are."""
    step = _take(act, issue, "transfer", note)
    to_team = isinstance(target, Team)
    named = (target.code, *target.members[:1]) if isinstance(target, Team) else (target.id,)
    if act.roster.blamed(issue.against) & set(named):
        raise lifecycle.Forbidden("against")
    changed = replace(
        issue,
        status=step.to,
        handler=None,
        accepted_at=None,
        owner_team=target.code if isinstance(target, Team) else None,
        owner_person=None if to_team else target.id,  # type: ignore[union-attr]
        route_reason=act.say("route.transfer", person=act.person.name),
    )
    return _hand_on(act, issue, changed, "transfer", note, "step.moved")


def _returns(act: Act, issue: Issue) -> list[Event]:
    return [event for event in table.events(act.tx, issue.id) if event.action == "decline"]


def _hand_on(act: Act, before: Issue, after: Issue, action: str, note: str, reply: str) -> Issue:
    """Save a change of owner; the event remembers the one before."""
    table.save(act.tx, after)
    data = {
        "team": before.owner_team,
        "person": before.owner_person,
        "to": recording.owner_of(after),
    }
    event = events.append(act, after, action, note, data)
    notices.hand_over(act, after, event, "card.moved")
    notices.tell_reporter(act, after, event, reply)
    notices.tell_former(act, before, after, event)
    return after


def add_note(act: Act, issue: Issue, note: str) -> Issue:
    """补充: words added by the reporter or by whoever works on it; the other side hears them."""
    step = _take(act, issue, "note", note)
    changed = replace(issue, status=step.to)
    note = mask_ids(note)
    works_on_it = access.who_is(act, issue, act.person) & {"owner", "overseer"}
    if act.person.id == issue.reporter:
        changed = replace(changed, text=f"{issue.text}\n{note}")
    table.save(act.tx, changed)
    event = events.append(act, changed, "note", note)
    if act.person.id == issue.reporter or not works_on_it:
        notices.tell_owner(act, changed, event, "step.reporter_note", note=note)
    else:
        notices.tell_reporter(
            act, changed, event, "step.worker_note", note=note, handler=act.person.name
        )
    return changed


def locate(act: Act, issue: Issue, draft: recording.Draft) -> Issue:
    """The place of an issue that was recorded without it (an emergency does not wait)."""
    said = mask_ids(draft.text)
    step = _take(act, issue, "note", said)
    changed = replace(
        issue,
        status=step.to,
        estate=draft.estate,
        building=draft.building,
        unit=draft.unit,
        room=draft.room,
        grid=draft.grid,
    )
    table.save(act.tx, changed)
    event = events.append(act, changed, "note", said)
    notices.tell_owner(act, changed, event, "step.reporter_note", note=said)
    if changed.grid != issue.grid:
        notices.alarm_near(act, changed, event)
    return changed


def finish(act: Act, issue: Issue, note: str) -> Issue:
    """办结: what was done; the reporter is asked."""
    step = _take(act, issue, "finish", note)
    changed = replace(
        issue,
        status=step.to,
        handler=act.person.id,
        accepted_at=issue.accepted_at or act.now,
        done_at=act.now,
        result=note,
    )
    table.save(act.tx, changed)
    event = events.append(act, changed, "finish", note)
    if issue.owner_team and any(p.team == issue.owner_team for p in _parties(act, issue)):
        parties.finished(act.tx, issue.id, issue.owner_team, act.now, note)  # whistled for: it led
    days = act.service.settings.loop.close_days
    offered = notices.buttons(act, changed, *notices.ASKED)
    notices.tell_reporter(
        act, changed, event, "step.finished", offered,
        note=note, handler=act.person.name, days=days,
    )  # fmt: skip
    claims.follow(act, changed, "deliver", note)
    return changed


def _parties(act: Act, issue: Issue) -> list[Party]:
    return [party for party in parties.of_issue(act.tx, issue.id) if party.done_at is None]


def urge(act: Act, issue: Issue) -> Issue:
    """催办: counted, and told to the owner; every third time to those above the place as well."""
    _take(act, issue, "urge", "")
    changed = replace(issue, urges=issue.urges + 1)
    table.save(act.tx, changed)
    event = events.append(act, changed, "urge", data={"count": changed.urges})
    notices.tell_owner(act, changed, event, "step.urged", count=changed.urges)
    if changed.urges % URGENT_URGES == 0:
        owner = act.roster.owner_name(changed)
        words = {"number": issue.number, "count": changed.urges, "owner": owner}
        for person in notices.above(act, changed):
            notices.tell(act, changed, event, person, act.say("step.urged_overseer", **words))
    return changed


def withdraw(act: Act, issue: Issue) -> Issue:
    """撤销 by the reporter, who must be the only one: what neighbours wait for goes on."""
    step = _take(act, issue, "withdraw", "")
    if {issue.reporter, *reporters.of_issue(act.tx, issue.id)} != {act.person.id}:
        raise lifecycle.Forbidden("others")
    changed = replace(issue, status=step.to, closed_at=act.now)
    table.save(act.tx, changed)
    event = events.append(act, changed, "withdraw")
    notices.tell_owner(act, changed, event, "step.withdrawn")
    claims.follow(act, changed, "withdraw")
    return changed


def satisfied(act: Act, issue: Issue, *, fairly: bool = False) -> Issue:
    """满意 or 基本满意: closed by the reporter's word."""
    step = _take(act, issue, "satisfied", "")
    rating: Satisfaction = "fairly" if fairly else "satisfied"
    changed = replace(issue, status=step.to, rating=rating, closed_at=act.now)
    table.save(act.tx, changed)
    contacted = callbacks.given(act, issue).get("contacted", True)
    answer = {"contacted": contacted, "solved": True, "satisfaction": rating}
    event = events.append(act, changed, "satisfied", data=answer)
    notices.tell_owner(act, changed, event, f"step.{rating}")
    if issue.status != "done":  # the others have not been told that it is solved
        notices.tell_reporter(act, changed, event, "step.lapsed")
    claims.follow(act, changed, "confirm")
    return changed


def reopen(act: Act, issue: Issue, note: str, *, contacted: bool = True) -> Issue:
    """不满意 or 没修好: the same owner again, one level higher, the overseer told.

    `contacted`: whether the reporter says that somebody had been in touch.
    """
    contacted = callbacks.given(act, issue).get("contacted", contacted)
    step = _take(act, issue, "reopen", note)
    level = lifecycle.raised(issue.level)
    category = act.service.category(issue.category)
    changed = replace(
        issue,
        status=step.to,
        handler=issue.handler,
        level=level,
        level_reason=act.say("level.reopened"),
        rating="unsatisfied",
        warned=0,
        done_at=None,
        closed_at=None,
        reopens=issue.reopens + 1,
        contact_due=deadlines.contact_due(level, act.now),
        done_due=deadlines.done_due(
            level, category.limit, act.now, act.service.is_workday, category.level
        ),
    )
    table.save(act.tx, changed)
    answer = {"contacted": contacted, "solved": False, "satisfaction": "unsatisfied"}
    event = events.append(act, changed, "reopen", mask_ids(note), {"level": level} | answer)
    notices.hand_over(act, changed, event, "card.reopened")
    text = act.say("step.reopened_overseer", number=issue.number, note=note or "—")
    for person in notices.above(act, changed)[:1]:
        notices.tell(act, changed, event, person, text)
    claims.follow(act, changed, "dispute", note)
    return changed


def supervise(act: Act, issue: Issue) -> Issue:
    """督办: a yellow card to the owner, and a red one the next time; the reporter is told."""
    step = _take(act, issue, "supervise", "")
    card = "red" if issue.card else "yellow"
    changed = replace(issue, status=step.to, card=card)
    table.save(act.tx, changed)
    event = events.append(act, changed, "supervise", data={"card": card})
    shown = act.say(f"secretary.{card}")
    notices.tell_owner(act, changed, event, "step.supervised", card=shown, by=act.person.name)
    notices.tell_reporter(act, changed, event, "step.supervised_reporter")
    return changed


def lapse(act: Act, issue: Issue) -> Issue:
    """Closed as 未评价 after days of silence."""
    step = _take(act, issue, "lapse", "")
    changed = replace(issue, status=step.to, closed_at=act.now)
    table.save(act.tx, changed)
    event = events.append(act, changed, "lapse")
    notices.tell_reporter(act, changed, event, "step.lapsed")
    claims.follow(act, changed, "confirm")
    return changed


def call_next(act: Act, issue: Issue) -> Issue:
    """U0 and nobody has taken it: the next in the duty chain."""
    changed = replace(issue, duty_step=issue.duty_step + 1)
    table.save(act.tx, changed)
    event = events.append(act, changed, "alarm", data={"step": changed.duty_step})
    notices.alarm(act, changed, event, step=changed.duty_step)
    return changed


def set_mode(act: Act, issue: Issue, mode: Mode) -> Issue:
    """上门访办, 跑腿代办 …: how this one is met."""
    step = _take(act, issue, "mode", "")
    changed = replace(issue, status=step.to, mode=mode)
    table.save(act.tx, changed)
    events.append(act, changed, "mode", data={"mode": mode})
    return changed


def rehome(act: Act, issue: Issue) -> Issue:
    """Whoever answered for it is no longer there: the next fitting owner."""
    route = recording.find_route(act, issue, issue.level, tuple(act.roster.blamed(issue.against)))
    changed = replace(
        issue,
        status="assigned" if issue.status == "accepted" else issue.status,
        handler=None,
        accepted_at=None,
        owner_team=route.team,
        owner_person=route.person,
        route_reason=recording.reason(act, route),
    )
    return _hand_on(act, issue, changed, "rehome", "", "step.moved")


def as_record(issue: Issue, photos: int = 0) -> str:
    """One issue as a JSON line, without the reporter's identity."""
    names = ("number", "day", "status", "category", "nature", "level", "text", "estate",
             "building", "unit", "grid", "owner_team", "owner_person", "handler",
             "route_reason", "result", "rating", "source", "mode")  # fmt: skip
    values: dict[str, object] = {name: getattr(issue, name) for name in names}
    for name in ("created_at", "contact_due", "done_due", "accepted_at", "done_at", "closed_at"):
        at = getattr(issue, name)
        values[name] = at.isoformat() if at else None
    values["photos"] = photos
    return as_json(values)


def tell_recorded(act: Act, issue: Issue) -> None:
    """Push the receipt to a reporter who is not there to read a reply."""
    text = wording.receipt(issue, act, public=False)
    notices.push(act, issue, issue.reporter, text, f"{issue.id}:receipt", urgent=False)
