"""A piece of group chat that a grid worker copies in: every request in it becomes an issue.

No official robot may join residents' ordinary WeChat groups; this is how their words reach us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.rows import Issue, Person
from data.tables import people as table
from desk import people
from handlers import dialog
from handlers.turn import Turn
from nlp.pasted import Line

MOST_LINES = 200


def chat(turn: Turn, lines: Sequence[Line]) -> str:
    """Record what asks for something; the answer says what was found and what was passed over."""
    found: list[tuple[Line, Issue]] = []
    for number, line in enumerate(lines[:MOST_LINES]):
        said = turn.act.service.understander.understand(line.text)
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
