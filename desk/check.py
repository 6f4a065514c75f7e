"""What is wrong with a community's set-up, numbered, each with its cure (texts: replies.toml)."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase

from data.contents import OWNER_TYPES, Category, Content
from data.database import Database, Tx
from data.overlay import lay
from data.settings import Settings
from data.tables import issues, people
from data.tables import members as bonds
from desk import check_running, coverage
from desk import roster as rosters
from desk.check_running import Found
from desk.roster import Roster
from desk.rules import deadlines, routing
from desk.service import holidays_known
from nlp.gazetteer import expand

LEVELS = {"大": 0, "小": 1, "微": 2, "密": 3}
FEWEST_EXAMPLES = 5
BARE = {"building": 61, "unit": 62, "yard": 63, "landlord": 64}  # the others are above


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: its number, what and how."""

    code: int
    text: str


def check(db: Database, content: Content, settings: Settings, now: datetime) -> list[Finding]:
    """Everything that dangles, overlaps or is missing, in the order of its number."""
    with db.read() as tx:
        picture = rosters.load(tx)
        laid = lay(content, settings, picture.amendments)
        content, settings = laid.content, laid.settings
        found = [
            *_standing(tx, content, picture),
            *_reach(tx, content, picture),
            *_bare(tx, picture),
            *((65, vars(misfit)) for misfit in laid.misfits),
            *check_running.findings(tx, content, settings, picture, now),
        ]
    return _numbered(content, found)


def standing(tx: Tx, content: Content, picture: Roster) -> list[Finding]:
    """What catalogue, replies, grid, teams and offices lack: what an amendment can break."""
    return _numbered(content, _standing(tx, content, picture))


def _standing(tx: Tx, content: Content, picture: Roster) -> Iterator[Found]:
    yield from _catalogue(content)
    yield from _grids(picture)
    yield from _places(picture)
    yield from _teams(content, picture)
    yield from _offices(content, picture)
    yield from _coverage(content, picture)
    yield from _deadlines(tx, content)


def _numbered(content: Content, found: Iterable[Found]) -> list[Finding]:
    numbered = sorted(found, key=lambda finding: finding[0])
    return [Finding(code, _text(content, code, words)) for code, words in numbered]


def _text(content: Content, code: int, words: Mapping[str, object]) -> str:
    return content.replies[f"check.c{code:02d}"].format(**words)


def _catalogue(content: Content) -> Iterator[Found]:
    users: dict[str, list[str]] = defaultdict(list)
    for category in content.catalogue.values():
        if category.owner not in OWNER_TYPES:
            yield 1, {"code": category.code, "owner": category.owner}
        if len(category.examples) < FEWEST_EXAMPLES or not category.words:
            yield 2, {"code": category.code, "count": len(category.examples)}
        for word in set(category.words):
            users[word].append(category.code)
    for word, codes in users.items():
        if len(codes) > 1:
            yield 3, {"word": word, "codes": "、".join(codes)}
    for name, text in content.replies.items():
        try:
            list(string.Formatter().parse(text))
        except ValueError as error:
            yield 4, {"name": name, "error": error}


def _grids(picture: Roster) -> Iterator[Found]:
    for grid in picture.grids.values():
        parent = picture.grids.get(grid.parent or "")
        if grid.parent and parent is None:
            yield 5, {"grid": grid.code, "parent": grid.parent}
        elif parent and LEVELS[parent.level] >= LEVELS[grid.level]:
            yield 6, {"grid": grid.code, "level": grid.level, "above": parent.level}
        elif not grid.parent and LEVELS[grid.level] > 0:
            yield 7, {"grid": grid.code}
        if grid.person not in picture.staff:
            yield 8, {"grid": grid.code, "person": grid.person or "—"}
    parents = {grid.parent for grid in picture.grids.values()}
    housed = {place.grid for place in picture.places}
    for code in picture.grids.keys() - parents - housed:
        yield 9, {"grid": code}


def _places(picture: Roster) -> Iterator[Found]:
    parents = {grid.parent for grid in picture.grids.values()}
    owners: dict[str, set[str]] = defaultdict(set)
    codes: dict[str, list[str]] = defaultdict(list)
    taken: dict[tuple[str, str], str] = {}
    for place in picture.places:
        if place.grid not in picture.grids:
            yield 10, {"estate": place.estate, "grid": place.grid}
        elif place.grid in parents:
            yield 11, {"estate": place.estate, "grid": place.grid}
        for name in (place.estate, *place.aliases):
            owners[name].add(place.estate)
        if place.code:
            codes[place.code].append(place.estate)
        for building in sorted(expand(place.buildings)):
            other = taken.setdefault((place.estate, building), place.grid)
            if other != place.grid and not place.units:
                yield 12, {"estate": place.estate, "building": building, "grids": other}
    for name, estates in owners.items():
        if len(estates) > 1:
            yield 13, {"name": name, "estates": "、".join(sorted(estates))}
    for code, estates_of in codes.items():
        if len(estates_of) > 1:
            yield 14, {"code": code}


