"""What falls due of recurring duties by itself: planning, reminding, telling what has lapsed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data.database import Database
from data.practice_rows import Occasion
from data.tables import rounds as table
from desk import access, journal, wording
from desk.attending import told_for
from desk.rounds import AHEAD, KINDS, log, number, of, plan
from desk.service import Act, Service
from desk.sweeping import sweep


def run(db: Database, service: Service, now: datetime) -> int:
    """Every sweep of the rounds; returns how much was done."""
    return sum(
        (
            sweep(db, service, now, lambda tx: table.to_plan(tx, now + AHEAD), plan),
            sweep(db, service, now, lambda tx: table.to_remind(tx, now), _remind),
            sweep(db, service, now, lambda tx: table.lapsed(tx, now), _lapse),
        )
    )


def _remind(act: Act, occasion: Occasion) -> None:
    """Whoever does it hears of it, and whoever signed up."""
    known = of(act, occasion)
    table.save_occasion(act.tx, replace(occasion, warned=1))
    line = log(act, known, "remind", data={"occasion": occasion.id})
    turn = occasion.person or known.person
    words = {"title": known.title, "at": wording.moment(occasion.at, act)}
    reply = "round.remind" if known.kind in KINDS else "round.remind_other"
    text = act.say(reply, number=number(act, known), **words)
    journal.tell(act, line, turn, text)
    coming = [row for row in table.attendance(act.tx, occasion.id) if row.state == "signed"]
    for person in dict.fromkeys(map(told_for, coming)):
        if person != turn:
            journal.tell(act, line, person, act.say("round.soon", **words))


def _lapse(act: Act, occasion: Occasion) -> None:
    """Nobody did it: whoever should have, and those who review, hear of it. Where people came, it
    was held, whether somebody says so or not."""
    known = of(act, occasion)
    turn = occasion.person or known.person
    came = sum(row.state == "came" for row in table.attendance(act.tx, occasion.id))
    if came:
        table.save_occasion(act.tx, replace(occasion, state="held", done_at=occasion.at))
        log(act, known, "hold", data={"occasion": occasion.id, "came": came}, status="held")
        return
    table.save_occasion(act.tx, replace(occasion, state="missed"))
    data = {"occasion": occasion.id, "person": turn}
    line = log(act, known, "miss", data=data, status="missed")
    person = act.roster.name_of(turn) or act.say("card.resident")
    words = {"title": known.title, "at": wording.moment(occasion.at, act), "person": person}
    journal.tell(act, line, turn, act.say("round.missed", **words))
    for above in access.reviewers(act):
        if above != turn:
            journal.tell(act, line, above, act.say("round.missed_above", **words))
