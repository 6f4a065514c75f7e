"""Where: estate, building, unit and room in all the ways people write them.

The text is read once into clusters (things written next to each other: 3号楼2单元501). A cluster
that is negated is dropped, one that only says where the speaker lives gives way, and what is left
is merged into one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from nlp.estates import EstateFinder, NameFound
from nlp.gazetteer import Gazetteer, label
from nlp.homophone import sounds
from nlp.lexicon import Lexicon, alternatives, words
from nlp.numbers import NUMERALS
from nlp.values import Place, PlaceRow

_HOLE = "\ufffc"  # stands for characters that are taken: an estate's name, a date
_NUM = rf"(?:\d{{1,3}}|[{NUMERALS}]{{1,4}})"
_GLUE = re.compile(r"^[ ,，、的之·.\-/]{0,2}$")
_ROOM = r"(?:[1-9]\d?(?:0[1-9]|1\d|20))"
_ONE_TO_NINE = "一二三四五六七八九"
_SPOKEN_ROOM = (
    rf"(?:[{_ONE_TO_NINE}]|十[{_ONE_TO_NINE}]?|[一二三][零{_ONE_TO_NINE}])"
    rf"[零〇幺一二][零〇幺{_ONE_TO_NINE}]"
)
_COUNTED = re.compile(r"[一两几][栋幢座]")  # 一栋楼都没电: how many, not which
_DASH = re.compile("[-—–/]")
_LANE = re.compile("[弄巷]$")
_HOUSE = re.compile(rf"[ ,的]?({_NUM})[号號](?!线)")
_PAIR = re.compile(r"[ ,]?(\d{1,2})[-—–](\d{1,2})(?![\d.:号日月点-])")
# 302家的楼上: the number says where another place is
_NEXT_DOOR = re.compile(
    "[室房]?(?:那?家|住户|业主)?的?(?:楼上|楼下|隔壁|对门|对面)(?:的|是|那家|人家)?"
)
_NUMBER_NEXT = re.compile(rf"\s?[\d{NUMERALS}]")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Parts of a place written next to each other."""

    start: int
    end: int
    estates: tuple[str, ...] = ()
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    speaker: bool = False
    dropped: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a text, and which characters said it."""

    place: Place | None
    clusters: tuple[Cluster, ...]


_NOWHERE = Where(None, ())


class PlaceFinder:
    """Reads places. Built once from the gazetteer and the place lexicon; reading only."""

    def __init__(
        self, rows: Iterable[PlaceRow], lexicon: Lexicon, fold: Callable[[str], str] = str
    ) -> None:
        self.gazetteer = Gazetteer(rows)
        self._estates = EstateFinder(self.gazetteer.rows, lexicon, fold)
        self._compile(lexicon)

    def _compile(self, lexicon: Lexicon) -> None:
        building = alternatives(words(lexicon, "building"))
        lettered = alternatives(words(lexicon, "lettered_building"))
        prefix = f"(?:[A-Za-z]|{alternatives(words(lexicon, 'letters'))})"
        unit = alternatives(words(lexicon, "unit"))
        room = alternatives(words(lexicon, "room"))
        free = rf"(?<![\dA-Za-z.:¥{NUMERALS}])"
        self._dashed = re.compile(
            rf"(?<![\d.:-])({prefix}?\d{{1,2}})\s?[-—–/]\s?(?:(\d{{1,2}})\s?[-—–/]\s?)?({_ROOM})(?![\d-])"
        )
        known = alternatives(
            b for b in self.gazetteer.buildings if len(b) > 1 and not b.isdecimal()
        )
        self._parts = re.compile(
            rf"(?<![\w-])(?P<bk>{known})(?=的|电梯|门口|那栋|\s?{_NUM}\s?(?:{unit}|门))"
            rf"|{free}(?P<b>{prefix}?\s?{_NUM})\s?{building}(?!院)"
            rf"|(?<![\d.:-])(?P<pb>\d{{1,2}})[-—–](?P<pu>\d{{1,2}})\s?{unit}"
            rf"|{free}(?P<bl>{prefix}\s?{_NUM})\s?{lettered}"
            rf"|(?<![A-Za-z])(?P<bx>[A-Za-z])\s?(?:座|栋|幢|号楼)"
            rf"|{free}(?P<bn>{_NUM})(?:号|楼)(?=\s?{_NUM}\s?(?:{unit}|门))"
            rf"|(?<![\dA-Za-z.:¥])(?P<u>{_NUM}|[A-Za-z])\s?(?:{unit}|单(?![元位独]))"
            rf"|(?<![\dA-Za-z.:¥])(?P<ud>\d{{1,2}}|[{NUMERALS}]{{1,3}}|[A-Za-z])\s?门(?![口外前面缝])"
            rf"|(?<![\dA-Za-z.:¥-])(?P<ur>\d{{1,2}})[-—–](?P<urr>{_ROOM})(?!\d)"
            rf"|(?<![\dA-Za-z.:¥-])(?P<r>{_ROOM}|{_SPOKEN_ROOM})(?![\dA-Za-z:.%-])(?P<rs>{room}?)"
        )
        firsts = "".join(sorted({letter[0] for letter in words(lexicon, "letters")}))
        self._begins = re.compile(rf"[\s\dA-Za-z{NUMERALS}{re.escape(firsts)}]")
        self._bare_building = re.compile(rf"^[ ,的]?({prefix}\d{{1,2}})(?![\dA-Za-z/—–-])")
        misheard = words(lexicon, "misheard")
        self._sounding = {sounds(word): word for word in misheard}
        self._misheard = re.compile(rf"([\dA-Za-z{NUMERALS}])([\u4e00-\u9fff]{{2}})")
        self._not_after = re.compile(rf"\s?{alternatives(words(lexicon, 'not_room_after'))}")
        self._not_before = re.compile(rf"{alternatives(words(lexicon, 'not_room_before'))}\s?:?$")
        self._attached = re.compile(rf"(?:{unit}|{building}|{_HOLE})[ ,的]?$")
        titles = rf"[\u4e00-\u9fff]?{alternatives(words(lexicon, 'titles'))}"
        self._after_room = re.compile(rf"{alternatives(words(lexicon, 'after_room'))}|{titles}")
        self._famous = frozenset(words(lexicon, "famous"))
        self._speaker = re.compile(rf"{alternatives(words(lexicon, 'speaker'))}[^,.;!?。]{{0,2}}$")
        self._speaker_after = re.compile(alternatives(words(lexicon, "speaker_after")))
        self._negation = re.compile(rf"{alternatives(words(lexicon, 'negation'))}[ :]?$")
        self._correction = re.compile(alternatives(words(lexicon, "correction")))

    # ---- reading

    def find(self, text: str, taken: Iterable[tuple[int, int]] = ()) -> Where:
        """The place a text names; `taken` are spans (phones, times) that are something else."""
        board = self._as_meant(text)
        named = [piece for name in self._estates.find(board) for piece in self._named(board, name)]
        if taken := list(taken):
            sure = {at for piece in named for at in range(piece.start, piece.end)}
            board = _holes(board, [span for span in taken if sure.isdisjoint(range(*span))])
        pieces = self._pieces(board, named)
        if not pieces:
            return _NOWHERE
        pieces.sort(key=lambda piece: piece.start)
        judged = tuple(self._judge(board, self._join(board, pieces)))
        return Where(self._merge(judged), judged)

    def _as_meant(self, text: str) -> str:
        """三好楼 → 三号楼: after a number, a word that sounds like 号楼 or 单元 is that word."""
        return self._misheard.sub(
            lambda match: match[1] + self._sounding.get(sounds(match[2]), match[2]), text
        )

    def _named(self, text: str, name: NameFound) -> Iterable[Cluster]:
        """An estate, and the building right behind its name: A3, 5-2, in a lane 14号."""
        yield Cluster(name.start, name.end, estates=name.estates)
        rest = text[name.end : name.end + 8]
        lettered = self._bare_building.match(rest)
        if lettered and self._parts.match(rest.strip()) is None:
            yield Cluster(name.end, name.end + lettered.end(), building=label(lettered[1]))
        elif _LANE.search(text[name.start : name.end]) and (house := _HOUSE.match(rest)):
            yield Cluster(name.end, name.end + house.end(), building=label(house[1]))
        elif pair := _PAIR.match(rest):
            building, unit = label(pair[1]), label(pair[2])
            if any(self.gazetteer.holds(estate, building, unit) for estate in name.estates):
                yield Cluster(name.end, name.end + pair.end(), building=building, unit=unit)

    def _pieces(self, text: str, found: list[Cluster]) -> list[Cluster]:
        text = _holes(text, [(c.start, c.end) for c in found])
        if _DASH.search(text):
            dashed = list(self._in_dashes(text))
            text = _holes(text, [(c.start, c.end) for c in dashed])
            found += dashed
        pieces = map(self._piece, self._written(text))
        return [*found, *(piece for piece in pieces if piece is not None)]

    def _in_dashes(self, text: str) -> Iterable[Cluster]:
        """3-2-501, A2/1204."""
        for match in self._dashed.finditer(text):
            if not _followed_by_building(text, match.end()):
                unit = label(match[2]) if match[2] else None
                yield Cluster(*match.span(), building=label(match[1]), unit=unit, room=match[3])

    def _written(self, text: str) -> Iterable[re.Match[str]]:
        """Every part of a place, in order; tried only where one can begin."""
        at = 0
        while begin := self._begins.search(text, at):
            at = begin.end()
            if match := self._parts.match(text, begin.start()):
                at = match.end()
                yield match

    def _piece(self, match: re.Match[str]) -> Cluster | None:
        start, end = match.span()
        if building := match["b"] or match["bk"] or match["bl"] or match["bx"] or match["bn"]:
            if _COUNTED.match(match[0]) and not _NUMBER_NEXT.match(match.string[end : end + 3]):
                return None
            return Cluster(start, end, building=label(building.replace(" ", "")))
        if match["pb"]:
            return Cluster(start, end, building=label(match["pb"]), unit=label(match["pu"]))
        if unit := match["u"] or match["ud"]:
            return Cluster(start, end, unit=label(unit))
        if match["ur"]:
            return Cluster(start, end, unit=label(match["ur"]), room=match["urr"])
        return self._room(match)

    def _room(self, match: re.Match[str]) -> Cluster | None:
        """A bare number is a room only where no other reading is likelier."""
        start, end = match.span()
        text, number = match.string, match["r"]
        room = label(number)
        sure = (
            bool(match["rs"])
            or self._after_room.match(text[end : end + 4])
            or self._attached.search(text[max(0, start - 5) : start])
        )
        if not sure and (
            room in self._famous
            or self._not_after.match(text[end : end + 4])
            or self._not_before.search(text[max(0, start - 4) : start])
        ):
            return None
        return Cluster(start, end, room=room) if number.isdecimal() or len(number) >= 3 else None

    def _join(self, text: str, pieces: list[Cluster]) -> list[Cluster]:
        """Neighbouring pieces that do not contradict each other are one cluster."""
        joined: list[Cluster] = []
        for piece in pieces:
            last = joined[-1] if joined else None
            if last and _GLUE.match(text[last.end : piece.start]) and not _clash(last, piece):
                joined[-1] = replace(_filled(last, piece), end=piece.end)
            else:
                joined.append(piece)
        return joined

    def _judge(self, text: str, clusters: list[Cluster]) -> Iterable[Cluster]:
        for number, cluster in enumerate(clusters):
            before = text[max(0, cluster.start - 7) : cluster.start]
            dropped = bool(self._negation.search(before))
            speaker = bool(self._speaker.search(before))
            gap = text[clusters[number - 1].end : cluster.start] if number else ""
            corrected = bool(gap and self._correction.search(gap))
            after = text[cluster.end : cluster.end + 12]
            speaker = speaker or bool(self._speaker_after.match(after))
            if number + 1 < len(clusters) and cluster.room and clusters[number + 1].room:
                between = text[cluster.end : clusters[number + 1].start]
                if _NEXT_DOOR.fullmatch(between):
                    cluster = replace(cluster, room=None)
            if dropped or speaker or corrected:
                cluster = replace(cluster, dropped=dropped, speaker=speaker, corrected=corrected)
            yield cluster

    # ---- merging

    def _merge(self, clusters: tuple[Cluster, ...]) -> Place | None:
        kept = [c for c in clusters if not c.dropped]
        if not kept:
            return None
        if any(c.corrected for c in kept):
            first = next(i for i, c in enumerate(kept) if c.corrected)
            earlier = [c for c in kept[:first] if not _clash(c, kept[first])]
            kept = kept[first:] + [replace(c, unit=None, room=None) for c in earlier]
        kept.sort(key=lambda c: c.speaker)
        merged = kept[0]
        for cluster in kept[1:]:
            if not _clash(merged, cluster):
                merged = _filled(merged, cluster)
            elif cluster.estates and not merged.estates:
                merged = replace(merged, estates=cluster.estates)
        return self._settled(merged)

    def _settled(self, merged: Cluster) -> Place | None:
        building, unit, room = merged.building, merged.unit, merged.room
        estates = merged.estates
        if len(estates) > 1 and building is not None:
            having = tuple(e for e in estates if self.gazetteer.has_building(e, building))
            estates = having or estates
        estate = estates[0] if len(estates) == 1 else None
        grid = self.gazetteer.grid_of(Place(estate, building, unit))
        choices = estates if len(estates) > 1 else ()
        return Place(estate, building, unit, room, grid, choices)


def _holes(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with the characters of the spans taken out of reading, in one pass."""
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = _HOLE * (end - start)
    return "".join(characters)


def _followed_by_building(text: str, end: int) -> bool:
    return text[end : end + 2] in ("号楼", "单元")


def _clash(one: Cluster, other: Cluster) -> bool:
    """Do the two name different things of the same kind?"""
    return bool(
        (one.estates and other.estates and not set(one.estates) & set(other.estates))
        or (one.building and other.building and one.building != other.building)
        or (one.unit and other.unit and one.unit != other.unit)
        or (one.room and other.room and one.room != other.room)
    )


def _filled(one: Cluster, other: Cluster) -> Cluster:
    both = tuple(e for e in one.estates if e in other.estates)
    return replace(
        one,
        estates=both or one.estates or other.estates,
        building=one.building or other.building,
        unit=one.unit or other.unit,
        room=one.room or other.room,
    )
