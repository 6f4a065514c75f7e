"""A piece of group chat that a grid worker copies in: every request in it becomes an issue.

No official robot may join residents' ordinary WeChat groups; this is how their words reach us.
"""

from __future__ import annotations

from dataclasses import replace

from data.rows import Issue, Person
from data.tables import people as table
from desk import people
from handlers import dialog
from handlers.turn import Turn
from nlp import Understander
from nlp.pasted import Line, pasted
from nlp.values import Understanding

FEWEST_LINES, MOST_LINES = 2, 60


def read(text: str, understander: Understander) -> tuple[tuple[Line, Understanding], ...]:
    """The lines of a pasted chat and what they mean; () when the text is not one.

    A single line is none: `王芳 18:30 着火了` is somebody telling the time.
    """
    lines = pasted(text)[:MOST_LINES]
    if len(lines) < FEWEST_LINES:
        return ()
    return tuple((line, understander.understand(line.text)) for line in lines)


def chat(turn: Turn) -> str:
    """Record what asks for something; the answer says what was found and what was passed over."""
    lines = turn.pasted
    found: list[tuple[Line, Issue]] = []
    for number, (line, said) in enumerate(lines):
        if said.intent != "report":
            continue
        speaker = _speaker(turn, line.name)
        message = replace(turn.message, text=line.text, key=f"{turn.message.key}#{number}")
        spoken = replace(turn, said=said, message=message)
        origin = replace(spoken.origin, reporter=speaker)
        drafts = dialog.drafts_of(spoken)
        found += [(line, issue) for issue in dialog.record(turn.act, drafts, origin)]
    if not found:
        return turn.say("pasted.nothing", lines=len(lines))
    listed = "\n".join(
        turn.say(
            "pasted.line",
            number=issue.number,
            name=line.name,
            category=turn.act.service.category(issue.category).name,
            owner=turn.act.roster.owner_name(issue),
        )
        for line, issue in found
    )
    return turn.say("pasted.found", lines=len(lines), count=len(found), listed=listed)


def _speaker(turn: Turn, name: str) -> Person:
    """The resident of that name, if there is just one; else somebody known by name only."""
    known = table.by_name(turn.act.tx, name)
    if len(known) == 1:
        return known[0]
    return people.known_by_name(turn.act, name)
