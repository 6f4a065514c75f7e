"""What is wrong with a community's set-up, numbered, each with its cure (texts: replies.toml)."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from data.contents import OWNER_TYPES, Content
from data.database import Database, Tx
from data.settings import Settings
from data.tables import outbox, people
from desk import roster as rosters
from desk.roster import Roster
from desk.rules import routing
from nlp.gazetteer import expand

LEVELS = {"大": 0, "小": 1, "微": 2, "密": 3}
FEWEST_EXAMPLES = 5
STUCK = timedelta(minutes=5)
AES_KEY_LENGTH = 43
LATELY = timedelta(days=2)
# What vendors' errcodes say about the set-up: the finding, whichever the channel.
SET_UP = {
    60020: 34, 40164: 35, 48001: 36, 45009: 37,
    40001: 38, 40013: 38, 40014: 38, 40056: 38, 40125: 38, 42001: 38, 301002: 38,
    40037: 41, 43107: 41, 47003: 41, 93000: 42,
}  # fmt: skip
NOT_IN_RANGE = frozenset({40003, 40031, 60111, 81013, 82001})
_ERRCODE = re.compile(r"errcode (-?\d+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: its number, what and how."""

    code: int
    text: str


def check(db: Database, content: Content, settings: Settings, now: datetime) -> list[Finding]:
    """Everything that dangles, overlaps or is missing, in the order of its number."""
    with db.read() as tx:
        picture = rosters.load(tx)
        found = [
            *_catalogue(content),
            *_grids(picture),
            *_places(picture),
            *_teams(content, picture),
            *_offices(content, picture),
            *_coverage(content, picture),
            *_reach(tx, content, picture),
            *_deliveries(tx, picture, now),
            *_refusals(tx, content, picture, now),
            *_channels(settings),
        ]
    numbered = sorted(found, key=lambda finding: finding[0])
    return [Finding(code, _text(content, code, words)) for code, words in numbered]


Found = tuple[int, dict[str, object]]


def _text(content: Content, code: int, words: dict[str, object]) -> str:
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
        load={},
        leads=picture.leads(),
        duty=about.duty,
        superior=about.superior,
        street=about.street,
        fallback=about.desk,
    )
    grids = {place.estate: place.grid for place in picture.places}
    for category in content.catalogue.values():
        bare = [
            estate
            for estate, grid in grids.items()
            if _fallen(category.code, content, picture, desk, estate, grid)
        ]
        if bare:
            estates = "、".join(bare) if len(bare) < len(grids) else content.about.name
            yield 23, {"code": category.code, "name": category.name, "estates": estates}


def _fallen(
    code: str, content: Content, picture: Roster, desk: routing.Desk, estate: str, grid: str
) -> bool:
    category = content.catalogue[code]
    request = routing.Request(
        category=code,
        name=category.name,
        owner_type=category.owner,
        skills=category.skills,
        urgency=category.level,
        estate=estate,
        grids=picture.path(grid) if category.owner == "grid" else (),
        text="",
        against=(),
    )
    return routing.route(request, desk).reason == "fallback"


def _reach(tx: Tx, content: Content, picture: Roster) -> Iterator[Found]:
    for person in people.unreachable(tx):
        code = 25 if person in content.about.duty else 24
        yield code, {"person": picture.name_of(person), "invite": picture.staff[person].invite}


def _deliveries(tx: Tx, picture: Roster, now: datetime) -> Iterator[Found]:
    for push in outbox.troubled(tx):
        words = {"push": push.id, "person": picture.name_of(push.person) or push.person}
        yield (27 if push.in_doubt else 26), {**words, "cause": push.cause}
    oldest = outbox.oldest_due(tx, now)
    if oldest is not None and now - oldest > STUCK:
        yield 28, {"minutes": int((now - oldest).total_seconds() // 60)}


def _refusals(tx: Tx, content: Content, picture: Roster, now: datetime) -> Iterator[Found]:
    """Why channels refused pushes lately, each cause once, even where another channel helped."""
    pushes = outbox.failures(tx, now - LATELY)
    told: set[tuple[int, str]] = set()
    held: dict[str, int] = defaultdict(int)
    for push in pushes:
        if push.status == "held" and push.person in picture.staff:
            held[push.person] += 1
        for channel, cause in (*push.tried, (push.channel, push.cause)):
            found = _ERRCODE.match(cause)
            errcode = int(found[1]) if found else 0
            if channel == "wecom" and errcode in NOT_IN_RANGE:
                code, about = 39, picture.name_of(push.person) or push.person
            else:
                code, about = SET_UP.get(errcode, 0), _channel_name(content, channel)
            if code == 37 and channel == "group_robot":
                continue  # so many a minute, which the courier simply waits for
            if code and (code, about) not in told:
                told.add((code, about))
                yield code, {"channel": about, "person": about, "cause": cause}
    for person, count in held.items():
        yield 40, {"person": picture.name_of(person), "count": count}


def _channel_name(content: Content, channel: str) -> str:
    return content.replies.get(f"channel.{channel}", channel)


def _channels(settings: Settings) -> Iterator[Found]:
    wecom = settings.wecom
    has_account = bool(settings.wechat.token.get_secret_value())
    if not has_account and not settings.simulated and not wecom.configured:
        yield 29, {}
    for name, key in (
        ("WECHAT", settings.wechat.aes_key),
        ("WECOM", wecom.aes_key),
        ("AIBOT", settings.aibot.aes_key),
    ):
        length = len(key.get_secret_value())
        if length not in (0, AES_KEY_LENGTH):
            yield 30, {"name": name, "length": length}
    if settings.wechat.aes_key.get_secret_value() and not settings.wechat.appid:
        yield 31, {}
    if settings.simulated and (settings.wechat.secret.get_secret_value() or wecom.configured):
        yield 32, {}
    if missing := wecom.missing():
        yield 33, {"missing": "、".join(f"HUYING_WECOM_{name.upper()}" for name in missing)}
