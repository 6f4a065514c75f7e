"""心灵驿站: a private lane. What is on somebody's mind is not written down; a person calls back.

Words of danger never come here: whatever is U0 goes to people at once (handlers.inbound).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.tables import messages
from desk import recording, wording
from desk.recording import Draft
from handlers import choices
from handlers.turn import Turn
from handlers.words import Said, Word

CATEGORY = "health.mental"
WAYS = ("phone", "room", "no")


def ask(turn: Turn, said: Said) -> str:  # noqa: ARG001  what else was said is not kept
    """心灵驿站: how somebody would like to talk."""
    messages.forget(turn.act.tx, turn.message.key)
    options = [(turn.say(f"counsel.way.{way}"), way) for way in WAYS]
    return choices.ask(turn, turn.say("counsel.ask"), options, "counsel.way")


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    if value == "no":
        return turn.say("counsel.later")
    way = turn.say(f"counsel.way.{value}")
    draft = Draft(turn.say("counsel.text", way=way), CATEGORY, 1.0, source="asked")
    issue = recording.record(turn.act, draft, turn.origin)
    contact = wording.moment(issue.contact_due, turn.act)
    return turn.say("counsel.booked", number=issue.number, contact=contact,
                    owner=turn.act.roster.owner_name(issue))  # fmt: skip


WORDS: Mapping[str, Word] = {"counsel": Word(ask, takes="nothing")}
ANSWERS: Mapping[str, choices.Answer] = {"counsel.way": _chosen}
