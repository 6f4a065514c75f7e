"""Who is there: grid, places, teams and staff as one immutable picture, kept in memory.

The database holds a version that grows with every import; a picture of an older version is
replaced by whoever notices first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from data import contents
from data.database import Tx
from data.rows import Grid, Issue, Lesson, Person, PlaceRange, Team
from data.staff_rows import Amendment
from data.tables import amendments, people, reporters, roster
from nlp.values import CategoryWords, Knowledge, PlaceRow


@dataclass(frozen=True)
class Roster:
    """One version of the community's people and places."""

    version: int
    grids: Mapping[str, Grid]
    places: tuple[PlaceRange, ...]
    teams: Mapping[str, Team]
    staff: Mapping[str, Person]
    lessons: tuple[Lesson, ...] = ()
    amendments: tuple[Amendment, ...] = ()  # what the community wants otherwise than shipped

    def path(self, grid: str | None) -> tuple[str, ...]:
        """A grid node and its ancestors, the finest first."""
        found: list[str] = []
        while grid and grid in self.grids and grid not in found:
            found.append(grid)
            grid = self.grids[grid].parent
        return tuple(found)

    def leads(self) -> dict[str, str | None]:
        return {code: grid.person for code, grid in self.grids.items()}

    def teams_of(self, person: str) -> tuple[str, ...]:
        return tuple(code for code, team in self.teams.items() if person in team.members)

    def blamed(self, against: Iterable[str]) -> frozenset[str]:
        """Persons and teams that are complained about, with the members of those teams."""
        named = frozenset(against)
        return named.union(*(t.members for code, t in self.teams.items() if code in named))

    def place_by_code(self, code: str) -> PlaceRange | None:
        """The yard whose QR code carries this parameter."""
        return next((place for place in self.places if place.code == code), None)

    def estates(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.estate for place in self.places))

    def name_of(self, person: str | None) -> str:
        known = self.staff.get(person or "")
        return known.name if known else ""

    def owner_name(self, issue: Issue) -> str:
        """Who answers for an issue, in words."""
        team = self.teams.get(issue.owner_team or "")
        return team.name if team else self.name_of(issue.owner_person)

    def owner_people(self, issue: Issue) -> tuple[str, ...]:
        """Whom to tell: the handler if there is one, else the team's lead or the person."""
        if issue.handler:
            return (issue.handler,)
        team = self.teams.get(issue.owner_team or "")
        if team:
            return team.members[:1]
        return (issue.owner_person,) if issue.owner_person else ()


def load(tx: Tx) -> Roster:
    """Read the present picture."""
    return Roster(
        version=roster.version(tx),
        grids={grid.code: grid for grid in roster.grids(tx)},
        places=tuple(roster.places(tx)),
        teams={team.code: team for team in roster.teams(tx)},
        staff={person.id: person for person in people.staff(tx)},
        lessons=tuple(reporters.lessons(tx)),
        amendments=tuple(amendments.in_force(tx)),
    )


class RosterCache:
    """The latest picture, reread when the database holds a newer one."""

    def __init__(self, changed: Callable[[Roster], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._roster: Roster | None = None

    def get(self, tx: Tx) -> Roster:
        known = self._roster
        if known is not None and known.version == roster.version(tx):
            return known
        with self._lock:
            fresh = load(tx)
            if self._roster is None or self._roster.version != fresh.version:
                self._roster = fresh
                self._changed(fresh)
            return fresh

    def within(self, tx: Tx) -> Roster:
        """As a transaction sees it that may have changed it, and may yet be rolled back."""
        known = self._roster
        return known if known and known.version == roster.version(tx) else load(tx)


def knowledge(
    content: contents.Content, picture: Roster, shipped: contents.Content | None = None
) -> Knowledge:
    """What the understander is told of this community.

    Where the content has been amended, the classifiers stay those of the shipped one: what was
    added counts as corrections, so that it holds at once and nothing is trained while serving.
    """
    shipped = shipped or content
    added = _added(content, shipped)
    names = {name for team in picture.teams.values() for name in (team.name, *team.aliases)}
    names |= {person.name for person in picture.staff.values()}
    return Knowledge(
        categories=tuple(words_of(content.catalogue)),
        places=tuple(
            PlaceRow(place.estate, place.aliases, place.buildings, place.units, place.grid)
            for place in picture.places
        ),
        names=tuple(sorted(names)),
        lexicons=content.lexicons,
        sayings=content.sayings,
        alarms=content.alarms,
        doubles=content.doubles,
        lessons=(*added, *((lesson.text, lesson.code) for lesson in picture.lessons)),
        learned=None if shipped is content else trainable(shipped),
    )


def trainable(content: contents.Content) -> Knowledge:
    """What the classifiers are trained from."""
    return Knowledge(
        categories=tuple(words_of(content.catalogue)),
        lexicons=content.lexicons,
        sayings=content.sayings,
        alarms=content.alarms,
        doubles=content.doubles,
    )


def _added(content: contents.Content, shipped: contents.Content) -> Iterator[tuple[str, str]]:
    """(text, code) of the words and examples that the shipped catalogue lacks."""
    for code, category in content.catalogue.items():
        known = shipped.catalogue.get(code)
        if known is None or known is category:
            continue
        old = {*known.words, *known.examples}
        yield from ((text, code) for text in (*category.words, *category.examples)
                    if text not in old)  # fmt: skip


def words_of(catalogue: Mapping[str, contents.Category]) -> list[CategoryWords]:
    """The catalogue as the classifier sees it."""
    return [
        CategoryWords(c.code, c.top, c.sub, c.level, c.words, c.examples)
        for c in catalogue.values()
    ]
