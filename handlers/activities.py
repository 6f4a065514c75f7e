"""活动: what takes place, signing up, checking in, who came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from data.practice_rows import Round
from data.tables import rounds as table
from desk import activities, attending, rounds, wording
from desk.rules import enrolment
from desk.rules.lifecycle import Forbidden
from desk.rules.when import read
from handlers import choices
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 9
_PEOPLE = re.compile(r"([1-9]\d{0,3})\s*[人名位]")
_SERVICES = re.compile(r"(?:项目|服务)[:：]\s*(?P<services>.+)", re.DOTALL)
_BETWEEN = re.compile(r"[、,，;；\s]+")
CODE = "event-"  # how the parameter of an activity's QR code begins


def begin(turn: Turn, said: Said) -> str:
    """办活动 便民服务日 每周四下午3点 泉馨苑 30人 项目：理发、磨刀."""
    return _begun(turn, said, course=False)


def course(turn: Turn, said: Said) -> str:
    """开班 合唱队 每周四下午3点 20人: who signs up once is expected every time."""
    return _begun(turn, said, course=True)


def _begun(turn: Turn, said: Said, *, course: bool) -> str:
    words = turn.act.service.content.words
    listed = _SERVICES.search(said.rest)
    services = tuple(filter(None, _BETWEEN.split(listed["services"]))) if listed else ()
    head = said.rest[: listed.start()] if listed else said.rest
    when = read(head, turn.act.now)
    title = when.rest.split()[0] if when and when.rest else ""
    if when is None or not title:
        raise Unclear(turn.say("event.how"))
    limit = _PEOPLE.search(when.rest)
    plan = activities.Plan(
        title=title,
        when=when,
        place=turn.act.service.understander.place(when.rest),
        capacity=int(limit[1]) if limit else None,
        services=services,
        course=course,
        minors=any(word in title for word in words["minors"]),
        by_consent=any(word in title for word in words["by_consent"]),
    )
    known = activities.begin(turn.act, plan)
    return turn.say("event.begun", number=rounds.number(turn.act, known), title=title,
                    at=_at(turn, known), code=f"{CODE}{known.number}")  # fmt: skip


def _at(turn: Turn, known: Round) -> str:
    """When it takes place next."""
    try:
        return wording.moment(activities.coming(turn.act, known).at, turn.act)
    except Forbidden:
        return wording.moment(known.next_at, turn.act) if known.next_at else ""


def find(turn: Turn, said: Said) -> Round:
    known = table.by_number(turn.act.tx, activities.KIND, said.number)
    if known is None or known.ended_at is not None:
        letter = turn.say("number.event")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return known


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """活动: what takes place next, and how many can still come."""
    found = table.of_kind(turn.act.tx, activities.KIND, SHOWN)
    if not found:
        return turn.say("event.none")
    return turn.say("event.list", lines="\n".join(_line(turn, known) for known in found))


def _line(turn: Turn, known: Round) -> str:
    free = turn.say("event.open")
    if known.capacity is not None:
        try:
            occasion = activities.coming(turn.act, known)
            free = turn.say("event.left", left=activities.left(turn.act, known, occasion))
        except Forbidden:
            free = ""
    return turn.say("event.line", number=rounds.number(turn.act, known), title=known.title,
                    at=_at(turn, known), place=known.estate or "", free=free)  # fmt: skip


# -- signing up -----------------------------------------------------------------------------------


def choose(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """报名, without saying what for: a numbered choice."""
    found = table.of_kind(turn.act.tx, activities.KIND, SHOWN)
    if not found:
        raise Unclear(turn.say("event.none"))
    options = [(f"{known.title} {_at(turn, known)}", str(known.number)) for known in found]
    return choices.ask(turn, turn.say("event.which"), options, "activities.chosen")


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    return sign_up(turn, Said("sign_up", "event", int(value)))


def sign_up(turn: Turn, said: Said) -> str:
    """报名 活-1; a child's guardian is asked for consent, a gathering by consent for one's own."""
    known = find(turn, said)
    kept = {"number": known.number}
    if known.data.get("minors"):
        if said.rest:
            return _enrolled(turn, said.rest, kept)
        question = turn.say("event.ask_guardian", title=known.title)
        return choices.ask_words(turn, question, "activities.enrolled", kept)
    if known.data.get("consent"):
        options = [(turn.say("event.agree"), "yes"), (turn.say("event.not"), "no")]
        question = turn.say("event.ask_consent", title=known.title)
        return choices.ask(turn, question, options, "activities.agreed", kept)
    return _signed(turn, known)


def _signed(turn: Turn, known: Round) -> str:
    occasion = activities.coming(turn.act, known)
    row = attending.sign_up(turn.act, occasion, turn.person.id)
    key = "event.waiting" if row.state == "waiting" else "event.signed"
    return turn.say(key, number=rounds.number(turn.act, known), title=known.title,
                    at=wording.moment(occasion.at, turn.act))  # fmt: skip


def _agreed(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    known = find(turn, Said("sign_up", "event", kept["number"]))
    return _signed(turn, known) if value == "yes" else turn.say("choice.cancelled")


def _enrolled(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:
    """小明 8岁 同意."""
    known = find(turn, Said("sign_up", "event", kept["number"]))
    try:
        child = enrolment.read(text, turn.act.service.content.words["consenting"])
    except enrolment.NotEnough as lacking:
        again = turn.say(f"event.child.{lacking}", title=known.title)
        return choices.ask_words(turn, again, "activities.enrolled", kept)
    row = activities.enrol(turn.act, known, child)
    key = "event.waiting" if row.state == "waiting" else "event.enrolled"
    return turn.say(key, number=rounds.number(turn.act, known), title=known.title,
                    name=child.called, at=_at(turn, known))  # fmt: skip


def cancel(turn: Turn, said: Said) -> str:
    """取消报名 活-1: one's own, and the children one has enrolled."""
    known = find(turn, said)
    occasion = activities.coming(turn.act, known)
    for person in activities.children(turn.act, occasion, turn.person.id) or [turn.person.id]:
        attending.cancel(turn.act, occasion, person)
    return turn.say("event.cancelled", number=rounds.number(turn.act, known), title=known.title)


WORDS: Mapping[str, Word] = {
    "events": Word(listed, takes="nothing", public=True),
    "choose_event": Word(choose, takes="nothing"),
    "sign_up": Word(sign_up, "anyone", "number", (activities.KIND,)),
    "sign_off": Word(cancel, "anyone", "number", (activities.KIND,)),
    "event_begin": Word(begin, "member"),
    "course_begin": Word(course, "member"),
}
ANSWERS: Mapping[str, choices.Answer] = {
    "activities.chosen": _chosen,
    "activities.agreed": _agreed,
    "activities.enrolled": _enrolled,
}
