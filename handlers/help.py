"""帮助: what this person can say, and nothing else; made from what is registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.tables import messages
from desk import access
from handlers import choices
from handlers.turn import Turn

RESIDENT = ("progress", "note", "urge", "withdraw", "satisfied", "unsatisfied", "home", "human")
STAFF = (
    "todo", "accept", "decline", "transfer", "finish", "details", "mode", "pause", "extend",
    "arrive",
)  # fmt: skip
OVERSEEING = (
    "recategorise", "merge", "split", "common", "supervise", "rates", "agree", "reject", "assist",
    "whistle", "broadcast",
)  # fmt: skip


def text(turn: Turn, about: str = "") -> str:
    """The general help, or that of one area."""
    if turn.public:
        return turn.say("help.group")
    able = access.capacities(turn.act, turn.person)
    areas = turn.words.areas(able)
    for area, title in areas:
        if about and about in title:
            return area_text(turn, area, {})
    names = [*RESIDENT, *(STAFF if turn.person.role != "resident" else ())]
    if "worker" in able:
        names += OVERSEEING
    if "secretary" in able:
        names.append("hold")
    lines = "\n".join(turn.say(f"help.line.{name}") for name in names)
    general = turn.say("help.general", lines=lines)
    if not areas:
        return general
    message = turn.message
    if messages.session(turn.act.tx, message.channel, "", turn.person.id) is not None:
        titles = "、".join(title for _, title in areas)
        return "\n".join((general, turn.say("help.areas", titles=titles)))
    question = "\n".join((general, turn.say("help.more")))
    options = [(title, area) for area, title in areas]
    return choices.ask(turn, question, options, "help.area", most=len(options))


def area_text(turn: Turn, area: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    """One area's lines."""
    return "\n".join(turn.words.lines(access.capacities(turn.act, turn.person), area))


ANSWERS: Mapping[str, choices.Answer] = {"help.area": area_text}
