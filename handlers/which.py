"""Which earlier issue a message speaks of: by number, else by speaker, place, category and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.rows import Issue
from data.tables import issues
from desk import access, wording
from handlers.turn import Turn

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Unclear(Exception):  # noqa: N818
    """No single issue is meant: `reply` says so, or lists those that may be."""

    reply: str


def one(turn: Turn, pool: Sequence[Issue], number: str | None, nothing: str) -> Issue:
    """The issue that is meant, out of `pool` when no number was said; Unclear otherwise."""
    if number:
        return by_number(turn, number)
    if not pool:
        raise Unclear(turn.say(nothing))
    fitting = _fitting(turn, pool)
    if len(fitting) == 1:
        return fitting[0]
    lines = "\n".join(
        wording.line(issue, turn.act, public=turn.public) for issue in fitting[:SHOWN]
    )
    raise Unclear(turn.say("which.several", lines=lines))


def by_number(turn: Turn, number: str) -> Issue:
    """The issue of that number, if this person may know of it."""
    issue = issues.by_number(turn.act.tx, number)
    if issue is None or not access.may_see(turn.act, issue, turn.person):
        raise Unclear(turn.say("which.unknown", number=number))
    return issue


def _fitting(turn: Turn, pool: Sequence[Issue]) -> list[Issue]:
    """Those of the category and place that the message names; all of them when it names none."""
    found = list(pool)
    codes = {part.category for part in turn.said.parts}
    place = turn.said.place
    for agrees in (
        lambda issue: issue.category in codes,
        lambda issue: place is not None and place.building == issue.building,
        lambda issue: place is not None and place.unit == issue.unit,
    ):
        narrowed = [issue for issue in found if agrees(issue)]
        found = narrowed or found
    return found
