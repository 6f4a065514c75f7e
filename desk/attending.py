"""Who signs up for an occasion, who waits, who came. Nothing about anybody's health is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from data.practice_rows import Attendance, Occasion, Round
from data.tables import rounds as table
from desk import journal, rounds, wording
from desk.rules.lifecycle import Forbidden
from desk.service import Act


def sign_up(
    act: Act, occasion: Occasion, person: str, data: Mapping[str, object] | None = None
) -> Attendance:
    """报名; whoever finds no room waits, and moves up when somebody cancels."""
    known = rounds.of(act, occasion)
    if occasion.state != "planned":
        raise Forbidden("status")
    attending = table.attendance(act.tx, occasion.id)
    if any(a.person == person and a.state != "cancelled" for a in attending):
        raise Forbidden("status")
    coming = sum(a.state in ("signed", "came") for a in attending)
    full = known.capacity is not None and coming >= known.capacity
    state: Literal["waiting", "signed"] = "waiting" if full else "signed"
    row = Attendance(occasion.id, person, state, act.now, None, None, data or {})
    for each in _same_course(act, known, occasion):
        table.sign(act.tx, replace(row, occasion=each.id))
    rounds.log(act, known, "sign_up", data=_who_came(known, occasion, person))
    return row


def cancel(act: Act, occasion: Occasion, person: str) -> Attendance | None:
    """取消报名; returns whoever moves up from the waiting list."""
    known, moved, done = rounds.of(act, occasion), None, False
    for each in _same_course(act, known, occasion):
        attending = table.attendance(act.tx, each.id)
        mine = next((a for a in attending if a.person == person), None)
        if mine is None or mine.state not in ("signed", "waiting"):
            continue  # of a course: been there that day already
        done = True
        table.sign(act.tx, replace(mine, state="cancelled"))
        waiting = [a for a in attending if a.state == "waiting" and a.person != person]
        if mine.state == "signed" and waiting:
            table.sign(act.tx, replace(waiting[0], state="signed"))
            moved = moved or waiting[0]
    if not done:
        raise Forbidden("status")
    line = rounds.log(act, known, "cancel", data=_who_came(known, occasion, person))
    if moved is not None:
        words = {"title": known.title, "at": wording.moment(occasion.at, act)}
        journal.tell(act, line, told_for(moved), act.say("round.moved_up", **words))
    return moved


def told_for(row: Attendance) -> str:
    """Who hears of somebody's attendance: himself, or a child's guardian."""
    return str(row.data.get("guardian") or row.person)


def _same_course(act: Act, known: Round, occasion: Occasion) -> list[Occasion]:
    """The occasions that one sign-up counts for."""
    if not known.data.get("course"):
        return [occasion]
    planned = [o for o in table.occasions_of(act.tx, known.id) if o.state == "planned"]
    return [occasion, *(o for o in planned if o.id != occasion.id)]


def check_in(act: Act, occasion: Occasion, person: str, service: str = "") -> Attendance:
    """签到: whoever came, with or without signing up; to one service or another of a service day.

    Nothing about anybody's health is kept.
    """
    known = rounds.of(act, occasion)
    before = {row.person: row for row in table.attendance(act.tx, occasion.id)}
    signed = before.get(person)
    services = list(signed.data.get("services", ())) if signed else []
    again = signed and signed.state == "came" and (not service or service in services)
    if occasion.state == "cancelled" or again:
        raise Forbidden("status")
    row = Attendance(
        occasion=occasion.id,
        person=person,
        state="came",
        signed_at=signed.signed_at if signed else act.now,
        came_at=act.now,
        clerk=act.person.id,
        data={**(signed.data if signed else {}), "services": [*services, *filter(None, [service])]},
    )
    table.sign(act.tx, row)
    data = {**_who_came(known, occasion, person), "service": service}
    rounds.log(act, known, "check_in", data=data)
    return row


def _who_came(known: Round, occasion: Occasion, person: str) -> dict[str, object]:
    """What the journal keeps of it: where people come by consent, not who they were."""
    named = {} if known.data.get("consent") else {"person": person}
    return {"occasion": occasion.id, **named}
