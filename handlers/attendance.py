"""签到: by number, by the code at the door, by a clerk; who came, and how often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from data.practice_rows import Round
from data.tables import people
from data.tables import rounds as table
from desk import activities, attending, naming, rounds
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_readings
from handlers import choices
from handlers.activities import CODE, find
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word
from nlp.text import mask_ids

NONE = "-"  # to no service in particular
SHOWN = 60
_COUNT = re.compile(r"([1-9]\d{0,3})\s*[人位名]次?")


def check_in(turn: Turn, said: Said) -> str:
    """签到 活-1 [理发]; 签到 活-1 12人 理发, by whoever runs it, for people without an account."""
    known = find(turn, said)
    count = _COUNT.search(said.rest)
    service = _service(known, said.rest)
    if count and rounds.may_do(turn.act, known):
        occasion = activities.under_way(turn.act, known)
        activities.count_in(turn.act, known, occasion, int(count[1]), service)
        return turn.say("attendance.counted", title=known.title, count=count[1], service=service)
    if not service and (offered := known.data.get("services")):
        options = [(each, each) for each in offered][: choices.MOST - 1]
        options.append((turn.say("attendance.just_here"), NONE))
        question = turn.say("attendance.which", title=known.title)
        return choices.ask(turn, question, options, "attendance.chosen", {"number": known.number})
    return _came(turn, known, service)


def _service(known: Round, text: str) -> str:
    """The service that is named; whatever else is said is not kept."""
    named = [each for each in known.data.get("services", ()) if each in text]
    return max(named, key=len, default="")


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    known = find(turn, Said("check_in", "event", kept["number"]))
    return _came(turn, known, "" if value == NONE else value)


def _came(turn: Turn, known: Round, service: str) -> str:
    occasion = activities.under_way(turn.act, known)
    persons = activities.children(turn.act, occasion, turn.person.id) or [turn.person.id]
    for person in persons:
        attending.check_in(turn.act, occasion, person, service)
    return turn.say("attendance.came", title=known.title, service=service)


def for_another(turn: Turn, said: Said) -> str:
    """代签到 活-1 赵桂英 理发: by whoever runs it."""
    known = find(turn, said)
    if not rounds.may_do(turn.act, known):
        raise Forbidden("person")
    service = _service(known, said.rest)
    name = said.rest.replace(service, " ").strip().split(" ")[0]
    if not name:
        raise Unclear(turn.say("attendance.who"))
    occasion = activities.under_way(turn.act, known)
    there = [people.by_id(turn.act.tx, a.person)
                 for a in table.attendance(turn.act.tx, occasion.id)]  # fmt: skip
    signed = [person for person in there if person and person.name == name]
    person = signed[0] if len(signed) == 1 else naming.resident(turn.act, name)
    attending.check_in(turn.act, occasion, person.id, service)
    return turn.say("attendance.entered", title=known.title, name=name, service=service)


def names(turn: Turn, said: Said) -> str:
    """报名名单 活-1: for whoever runs it; that it was looked at is written down."""
    known = find(turn, said)
    if not rounds.may_know(turn.act, known):
        raise Forbidden("person")
    occasion = activities.under_way(turn.act, known)
    rounds.log(turn.act, known, "disclose", data={"occasion": occasion.id})
    lines = []
    for row in table.attendance(turn.act.tx, occasion.id)[:SHOWN]:
        person = people.by_id(turn.act.tx, row.person)
        contact = people.by_id(turn.act.tx, attending.told_for(row))
        lines.append(turn.say(
            "attendance.line", name=(person.name if person else "") or turn.say("card.resident"),
            phone=contact.phone if contact else "", state=turn.say(f"attendance.state.{row.state}"),
        ))  # fmt: skip
    return turn.say("attendance.names", title=known.title, count=len(lines), lines="\n".join(lines))


def figures(turn: Turn, said: Said) -> str:
    """活动情况 活-1, or of all activities."""
    known = [find(turn, said)] if said.kind else table.ever_of_kind(turn.act.tx, activities.KIND)
    if said.kind and not rounds.may_do(turn.act, known[0]):
        raise Forbidden("person")
    found = activities.figures(turn.act, known)
    services = "、".join(f"{name}{count}" for name, count in found.services.items())
    return turn.say("attendance.figures", held=found.held, signed=found.signed, came=found.came,
                    times=found.times, kinds=len(found.services), services=services)  # fmt: skip


def finish(turn: Turn, said: Said) -> str:
    """结束 活-1."""
    known = find(turn, said)
    if not rounds.may_do(turn.act, known):
        raise Forbidden("person")
    activities.finish(turn.act, known, without_readings(mask_ids(said.rest)))
    return turn.say("attendance.finished", number=rounds.number(turn.act, known), title=known.title)


def scanned(turn: Turn, code: str) -> str | None:
    """The code at the door of an activity."""
    digits = code.removeprefix(CODE)
    if not code.startswith(CODE) or not digits.isdecimal():
        return None
    return check_in(turn, Said("check_in", activities.KIND, int(digits)))


WORDS: Mapping[str, Word] = {
    "check_in": Word(check_in, "anyone", "number", (activities.KIND,)),
    "check_in_for": Word(for_another, "member", "number", (activities.KIND,)),
    "event_names": Word(names, "member", "number", (activities.KIND,)),
    "event_figures": Word(figures, "member", "number", (activities.KIND,)),
    "all_figures": Word(figures, "worker", "nothing"),
    "event_end": Word(finish, "member", "number", (activities.KIND,)),
}
ANSWERS: Mapping[str, choices.Answer] = {"attendance.chosen": _chosen}