def _teams(content: Content, picture: Roster) -> Iterator[Found]:
    areas = set(picture.estates()) | set(picture.grids)
    for team in picture.teams.values():
        for person in team.members:
            if person not in picture.staff:
                yield 15, {"team": team.name, "person": person}
        if not team.members:
            yield 16, {"team": team.name}
        for pattern in team.categories:
            if not any(fnmatchcase(code, pattern) for code in content.catalogue):
                yield 17, {"team": team.name, "pattern": pattern}
        for area in team.areas:
            if area not in areas:
                yield 18, {"team": team.name, "area": area}


def _offices(content: Content, picture: Roster) -> Iterator[Found]:
    about = content.about
    if about.desk not in picture.teams:
        yield 19, {"desk": about.desk}
    for office, person in (("superior", about.superior), ("street", about.street)):
        if person not in picture.staff:
            yield 20, {"office": office, "person": person}
    for person in about.duty:
        if person not in picture.staff:
            yield 20, {"office": "duty", "person": person}
    if not about.duty:
        yield 21, {}
    for group in about.groups:
        if group.estate and group.estate not in picture.estates():
            yield 22, {"group": group.name, "estate": group.estate}


def _coverage(content: Content, picture: Roster) -> Iterator[Found]:
    """Category and estate for which nothing but the 兜底 queue is left."""
    about = content.about
    desk = routing.Desk(
        teams=tuple(picture.teams.values()),
        load=dict.fromkeys(picture.teams, 0).__getitem__,
        leads=picture.leads(),
        duty=about.duty,
        superior=about.superior,
        street=about.street,
        fallback=about.desk,
    )
    grids = {place.estate: place.grid for place in picture.places}
    for category in content.catalogue.values():
        asked = [_request(category, picture, estate, grid) for estate, grid in grids.items()]
        taking = [
            team
            for team in desk.teams
            if team.code == desk.fallback or any(routing.takes(team, one) for one in asked[:1])
        ]
        some = replace(desk, teams=taking)
        bare = [
            request.estate or ""
            for request in asked
            if routing.route(request, some).reason == "fallback"
        ]
        if bare:
            estates = "、".join(bare) if len(bare) < len(grids) else content.about.name
            yield 23, {"code": category.code, "name": category.name, "estates": estates}


def _request(category: Category, picture: Roster, estate: str, grid: str) -> routing.Request:
    return routing.Request(
        category=category.code,
        name=category.name,
        owner_type=category.owner,
        skills=category.skills,
        urgency=category.level,
        estate=estate,
        grids=picture.path(grid) if category.owner == "grid" else (),
        text="",
        against=(),
    )


def _reach(tx: Tx, content: Content, picture: Roster) -> Iterator[Found]:
    for person in people.unreachable(tx):
        code = 25 if person in content.about.duty else 24
        yield code, {"person": picture.name_of(person), "invite": picture.staff[person].invite}


def _deadlines(tx: Tx, content: Content) -> Iterator[Found]:
    """Rules that are missing, so that a deadline is a guess."""
    for category in content.catalogue.values():
        if not deadlines.has_limits(category.level, category.limit):
            yield 55, {"code": category.code, "level": category.level, "limit": category.limit}
    unknown: dict[int, int] = defaultdict(int)
    for group in issues.open_by_category(tx):
        known = content.catalogue.get(group.category)
        if known is None:
            yield 54, {"code": group.category, "count": group.count}
        elif known.limit.endswith("wd") and not holidays_known(date(group.year, 12, 31)):
            unknown[group.year] += group.count
    for year, count in unknown.items():
        yield 56, {"year": year, "count": count}


def _bare(tx: Tx, picture: Roster) -> Iterator[Found]:
    """What nobody answers for, where the community keeps a list of who answers for what."""
    held = bonds.bonds_of(tx, "steward")
    listed = {"building": any(b.building for b in held), "unit": any(b.team for b in held)}
    for gap in coverage.gaps(tx, picture):
        if gap.sort in BARE and listed.get(gap.sort, True):
            yield BARE[gap.sort], {"where": gap.where, "what": gap.what}
