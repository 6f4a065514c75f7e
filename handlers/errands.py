"""代办: for somebody who does not manage it online, with his consent and without his password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from desk import errands, naming
from desk.recording import Draft
from desk.rules.masking import without_secrets
from handlers import choices
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

GIVEN = ("self", "family")  # whose consent is enough


def ask(turn: Turn, said: Said) -> str:
    """代办 赵桂英 返乡报备: first whose consent there is."""
    name, _, what = said.rest.partition(" ")
    if not what.strip():
        raise Unclear(turn.say("errand.how"))
    options = [(turn.say(f"errand.consent.{key}"), key) for key in (*GIVEN, "none")]
    kept = {"name": name, "what": without_secrets(what.strip())}
    question = turn.say("errand.ask", name=name, what=kept["what"])
    return choices.ask(turn, question, options, "errands.consent", kept)


def _consented(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    if value not in GIVEN:
        return turn.say("errand.not_yet")
    person = naming.resident(turn.act, kept["name"])
    draft = Draft(
        text=kept["what"], category=errands.CATEGORY, confidence=1.0, estate=person.estate,
        building=person.building, unit=person.unit, room=person.room, grid=person.grid,
        source="asked",
    )  # fmt: skip
    origin = replace(turn.origin, reporter=person)
    issue = errands.begin(turn.act, draft, origin, turn.say(f"errand.consent.{value}"))
    return turn.say("errand.begun", number=issue.number, name=kept["name"],
                    owner=turn.act.roster.owner_name(issue))  # fmt: skip


WORDS: Mapping[str, Word] = {"errand": Word(ask, "member")}
ANSWERS: Mapping[str, choices.Answer] = {"errands.consent": _consented}
