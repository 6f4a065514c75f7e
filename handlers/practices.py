"""The practices that can be reached by chat: one line an area. A new handler file is added here."""

from __future__ import annotations

from collections.abc import Mapping

from data.contents import Content
from data.rows import Session
from handlers import choices, help, listing, members, wishes
from handlers.turn import Turn
from handlers.words import Word, Words

AREAS: Mapping[str, Mapping[str, Word]] = {
    "members": members.WORDS,
    "wishes": wishes.WORDS,
    "listing": listing.WORDS,
}
ANSWERS: Mapping[str, choices.Answer] = {
    **help.ANSWERS,
    **members.ANSWERS,
    **wishes.ANSWERS,
}


def words(content: Content) -> Words:
    """Every area's words, as this community says them."""
    return Words(content, AREAS)


def answer(turn: Turn, session: Session) -> str | None:
    """What a message does to a question that a practice has put."""
    return choices.answer(turn, session, ANSWERS)
