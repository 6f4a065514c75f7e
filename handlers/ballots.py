"""一户一票 in chat: put a question to the households, vote by a number, see how it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from data.practice_rows import Motion
from data.tables import motions as table
from desk import motions, topics, wording
from desk.motions import Question
from handlers import choices
from handlers.topics import find as find_topic
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

TERM = 7  # days, where none are said
_DAYS = re.compile(r"(?<!\d)([1-9]\d?)\s*天")
_HOUSEHOLDS = re.compile(r"(?<!\d)([1-9]\d{0,4})\s*户")
SHOWN = 8


def find(turn: Turn, said: Said) -> Motion:
    motion = table.by_number(turn.act.tx, said.number)
    if motion is None:
        letter = turn.say("number.motion")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return motion


def put_topic(turn: Turn, said: Said) -> str:
    """表决 题-1 东门旁/三号楼南 7天 120户: its result becomes the resolution."""
    topic = find_topic(turn, said)
    estate = topic.estates[0] if topic.estates else None
    question = read(turn, said.rest, topic.title, estate)
    return _put(turn, topics.vote(turn.act, topic, question))


def put(turn: Turn, said: Said) -> str:
    """表决 装不装门禁 同意/不同意 泉馨苑 7天 120户, without a topic."""
    if not said.rest:
        raise Unclear(turn.say("motion.how"))
    place = turn.act.service.understander.place(said.rest)
    estate = place.estate if place else None
    return _put(turn, motions.put(turn.act, read(turn, said.rest, "", estate)))


def _put(turn: Turn, motion: Motion) -> str:
    told = len(motions.voters(turn.act, motion))
    return turn.say(
        "motion.put_done",
        number=motions.number(turn.act, motion),
        question=motion.question,
        until=wording.moment(motion.closes_at, turn.act),
        households=motion.households,
        quorum=motion.quorum,
        told=told,
    )


def read(turn: Turn, text: str, question: str, estate: str | None) -> Question:
    """Options parted by strokes, a term, the number of households; the rest is the question."""
    term, households, rest = terms(turn, text, estate)
    pieces = rest.split()
    options = next((piece for piece in pieces if "/" in piece), "")
    place = turn.act.service.understander.place
    words = [piece for piece in pieces if piece != options and not place(piece)]
    chosen = tuple(filter(None, (option.strip() for option in options.split("/"))))
    asked = question or " ".join(words)
    if not (estate and households and asked) or not 2 <= len(chosen) <= choices.MOST:
        raise Unclear(turn.say("motion.how"))
    return Question(asked, chosen, households, turn.act.now + term, estate=estate)


def terms(turn: Turn, text: str, estate: str | None) -> tuple[timedelta, int | None, str]:
    """For how long and among how many households (as many as last time); and what is left."""
    days, said = _DAYS.search(text), _HOUSEHOLDS.search(text)
    households = int(said[1]) if said else table.households(turn.act.tx, estate or "")
    rest = _HOUSEHOLDS.sub(" ", _DAYS.sub(" ", text))
    return timedelta(days=int(days[1]) if days else TERM), households, rest


def vote(turn: Turn, said: Said) -> str:
    """投票 议-1, or 投票 alone: one of the votes that are open to this household."""
    if said.number:
        return _options(turn, find(turn, said))
    able = [m for m in table.open_ones(turn.act.tx) if motions.may_vote(turn.act, m, turn.person)]
    if not able:
        raise Unclear(turn.say("motion.none" if _door(turn) else "motion.door"))
    if len(able) == 1:
        return _options(turn, able[0])
    options = [(motion.question, str(motion.number)) for motion in able]
    return choices.ask(turn, turn.say("motion.which"), options, "motion.chosen")


def _door(turn: Turn) -> bool:
    return bool(turn.person.building and turn.person.room)


def _options(turn: Turn, motion: Motion) -> str:
    if motion.status != "open":
        return _standing(turn, motion)
    if not motions.may_vote(turn.act, motion, turn.person):
        here = not motion.estate or turn.person.estate in (None, motion.estate)
        key = "motion.door" if here and not _door(turn) else "motion.elsewhere"
        raise Unclear(turn.say(key))
    options = [(option, str(place)) for place, option in enumerate(motion.options)]
    kept = {"motion": motion.number}
    question = turn.say("motion.ask", question=motion.question)
    return choices.ask(turn, question, options, "motion.vote", kept)


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    return _options(turn, find(turn, Said("vote", "motion", int(value))))


def _voted(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    motion = find(turn, Said("vote", "motion", kept["motion"]))
    counted = motions.cast(turn.act, motion, int(value))
    return turn.say("motion.counted" if counted else "motion.twice")


def details(turn: Turn, said: Said) -> str:
    return _standing(turn, find(turn, said))


def _standing(turn: Turn, motion: Motion) -> str:
    """How a vote stands: while it goes on only how many have voted, so that nobody follows."""
    found = motions.count(turn.act, motion)
    words = {
        "number": motions.number(turn.act, motion),
        "question": motion.question,
        "voted": found.voted,
        "households": motion.households,
        "quorum": motion.quorum,
    }
    if motion.status == "open":
        until = wording.moment(motion.closes_at, turn.act)
        return turn.say("motion.open", until=until, **words)
    lines = [
        turn.say("motion.line", option=option, count=count)
        for option, count in zip(motion.options, found.counts, strict=True)
    ]
    outcome = turn.say(f"motion.outcome.{motion.status}")
    return turn.say("motion.closed", outcome=outcome, lines="\n".join(lines), **words)


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """表决情况: the votes under way."""
    found = table.open_ones(turn.act.tx)[:SHOWN]
    if not found:
        return turn.say("motion.none")
    return "\n".join(_standing(turn, motion) for motion in found)


WORDS: Mapping[str, Word] = {
    "vote": Word(vote, "anyone", "number", ("motion",)),
    "vote_any": Word(vote, "anyone", "nothing"),
    "motion": Word(details, "anyone", "number", ("motion",)),
    "motions": Word(listed, "anyone", "nothing", public=True),
    "vote_topic": Word(put_topic, "worker", "number", ("topic",)),
    "vote_open": Word(put, "secretary"),
}
ANSWERS: Mapping[str, choices.Answer] = {"motion.chosen": _chosen, "motion.vote": _voted}
