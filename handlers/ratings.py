"""双评价 in chat: two numbered questions after 满意, which may be left unanswered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from desk import ratings
from desk.ratings import Rated
from handlers import choices
from handlers.turn import Turn

GOOD, POOR = "good", "poor"


def offer(turn: Turn, reply: str, rated: Rated | None) -> str:
    """The reply, and the first question where there is somebody to rate and nobody listens."""
    if rated is None or turn.public or not turn.act.service.settings.practices.rating:
        return reply
    question = turn.say("rating.unit", name=rated.unit_name)
    return "\n".join((reply, _ask(turn, question, "rating.unit", rated)))


def _ask(turn: Turn, question: str, then: str, rated: Rated) -> str:
    options = [(turn.say("rating.good"), GOOD), (turn.say("rating.poor"), POOR)]
    return choices.ask(turn, question, options, then, asdict(rated))


def _unit(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    rated = Rated(**kept)
    ratings.rate_unit(turn.act, rated.subject, rated.unit, good=value == GOOD)
    question = turn.say("rating.person", name=rated.person_name)
    return _ask(turn, question, "rating.person", rated)


def _person(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    rated = Rated(**kept)
    ratings.rate_person(turn.act, rated.subject, rated.person, good=value == GOOD)
    return turn.say("rating.thanks")


ANSWERS: Mapping[str, choices.Answer] = {"rating.unit": _unit, "rating.person": _person}
