"""附近充电, 喝水, 歇脚; the stations of the community; who walked in; what was said on the spot."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace

from data.duty_rows import Station
from data.rows import Issue
from data.tables import issues as issue_table
from data.tables import stations as table
from desk import facilities, naming, wording
from desk.rules import opening
from desk.rules.masking import without_doors
from handlers import dialog
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word
from nlp.values import Place

SHOWN = 5
_COUNT = re.compile(r"([1-9]\d{0,3})\s*[人位名]")
_SPEAKER = re.compile(r"([^\s:：]{2,4})[:：]\s*(.+)", re.DOTALL)
_BETWEEN = re.compile(r"[;；\n]+")


def near(turn: Turn, said: Said) -> str | None:
    """附近充电; 附近 喝水 泉馨苑; a word that asks for no service is an ordinary message."""
    services = facilities.services_in(turn.act, turn.message.text)
    if not services and said.rest:
        return None
    found = facilities.near(turn.act, services, _home(turn, said.rest))
    if not found:
        return turn.say("facility.none", services="、".join(services))
    return turn.say("facility.list", lines="\n".join(_line(turn, s) for s in found[:SHOWN]))


def _home(turn: Turn, text: str) -> Place | None:
    """Where to look from: the place that was named, the speaker's home, the group's estate."""
    place = turn.act.service.understander.place(text) if text else None
    if place is not None and place.estate:
        return place
    groups = {group.chat: group.estate for group in turn.act.service.content.about.groups}
    estate = groups.get(turn.message.chat or "") or turn.person.estate
    building = turn.person.building if estate == turn.person.estate else None
    return Place(estate, building) if estate else None


def _line(turn: Turn, station: Station) -> str:
    open_ = opening.is_open(station.hours, turn.act.now)
    closes = opening.closing(station.hours, turn.act.now)
    state = "" if open_ is None else turn.say("facility.open" if open_ else "facility.shut")
    until = turn.say("facility.until", clock=f"{closes:%H:%M}") if closes else ""
    return turn.say(
        "facility.line", name=station.name, place=_where(turn, station), hours=station.hours,
        services="、".join(station.services), state=state, until=until, phone=station.phone,
    )  # fmt: skip


def _where(turn: Turn, station: Station) -> str:
    building = turn.say("place.building", building=station.building) if station.building else ""
    return f"{station.estate or ''}{building}{station.address}"


def enter(turn: Turn, said: Said) -> str:
    """登记站点 北园暖心驿站 暖心驿站 泉馨苑3号楼 充电、饮水 08:00-20:00."""
    pieces = said.rest.split()
    kinds = turn.act.service.content.words["station_kinds"]
    kind = next((k for piece in pieces[1:] for k in kinds if piece == k), "")
    name = pieces[0] if pieces else ""
    if not name or not kind or table.by_name(turn.act.tx, name):
        raise Unclear(turn.say("facility.how", kinds="、".join(kinds)))
    place = turn.act.service.understander.place(" ".join(pieces[1:]))
    home = place if place and place.estate else Place()
    spans = [*map(" ".join, itertools.pairwise(pieces)), *pieces]  # 周四 15:00-17:00
    hours = next((span for span in spans if opening.read(span)), "")
    keepers = naming.helpers(turn.act, " ".join(pieces[1:]))
    station = Station(
        id=0,
        number=issue_table.next_number(turn.act.tx, facilities.KIND),
        name=name,
        kind=kind,
        estate=home.estate,
        building=home.building,
        address="",
        grid=turn.act.service.understander.grid_of(home) if home.estate else turn.person.grid,
        hours=hours,
        services=tuple(facilities.services_in(turn.act, " ".join(pieces[1:]))),
        phone="",
        team=None,
        keepers=tuple(person.id for person in keepers),
        about="",
    )
    facilities.enter(turn.act, station)
    number = facilities.number(turn.act, station)
    return turn.say("facility.entered", number=number, name=name)


def listed(turn: Turn, said: Said) -> str | None:
    """站点: how many of each kind; 站点 议事亭: those of a kind; else an ordinary message."""
    counts = table.counted(turn.act.tx)
    if said.rest and said.rest not in counts:
        return None
    if not counts:
        return turn.say("facility.no_stations")
    if said.rest in counts:
        found = table.every(turn.act.tx, said.rest)[:SHOWN]
        return turn.say("facility.list", lines="\n".join(_line(turn, s) for s in found))
    kinds = "、".join(turn.say("facility.kind", kind=k, count=n) for k, n in counts.items())
    return turn.say("facility.counts", total=sum(counts.values()), kinds=kinds)


def walk_in(turn: Turn, said: Said) -> str:
    """来访 北园微站 咨询医保 2人: counted, without a name."""
    station, rest = _station(turn, said.rest)
    found = _COUNT.search(rest)
    count = int(found[1]) if found else 1
    topic = without_doors(_COUNT.sub("", rest).strip())
    facilities.walk_in(turn.act, station, count, topic)
    total = facilities.walked_in(turn.act, station)
    return turn.say("facility.walked_in", name=station.name, count=count, total=total)


def _station(turn: Turn, text: str) -> tuple[Station, str]:
    """The station that a text names, and the other words."""
    named = [s for s in table.every(turn.act.tx) if s.name in text]
    if not named:
        names = "、".join(s.name for s in table.every(turn.act.tx)[:SHOWN])
        raise Unclear(turn.say("facility.which", names=names))
    station = max(named, key=lambda s: len(s.name))
    return station, text.replace(station.name, "", 1).strip(" \n：:，,")


def on_site(turn: Turn, said: Said) -> str:
    """现场 北园议事亭 张大爷：楼道灯坏了；李姨：… : what was said there, entered afterwards."""
    station, rest = _station(turn, said.rest)
    pieces = [piece.strip() for piece in _BETWEEN.split(rest) if piece.strip()]
    made: list[Issue] = []
    for index, piece in enumerate(pieces):
        made += _said_there(turn, station, piece, index)
    if not made:
        raise Unclear(turn.say("facility.how_on_site"))
    facilities.note_on_site(turn.act, station, [issue.id for issue in made])
    lines = "\n".join(wording.line(issue, turn.act, public=False) for issue in made)
    return turn.say("facility.on_site", name=station.name, count=len(made), lines=lines)


def _said_there(turn: Turn, station: Station, piece: str, index: int) -> list[Issue]:
    """One thing that somebody said, in his name where it was written down."""
    spoken = _SPEAKER.fullmatch(piece)
    text = spoken[2] if spoken else piece
    speaker = naming.resident(turn.act, spoken[1]) if spoken else turn.person
    said = turn.act.service.understander.understand(text, addressed=True)
    message = replace(turn.message, text=text, key=f"{turn.message.key}#{index}")
    each = replace(turn, said=said, message=message)
    drafts = dialog.drafts_of(each) or [dialog.left_open(turn, text)]
    placed = [
        replace(d, estate=d.estate or station.estate, grid=d.grid or station.grid, source="asked")
        for d in drafts
    ]
    return dialog.record(turn.act, placed, replace(each.origin, reporter=speaker))


WORDS: Mapping[str, Word] = {
    "near": Word(near, takes="words", public=True),
    "list_stations": Word(listed, public=True),
    "walk_in": Word(walk_in, "member"),
    "on_site": Word(on_site, "worker"),
    "station_enter": Word(enter, "worker"),
}
