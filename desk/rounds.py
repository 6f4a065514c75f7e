"""Recurring duties: planned one at a time, reminded of, held or missed; who signed up and came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from data.database import Database
from data.practice_rows import Attendance, Line, Occasion, Round
from data.tables import issues
from data.tables import rounds as table
from desk import access, journal, wording
from desk.rules import recurring
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeps import sweep

AHEAD = timedelta(days=7)  # how long before an occasion it is planned, so that people can sign up


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
        data=duty.data,
    )
    known = replace(known, id=table.add(act.tx, known))
    log(act, known, "begin", data={"rule": duty.rule, "person": duty.person})
    return _plan(act, known) if _near(known, act.now) else known


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
    act: Act, occasion: Occasion, note: str, answers: Sequence[str] = (), at: datetime | None = None
) -> Occasion:
    """It was done: by whom, what is to be said of it, and the answers to its checklist."""
    known = of(act, occasion)
    if occasion.state not in ("planned", "missed"):
        raise Forbidden("status")
    if act.person.id != known.person and not access.may(act, "worker"):
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
    log(act, known, "hold", note, {"occasion": occasion.id, "answers": list(answers)}, "held")
    return held


def sign_up(
    act: Act, occasion: Occasion, person: str, data: Mapping[str, object] | None = None
) -> Attendance:
    """报名, as far as there is room."""
    known = of(act, occasion)
    coming = [a for a in table.attendance(act.tx, occasion.id) if a.state != "cancelled"]
    others = [a for a in coming if a.person != person]
    if occasion.state != "planned" or (known.capacity and len(others) >= known.capacity):
        raise Forbidden("status")
    row = Attendance(occasion.id, person, "signed", act.now, None, None, data or {})
    table.sign(act.tx, row)
    log(act, known, "sign_up", data={"occasion": occasion.id, "person": person})
    return row


def check_in(act: Act, occasion: Occasion, person: str) -> Attendance:
    """签到: whoever came, with or without signing up. Nothing about anybody's health is kept."""
    known = of(act, occasion)
    before = {row.person: row for row in table.attendance(act.tx, occasion.id)}
    signed = before.get(person)
    if occasion.state == "cancelled" or (signed and signed.state == "came"):
        raise Forbidden("status")
    row = Attendance(
        occasion=occasion.id,
        person=person,
        state="came",
        signed_at=signed.signed_at if signed else act.now,
        came_at=act.now,
        clerk=act.person.id,
        data=signed.data if signed else {},
    )
    table.sign(act.tx, row)
    log(act, known, "check_in", data={"occasion": occasion.id, "person": person})
    return row


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
    return journal.append(act, known.kind, str(known.number), action, note, data, status)


# -- by itself ----------------------------------------------------------------------------------


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: plan what comes, remind of what is near, tell of what has lapsed."""
    return sum(
        (
            sweep(db, service, now, lambda tx: table.to_plan(tx, now + AHEAD), _plan),
            sweep(db, service, now, lambda tx: table.to_remind(tx, now), _remind),
            sweep(db, service, now, lambda tx: table.lapsed(tx, now), _lapse),
        )
    )


def _near(known: Round, now: datetime) -> bool:
    return known.next_at is not None and known.next_at <= now + AHEAD


def _plan(act: Act, known: Round) -> Round:
    """The next occasion of a round; what should have been while we were away is not made up."""
    at = known.next_at
    if at is None:
        return known
    grace = timedelta(hours=known.grace_hours)
    while at + grace < act.now and (later := recurring.following(known.rule, at)):
        at = later
    occasion = Occasion(
        id=0,
        round=known.id,
        at=at,
        remind_at=at - timedelta(hours=known.remind_hours),
        lapses_at=at + grace,
        state="planned",
        person=None,
        done_at=None,
        note="",
        answers=(),
        warned=0,
    )
    table.add_occasion(act.tx, occasion)
    changed = replace(known, next_at=recurring.following(known.rule, at))
    table.save(act.tx, changed)
    return changed


def _remind(act: Act, occasion: Occasion) -> None:
    """Whoever does it hears of it, and whoever signed up."""
    known = of(act, occasion)
    table.save_occasion(act.tx, replace(occasion, warned=1))
    line = log(act, known, "remind", data={"occasion": occasion.id})
    words = {"title": known.title, "at": wording.moment(occasion.at, act)}
    journal.tell(act, line, known.person, act.say("round.remind", **words))
    for row in table.attendance(act.tx, occasion.id):
        if row.state == "signed" and row.person != known.person:
            journal.tell(act, line, row.person, act.say("round.soon", **words))


def _lapse(act: Act, occasion: Occasion) -> None:
    """Nobody did it: whoever should have, and those who review, hear of it."""
    known = of(act, occasion)
    table.save_occasion(act.tx, replace(occasion, state="missed"))
    line = log(act, known, "miss", data={"occasion": occasion.id}, status="missed")
    person = act.roster.name_of(known.person) or act.say("card.resident")
    words = {"title": known.title, "at": wording.moment(occasion.at, act), "person": person}
    journal.tell(act, line, known.person, act.say("round.missed", **words))
    for above in access.reviewers(act):
        if above != known.person:
            journal.tell(act, line, above, act.say("round.missed_above", **words))
