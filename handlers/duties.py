"""What recurs, by its number: 完成 访-3 …, 记录 访-3, 结束 访-3; and 我的任务."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from data.practice_rows import Occasion, Round
from data.tables import rounds as table
from desk import rounds, visits, wording
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_readings
from handlers import choices, patrols
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word
from nlp.text import mask_ids

SHOWN = 8
_COUNT = re.compile(r"([1-9]\d{0,3})\s*[位人户]")


def find(turn: Turn, said: Said) -> Round:
    """The round of that number, if it is this person's, his team's, or he is staff."""
    known = table.by_number(turn.act.tx, said.kind, said.number)
    if known is None or not rounds.may_do(turn.act, known):
        letter = turn.say(f"number.{said.kind}")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return known


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """我的任务: what I am to do next, for whom, and when."""
    planned = table.planned_for(turn.act.tx, turn.person.id, SHOWN)
    if not planned:
        return turn.say("duty.none")
    lines = [_line(turn, rounds.of(turn.act, occasion), occasion) for occasion in planned]
    return turn.say("duty.list", lines="\n".join(lines))


def _line(turn: Turn, known: Round, occasion: Occasion) -> str:
    number, at = rounds.number(turn.act, known), wording.moment(occasion.at, turn.act)
    return turn.say("duty.line", number=number, title=known.title, at=at, whom=_whom(turn, known))


def _whom(turn: Turn, known: Round) -> str:
    """Whom a visit is to: told to the visitor and to whoever answers for the grid."""
    person = visits.target(turn.act, known)
    may = person is not None and rounds.may_know(turn.act, known)
    return visits.whom(turn.act, person) if person and may else ""


def done(turn: Turn, said: Said) -> str:
    """完成 访-3 买了菜: it was done, and what is to be said of it."""
    known = find(turn, said)
    if known.kind == "patrol":
        return patrols.walked(turn, known, said.rest)
    topics = turn.act.service.content.words["visit_topics"]
    if known.target and not any(topic in said.rest for topic in topics):
        question = turn.say("visit.what", title=known.title)
        kept = {"number": known.number, "note": said.rest}
        return choices.ask(turn, question, [(t, t) for t in topics], "duties.topic", kept)
    return _held(turn, known, said.rest)


def _topic(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    known = find(turn, Said("done", "visit", kept["number"]))
    return _held(turn, known, f"{value} {kept['note']}".strip())


def _held(turn: Turn, known: Round, text: str) -> str:
    """Written down, without what is nobody's business: identity numbers, readings of a body."""
    note = without_readings(mask_ids(text))
    words = turn.act.service.content.words
    data: dict[str, object] = {"topics": [t for t in words["visit_topics"] if t in note]}
    if known.data.get("topic") in words["counted_topics"]:
        found = _COUNT.search(note)
        if found is None:
            raise Unclear(turn.say("duty.how_many", number=rounds.number(turn.act, known)))
        data["people"] = int(found[1])
    rounds.hold(turn.act, rounds.current(turn.act, known), note, data=data)
    return turn.say("duty.done", number=rounds.number(turn.act, known), title=known.title,
                    following=_following(turn, known))  # fmt: skip


def _following(turn: Turn, known: Round) -> str:
    planned = [o for o in table.occasions_of(turn.act.tx, known.id) if o.state == "planned"]
    at = min((o.at for o in planned), default=known.next_at)
    return turn.say("duty.following", at=wording.moment(at, turn.act)) if at else ""


def records(turn: Turn, said: Said) -> str:
    """记录 访-3: what was done the last times, and what was missed."""
    known = find(turn, said)
    past = [o for o in table.occasions_of(turn.act.tx, known.id) if o.state in ("held", "missed")]
    lines = [
        turn.say(f"duty.{o.state}", at=wording.moment(o.done_at or o.at, turn.act), note=o.note)
        for o in past[:SHOWN]
    ]
    number = rounds.number(turn.act, known)
    head = turn.say("duty.card", number=number, title=known.title, whom=_whom(turn, known))
    return "\n".join((head, *(lines or [turn.say("duty.nothing_yet")])))


def end(turn: Turn, said: Said) -> str:
    """结束 访-3 搬走了."""
    known = find(turn, said)
    if not said.rest:
        raise Forbidden("note")
    visits.finish(turn.act, known, said.rest)
    return turn.say("duty.ended", number=rounds.number(turn.act, known), title=known.title)


WORDS: Mapping[str, Word] = {
    "my_duties": Word(mine, takes="nothing"),
    "duty_done": Word(done, "anyone", "number", rounds.KINDS),
    "duty_records": Word(records, "anyone", "number", rounds.KINDS),
    "duty_end": Word(end, "worker", "number", rounds.KINDS),
}
ANSWERS: Mapping[str, choices.Answer] = {"duties.topic": _topic}
