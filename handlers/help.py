"""帮助: what this person can say, and nothing else; made from what is registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.tables import messages
from desk import access
from handlers import choices
from handlers.turn import Turn

OTHERS = "+"  # stands for the titles that are not shown yet
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
    titles = turn.words.titles(able)
    for title in titles:
        if about and about in title:
            return area_text(turn, title, {})
    names = [*RESIDENT, *(STAFF if turn.person.role != "resident" else ())]
    if "worker" in able:
        names += OVERSEEING
    if "secretary" in able:
        names.append("hold")
    lines = "\n".join(turn.say(f"help.line.{name}") for name in names)
    general = turn.say("help.general", lines=lines)
    if not titles:
        return general
    message = turn.message
    if messages.session(turn.act.tx, message.channel, "", turn.person.id) is not None:
        return "\n".join((general, turn.say("help.areas", titles="、".join(titles))))
    return _ask(turn, "\n".join((general, turn.say("help.more"))), titles)


def _ask(turn: Turn, question: str, titles: Sequence[str]) -> str:
    """As many titles as one digit can name; the last of them brings the others."""
    shown, rest = list(titles), []
    if len(shown) > choices.MOST:
        shown, rest = shown[: choices.MOST - 1], shown[choices.MOST - 1 :]
    options = [(title, title) for title in shown]
    if rest:
        options.append((turn.say("help.others", count=len(rest)), OTHERS))
    return choices.ask(turn, question, options, "help.area", {"rest": rest})


def area_text(turn: Turn, title: str, kept: Mapping[str, Any]) -> str:
    """The lines under one title, or the next titles."""
    if title == OTHERS:
        return _ask(turn, turn.say("help.more"), kept["rest"])
    return "\n".join(turn.words.lines(access.capacities(turn.act, turn.person), title))


ANSWERS: Mapping[str, choices.Answer] = {"help.area": area_text}
