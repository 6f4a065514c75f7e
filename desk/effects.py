"""What a change of the settings would have made of last month's issues."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Final, Literal

from data.rows import Issue
from data.tables import board, issues
from data.tables.board import Filter, Scope
from desk import recording
from desk.amending import Prospect
from desk.roster import knowledge
from desk.rules import deadlines, routing
from desk.service import Act
from nlp import Understander

LATELY: Final = timedelta(days=30)
MOST: Final = 300  # of the newest: a look, not a report
Kind = Literal["category", "level", "owner", "due"]


@dataclass(frozen=True)
class Effect:
    """One issue that would go another way, and in what."""

    issue: Issue
    kind: Kind
    now: str
    then: str


@dataclass(frozen=True)
class Effects:
    """How many issues were looked at, and what would be different."""

    looked: int
    found: tuple[Effect, ...]

    def of(self, kind: str) -> list[Effect]:
        return [effect for effect in self.found if effect.kind == kind]


@dataclass(frozen=True)
class _Way:
    """One side of the comparison: a desk, its routing table, and who understands."""

    act: Act
    desk: routing.Desk
    reads: Understander | None


def effects(act: Act, prospect: Prospect) -> Effects:
    """Both ways through the same issues; how long the queues are now counts for both."""
    found = board.find(
        act.tx, Scope(act.person.id, everything=True), Filter(since=act.now - LATELY), None, MOST
    )
    ahead = prospect.ahead
    load = cache(lambda team: issues.load_of_team(act.tx, team))
    old, new = _readers(act, ahead)
    ways = (_Way(act, _desk(act, load), old), _Way(ahead, _desk(ahead, load), new))
    return Effects(len(found), tuple(e for issue in found for e in _compared(issue, *ways)))


def _readers(act: Act, ahead: Act) -> tuple[Understander | None, Understander | None]:
    """Who reads the texts, where the change has to do with reading."""
    shipped = act.service.shipped
    now = knowledge(act.service.content, act.roster, shipped)
    then = knowledge(ahead.service.content, ahead.roster, shipped)
    if replace(now, learned=None) == replace(then, learned=None):
        return None, None
    return act.service.understander, ahead.service.understander_of(
        ahead.service.content, ahead.roster
    )


def _desk(act: Act, load: Callable[[str], int]) -> routing.Desk:
    return replace(recording.desk_of(act), load=load)


def _compared(issue: Issue, old: _Way, new: _Way) -> Iterator[Effect]:
    was, becomes = _category(issue, old), _category(issue, new)
    names = [way.act.service.category(code) for way, code in ((old, was), (new, becomes))]
    if was != becomes:
        yield Effect(issue, "category", names[0].name, names[1].name)
    moved = issue.level != old.act.service.category(issue.category).level
    levels = [issue.level if moved else way.act.service.category(code).level
              for way, code in ((old, was), (new, becomes))]  # fmt: skip
    if levels[0] != levels[1]:
        yield Effect(issue, "level", *(old.act.say(f"level.{level}") for level in levels))
    owners = [_owner(issue, old, was, levels[0]), _owner(issue, new, becomes, levels[1])]
    if owners[0] != owners[1]:
        yield Effect(issue, "owner", *owners)
    dues = [_due(issue, old, was, levels[0]), _due(issue, new, becomes, levels[1])]
    if dues[0] != dues[1]:
        yield Effect(issue, "due", *dues)


def _category(issue: Issue, way: _Way) -> str:
    """As the text reads on this side; where reading is the same on both, as it stands."""
    if way.reads is None:
        return issue.category
    parts = way.reads.understand(issue.text, addressed=True).parts
    return parts[0].category if parts else issue.category


def _owner(issue: Issue, way: _Way, code: str, level: str) -> str:
    act = way.act
    request = recording.request_of(act, replace(issue, category=code), level, issue.against)
    route = routing.route(request, way.desk)
    team = act.roster.teams.get(route.team or "")
    return team.name if team else act.roster.name_of(route.person)


def _due(issue: Issue, way: _Way, code: str, level: str) -> str:
    service = way.act.service
    category = service.category(code)
    due = deadlines.done_due(
        level, category.limit, issue.created_at, service.is_workday, category.level
    )
    return f"{due.astimezone(deadlines.LOCAL):%m-%d %H:%M}"
