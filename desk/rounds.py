"""Recurring duties: planned some days ahead, held or missed.

Who signs up and who comes is in desk.attending; what falls due by itself in desk.round_sweeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from data.practice_rows import Line, Occasion, Round
from data.tables import issues
from data.tables import rounds as table
from desk import access, journal
from desk.rules import recurring
from desk.rules.lifecycle import Forbidden
from desk.service import Act

KINDS = ("visit", "plan", "patrol", "clean", "watch")  # of which one says 完成 访-3
AHEAD = timedelta(days=7)  # how long before an occasion it is planned, so that people can sign up
EARLY_HOURS = 12  # how long before its time an occasion may be held at least


@dataclass(frozen=True)
class Duty:
    """What is to recur. `rule`: see desk.rules.recurring."""

    kind: str
    title: str
    person: str
    rule: str
    team: str | None = None
    target: str | None = None
    estate: str | None = None
    building: str | None = None
    grid: str | None = None
    starts: datetime | None = None
    remind_hours: int = 24
    grace_hours: int = 24
    capacity: int | None = None
    checklist: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()  # who does it in turn (轮值); else `person` every time
    course: bool = False  # who comes once is expected every time: a club, a class
    data: Mapping[str, object] = field(default_factory=dict)


def begin(act: Act, duty: Duty) -> Round:
    """Set a duty up; its first occasion is planned at once if it is near."""
    known = Round(
        id=0,
        kind=duty.kind,
        number=issues.next_number(act.tx, duty.kind),
        title=duty.title,
        person=duty.person,
        team=duty.team,
        target=duty.target,
        estate=duty.estate,
        building=duty.building,
        grid=duty.grid,
        rule=duty.rule,
        next_at=duty.starts or recurring.first(duty.rule, act.now),
        remind_hours=duty.remind_hours,
        grace_hours=duty.grace_hours,
        capacity=duty.capacity,
        checklist=duty.checklist,
        created_at=act.now,
        ended_at=None,
        data={**duty.data, "turns": list(duty.turns), "course": duty.course},
    )
    known = replace(known, id=table.add(act.tx, known))
    log(act, known, "begin", data={"rule": duty.rule, "person": duty.person})
    return plan(act, known)


def number(act: Act, known: Round) -> str:
    """As it is said: 访-3, 活-1."""
    return f"{act.say(f'number.{known.kind}')}-{known.number}"


def end(act: Act, known: Round, reason: str) -> Round:
    """The duty is over: what is planned of it is cancelled."""
    ended = replace(known, ended_at=act.now, next_at=None)
    table.save(act.tx, ended)
    for occasion in table.occasions_of(act.tx, known.id):
        if occasion.state == "planned":
            table.save_occasion(act.tx, replace(occasion, state="cancelled"))
    log(act, ended, "end", reason)
    return ended


def hold(
    act: Act,
    occasion: Occasion,
    note: str,
    answers: Sequence[str] = (),
    at: datetime | None = None,
    data: Mapping[str, object] | None = None,
) -> Occasion:
    """It was done: by whom, what is to be said of it, and the answers to its checklist."""
    known = of(act, occasion)
    if occasion.state not in ("planned", "missed"):
        raise Forbidden("status")
    if not may_do(act, known, occasion):
        raise Forbidden("person")
    if len(answers) not in (0, len(known.checklist)):
        raise Forbidden("note")
    held = replace(
        occasion,
        state="held",
        person=act.person.id,
        done_at=at or act.now,
        note=note,
        answers=tuple(answers),
    )
    table.save_occasion(act.tx, held)
    details = {**(data or {}), "occasion": occasion.id, "answers": list(answers)}
    log(act, known, "hold", note, details, "held")
    return held


def may_do(act: Act, known: Round, occasion: Occasion | None = None) -> bool:
    """Whose turn it is, who answers for it, his team, and staff."""
    people = {known.person, occasion.person if occasion else None}
    if known.team:
        team = act.roster.teams.get(known.team)
        people |= set(team.members if team else ())
    return act.person.id in people or access.may(act, "worker")


def may_know(act: Act, known: Round) -> bool:
    """Who reads whom it is for, and who comes: who does it, and who answers for its grid."""
    team = act.roster.teams.get(known.team or "")
    people = {known.person, *(known.data.get("turns") or ()), *(team.members if team else ())}
    return act.person.id in people or access.answers_for(act, known.grid)


def current(act: Act, known: Round) -> Occasion:
    """The occasion that is meant by who does it now: the nearest that is open.

    What is done long before the next one is due is one more, and moves none.
    """
    open_ = [
        occasion
        for occasion in table.occasions_of(act.tx, known.id)
        if occasion.state in ("planned", "missed")
    ]
    near = min(open_, key=lambda occasion: abs(occasion.at - act.now), default=None)
    early = timedelta(hours=max(known.remind_hours, EARLY_HOURS))
    if near is not None and (near.at - act.now <= early or known.rule == "once"):
        return near
    if known.ended_at is not None:
        raise Forbidden("status")
    return _add(act, known, act.now)


def of(act: Act, occasion: Occasion) -> Round:
    """The round that an occasion belongs to."""
    found = table.by_id(act.tx, occasion.round)
    if found is None:
        raise Forbidden("status")
    return found


def log(
    act: Act,
    known: Round,
    action: str,
    note: str = "",
    data: Mapping[str, object] | None = None,
    status: str = "",
) -> Line:
    """Write down what happened; where people come by consent, not who it was."""
    actor = "system" if known.data.get("consent") else act.person.id
    subject = (known.kind, str(known.number))
    return journal.write(act.tx, act.now, actor, subject, action, note, data, status)


# -- planning -----------------------------------------------------------------------------------


def plan(act: Act, known: Round) -> Round:
    """What comes within the next days; what should have been while we were away is not made up."""
    grace = timedelta(hours=known.grace_hours)
    while known.next_at is not None and known.next_at <= act.now + AHEAD:
        at = known.next_at
        known = replace(known, next_at=recurring.following(known.rule, at))
        if at + grace >= act.now or known.next_at is None:
            _add(act, known, at)
    table.save(act.tx, known)
    return known


def _add(act: Act, known: Round, at: datetime) -> Occasion:
    """One occasion, with whose turn it is, and those who come every time."""
    turns = known.data.get("turns") or ()
    count = table.count_occasions(act.tx, known.id)
    earlier = table.occasions_of(act.tx, known.id, 1)
    occasion = Occasion(
        id=0,
        round=known.id,
        at=at,
        remind_at=at - timedelta(hours=known.remind_hours),
        lapses_at=at + timedelta(hours=known.grace_hours),
        state="planned",
        person=turns[count % len(turns)] if turns else None,
        done_at=None,
        note="",
        answers=(),
        warned=0,
    )
    occasion = replace(occasion, id=table.add_occasion(act.tx, occasion))
    if known.data.get("course") and earlier:
        table.carry(act.tx, earlier[0].id, occasion.id)
    return occasion
